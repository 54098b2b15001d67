"""Treatment of skewed distributions by logarithms."""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels.column_statistics import maximum, minimum, reference_or_own
from innov_index.methods.kernels.column_statistics import skewness as column_skewness
from innov_index.methods.registry import Each
from innov_index.methods.steps import treatment
from innov_index.model.arrays import Floats, doubles


@treatment.method("log", in_words="taking the logarithm", properties="monotone scale independent alike")
def log(values: Floats) -> Floats:
    """Take the natural logarithm.

    Formula: ln x

    Undefined: x is zero or negative.

    Remedy: use log_shift, log_ct or yeo_johnson, which accept such values.

    Source: oecd2008 part 2, step 5 (scale transformation)

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return logarithm(doubles(values))


@treatment.method("log_shift", properties="monotone independent alike")
def log_shift(values: Floats, *, shift: Each = 1.0, floor: Each | None = None) -> Floats:
    """Take the natural logarithm after adding a constant.

    Formula: ln(max(x, floor) + shift)

    Undefined: x + shift is zero or negative.

    Remedy: state a larger shift or a floor, or use yeo_johnson.

    Source: boxcox1964 section 2

    Parameters
    ----------
    values : (..., units, indicators)
    shift : float
        Added to the values, in the indicator's own units.
    floor : float, optional
        Lower values are raised to it, in the indicator's own units; no floor by default.

    Returns
    -------
    (..., units, indicators)
    """
    floored = doubles(values) if floor is None else np.maximum(doubles(values), floor)
    return logarithm(floored + shift)


@treatment.method("log_gii", in_words="taking the logarithm", properties="monotone alike")
def log_gii(values: Floats, reference: Floats | None = None, *, factor: Each = 1.0) -> Floats:
    """Take the logarithm as the Global Innovation Index does: of the range stretched to 1 … factor × maximum.

    Formula: ln((factor max - 1)(x - min) / (max - min) + 1)

    Undefined: factor times the maximum is 1 or less (the order would be reversed or lost), the indicator is
    constant, or x lies so far below the minimum of the reference that it has no logarithm.

    Remedy: state a factor that raises the maximum above 1, or use log_ct, which does not depend on the unit
    of measurement.

    Source: gii2022 appendix I

    Parameters
    ----------
    values : (..., units, indicators)
    reference : (..., units, indicators), optional
        Where minimum and maximum come from; the values themselves by default.
    factor : float
        Factor of the maximum.

    Returns
    -------
    (..., units, indicators)
    """
    low, high, spread = _range(values, reference)
    stretch = high * factor - 1
    return logarithm(np.where(stretch > 0, stretch, np.nan) * ((doubles(values) - low) / spread) + 1)


@treatment.method("log_ct", properties="monotone scale shift alike")
def log_ct(values: Floats, reference: Floats | None = None) -> Floats:
    """Take the logarithm of the distance from the minimum plus a hundredth of the range (COINr's log_CT).

    Formula: ln(x - min + (max - min) / 100)

    Undefined: the indicator is constant, or x lies below the minimum of the reference by a hundredth of the
    range.

    Remedy: leave a constant indicator untreated, or use all values as the reference.

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
    return logarithm(doubles(values) - low + 0.01 * spread)


@treatment.method("log_ct_orig", properties="monotone shift alike")
def log_ct_orig(values: Floats, reference: Floats | None = None) -> Floats:
    """Take the logarithm of the distance from the minimum plus 1 (COIN Tool; COINr's log_CT_orig).

    Formula: ln(x - min + 1)

    Undefined: x lies below the minimum of the reference by 1 or more.

    Remedy: use all values as the reference.

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
    return logarithm(doubles(values) - minimum(reference_or_own(values, reference)) + 1.0)


@treatment.method("log_ct_plus", properties="monotone scale shift alike")
def log_ct_plus(values: Floats, reference: Floats | None = None) -> Floats:
    """Take the logarithm on the side of the long tail: log_ct, mirrored if the skewness is not positive.

    Formula: ln(x - min + (max - min) / 100) where the skewness is positive,
    else -ln(max - x + (max - min) / 100)

    Undefined: the indicator is constant, or x lies outside the range of the reference by a hundredth of that
    range.

    Remedy: leave a constant indicator untreated, or use all values as the reference.

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
    x = doubles(values)
    low, high, spread = _range(values, reference)
    right = (column_skewness(reference_or_own(values, reference)) > 0)[..., None, :]
    tail = np.where(right, x - low, high - x) + 0.01 * spread
    return np.where(right, 1.0, -1.0) * logarithm(tail)


def logarithm(values: Floats) -> Floats:
    """Natural logarithms; NaN where a value is not positive."""
    return np.asarray(np.log(np.where(values > 0, values, np.nan)))


def _range(values: Floats, reference: Floats | None) -> tuple[Floats, Floats, Floats]:
    """Minimum, maximum and range; the range is NaN where zero."""
    learned = reference_or_own(values, reference)
    low, high = minimum(learned), maximum(learned)
    spread = high - low
    return low, high, np.where(spread > 0, spread, np.nan)
