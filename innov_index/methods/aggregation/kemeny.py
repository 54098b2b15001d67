"""Kemeny-Young: the ranking that agrees most with the children, found exactly by integer programming."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.engine.threads import available_threads
from innov_index.frozen import frozen
from innov_index.limits import Few
from innov_index.methods.aggregation.outranking import TIE, comparable, margins
from innov_index.methods.registry import SEVERAL_ANSWERS, Finding, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Bools, Floats, Ints

_NONE = np.array([], dtype=np.int64)


@frozen
class Consensus:
    """The rankings that agree most with the children.

    `placed_below` (units,) counts the units that are below each one in all of them, and half of those that
    are below it in some or share its place. The agreement is the sum, over all pairs, of the margin by which
    the children support the pair's order; `bound` is an upper bound of it for any ranking. `several` says
    whether there are several, `exact` whether they were found with certainty.
    """

    placed_below: Floats
    agreement: float
    bound: float
    exact: bool
    several: bool


def _are_several(values: Floats, weights: Floats, *, exact_up_to: int = 40) -> Bools:
    """Whether several orders agree equally well with the children, for each leading index."""

    def several(table: Floats, weighted: Floats) -> Floats:
        return np.asarray(float(consensus(table, weighted, exact_up_to).several))

    return np.asarray(_over_tables(values, weights, (), several) > 0)


@aggregation.method(
    "kemeny_young",
    Trait.COMPARES_UNITS,
    Trait.LOOPED,
    findings=(
        Finding(
            _are_several,
            "several orders agree equally well with the children; units whose order they leave open count "
            "half for each other",
            SEVERAL_ANSWERS,
        ),
    ),
    properties="monotone scale common_scale shift alike",
)
def kemeny_young(values: Floats, weights: Floats, *, exact_up_to: Few = 40) -> Floats:
    """Kemeny-Young: the order of the units that contradicts the fewest pairwise orders of the children.

    A unit's score is the number of units placed below it; units with the same scores share a place. Where
    several orders agree equally well, a unit counts as below another only if it is so in all of them, and by
    half where it is so in some: the order of units and children decides nothing. Missing children are left
    out of a pair's comparison; a unit without children is missing.

    Formula: the order that maximises Σ over pairs (i above j) of Σ w [x_i > x_j] - Σ w [x_i < x_j]

    Undefined: the majorities form a cycle of more than exact_up_to units, so that the best order cannot be
    found with certainty.

    Remedy: use copeland or borda, or state a larger exact_up_to (time increases steeply).

    Source: young1978

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    exact_up_to : int
        Largest cycle of units that is solved.

    Returns
    -------
    (..., units)
    """

    def scores_of(table: Floats, weighted: Floats) -> Floats:
        found = consensus(table, weighted, exact_up_to)
        return found.placed_below if found.exact else np.full(len(found.placed_below), np.nan)

    return _over_tables(values, weights, values.shape[-2:-1], scores_of)


def _over_tables(
    values: Floats, weights: Floats, shape: tuple[int, ...], found: Callable[[Floats, Floats], Floats]
) -> Floats:
    """What is found, of this shape, for the table and weights of each leading index."""
    leading = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
    tables = np.broadcast_to(values, (*leading, *values.shape[-2:]))
    weighted = np.broadcast_to(weights, (*leading, weights.shape[-1]))
    # HiGHS lets other threads run while it solves
    return each_table(
        leading, shape, lambda place: found(tables[place], weighted[place]), threads=available_threads()
    )


def consensus(values: Floats, weights: Floats, exact_up_to: int = 40) -> Consensus:
    """The ranking that agrees most with the children; beyond `exact_up_to`, a good one with a bound.

    Units whose majorities form no cycle with others are ordered by the majorities alone (the extended
    Condorcet criterion), so that only cycles have to be solved.

    Parameters
    ----------
    values : (units, children)
    weights : (children,)
    exact_up_to : int
        Largest cycle that is solved.
    """
    present = ~np.isnan(values).all(axis=-1)
    # sorted, so that the order of the units never decides between equally good rankings
    distinct, member, counts = np.unique(
        np.where(np.isnan(values), -np.inf, comparable(values))[present],
        axis=0,
        return_inverse=True,
        return_counts=True,
    )
    known = np.where(np.isneginf(distinct), np.nan, distinct)
    support = margins(known, known, weights)
    support = np.where(np.abs(support) > TIE, support, 0.0) * np.outer(counts, counts)
    cycles = _cycles(support)
    solved = [_ordered(support[np.ix_(cycle, cycle)], exact_up_to) for cycle in cycles]
    order = np.concatenate([cycle[own] for cycle, (own, _) in zip(cycles, solved, strict=True)] or [_NONE])
    largest = max((len(cycle) for cycle in cycles), default=0)
    agreement = _agreement(support, order)
    bound = agreement if largest <= exact_up_to else float(np.sum(np.abs(np.triu(support, 1))))
    # a unit is above itself and its equals by a half
    above = np.full(support.shape, 0.5)
    above[np.ix_(order, order)] += 0.5 * np.sign(np.arange(len(order)) - np.arange(len(order))[:, None])
    for cycle, (_, settled) in zip(cycles, solved, strict=True):
        above[np.ix_(cycle, cycle)] = settled
    below = above @ counts - 0.5
    placed_below = np.full(len(values), np.nan)
    placed_below[present] = below[member.reshape(-1)]
    several = any((settled == 0.5).sum() > len(settled) for _, settled in solved)
    return Consensus(placed_below, agreement, bound, largest <= exact_up_to, several)


def _cycles(support: Floats) -> list[Ints]:
    """Groups of units that reach each other through majorities or ties, best group first."""
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(support >= 0, directed=True, connection="strong")
    groups = [np.flatnonzero(label == one) for one in np.unique(label)]
    wins = np.sum(support > 0, axis=-1)
    return sorted(groups, key=lambda group: -int(wins[group].max()))


def _ordered(support: Floats, exact_up_to: int) -> tuple[Ints, Floats]:
    """Units of one cycle, best first, and for each pair whether the first is above the second: 1, 0 or 1/2.

    Half is for pairs that the best orders leave open, and for a unit and itself. Beyond `exact_up_to` units,
    the order is the Borda order, improved.
    """
    size = len(support)
    if not support.any():
        return np.arange(size), np.full(support.shape, 0.5)
    if size > exact_up_to:
        order = _improved(support, np.argsort(-support.sum(axis=-1), kind="stable"))
        return order, _above(order)
    first = _solved(support)
    if first is None:
        raise RuntimeError("the Kemeny program has no solution")
    most, settled = _agreement(support, first), _above(first)
    while (other := _solved(support, settled)) is not None and _agreement(support, other) > most - TIE:
        settled = np.where(settled == _above(other), settled, 0.5)
        if not (settled == 1).any():
            break
    return first, settled


def _above(order: Ints) -> Floats:
    """For each pair, whether the first is above the second: 1 or 0, and 1/2 for a unit and itself."""
    place = np.argsort(order)
    return np.asarray(0.5 + 0.5 * np.sign(place - place[:, None]))


def _agreement(support: Floats, order: Ints) -> float:
    return float(np.sum(np.triu(support[np.ix_(order, order)], 1)))


def _improved(support: Floats, order: Ints) -> Ints:
    """Move one unit at a time to its best place, until no move improves the order."""
    moved = True
    while moved:
        moved = False
        for unit in order.copy():
            others = order[order != unit]
            above, below = support[others, unit], support[unit, others]
            gains = np.concatenate([[0.0], np.cumsum(above)]) + np.concatenate(
                [np.cumsum(below[::-1])[::-1], [0.0]]
            )
            place = int(np.flatnonzero(order == unit)[0])
            best = int(np.argmax(gains))
            if gains[best] > gains[place] + TIE:
                order = np.insert(others, best, unit)
                moved = True
    return order


def _solved(support: Floats, settled: Floats | None = None) -> Ints | None:
    """The order that agrees most with `support`; given pairs that are settled, one that turns one of them.

    One variable for each pair i < j, 1 where i is above j; the pairs of any three units i < j < k must not
    form a cycle: 0 ≤ x_ij + x_jk - x_ik ≤ 1. None: there is no other order.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    size = len(support)
    low, high = np.triu_indices(size, 1)
    pair = np.zeros((size, size), dtype=np.int64)
    pair[low, high] = np.arange(len(low))
    i, j, k = _triples(size)
    rows = np.repeat(np.arange(len(i)), 3)
    columns = np.stack([pair[i, j], pair[j, k], pair[i, k]], axis=-1).ravel()
    signs = np.tile([1.0, 1.0, -1.0], len(i))
    acyclic = csr_array((signs, (rows, columns)), shape=(len(i), len(low)))
    # older scipy passes the index arrays to HiGHS unconverted, and HiGHS expects 32 bits
    acyclic.indices, acyclic.indptr = acyclic.indices.astype(np.int32), acyclic.indptr.astype(np.int32)
    constraints = [LinearConstraint(acyclic, 0, 1)]
    if settled is not None:
        # of the pairs that stand in one order in all orders found so far, at least one stands in the other
        sign = 2 * settled[low, high] - 1
        constraints.append(LinearConstraint(sign[None, :], ub=(sign > 0).sum() - 1))
    result = milp(
        -support[low, high],
        integrality=np.ones(len(low), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=constraints,
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:
        return None
    above = np.zeros((size, size))
    above[low, high] = np.round(result.x)
    above[high, low] = 1 - above[low, high]
    return np.argsort(-above.sum(axis=-1), kind="stable")


def _triples(size: int) -> tuple[Ints, Ints, Ints]:
    i, j, k = np.meshgrid(*[np.arange(size)] * 3, indexing="ij")
    ascending = (i < j) & (j < k)
    return i[ascending], j[ascending], k[ascending]
