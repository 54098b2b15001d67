"""Agreement of rankings."""

from __future__ import annotations

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


def test_a_swap_at_the_top_counts_more() -> None:
    ranks = np.arange(1.0, 21.0)
    top, bottom = ranks.copy(), ranks.copy()
    top[[0, 1]], bottom[[18, 19]] = top[[1, 0]], bottom[[19, 18]]
    assert top_weighted_tau(ranks, top) < top_weighted_tau(ranks, bottom)
    assert rank_biased_overlap(ranks, top) < rank_biased_overlap(ranks, bottom)


def test_quarters() -> None:
    np.testing.assert_array_equal(quarters(np.array([1.0, 4.0, 5.0, 8.0, 16.0, np.nan])[:5])[:1], [1])
    np.testing.assert_array_equal(quarters(np.arange(1.0, 9.0)), [1, 1, 2, 2, 3, 3, 4, 4])
