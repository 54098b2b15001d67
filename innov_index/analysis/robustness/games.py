"""Matrix games: the smallest value that the largest of several linear functions can have.

min over mixtures x of the columns of the largest entry of payoffs @ x. One tableau serves floats and exact
fractions (object arrays): the optimal mixture shows that all rows can be made small at once, the optimal
multipliers of the rows that they cannot.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

BLAND_AFTER = 60
"""From this pivot on the first column that improves is taken, which cannot cycle."""

MOST_PIVOTS = 3_000


@frozen
class Solved:
    """Value of a game, the mixture of columns and the multipliers of rows that prove it (each sums to 1)."""

    value: Any
    mixture: NDArray[Any]
    multipliers: NDArray[Any]


def solve(payoffs: NDArray[Any], tolerance: float = 1e-11) -> Solved | None:
    """Solve a game by the simplex method on its condensed tableau.

    Parameters
    ----------
    payoffs : (rows, columns)
        Floats, or fractions in an object array (then with tolerance 0).

    Returns
    -------
    Solved, or None where it did not end
    """
    rows, columns = payoffs.shape
    shift = 1 - payoffs.min()
    tableau = np.empty((rows + 1, columns + 1), dtype=payoffs.dtype)
    tableau[:rows, :columns] = payoffs + shift
    tableau[:rows, columns] = 1
    tableau[rows, :columns] = -1
    tableau[rows, columns] = 0
    at_row = np.arange(columns, columns + rows)
    at_column = np.arange(columns)
    for pivot in range(MOST_PIVOTS):
        column = _entering(tableau[rows, :columns], tolerance, pivot)
        if column < 0:
            return _read(tableau, at_row, at_column, shift)
        row = _leaving(tableau[:rows, column], tableau[:rows, columns], tolerance, at_row)
        if row < 0:
            return None
        _pivot(tableau, row, column)
        at_row[row], at_column[column] = at_column[column], at_row[row]
    return None


def solve_exactly(payoffs: NDArray[Any]) -> Solved:
    """Solve a game of whole numbers or fractions exactly."""
    solved = solve(payoffs, 0.0)
    if solved is None:
        raise AssertionError("an exact game has no end")
    return solved


def _entering(costs: NDArray[Any], tolerance: float, pivot: int) -> int:
    if pivot < BLAND_AFTER:
        column = int(np.argmin(costs))
        return column if costs[column] < -tolerance else -1
    better = np.flatnonzero(costs < -tolerance)
    return int(better[0]) if len(better) else -1


def _leaving(entries: NDArray[Any], amounts: NDArray[Any], tolerance: float, at_row: NDArray[Any]) -> int:
    usable = np.flatnonzero(entries > tolerance)
    if not len(usable):
        return -1
    ratios = amounts[usable] / entries[usable]
    least = ratios.min()
    tied = usable[ratios <= least + tolerance * 1e-2] if tolerance else usable[ratios == least]
    return int(tied[np.argmin(at_row[tied])])


def _pivot(tableau: NDArray[Any], row: int, column: int) -> None:
    inverse = 1 / tableau[row, column]
    line = tableau[row] * inverse
    factors = tableau[:, column].copy()
    factors[row] = 0
    tableau -= np.multiply.outer(factors, line)
    tableau[row] = line
    tableau[:, column] = -factors * inverse
    tableau[row, column] = inverse


def _read(tableau: NDArray[Any], at_row: NDArray[Any], at_column: NDArray[Any], shift: Any) -> Solved:
    rows, columns = len(at_row), len(at_column)
    total = tableau[rows, columns]
    mixture = np.zeros(columns, dtype=tableau.dtype)
    multipliers = np.zeros(rows, dtype=tableau.dtype)
    basic = at_row < columns
    mixture[at_row[basic]] = tableau[:rows, columns][basic]
    moved = at_column >= columns
    multipliers[at_column[moved] - columns] = tableau[rows, :columns][moved]
    return Solved(1 / total - shift, mixture / total, multipliers / total)


def pair_multipliers(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Best mixture of two rows for many pairs: the share of the first that makes the smallest entry largest.

    Parameters
    ----------
    first, second : (pairs, columns)

    Returns
    -------
    shares, values : (pairs,)
        Value: the smallest entry of share · first + (1 - share) · second.
    """
    pairs = np.arange(len(first))
    left = np.zeros(len(first))
    right = np.ones(len(first))
    low_line, high_line = second.argmin(axis=1), first.argmin(axis=1)
    best, best_value = np.zeros(len(first)), second.min(axis=1)
    take_first = first.min(axis=1) > best_value
    best[take_first], best_value[take_first] = 1.0, first.min(axis=1)[take_first]
    for _ in range(first.shape[1] + 2):
        share = _crossing(first, second, pairs, low_line, high_line, left, right)
        mixed = share[:, None] * first + (1 - share)[:, None] * second
        line, value = mixed.argmin(axis=1), mixed.min(axis=1)
        better = value > best_value
        best, best_value = np.where(better, share, best), np.where(better, value, best_value)
        rising = first[pairs, line] > second[pairs, line]
        moved = np.where(rising, (line != low_line) & (share > left), (line != high_line) & (share < right))
        low_line, left = np.where(rising, line, low_line), np.where(rising, share, left)
        high_line, right = np.where(rising, high_line, line), np.where(rising, right, share)
        if not moved.any():
            break
    return best, best_value


def _crossing(
    first: Floats, second: Floats, pairs: Any, low: Any, high: Any, left: Floats, right: Floats
) -> Floats:
    """Share at which the rising and the falling line of each pair cross, kept between the known ends."""
    slope_low = first[pairs, low] - second[pairs, low]
    slope_high = first[pairs, high] - second[pairs, high]
    gap = second[pairs, high] - second[pairs, low]
    difference = slope_low - slope_high
    with np.errstate(all="ignore"):
        share = gap / difference
    middle = (left + right) / 2
    usable = (difference > 0) & (share > left) & (share < right)
    return np.where(usable, share, middle)
