"""Normalisation by centre and spread: z-scores, and curves of z-scores."""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.preparation import constant_to_nan
from innov_index.methods.normalisation.scales import oriented_pair, require_positive
from innov_index.methods.registry import Each, Trait
from innov_index.methods.steps import normalisation
from innov_index.model.arrays import Floats


@normalisation.method(
    "z_score",
    Trait.AFFINE,
    in_words="counting standard deviations from the mean",
    properties="monotone scale shift alike",
)
def z_score(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    mean: Each = 0.0,
    sd: Each = 1.0,
    population: bool = False,
) -> Floats:
    """Give each indicator the same mean and standard deviation.

    Formula: s = mean + sd (x - mean of x) / (standard deviation of x), with x multiplied by its direction
    first.

    Undefined: the indicator is constant, or has a single value.

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: oecd2008 Step 5, "Standardisation (or z-scores)"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where mean and standard deviation come from; the values themselves by default.
    mean, sd : float
        Mean and standard deviation of the scores.
    population : bool
        Use the population standard deviation (divisor n instead of n - 1).

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(sd=sd)
    x, learned = oriented_pair(values, direction, reference)
    return mean + sd * _standardised(x, learned, population=population)


@normalisation.method("robust_z", Trait.AFFINE, properties="monotone scale shift alike")
def robust_z(
    values: Floats, direction: Floats, reference: Floats | None = None, *, mean: Each = 0.0, sd: Each = 1.0
) -> Floats:
    """Standardise by median and median absolute deviation, which outliers hardly affect.

    Formula: s = mean + sd (x - median) / (1.4826 median of |x - median|), with x multiplied by its direction
    first.

    Undefined: at least half of the units have the same value, so that the median absolute deviation is 0.

    Remedy: use z_score, min_max or rank for the indicator.

    Source: rousseeuw1993 section 1

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where both medians come from; the values themselves by default.
    mean, sd : float
        Median of the scores, and their standard deviation for a normally distributed indicator.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(sd=sd)
    x, learned = oriented_pair(values, direction, reference)
    centre = column_statistics.median(learned)
    deviation = 1.4826 * column_statistics.median(np.abs(learned - centre))
    robust: Floats = mean + sd * ((x - centre) / constant_to_nan(deviation))
    return robust


@normalisation.method("logistic", Trait.ORDER_KEEPING, properties="monotone scale shift alike")
def logistic(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    steepness: Each = 1.0,
    scale: Each = 1.0,
) -> Floats:
    """Map z-scores to the range from 0 to `scale` by the logistic function, which damps outliers.

    Formula: s = scale / (1 + exp(-steepness z)), with z the z-score (sample standard deviation).

    Undefined: the indicator is constant, or has a single value.

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: theodoridis2009 "Data Normalization", softmax scaling

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where mean and standard deviation come from; the values themselves by default.
    steepness : float
        Four times the slope at the mean, in shares of `scale` per standard deviation.
    scale : float
        Upper limit of the scores.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(steepness=steepness, scale=scale)
    z = _standardised(*oriented_pair(values, direction, reference))
    with np.errstate(over="ignore"):
        return scale / (1.0 + np.exp(-steepness * z))


@normalisation.method("tanh", Trait.ORDER_KEEPING, properties="monotone scale shift alike")
def tanh(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    steepness: Each = 0.01,
    scale: Each = 1.0,
) -> Floats:
    """Map z-scores to the range from 0 to `scale` by the hyperbolic tangent.

    The source uses Hampel estimators; here mean and standard deviation are the ordinary ones.

    Formula: s = scale (tanh(steepness z) + 1) / 2, with z the z-score (sample standard deviation).

    Undefined: the indicator is constant, or has a single value.

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: jain2005 "tanh-estimators"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where mean and standard deviation come from; the values themselves by default.
    steepness : float
        Twice the slope at the mean, in shares of `scale` per standard deviation.
    scale : float
        Upper limit of the scores.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(steepness=steepness, scale=scale)
    z = _standardised(*oriented_pair(values, direction, reference))
    return scale * (np.tanh(steepness * z) + 1) / 2


def _standardised(x: Floats, learned: Floats, *, population: bool = False) -> Floats:
    spread = column_statistics.standard_deviation(learned, population=population)
    centre = column_statistics.mean(learned)
    # the mean of numbers far from zero is rounded by more than their differences from it are
    rest = column_statistics.mean(learned - centre)
    standardised: Floats = (x - centre - rest) / constant_to_nan(spread)
    return standardised
