"""Distances to an ideal or an average unit: Hellwig, Wrocław taxonomy, TOPSIS, VIKOR, EDAS.

A unit with a missing child cannot be compared with others: it is missing, and left out of every statistic.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from innov_index.methods.kernels.column_statistics import (
    maximum,
    mean,
    minimum,
    norm,
    standard_deviation,
    total,
)
from innov_index.methods.kernels.exactness import ROUNDOFF, errors_of_sum
from innov_index.methods.kernels.preparation import complete, constant_to_nan, of_usual_size, weighed
from innov_index.methods.registry import Finding, Share, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Bools, Floats

Scaling: TypeAlias = Literal["none", "vector", "sum", "max", "min_max"]


@aggregation.method(
    "hellwig", Trait.HIGH_IS_GOOD, Trait.COMPARES_UNITS, properties="scale common_scale shift unique alike"
)
def hellwig(values: Floats, weights: Floats) -> Floats:
    """Hellwig's measure of development: nearness to a unit that is best on every child.

    A unit with a missing child is missing, and left out of the ideal and of all statistics.

    Formula: y = 1 - d / (mean(d) + 2 sd(d)), where d² = Σ w (z - max z)² on z-scores (population deviation)

    Undefined: a child with a weight is constant, or all units are equally far from the ideal at distance 0.

    Remedy: drop the constant child.

    Source: hellwig1968

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    known = complete(values)
    standardised = (known - mean(known)) / constant_to_nan(standard_deviation(known, population=True))
    return _nearness(standardised, weights, population=True)


@aggregation.method(
    "wroclaw", Trait.HIGH_IS_GOOD, Trait.COMPARES_UNITS, properties="common_scale shift unique alike"
)
def wroclaw(values: Floats, weights: Floats) -> Floats:
    """Wrocław taxonomy: nearness to a unit that is best on every child, on the scores as they are.

    As hellwig, without standardisation and with the sample standard deviation; 1 minus the distance that the
    R package Compind prints, so that more is better. A unit with a missing child is missing, and left out of
    the ideal and of all statistics.

    Formula: y = 1 - d / (mean(d) + 2 sd(d)), where d² = Σ w (x - max x)² and sd is a sample's

    Undefined: there are fewer than two units, or all have the same scores.

    Remedy: use arithmetic.

    Source: compind ci_wroclaw

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    return _nearness(complete(values), weights, population=False)


@aggregation.method(
    "topsis",
    Trait.HIGH_IS_GOOD,
    Trait.COMPARES_UNITS,
    needs_zero=lambda options: options["scaling"] in ("vector", "sum", "max"),
    properties="monotone scale common_scale unique alike",
)
def topsis(values: Floats, weights: Floats, *, scaling: Scaling = "vector") -> Floats:
    """TOPSIS: near the best score of every child and far from the worst of every child.

    A unit with a missing child is missing, and left out of the ideals. The source scales raw criteria by
    "vector"; children that normalisation has put on one scale need none.

    Formula: y = d⁻ / (d⁺ + d⁻), Euclidean distances of w r to the column minima and maxima of w r

    Undefined: all units have the same scores, or the scaling divides by zero.

    Remedy: drop the constant child, or state scaling: none.

    Source: hwang1981

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    scaling : str
        How r is computed from the scores: "vector" x / √Σx², "sum" x / Σx, "max" x / max, "min_max"
        (x - min) / (max - min), "none" for children that are already on the same scale.

    Returns
    -------
    (..., units)
    """
    scaled = weighed(_rescaled(complete(values), scaling), weights)
    from_best = _distance(scaled - maximum(scaled))
    from_worst = _distance(scaled - minimum(scaled))
    return from_worst / constant_to_nan(from_best + from_worst)


def _regrets(values: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Total and largest regret of each unit, (..., units), and differences that are only rounding, (...,)."""
    known = complete(values)
    highest = maximum(known)
    regret = weighed((highest - known) / constant_to_nan(highest - minimum(known)), weights)
    noise = errors_of_sum(values.shape[-1]) * ROUNDOFF * np.abs(weights).sum(axis=-1)
    return regret.sum(axis=-1), regret.max(axis=-1), noise


def _spread(regrets: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """The least regret and the range of regrets, 0 where rounding alone makes it, each (..., 1)."""
    least = minimum(regrets[..., None])[..., 0]
    reach = maximum(regrets[..., None])[..., 0] - least
    return least, np.where(reach <= noise[..., None], 0.0, reach)


def _one_regret_is_equal(values: Floats, weights: Floats, *, v: Share = 0.5) -> Bools:
    """Whether all units have the same total, or the same largest regret, for each leading index."""
    total, largest, noise = _regrets(values, weights)
    counted = (~np.isnan(total)).sum(axis=-1) > 1
    ranges = [_spread(regrets, noise)[1][..., 0] for regrets in (total, largest)]
    return np.asarray(counted & ((ranges[0] == 0) | (ranges[1] == 0)))


@aggregation.method(
    "vikor",
    Trait.HIGH_IS_GOOD,
    Trait.COMPARES_UNITS,
    findings=(
        Finding(
            _one_regret_is_equal,
            "all units have the same total or the same largest regret, so that only the other one counts",
            "nodes where a part of the method tells no unit apart",
        ),
    ),
    properties="monotone scale common_scale shift unique alike",
)
def vikor(values: Floats, weights: Floats, *, v: Share = 0.5) -> Floats:
    """VIKOR: a compromise between the total and the largest single regret of a unit.

    1 minus the Q of the source, so that more is better. A unit with a missing child is missing, and
    left out of all extremes.

    Formula: y = 1 - v (S - min S)/(max S - min S) - (1 - v) (R - min R)/(max R - min R), where S is the sum
    and R the maximum of a unit's w (max x - x)/(max x - min x)

    Where all units have the same S, or the same R, that term is 0.

    Undefined: a child with a weight is constant.

    Remedy: drop the constant child, or use topsis.

    Source: opricovic2004

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    v : float
        Weight of the total regret; the rest is that of the largest single regret.

    Returns
    -------
    (..., units)
    """
    total, largest, noise = _regrets(values, weights)
    group, individual = (_of_range(regrets, noise) for regrets in (total, largest))
    return 1 - v * group - (1 - v) * individual


def _of_range(regrets: Floats, noise: Floats) -> Floats:
    """Where a regret lies in the range of all, (..., units): 0 for the least, 1 for the largest."""
    least, reach = _spread(regrets, noise)
    return np.where(reach > 0, (regrets - least) / constant_to_nan(reach), 0.0 * regrets)


@aggregation.method(
    "edas",
    Trait.HIGH_IS_GOOD,
    Trait.COMPARES_UNITS,
    needs_zero=True,
    properties="monotone scale common_scale unique alike",
)
def edas(values: Floats, weights: Floats) -> Floats:
    """EDAS: how far a unit is above the average unit, and how little below it.

    A unit with a missing child is missing, and left out of all averages.

    Formula: y = (A / max A + 1 - B / max B) / 2, where A is the sum of a unit's w max(0, x/m - 1), B that of
    w max(0, 1 - x/m), and m the average of the child

    Undefined: the average of a child with a weight is not positive, or all units have the same scores.

    Remedy: normalise to positive scores, e.g. min_max.

    Source: keshavarz2015

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    known = complete(values)
    ratio = known / constant_to_nan(mean(known)) - 1
    above, below = (
        _rescaled(np.sum(weighed(np.maximum(side, 0.0), weights), axis=-1)[..., None], "max")[..., 0]
        for side in (ratio, -ratio)
    )
    return (above + 1 - below) / 2


def _rescaled(values: Floats, scaling: Scaling) -> Floats:
    """Values divided by a statistic of their column; NaN where that is not positive.

    Parameters
    ----------
    values : (..., units, children)
    scaling : str

    Returns
    -------
    (..., units, children)
    """
    if scaling == "none":
        return values
    if scaling == "min_max":
        lowest = minimum(values)
        return (values - lowest) / constant_to_nan(maximum(values) - lowest)
    divisor = {"vector": norm, "sum": total, "max": maximum}[scaling](values)
    return values / constant_to_nan(divisor)


def _nearness(values: Floats, weights: Floats, *, population: bool) -> Floats:
    distance = _distance(weighed(values - maximum(values), np.sqrt(weights)))[..., None]
    limit = mean(distance) + 2 * standard_deviation(distance, population=population)
    return (1 - distance / constant_to_nan(limit))[..., 0]


def _distance(differences: Floats) -> Floats:
    usual, powers = of_usual_size(differences, (-2, -1))
    distance: Floats = np.ldexp(np.sqrt(np.sum(usual**2, axis=-1)), powers[..., 0])
    return distance
