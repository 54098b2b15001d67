"""Rank counts equal brute force exactly, ties included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from innov_index.analysis.uncertainty.ranker import EXACT, Ranker
from innov_index.analysis.uncertainty.tally import CellCounts, RankCounts
from innov_index.methods.kernels.exactness import settled
from innov_index.methods.ranking import descending_ranks

RULES = ["min", "max", "average", "dense", "ordinal"]


def rule_of(ties: str, digits: int = 12):
    def rule(scores: np.ndarray, bounds: np.ndarray = EXACT) -> np.ndarray:
        apart = settled(scores, np.broadcast_to(bounds, scores.shape))
        return descending_ranks(apart[..., None], ties, digits)[..., 0]

    return rule


def ranker(ties: str, columns: np.ndarray, digits: int = 12) -> Ranker:
    return Ranker(rule_of(ties, digits), columns, digits, 2 if ties == "average" else 1)


def brute_force(ranks: np.ndarray, slots: int) -> np.ndarray:
    """Counts of `ranks` (draws, units), one unit after the other."""
    places = slots * (ranks.shape[1] - 1) + 1
    counts = np.zeros((ranks.shape[1], places), dtype=np.int64)
    for unit, column in enumerate(ranks.T):
        there = column[~np.isnan(column)]
        counts[unit] = np.bincount(np.rint(slots * (there - 1)).astype(int), minlength=places)
    return counts


def counted(kernel: Ranker, scores: np.ndarray, block: int) -> np.ndarray:
    """Blocks counted in batches of three, as a simulation does."""
    counts = RankCounts(kernel)
    for first in range(0, len(scores), 3 * block):
        batch = RankCounts(kernel)
        for start in range(first, min(first + 3 * block, len(scores)), block):
            batch.add(kernel.rank(scores[start : start + block]))
        counts.merge(batch)
    return counts.table()


def weighted_scores(units: int, draws: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    weights = rng.standard_exponential((draws, 7))
    return (weights / weights.sum(axis=1, keepdims=True)) @ rng.random((7, units))


@pytest.mark.parametrize("units", [1, 2, 3, 51, 256, 257])
@pytest.mark.parametrize("ties", RULES)
def test_counts_equal_scipy(units: int, ties: str) -> None:
    """10,000 draws; the first thousand have scores of two decimals, so that ties are frequent."""
    scores = weighted_scores(units, 10_000)
    scores[:1000] = scores[:1000].round(2)
    expected = rankdata(-scores, method=ties, axis=1)
    kernel = ranker(ties, np.arange(units))
    np.testing.assert_array_equal(counted(kernel, scores, 512), brute_force(expected, kernel.slots))


def test_counts_equal_scipy_for_many_units() -> None:
    """5,000 units, whose places need two bytes; several batches of blocks, the first of them with ties."""
    scores = weighted_scores(5000, 700)
    scores[:100] = scores[:100].round(4)
    kernel = ranker("min", np.arange(5000))
    ranks = rankdata(-descending_round(scores), method="min", axis=1)
    np.testing.assert_array_equal(counted(kernel, scores, 100), brute_force(ranks, 1))


def descending_round(scores: np.ndarray) -> np.ndarray:
    from innov_index.methods.kernels.ranks import round_significant

    return round_significant(scores, 12)


@pytest.mark.parametrize(("draws", "hits"), [(255, 300), (256, 300), (65_535, 2), (65_536, 2), (70_000, 1)])
def test_a_cell_that_every_draw_hits(draws: int, hits: int) -> None:
    """The counts of a block fit the numbers they are made in: of one byte, of two, of four."""
    counts = CellCounts(hits)
    cells = np.broadcast_to(np.arange(hits, dtype=counts.cell), (draws, hits))
    for _ in range(3):
        counts.add(np.ascontiguousarray(cells))
    assert (counts.table() == 3 * draws).all()


@pytest.mark.parametrize("ties", RULES)
def test_the_rule_decides_about_close_scores(ties: str) -> None:
    """Scores that differ after the 12th digit are equal, those that differ before it are not."""
    scores = np.array([[1.0, 1.0 + 1e-13, 1.0 + 1e-10, 0.5]])
    kernel = ranker(ties, np.arange(4))
    np.testing.assert_array_equal(kernel.ranks(scores), rule_of(ties)(scores))


@pytest.mark.parametrize("ties", RULES)
def test_twins_share_a_column(ties: str) -> None:
    """Seven units in four columns: the same counts as when each has its own."""
    columns = np.array([0, 1, 1, 2, 3, 3, 3])
    scores = weighted_scores(4, 2000, seed=3)
    scores[:50] = scores[:50].round(1)
    with_twins, alone = ranker(ties, columns), ranker(ties, np.arange(7))
    scores = scores[:, columns]
    np.testing.assert_array_equal(counted(with_twins, scores, 300), counted(alone, scores, 300))
    np.testing.assert_array_equal(with_twins.ranks(scores), rule_of(ties)(scores))


def test_a_missing_score_has_no_rank() -> None:
    scores = np.array([[3.0, np.nan, 1.0], [1.0, 2.0, 3.0]])
    kernel = ranker("min", np.arange(3))
    np.testing.assert_array_equal(kernel.ranks(scores), [[1.0, np.nan, 2.0], [3.0, 2.0, 1.0]])
    assert counted(kernel, scores, 1).sum() == 5


VALUES = st.floats(-1e6, 1e6, allow_subnormal=True) | st.sampled_from(
    [0.0, -0.0, 1e-300, 5e-324, -5e-324, 1e300, -1e300, np.nan, 1.0, 1.0 + 2**-52, -1.0, 1e-13, 2e-13]
)


@settings(max_examples=300)
@given(data=st.data(), ties=st.sampled_from(RULES), digits=st.sampled_from([0, 3, 6, 12, 15]))
def test_any_scores_are_ranked_by_the_rule(data: st.DataObject, ties: str, digits: int) -> None:
    """Signs, zeros of both signs, subnormal numbers, gaps and near ties."""
    units = data.draw(st.integers(1, 9))
    rows = data.draw(st.lists(st.lists(VALUES, min_size=units, max_size=units), min_size=1, max_size=6))
    scores = np.array(rows)
    kernel = ranker(ties, np.arange(units), digits)
    expected = rule_of(ties, digits)(scores)
    np.testing.assert_array_equal(kernel.ranks(scores), expected)
    np.testing.assert_array_equal(counted(kernel, scores, 2), brute_force(expected, kernel.slots))


@settings(max_examples=300)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(RULES),
    st.sampled_from([0, 12]),
    st.sampled_from([0.0, 3e-17, 1e-9, 0.3]),
    st.sampled_from([2, 9, 300]),
)
def test_scores_within_their_bounds_tie(seed: int, ties: str, digits: int, bound: float, units: int) -> None:
    """Near zero and far from it, of one sign and of both, in the narrow and in the wide order."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(-3, 4, (5, units)) * rng.choice([1e-16, 1e-9, 1.0], (5, units))
    scores += rng.integers(-1, 2, (5, units)) * 1e-17 + rng.choice([0, 5])
    bounds = rng.choice([0.5, 1.0], (rng.choice([1, 5]), units)) * bound
    kernel = ranker(ties, np.arange(units), digits)
    np.testing.assert_array_equal(kernel.ranks(scores, bounds), rule_of(ties, digits)(scores, bounds))
