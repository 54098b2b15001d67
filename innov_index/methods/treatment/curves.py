"""Treatment of skewed distributions by powers and other curves."""

from __future__ import annotations

from typing import Literal

import numpy as np

from innov_index.errors import OptionError
from innov_index.methods.kernels.column_statistics import minimum, reference_or_own
from innov_index.methods.registry import Each, Trait
from innov_index.methods.steps import treatment
from innov_index.methods.treatment import power_transforms
from innov_index.methods.treatment.logarithms import logarithm
from innov_index.model.arrays import Floats, doubles


@treatment.method("box_cox", in_words="a Box-Cox transformation", properties="monotone scale alike")
def box_cox(
    values: Floats,
    reference: Floats | None = None,
    *,
    lmbda: Each | None = None,
    shift: Each = 0.0,
    origin: Literal["zero", "minimum"] = "zero",
) -> Floats:
    """Apply the Box-Cox power transform.

    Formula: (z^λ - 1) / λ, ln z for λ = 0; z = x - origin + shift

    Undefined: z is zero or negative, the likelihood has no maximum (the indicator is constant), or the result
    exceeds the range of a double.

    Remedy: state a shift that makes all values positive, state lmbda, or use yeo_johnson.

    Source: boxcox1964 p. 214-215

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the minimum and the maximum-likelihood power come from; the values themselves by default.
    lmbda : float, optional
        The power λ; by default the maximum-likelihood estimate.
    shift : float
        Added to the values, in the indicator's own units.
    origin : {"zero", "minimum"}
        The origin from which x is measured; "minimum" with shift 1 is COINr's boxcox.

    Returns
    -------
    (..., units, indicators)
    """
    learned = reference_or_own(values, reference)
    moved = np.asarray(shift) - (minimum(learned) if origin == "minimum" else 0.0)
    power = power_transforms.box_cox_power(learned + moved) if lmbda is None else np.asarray(lmbda)
    return power_transforms.box_cox(doubles(values) + moved, power)


@treatment.method("yeo_johnson", properties="monotone alike")
def yeo_johnson(values: Floats, reference: Floats | None = None, *, lmbda: Each | None = None) -> Floats:
    """Apply the Yeo-Johnson power transform, which accepts values of any sign.

    Formula: ((x + 1)^λ - 1) / λ for x >= 0, -((1 - x)^(2 - λ) - 1) / (2 - λ) for x < 0, logarithms where the
    power is 0

    Undefined: the likelihood has no maximum (the indicator is constant), or the result exceeds the range of a
    double.

    Remedy: state lmbda, or leave a constant indicator untreated.

    Source: yeojohnson2000 p. 955

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where the maximum-likelihood power comes from; the values themselves by default.
    lmbda : float, optional
        The power λ; by default the maximum-likelihood estimate.

    Returns
    -------
    (..., units, indicators)
    """
    learned = reference_or_own(values, reference)
    power = power_transforms.yeo_johnson_power(learned) if lmbda is None else np.asarray(lmbda)
    return power_transforms.yeo_johnson(doubles(values), power)


@treatment.method("square_root", properties="monotone scale independent alike")
def square_root(values: Floats) -> Floats:
    """Take the square root.

    Formula: √x

    Undefined: x is negative.

    Remedy: use cube_root or yeo_johnson, which accept negative values.

    Source: tukey1977 chapter 3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return np.asarray(np.sqrt(np.where(values >= 0, doubles(values), np.nan)))


@treatment.method("cube_root", properties="monotone scale independent alike")
def cube_root(values: Floats) -> Floats:
    """Take the cube root, of either sign.

    Formula: sign(x) |x|^(1/3)

    Source: tukey1977 chapter 3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return np.asarray(np.cbrt(doubles(values)))


@treatment.method("asinh", properties="monotone independent alike")
def asinh(values: Floats, *, scale: Each = 1.0) -> Floats:
    """Take the inverse hyperbolic sine: linear near zero, logarithmic far from it, of either sign.

    Formula: arsinh(x / scale)

    Source: johnson1949 (system S_U)

    Parameters
    ----------
    values : (..., units, indicators)
    scale : float
        Magnitude, in the indicator's own units, around which the transform turns from linear to logarithmic.

    Returns
    -------
    (..., units, indicators)
    """
    if np.any(np.asarray(scale) <= 0):
        raise OptionError("asinh: scale must be above 0")
    return np.asarray(np.arcsinh(doubles(values) / scale))


@treatment.method("logit", example={"low": 0.0, "high": 100.0}, properties="monotone independent alike")
def logit(values: Floats, *, low: Each = 0.0, high: Each = 1.0) -> Floats:
    """Take the logarithm of the odds, for an indicator with two natural bounds.

    Formula: ln((x - low) / (high - x))

    Undefined: x is at or beyond one of the bounds.

    Remedy: state bounds outside the range of the values.

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
    x = doubles(values)
    return logarithm(x - low) - logarithm(high - x)


@treatment.method("reciprocal", Trait.REVERSES, properties="scale independent alike")
def reciprocal(values: Floats) -> Floats:
    """Take the reciprocal, which reverses the order: a larger value has a smaller result.

    Formula: 1 / x

    Undefined: x is zero or negative.

    Remedy: use box_cox with lmbda -1 and a shift, which also preserves the order.

    Source: tukey1977 chapter 3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return 1.0 / np.where(values > 0, doubles(values), np.nan)
