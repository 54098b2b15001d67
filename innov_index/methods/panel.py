"""Filling gaps from other editions: the edition axis is -3, oldest first."""

from __future__ import annotations

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
    before, after = latest_edition(values), next_edition(values)
    start, end = taken(values, before), taken(values, after)
    span = times[after] - times[before]
    share = (times[:, None, None] - times[before]) / np.where(span > 0, span, 1.0)
    return np.where(np.isnan(values), start + share * (end - start), values)


def edition_times(values: Floats, years: Floats | None) -> Floats:
    """The editions as ascending numbers, checked."""
    if values.ndim < 3:
        raise OptionError("imputation over editions needs a table with editions, but there is none")
    times = np.arange(values.shape[-3]) if years is None else years
    times = np.asarray(times, dtype=np.float64)
    if np.any(np.diff(times) <= 0):
        raise OptionError("imputation over editions needs editions in ascending order")
    return times
