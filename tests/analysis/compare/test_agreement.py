"""Agreement of rankings."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import weightedtau

from innov_index.analysis.compare.agreement import quarters, rank_biased_overlap, top_weighted_tau


@pytest.mark.parametrize("seed", range(5))
def test_top_weighted_tau_equals_scipy(seed: int) -> None:
    """scipy.stats.weightedtau with its default weights, ties included."""
    rng = np.random.default_rng(seed)
    first, second = rng.integers(1, 30, 25).astype(float), rng.integers(1, 30, 25).astype(float)
    assert top_weighted_tau(first, second) == pytest.approx(weightedtau(-first, -second).statistic, abs=1e-12)


def test_overlap_of_equal_and_of_turned_rankings() -> None:
    ranks = np.arange(1.0, 11.0)
    assert rank_biased_overlap(ranks, ranks) == pytest.approx(1.0)
    assert rank_biased_overlap(ranks, ranks[::-1]) < 0.7


def test_overlap_by_hand() -> None:
    """Webber, Moffat & Zobel 2010, equation 32, by hand: overlaps 0, 1, 1 at p = 0.5."""
    found = rank_biased_overlap(np.array([1.0, 2.0, 3.0]), np.array([2.0, 1.0, 3.0]), 0.5)
    assert found == pytest.approx(0.5 * (0 + 0.5 + 0.25) + 0.125)


@pytest.mark.parametrize("seed", range(6))
def test_overlap_with_ties_and_gaps_by_sets(seed: int) -> None:
    """Webber, Moffat & Zobel 2010, equations 14 and 32, with fractions and sets, of units that both have."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(1, 6, (2, 12)).astype(float)
    scores[0, seed], scores[1, (seed + 3) % 12] = np.nan, np.nan
    both = ~np.isnan(scores).any(axis=0)
    first, second = (np.where(both, [np.sum(one[both] > x) + 1 for x in one], np.nan) for one in scores)
    p, total, size = Fraction(9, 10), Fraction(0), int(both.sum())
    shared = Fraction(0)
    for depth in range(1, size + 1):
        tops = [{unit for unit in range(12) if one[unit] <= depth} for one in (first, second)]
        shared = Fraction(2 * len(tops[0] & tops[1]), len(tops[0]) + len(tops[1]))
        total += p ** (depth - 1) * shared
    expected = (1 - p) * total + p**size * shared
    assert rank_biased_overlap(first, second) == pytest.approx(float(expected), rel=1e-13)


def test_a_swap_at_the_top_counts_more() -> None:
    ranks = np.arange(1.0, 21.0)
    top, bottom = ranks.copy(), ranks.copy()
    top[[0, 1]], bottom[[18, 19]] = top[[1, 0]], bottom[[19, 18]]
    assert top_weighted_tau(ranks, top) < top_weighted_tau(ranks, bottom)
    assert rank_biased_overlap(ranks, top) < rank_biased_overlap(ranks, bottom)


def test_quarters() -> None:
    np.testing.assert_array_equal(quarters(np.array([1.0, 4.0, 5.0, 8.0, 16.0, np.nan])[:5])[:1], [1])
    np.testing.assert_array_equal(quarters(np.arange(1.0, 9.0)), [1, 1, 2, 2, 3, 3, 4, 4])
