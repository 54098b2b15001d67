"""Exact shares of the weights that give each rank."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from innov_index.analysis.robustness.linear import from_values
from innov_index.analysis.robustness.volumes import rank_volumes
from innov_index.analysis.robustness.weight_sets import Statements, simplex, weight_set, within
from innov_index.errors import InnovIndexError


def test_two_weights_by_hand():
    """a = 0 w1 + 3 w2, b = 1: a is ahead while w2 > 1/3."""
    shares = rank_volumes(from_values(np.array([[0.0, 3.0], [1.0, 1.0]])), simplex(2))
    np.testing.assert_allclose(shares, [[2 / 3, 1 / 3], [1 / 3, 2 / 3]], atol=1e-9)


@pytest.mark.parametrize("size", [3, 4])
def test_unit_vectors_are_first_equally_often(size):
    """Unit k scores w_k: each order of the weights has the same volume, 1 / size!."""
    shares = rank_volumes(from_values(np.eye(size)), simplex(size))
    np.testing.assert_allclose(shares, np.full((size, size), 1 / size), atol=1e-8)


def test_a_pyramid_by_hand():
    """w1 > 1/2 cuts a corner off the simplex: (1/2)^(size - 1) of its volume."""
    values = np.array([[1.0, 0.0, 0.0, 0.0], [0.5, 0.5, 0.5, 0.5]])
    shares = rank_volumes(from_values(values), simplex(4))
    assert shares[0, 0] == pytest.approx(1 / 8, abs=1e-9)


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize(
    "said", [Statements(), Statements("50%"), Statements(orders=["a>=b"]), Statements(ratios=["a/b=1..3"])]
)
def test_agree_with_sampling(size, said):
    """A million uniform weights, with identical and collinear units among twelve; 5 standard errors."""
    rng = np.random.default_rng(size)
    values = rng.random((12, size))
    values[3], values[5] = values[2], (values[4] + values[6]) / 2
    linear = from_values(values)
    weights = weight_set(said, "abcd"[:size], linear.given)
    shares = rank_volumes(linear, weights)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-7)
    draws = rng.dirichlet(np.ones(size), 1_000_000)
    rows = np.array([[float(entry) for entry in row] for row in weights.inequalities])
    draws = draws[(draws @ rows.T <= 0).all(axis=1)][:200_000]
    scores = draws @ linear.values.T
    for unit in range(12):
        ranks = (scores > scores[:, unit : unit + 1] + 0.5).sum(axis=1)
        sampled = np.bincount(ranks, minlength=12) / len(draws)
        np.testing.assert_allclose(shares[unit], sampled, atol=5 * 0.5 / np.sqrt(len(draws)))


def test_more_weights_are_refused():
    with pytest.raises(InnovIndexError, match="at most 4"):
        rank_volumes(from_values(np.ones((2, 5))), simplex(5))


def test_a_set_without_volume_is_refused():
    linear = from_values(np.random.default_rng(0).random((3, 3)))
    fixed = weight_set(Statements(bounds=["a=0.5..0.5"]), "abc", linear.given)
    with pytest.raises(InnovIndexError, match="no volume"):
        rank_volumes(linear, fixed)
    with pytest.raises(InnovIndexError, match="no volume"):
        rank_volumes(linear, within(linear.given, Fraction(0)))
