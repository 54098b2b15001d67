"""Imputation over editions: from the unit's own values before and after a gap.

The edition axis is -3, oldest first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.errors import OptionError
from innov_index.limits import AtLeastOne
from innov_index.methods.kernels.preparation import into_gaps
from innov_index.methods.registry import Trait
from innov_index.methods.steps import imputation
from innov_index.model.arrays import Floats, Ints, doubles

NONE_FOUND = -1


@imputation.method("latest", Trait.PANEL, Trait.CHOOSES, properties="scale shift independent alike")
def latest(values: Floats, years: Floats | None = None, *, max_age: AtLeastOne | None = None) -> Floats:
    """Fill a gap with the unit's latest earlier value.

    Formula: x_t = x_s, s the last edition before t that has the value

    Undefined: no earlier edition has the value, or its value is too old.

    Remedy: raise max_age, or use latest_or_first.

    Source: coinr impute_panel (latest)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as ascending numbers; by default one apart.
    max_age : int, optional
        How many years older than the gap the value may be.

    Returns
    -------
    (..., editions, units, indicators)
    """
    x = doubles(values)
    return taken(x, latest_edition(x, years, max_age))


@imputation.method("latest_or_first", Trait.PANEL, Trait.CHOOSES, properties="scale shift independent alike")
def latest_or_first(values: Floats, years: Floats | None = None) -> Floats:
    """Fill a gap with the unit's latest earlier value, or with its first later value if there is none.

    Formula: x_t = x_s, s the last edition before t that has the value, or else the first after it

    Undefined: no edition has the value.

    Remedy: impute the remaining gaps with another method.

    Source: coinr impute_panel (constant)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as ascending numbers.

    Returns
    -------
    (..., editions, units, indicators)
    """
    x = doubles(values)
    carried = taken(x, latest_edition(x, years))
    return into_gaps(carried, taken(x, next_edition(x)))


@imputation.method("linear", Trait.PANEL, properties="scale shift independent alike")
def linear(values: Floats, years: Floats | None = None) -> Floats:
    """Interpolate a gap linearly between the unit's values before and after it.

    Formula: x_t = x_r + (x_s - x_r)(t - r) / (s - r), r and s the nearest editions with a value

    Undefined: the unit has no value before or after the gap.

    Remedy: use linear_constant, which extends the first and the last value.

    Source: coinr impute_panel (linear)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as ascending numbers; by default one apart.

    Returns
    -------
    (..., editions, units, indicators)
    """
    x = doubles(values)
    times = edition_times(x, years)
    return _incomplete_filled(x, lambda series: _lines(series, times)[0])


@imputation.method("linear_constant", Trait.PANEL, properties="scale shift independent alike")
def linear_constant(values: Floats, years: Floats | None = None) -> Floats:
    """Interpolate a gap linearly, and extend the unit's first and last value to the ends.

    Formula: as linear between two values; the nearest value before the first and after the last

    Undefined: no edition has the value.

    Remedy: impute the remaining gaps with another method.

    Source: coinr impute_panel (linear)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as ascending numbers; by default one apart.

    Returns
    -------
    (..., editions, units, indicators)
    """
    x = doubles(values)
    times = edition_times(x, years)

    def filled(series: Floats) -> Floats:
        lines, start, end = _lines(series, times)
        return np.where(np.isnan(lines), np.where(np.isnan(start), end, start), lines)

    return _incomplete_filled(x, filled)


def latest_edition(values: Floats, years: Floats | None = None, max_age: float | None = None) -> Ints:
    """For each cell, the position of the latest edition up to its own with a value; -1 if there is none.

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as ascending numbers; 0, 1, 2, … by default.
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
    """For each cell, the position of the first edition from its own on with a value; -1 if there is none."""
    found = latest_edition(values[..., ::-1, :, :])[..., ::-1, :, :]
    return np.where(found == NONE_FOUND, NONE_FOUND, values.shape[-3] - 1 - found)


def taken(values: Floats, editions: Ints) -> Floats:
    """The value of each cell in the given edition; NaN where that is -1."""
    found = np.take_along_axis(values, np.maximum(editions, 0), axis=-3)
    return np.where(editions == NONE_FOUND, np.nan, found)


def _lines(values: Floats, times: Floats) -> tuple[Floats, Floats, Floats]:
    """Values with gaps interpolated between their neighbours, and the values before and after each cell."""
    before, after = latest_edition(values), next_edition(values)
    start, end = taken(values, before), taken(values, after)
    span = times[after] - times[before]
    share = (times[:, None, None] - times[before]) / np.where(span > 0, span, 1.0)
    return np.where(np.isnan(values), start + share * (end - start), values), start, end


def _incomplete_filled(values: Floats, fill: Callable[[Floats], Floats]) -> Floats:
    """Fill only the series over editions that have a gap: most have none.

    `fill` takes (editions, series, 1).
    """
    incomplete = np.isnan(values).any(axis=-3)
    filled = np.moveaxis(values, -3, 0).copy()
    filled[:, incomplete] = fill(filled[:, incomplete][..., None])[..., 0]
    return np.ascontiguousarray(np.moveaxis(filled, 0, -3))


def edition_times(values: Floats, years: Floats | None) -> Floats:
    """The editions as numbers, checked to ascend."""
    if values.ndim < 3:
        raise OptionError("imputation over editions needs a table with editions; this one has none")
    times = np.arange(values.shape[-3]) if years is None else years
    times = np.asarray(times, dtype=np.float64)
    if np.any(np.diff(times) <= 0):
        raise OptionError("imputation over editions needs editions in ascending order")
    return times
