"""Ranks of each column over the units (axis -2), with one kernel for all rules for ties.

Ranks here ascend: the lowest value has rank 1. Missing values have no rank and are not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from innov_index.model.arrays import Bools, Floats, Ints

SharedTies: TypeAlias = Literal["min", "average", "max", "dense"]
Ties: TypeAlias = Literal["min", "average", "max", "dense", "ordinal"]

POWERS_OF_TEN = np.array([float(f"1e{power}") for power in range(309)])
TINY, LIFT = 1e-290, 1e100
HALVES_SEEN, NOISE = 10, 14
"""Significant digits up to which a half is told from rounding error, and those beyond which all is error."""


def ascending_ranks(values: Floats, ties: Ties) -> Floats:
    """Ranks within each column; `ties` is the rank that equal values share.

    Parameters
    ----------
    values : (..., units, columns)
    ties : {"min", "average", "max", "dense", "ordinal"}
        As in scipy.stats.rankdata; "ordinal" follows the order of the units.

    Returns
    -------
    (..., units, columns)
        As floats; NaN where the value is NaN.
    """
    columns = np.ascontiguousarray(np.swapaxes(values, -1, -2))
    order, starts = _sorted_runs(columns, stable=ties == "ordinal")
    return _unsorted(RULES[ties](starts), order, columns)


def ranks_in_reference(values: Floats, reference: Floats, ties: SharedTies) -> Floats:
    """The rank that each value has, or would have, among the values of `reference`.

    Parameters
    ----------
    values : (..., units, columns)
    reference : (..., other units, columns)

    Returns
    -------
    (..., units, columns)
    """
    leading = np.broadcast_shapes(values.shape[:-2], reference.shape[:-2])
    pooled = np.concatenate(
        [np.broadcast_to(table, leading + table.shape[-2:]) for table in (reference, values)], axis=-2
    )
    columns = np.ascontiguousarray(np.swapaxes(pooled, -1, -2))
    order, starts = _sorted_runs(columns)
    counts = order < reference.shape[-2]
    return _unsorted(REFERENCE_RULES[ties](starts, counts), order, columns)[..., reference.shape[-2] :, :]


def round_significant(values: Floats, digits: int) -> Floats:
    """Values rounded to this many significant decimal digits, halves to even; 0 digits: unchanged.

    Zero, infinities and NaN do not change; subnormal numbers are rounded like all others. Powers of ten come
    from a table of decimal literals, so that every machine rounds in the same way. To ten digits or fewer,
    what is a half in its first 14 digits is a half: 0.05625000000000002 is 0.0562 like 0.05625.
    """
    if digits == 0:
        return values
    magnitude = np.abs(values)
    tiny = (magnitude > 0) & (magnitude < TINY)
    if not tiny.any():
        return _rounded(values, digits)
    lift = np.where(tiny, LIFT, 1.0)
    return _rounded(values * lift, digits) / lift


def _rounded(values: Floats, digits: int) -> Floats:
    """As `round_significant`, for values large enough that the reciprocal power of ten is finite."""
    magnitude = np.abs(values)
    magnitude[~((magnitude > 0) & (magnitude < np.inf))] = 1.0
    shift = digits - 1 - np.floor(np.log10(magnitude)).astype(np.intp)
    with np.errstate(over="ignore", invalid="ignore"):
        whole = _nearest_whole(_shifted(values, shift), digits)
        # 9.99… rounded up has one more digit: dropping its last zero gives the same bits as for 10
        carried = np.abs(whole) >= POWERS_OF_TEN[digits]
        rounded = _shifted(np.where(carried, whole / 10, whole), np.where(carried, 1 - shift, -shift))
    return np.where(np.isfinite(rounded), rounded, values)


def _nearest_whole(values: Floats, digits: int) -> Floats:
    """Values of so many digits before the point as whole numbers, halves to even."""
    whole = np.rint(values)
    if digits > HALVES_SEEN:
        return whole
    halves = np.rint(2 * values)
    is_half = (np.abs(values - halves / 2) < POWERS_OF_TEN[digits] / POWERS_OF_TEN[NOISE]) & (halves % 2 != 0)
    return np.where(is_half, np.rint(halves / 2), whole)


def _shifted(values: Floats, shift: Ints) -> Floats:
    """Values times ten to the power of `shift`."""
    return np.asarray(values * POWERS_OF_TEN[np.maximum(shift, 0)] / POWERS_OF_TEN[np.maximum(-shift, 0)])


def _sorted_runs(columns: Floats, *, stable: bool = False) -> tuple[Ints, Bools]:
    """Order of the values along the last axis, missing ones last, and where runs of equal values start in it.

    Infinity replaces missing values unless a value is infinite: sorting with NaN is three times slower.
    """
    gaps = np.isnan(columns)
    if gaps.any() and not np.isposinf(columns).any():
        columns = np.where(gaps, np.inf, columns)
    order = np.argsort(columns, axis=-1, kind="stable" if stable else None)
    ordered = np.take_along_axis(columns, order, axis=-1)
    starts = np.ones(ordered.shape, dtype=np.bool_)
    np.not_equal(ordered[..., 1:], ordered[..., :-1], out=starts[..., 1:])
    return order, starts


def _unsorted(ranks: Floats | Ints, order: Ints, columns: Floats) -> Floats:
    """Ranks, given in the order of values, in that of the units (axis -2); NaN for a missing value."""
    placed = np.empty(columns.shape)
    np.put_along_axis(placed, order, ranks, axis=-1)
    placed[np.isnan(columns)] = np.nan
    return np.swapaxes(placed, -1, -2)


def _positions(starts: Bools) -> Ints:
    return np.arange(1, starts.shape[-1] + 1)


def _first_of_run(at: Ints, starts: Bools) -> Ints:
    """The value of `at` (non-decreasing) at the start of each run, spread over the run."""
    spread: Ints = np.maximum.accumulate(np.where(starts, at, 0), axis=-1)
    return spread


def _last_of_run(at: Ints, starts: Bools) -> Ints:
    """The value of `at` (non-decreasing) at the end of each run, spread over the run."""
    ends = np.roll(starts, -1, axis=-1)
    kept = np.where(ends, at, np.iinfo(np.intp).max)
    spread: Ints = np.minimum.accumulate(kept[..., ::-1], axis=-1)[..., ::-1]
    return spread


def _minimum(starts: Bools) -> Ints:
    return _first_of_run(_positions(starts), starts)


def _maximum(starts: Bools) -> Ints:
    return _last_of_run(_positions(starts), starts)


def _average(starts: Bools) -> Floats:
    return (_minimum(starts) + _maximum(starts)) / 2


def _dense(starts: Bools) -> Ints:
    return np.cumsum(starts, axis=-1)


def _ordinal(starts: Bools) -> Ints:
    return np.broadcast_to(_positions(starts), starts.shape)


RULES: dict[Ties, Callable[[Bools], Floats | Ints]] = {
    "min": _minimum,
    "average": _average,
    "max": _maximum,
    "dense": _dense,
    "ordinal": _ordinal,
}


def _minimum_in_reference(starts: Bools, counts: Bools) -> Ints:
    lower: Ints = np.cumsum(counts, axis=-1) - counts
    return _first_of_run(lower, starts) + 1


def _maximum_in_reference(starts: Bools, counts: Bools) -> Ints:
    """A value that is not in the reference has no equals there, so it takes the minimum rank."""
    not_higher = _last_of_run(np.cumsum(counts, axis=-1), starts)
    return np.maximum(not_higher, _minimum_in_reference(starts, counts))


def _average_in_reference(starts: Bools, counts: Bools) -> Floats:
    return (_minimum_in_reference(starts, counts) + _maximum_in_reference(starts, counts)) / 2


def _dense_in_reference(starts: Bools, counts: Bools) -> Ints:
    """One more than the number of distinct lower values of the reference."""
    met = np.cumsum(counts, axis=-1)
    before_run = _first_of_run(met - counts, starts)
    first_met = counts & (met == before_run + 1)
    distinct = np.cumsum(first_met, axis=-1)
    return _first_of_run(distinct - first_met, starts) + 1


REFERENCE_RULES: dict[SharedTies, Callable[[Bools, Bools], Floats | Ints]] = {
    "min": _minimum_in_reference,
    "average": _average_in_reference,
    "max": _maximum_in_reference,
    "dense": _dense_in_reference,
}
