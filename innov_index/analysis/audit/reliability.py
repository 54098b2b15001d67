"""Cronbach's alpha: do the parts of a dimension measure one thing?"""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Floats


def cronbach_alpha(values: Floats) -> Floats:
    """Internal consistency of some columns.

    Formula: alpha = k² c̄ / Σ_ij c_ij, c the covariances (each over the units that have both), c̄ the mean of
    those off the diagonal, k the number of columns. Source: cronbach1951; coinr get_cronbach.

    It is 1 for columns that move as one, near 0 for unrelated ones, and negative where they oppose each
    other. It depends on the columns' units: take normalised values. NaN for a single column.

    Parameters
    ----------
    values : (..., units, columns)

    Returns
    -------
    (...)
    """
    columns = values.shape[-1]
    if columns < 2:
        return np.full(values.shape[:-2], np.nan)
    covariances = pairwise_covariances(values)
    everything = np.nansum(covariances, axis=(-1, -2))
    diagonal = np.nansum(np.diagonal(covariances, axis1=-2, axis2=-1), axis=-1)
    between = (everything - diagonal) / (columns * (columns - 1))
    return np.asarray(columns**2 * between / np.where(everything != 0, everything, np.nan))


def pairwise_covariances(values: Floats) -> Floats:
    """Sample covariance of every pair of columns over the units that have both; NaN for fewer than two.

    Parameters
    ----------
    values : (..., units, columns)

    Returns
    -------
    (..., columns, columns)
    """
    there = (~np.isnan(values)).astype(np.float64)
    filled = np.where(there > 0, values, 0.0)
    centre = filled.sum(axis=-2, keepdims=True) / np.maximum(there.sum(axis=-2, keepdims=True), 1)
    filled = np.where(there > 0, values - centre, 0.0)
    transposed = np.swapaxes(filled, -1, -2)
    units = np.swapaxes(there, -1, -2) @ there
    units = np.where(units > 1, units, np.nan)
    sums = transposed @ there
    return np.asarray((transposed @ filled - sums * np.swapaxes(sums, -1, -2) / units) / (units - 1))
