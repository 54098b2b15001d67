"""Scores that are linear in weights, as exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.errors import InnovIndexError, look_up
from innov_index.frozen import frozen
from innov_index.methods.kernels.powers import ARITHMETIC, Link
from innov_index.model.arrays import Floats, Ints, read_only
from innov_index.model.framework import Direction

DIGITS = 12
"""Node scores are read as decimals of this many digits, so that noise in the last bits decides nothing."""

_MOST_PARTS = 2520
"""Parts of 1 up to which node scores are read as fractions, so that thirds (up to tenths) add up to ties."""

_LEAST_STEPS = 1e5
"""Steps between the lowest and the highest score of a node that are enough to tell units apart."""


@frozen
class LinearScores:
    """Units whose score is the weighted power mean of some nodes: linear in powers, or logarithms, of theirs.

    Attributes
    ----------
    units, names : codes and names of the units that have a score
    nodes : codes of the nodes whose weights vary
    values : (units, nodes) int64
        The node scores, as `linked` to the power, in multiples of `step`; where less is better in the index,
        with the opposite sign.
    given : fractions, one a node
        The weights of the index as it stands; they sum to 1.
    link : Link
        What the mean goes through: by default arithmetic.
    direction : int
        -1 where less is better in the index.
    """

    units: tuple[str, ...]
    names: tuple[str, ...]
    nodes: tuple[str, ...]
    values: Ints
    step: float
    given: tuple[Fraction, ...]
    link: Link = ARITHMETIC
    direction: Direction = 1

    def __len__(self) -> int:
        return len(self.units)

    def exact_scores(self, weights: Sequence[Fraction]) -> list[Fraction]:
        """Score of each unit, in multiples of `step`."""
        return [
            sum((weight * int(value) for weight, value in zip(weights, row, strict=True)), Fraction())
            for row in self.values
        ]

    def ranks(self, weights: Sequence[Fraction]) -> list[int]:
        """1 + the number of units strictly ahead, for each unit."""
        scores = (self.values.astype(object) @ whole_numbers(weights)).tolist()
        first: dict[int, int] = {}
        for place, score in enumerate(sorted(scores, reverse=True), start=1):
            first.setdefault(score, place)
        return [first[score] for score in scores]

    def position(self, unit: str) -> int:
        """Position of a unit by its code or its name."""
        known = dict(zip(self.names, range(len(self)), strict=True))
        known |= dict(zip(self.units, range(len(self)), strict=True))
        return look_up(known, unit, "unit", "with a score")

    def among(self, positions: Sequence[int]) -> LinearScores:
        """The same for some of the units only."""
        return replace(
            self,
            units=tuple(self.units[i] for i in positions),
            names=tuple(self.names[i] for i in positions),
            values=read_only(self.values[list(positions)]),
        )


def linked(scores: Floats, link: Link) -> Floats:
    """f(scores) with which f(mean) = Σ w f(score), rising with the scores: the logarithm for power 0."""
    power = link.power
    if power == 1:
        return scores
    numbers = link.on_line(scores)
    rising = np.log(numbers) if power == 0 else np.sign(power) * numbers**power
    return np.asarray(np.sign(link.factor) * rising)


def unlinked(values: Floats, link: Link) -> Floats:
    """The scores that are `linked` to values; NaN where no score is."""
    power = link.power
    if power == 1:
        return values
    rising = np.sign(link.factor) * values
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        numbers = np.exp(rising) if power == 0 else (np.sign(power) * rising) ** (1 / power)
        return np.asarray(link.off_line(numbers))


def from_values(
    values: Floats, given: Sequence[float | Fraction] | None = None, *, names: Sequence[str] = ()
) -> LinearScores:
    """Scores that are a weighted sum of the columns of a table, higher is better.

    Parameters
    ----------
    values : (units, columns)
    given : weights, optional
        Equal ones by default; scaled to sum to 1.
    names : texts, optional
        Names of the units.
    """
    units, columns = values.shape
    weights = given if given is not None else [Fraction(1, columns)] * columns
    labels = tuple(names) or tuple(f"u{i + 1}" for i in range(units))
    whole, step = integers(np.asarray(values, dtype=np.float64))
    nodes = tuple(f"w{k + 1}" for k in range(columns))
    return LinearScores(labels, labels, nodes, whole, step, exact_weights(weights))


def whole_numbers(weights: Sequence[Fraction]) -> NDArray[Any]:
    """Weights times their common denominator."""
    unit = lcm(*(weight.denominator for weight in weights))
    return np.array([int(weight * unit) for weight in weights], dtype=object)


def exact_weights(weights: Sequence[float | Fraction]) -> tuple[Fraction, ...]:
    """Weights as fractions that sum to 1: simple ones (1/3) where a number equals one within rounding."""
    simple = [_simple(weight) for weight in weights]
    total = sum(simple, Fraction())
    if total <= 0 or min(simple) < 0:
        raise InnovIndexError("weights must not be negative, nor all 0")
    return tuple(weight / total for weight in simple)


def _simple(number: float | Fraction) -> Fraction:
    exact = Fraction(number)
    near = exact.limit_denominator(100_000)
    return near if abs(near - exact) <= Fraction(1, 10**14) else exact


def integers(table: Floats) -> tuple[Ints, float]:
    """Whole multiples of one step: of a simple fraction, or of a power of ten that keeps `DIGITS` digits.

    Raises
    ------
    InnovIndexError
        The columns differ so much in size that the step of the largest leaves too little of another.
    """
    largest = float(np.abs(table).max(initial=0.0))
    parts = _parts(table, largest)
    if parts:
        return read_only(np.rint(table * parts).astype(np.int64)), 1.0 / parts
    power = DIGITS - 1 - int(np.floor(np.log10(largest)))
    step = float(10.0**-power)
    spread = np.ptp(table, axis=0)
    if ((spread > 0) & (spread < step * _LEAST_STEPS)).any():
        raise InnovIndexError(
            f"the scores of the nodes differ so much in size that {DIGITS} digits of the largest leave too "
            "few of another to tell units apart; bring them to one scale (normalisation)"
        )
    scaled = table * 10.0**power if power >= 0 else table / 10.0**-power
    return read_only(np.rint(scaled).astype(np.int64)), step


def _parts(table: Floats, largest: float) -> int:
    """The smallest number of parts of 1 that all values are multiples of, within rounding; 0: too many."""
    sample = table.ravel()[:200]
    for parts in range(1, _MOST_PARTS + 1):
        if largest * parts >= 2.0**50:
            return 0
        if _is_whole(sample * parts) and _is_whole(table * parts):
            return parts
    return 0


def _is_whole(values: Floats) -> bool:
    near = np.rint(values)
    return bool((np.abs(values - near) <= 1e-14 * np.maximum(np.abs(near), 1.0)).all())
