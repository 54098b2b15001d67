"""Skewness and kurtosis of columns over the units; missing values are left out.

Both are sample-corrected (type 2 of Joanes and Gill 1998), as in Excel's SKEW and KURT, COINr and WIPO's
workbooks.
"""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels.column_statistics import count, maximum, minimum
from innov_index.model.arrays import Floats


def skewness(values: Floats) -> Floats:
    """Sample-corrected skewness; NaN for fewer than three values or a constant.

    Formula: G1 = sqrt(n (n - 1)) / (n - 2) · m3 / m2^(3/2), m the central moments.

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., indicators)
    """
    return skewness_and_kurtosis(values)[0]


def kurtosis(values: Floats) -> Floats:
    """Sample-corrected excess kurtosis; NaN for fewer than four values or a constant.

    Formula: G2 = (n - 1) / ((n - 2) (n - 3)) · ((n + 1) (m4 / m2² - 3) + 6), m the central moments.

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., indicators)
    """
    return skewness_and_kurtosis(values)[1]


def skewness_and_kurtosis(values: Floats) -> tuple[Floats, Floats]:
    """Both, for little more than the cost of one."""
    values = np.asarray(values, dtype=np.float64)
    available = count(values)[..., 0, :]
    deviations = _scaled_deviations(values)
    squares = deviations * deviations
    second = squares.sum(axis=-2)
    third = np.multiply(squares, deviations, out=deviations).sum(axis=-2)
    fourth = np.multiply(squares, squares, out=squares).sum(axis=-2)
    second = np.where(second > 0, second, np.nan)
    n = np.where(available >= 3, available, np.nan)
    skew = third / second**1.5 * n * np.sqrt(n - 1) / (n - 2)
    n = np.where(available >= 4, available, np.nan)
    kurt = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (n * fourth / second**2 - 3) + 6)
    return skew, kurt


def _scaled_deviations(values: Floats) -> Floats:
    """Deviations from the mean in units of the range; zero where a value is missing.

    Subtracting the maximum first makes a constant column exactly zero; dividing by the range keeps the fourth
    powers of very large and very small numbers finite.
    """
    highest = maximum(values)
    spread = highest - minimum(values)
    scaled = values - highest
    scaled /= np.where(spread > 0, spread, 1.0)
    missing = np.isnan(values)
    gaps = bool(missing.any())
    if gaps:
        scaled[missing] = 0.0
    scaled -= scaled.sum(axis=-2, keepdims=True) / np.maximum(count(values), 1)
    if gaps:
        scaled[missing] = 0.0
    return scaled
