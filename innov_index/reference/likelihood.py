"""Is a hidden quality that children show with noise the likeliest? Its parameters follow from the scores.

Where the likelihood is largest, each child's line over the quality is the regression on its expectation and
variance, and the expectation is that under these lines. So nothing is searched for: claimed scores give the
lines, and the lines must give the scores.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from innov_index.reference.moments import Undefined
from innov_index.reference.statement import Column

ROUNDS = 500
NEAR = 1e-3
"""How far parameters are moved in search of a likelihood that is larger."""


@dataclass(frozen=True)
class Line:
    """A child in standard units: level + slope times the quality, and noise of this variance."""

    level: float
    slope: float
    noise: float


def in_standard_units(column: Column) -> Column:
    known = [value for value in column if value is not None]
    middle = math.fsum(known) / len(known)
    spread = math.sqrt(math.fsum((value - middle) ** 2 for value in known) / len(known))
    if spread == 0:
        raise Undefined("a child is constant")
    return [None if value is None else (value - middle) / spread for value in column]


def line_over(column: Column, quality: Column, variances: Sequence[float], least_noise: float) -> Line:
    """Regression of a child on the quality, of which expectation and variance are known."""
    rows = [
        (z, g, g * g + v)
        for z, g, v in zip(column, quality, variances, strict=True)
        if z is not None and g is not None
    ]
    n = len(rows)
    z, g, moment = (math.fsum(part) / n for part in zip(*rows, strict=True))
    product = math.fsum(a * b for a, b, _ in rows) / n
    slope = (product - z * g) / (moment - g * g)
    level = z - slope * g
    noise = math.fsum(a * a for a, _, _ in rows) / n - level * z - slope * product
    return Line(level, slope, max(noise, least_noise))


def expected(row: Column, lines: Sequence[Line]) -> tuple[float, float]:
    """Expectation and variance of a unit's quality, given its children."""
    seen = [(z, line) for z, line in zip(row, lines, strict=True) if z is not None]
    variance = 1 / (1 + math.fsum(line.slope**2 / line.noise for _, line in seen))
    return variance * math.fsum((z - at.level) * at.slope / at.noise for z, at in seen), variance


def lines_of(children: Sequence[Column], quality: Column, least_noise: float) -> list[Line]:
    """The line of each child, and with them the variances, which depend on each other.

    Where the likelihood is largest, the squares of the quality and the variances are 1 on average.
    """
    rows = list(zip(*children, strict=True))
    rest = len(rows) - math.fsum(g * g for g in quality if g is not None)
    variances = [rest / len(rows)] * len(rows)
    lines: list[Line] = []
    for _ in range(ROUNDS):
        lines = [line_over(column, quality, variances, least_noise) for column in children]
        found = [expected(list(row), lines)[1] for row in rows]
        before, variances = variances, [v * rest / math.fsum(found) for v in found]
        if max(abs(a - b) for a, b in zip(before, variances, strict=True)) < 1e-14:
            break
    return lines


def log_likelihood(children: Sequence[Column], lines: Sequence[Line]) -> float:
    """Of the children, whose covariances are slope times slope, and noise: apart from a constant."""
    total = 0.0
    for row in zip(*children, strict=True):
        mean, variance = expected(list(row), lines)
        total += (mean**2 / variance + math.log(variance)) / 2
        for z, line in zip(row, lines, strict=True):
            if z is not None:
                total -= ((z - line.level) ** 2 / line.noise + math.log(line.noise)) / 2
    return total


def moved(lines: Sequence[Line], least_noise: float) -> Iterator[list[Line]]:
    """The lines, one parameter of one of them a little larger or smaller."""
    for place, line in enumerate(lines):
        for step in (NEAR, -NEAR):
            for changed in (
                replace(line, level=line.level + step),
                replace(line, slope=line.slope + step),
                replace(line, noise=max(line.noise * (1 + step), least_noise)),
            ):
                yield [*lines[:place], changed, *lines[place + 1 :]]
