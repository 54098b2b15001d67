"""The set of weights that meet all rows: a polytope, asked by linear programs.

Of ten thousand rows a few dozen touch the set. Each program is solved over few rows, the rows that its
solution violates most are added, and it is solved again until it violates none; the next program starts from
rows that earlier ones needed. So every solution has been checked against every row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from innov_index.analysis.infer.constraint_rows import UNKNOWNS, ConstraintRows
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints

ROUNDING = 1e-14
"""What a sum of a few dozen products is exact to."""

FINE = 1e-5
"""A set narrower than this is asked in coordinates of its own size."""

UNEVEN = 1e3
"""A row's unit is at least this fraction of a typical one, once the row's largest entry is 1."""

FAR = 1e9
"""Where the scale's unknowns end if no row ends them."""

LIKELY = 6
"""A program starts with this many rows per unknown, of those that earlier programs needed."""

SAMPLE = 1000
"""About this many rows tell how narrow a set is."""

ROUNDS = 1000


TOLERANCE = 1e-9
"""Violation of a row (scaled so that its largest entry is 1) that is attributed to floating point."""

ATTEMPTS: tuple[Any, ...] = (
    {"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE},
    {"primal_feasibility_tolerance": TOLERANCE, "dual_feasibility_tolerance": TOLERANCE, "presolve": False},
    {"presolve": False},
)
"""HiGHS now and then gives up on a badly scaled program that it solves in another way."""


@frozen
class Optimum:
    """Solution of one program: the y found, its value, and the multipliers of the rows `keys`."""

    y: Floats
    value: float
    keys: Ints
    multipliers: Floats


@frozen
class _Program:
    """Maximise gain · y + clearance, where g · y ≥ clearance × wanted(g) for each row g, and normal · y = 1.

    Without `wanted` there is no clearance. `inner`: the clearance is a ball's radius and keeps off zero
    weights. `weights`: these are given, only the unknowns of the scale are sought. Solved for x, with y =
    origin + step x.
    """

    gain: Floats
    normal: Floats
    origin: Floats
    step: float
    wanted: Callable[[Ints], Floats] | None = None
    inner: bool = False
    weights: Floats | None = None

    @property
    def measure(self) -> float:
        """What the clearance is counted in: a radius is as small as the set, a slack in units is not."""
        return self.step if self.inner else 1.0


class Polytope:
    """All y = (weights ≥ 0, unknowns of the scale) that meet the rows, up to a factor.

    A program makes a linear form of y 1: the sum of the weights, unless another `normal` is given, such as
    `factor`, which is the unknown t of a scale.
    """

    def __init__(self, rows: ConstraintRows) -> None:
        self.rows = rows
        self.k = rows.children
        self.size = self.k + UNKNOWNS[rows.scaling]
        self.sum_of_weights = np.concatenate([np.ones(self.k), np.zeros(self.size - self.k)])
        self.factor = (np.arange(self.size) == self.k).astype(np.float64)
        self._origin, self._step = np.zeros(self.size), 1.0
        self._width = self._typical_width()
        self._met = self._first_rows()
        self._last = self.sum_of_weights / self.k
        if self._width < FINE:
            nearly = replace(self._program(np.zeros(self.size), None), wanted=self.heights)
            self._origin = self._maximise(nearly).y
            self._step = self._width

    def start(self) -> Optimum:
        """Equal weights, and the rows that a program begins with: no solution of anything."""
        return Optimum(self.sum_of_weights / self.k, 0.0, self._met, np.zeros(len(self._met)))

    def greatest_slack(self, normal: Floats | None = None, weights: Floats | None = None) -> Optimum:
        """The y whose worst row has the most slack; the value is that slack (`ConstraintRows.units`).

        Negative: the number of units of the last decimal by which some figure must change at least. With
        `weights` only the unknowns of the scale are free.
        """
        program = self._program(np.zeros(self.size), normal)
        return self._maximise(replace(program, wanted=self.rows.units, weights=weights))

    def extreme(self, gain: Floats, normal: Floats | None = None) -> Optimum:
        """The y of the set with the greatest gain · y; infinite where no row bounds it."""
        return self._maximise(self._program(gain, normal))

    def centre(self) -> Optimum:
        """The centre of the largest ball in the set of weights, the scale held; the value is its radius.

        Of a long order not all rows bound the ball (`ConstraintRows.least`): its radius may be too large.
        """
        program = self._program(np.zeros(self.size), None)
        return self._maximise(replace(program, wanted=self._norms, inner=True))

    def highest(self, gain: Floats) -> float:
        """What gain · weights cannot exceed in the set.

        Safe even where the program was not solved exactly: for multipliers λ ≥ 0 and any y of the set,
        gain · y ≤ (gain + Σ λ g) · y ≤ the greatest entry of gain + Σ λ g, as the weights sum to 1.
        """
        try:
            optimum = self.extreme(gain)
        except EmptyError:
            return float(gain.max())
        if self.size > self.k:
            return optimum.value + TOLERANCE
        combined = gain + optimum.multipliers @ self.rows.matrix(optimum.keys)
        return float(combined.max()) + ROUNDING

    def heights(self, keys: Ints) -> Floats:
        """What rows are divided by: their largest entry, but no more than leaves their unit visible."""
        entries = self._largest_entries(keys)
        if self.rows.strict:
            return entries
        return np.minimum(entries, UNEVEN * self.rows.units(keys) / self._width)

    def _program(self, gain: Floats, normal: Floats | None) -> _Program:
        normal = self.sum_of_weights if normal is None else normal
        size = float(normal @ self._origin)
        if size <= 0:
            return _Program(gain, normal, np.zeros(self.size), 1.0)
        return _Program(gain, normal, self._origin / size, self._step)

    def _maximise(self, program: _Program) -> Optimum:
        keys = self._likely()
        for _ in range(ROUNDS):
            optimum, clearance = self._solve(program, keys)
            added = self._violated(program, optimum.y, clearance, keys)
            if not len(added):
                self._last = optimum.y
                return optimum
            keys = np.union1d(keys, added)
            self._met = np.union1d(self._met, added)
        raise ArithmeticError(f"no solution after {ROUNDS} rounds of adding rows")

    def _likely(self) -> Ints:
        """Of the rows that earlier programs needed, those nearest to the last solution."""
        slack = self.rows.matrix(self._met) @ self._last / self.heights(self._met)
        return np.sort(self._met[np.argsort(slack, kind="stable")[: LIKELY * self.size]])

    def _solve(self, program: _Program, keys: Ints) -> tuple[Optimum, float]:
        """Solve over the working rows; also return the clearance."""
        matrix = self.rows.matrix(keys)
        heights = self.heights(keys)
        wanted = np.zeros(len(keys)) if program.wanted is None else program.wanted(keys)
        lines = np.column_stack([-matrix, wanted * (program.measure / program.step)]) / heights[:, None]
        slack = (matrix @ program.origin) / heights / program.step
        if program.inner:
            off_zero = np.column_stack([-np.eye(self.k, self.size), np.full(self.k, np.sqrt(1 - 1 / self.k))])
            lines = np.vstack([lines, off_zero])
            slack = np.concatenate([slack, program.origin[: self.k] / program.step])
        solution, multipliers = maximise(
            np.append(program.gain, float(program.wanted is not None)),
            lines,
            slack,
            np.append(program.normal, 0.0),
            float((1 - program.normal @ program.origin) / program.step),
            self._bounds(program),
        )
        x, clearance = solution[:-1], float(solution[-1]) * program.measure
        y = program.origin + program.step * x
        y[: self.k] = np.maximum(y[: self.k], 0.0)
        value = float(program.gain @ y) if program.wanted is None else clearance
        value = np.copysign(np.inf, value) if abs(value) > FAR / 10 else value
        return Optimum(y, value, keys, multipliers[: len(keys)] / heights), clearance

    def _bounds(self, program: _Program) -> list[tuple[float, float]]:
        low, high = np.zeros(self.size), np.full(self.size, FAR)
        if program.normal is self.sum_of_weights:
            high[: self.k] = 1.0
        low[self.k + 1 :] = -FAR
        if program.weights is not None:
            low[: self.k] = high[: self.k] = program.weights
        ends = (np.stack([low, high], axis=1) - program.origin[:, None]) / program.step
        bounds = [(start, end) for start, end in ends.tolist()]
        return [*bounds, (0.0, 1.0 / program.step) if program.inner else (-FAR, FAR)]

    def _violated(self, program: _Program, y: Floats, clearance: float, known: Ints) -> Ints:
        """The rows that y violates most."""
        keys, slack = self.rows.least(y)
        if program.wanted is not None:
            slack = slack - clearance * program.wanted(keys)
        keys, slack = keys[slack < 0], slack[slack < 0]
        violation = -slack / self.heights(keys)
        worst = np.argsort(-violation, kind="stable")[: 2 * self.size]
        new = worst[violation[worst] > 2 * TOLERANCE * program.step + ROUNDING]
        return np.setdiff1d(keys[new], known)

    def _norms(self, keys: Ints) -> Floats:
        """How fast the slack of rows falls when weights move while their sum stays."""
        matrix = self.rows.matrix(keys)[:, : self.k]
        return np.asarray(np.linalg.norm(matrix - matrix.mean(axis=1, keepdims=True), axis=1))

    def _first_rows(self) -> Ints:
        """The rows that equal weights violate most, and, for the scale, some from all over the range."""
        keys, slack = self.rows.least(self.sum_of_weights / self.k)
        order = keys[np.argsort(slack, kind="stable")]
        middle = len(order) // 2
        chosen = [order[: 2 * self.size]]
        if self.size > self.k:
            chosen += [order[max(middle - self.size, 0) : middle + self.size], order[-self.size :]]
        return np.unique(np.concatenate(chosen))

    def _typical_width(self) -> float:
        """How narrow the set is about: units of last decimals over the spread of the figures."""
        if self.rows.strict or not len(self.rows):
            return 1.0
        keys, _ = self.rows.least(self.sum_of_weights / self.k)
        keys = keys[:: len(keys) // SAMPLE + 1]
        return float(np.median(self.rows.units(keys) / self._largest_entries(keys)))

    def _largest_entries(self, keys: Ints) -> Floats:
        """Largest entry of each row, 1 for a row of zeros, which may be what rounding left of it."""
        largest = np.abs(self.rows.matrix(keys)).max(axis=1, initial=0.0)
        return np.where(largest > ROUNDING * self.rows.magnitude, largest, 1.0)


class EmptyError(Exception):
    """No point meets all the rows, as far as floating point can tell."""


def maximise(
    gain: Floats,
    lines: Floats,
    limits: Floats,
    normal: Floats,
    total: float,
    bounds: Sequence[tuple[float, float]],
) -> tuple[Floats, Floats]:
    """Maximise gain · x where lines x ≤ limits, normal · x = total and x is between its bounds.

    Returns
    -------
    x, and the multipliers (not negative) of the lines

    Raises
    ------
    EmptyError
        No x is found.
    """
    from scipy.optimize import linprog

    for attempt in ATTEMPTS:
        found: Any = linprog(
            -gain,
            A_ub=lines if len(lines) else None,
            b_ub=limits if len(lines) else None,
            A_eq=normal[None, :],
            b_eq=np.array([total]),
            bounds=bounds,
            method="highs",
            options=attempt,
        )
        if found.status == 0:
            break
    else:
        raise EmptyError(found.message)
    multipliers = np.maximum(-found.ineqlin.marginals, 0.0) if len(lines) else np.zeros(0)
    return np.asarray(found.x), np.asarray(multipliers, dtype=np.float64)
