"""Ranks, against scipy.stats.rankdata and by hand; rounding, against exact decimal arithmetic."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.stats import rankdata

from innov_index.methods.kernels.ranks import ascending_ranks, ranks_in_reference, round_significant
from innov_index.methods.ranking import group_ranks, ranking
from innov_index.methods.registry import Trait

TIES = ("min", "average", "max", "dense", "ordinal")
SHARED_TIES = TIES[:-1]

tied_scores = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=4, max_side=8),
    elements=st.sampled_from([-1.5, -0.0, 0.0, 1.0, 2.0, 1e300, np.inf, np.nan]),
)


def test_rules_on_a_tie():
    """The example of each method's docstring: four units, two of them level."""
    scores = np.array([[7.0], [5.0], [5.0], [1.0]])
    expected = {
        "min": [1, 2, 2, 4],
        "max": [1, 3, 3, 4],
        "average": [1, 2.5, 2.5, 4],
        "dense": [1, 2, 2, 3],
        "ordinal": [1, 2, 3, 4],
    }
    assert set(ranking.names) == set(expected)
    for method in ranking:
        assert method.function(scores)[:, 0].tolist() == expected[method.name]


def test_only_ordinal_depends_on_the_order_of_units():
    assert [method.name for method in ranking if Trait.ORDER_DEPENDENT in method.traits] == ["ordinal"]


@pytest.mark.parametrize("ties", TIES)
@given(scores=tied_scores)
def test_equals_scipy(ties, scores):
    """Reference: scipy.stats.rankdata of the negated scores, missing ones left out."""
    before = scores.copy()
    expected = np.full(scores.shape, np.nan)
    for column in np.ndindex((*scores.shape[:-2], scores.shape[-1])):
        cells = (*column[:-1], slice(None), column[-1])
        there = ~np.isnan(scores[cells])
        expected[cells][there] = rankdata(-scores[cells][there], method=ties)
    np.testing.assert_array_equal(ranking[ties].function(scores), expected)
    np.testing.assert_array_equal(scores, before)


@pytest.mark.parametrize("ties", SHARED_TIES)
def test_order_of_units_does_not_matter(ties, make_values):
    scores = np.round(make_values(missing=0.2), -1)
    shuffled = np.random.default_rng(1).permutation(len(scores))
    rank = ranking[ties].function
    np.testing.assert_array_equal(rank(scores[shuffled]), rank(scores)[shuffled])


def test_noise_in_the_last_bits_makes_no_rank():
    scores = np.array([[0.1 + 0.2], [0.3]])
    assert ranking["min"].function(scores)[:, 0].tolist() == [1, 1]
    assert ranking["min"].function(scores, digits=0)[:, 0].tolist() == [1, 2]


def test_single_precision_and_single_unit():
    assert ranking["average"].function(np.array([[3.0, np.nan]], dtype=np.float32)).tolist()[0][0] == 1.0
    assert np.isnan(ranking["average"].function(np.array([[3.0, np.nan]]))[0, 1])


@pytest.mark.parametrize("ties", TIES)
def test_group_ranks_are_ranks_of_each_group_alone(ties, make_values):
    scores = np.round(np.stack([make_values(seed=seed, missing=0.1) for seed in (0, 1)]), -1)
    groups = np.random.default_rng(2).integers(-1, 3, scores.shape[-2])
    ranks = group_ranks(scores, groups, ranking[ties].function)
    assert np.isnan(ranks[:, groups == -1]).all()
    for group in range(3):
        alone = ranking[ties].function(scores[:, groups == group])
        np.testing.assert_array_equal(ranks[:, groups == group], alone)


@pytest.mark.parametrize("ties", SHARED_TIES)
@given(data=st.data())
def test_rank_in_reference_is_the_rank_after_joining_it(ties, data):
    """By definition: a value's rank among the reference, itself added unless it is already there."""
    some = st.sampled_from([-1.0, 0.0, 1.0, 2.0, 3.0, np.nan])
    values = data.draw(arrays(np.float64, (5, 2), elements=some))
    reference = data.draw(arrays(np.float64, (7, 2), elements=some))
    ranks = ranks_in_reference(values, reference, ties)
    for unit, column in np.ndindex(values.shape):
        value, others = values[unit, column], reference[:, column]
        joined = others if value in others else np.append(others, value)
        if np.isnan(value):
            assert np.isnan(ranks[unit, column])
        else:
            joined = joined[~np.isnan(joined)]
            assert ranks[unit, column] == rankdata(joined, method=ties)[joined == value][0]


@pytest.mark.parametrize("ties", SHARED_TIES)
@given(scores=tied_scores)
def test_values_as_their_own_reference(ties, scores):
    np.testing.assert_array_equal(ranks_in_reference(scores, scores, ties), ascending_ranks(scores, ties))


@pytest.mark.parametrize("digits", [1, 3, 12, 15])
@given(value=st.floats(allow_nan=False, allow_infinity=False, max_value=1.7e308, min_value=-1.7e308))
def test_rounding_moves_by_half_a_digit_at_most(digits, value):
    """In exact decimal arithmetic, with four spacings of floating point numbers to spare."""
    rounded = round_significant(np.array([value]), digits)[0]
    last_digit = Decimal(1).scaleb(Decimal(value).adjusted() + 1 - digits) if value else Decimal(0)
    moved = abs(Decimal(rounded) - Decimal(value))
    assert moved <= last_digit / 2 + 4 * Decimal(np.spacing(abs(value)))


@given(st.integers(-(10**12) + 1, 10**12 - 1), st.integers(-10, 10))
def test_rounding_keeps_numbers_of_few_digits(whole, power):
    value = float(f"{whole}e{power}")
    assert round_significant(np.array([value]), 12)[0] == value


@given(arrays(np.float64, 5, elements=st.floats()), st.integers(0, 15))
def test_rounding_twice_is_rounding_once(values, digits):
    values[np.abs(values) < 1e-280] = 0.0  # below, where a factor is needed, the last bit may move
    once = round_significant(values, digits)
    np.testing.assert_array_equal(round_significant(once, digits), once)


@given(st.integers(1, 10), st.integers(0, 10**9 - 1), st.integers(-40, 40), st.integers(-3, 3))
def test_noise_decides_no_half(digits, last, power, steps):
    """A half in few digits goes to the even one, whatever its last bits are."""
    kept = 10 ** (digits - 1) + last % (9 * 10 ** (digits - 1))
    half = float(f"{kept}5e{power}")
    rounded = round_significant(np.array([half + steps * np.spacing(half)]), digits)
    assert rounded[0] == round_significant(np.array([float(f"{kept + kept % 2}e{power + 1}")]), digits)[0]


@given(st.integers(1, 15), arrays(np.float64, 20, elements=st.floats(allow_nan=False)))
def test_rounding_keeps_the_order(digits, values):
    rounded = round_significant(np.sort(values), digits)
    np.testing.assert_array_equal(rounded, np.sort(rounded))


def test_rounding_leaves_what_has_no_digits():
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, np.finfo(float).max])
    rounded = round_significant(special, 12)
    np.testing.assert_array_equal(rounded[:5], special[:5])
    assert rounded[5] == 5e-324
    assert np.isfinite(rounded[6])
