"""Statistics of each column over the units: axis -2, which is kept so that they broadcast with the values.

Missing values are left out. A column without values gives NaN, without a warning. Skewness and kurtosis do
not keep the axis; they are sample-corrected (type 2 of Joanes and Gill 1998), as in Excel's SKEW and KURT,
COINr and WIPO's workbooks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.methods.kernels.exactness import ROUNDOFF, errors_of_sum
from innov_index.methods.kernels.preparation import of_usual_size
from innov_index.model.arrays import Floats, Ints, doubles

_LEAST_SQUARE = 1e-200
"""Sums of squares below it may have lost terms to underflow."""


def reference_or_own(values: Floats, reference: Floats | None) -> Floats:
    """The values from which statistics are learned, as doubles."""
    return doubles(values if reference is None else reference)


def count(values: Floats) -> Floats:
    """Number of available values."""
    counted: Floats = np.sum(~np.isnan(values), axis=-2, keepdims=True, dtype=np.float64)
    return counted


def minimum(values: Floats) -> Floats:
    """Lowest value."""
    return np.asarray(np.fmin.reduce(values, axis=-2, keepdims=True), dtype=np.float64)


def maximum(values: Floats) -> Floats:
    """Highest value."""
    return np.asarray(np.fmax.reduce(values, axis=-2, keepdims=True), dtype=np.float64)


def total(values: Floats) -> Floats:
    """Sum of the available values; exactly 0 where they cancel to within the rounding of the sum."""
    gaps = np.isnan(values)
    if not gaps.any():
        return _uncancelled(values, _sum(values))
    filled = np.where(gaps, 0.0, values)
    return np.where(gaps.all(axis=-2, keepdims=True), np.nan, _uncancelled(filled, _sum(filled)))


def mean(values: Floats) -> Floats:
    """Arithmetic mean, kept between the extremes, so that the mean of equal values is exactly that value."""
    with np.errstate(over="ignore", invalid="ignore"):
        quotient = _divided(total(values), count(values))
    if np.isinf(quotient).any():
        usual, powers = of_usual_size(values, -2)
        quotient = np.ldexp(_divided(total(usual), count(usual)), powers)
    return np.clip(quotient, minimum(values), maximum(values))


def standard_deviation(values: Floats, *, population: bool = False) -> Floats:
    """Root of the mean squared deviation (divisor n - 1; n for a population); exactly 0 for equal values."""
    middle = mean(values)
    with np.errstate(over="ignore"):
        squares = total((values - middle) ** 2)
    powers: Ints | int = 0
    if _out_of_range(squares):
        usual, powers = of_usual_size(values, -2)
        squares = total((usual - mean(usual)) ** 2)
    return np.ldexp(np.sqrt(_divided(squares, count(values) - (not population))), powers)


def norm(values: Floats) -> Floats:
    """Root of the sum of squares."""
    with np.errstate(over="ignore"):
        squares = total(values**2)
    powers: Ints | int = 0
    if _out_of_range(squares):
        usual, powers = of_usual_size(values, -2)
        squares = total(usual**2)
    return np.ldexp(np.sqrt(squares), powers)


def _out_of_range(squares: Floats) -> bool:
    """Whether some sums of squares may have overflowed or vanished."""
    return bool(((squares == np.inf) | (squares < _LEAST_SQUARE)).any())


def median(values: Floats) -> Floats:
    """Middle value, or the mean of the two in the middle."""
    return quantiles(values, [0.5])[0]


def quantiles(values: Floats, probabilities: Sequence[float]) -> list[Floats]:
    """Quantiles by linear interpolation between order statistics (Hyndman and Fan's type 7, R's default)."""
    ordered = np.sort(values, axis=-2)
    last = np.maximum(count(values) - 1, 0.0)
    return [_quantile(ordered, last, probability) for probability in probabilities]


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
    third = _uncancelled_cubes(np.multiply(squares, deviations, out=deviations))
    fourth = np.multiply(squares, squares, out=squares).sum(axis=-2)
    second = np.where(second > 0, second, np.nan)
    n = np.where(available >= 3, available, np.nan)
    skew = third / second**1.5 * n * np.sqrt(n - 1) / (n - 2)
    n = np.where(available >= 4, available, np.nan)
    kurt = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (n * fourth / second**2 - 3) + 6)
    return skew, kurt


def _uncancelled_cubes(cubes: Floats) -> Floats:
    """Their sums, with 0 where rounding alone is left: a symmetric column has no skewness."""
    sums: Floats = cubes.sum(axis=-2)
    noise = 3.0 * errors_of_sum(cubes.shape[-2]) * ROUNDOFF * np.abs(cubes).sum(axis=-2)
    return np.where(np.abs(sums) <= noise, 0.0, sums)


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


def _quantile(ordered: Floats, last: Floats, probability: float) -> Floats:
    position = _snapped(last * probability)
    below = np.floor(position).astype(np.intp)
    lower = np.take_along_axis(ordered, below, axis=-2)
    above = np.minimum(below + 1, last.astype(np.intp))
    upper = np.take_along_axis(ordered, above, axis=-2)
    interpolated: Floats = lower + (position - below) * (upper - lower)
    return interpolated


def _snapped(position: Floats) -> Floats:
    """Whole positions without rounding noise, so that a quantile that is a value is exactly that value."""
    nearest = np.rint(position)
    return np.where(np.abs(position - nearest) < 1e-9, nearest, position)


def _sum(values: Floats) -> Floats:
    return np.asarray(np.sum(values, axis=-2, keepdims=True, dtype=np.float64))


def _uncancelled(values: Floats, sums: Floats) -> Floats:
    """Sums of the values, with 0 for those that may be rounding alone."""
    if np.fmin.reduce(values, axis=None, initial=0.0) >= 0:
        return sums
    noise = errors_of_sum(values.shape[-2]) * ROUNDOFF * _sum(np.abs(values))
    return np.where(np.abs(sums) <= noise, 0.0, sums)


def _divided(numerator: Floats, denominator: Floats) -> Floats:
    """Quotient; NaN unless the denominator is positive."""
    return numerator / np.where(denominator > 0, denominator, np.nan)
