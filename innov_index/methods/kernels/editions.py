"""Filling gaps from other editions: the edition axis is -3, oldest first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.errors import OptionError
from innov_index.model.arrays import Floats, Ints

NONE_FOUND = -1


def latest_edition(values: Floats, years: Floats | None = None, max_age: float | None = None) -> Ints:
    """For each cell, the position of the latest edition up to its own that has a value; -1 where none has.

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as numbers, ascending; 0, 1, 2, … by default.
    max_age : float, optional
        How many years (or editions, without `years`) the value may be older than the cell.

    Returns
    -------
    (..., editions, units, indicators)
    """
    times = edition_times(values, years)
    positions = np.arange(len(times))[:, None, None]
    found = np.maximum.accumulate(np.where(np.isnan(values), NONE_FOUND, positions), axis=-3)
    if max_age is None:
        return found
    age = times[:, None, None] - times[found]
    return np.where((found != NONE_FOUND) & (age <= max_age), found, NONE_FOUND)


def next_edition(values: Floats) -> Ints:
    """For each cell, the position of the first edition from its own on that has a value; -1 without one."""
    found = latest_edition(values[..., ::-1, :, :])[..., ::-1, :, :]
    return np.where(found == NONE_FOUND, NONE_FOUND, values.shape[-3] - 1 - found)


def taken(values: Floats, editions: Ints) -> Floats:
    """The value of each cell at the edition found for it; NaN where that is -1."""
    found = np.take_along_axis(values, np.maximum(editions, 0), axis=-3)
    return np.where(editions == NONE_FOUND, np.nan, found)


def interpolated(values: Floats, years: Floats | None = None) -> Floats:
    """Each gap between two available editions, on the straight line between them; other gaps stay."""
    times = edition_times(values, years)
    return _incomplete_filled(values, lambda series: _lines(series, times)[0])


def interpolated_and_carried(values: Floats, years: Floats | None = None) -> Floats:
    """As `interpolated`, with the first available value before, and the last one after, all others."""
    times = edition_times(values, years)

    def filled(series: Floats) -> Floats:
        lines, start, end = _lines(series, times)
        return np.where(np.isnan(lines), np.where(np.isnan(start), end, start), lines)

    return _incomplete_filled(values, filled)


def _lines(values: Floats, times: Floats) -> tuple[Floats, Floats, Floats]:
    """Values with gaps on the line between their neighbours, and the values before and after each cell."""
    before, after = latest_edition(values), next_edition(values)
    start, end = taken(values, before), taken(values, after)
    span = times[after] - times[before]
    share = (times[:, None, None] - times[before]) / np.where(span > 0, span, 1.0)
    return np.where(np.isnan(values), start + share * (end - start), values), start, end


def _incomplete_filled(values: Floats, fill: Callable[[Floats], Floats]) -> Floats:
    """Fill the series over editions that have a gap; most have none, and stay as they are.

    `fill` gets (editions, series, 1).
    """
    incomplete = np.isnan(values).any(axis=-3)
    filled = np.moveaxis(values, -3, 0).copy()
    filled[:, incomplete] = fill(filled[:, incomplete][..., None])[..., 0]
    return np.ascontiguousarray(np.moveaxis(filled, 0, -3))


def edition_times(values: Floats, years: Floats | None) -> Floats:
    """The editions as ascending numbers, checked."""
    if values.ndim < 3:
        raise OptionError("imputation over editions needs a table with editions, but there is none")
    times = np.arange(values.shape[-3]) if years is None else years
    times = np.asarray(times, dtype=np.float64)
    if np.any(np.diff(times) <= 0):
        raise OptionError("imputation over editions needs editions in ascending order")
    return times
