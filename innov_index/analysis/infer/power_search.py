"""Powers of the mean with which weights exist."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.analysis.infer.polytope import EmptyError, Polytope
from innov_index.analysis.infer.power_means import NAMED, PLAIN, Line, transform_for
from innov_index.analysis.infer.score_rows import score_rows
from innov_index.dataset.printed_figures import Intervals
from innov_index.frozen import frozen

BOUNDS = (-5.0, 5.0)
STEP = 0.5
"""Powers of the mean are searched in these bounds, in these steps first."""

PRECISION = 1e-6
"""To which the ends of a range of powers are found."""

GOLDEN = (5**0.5 - 1) / 2


@frozen
class PowerSearch:
    """Powers of the mean with which weights exist.

    `ranges` are intervals of powers, found from steps of 0.5 by bisection; a range that lies between two
    steps is found only where the fit rises towards it. `best` is the power that fits best, `slack` how well:
    the number of units of its last decimal by which every figure could move (negative: some must).
    """

    ranges: tuple[tuple[float, float], ...]
    best: float
    slack: float

    @property
    def simplest(self) -> float:
        """1, 0 or -1 if weights exist with it, or the best power."""
        fitting = (p for p in NAMED.values() if any(low <= p <= high for low, high in self.ranges))
        return next(fitting, self.best)


def search_power(
    children: Intervals, parent: Intervals, bounds: tuple[float, float] = BOUNDS, line: Line = PLAIN
) -> PowerSearch:
    """Search the powers, of a line, between two bounds."""
    known: dict[float, float] = {}

    def slack(power: float) -> float:
        if power not in known:
            known[power] = _slack(children, parent, power, line)
        return known[power]

    low, high = bounds
    grid = np.linspace(low, high, round((high - low) / STEP) + 1).tolist()
    _climb(slack, grid)
    powers = sorted(known)
    best = max(powers, key=lambda p: known[p])
    ranges = tuple(_ranges(slack, powers))
    return PowerSearch(ranges, best, known[best])


def _slack(children: Intervals, parent: Intervals, power: float, line: Line) -> float:
    rows, _ = score_rows(children, parent, transform_for(power, parent, children, line), "none")
    try:
        return Polytope(rows).greatest_slack().value if len(rows) else -np.inf
    except EmptyError:
        return -np.inf


def _climb(slack: Callable[[float], float], grid: list[float]) -> None:
    """Golden-section search for the best power, between the neighbours of the best step."""
    best = max(range(len(grid)), key=lambda i: slack(grid[i]))
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    while right - left > PRECISION and slack(grid[best]) < 0:
        inner, outer = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
        if max(slack(inner), slack(outer)) >= 0:
            return
        if slack(inner) >= slack(outer):
            right = outer
        else:
            left = inner


def _ranges(slack: Callable[[float], float], powers: list[float]) -> list[tuple[float, float]]:
    """Runs of powers that fit, their ends moved out as far as powers fit."""
    fits = [slack(power) >= 0 for power in powers]
    ranges = []
    for i in range(len(powers)):
        if not fits[i] or (i and fits[i - 1]):
            continue
        last = next((j - 1 for j in range(i + 1, len(powers)) if not fits[j]), len(powers) - 1)
        start = _edge(slack, powers[i], powers[i - 1]) if i else powers[0]
        end = _edge(slack, powers[last], powers[last + 1]) if last + 1 < len(powers) else powers[-1]
        ranges.append((start, end))
    return ranges


def _edge(slack: Callable[[float], float], fitting: float, failing: float) -> float:
    while abs(failing - fitting) > PRECISION:
        middle = (fitting + failing) / 2
        if slack(middle) >= 0:
            fitting = middle
        else:
            failing = middle
    return fitting
