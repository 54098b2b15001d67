"""Means with a penalty for imbalance: the Mazziotta-Pareto family and the mean-min function."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import Ge, Le

from innov_index.errors import OptionError
from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.exactness import ROUNDOFF, errors_of_sum, without_doubtful_zeros
from innov_index.methods.kernels.preparation import constant_to_nan, of_usual_size, present_weights
from innov_index.methods.registry import Finding, NonNegative, Share, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Bools, Floats

Penalty: TypeAlias = Literal["minus", "plus"]

SIGNS = {"minus": -1.0, "plus": 1.0}

AMPI_RANGE = (70.0, 130.0)
"""Scores of the two goalposts; the reference value scores 100, midway between them."""


def _mpi_falls(values: Floats, weights: Floats, *, penalty: Penalty = "minus", ddof: int = 0) -> Bools:
    """Whether raising some child of a unit would lower its mpi, (..., units)."""
    children = np.sum(~np.isnan(values), axis=-1)
    strength = -SIGNS[penalty] * children / np.maximum(children - ddof, 1)
    return _falls(values, weights, strength, 2.0)


def _ampi_falls(
    values: Floats, weights: Floats, *, centre: list[float] | None = None, penalty: Penalty = "minus"
) -> Bools:
    """As `_mpi_falls`, where the range is that of the values."""
    return _mpi_falls(_rescaled(values, values, centre), weights, penalty=penalty)


def _cv_penalty_falls(
    values: Floats, weights: Floats, *, strength: NonNegative = 1.0, exponent: NonNegative = 2.0
) -> Bools:
    """As `_mpi_falls`."""
    return _falls(values, weights, np.asarray(strength), exponent)


def _falls(values: Floats, weights: Floats, strength: Floats, exponent: float) -> Bools:
    """Whether M (1 - strength cv^exponent) falls where some child with a weight rises, (..., units).

    Formula: its slope is w_j (1 - s ((1 - e) cv^e + e cv^(e-1) (x_j - M)/S)) for strength s and exponent e
    """
    mean, deviation = (part[..., None] for part in _moments(values, weights))
    with np.errstate(all="ignore"):
        cv = deviation / mean
        away = exponent * cv ** (exponent - 1) * (values - mean) / np.where(deviation > 0, deviation, np.nan)
        slope = 1 - strength[..., None] * ((1 - exponent) * cv**exponent + away)
        return np.asarray(((slope < 0) & (weights[..., None, :] > 0)).any(axis=-1))


FALLS = "raising the child that is farthest from the mean would lower the score"
NOT_MONOTONE = "nodes in which raising a child lowers a score"


@aggregation.method(
    "mpi",
    Trait.HIGH_IS_GOOD,
    Trait.PENALISES,
    findings=(Finding(_mpi_falls, FALLS, NOT_MONOTONE),),
    properties="common_scale unique independent alike",
)
def mpi(
    values: Floats, weights: Floats, *, penalty: Penalty = "minus", ddof: Annotated[int, Ge(0), Le(1)] = 0
) -> Floats:
    """Mazziotta-Pareto index: the mean of a unit's children, corrected for their inequality.

    Meant for children with mean 100 and standard deviation 10. Missing children are dropped from mean and
    deviation, and the weights of the others renormalised.

    Formula: y = M - S²/M (plus: M + S²/M), with M = Σ w x and S² = Σ w (x - M)² over the unit's k children;
    with ddof 1 S² of two children and more is multiplied by k/(k - 1)

    Undefined: the mean of the unit's children is not positive (the penalty would change its sign).

    Remedy: normalise by z_score to mean 100 and standard deviation 10.

    Source: demuro2011

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    penalty : "minus" or "plus"
        "minus" where a high score is good (well-being), "plus" where it is bad (poverty).
    ddof : int
        0: population variance of the children, 1: sample variance.

    Returns
    -------
    (..., units)
    """
    mean, deviation = _moments(values, weights)
    children = np.sum(~np.isnan(values), axis=-1)
    variation = deviation / constant_to_nan(mean) * (children / np.maximum(children - ddof, 1))
    return _after(SIGNS[penalty] * deviation * variation, mean, values)


@aggregation.method(
    "ampi",
    Trait.HIGH_IS_GOOD,
    Trait.PENALISES,
    Trait.COMPARES_UNITS,
    findings=(Finding(_ampi_falls, FALLS, NOT_MONOTONE),),
    properties="scale common_scale shift unique alike",
)
def ampi(
    values: Floats,
    weights: Floats,
    reference: Floats | None = None,
    *,
    centre: list[float] | None = None,
    penalty: Penalty = "minus",
) -> Floats:
    """Adjusted Mazziotta-Pareto index: as mpi, with children rescaled so that editions are comparable.

    Missing children are dropped from mean and deviation, and the weights of the others renormalised.

    Formula: mpi of r = 70 + 60 (x - low) / (high - low), where low and high lie (max - min)/2 of the
    reference below and above the centre

    Undefined: a child is constant in the reference, or the mean of a unit's rescaled children is not
    positive.

    Remedy: drop the constant child, or choose a reference in which it varies.

    Source: mazziotta2016

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    reference : (..., units, children), optional
        Where minimum, maximum and centre come from, such as all editions pooled; by default the values.
    centre : list of float, optional
        For each child the value that scores 100, such as the mean of a base year; by default the mean of
        the reference.
    penalty : "minus" or "plus"
        "minus" where a high score is good (well-being), "plus" where it is bad (poverty).

    Returns
    -------
    (..., units)
    """
    known = values if reference is None else reference
    constant = column_statistics.maximum(known) == column_statistics.minimum(known)
    undefined = (constant & (weights[..., None, :] > 0)).any(axis=-1)
    return np.where(undefined, np.nan, mpi(_rescaled(values, known, centre), weights, penalty=penalty))


def _rescaled(values: Floats, known: Floats, centre: list[float] | None) -> Floats:
    """Scores of which the centre is 100 and the range of the known ones is 60."""
    middle = column_statistics.mean(known) if centre is None else _one_a_child(centre, values.shape[-1])
    spread = column_statistics.maximum(known) - column_statistics.minimum(known)
    lowest, highest = AMPI_RANGE
    per_point = (highest - lowest) / constant_to_nan(spread)
    return (lowest + highest) / 2 + per_point * (values - middle)


@aggregation.method(
    "mean_min",
    Trait.HIGH_IS_GOOD,
    Trait.PENALISES,
    Trait.MONOTONE,
    example={"alpha": 0.5, "beta": 0.0},
    formerly={"alpha": 1.0, "beta": 0.0},
    properties="monotone compensating common_scale unique independent alike",
)
def mean_min(
    values: Floats,
    weights: Floats,
    *,
    alpha: Share,
    beta: NonNegative,
) -> Floats:
    """Mean-min function: between the mean of a unit's children and the lowest of them.

    The source leaves both parameters to the analyst; with alpha 1 and beta 0 it is `minimum`.

    Missing children are dropped, and the weights of the others renormalised.

    Formula: y = M - alpha (√((M - min)² + beta²) - beta), with M = Σ w x

    Source: tarabusi2013

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    alpha : float
        Strength of the penalty: 0 gives the mean, 1 (with beta 0) the minimum.
    beta : float
        Complementarity of the children, in the unit of the scores: with 0 the penalty is proportional to the
        imbalance, with a large beta it sets in only at a large imbalance.

    Returns
    -------
    (..., units)
    """
    mean, _ = _moments(values, weights)
    imbalance: Floats = mean - np.fmin.reduce(values, axis=-1)
    whole = np.hypot(imbalance, beta)
    # √(i² + beta²) - beta, whose difference would lose its digits beside a large beta
    with np.errstate(invalid="ignore"):
        penalty = np.where(imbalance > 0, imbalance * (imbalance / (whole + beta)), 0.0 * imbalance)
    return np.asarray(mean - alpha * penalty)


@aggregation.method(
    "cv_penalty",
    Trait.HIGH_IS_GOOD,
    Trait.PENALISES,
    findings=(Finding(_cv_penalty_falls, FALLS, NOT_MONOTONE),),
    properties="common_scale unique independent alike",
)
def cv_penalty(
    values: Floats,
    weights: Floats,
    *,
    strength: NonNegative = 1.0,
    exponent: NonNegative = 2.0,
) -> Floats:
    """Mean of a unit's children minus a penalty that increases with their coefficient of variation.

    Missing children are dropped from mean and deviation, and the weights of the others renormalised.

    Formula: y = M (1 - strength cv^exponent), with cv = S/M, M = Σ w x, S² = Σ w (x - M)²

    Undefined: the mean of the unit's children is not positive.

    Remedy: normalise to positive scores, or use mean_min.

    Source: demuro2011 (strength 1, exponent 2: the same as mpi)

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    strength : float
        0 gives the arithmetic mean.
    exponent : float
        With 1 the penalty is proportional to the deviation; the larger, the milder for a slight imbalance.

    Returns
    -------
    (..., units)
    """
    mean, deviation = _moments(values, weights)
    variation = deviation / constant_to_nan(mean)
    return _after(-mean * (strength * variation**exponent), mean, values)


def _after(penalty: Floats, mean: Floats, values: Floats) -> Floats:
    """The mean with a penalty added; zero where that is all that rounding may have left of it."""
    errors = errors_of_sum(values.shape[-1]) * ROUNDOFF * (np.abs(mean) + np.abs(penalty))
    return without_doubtful_zeros(np.asarray(mean + penalty), errors)


def _moments(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weighted mean and standard deviation of the children that are present, each (..., units)."""
    shares = present_weights(values, weights)
    filled, powers = of_usual_size(np.where(np.isnan(values), 0.0, values), -1)
    mean = np.sum(shares * filled, axis=-1)
    deviation = np.sqrt(np.sum(shares * (filled - mean[..., None]) ** 2, axis=-1))
    return np.ldexp(mean, powers[..., 0]), np.ldexp(deviation, powers[..., 0])


def _one_a_child(stated: list[float], children: int) -> Floats:
    if len(stated) != children:
        raise OptionError(f"centre gives {len(stated)} values for {children} children")
    return np.asarray(stated, dtype=np.float64)
