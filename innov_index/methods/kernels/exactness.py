"""What rounding leaves undecided: the one place where it is said which differences are real.

Beside a computed number runs a bound on its rounding error: a multiple of the unit roundoff times the
magnitudes of what it was computed from (running error analysis, Higham 2002, section 3.3). Two numbers that
differ by no more than the sum of their bounds may be equal, and a number within its bound may be zero; both
are then taken to be so. What follows a settled number, such as ranks, constants and class breaks, needs no
tolerance of its own.
"""

from __future__ import annotations

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints

ROUNDOFF = 2.0**-53
"""Largest relative error of one operation on doubles."""

FEW = 8.0
"""Roundings of a chain of a few operations, in units of the roundoff."""


def errors_of_sum(terms: float) -> float:
    """Errors of a sum of many terms, in units of roundoff times the sum of magnitudes.

    Formula: 8 + 4 sqrt(n), which random roundings exceed about once in 10^14 sums (Higham and Mary 2019).
    """
    return FEW + 4.0 * float(np.sqrt(terms))


def settled(values: Floats, bounds: Floats) -> Floats:
    """Values, with those that rounding does not tell apart made equal along the last axis.

    A value within its bound becomes zero. Going down the order, a value joins a run of ties if it ties with
    the run's first, and takes its value. Of equal values the one with the largest bound comes first, so that
    the order of the units decides nothing.

    Parameters
    ----------
    values : (..., units)
    bounds : (..., units)
        NaN or anything where the value is NaN.

    Returns
    -------
    (..., units)
        The array itself where nothing changes.
    """
    doubtful = without_doubtful_zeros(values, bounds)
    ordered = np.sort(doubtful, axis=-1)
    gaps = ordered[..., 1:] - ordered[..., :-1]
    reach = 2.0 * np.fmax.reduce(bounds, axis=-1, keepdims=True, initial=0.0)
    with np.errstate(invalid="ignore"):
        close = np.asarray(((gaps > 0) & (gaps <= reach)).any(axis=-1))
    if not close.any():
        return doubtful
    result = doubtful.copy()
    result[close] = _joined(doubtful[close], np.broadcast_to(bounds, values.shape)[close])
    return result


def without_doubtful_zeros(values: Floats, bounds: Floats) -> Floats:
    """Values, with zero for those within their bounds of it; the array itself where there are none."""
    with np.errstate(invalid="ignore"):
        vanishing = (values <= bounds) & (values >= -bounds)
    if not values[vanishing].any():
        return values
    return np.where(vanishing, 0.0, values)


def onto_halves(values: Floats, bounds: Floats, decimals: int) -> Floats:
    """Values, with those that may lie half-way between two decimals put there, so that the rule decides."""
    step = 10.0**-decimals
    with np.errstate(invalid="ignore", over="ignore"):
        half = (np.floor(values / step) + 0.5) * step
        return np.where(np.abs(values - half) <= bounds, half, values)


def _joined(values: Floats, bounds: Floats) -> Floats:
    """Rows of values, (rows, units), with each run of ties at the value of its first."""
    order = np.lexsort((-bounds, -values), axis=-1)  # missing values come last
    descending = np.take_along_axis(values, order, axis=-1)
    doubts = np.take_along_axis(bounds, order, axis=-1)
    reach = 2.0 * np.fmax.reduce(bounds, axis=-1, keepdims=True)
    near = np.asarray((descending[:, :-1] - descending[:, 1:] <= reach).any(axis=0))
    first, doubt = descending[:, 0], doubts[:, 0]
    for place in np.flatnonzero(near) + 1:
        if place == 1 or not near[place - 2]:
            first, doubt = descending[:, place - 1], doubts[:, place - 1]
        ties = first - descending[:, place] <= doubt + doubts[:, place]
        first = descending[:, place] = np.where(ties, first, descending[:, place])
        doubt = np.where(ties, doubt, doubts[:, place])
    result = np.empty_like(values)
    np.put_along_axis(result, order, descending, axis=-1)
    return result


@frozen
class ColumnBounds:
    """Bounds of whole columns: a value y of a column is within relative · |y| + absolute of its true value.

    Each is (..., columns), as is `low`, the lowest value of the column (NaN: no values).
    """

    relative: Floats
    absolute: Floats
    low: Floats

    def at(self, place: int | tuple[int, ...] | None) -> ColumnBounds:
        """Those at a place of the leading axes; None: with one more leading axis."""
        return ColumnBounds(self.relative[place], self.absolute[place], self.low[place])

    def of(self, values: Floats, columns: Ints | slice = slice(None)) -> Floats:
        """Bounds of the values, (..., units, columns), of some of the columns."""
        found = np.abs(values)
        found *= self.relative[..., None, columns]
        found += self.absolute[..., None, columns]
        return found


def column_bounds(values: Floats, errors: float = FEW) -> ColumnBounds:
    """Bounds of values that a few operations without cancellation gave."""
    low, _ = extremes(values)
    return ColumnBounds(np.full(low.shape, errors * ROUNDOFF), np.zeros(low.shape), low)


def propagated(
    before: Floats, after: Floats, bounds: Floats, direction: Floats, errors: float = FEW
) -> ColumnBounds:
    """Bounds after a map of each column that rises or falls, such as a normalisation.

    The map is taken for a straight line between its extremes, y = a + b x. Its error is that of x times b,
    and some roundings of y, of a, and of b x, which is at most |y| + |a|.

    Parameters
    ----------
    before, after : (..., units, columns)
    bounds : (..., columns)
        The largest bound of a value of each column of `before`.
    direction : (columns,)
        -1 where the map falls.
    errors : float
        Roundings, in units of the roundoff.
    """
    slope, offset, least = _line(before, after, direction)
    with np.errstate(all="ignore"):
        absolute = errors * ROUNDOFF * np.abs(offset) + slope * bounds
    return ColumnBounds(np.full(absolute.shape, 2.0 * errors * ROUNDOFF), absolute, least)


def propagated_by_learning(
    before: Floats,
    after: Floats,
    bounds: Floats,
    direction: Floats,
    errors: float,
    origin: Floats | float,
    unit: Floats | float,
) -> ColumnBounds:
    """As `propagated`, after a scale y = origin + unit (x - centre) / spread that is learned from the values.

    A centre moves by as much as the values; a spread (range, standard deviation, 1.4826 x median absolute
    deviation) by less than three times as much, which counts by how far a score lies from the origin.

    Parameters
    ----------
    before, after, bounds, direction, errors : as for `propagated`
    origin, unit : float, or (columns,)
    """
    slope, offset, least = _line(before, after, direction)
    _, most = extremes(after)
    farthest = np.fmax(np.abs(least - origin), np.abs(most - origin))
    # the distance of a score from the origin is at most the farthest, and at most the sum of both
    is_far = np.abs(origin) < farthest
    with np.errstate(all="ignore"):
        carried = slope * bounds
        stretched = 3.0 * np.nan_to_num(carried / np.abs(unit), posinf=0.0)
        of_origin = stretched * np.where(is_far, np.abs(origin), np.nan_to_num(farthest))
        absolute = errors * ROUNDOFF * np.abs(offset) + 2.0 * carried + of_origin
    return ColumnBounds(2.0 * errors * ROUNDOFF + np.where(is_far, stretched, 0.0), absolute, least)


def _line(before: Floats, after: Floats, direction: Floats) -> tuple[Floats, Floats, Floats]:
    """Slope and offset of the line through the extremes of each column, and its least score."""
    low, high = extremes(before)
    least, most = extremes(after)
    with np.errstate(all="ignore"):
        slope = (most - least) / np.where(high > low, high - low, np.nan)
        offset = np.where(direction > 0, least - slope * low, most + slope * low)
    slope, offset = (np.where(np.isfinite(part), part, 0.0) for part in (slope, offset))
    return slope, offset, least


def extremes(values: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest value of each column, (..., columns)."""
    return np.asarray(np.fmin.reduce(values, axis=-2)), np.asarray(np.fmax.reduce(values, axis=-2))


def magnitudes(values: Floats) -> Floats:
    """Largest absolute value of each column, (..., columns)."""
    low, high = extremes(values)
    return np.asarray(np.fmax(np.abs(low), np.abs(high)))
