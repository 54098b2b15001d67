"""Votes of the children of a node on its units: who is ahead, in which place, support of orders."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from innov_index.model.arrays import Bools, Floats, Ints

EQUAL = 1e-9

MOST_ORDERED = 8
"""Units up to which all orders are tried."""


def outranking(values: Floats, weights: Floats) -> Floats:
    """Weight of the children in which one unit is ahead of another, half where they are level.

    Parameters
    ----------
    values : (units, children)
        More is better; a child without a value of one of two units has no vote on them.
    weights : (children,)

    Returns
    -------
    (units, units)
        Of the row's unit ahead of the column's; 0 on the diagonal.
    """
    support = np.zeros((len(values), len(values)))
    # child by child: all at once would take as many times the memory
    for column, weight in zip(values.T, weights, strict=True):
        support += weight * (column[:, None] > column)
        support += weight / 2 * (column[:, None] == column)
    np.fill_diagonal(support, 0.0)
    return support


def frequencies(values: Floats, weights: Floats) -> Floats:
    """Weight of the children that put a unit in each place, (places, units), shared by level units."""
    units = len(values)
    found = np.zeros((units, units))
    for child, weight in enumerate(weights):
        column = values[:, child]
        for unit in np.flatnonzero(~np.isnan(column)):
            best = int((column > column[unit]).sum())
            level = int((column == column[unit]).sum())
            found[best : best + level, unit] += weight / level
    return found


def support_of(matrix: Floats, order: Ints) -> float:
    """Sum of the outranking matrix over all pairs of an order, best first."""
    placed = matrix[np.ix_(order, order)]
    return float(np.triu(placed, 1).sum())


def majorities(matrix: Floats) -> Bools:
    """Where the row's unit is ahead of the column's with more weight than the other way round."""
    return np.asarray(matrix > matrix.T + EQUAL)


def condorcet_winner(matrix: Floats) -> int | None:
    """The unit that a majority puts ahead of each other one."""
    beaten = majorities(matrix).sum(axis=1)
    winners = np.flatnonzero(beaten == len(matrix) - 1)
    return int(winners[0]) if len(winners) and len(matrix) > 1 else None


def cycles(matrix: Floats) -> list[Ints]:
    """Units that are ahead of each other in a circle of majorities, each circle as large as it gets."""
    reach = majorities(matrix)
    for _ in range(len(matrix).bit_length()):
        reach = reach | (reach.astype(np.float64) @ reach.astype(np.float64) > 0)
    both = reach & reach.T
    found: list[Ints] = []
    for unit in np.flatnonzero(both.any(axis=1)):
        if both[unit, :unit].any():
            continue
        found.append(np.flatnonzero(both[unit]))
    return found


def best_orders(matrix: Floats) -> tuple[Ints, float]:
    """All orders with the largest support, best unit first, and that support; of up to `MOST_ORDERED` units.

    They are the answer of Condorcet, Kemeny, Young and Levenglick.
    """
    orders = np.array(list(permutations(range(len(matrix)))), dtype=np.int64)
    support = np.zeros(len(orders))
    for place in range(orders.shape[1]):
        for later in range(place + 1, orders.shape[1]):
            support += matrix[orders[:, place], orders[:, later]]
    largest = float(support.max())
    return orders[support >= largest - EQUAL], largest
