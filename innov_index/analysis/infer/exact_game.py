"""A small linear program in rational arithmetic, solved without any rounding.

The greatest s such that g_i · y ≥ s u_i for every row i, where the first few entries of y (the weights) are
not negative and sum to 1: the value of a matrix game between the weights and the rows. s ≥ 0: y satisfies all
rows. s < 0: the multipliers λ ≥ 0 of the rows prove that no y does, since every weight's entry of Σ λ_i g_i
is negative. Other entries of y are only not negative, or free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

PATIENCE = 200
"""Pivots before Bland's rule, which is slow but cannot cycle."""


@dataclass(frozen=True)
class Solution:
    """`value` (None: unbounded), `multipliers` of the rows, and the best y (up to a factor)."""

    value: Fraction | None
    multipliers: list[Fraction]
    point: list[Fraction]


def solve(
    rows: Sequence[Sequence[Fraction]], units: Sequence[Fraction], weights: int, free: int = 0
) -> Solution:
    """Solve the game.

    Parameters
    ----------
    rows : the g_i
        Columns are the weights, then entries that are not negative, then free ones.
    units : the u_i > 0
    weights, free : how many of the columns are weights, how many are free
    """
    # The rows' side as a program with the start λ = 0: maximise Σ u λ where Σ λ (g + M u) ≤ 1 for each
    # weight, Σ λ g ≤ 0 for the other entries and = 0 for free ones. M makes every entry of a weight positive;
    # the value is 1 / optimum - M.
    shift = 1 + max(-entry / u for row, u in zip(rows, units, strict=True) for entry in row[:weights])
    columns = list(map(list, zip(*rows, strict=True)))
    lines = [
        [entry + shift * u for entry, u in zip(column, units, strict=True)] for column in columns[:weights]
    ]
    bound = len(columns) - free
    lines += columns[weights:]
    lines += [[-entry for entry in column] for column in columns[bound:]]
    bounds = [Fraction(int(line < weights)) for line in range(len(lines))]
    optimum, multipliers, prices = _simplex(lines, bounds, list(units))
    opposite = prices[len(columns) :]
    point = [*prices[:bound], *(p - n for p, n in zip(prices[bound:], opposite, strict=False))]
    return Solution(1 / optimum - shift if optimum else None, multipliers, point)


def _simplex(
    lines: list[list[Fraction]], bounds: list[Fraction], gains: list[Fraction]
) -> tuple[Fraction, list[Fraction], list[Fraction]]:
    """Maximise gains · x where lines x ≤ bounds (≥ 0) and x ≥ 0; return optimum, x and the lines' prices."""
    size, count = len(lines), len(gains)
    table = [
        [*line, *(Fraction(int(i == j)) for j in range(size)), bound]
        for i, (line, bound) in enumerate(zip(lines, bounds, strict=True))
    ]
    goal = [*(-gain for gain in gains), *([Fraction(0)] * (size + 1))]
    basis = list(range(count, count + size))
    pivots = 0
    while (column := _entering(goal[:-1], bland=pivots > PATIENCE)) is not None:
        ratios = [(line[-1] / line[column], basis[i], i) for i, line in enumerate(table) if line[column] > 0]
        _pivot(table, goal, min(ratios)[2], column)
        basis[min(ratios)[2]] = column
        pivots += 1
    x = [Fraction(0)] * (count + size)
    for i, column in enumerate(basis):
        x[column] = table[i][-1]
    return goal[-1], x[:count], goal[count:-1]


def _entering(goal: list[Fraction], *, bland: bool) -> int | None:
    if bland:
        return next((column for column, entry in enumerate(goal) if entry < 0), None)
    best = min(range(len(goal)), key=goal.__getitem__)
    return best if goal[best] < 0 else None


def _pivot(table: list[list[Fraction]], goal: list[Fraction], at: int, column: int) -> None:
    divisor = table[at][column]
    pivot_line = [entry / divisor if entry else entry for entry in table[at]]
    table[at] = pivot_line
    filled = [i for i, entry in enumerate(pivot_line) if entry]
    for line in (*(line for i, line in enumerate(table) if i != at), goal):
        factor = line[column]
        if factor:
            for i in filled:
                line[i] -= factor * pivot_line[i]
