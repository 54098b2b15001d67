"""The nearest weights under which a unit draws level."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from innov_index.analysis.robustness.linear import from_values
from innov_index.analysis.robustness.pairs import nearest_weights
from innov_index.analysis.robustness.weight_sets import Statements, simplex, weight_set, within


def test_by_hand():
    """Leads of the one behind: -2, +1 at weights 1/2, 1/2; level at 1/3, 2/3."""
    linear = from_values(np.array([[1.0, 2.0], [3.0, 1.0]]))
    first, second = nearest_weights(linear, simplex(2), 0, 1)
    np.testing.assert_allclose(first.weights, [1 / 3, 2 / 3], atol=1e-9)
    np.testing.assert_allclose(second.weights, [1 / 3, 2 / 3], atol=1e-9)
    assert first.distance == pytest.approx(1 / 3)
    assert second.distance == pytest.approx(np.sqrt(2) / 6)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("said", [Statements(), Statements("60%"), Statements(orders=["a>=b>=c"])])
def test_no_sample_is_nearer(seed, said, draw_weights):
    linear = from_values(np.random.default_rng(seed).random((2, 4)))
    weights = weight_set(said, "abcd", linear.given)
    scores = linear.exact_scores(linear.given)
    behind, ahead = (0, 1) if scores[0] < scores[1] else (1, 0)
    found = nearest_weights(linear, weights, behind, ahead)
    lead = (linear.values[behind] - linear.values[ahead]).astype(float)
    samples = draw_weights(weights, 100_000)
    samples = samples[samples @ lead >= 0]
    if found is None:
        assert not len(samples)
        return
    given = np.array([float(weight) for weight in linear.given])
    for near in found:
        assert near.weights.sum() == pytest.approx(1.0)
        assert near.weights @ lead >= -1e-7 * np.abs(lead).max()
        assert (near.weights >= weights.lower_array - 1e-9).all()
        assert (near.weights <= weights.upper_array + 1e-9).all()
        moved = np.abs(samples - given)
        distances = moved.sum(axis=1) if near.norm == 1 else np.sqrt((moved**2).sum(axis=1))
        assert near.distance <= distances.min(initial=np.inf) + 1e-9


def test_none_where_the_unit_is_always_behind():
    linear = from_values(np.array([[1.0, 1.0], [2.0, 3.0]]))
    assert nearest_weights(linear, simplex(2), 0, 1) is None


def test_the_given_weights_where_the_unit_is_ahead_already():
    linear = from_values(np.array([[2.0, 3.0], [1.0, 1.0]]))
    first, second = nearest_weights(linear, within(linear.given, Fraction(1, 5)), 0, 1)
    assert first.distance == pytest.approx(0.0, abs=1e-9)
    assert second.distance == pytest.approx(0.0, abs=1e-9)
