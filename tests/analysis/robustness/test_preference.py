"""Necessary and possible preference of pairs."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from innov_index.analysis.robustness.linear import from_values
from innov_index.analysis.robustness.pairs import preferences, smallest_lead
from innov_index.analysis.robustness.weight_sets import simplex, within
from innov_index.analysis.robustness.weight_space import space


@pytest.mark.parametrize(("size", "share"), [(4, None), (4, Fraction(1, 5)), (12, Fraction(1, 2))])
def test_every_sign_has_its_certificate(size, share):
    """The smallest lead in exact numbers, at weights of the set, has the sign that is claimed."""
    linear = from_values(np.random.default_rng(size).integers(0, 9, (14, size)).astype(float))
    weights = within(linear.given, share) if share else simplex(size)
    found = preferences(space(linear, weights))
    for a in range(14):
        for b in range(14):
            lead = smallest_lead(linear, weights, a, b)
            assert weights.contains(lead.weights)
            assert found.worst_sign[a, b] == (lead.lead > 0) - (lead.lead < 0)


def test_a_necessary_preference_is_never_violated_by_a_sample(draw_weights):
    linear = from_values(np.random.default_rng(8).random((15, 4)))
    weights = within(linear.given, Fraction(1, 2))
    found = preferences(space(linear, weights))
    scores = linear.values.astype(float) @ draw_weights(weights, 100_000).T
    for a in range(15):
        leads = scores[a] - scores
        for b in np.flatnonzero(found.worst_sign[a] >= 0):
            assert leads[b].min() >= -1.0
        for b in np.flatnonzero(~(found.worst_sign.T <= 0)[a]):
            assert leads[b].max() < 0


def test_dominance_is_necessary_preference_on_the_whole_simplex():
    values = np.random.default_rng(3).integers(0, 5, (20, 3)).astype(float)
    found = preferences(space(from_values(values), simplex(3)))
    expected = (values[:, None] >= values[None]).all(axis=-1)
    np.testing.assert_array_equal(found.worst_sign >= 0, expected)
    np.testing.assert_array_equal(found.worst_sign > 0, (values[:, None] > values[None]).all(axis=-1))
