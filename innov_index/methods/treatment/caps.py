"""Treatment of outliers: extreme values are set to a limit, or left as they are."""

from __future__ import annotations

import numpy as np

from innov_index.errors import OptionError
from innov_index.limits import Natural
from innov_index.methods.kernels.column_statistics import (
    median,
    quantiles,
    reference_or_own,
    skewness_and_kurtosis,
)
from innov_index.methods.registry import Each, NonNegative, Positive, Share, Trait
from innov_index.methods.steps import treatment
from innov_index.methods.treatment.winsorising import AnyMoments, MomentTest, OutlierWhen, limits
from innov_index.model.arrays import Bools, Floats, doubles


@treatment.method("none", Trait.IDENTITY, properties="monotone scale shift independent alike")
def none(values: Floats) -> Floats:
    """Leave the values as they are.

    Formula: x

    Source: oecd2008 section 1.5

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return doubles(values)


@treatment.method("winsorise", in_words="capping outliers", properties="monotone scale shift alike")
def winsorise(
    values: Floats,
    reference: Floats | None = None,
    *,
    max_points: Natural = 5,
    skewness: NonNegative = 2.0,
    kurtosis: NonNegative = 3.5,
    outlier_when: OutlierWhen = "both",
    force: Natural | None = None,
) -> Floats:
    """Set one extreme value after another to the next one until skewness and kurtosis are within bounds.

    Each round works on the side of the current skewness. Values tied at the extreme change together but count
    one by one, so ties may exceed the maximum. An indicator is never made constant. An indicator that passes
    the test, is constant, or has too few values for the moments does not change; one that still fails in the
    end keeps its winsorised values.

    Formula: while |skewness| > t_s and excess kurtosis > t_k and fewer than max_points values are changed:
    the highest (skewness >= 0) or the lowest values = the next value inside

    Source: coinr winsorise

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the two limits of each indicator are found; the values themselves by default.
    max_points : int
        Number of values that may change.
    skewness, kurtosis : float
        Thresholds of absolute skewness and excess kurtosis, both sample-corrected. WIPO uses 2.25 and 3.5.
    outlier_when : {"both", "either"}
        Whether both must exceed their thresholds, or one is enough.
    force : int, optional
        Change this many values, whatever the moments.

    Returns
    -------
    (..., units, indicators)
    """
    learned = values if reference is None else reference
    if force is None:
        low, high = limits(learned, MomentTest(skewness, kurtosis, outlier_when), max_points)
    else:
        low, high = limits(learned, AnyMoments(), force)
    return np.clip(doubles(values), low[..., None, :], high[..., None, :])


@treatment.method("winsorise_quantile", properties="monotone scale shift alike")
def winsorise_quantile(
    values: Floats, reference: Floats | None = None, *, lower: Share = 0.05, upper: Share = 0.95
) -> Floats:
    """Limit each indicator to the range between two of its quantiles.

    Formula: min(max(x, Q(lower)), Q(upper)), Q of type 7

    Source: hyndman1996 p. 361-363

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the quantiles come from; the values themselves by default.
    lower, upper : float
        Probabilities of the two quantiles.

    Returns
    -------
    (..., units, indicators)
    """
    if lower >= upper:
        raise OptionError(f"winsorise_quantile: lower ({lower}) must be below upper ({upper})")
    low, high = quantiles(reference_or_own(values, reference), [lower, upper])
    return np.clip(doubles(values), low, high)


@treatment.method("winsorise_iqr", properties="monotone scale shift alike")
def winsorise_iqr(values: Floats, reference: Floats | None = None, *, factor: NonNegative = 1.5) -> Floats:
    """Limit each indicator to Tukey's fences around its quartiles.

    An indicator whose quartiles are equal (as when more than half of its values are) does not change.

    Formula: min(max(x, Q1 - factor (Q3 - Q1)), Q3 + factor (Q3 - Q1)), quartiles of type 7

    Source: tukey1977 chapter 2

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the quartiles come from; the values themselves by default.
    factor : float
        Width of the fences in interquartile ranges.

    Returns
    -------
    (..., units, indicators)
    """
    first, third = quantiles(reference_or_own(values, reference), [0.25, 0.75])
    width = _open_if_zero(third - first) * factor
    return np.clip(doubles(values), first - width, third + width)


@treatment.method("winsorise_mad", properties="monotone scale shift alike")
def winsorise_mad(
    values: Floats,
    reference: Floats | None = None,
    *,
    factor: NonNegative = 2.5,
    scale: Positive = 1.4826,
) -> Floats:
    """Limit each indicator to a number of median absolute deviations around its median.

    An indicator whose median absolute deviation is zero (more than half of its values are equal) does not
    change.

    Formula: min(max(x, M - factor scale D), M + factor scale D), M = median x, D = median |x - M|

    Source: leys2013 p. 765

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the medians come from; the values themselves by default.
    factor : float
        Half width of the band.
    scale : float
        Factor that turns the median absolute deviation of a normal distribution into its standard deviation.

    Returns
    -------
    (..., units, indicators)
    """
    learned = reference_or_own(values, reference)
    middle = median(learned)
    width = _open_if_zero(median(np.abs(learned - middle))) * factor * scale
    return np.clip(doubles(values), middle - width, middle + width)


@treatment.method("clamp", example={"lower": 5.0, "upper": 60.0}, properties="monotone independent alike")
def clamp(values: Floats, *, lower: Each | None = None, upper: Each | None = None) -> Floats:
    """Limit each indicator to stated bounds.

    Formula: min(max(x, lower), upper)

    Source: coinr n_goalposts (truncation)

    Parameters
    ----------
    values : (..., units, indicators)
    lower, upper : float, optional
        The bounds, in the indicator's own units; one of them may be omitted.

    Returns
    -------
    (..., units, indicators)
    """
    if lower is None and upper is None:
        raise OptionError("clamp: state lower, upper or both")
    if lower is not None and upper is not None and np.any(np.asarray(lower) > upper):
        raise OptionError("clamp: lower must not be above upper")
    return np.clip(doubles(values), lower, upper)


def passes(
    values: Floats,
    *,
    skewness: NonNegative = 2.0,
    kurtosis: NonNegative = 3.5,
    outlier_when: OutlierWhen = "both",
) -> Bools:
    """Whether each indicator is free of outliers, by the test of `winsorise`.

    A constant indicator, and one with too few values for the moments, passes.

    Parameters
    ----------
    values : (..., units, indicators)
    skewness, kurtosis, outlier_when
        As for `winsorise`.

    Returns
    -------
    (..., indicators)
    """
    return ~MomentTest(skewness, kurtosis, outlier_when).outlying(*skewness_and_kurtosis(values))


def _open_if_zero(width: Floats) -> Floats:
    """The width, infinite if zero: otherwise every value apart from the centre would be an outlier."""
    return np.where(width > 0, width, np.inf)
