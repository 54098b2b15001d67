"""A printed figure is the interval of the numbers that print as it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from innov_index.model.arrays import Bools, Floats, Ints, read_only

COMPUTED = 1e-9
"""At least half the width of a figure's interval, for scores up to 100: what counts as exactly reproduced.

What was computed in floating point and printed with all its digits does not follow to the last one.
"""

ROUNDED = 6
"""With up to this many decimals a double may be a little off its decimal number, as after arithmetic."""

ALL_DECIMALS = 17


BLOCK = 256
"""Units compared with all others at a time."""


@dataclass(frozen=True)
class Intervals:
    """Lowest and highest number that a figure may stand for; NaN: no figure.

    `unit` is one unit of the figure's last decimal. The ends are decimal numbers of few digits, so the
    shortest text of the double is the end itself: `exact` loses nothing.
    """

    low: Floats
    high: Floats
    unit: Floats

    def __post_init__(self) -> None:
        for array in (self.low, self.high, self.unit):
            read_only(array)

    @property
    def missing(self) -> Bools:
        return np.asarray(np.isnan(self.low))

    @property
    def known_exactly(self) -> bool:
        """Whether no interval has any width."""
        return bool((self.missing | (self.low == self.high)).all())

    def of(self, units: Bools) -> Intervals:
        """The figures of some units (first axis); the other units have none."""
        kept = units.reshape(-1, *[1] * (self.low.ndim - 1))
        return Intervals(*(np.where(kept, end, np.nan) for end in (self.low, self.high, self.unit)))

    def of_child(self, child: int) -> Intervals:
        """The intervals of one child (second axis)."""
        return Intervals(self.low[:, child], self.high[:, child], self.unit[:, child])


def printed(figures: Floats, decimals: int | None = None) -> Intervals:
    """Intervals of figures printed with this many decimals: half a unit of the last decimal on both sides.

    Parameters
    ----------
    figures : any shape
        NaN where a figure is missing.
    decimals : int, optional
        Found by default (`decimals_of`). Then intervals have at least the width that arithmetic needs.
    """
    figures = np.asarray(figures, dtype=np.float64)
    if decimals is not None:
        return _intervals(figures, np.full(figures.shape, decimals))
    intervals = _intervals(figures, np.maximum(_own_decimals(figures), decimals_of(figures)))
    margin = _margin(figures)
    narrow = intervals.unit < 2 * margin
    return Intervals(
        np.where(narrow, figures - margin, intervals.low),
        np.where(narrow, figures + margin, intervals.high),
        np.where(narrow, 2 * margin, intervals.unit),
    )


def _intervals(figures: Floats, decimals: Ints) -> Intervals:
    scaled = figures * 10.0**decimals
    whole = np.where(_is_whole(scaled), np.rint(scaled), scaled)
    twice = 2.0 * 10.0**decimals
    return Intervals((2 * whole - 1) / twice, (2 * whole + 1) / twice, 1 / 10.0**decimals)


def known(figures: Floats) -> Intervals:
    """Figures known exactly: intervals without width."""
    figures = np.array(figures, dtype=np.float64)
    return Intervals(figures, figures.copy(), np.zeros(figures.shape))


def between(low: Floats, high: Floats) -> Intervals:
    """Figures between two ends; where these differ they become decimal numbers of twelve decimals."""
    known_exactly = low == high
    return Intervals(
        np.where(known_exactly, low, np.round(low, 12)),
        np.where(known_exactly, high, np.round(high, 12)),
        high - low,
    )


def printed_children(figures: Floats, decimals: int | None = None) -> Intervals:
    """Intervals of the children's figures (units, children), each child with decimals of its own.

    A child whose figures are not rounded is known exactly; what arithmetic adds is in the parent's interval.
    """
    return side_by_side([_child(column, decimals) for column in np.asarray(figures, dtype=np.float64).T])


def side_by_side(columns: Sequence[Intervals]) -> Intervals:
    """Columns of figures, each (units,), as one table (units, children)."""
    ends = ([getattr(column, end) for column in columns] for end in ("low", "high", "unit"))
    return Intervals(*(np.stack(end, axis=1) for end in ends))


def decimals_of(figures: Floats) -> int:
    """Decimals that figures are printed with: as few as show nine in ten of them.

    Of figures printed with d decimals one in ten ends with a zero, so fewer than d never show nine in ten. Of
    fewer than ten figures all must be shown.
    """
    own = np.sort(_own_decimals(figures)[~np.isnan(figures)])
    if not own.size:
        return 0
    return int(own[-1] if own.size < 10 else own[int(np.ceil(0.9 * own.size)) - 1])


def _child(figures: Floats, decimals: int | None) -> Intervals:
    column = printed(figures, decimals)
    rounded = decimals is not None or 10.0 ** -decimals_of(figures) > 2 * _margin(figures)
    return column if rounded else known(figures)


def _own_decimals(figures: Floats) -> Ints:
    """Decimals that each figure needs."""
    needed = np.array([_decimals_written(figure) for figure in figures.ravel().tolist()], dtype=np.int64)
    needed = needed.reshape(figures.shape)
    for decimals in range(ROUNDED, -1, -1):
        needed[_is_whole(figures * 10.0**decimals)] = decimals
    return needed


def _decimals_written(figure: float) -> int:
    """Decimals in the shortest text that means this double."""
    if not math.isfinite(figure):
        return 0
    exponent = Decimal(repr(figure)).as_tuple().exponent
    return min(max(-int(exponent), 0), ALL_DECIMALS)


def _is_whole(scaled: Floats) -> Bools:
    return np.asarray(np.abs(scaled - np.rint(scaled)) <= 1e-7 + 1e-14 * np.abs(scaled))


def exact(number: float) -> Fraction:
    """The decimal number that a double was read from."""
    return Fraction(repr(float(number)))


def _margin(figures: Floats) -> float:
    """What counts as exact at the magnitude of a column."""
    largest = float(np.abs(figures[~np.isnan(figures)]).max(initial=0.0))
    return COMPUTED * max(1.0, 10.0 ** math.ceil(math.log10(largest) - 2) if largest else 1.0)


@dataclass(frozen=True)
class Dominance:
    """Of `pairs` pairs of units, `decided` have the same order whatever the weights."""

    pairs: int
    decided: int

    @property
    def by_weights(self) -> int:
        return self.pairs - self.decided

    @property
    def share(self) -> float:
        """Share of the pairs with the same order whatever the weights."""
        return self.decided / self.pairs if self.pairs else float("nan")


def dominance(children: Intervals) -> Dominance:
    """Count the pairs of units of which one is at least as good for all weights (and any power of the mean).

    A is never behind B if it is not behind in any child. Where gaps are closed by the weights of the other
    children, a child that only A has is compared with the best of B, and one that only B has with the worst
    of A: with all the weight on the two, these are the means. Figures count with the worse end of A's
    interval and the better one of B's. Units without any figure are left out.
    """
    units = ~children.missing.all(axis=1)
    there, low, high = ~children.missing[units], children.low[units], children.high[units]
    worst = np.where(there, low, np.where(there, low, np.inf).min(axis=1, keepdims=True))
    best = np.where(there, high, np.where(there, high, -np.inf).max(axis=1, keepdims=True))
    count = len(worst)
    decided = 0
    for start in range(0, count, BLOCK):
        block = slice(start, start + BLOCK)
        ahead = _ahead(worst[block], best, there[block], there)
        behind = _ahead(worst, best[block], there, there[block]).T
        after = np.arange(count)[None, :] > np.arange(count)[block, None]
        decided += int(((ahead | behind) & after).sum())
    return Dominance(count * (count - 1) // 2, decided)


def _ahead(worst: Floats, best: Floats, there: Bools, there_too: Bools) -> Bools:
    """As `never_behind`, but a child that neither unit has says nothing."""
    if there.all() and there_too.all():
        return never_behind(worst, best)
    result = np.ones((len(worst), len(best)), dtype=np.bool_)
    for child in range(worst.shape[1]):
        neither = ~there[:, None, child] & ~there_too[None, :, child]
        result &= (worst[:, None, child] >= best[None, :, child]) | neither
    return result


def never_behind(worst: Floats, best: Floats) -> Bools:
    """Whether each unit of `worst` is at least as good as each of `best` in every child."""
    result = np.ones((len(worst), len(best)), dtype=np.bool_)
    for child in range(worst.shape[1]):
        result &= worst[:, None, child] >= best[None, :, child]
    return result
