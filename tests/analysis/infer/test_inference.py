"""Known weights come back, from scores, orders and other scales; wrong figures are named."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from innov_index.analysis.infer.infeasibility import violated
from innov_index.analysis.infer.inference import infer_from_order, infer_from_scores
from innov_index.analysis.infer.order_of_units import Order, order_of_ranks
from innov_index.analysis.infer.order_rows import order_rows
from innov_index.analysis.infer.polytope import Polytope
from innov_index.analysis.infer.power_means import Transform
from innov_index.analysis.infer.score_rows import score_rows
from innov_index.dataset.printed_figures import Intervals, known, printed
from tests.analysis.infer.made_up import made_up


def _inside(weights, found, tolerance=0.0):
    return bool(
        (found.smallest <= weights + tolerance).all() and (weights <= found.largest + tolerance).all()
    )


def _bounds_with_all_rows(rows):
    """Smallest and largest weights by one large program each."""
    matrix = rows.matrix(np.arange(len(rows)))
    k = matrix.shape[1]
    ends = [
        sign
        * linprog(
            sign * np.eye(k)[j], A_ub=-matrix, b_ub=np.zeros(len(rows)), A_eq=np.ones((1, k)), b_eq=[1]
        ).fun
        for sign in (1, -1)
        for j in range(k)
    ]
    return np.array(ends[:k]), np.array(ends[k:])


@settings(max_examples=1000)
@given(seed=st.integers(0, 2**32 - 1), gaps=st.sampled_from([0.0, 0.0, 0.15]))
def test_true_weights_of_a_thousand_made_up_indices_are_never_outside(seed, gaps):
    """0 to 3 decimals, 3 to 40 units, 2 to 7 children: they meet every row in rational numbers.

    Of one index in ten the set's bounds are computed too; `benchmarks/infer.py --random` does so for all.
    """
    index = made_up(seed, gaps=gaps)
    children, parent = printed(index.children, index.decimals), printed(index.parent, index.decimals)
    rows, _ = score_rows(children, parent, Transform(), "none")
    assert violated(rows, list(map(Fraction, index.weights.tolist()))) is None
    if seed % 10 == 0:
        assert _inside(index.weights, infer_from_scores(children, parent).weights)


@pytest.mark.parametrize("seed", range(40))
def test_a_figure_altered_by_three_units_of_its_last_decimal_is_named(seed):
    """80 units, 4 children, a decimal: the others leave each figure about one unit."""
    index = made_up(seed, units=80, children=4, decimals=1)
    altered = seed % 80
    index.parent[altered] += 0.3 if seed % 2 else -0.3
    found = infer_from_scores(printed(index.children, 1), printed(index.parent, 1))
    assert found.disagreement is not None
    assert altered in found.disagreement.contradiction.units
    assert altered in found.disagreement.contradiction.culprits
    low, high = found.disagreement.allowed[found.disagreement.contradiction.units.index(altered)]
    assert not low <= index.parent[altered] <= high


@pytest.mark.parametrize("seed", range(12))
def test_bounds_are_those_of_one_program_with_all_rows(seed):
    index = made_up(seed, units=30, decimals=1)
    rows, _ = score_rows(printed(index.children, 1), printed(index.parent, 1), Transform(), "none")
    found = infer_from_scores(printed(index.children, 1), printed(index.parent, 1))
    smallest, largest = _bounds_with_all_rows(rows)
    np.testing.assert_allclose(found.weights.smallest, smallest, atol=1e-7)
    np.testing.assert_allclose(found.weights.largest, largest, atol=1e-7)


def test_centre_is_the_centre_of_a_ball_that_touches():
    """Two children: the set is a segment, its centre the middle, its radius half its length (√2 along it)."""
    index = made_up(4, units=30, children=2, decimals=1)
    found = infer_from_scores(printed(index.children, 1), printed(index.parent, 1)).weights
    middle = (found.smallest + found.largest) / 2
    np.testing.assert_allclose(found.centre, middle, atol=1e-7)
    assert found.radius == pytest.approx(found.width / 2 * np.sqrt(2), abs=1e-7)


@pytest.mark.parametrize("scaling", ["ratio", "affine"])
@pytest.mark.parametrize("seed", range(10))
def test_the_scale_comes_back_with_the_weights(scaling, seed):
    index = made_up(seed, units=60, children=3, decimals=1)
    offset = 60.0 if scaling == "affine" else 0.0
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 100, (60, 3))
    parent = np.round(offset + 0.4 * (scores @ index.weights), 2)
    stated = [Fraction(repr(w)) for w in index.weights.tolist()]
    found = infer_from_scores(known(scores), printed(parent, 2), scaling=scaling, stated=stated)
    assert _inside(index.weights, found.weights)
    assert found.stated
    assert found.weights.factor[0] <= 0.4 <= found.weights.factor[1]
    if scaling == "affine":
        assert found.weights.offset[0] <= 60 <= found.weights.offset[1]
        parent[7] += 0.1
        wrong = infer_from_scores(known(scores), printed(parent, 2), scaling=scaling)
        assert 7 in wrong.disagreement.contradiction.units


@pytest.mark.parametrize("decimals", [None, 1])
@pytest.mark.parametrize("seed", range(10))
def test_weights_behind_an_order(seed, decimals):
    """From exact children's scores, and from printed ones (then every pair counts, not only neighbours)."""
    rng = np.random.default_rng(seed)
    scores, weights = rng.uniform(0, 100, (50, 4)), rng.dirichlet(np.ones(4))
    ranks = np.argsort(np.argsort(-(scores @ weights))) + 1.0
    figures = known(scores) if decimals is None else printed(np.round(scores, decimals), decimals)
    found = infer_from_order(
        figures, Order(order_of_ranks(ranks)), stated=list(map(Fraction, weights.tolist()))
    )
    assert _inside(weights, found.weights)
    assert found.stated
    rows, _ = order_rows(figures, Order(order_of_ranks(ranks)), Transform())
    assert len(rows) == (49 if decimals is None else 50 * 49 // 2)


@pytest.mark.parametrize("strict", [True, False])
def test_pairs_of_a_long_chain_need_not_be_listed(monkeypatch, strict):
    """The row of least slack, the rows near it and the unattainable ones are the same, listed or not."""
    rng = np.random.default_rng(2)
    figures = printed(rng.integers(0, 8, (40, 2)).astype(float), 0)
    ranks = rng.integers(1, 12, 40).astype(float)
    listed, _ = order_rows(figures, Order(order_of_ranks(ranks), strict=strict), Transform())
    keys, _ = listed.least(np.ones(2))
    monkeypatch.setattr("innov_index.analysis.infer.order_rows.LISTED", 0)
    unlisted, _ = order_rows(figures, Order(order_of_ranks(ranks), strict=strict), Transform())
    assert len(listed) == len(keys) == len(unlisted)
    assert listed.unattainable() == unlisted.unattainable() > 0
    for _ in range(20):
        weights, relief = rng.dirichlet(np.ones(2)), rng.uniform(0, 2, 40)
        for extra in (None, relief):
            assert listed.least(weights, extra)[1].min() == unlisted.least(weights, extra)[1].min()
        near = listed.least(weights)[1].min() + 1.0
        assert set(listed.within(weights, near)) == set(unlisted.within(weights, near))


def test_neighbours_are_not_enough_between_printed_figures():
    """A, B, C with B known badly: A's 10 before B, B before C's 20 are possible, but A is not before C."""
    low = np.array([[10.0, 10.0], [5.0, 5.0], [20.0, 20.0]])
    high = np.array([[10.0, 10.0], [25.0, 25.0], [20.0, 20.0]])
    found = infer_from_order(Intervals(low, high, high - low), Order([[[0], [1], [2]]]))
    assert found.disagreement.contradiction.units == (0, 2)


def test_an_order_that_only_ties_could_give_does_not_exist():
    """Two units with the same figures cannot be told apart; a third is told apart from them."""
    scores = np.array([[10.0, 20.0], [10.0, 20.0], [5.0, 30.0]])
    assert infer_from_order(known(scores), Order([[[0], [1], [2]]])).disagreement.contradiction.units == (
        0,
        1,
    )
    assert infer_from_order(known(scores), Order([[[0, 1], [2]]])).exists
    assert infer_from_order(known(scores), Order([[[0], [1], [2]]], strict=False)).exists


def test_partial_orders_follow_through():
    """A > B and B > C say A > C, although B is left out of the contradiction."""
    scores = np.array([[1.0, 1.0], [9.0, 0.0], [5.0, 5.0]])
    found = infer_from_order(known(scores), Order([[[0], [1]], [[1], [2]]]))
    assert found.disagreement.contradiction.units in ((0, 2), (0, 1), (1, 2))
    assert found.disagreement.contradiction.units == (0, 2)


def test_ranks_make_one_chain_with_ties_and_a_rest():
    ranks = np.array([2.0, 1.0, np.nan, 2.0])
    assert order_of_ranks(ranks) == [[[1], [0, 3]]]
    assert order_of_ranks(ranks, unranked_last=True) == [[[1], [0, 3], [2]]]


@pytest.mark.parametrize("seed", range(15))
def test_contradictions_are_irreducible(seed):
    """All rows of the units have no solution; without any one unit they have one (checked by HiGHS)."""
    index = made_up(seed, units=40, children=3, decimals=1)
    rng = np.random.default_rng(seed)
    index.parent += rng.choice([-0.4, 0.0, 0.4], 40)
    found = infer_from_scores(printed(index.children, 1), printed(index.parent, 1)).disagreement
    rows, _ = score_rows(printed(index.children, 1), printed(index.parent, 1), Transform(), "none")
    units = set(found.contradiction.units)
    assert not _feasible(rows.only(units))
    assert all(_feasible(rows.only(units - {unit})) for unit in units)


@pytest.mark.parametrize("seed", range(15))
def test_the_smallest_correction_is_enough(seed):
    """After the changes some weights exist; with 1 % less of them none do."""
    index = made_up(seed, units=40, children=3, decimals=1)
    index.parent[[3, 9]] += [0.5, -0.7]
    found = infer_from_scores(printed(index.children, 1), printed(index.parent, 1))
    correction = found.disagreement.correction
    rows, _ = score_rows(printed(index.children, 1), printed(index.parent, 1), Transform(), "none")
    assert _slack(rows, correction.changes, 1.000001) >= 0
    assert _slack(rows, correction.changes, 0.99) < 0
    assert correction.spread <= max(correction.changes.values()) + 1e-9
    everyone = dict.fromkeys(range(40), correction.spread)
    assert _slack(rows, everyone, 1.000001) >= 0 > _slack(rows, everyone, 0.99)


def test_thin_sets_are_found_in_coordinates_of_their_own_size():
    """Full-precision scores pin weights down to about 1e-10; the true ones are inside all the same."""
    rng = np.random.default_rng(0)
    scores, weights = rng.uniform(0, 100, (130, 7)), rng.dirichlet(np.ones(7))
    found = infer_from_scores(known(scores), printed(scores @ weights))
    assert found.weights.width < 1e-9
    assert _inside(weights, found.weights)
    parent = scores @ weights
    parent[5] += 1e-8
    assert infer_from_scores(known(scores), printed(parent)).disagreement.contradiction.culprits == (5,)


def test_stated_weights_that_miss_say_where():
    index = made_up(1, units=40, children=3, decimals=1)
    found = infer_from_scores(printed(index.children, 1), printed(index.parent, 1), stated=[1, 1, 1])
    assert found.stated is False
    worst = found.stated_misses[0]
    assert not worst.low <= index.parent[worst.unit] <= worst.high


def test_one_figure_outside_its_children_is_enough():
    scores, parent = np.array([[10.0, 20.0], [30.0, 40.0]]), np.array([15.0, 50.0])
    found = infer_from_scores(known(scores), printed(parent, 0)).disagreement
    assert found.contradiction.units == (1,)
    assert found.unattainable == 1
    assert found.correction.changes == {0: pytest.approx(4.5), 1: pytest.approx(9.5)}


def test_a_scale_is_for_arithmetic_means():
    with pytest.raises(ValueError, match="arithmetic"):
        infer_from_scores(known(np.ones((2, 2))), printed(np.ones(2)), power=0.0, scaling="affine")


def _feasible(rows):
    matrix = rows.matrix(np.arange(len(rows)))
    k = matrix.shape[1]
    found = linprog(np.zeros(k), A_ub=-matrix, b_ub=np.zeros(len(rows)), A_eq=np.ones((1, k)), b_eq=[1])
    return found.status == 0


def _slack(rows, changes, factor):
    """Greatest slack after the units' intervals are widened."""
    keys = np.arange(len(rows))
    matrix = rows.matrix(keys)
    relief = np.array([changes.get(unit, 0.0) for unit in rows.owners(keys)[:, 0]]) * rows.units(keys)
    k = matrix.shape[1]
    found = linprog(
        [0] * k + [-1],
        A_ub=np.column_stack([-matrix, np.ones(len(keys))]),
        b_ub=relief * factor,
        A_eq=[[1] * k + [0]],
        b_eq=[1],
        bounds=[(0, None)] * k + [(None, None)],
    )
    return -found.fun


def test_polytope_of_no_rows_is_all_weights():
    rows, _ = score_rows(known(np.full((2, 2), np.nan)), printed(np.ones(2)), Transform(), "none")
    assert Polytope(rows).highest(np.array([1.0, 0.0])) == pytest.approx(1.0)
