"""Classes: by hand, and natural breaks against the search through every partition."""

from itertools import combinations

import numpy as np
import pytest

from innov_index.methods.classes import by_breaks, by_quantiles, jenks


def test_breaks_count_from_the_top():
    scores = np.array([[90.0], [60.0], [59.99], [np.nan], [10.0]])
    np.testing.assert_array_equal(by_breaks(scores, breaks=[60, 30])[:, 0], [1, 1, 2, np.nan, 3])


def test_noise_at_a_break_makes_no_tier():
    scores = np.array([[0.1 + 0.2], [0.3]])
    assert by_breaks(scores, breaks=[0.1 + 0.2])[:, 0].tolist() == [1, 1]
    assert by_breaks(scores, breaks=[0.1 + 0.2], digits=0)[:, 0].tolist() == [1, 2]


def test_quarters():
    scores = np.arange(1.0, 9.0)[:, None]
    assert by_quantiles(scores, probabilities=[0.25, 0.5, 0.75])[:, 0].tolist() == [4, 4, 3, 3, 2, 2, 1, 1]


def test_leading_axes_are_a_loop(make_values):
    scores = np.stack([make_values(seed=seed, missing=0.1) for seed in range(3)])
    for tiers in (
        lambda table: by_breaks(table, breaks=[20, 40]),
        lambda table: by_quantiles(table, probabilities=[0.3, 0.6]),
        lambda table: jenks(table, number=3),
    ):
        np.testing.assert_array_equal(tiers(scores), np.stack([tiers(table) for table in scores]))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_natural_breaks_are_the_best_of_all_partitions(number):
    """By definition: no way of cutting the ordered scores has a smaller sum of squares."""
    rng = np.random.default_rng(number)
    for _ in range(20):
        scores = np.sort(np.round(rng.gamma(2.0, 10.0, 10), 1))
        tiers = jenks(scores[:, None], number=number)[:, 0]
        least = min(
            _sum_of_squares(np.split(scores, cuts)) for cuts in combinations(range(1, 10), number - 1)
        )
        found = [scores[tiers == tier] for tier in np.unique(tiers)]
        assert len(found) == number
        assert (np.diff(tiers) <= 0).all()
        assert _sum_of_squares(found) == pytest.approx(least, rel=1e-12)


def _sum_of_squares(parts):
    return sum(((part - part.mean()) ** 2).sum() for part in parts)


def test_natural_breaks_do_not_depend_on_order_or_offset():
    rng = np.random.default_rng(3)
    scores = np.round(rng.normal(50, 10, (60, 2)), 1)
    tiers = jenks(scores, number=4)
    shuffled = rng.permutation(60)
    np.testing.assert_array_equal(jenks(scores[shuffled], number=4), tiers[shuffled])
    np.testing.assert_array_equal(jenks(scores + 1e6, number=4), tiers)


def test_equal_scores_share_a_tier_and_missing_ones_have_none():
    scores = np.array([[5.0, np.nan], [5.0, np.nan], [np.nan, np.nan], [1.0, np.nan]])
    np.testing.assert_array_equal(jenks(scores, number=3)[:, 0], [1, 1, np.nan, 2])
    assert np.isnan(jenks(scores, number=3)[:, 1]).all()


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_natural_breaks_are_where_they_are_whatever_the_scale(size):
    scores = np.array([1.0, 2.0, 9.0, 10.0, 30.0])[:, None] * size
    assert jenks(scores, number=3)[:, 0].tolist() == [3, 3, 2, 2, 1]


def test_of_equally_good_partitions_rounding_chooses_none():
    # {a, b}, {b, c} and {c, d} leave the same sum of squares, whatever the scores are counted from
    for start, step in ((0.0, 2.0), (0.1, 0.1), (1e6, 0.3), (-0.7, 0.7), (1 / 7, 2 / 17)):
        scores = start + step * np.arange(4.0)
        np.testing.assert_array_equal(jenks(scores[:, None], number=3)[:, 0], [3, 3, 2, 1])
