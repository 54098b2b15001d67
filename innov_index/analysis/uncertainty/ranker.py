"""Ranks of many draws from one sort of values.

The position of a column in the order of its draw is its rank. Where two scores are so close that rounding
could decide, the whole draw is ranked again by the declared rule. Units that are identical whatever the draw
are one column.

The values that are sorted carry their columns with them: the low bits of each number, which are too few to
matter, are replaced by the number of its column; the numbers are sorted in place, and the columns read back.
They are of two kinds: the scores as 32-bit fixed point, which sort twice as fast and decide nearly every draw
of up to 256 columns; and for the other draws the bits of the doubles, as a non-negative double keeps its
order when its bits are read as an integer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.framework import Direction

RankRule: TypeAlias = Callable[[Floats, Floats], Floats]
"""Ranks (draws, units) of scores, higher is better, and their bounds; NaN where a unit has none."""

EXACT = np.zeros((1, 1))
"""Bounds of scores without rounding errors."""


Columns: TypeAlias = npt.NDArray[np.integer[Any]]
"""Numbers of columns, in the type of the keys that carried them."""

_MANTISSA = 52

_INFINITE = np.int64(np.array(np.inf).view(np.int64))

_NARROW_COLUMNS = 256

_QUANTUM = 256
"""Spacing of the fixed-point scores: their low byte is the column."""

_NARROWEST = 2.0**-900
"""A reach that fixed-point numbers are not made for: the factor to them would be infinite."""

_VALUES_AT_ONCE = 1 << 18
"""Scores that are turned into keys at a time: this bounds the memory of intermediate results."""


@frozen
class RankedBlock:
    """One block of draws: the order of its columns, or for draws with close scores the ranks of its units.

    `order` (clear draws, columns) holds column numbers from the worst score to the best; `explicit`
    (other draws, units) holds ranks. `close` (draws,) marks the other draws.
    """

    order: Columns
    explicit: Floats
    close: Bools


class Ranker:
    """Ranks blocks of draws.

    A *place* is a possible rank: place p is rank 1 + p / slots.

    Parameters
    ----------
    rule : RankRule
        Ranks of all units in draws in which scores are close.
    columns : (units,)
        Column of the scores that holds each unit's: units that share one are identical.
    digits : int
        Significant digits that `rule` rounds to (0: none): what "close" means.
    slots : int
        Places a rank: 2 where ties may get half ranks, else 1.
    direction : int
        -1 where lower scores are better.

    Attributes
    ----------
    places : int
        Their number.
    singles : (columns,)
        The first unit of each column.
    offset : (units,)
        Places between the first unit of its column and a unit.
    """

    def __init__(
        self, rule: RankRule, columns: Ints, digits: int, slots: int = 1, direction: Direction = 1
    ) -> None:
        self.rule = rule
        self.columns = columns
        self.digits = digits
        self.slots = slots
        self.direction = direction
        self.units = len(columns)
        self.places = slots * (self.units - 1) + 1
        self.singles = np.unique(columns, return_index=True)[1]
        sizes = np.bincount(columns)
        self.has_twins = bool((sizes > 1).any())
        different, which = np.unique(sizes, return_inverse=True)
        advances = np.array([_advance(rule, int(size)) for size in different], dtype=np.int64)
        self._advance = (slots * advances[which]).astype(np.int32)
        self.offset = np.zeros(self.units, dtype=np.int64)
        for column in np.flatnonzero(sizes > 1):
            members = columns == column
            alike = np.ones((1, int(members.sum())))
            self.offset[members] = np.rint(slots * (rule(alike, 0 * alike)[0] - 1))

    @property
    def rank_of_place(self) -> Floats:
        """The rank that each place is."""
        return 1.0 + np.arange(self.places) / self.slots

    def rank(self, scores: Floats, bounds: Floats = EXACT) -> RankedBlock:
        """Rank the draws of a block; a draw with a missing score goes by the rule.

        Parameters
        ----------
        scores : (draws, units)
        bounds : (draws or 1, units)
            How far rounding errors can have moved them.
        """
        scores = scores if self.direction > 0 else -scores
        # of several ways to take columns, this one gives rows that lie side by side
        single = np.take(scores, self.singles, axis=1) if self.has_twins else scores
        widest = float(np.fmax.reduce(bounds, axis=None, initial=0.0))
        # one that becomes zero may tie with one that is two bounds further
        order, close = column_order(np.ascontiguousarray(single), self.digits, 3 * widest)
        if not close.any():
            return RankedBlock(order, np.empty((0, self.units)), close)
        doubts = np.broadcast_to(bounds, scores.shape)[close]
        return RankedBlock(order[~close], self.rule(scores[close], doubts), close)

    def ranks(self, scores: Floats, bounds: Floats = EXACT) -> Floats:
        """Rank of each unit in each draw: (draws, units) → (draws, units)."""
        return self.ranks_in(self.rank(scores, bounds))

    def ranks_in(self, block: RankedBlock) -> Floats:
        """Rank of each unit in each draw of a block, (draws, units)."""
        by_column = np.empty(block.order.shape)
        places = np.broadcast_to(self.places_of(block.order), block.order.shape)
        np.put_along_axis(by_column, block.order, places.astype(np.float64), axis=1)
        ranks = np.empty((len(block.close), self.units))
        ranks[~block.close] = 1 + (by_column[:, self.columns] + self.offset) / self.slots
        ranks[block.close] = block.explicit
        return ranks

    def places_of(self, order: Columns) -> Ints:
        """Place of the first unit of each column, in the sequence of `order`; one row a draw with twins."""
        if not self.has_twins:
            return self.slots * np.arange(order.shape[1] - 1, -1, -1)
        not_above = np.cumsum(np.take(self._advance, order), axis=1, dtype=np.int32)
        return np.asarray(self._advance.sum(dtype=np.int32) - not_above)


def _advance(rule: RankRule, size: int) -> int:
    """By how much a run of equal scores puts the next lower score back (1 where ties are dense)."""
    below = np.append(np.full(size, 2.0), 1.0)[None, :]
    return int(rule(below, 0 * below)[0, -1]) - 1


def column_order(scores: Floats, digits: int, apart: float = 0.0) -> tuple[Columns, Bools]:
    """Columns of each draw from the lowest score to the highest, and the draws in which that is not clear.

    Parameters
    ----------
    scores : (draws, columns)
        C-ordered.
    digits : int
        Scores that are equal after rounding to this many significant digits are close; 0: equal scores only.
    apart : float
        Scores that differ by no more than this are close, too.

    Returns
    -------
    order : (draws, columns)
        Without meaning in close draws.
    close : (draws,)
        True also where a score is missing.
    """
    relative = 10.0 ** (1 - digits) if digits else 0.0
    columns = scores.shape[1]
    if not 1 < columns <= _NARROW_COLUMNS:
        return _wide_order(scores, relative, apart)
    order = np.empty(scores.shape, dtype=np.int32)
    close = np.empty(len(scores), dtype=np.bool_)
    height = max(1, _VALUES_AT_ONCE // columns)
    for start in range(0, len(scores), height):
        rows = slice(start, start + height)
        close[rows] = _narrow_order(scores[rows], relative, apart, order[rows])
    rest = np.flatnonzero(close)
    if len(rest):
        order[rest], close[rest] = _wide_order(scores[rest], relative, apart)
    return order, close


def _narrow_order(scores: Floats, relative: float, apart: float, order: Columns) -> Bools:
    """Fill in the order by 32-bit numbers; draws in which they cannot distinguish all scores are marked."""
    lowest, highest = float(scores.min()), float(scores.max())
    largest, span = max(-lowest, highest), highest - lowest
    # scores go to numbers within 2^31 as they are; only crowded ones are worth being moved around zero first
    crowded = 2 * span <= largest
    reach = span / 2 if crowded else largest
    # a quantum, 2^-23 of the reach, must be more than rounding and tolerance together; false for NaN too
    if not (reach * 2.0**-23 > largest * (relative + 2.0**-40) + apart and _NARROWEST < reach < np.inf):
        return np.ones(len(scores), dtype=np.bool_)
    around_zero = scores - (lowest + reach) if crowded else scores
    np.multiply(around_zero, (2.0**31 - 2 * _QUANTUM) / reach, out=order, casting="unsafe")
    order &= ~(_QUANTUM - 1)
    order |= np.arange(scores.shape[1], dtype=np.int32)
    order.sort(axis=1)
    # as unsigned numbers the gaps are right even where they are more than half the range; one from a draw to
    # the next may mark a draw for nothing
    keys = order.view(np.uint32).reshape(-1)
    near = np.flatnonzero(keys[1:] - keys[:-1] < 2 * _QUANTUM)
    order &= _QUANTUM - 1
    close = np.zeros(len(scores), dtype=np.bool_)
    close[near // scores.shape[1]] = True
    return close


def _wide_order(scores: Floats, relative: float, apart: float) -> tuple[Ints, Bools]:
    """The order by the bits of the doubles."""
    tolerance = relative * 2.0 ** (_MANTISSA + 1)
    low = _low_bits(scores.shape[1])
    keys = _sorted_bits(scores)
    # for small scores a fixed distance is more than any number of their last bits
    small = np.fmin.reduce(scores, axis=None, initial=np.inf) * relative < apart
    if small or keys[:, 0].min(initial=0) < 0:
        shifted, tolerance = _in_one_binade(scores, relative, apart)
        keys = _sorted_bits(shifted)
    close = _close_draws(keys, int(min(tolerance, 2.0**61)) + int(low) + 1)
    keys &= low
    return keys, close


def _sorted_bits(scores: Floats) -> Ints:
    """Bits of the scores with the columns' numbers in the lowest ones, sorted within each draw."""
    keys = scores.view(np.int64) & ~_low_bits(scores.shape[1])
    keys |= np.arange(scores.shape[1])
    keys.sort(axis=1)
    return keys


def _in_one_binade(scores: Floats, relative: float, apart: float) -> tuple[Floats, float]:
    """Scores moved to where doubles are evenly spaced, and the tolerance in units of that spacing."""
    finite = scores[np.isfinite(scores)]
    lowest, highest = finite.min(initial=0.0), finite.max(initial=0.0)
    start = 2.0 ** np.ceil(np.log2(max(highest - lowest, np.finfo(np.float64).tiny)) + 1)
    spacing = start * 2.0**-_MANTISSA
    # moving a score rounds it by up to half a spacing
    return scores + (start - lowest), (relative * max(-lowest, highest) + apart) / spacing + 2


def _close_draws(keys: Ints, tolerance: int) -> Bools:
    """Draws in which neighbours are within the tolerance, or a score is missing."""
    close = np.asarray(keys[:, -1] >= _INFINITE)
    gaps = keys[:, 1:] - keys[:, :-1]
    if gaps.min(initial=np.iinfo(np.int64).max) <= tolerance:
        close |= (gaps <= tolerance).any(axis=1)
    return close


def _low_bits(columns: int) -> np.int64:
    return np.int64((1 << int(columns - 1).bit_length()) - 1)
