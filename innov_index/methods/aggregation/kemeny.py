"""Kemeny-Young: the ranking that agrees most with the children, found exactly by integer programming."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.engine.threads import available_threads
from innov_index.methods.aggregation.outranking import TIE, comparable, margins
from innov_index.methods.registry import AtLeastOne, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats, Ints


@dataclass(frozen=True)
class Consensus:
    """A ranking, its agreement with the children, and an upper bound of the agreement of any ranking.

    `placed_below` (units,) counts the units below each one (half for units with the same scores). The
    agreement is the sum, over all pairs, of the margin by which the children support the pair's order.
    """

    placed_below: Floats
    agreement: float
    bound: float
    exact: bool


@aggregation.method("kemeny_young", Trait.COMPARES_UNITS, Trait.LOOPED, Trait.ORDER_DEPENDENT)
def kemeny_young(values: Floats, weights: Floats, *, exact_up_to: AtLeastOne = 40) -> Floats:
    """Kemeny-Young: the order of the units that contradicts the fewest pairwise orders of the children.

    A unit's score is the number of units placed below it; units with the same scores share a place. Among
    orders that agree equally well, the method takes one that agrees most with the Borda scores; if several
    remain, the choice depends on the order of the children, but never on that of the units. Missing children
    are left out of a pair's comparison; a unit without children is missing.

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
    shape = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
    tables = np.broadcast_to(values, (*shape, *values.shape[-2:]))
    weighted = np.broadcast_to(weights, (*shape, weights.shape[-1]))

    def scores_of(place: tuple[int, ...]) -> Floats:
        found = consensus(tables[place], weighted[place], exact_up_to)
        return found.placed_below if found.exact else np.full(len(found.placed_below), np.nan)

    # HiGHS lets other threads run while it solves
    return each_table(shape, values.shape[-2:-1], scores_of, threads=available_threads())


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
    order = np.concatenate([_ordered(support, cycle, exact_up_to) for cycle in cycles] or [np.array([], int)])
    largest = max((len(cycle) for cycle in cycles), default=0)
    agreement = float(np.sum(np.triu(support[np.ix_(order, order)], 1)))
    bound = agreement if largest <= exact_up_to else float(np.sum(np.abs(np.triu(support, 1))))
    placed_below = np.full(len(values), np.nan)
    placed_below[present] = _below(order, counts)[member.reshape(-1)]
    return Consensus(placed_below, agreement, bound, largest <= exact_up_to)


def _below(order: Ints, counts: Ints) -> Floats:
    """Number of units below each distinct one, plus half of those that share its place."""
    below = np.empty(len(order))
    below[order] = np.sum(counts) - np.cumsum(counts[order]) + (counts[order] - 1) / 2
    return below


def _cycles(support: Floats) -> list[Ints]:
    """Groups of units that reach each other through majorities or ties, best group first."""
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(support >= 0, directed=True, connection="strong")
    groups = [np.flatnonzero(label == one) for one in np.unique(label)]
    wins = np.sum(support > 0, axis=-1)
    return sorted(groups, key=lambda group: -int(wins[group].max()))


def _ordered(support: Floats, cycle: Ints, exact_up_to: int) -> Ints:
    """The units of one cycle, best first: solved, or beyond `exact_up_to` improved from the Borda order."""
    inner = support[np.ix_(cycle, cycle)]
    borda = inner.sum(axis=-1)
    if len(cycle) <= 2 or len(cycle) > exact_up_to:
        return cycle[_improved(inner, np.argsort(-borda, kind="stable"))]
    first = _solved(inner)
    return cycle[_solved(borda[:, None] - borda, inner, _agreement(inner, first))]


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


def _solved(support: Floats, first: Floats | None = None, reached: float = 0.0) -> Ints:
    """The order that agrees most with `support`, among those whose agreement with `first` is `reached`.

    One variable for each pair i < j, 1 where i is above j; the pairs of any three units i < j < k must not
    form a cycle: 0 ≤ x_ij + x_jk - x_ik ≤ 1.
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
    if first is not None:
        # agreement is Σ first (2 x - 1) over the pairs i < j
        floor = (reached + first[low, high].sum()) / 2
        constraints.append(LinearConstraint(first[low, high][None, :], lb=floor - 1e-9))
    result = milp(
        -support[low, high],
        integrality=np.ones(len(low), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=constraints,
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:
        raise RuntimeError(f"the Kemeny program has no solution: {result.message}")
    above = np.zeros((size, size))
    above[low, high] = np.round(result.x)
    above[high, low] = 1 - above[low, high]
    return np.argsort(-above.sum(axis=-1), kind="stable")


def _triples(size: int) -> tuple[Ints, Ints, Ints]:
    i, j, k = np.meshgrid(*[np.arange(size)] * 3, indexing="ij")
    ascending = (i < j) & (j < k)
    return i[ascending], j[ascending], k[ascending]
