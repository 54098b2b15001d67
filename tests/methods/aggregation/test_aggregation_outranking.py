"""Outranking methods by hand, by brute force over pairs and orders, and on ties and gaps."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from innov_index.methods.aggregation import aggregation
from innov_index.methods.aggregation.kemeny import consensus
from innov_index.methods.aggregation.outranking import margins

borda, copeland, kemeny_young = (aggregation[name].function for name in ("borda", "copeland", "kemeny_young"))
TIED = arrays(np.float64, st.tuples(st.integers(2, 6), st.just(4)), elements=st.integers(0, 3).map(float))
UNEVEN = np.array([0.1, 0.2, 0.3, 0.4])

VOTES = np.array([42, 26, 15, 17])
PLACES = np.array([[1, 4, 4, 4], [2, 1, 3, 3], [3, 2, 1, 2], [4, 3, 2, 1]])
"""Memphis, Nashville, Chattanooga and Knoxville in the orders of four groups of voters: the usual example."""


def test_voters_of_tennessee():
    """By hand. Borda: e.g. Memphis 42·3 = 126. Nashville beats all others in pairs, so both Copeland and
    Kemeny put it first; the Kemeny order is Nashville, Chattanooga, Knoxville, Memphis."""
    scores, weights = -PLACES.astype(float), VOTES / 100
    np.testing.assert_allclose(borda(scores, weights), [1.26, 1.94, 1.73, 1.07])
    np.testing.assert_array_equal(copeland(scores, weights), [-3, 3, 1, -1])
    np.testing.assert_array_equal(kemeny_young(scores, weights), [0, 3, 2, 1])


@given(TIED)
def test_borda_counts_pairs(values):
    beaten = (values[:, None] > values).sum(axis=1) + ((values[:, None] == values).sum(axis=1) - 1) / 2
    np.testing.assert_allclose(borda(values, UNEVEN), beaten @ UNEVEN, atol=1e-12)


@given(TIED)
def test_copeland_counts_pairs(values):
    """Weights 1, 2, 3, 4 as whole numbers: no rounding in the expectation, none must show in ours."""
    whole = np.array([1, 2, 3, 4])
    higher = (values[:, None] > values) @ whole
    np.testing.assert_array_equal(copeland(values, whole / 10), np.sign(higher - higher.T).sum(axis=1))


def test_rounding_of_weights_decides_no_pair():
    """0.1 + 0.2 against 0.3: equal, though not as doubles."""
    values = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_array_equal(copeland(values, np.array([0.1, 0.2, 0.3]) / 0.6), [0, 0])


def test_noise_in_the_last_digits_decides_no_pair():
    values = np.array([[0.1 + 0.2, 1.0], [0.3, 1.0]])
    weights = np.array([0.5, 0.5])
    for kernel in (borda, copeland, kemeny_young, aggregation["promethee_ii"].function):
        first, second = kernel(values, weights)
        assert first == second


def test_copeland_does_not_compare_units_without_a_common_child():
    """The first two share no child; each of them shares one with the third."""
    values = np.array([[5.0, np.nan], [np.nan, 5.0], [4.0, 6.0], [np.nan, np.nan]])
    np.testing.assert_array_equal(copeland(values, np.array([0.5, 0.5])), [1, -1, 0, np.nan])


def test_copeland_in_blocks_is_copeland_at_once(make_values, monkeypatch):
    values = make_values(4, 40, 5, missing=0.1)
    weights = np.random.default_rng(0).dirichlet(np.ones(5), 3)
    whole = copeland(values, weights)
    monkeypatch.setattr("innov_index.methods.aggregation.outranking.BLOCK", 600)
    np.testing.assert_array_equal(copeland(values, weights), whole)


def agreement(order, wanted):
    return np.triu(wanted[np.ix_(order, order)], 1).sum()


@given(TIED)
def test_kemeny_is_the_best_of_all_orders(values):
    wanted = margins(values, values, UNEVEN)
    best = max(agreement(order, wanted) for order in itertools.permutations(range(len(values))))
    found = consensus(values, UNEVEN)
    assert found.exact
    assert found.agreement == pytest.approx(best, abs=1e-9)
    assert found.bound == found.agreement


@given(TIED, st.randoms(use_true_random=False))
def test_kemeny_depends_on_no_order_of_units_and_equals_share_a_place(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    got = kemeny_young(values, UNEVEN)
    np.testing.assert_array_equal(kemeny_young(values[order], UNEVEN), got[order])
    several = consensus(values, UNEVEN).several
    for i, j in itertools.combinations(range(len(values)), 2):
        equal = np.array_equal(values[i], values[j])
        assert got[i] == got[j] if equal else several or got[i] != got[j]


@given(TIED)
def test_kemeny_counts_what_all_best_orders_have_in_common(values):
    values = np.unique(values, axis=0)
    wanted = margins(values, values, UNEVEN)
    orders = list(itertools.permutations(range(len(values))))
    agreements = np.array([agreement(order, wanted) for order in orders])
    best = [
        np.argsort(order)
        for order, own in zip(orders, agreements, strict=True)
        if own > agreements.max() - 1e-9
    ]
    above = np.mean([place[:, None] < place for place in best], axis=0)
    settled = np.where((above == 0) | (above == 1), above, 0.5)
    np.fill_diagonal(settled, 0)
    found = consensus(values, UNEVEN)
    np.testing.assert_array_equal(found.placed_below, settled.sum(axis=1))
    assert found.several == (len(best) > 1)


def test_kemeny_of_a_circle_shares_the_place():
    """Three voters in a circle: each unit is first in one of three orders that agree equally well."""
    circle = np.array([[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(kemeny_young(circle, np.full(3, 1 / 3)), [1.0, 1.0, 1.0])


def test_kemeny_solves_a_circle_of_many_units():
    """With as many random orders as here, all units contradict each other: no pair order is free."""
    values = np.random.default_rng(2).random((20, 4))
    wanted = margins(values, values, np.full(4, 0.25))
    found = consensus(values, np.full(4, 0.25))
    assert found.placed_below.sum() == 20 * 19 / 2
    assert found.agreement >= agreement(np.argsort(-borda(values, np.full(4, 0.25))), wanted)


def test_kemeny_beyond_its_limit_gives_bounds_and_no_score():
    values = np.random.default_rng(2).random((20, 4))
    weights = np.full(4, 0.25)
    exact, rough = consensus(values, weights), consensus(values, weights, exact_up_to=5)
    assert not rough.exact
    assert rough.agreement <= exact.agreement + 1e-9 <= rough.bound + 2e-9
    assert np.isnan(kemeny_young(values, weights, exact_up_to=5)).all()


def test_kemeny_without_circles_needs_no_limit():
    """Orders that all agree: 300 units, none in a circle."""
    ascending = np.arange(300.0)[:, None] * np.ones(3)
    got = kemeny_young(ascending, np.full(3, 1 / 3), exact_up_to=1)
    np.testing.assert_array_equal(got, np.arange(300))
