"""Votes of the children of a node on its units: who is ahead, in which place, support of orders."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Floats, Ints

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
    ahead = (values[:, None] > values[None, :]) + 0.5 * (values[:, None] == values[None, :])
    support = ahead @ weights
    np.fill_diagonal(support, 0.0)
    return np.asarray(support, dtype=np.float64)


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
