"""Figures as they are printed: a score is the interval of the numbers that print as it, a rank its places.

`reproduce` and `infer` both read them here, so that they never disagree about what a figure stands for. Ranks
are read as rankings print them (`=2`, `4th`, `101-152`, `501+`), and lists that no ranking gives are told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from innov_index.errors import DataError, not_found
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints, read_only
from innov_index.wording import counted, listed

NOISE = 1e-12
"""Share of the largest score that rounding in floating point may add to a computed one."""

EXACT = 1e-9
"""Largest difference of a computed figure from a published one that counts as none."""

COMPUTED = 1e-9
"""At least half the width of a figure's interval, for scores up to 100: what counts as exactly reproduced.

What was computed in floating point and printed with all its digits does not follow to the last one.
"""

ROUNDED = 6
"""With up to this many decimals a double may be a little off its decimal number, as after arithmetic."""

ALL_DECIMALS = 17

Decimals: TypeAlias = int | Mapping[str, int | Mapping[str, int]] | None
"""Printed decimals: of everything, or by column, by edition, or by edition and column."""


@frozen
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

    def where(self, kept: Bools) -> Intervals:
        """Some of the figures; the others are missing."""
        return Intervals(*(np.where(kept, end, np.nan) for end in (self.low, self.high, self.unit)))

    def of(self, units: Bools) -> Intervals:
        """The figures of some units (first axis); the other units have none."""
        return self.where(units.reshape(-1, *[1] * (self.low.ndim - 1)))

    def of_node(self, node: int) -> Intervals:
        """The figures of one node (last axis)."""
        return Intervals(*(end[..., node] for end in (self.low, self.high, self.unit)))

    def narrowed(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """What is left of the range from `low` to `high`; all of it where no such number prints so."""
        inner_low = np.where(self.missing | np.isnan(low), low, np.maximum(low, self.low))
        inner_high = np.where(self.missing | np.isnan(high), high, np.minimum(high, self.high))
        # ranges that touch have their end in common, whatever its last bits
        agree = inner_low <= inner_high + EXACT
        least, greatest = np.minimum(inner_low, inner_high), np.maximum(inner_low, inner_high)
        return np.where(agree, least, low), np.where(agree, greatest, high)

    def before_rounding(self, decimals: int) -> Intervals:
        """What the figures stand for where a score was rounded to these decimals before it was printed.

        Printed with fewer decimals it was rounded twice; otherwise the figure is the rounded score itself.
        """
        half = 0.5 * 10.0**-decimals
        middle, twice = (self.low + self.high) / 2, self.unit > 3 * half
        low = np.where(twice, self.low, middle) - half
        high = np.where(twice, self.high, middle) + half
        unit = np.where(twice, self.unit, 2 * half)
        return Intervals(np.round(low, 12), np.round(high, 12), np.where(self.missing, np.nan, unit))

    def widened(self, by: float) -> Intervals:
        """The intervals with both ends moved outwards."""
        if by == 0:
            return self
        return Intervals(np.round(self.low - by, 12), np.round(self.high + by, 12), self.unit.copy())


def decimals_at(stated: Decimals, edition: str | None, column: str) -> int | None:
    """The decimals stated for a column in an edition; None where nothing is stated for it.

    What is stated for the column within the edition goes before what is stated for the edition, and this
    before what is stated for the column.
    """
    if stated is None or isinstance(stated, int):
        return stated
    found = stated.get(edition) if edition is not None else None
    if isinstance(found, Mapping):
        found = found.get(column)
    if found is None:
        found = stated.get(column)
    return found if isinstance(found, int) else None


def check_decimals(stated: Decimals, columns: Sequence[str], editions: Sequence[str], where: str) -> None:
    """Refuse decimals that are stated for what is neither a column nor an edition.

    Raises
    ------
    DataError
        With the nearest valid name.
    """
    for key, of in stated.items() if isinstance(stated, Mapping) else ():
        if key not in columns and key not in editions:
            raise DataError(not_found("column or edition", key, [*columns, *editions], where))
        if not isinstance(of, Mapping):
            continue
        if key not in editions:
            raise DataError(f"{where}: '{key}' is no edition, so it has one number of decimals")
        for column in of:
            if column not in columns:
                raise DataError(not_found("column", column, columns, f"{where}, {key}"))


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
    return side_by_side([printed_child(column, decimals) for column in np.asarray(figures, dtype=float).T])


def side_by_side(columns: Sequence[Intervals]) -> Intervals:
    """Columns of figures, each (units,), as one table (units, children)."""
    ends = ([getattr(column, end) for column in columns] for end in ("low", "high", "unit"))
    return Intervals(*(np.stack(end, axis=1) for end in ends))


def one_below_the_other(tables: Sequence[Intervals]) -> Intervals:
    """Figures of several lists of units as one."""
    ends = ([getattr(table, end) for table in tables] for end in ("low", "high", "unit"))
    return Intervals(*(np.concatenate(end) for end in ends))


def decimals_of(figures: Floats) -> int:
    """Decimals that figures are printed with: as few as show nine in ten of them.

    Of figures printed with d decimals one in ten ends with a zero, so fewer than d never show nine in ten. Of
    fewer than ten figures all must be shown.
    """
    own = np.sort(_own_decimals(figures)[~np.isnan(figures)])
    if not own.size:
        return 0
    return int(own[-1] if own.size < 10 else own[int(np.ceil(0.9 * own.size)) - 1])


def printed_child(figures: Floats, decimals: int | None = None) -> Intervals:
    """Intervals of one child's figures, (units,); none where the figures are not rounded."""
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


_ORDINAL = r"(?:st|nd|rd|th)?\.?"
_PRINTED = (
    rf"(?i)(?P<before>=|t-?(?=\d)|joint\s)?\s*[#№]?\s*(?P<best>\d+(?:[.,]5)?){_ORDINAL}\s*(?P<after>=|\+)?"
    rf"(?:\s*(?:[-–—]|to)\s*(?P<last>\d+){_ORDINAL}\s*=?)?"
)


@frozen
class PrintedRank:
    """The best and the last place that a printed rank stands for; `shared`: printed as one of several."""

    best: float
    last: float
    shared: bool = False


def printed_rank(best: float, last: float) -> str:
    """A rank as rankings print it: `4`, `101-152`, `501+`."""
    if best == last:
        return f"{best:g}"
    return f"{best:g}+" if np.isinf(last) else f"{best:g}-{last:g}"


def read_rank(text: str) -> PrintedRank | None:
    """Read one printed rank; None where the text is none, or a band that ends before it begins."""
    found = re.fullmatch(_PRINTED, text.strip())
    if found is None or (found["after"] == "+" and found["last"]):
        return None
    best = float(found["best"].replace(",", "."))
    shared = bool(found["before"]) or found["after"] == "="
    if found["after"] == "+":
        return PrintedRank(best, np.inf)
    last = float(found["last"]) if found["last"] else best
    return PrintedRank(best, last, shared) if 1 <= best <= last else None


def no_ranking(ranks: Floats, ties: str) -> str | None:
    """Say why no ranking gives these ranks under a rule for ties; None where one may.

    Other units may stand anywhere between those listed, so a list is refused only for what no other unit can
    explain: a place that the units of a shared rank take up themselves. Under "min" k units of rank r take
    the places r to r + k - 1, under "max" those from r - k + 1 to r, under "average" those around r.
    """
    fault = _fault(ranks, ties)
    if fault is None:
        return None
    shared, units, other = fault
    reason = f"{counted(units, 'unit')} share rank {shared:g}, yet another has rank {other:g}"
    if ties == "ordinal":
        reason = f"{counted(units, 'unit')} share rank {shared:g}"
    allowed = [rule for rule in ("min", "max", "average", "dense") if _fault(ranks, rule) is None]
    hint = f"; ties: {listed(allowed)} would allow it" if allowed else ""
    return f"the published ranks are no ranking under ties: {ties} ({reason}){hint}"


def _fault(ranks: Floats, ties: str) -> tuple[float, int, float] | None:
    """A rank, how many units share it, and another rank that stands on one of their places."""
    values, counts = np.unique(ranks[~np.isnan(ranks)], return_counts=True)
    for rank, count in zip(values.tolist(), counts.tolist(), strict=True):
        if count == 1:
            continue
        if ties == "ordinal":
            return rank, count, rank
        first, last = _places(rank, count, ties)
        if first < 1:
            return rank, count, first
        taken = values[(values != rank) & (values >= first) & (values <= last)]
        if len(taken):
            return rank, count, float(taken[0])
    return None


def _places(rank: float, count: int, ties: str) -> tuple[float, float]:
    if ties == "min":
        return rank, rank + count - 1
    if ties == "max":
        return rank - count + 1, rank
    if ties == "average":
        return rank - (count - 1) / 2, rank + (count - 1) / 2
    return rank, rank


def faults_of(ranks: Floats, last: Floats, ties: str) -> dict[tuple[int, int], str]:
    """Say why lists of (editions, units, nodes) are no ranking, by edition and node; bands do not count."""
    single = np.where(ranks == last, ranks, np.nan)
    found = {}
    for edition, node in np.argwhere((~np.isnan(single)).any(axis=1)).tolist():
        fault = no_ranking(single[edition, :, node], ties)
        if fault is not None:
            found[edition, node] = fault
    return found


def places_of(ranks: Floats, last: Floats) -> Ints | None:
    """The place of each unit's group, (units,), as the list numbers them; None where bands overlap.

    A unit without a rank has the place -1.
    """
    there = ~np.isnan(ranks)
    bands, inverse = np.unique(np.stack([ranks[there], last[there]], axis=1), axis=0, return_inverse=True)
    if (bands[:-1, 1] >= bands[1:, 0]).any():
        return None
    places = np.full(len(ranks), -1, dtype=np.int64)
    places[there] = inverse.ravel()
    return places


def out_of_order(
    ranks: Floats, last: Floats, low: Floats, high: Floats, *, strict: bool, step: float = 0.0
) -> Bools:
    """Which units' places, (units,), no scores between `low` and `high` can give.

    With `strict` a better place needs a score that can be higher, and places that are shared need scores that
    can be equal; otherwise a better place needs one that can be as high. Scores that differ by rounding noise
    alone are equal. Where scores are rounded to multiples of a `step`, every place between two units takes
    one.
    """
    places = places_of(ranks, last) if step and strict else None
    if places is not None:
        low, high = low + step * places, high + step * places
    there = ~np.isnan(ranks) & ~np.isnan(low)
    noise = NOISE * float(np.abs(np.concatenate([low[there], high[there]])).max(initial=0.0))
    leads = strict and places is None
    needed = noise if leads else -noise
    by_best, by_last = np.argsort(ranks[there]), np.argsort(last[there])
    lows, highs = low[there][by_best], high[there][by_last]
    greatest_below = np.append(np.maximum.accumulate(lows[::-1])[::-1], -np.inf)
    least_above = np.append(np.inf, np.minimum.accumulate(highs))
    after = np.searchsorted(ranks[there][by_best], last[there], side="right")
    before = np.searchsorted(last[there][by_last], ranks[there], side="left")
    lead = np.minimum(high[there] - greatest_below[after], least_above[before] - low[there])
    wrong = np.zeros(len(ranks), dtype=np.bool_)
    wrong[there] = (lead <= needed) if leads else (lead < needed)
    if strict:
        for rank in np.unique(ranks[there & (ranks == last)]):
            group = there & (ranks == rank) & (last == rank)
            wrong |= group & (low.max(where=group, initial=-np.inf) - high > noise)
            wrong |= group & (low - high.min(where=group, initial=np.inf) > noise)
    return wrong
