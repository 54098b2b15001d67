"""Data treatment: outliers and skewed distributions.

A missing value stays missing and is left out of every statistic. Statistics (limits, minimum, maximum,
powers) come from `reference` where it is given. A method sees the values as they are, without their
direction, and keeps their order unless it says so.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import Ge, Gt, Le

from innov_index.errors import OptionError
from innov_index.methods import power_transforms
from innov_index.methods.columns import maximum, median, minimum, quantiles
from innov_index.methods.moments import skewness as column_skewness
from innov_index.methods.moments import skewness_and_kurtosis
from innov_index.methods.registry import Each, Step
from innov_index.methods.winsorising import AnyMoments, MomentTest, OutlierWhen, limits
from innov_index.model.arrays import Bools, Floats

treatment = Step("treatment")

Count: TypeAlias = Annotated[int, Ge(0)]
Threshold: TypeAlias = Annotated[float, Ge(0)]
Share: TypeAlias = Annotated[float, Ge(0), Le(1)]
Positive: TypeAlias = Annotated[float, Gt(0)]


def passes(
    values: Floats,
    *,
    skewness: Threshold = 2.0,
    kurtosis: Threshold = 3.5,
    outlier_when: OutlierWhen = "both",
) -> Bools:
    """Whether each indicator is free of outliers, by the test of `winsorise`.

    An indicator with too few values for the moments, or a constant one, passes.

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


@treatment.method("none")
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
    return _double(values)


@treatment.method("winsorise")
def winsorise(
    values: Floats,
    reference: Floats | None = None,
    *,
    max_points: Count = 5,
    skewness: Threshold = 2.0,
    kurtosis: Threshold = 3.5,
    outlier_when: OutlierWhen = "both",
    force: Count | None = None,
) -> Floats:
    """Set one extreme after the other to the next value until skewness and kurtosis are within bounds.

    The side is that of the skewness, found anew in each round. Values tied at the extreme move together and
    count one by one, so that ties may take the count beyond its maximum. An indicator is never made constant.
    An indicator that passes, is constant, or has too few values for the moments, is left as it is; so is
    one that still fails in the end, in its winsorised form: `passes` tells.

    Formula: while |skewness| > t_s and excess kurtosis > t_k and fewer than max_points values are changed:
    the highest (skewness >= 0) or the lowest values = the next value inside

    Source: coinr winsorise

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the two limits of each indicator are found; the values themselves by default.
    max_points : int
        How many values may change.
    skewness, kurtosis : float
        Thresholds of absolute skewness and excess kurtosis, both sample-corrected. WIPO uses 2.25 and 3.5.
    outlier_when : {"both", "either"}
        Whether both must be above their thresholds, or one is enough.
    force : int, optional
        Change this many values, whatever the moments say.

    Returns
    -------
    (..., units, indicators)
    """
    learned = values if reference is None else reference
    if force is None:
        low, high = limits(learned, MomentTest(skewness, kurtosis, outlier_when), max_points)
    else:
        low, high = limits(learned, AnyMoments(), force)
    return np.clip(_double(values), low[..., None, :], high[..., None, :])


@treatment.method("winsorise_quantile")
def winsorise_quantile(
    values: Floats, reference: Floats | None = None, *, lower: Share = 0.05, upper: Share = 0.95
) -> Floats:
    """Limit each indicator to two of its quantiles.

    Formula: min(max(x, Q(lower)), Q(upper)), Q of type 7

    Source: hyndman1996 p. 361-363

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the quantiles come from; the values themselves by default.
    lower, upper : float
        Shares of the values below the two limits.

    Returns
    -------
    (..., units, indicators)
    """
    if lower >= upper:
        raise OptionError(f"winsorise_quantile: lower ({lower}) must be below upper ({upper})")
    low, high = quantiles(_learned(values, reference), [lower, upper])
    return np.clip(_double(values), low, high)


@treatment.method("winsorise_iqr")
def winsorise_iqr(values: Floats, reference: Floats | None = None, *, factor: Threshold = 1.5) -> Floats:
    """Limit each indicator to Tukey's fences around its quartiles.

    An indicator whose quartiles are equal (more than half of its values are) is left as it is.

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
    first, third = quantiles(_learned(values, reference), [0.25, 0.75])
    width = _open_if_zero(third - first) * factor
    return np.clip(_double(values), first - width, third + width)


@treatment.method("winsorise_mad")
def winsorise_mad(
    values: Floats,
    reference: Floats | None = None,
    *,
    factor: Threshold = 2.5,
    scale: Positive = 1.4826,
) -> Floats:
    """Limit each indicator to a number of median absolute deviations around its median.

    An indicator whose median absolute deviation is zero (more than half of its values are equal) is left as
    it is.

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
        Makes the deviation that of a normal distribution.

    Returns
    -------
    (..., units, indicators)
    """
    learned = _learned(values, reference)
    middle = median(learned)
    width = _open_if_zero(median(np.abs(learned - middle))) * factor * scale
    return np.clip(_double(values), middle - width, middle + width)


@treatment.method("clamp")
def clamp(values: Floats, *, lower: Each | None = None, upper: Each | None = None) -> Floats:
    """Limit each indicator to stated bounds.

    Formula: min(max(x, lower), upper)

    Source: coinr n_goalposts (truncation)

    Parameters
    ----------
    values : (..., units, indicators)
    lower, upper : float, optional
        The bounds, in the indicator's own units; one of them may be left open.

    Returns
    -------
    (..., units, indicators)
    """
    if lower is None and upper is None:
        raise OptionError("clamp: state lower, upper or both")
    if lower is not None and upper is not None and np.any(np.asarray(lower) > upper):
        raise OptionError("clamp: lower must not be above upper")
    return np.clip(_double(values), lower, upper)


@treatment.method("log")
def log(values: Floats) -> Floats:
    """Natural logarithm.

    Formula: ln x

    Undefined: x is zero or negative.

    Remedy: use log_shift, log_ct or yeo_johnson, which take such values.

    Source: oecd2008 part 2, step 5 (scale transformation)

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return _log(_double(values))


@treatment.method("log_shift")
def log_shift(values: Floats, *, shift: Each = 1.0, floor: Each | None = None) -> Floats:
    """Natural logarithm after adding a constant.

    Formula: ln(max(x, floor) + shift)

    Undefined: x + shift is zero or negative.

    Remedy: state a larger shift or a floor, or use yeo_johnson.

    Source: boxcox1964 section 2

    Parameters
    ----------
    values : (..., units, indicators)
    shift : float
        What is added, in the indicator's own units.
    floor : float, optional
        Values below it count as it, in the indicator's own units; no floor by default.

    Returns
    -------
    (..., units, indicators)
    """
    floored = _double(values) if floor is None else np.maximum(_double(values), floor)
    return _log(floored + shift)


@treatment.method("log_gii")
def log_gii(values: Floats, reference: Floats | None = None, *, factor: Each = 1.0) -> Floats:
    """Logarithm of the Global Innovation Index: the range is first stretched to 1 … factor times the maximum.

    Formula: ln((factor max - 1)(x - min) / (max - min) + 1)

    Undefined: factor times the maximum is 1 or less (the order would turn or vanish), the indicator is
    constant, or x lies so far below the minimum of the reference that there is no logarithm.

    Remedy: state a factor that takes the maximum above 1, or use log_ct, which does not depend on the unit of
    measurement.

    Source: gii2022 appendix I

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where minimum and maximum come from; the values themselves by default.
    factor : float
        Multiplies the maximum.

    Returns
    -------
    (..., units, indicators)
    """
    low, high, spread = _range(values, reference)
    stretch = high * factor - 1
    return _log(np.where(stretch > 0, stretch, np.nan) * (_double(values) - low) / spread + 1)


@treatment.method("log_ct")
def log_ct(values: Floats, reference: Floats | None = None) -> Floats:
    """Logarithm of the distance from the minimum, plus a hundredth of the range (COINr's log_CT).

    Formula: ln(x - min + (max - min) / 100)

    Undefined: the indicator is constant, or x lies below the minimum of the reference by a hundredth of the
    range.

    Remedy: leave a constant indicator untreated, or take the reference from all values.

    Source: coinr log_CT

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where minimum and maximum come from; the values themselves by default.

    Returns
    -------
    (..., units, indicators)
    """
    low, _, spread = _range(values, reference)
    return _log(_double(values) - low + 0.01 * spread)


@treatment.method("log_ct_orig")
def log_ct_orig(values: Floats, reference: Floats | None = None) -> Floats:
    """Logarithm of the distance from the minimum, plus 1 (the COIN Tool's; COINr's log_CT_orig).

    Formula: ln(x - min + 1)

    Undefined: x lies below the minimum of the reference by 1 or more.

    Remedy: take the reference from all values.

    Source: coinr log_CT_orig

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the minimum comes from; the values themselves by default.

    Returns
    -------
    (..., units, indicators)
    """
    return _log(_double(values) - minimum(_learned(values, reference)) + 1.0)


@treatment.method("log_ct_plus")
def log_ct_plus(values: Floats, reference: Floats | None = None) -> Floats:
    """Logarithm from the side of the long tail: log_ct where the skewness is positive, else its mirror image.

    Formula: ln(x - min + (max - min) / 100) where the skewness is positive,
    else -ln(max - x + (max - min) / 100)

    Undefined: the indicator is constant, or x lies outside the range of the reference by a hundredth of it.

    Remedy: leave a constant indicator untreated, or take the reference from all values.

    Source: coinr log_CT_plus

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where skewness, minimum and maximum come from; the values themselves by default.

    Returns
    -------
    (..., units, indicators)
    """
    x = _double(values)
    low, high, spread = _range(values, reference)
    right = (column_skewness(_learned(values, reference)) > 0)[..., None, :]
    tail = np.where(right, x - low, high - x) + 0.01 * spread
    return np.where(right, 1.0, -1.0) * _log(tail)


@treatment.method("box_cox")
def box_cox(
    values: Floats,
    reference: Floats | None = None,
    *,
    lmbda: Each | None = None,
    shift: Each = 0.0,
    origin: Literal["zero", "minimum"] = "zero",
) -> Floats:
    """Box-Cox power transform.

    Formula: (z^λ - 1) / λ, ln z for λ = 0; z = x - origin + shift

    Undefined: z is zero or negative, no power makes the indicator most nearly normal (it is constant), or the
    result is beyond the range of a double.

    Remedy: state a shift that makes all values positive, state lmbda, or use yeo_johnson.

    Source: boxcox1964 p. 214-215

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where minimum and maximum-likelihood power come from; the values themselves by default.
    lmbda : float, optional
        The power λ; by default that of maximum likelihood.
    shift : float
        What is added, in the indicator's own units.
    origin : {"zero", "minimum"}
        What x is measured from; "minimum" with shift 1 is COINr's boxcox.

    Returns
    -------
    (..., units, indicators)
    """
    learned = _learned(values, reference)
    moved = np.asarray(shift) - (minimum(learned) if origin == "minimum" else 0.0)
    power = power_transforms.box_cox_power(learned + moved) if lmbda is None else np.asarray(lmbda)
    return power_transforms.box_cox(_double(values) + moved, power)


@treatment.method("yeo_johnson")
def yeo_johnson(values: Floats, reference: Floats | None = None, *, lmbda: Each | None = None) -> Floats:
    """Yeo-Johnson power transform, which takes values of any sign.

    Formula: ((x + 1)^λ - 1) / λ for x >= 0, -((1 - x)^(2 - λ) - 1) / (2 - λ) for x < 0, logarithms where the
    power is 0

    Undefined: no power makes the indicator most nearly normal (it is constant), or the result is beyond the
    range of a double.

    Remedy: state lmbda, or leave a constant indicator untreated.

    Source: yeojohnson2000 p. 955

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the maximum-likelihood power comes from; the values themselves by default.
    lmbda : float, optional
        The power λ; by default that of maximum likelihood.

    Returns
    -------
    (..., units, indicators)
    """
    learned = _learned(values, reference)
    power = power_transforms.yeo_johnson_power(learned) if lmbda is None else np.asarray(lmbda)
    return power_transforms.yeo_johnson(_double(values), power)


@treatment.method("square_root")
def square_root(values: Floats) -> Floats:
    """Square root.

    Formula: √x

    Undefined: x is negative.

    Remedy: use cube_root or yeo_johnson, which take such values.

    Source: tukey1977 chapter 3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return np.asarray(np.sqrt(np.where(values >= 0, _double(values), np.nan)))


@treatment.method("cube_root")
def cube_root(values: Floats) -> Floats:
    """Cube root, of either sign.

    Formula: sign(x) |x|^(1/3)

    Source: tukey1977 chapter 3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return np.asarray(np.cbrt(_double(values)))


@treatment.method("asinh")
def asinh(values: Floats, *, scale: Each = 1.0) -> Floats:
    """Inverse hyperbolic sine: like a logarithm far from zero, linear near it, of either sign.

    Formula: arsinh(x / scale)

    Source: johnson1949 (system S_U)

    Parameters
    ----------
    values : (..., units, indicators)
    scale : float
        Size, in the indicator's own units, around which the transform turns from linear to logarithmic.

    Returns
    -------
    (..., units, indicators)
    """
    if np.any(np.asarray(scale) <= 0):
        raise OptionError("asinh: scale must be above 0")
    return np.asarray(np.arcsinh(_double(values) / scale))


@treatment.method("logit")
def logit(values: Floats, *, low: Each = 0.0, high: Each = 1.0) -> Floats:
    """Logarithm of the odds, for an indicator with two natural bounds.

    Formula: ln((x - low) / (high - x))

    Undefined: x is at or beyond one of the bounds.

    Remedy: state bounds that lie outside all values, or clamp the values first.

    Source: johnson1949 (system S_B)

    Parameters
    ----------
    values : (..., units, indicators)
    low, high : float
        The bounds, in the indicator's own units.

    Returns
    -------
    (..., units, indicators)
    """
    if np.any(np.asarray(low) >= high):
        raise OptionError("logit: low must be below high")
    x = _double(values)
    return _log(x - low) - _log(high - x)


@treatment.method("reciprocal", "reverses")
def reciprocal(values: Floats) -> Floats:
    """One over the value. It turns the order: a larger value has a smaller result.

    Formula: 1 / x

    Undefined: x is zero or negative.

    Remedy: use box_cox with lmbda -1 and a shift, which also keeps the order.

    Source: tukey1977 chapter 3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return 1.0 / np.where(values > 0, _double(values), np.nan)


def _double(values: Floats) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _learned(values: Floats, reference: Floats | None) -> Floats:
    return _double(values if reference is None else reference)


def _range(values: Floats, reference: Floats | None) -> tuple[Floats, Floats, Floats]:
    """Minimum, maximum and their distance, NaN where that is zero."""
    learned = _learned(values, reference)
    low, high = minimum(learned), maximum(learned)
    spread = high - low
    return low, high, np.where(spread > 0, spread, np.nan)


def _log(values: Floats) -> Floats:
    return np.asarray(np.log(np.where(values > 0, values, np.nan)))


def _open_if_zero(width: Floats) -> Floats:
    """A spread of zero would make everything but the centre an outlier; then no limit is set."""
    return np.where(width > 0, width, np.inf)
