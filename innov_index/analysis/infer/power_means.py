"""Means other than the arithmetic one: a power mean is an arithmetic one of transformed figures.

M_p(x) = f⁻¹(Σ w f(x)) with f(x) = (x^p - 1) / p, and ln x for p = 0. So written f rises for every p:
intervals stay intervals, and an order of means is an order of transformed sums. Where the mean is of
a + b x, f is that of a + b x, with its sign turned where b is below zero.
"""

from __future__ import annotations

import math
from contextlib import suppress
from decimal import Context, Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from innov_index.dataset.printed_figures import Intervals, exact
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

Line: TypeAlias = tuple[float, float]
"""a and b of the a + b x whose mean is meant."""

PLAIN: Line = (0.0, 1.0)

NAMED = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


def read_power(stated: str | float | None) -> float | Literal["search"] | None:
    """The power that a name or a number stands for; None where nothing is stated.

    Raises
    ------
    InnovIndexError
        The text is neither a name nor a finite number.
    """
    if stated is None or stated in NAMED:
        return None if stated is None else NAMED[str(stated)]
    if stated == "any":
        return "search"
    with suppress(ValueError):
        power = float(stated)
        if math.isfinite(power):
            return power
    known = ", ".join([*NAMED, "any"])
    raise InnovIndexError(f"power: '{stated}' is neither a number nor one of {known}")


_CONTEXT = Context(prec=50)
_DOUBT = Fraction(1, 10**40)
"""More than 50-digit arithmetic can be wrong by, as a share of the result."""


@frozen
class Transform:
    """f for one power. Figures are divided by `scale` first, so that no power gets out of range."""

    power: float = 1.0
    scale: float = 1.0
    line: Line = PLAIN

    @property
    def _sign(self) -> int:
        return 1 if self.line[1] > 0 else -1

    def __call__(self, figures: Floats) -> Floats:
        """-inf where a figure has no power: one ≤ 0 when p ≤ 0 (below 0, figures count as 0 when p > 0)."""
        if self.power == 1:
            return figures
        with np.errstate(all="ignore"):
            ratio = on_line(figures, self.line) / self.scale
            if self.power == 0:
                return self._sign * np.where(ratio <= 0, -np.inf, np.log(ratio))
            lowest = -np.inf if self.power < 0 else -1 / self.power
            raised = np.expm1(self.power * np.log(ratio)) / self.power
            return self._sign * np.where(ratio <= 0, lowest, raised)

    def inverse(self, means: Floats) -> Floats:
        """The figure that a mean of transformed figures stands for."""
        if self.power == 1:
            return means
        offset, factor = self.line
        rising = self._sign * means
        with np.errstate(all="ignore"):
            if self.power == 0:
                return (self.scale * np.exp(rising) - offset) / factor
            ratio = np.maximum(1 + self.power * rising, 0.0) ** (1 / self.power)
            return (self.scale * ratio - offset) / factor

    def enclosure(self, figure: float) -> tuple[Fraction, Fraction]:
        """Two rational numbers with f(figure) between them; equal for the arithmetic mean."""
        if self.power == 1:
            return exact(figure), exact(figure)
        low, high = self._rising_enclosure(figure)
        return (low, high) if self._sign > 0 else (-high, -low)

    def _rising_enclosure(self, figure: float) -> tuple[Fraction, Fraction]:
        """The same for f of the number on the line, which may fall with the figure."""
        offset, factor = map(exact, self.line)
        ratio = (offset + factor * exact(figure)) / exact(self.scale)
        if ratio <= 0:
            lowest = -1 / exact(self.power)
            return lowest, lowest
        logarithm = _decimal(ratio).ln(_CONTEXT)
        if self.power == 0:
            return _around(Fraction(logarithm), Fraction(1))
        power = exact(self.power)
        raised = Fraction(_CONTEXT.exp(_CONTEXT.multiply(_decimal(power), logarithm)))
        return _around((raised - 1) / power, (raised + 1) / abs(power))


def on_line(figures: Floats, line: Line) -> Floats:
    """a + b x for each figure."""
    return figures if line == PLAIN else line[0] + line[1] * figures


def transform_for(
    power: float, parent: Intervals | None, children: Intervals, line: Line = PLAIN
) -> Transform:
    """The transform of one power for these figures."""
    if power == 1:
        return Transform()
    figures = on_line(children.high if parent is None else parent.high, line)
    positive = figures[figures > 0]
    return Transform(power, float(f"{np.median(positive):.3g}") if positive.size else 1.0, line)


def _decimal(number: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


def _around(number: Fraction, magnitude: Fraction) -> tuple[Fraction, Fraction]:
    doubt = _DOUBT * max(abs(number), magnitude)
    return number - doubt, number + doubt
