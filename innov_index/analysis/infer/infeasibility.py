"""Whether weights exist: yes or no, in rational arithmetic.

Yes: a y, in rational numbers, that meets every row. No: multipliers λ ≥ 0 of a few rows for which every
weight's entry of Σ λ g is negative; as weights are not negative and sum to 1, Σ λ (g · y) < 0 for all of
them, while every row asks for g · y ≥ 0 (Farkas). Where the rows are strict (g · y > 0) entries of 0 are
enough. On a scale the entry of the offset must be 0 and that of the factor t > 0 not positive; if it is
negative, entries of 0 are enough for the weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np

from innov_index.analysis.infer.constraint_rows import TOWARDS_NO, TOWARDS_YES, ConstraintRows
from innov_index.analysis.infer.polytope import EmptyError, Optimum, Polytope
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats

DOUBTFUL = 1e-12
"""A row whose slack is less than this share of its terms is computed in rational numbers."""

NEGLIGIBLE = 1e-12
"""A multiplier smaller than this share of the largest counts as 0."""

BITS = 80
"""Multipliers are rounded to this many binary digits before the proof is checked."""


PATIENCE = 200
"""Pivots before Bland's rule, which is slow but cannot cycle."""


@frozen
class Certificate:
    """Proof that no y meets the rows: a positive multiplier for each of a few of them."""

    multipliers: Mapping[int, Fraction]

    def owners(self, rows: ConstraintRows) -> tuple[int, ...]:
        """The units that the proof is about."""
        return tuple(np.unique(rows.owners(np.array(list(self.multipliers)))).tolist())


@frozen
class Verdict:
    """`witness` meets every row, or `certificate` proves that nothing does. One of them is None."""

    witness: tuple[Fraction, ...] | None
    certificate: Certificate | None

    @property
    def exists(self) -> bool:
        return self.witness is not None


def decide(rows: ConstraintRows, polytope: Polytope | None = None) -> Verdict:
    """Say whether any y meets the rows; the answer has been checked in rational arithmetic.

    On a scale, weights and the factor t must both be more than 0. Sums of solutions are solutions, so it is
    enough to ask for each of them by itself.
    """
    polytope = Polytope(rows) if polytope is None else polytope
    if not len(rows):
        return Verdict((Fraction(1),) * polytope.size, None)
    verdict = _decide(rows, polytope, polytope.sum_of_weights)
    if polytope.size == polytope.k or verdict.witness is None or verdict.witness[polytope.k] > 0:
        return verdict
    other = _decide(rows, polytope, polytope.factor)
    if other.witness is None:
        return other
    return Verdict(tuple(a + b for a, b in zip(verdict.witness, other.witness, strict=True)), None)


def _decide(rows: ConstraintRows, polytope: Polytope, normal: Floats) -> Verdict:
    """Say whether any y for which the linear form `normal` is positive meets the rows."""
    try:
        best = polytope.greatest_slack(normal)
    except EmptyError:
        return _decide_exactly(rows, polytope.start(), normal)
    if best.value >= 0:
        for y in _candidates(polytope, best.y):
            if float(normal @ np.array(y, dtype=np.float64)) > 0 and violated(rows, y) is None:
                return Verdict(y, None)
    else:
        top = float(best.multipliers.max(initial=0.0)) or 1.0
        multipliers = {
            int(key): Fraction(round(multiplier / top * 2**BITS), 2**BITS)
            for key, multiplier in zip(best.keys, best.multipliers, strict=True)
            if multiplier > NEGLIGIBLE * top
        }
        if proves(rows, multipliers):
            return Verdict(None, Certificate(multipliers))
    return _decide_exactly(rows, best, normal)


def proves(rows: ConstraintRows, multipliers: Mapping[int, Fraction]) -> bool:
    """Whether multipliers prove that no y meets the rows."""
    if not multipliers or min(multipliers.values()) < 0:
        return False
    exact_rows = {key: rows.exact(key, TOWARDS_YES) for key in multipliers}
    size = len(next(iter(exact_rows.values())))
    total = [_dot(list(multipliers.values()), [row[j] for row in exact_rows.values()]) for j in range(size)]
    weights, scale = max(total[: rows.children]), [*total[rows.children :], Fraction(0), Fraction(0)]
    factor, offset = scale[0], scale[1]
    if offset != 0 or factor > 0 or not any(multipliers.values()):
        return False
    strict = bool(rows.strictly(np.array(list(multipliers), dtype=np.int64))[_positive(multipliers)].any())
    return weights < 0 or (weights == 0 and (strict or factor < 0))


def _positive(multipliers: Mapping[int, Fraction]) -> Bools:
    return np.array([multiplier > 0 for multiplier in multipliers.values()])


def violated(rows: ConstraintRows, y: Sequence[Fraction]) -> int | None:
    """A row that y does not meet, or None: all rows are met.

    Most rows are met so clearly that rounding cannot matter; the others are computed in rational numbers.
    """
    point = np.array([float(entry) for entry in y])
    keys, slack = rows.least(point)
    clear = DOUBTFUL * float(np.abs(point).sum()) * rows.magnitude
    if (slack < -clear).any():
        return int(keys[np.argmin(slack)])
    for key in rows.within(y, clear).tolist():
        value = _dot(rows.exact(key, TOWARDS_NO), y)
        if value < 0 or (value == 0 and rows.strictly(np.array([key]))[0]):
            return int(key)
    return None


def _candidates(polytope: Polytope, best: Floats) -> Iterator[tuple[Fraction, ...]]:
    """Points of the set that are far from all its rows."""
    try:
        centre = polytope.centre().y
    except EmptyError:
        pass
    else:
        yield tuple(Fraction(entry) for entry in centre.tolist())
    yield tuple(Fraction(entry) for entry in best.tolist())


def _decide_exactly(rows: ConstraintRows, best: Optimum, normal: Floats) -> Verdict:
    """Solve over the rows that matter, in rational numbers; add those that the solution does not meet."""
    keys = _rows_that_matter(rows, best)
    order = np.concatenate([np.flatnonzero(normal), np.flatnonzero(normal == 0)])
    weights = int(np.count_nonzero(normal))
    while True:
        lines = [[row[column] for column in order] for row in (rows.exact(key, TOWARDS_YES) for key in keys)]
        units = [Fraction(unit) for unit in rows.units(np.array(keys, dtype=np.int64)).tolist()]
        free = max(len(normal) - rows.children - 1, 0)
        solution = solve_exactly(lines, units, weights, free)
        strict = rows.strictly(np.array(keys, dtype=np.int64)).tolist()
        if solution.value == 0 and any(strict) and not all(strict):
            # some y meets all rows; the best one leaves only strict rows slack, as equals never have any
            units = [unit * int(counts) for unit, counts in zip(units, strict, strict=True)]
            solution = solve_exactly(lines, units, weights, free)
        multipliers = {
            key: multiplier for key, multiplier in zip(keys, solution.multipliers, strict=True) if multiplier
        }
        if proves(rows, multipliers):
            return Verdict(None, Certificate(multipliers))
        point = [Fraction(0)] * len(order)
        for column, entry in zip(order.tolist(), solution.point, strict=True):
            point[column] = entry
        missed = violated(rows, point)
        if missed is None:
            return Verdict(tuple(point), None)
        if missed in keys:
            raise ArithmeticError("50 digits do not decide whether weights exist")
        keys.append(missed)


def _rows_that_matter(rows: ConstraintRows, best: Optimum) -> list[int]:
    support = best.keys[best.multipliers > NEGLIGIBLE * best.multipliers.max(initial=0.0)]
    if best.value < 0 and len(support):
        return [int(key) for key in support]
    tightest = np.argsort(rows.matrix(best.keys) @ best.y, kind="stable")[: len(best.y) + 1]
    return sorted({*map(int, support), *map(int, best.keys[tightest])})


def _dot(row: Sequence[Fraction], y: Sequence[Fraction]) -> Fraction:
    return sum((g * entry for g, entry in zip(row, y, strict=True)), Fraction(0))


@frozen
class Solution:
    """`value` (None: unbounded), `multipliers` of the rows, and the best y (up to a factor)."""

    value: Fraction | None
    multipliers: list[Fraction]
    point: list[Fraction]


def solve_exactly(
    rows: Sequence[Sequence[Fraction]], units: Sequence[Fraction], weights: int, free: int = 0
) -> Solution:
    """Solve a small linear program in rational arithmetic, without any rounding.

    The greatest s such that g_i · y ≥ s u_i for every row i, where the first few entries of y (the weights)
    are not negative and sum to 1: the value of a matrix game between the weights and the rows. s ≥ 0: y
    satisfies all rows. s < 0: the multipliers λ ≥ 0 of the rows prove that no y does, since every weight's
    entry of Σ λ_i g_i is negative. Other entries of y are only not negative, or free.

    Parameters
    ----------
    rows : the g_i
        Columns are the weights, then entries that are not negative, then free ones.
    units : the u_i
        More than 0; 0 is allowed where some y meets all rows.
    weights, free : how many of the columns are weights, how many are free
    """
    # The rows' side as a program with the start λ = 0: maximise Σ u λ where Σ λ (g + M u) ≤ 1 for each
    # weight, Σ λ g ≤ 0 for the other entries and = 0 for free ones. M makes every entry of a weight positive;
    # the value is 1 / optimum - M.
    sized = [(row, u) for row, u in zip(rows, units, strict=True) if u]
    least = [-entry / u for row, u in sized for entry in row[:weights]]
    shift = 1 + max([Fraction(0), *least])
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
