"""Best and worst ranks: against exhaustive search, against samples, and their certificates."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from innov_index.analysis.robustness.certificates import Leaf, WrongCertificate, check_claim
from innov_index.analysis.robustness.linear import LinearScores, from_values
from innov_index.analysis.robustness.rank_ranges import RankRanges, rank_ranges
from innov_index.analysis.robustness.weight_sets import WeightSet, simplex, within
from tests.conftest import ROOT

UNHURRIED = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ordered(size: int) -> WeightSet:
    """First weight at least the second, the second at least the third …"""
    rows = [tuple(Fraction({k: -1, k + 1: 1}.get(at, 0)) for at in range(size)) for k in range(size - 1)]
    return WeightSet((Fraction(0),) * size, (Fraction(1),) * size, tuple(rows))


def sets(size: int) -> list[WeightSet]:
    equal = [Fraction(1, size)] * size
    bounded = WeightSet((Fraction(1, 10),) * size, (Fraction(3, 5),) * size)
    return [simplex(size), within(equal, Fraction(1, 3)), ordered(size), bounded]


def check_all(ranges: RankRanges) -> None:
    for claim in (*ranges.best, *ranges.worst):
        check_claim(ranges.linear, ranges.weights, claim)


tables = st.integers(2, 3).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 6), min_size=size, max_size=size), min_size=2, max_size=5)
)


@UNHURRIED
@given(table=tables, kind=st.integers(0, 3))
def test_equal_exhaustive_search_with_many_ties(table, kind, exhaustive):
    """Small whole numbers: ties, identical units and planes through corners are the rule."""
    linear = from_values(np.array(table, dtype=float))
    weights = sets(len(table[0]))[kind]
    ranges = rank_ranges(linear, weights)
    assert ranges.exact
    check_all(ranges)
    for unit in range(len(linear)):
        found = ranges.best[unit].rank, ranges.worst[unit].rank
        assert found == exhaustive(linear, weights, unit)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", range(4))
def test_equal_every_pattern_of_who_is_ahead(seed, kind):
    """Four weights, six units: every pattern of rivals ahead or not is tried as a linear programme."""
    from scipy.optimize import linprog

    values = np.random.default_rng(seed).random((6, 4))
    weights = sets(4)[kind]
    ranges = rank_ranges(from_values(values), weights)
    check_all(ranges)
    rows = np.array([[float(entry) for entry in row] for row in weights.inequalities])
    for unit in range(6):
        gaps = np.delete(values, unit, axis=0) - values[unit]
        possible = []
        for pattern in product((-1.0, 1.0), repeat=5):
            signed = np.array(pattern)[:, None] * gaps
            # the smallest of the signed leads as large as possible
            found = linprog(
                [0, 0, 0, 0, -1],
                A_ub=np.block([[-signed, np.ones((5, 1))], [rows, np.zeros((len(rows), 1))]]),
                b_ub=np.zeros(5 + len(rows)),
                A_eq=[[1, 1, 1, 1, 0]],
                b_eq=[1],
                bounds=[(0, 1)] * 4 + [(None, None)],
            )
            if -found.fun > 1e-9:
                possible.append(1 + sum(side > 0 for side in pattern))
        assert (ranges.best[unit].rank, ranges.worst[unit].rank) == (min(possible), max(possible))


@pytest.mark.parametrize("kind", range(4))
def test_a_million_samples_never_contradict(kind, draw_weights):
    values = np.random.default_rng(kind).random((9, 4))
    weights = sets(4)[kind]
    ranges = rank_ranges(from_values(values), weights)
    best = np.array([claim.rank for claim in ranges.best])
    worst = np.array([claim.rank for claim in ranges.worst])
    linear_values = from_values(values).values.astype(float)
    for seed in range(10):
        scores = draw_weights(weights, 100_000, seed) @ linear_values.T
        order = np.argsort(-scores, axis=1)
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(1, 10)[None].repeat(len(order), 0), axis=1)
        assert (ranks.min(axis=0) >= best).all()
        assert (ranks.max(axis=0) <= worst).all()


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(4, 25), st.integers(2, 6), st.integers(0, 3))
def test_random_cases_are_certified_and_hold_in_samples(seed, units, size, kind):
    rng = np.random.default_rng(seed)
    linear = from_values(rng.random((units, size)))
    weights = sets(size)[kind]
    ranges = rank_ranges(linear, weights)
    assert ranges.exact
    check_all(ranges)
    corners = np.array([[float(entry) for entry in corner] for corner in weights.corners])
    scores = rng.dirichlet(np.full(len(corners), 0.3), 40_000) @ corners @ linear.values.T
    for unit in range(units):
        ahead = 1 + (scores > scores[:, unit : unit + 1] + 1.0).sum(axis=1)
        assert ahead.max() <= ranges.worst[unit].rank
        behind = units - (scores < scores[:, unit : unit + 1] - 1.0).sum(axis=1)
        assert behind.min() >= ranges.best[unit].rank


def test_many_bounded_weights_are_certified(draw_weights):
    """More bounds than corners can be listed for: 12 weights within ±50 %."""
    values = np.random.default_rng(5).random((20, 12))
    linear = from_values(values)
    weights = within(linear.given, Fraction(1, 2))
    assert not weights.corners
    ranges = rank_ranges(linear, weights)
    assert ranges.exact
    check_all(ranges)


def test_a_wrong_claim_does_not_pass():
    linear = from_values(np.random.default_rng(1).random((12, 4)))
    ranges = rank_ranges(linear, simplex(4))
    claim = next(claim for claim in ranges.best if claim.rank > 2 and claim.coalitions)
    with pytest.raises(WrongCertificate):
        check_claim(linear, simplex(4), replace(claim, bound=claim.bound + 1))
    with pytest.raises(WrongCertificate):
        check_claim(linear, simplex(4), replace(claim, rank=claim.rank - 1))
    with pytest.raises(WrongCertificate):
        check_claim(linear, simplex(4), replace(claim, proof=Leaf()))
    others = np.setdiff1d(np.arange(12), [claim.unit, *claim.certain])
    with pytest.raises(WrongCertificate, match="not lost at all"):
        check_claim(linear, simplex(4), replace(claim, certain=others))
    members, shares = next(iter(claim.coalitions.items()))
    turned = {rival: -share for rival, share in shares.items()}
    with pytest.raises(WrongCertificate):
        check_claim(linear, simplex(4), replace(claim, coalitions={**claim.coalitions, members: turned}))
    with pytest.raises(WrongCertificate, match="not in the set"):
        check_claim(
            linear, simplex(4), replace(claim, weights=(Fraction(2), Fraction(-1), *claim.weights[2:]))
        )


def test_without_time_bounds_are_given_and_hold():
    linear = from_values(np.random.default_rng(2).random((60, 6)))
    weights = simplex(6)
    hurried = rank_ranges(linear, weights, time_limit=0.0)
    exact = rank_ranges(linear, weights)
    assert exact.exact
    assert not hurried.exact
    check_all(hurried)
    for quick, sure in zip(hurried.best, exact.best, strict=True):
        assert quick.bound <= sure.rank <= quick.rank
    for quick, sure in zip(hurried.worst, exact.worst, strict=True):
        assert quick.rank <= sure.rank <= quick.bound


def test_equal_scores_count_in_favour():
    """Two units level at every weight share the first place, at best and at worst."""
    linear = from_values(np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 3.0]]))
    ranges = rank_ranges(linear, within([Fraction(1, 2)] * 2, Fraction(1, 10)))
    assert [claim.rank for claim in ranges.best] == [1, 1, 1]
    assert [claim.rank for claim in ranges.worst] == [2, 2, 3]


def test_one_unit_and_one_weight():
    assert rank_ranges(from_values(np.array([[1.0, 2.0]])), simplex(2)).worst[0].rank == 1
    ranges = rank_ranges(from_values(np.array([[1.0], [2.0], [2.0]])), simplex(1))
    assert [claim.rank for claim in ranges.best] == [3, 1, 1]
    assert [claim.rank for claim in ranges.worst] == [3, 1, 1]


def published_pillars(shared) -> LinearScores:
    """132 economies x 7 pillars of the Global Innovation Index 2022, from the config of the project."""

    import innov_index
    from innov_index.analysis.robustness.linear_index import linear_scores

    config = ROOT / "configs/published/gii-2022.yaml"
    return linear_scores(innov_index.load(config), level=2)


def test_gii_2022_pillars_are_exact(shared):
    """All best and worst ranks on the whole simplex, each certified."""
    linear = published_pillars(shared)
    ranges = rank_ranges(linear, simplex(7))
    assert ranges.exact
    check_all(ranges)
    names = dict(zip(linear.names, range(len(linear)), strict=True))
    assert ranges.best[names["Switzerland"]].rank == 1


def test_many_weights_are_exact():
    """32 units x 15 weights on the whole simplex."""
    linear = from_values(np.random.default_rng(0).random((32, 15)))
    ranges = rank_ranges(linear, simplex(15))
    assert ranges.exact
    check_all(ranges)
