"""Missing values: fill them with estimates, drop the child, or leave out the unit."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Floats, doubles


def present_weights(values: Floats, weights: Floats) -> Floats:
    """Weights of the children that are there, summing to 1 in each unit; NaN where no weight is left.

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


def complete(values: Floats) -> Floats:
    """Values as doubles, with every unit that misses a child missing altogether.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., units, children)
    """
    values = np.asarray(values, dtype=np.float64)
    gaps = np.isnan(values).any(axis=-1, keepdims=True)
    return np.where(gaps, np.nan, values) if gaps.any() else values


def into_gaps(values: Floats, estimates: Floats) -> Floats:
    """Values with estimates where they are missing."""
    return np.where(np.isnan(values), estimates, doubles(values))
