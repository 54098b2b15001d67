"""What a kernel does to a table before it computes: orient, handle gaps, guard divisors, cut into blocks.

Missing is NaN and only NaN.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from innov_index.model.arrays import Bools, Floats, Ints, doubles

VALUES_IN_A_BLOCK = 150_000

_USUAL = 300
"""Powers of two up to which third and fourth powers of values, and sums of them, are ordinary numbers."""


def oriented(values: Floats, direction: Floats) -> Floats:
    """Values times direction, so that more is better in every column."""
    return values if np.all(direction > 0) else values * direction


def present(values: Floats) -> Bools:
    """True where a value is present."""
    return ~np.isnan(values)


def complete(values: Floats) -> Floats:
    """Values as doubles; a unit with a missing child becomes missing altogether.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., units, children)
    """
    values = doubles(values)
    gaps = np.isnan(values).any(axis=-1, keepdims=True)
    return np.where(gaps, np.nan, values) if gaps.any() else values


def into_gaps(values: Floats, estimates: Floats) -> Floats:
    """Values, with the estimates where they are missing."""
    return np.where(np.isnan(values), estimates, doubles(values))


def present_weights(values: Floats, weights: Floats) -> Floats:
    """Weights of the children that are present, summing to 1 for each unit; NaN where no weight is left.

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units, children)
    """
    kept = np.where(np.isnan(values), 0.0, weights[..., None, :])
    total = kept.sum(axis=-1, keepdims=True)
    return kept / np.where(total > 0, total, np.nan)


def weighed(parts: Floats, weights: Floats) -> Floats:
    """Parts times weights; a child of weight 0 adds 0, even where its part is undefined.

    Parameters
    ----------
    parts : (..., units, children)
    weights : (..., children)
    """
    each = weights[..., None, :]
    return np.where(each == 0, 0.0, parts * each)


def of_usual_size(values: Floats, axis: int | tuple[int, ...]) -> tuple[Floats, Ints]:
    """Values whose squares and sums neither overflow nor vanish, and by which power of two they were divided.

    Parameters
    ----------
    values : (...)
    axis : int or ints
        Axes that share a power: along them the largest value decides.

    Returns
    -------
    values, powers
        The values themselves, and powers of 0, where all are within 2^±300. The powers keep the axes.
    """
    largest = np.fmax.reduce(np.abs(values), axis=axis, keepdims=True, initial=0.0)
    _, powers = np.frexp(np.where(np.isfinite(largest), largest, 0.0))
    unusual = np.abs(powers) > _USUAL
    powers = np.where(unusual, powers, 0)
    return (np.ldexp(values, -powers) if unusual.any() else values), powers


def constant_to_nan(spread: NDArray[np.float64]) -> Floats:
    """The spread, NaN unless positive, so that dividing by it gives NaN and never infinity."""
    return np.where(spread > 0, spread, np.nan)


def indicator_rows(values: Floats) -> Floats:
    """One contiguous row (its units) for each indicator of each leading index, as doubles: (rows, units)."""
    by_indicator = np.swapaxes(doubles(values), -1, -2)
    return np.ascontiguousarray(by_indicator).reshape(-1, values.shape[-2])


def blocks(rows: Floats) -> Iterator[slice]:
    """Slices that together cover the rows, each small enough for the processor's cache.

    Methods that pass over the same values many times are twice as fast this way.
    """
    height = max(1, VALUES_IN_A_BLOCK // max(1, rows.shape[1]))
    return (slice(start, start + height) for start in range(0, len(rows), height))
