"""Rounding of scores in decimal."""

from __future__ import annotations

import numpy as np
import pytest

from innov_index.methods import catalogue

half_up = catalogue.method("rounding", "half_up").function
half_even = catalogue.method("rounding", "half_even").function


def test_a_half_goes_away_from_zero_or_to_the_even_neighbour() -> None:
    """Source: IEEE 754-2019, section 4.3.1, roundTiesToAway and roundTiesToEven."""
    scores = np.array([0.25, 0.35, -0.25, 2.5, 3.5, 0.24999, np.nan])
    np.testing.assert_array_equal(half_up(scores, decimals=1), [0.3, 0.4, -0.3, 2.5, 3.5, 0.2, np.nan])
    np.testing.assert_array_equal(half_even(scores, decimals=1), [0.2, 0.4, -0.2, 2.5, 3.5, 0.2, np.nan])
    np.testing.assert_array_equal(half_even(scores[3:5], decimals=0), [2.0, 4.0])


def test_a_half_that_binary_numbers_miss_is_a_half() -> None:
    """0.285 is stored as 0.28499999999999998; printed by hand or by a spreadsheet it rounds to 0.29."""
    assert half_up(np.array([0.285, 1.005, 0.1 + 0.2 - 0.005]), decimals=2).tolist() == [0.29, 1.01, 0.3]


def test_rounded_scores_are_the_nearest_doubles_of_their_decimals() -> None:
    rng = np.random.default_rng(0)
    scores = rng.uniform(-200, 200, 1000)
    for decimals in range(5):
        expected = [float(f"{score:.{decimals}f}") + 0.0 for score in scores]
        np.testing.assert_array_equal(half_up(scores, decimals=decimals), expected)
        np.testing.assert_array_equal(half_even(scores, decimals=decimals), expected)


@pytest.mark.parametrize("kernel", [half_up, half_even])
def test_rounding_twice_changes_nothing_and_inputs_stay(kernel) -> None:
    scores = np.random.default_rng(1).uniform(0, 100, (3, 4, 5))
    before = scores.copy()
    once = kernel(scores, decimals=2)
    np.testing.assert_array_equal(kernel(once, decimals=2), once)
    np.testing.assert_array_equal(scores, before)
    assert once.shape == scores.shape


@pytest.mark.parametrize("rule", [half_up, half_even])
def test_large_numbers_keep_their_digits(rule):
    given = np.array([1234567890123.456, 1234567890123456.0, 2.0**53, 1e300, -1e308])
    np.testing.assert_array_equal(rule(given, decimals=3), given)
