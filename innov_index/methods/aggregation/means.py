"""Weighted means and sums of the scores of a node's children."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from innov_index.methods.kernels.column_statistics import maximum
from innov_index.methods.kernels.powers import Link, power_means
from innov_index.methods.kernels.preparation import constant_to_nan
from innov_index.methods.registry import NotZero, Share, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats

ZeroScore = Literal["undefined", "true"]


def _is_true_zero(options: Mapping[str, Any]) -> bool:
    return bool(options["zero"] == "true")


@aggregation.method(
    "arithmetic",
    power=1.0,
    properties="monotone compensating fully_compensating common_scale shift unique independent alike",
)
def arithmetic(values: Floats, weights: Floats) -> Floats:
    """Weighted arithmetic mean: a high score fully compensates for a low one.

    Missing children are dropped, and the weights of the others renormalised.

    Formula: y = Σ w x / Σ w

    Source: oecd2008 step 6 (weighting and aggregation)

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    return power_means(values, weights[..., None], 1.0)[..., 0]


@aggregation.method(
    "geometric",
    power=0.0,
    zeros=_is_true_zero,
    properties="monotone compensating scale common_scale unique independent alike",
)
def geometric(values: Floats, weights: Floats, *, zero: ZeroScore = "undefined") -> Floats:
    """Weighted geometric mean: a high score compensates for a low one only in part.

    Missing children are dropped, and the weights of the others renormalised.

    Formula: y = (Π x^w)^(1 / Σ w)

    Undefined: a child's score is negative, or zero and not stated to be a true zero.

    Remedy: normalise to a range above zero (e.g. min_max with low: 1), state zero: "true" where a unit with
    nothing of one child has nothing of the whole, or use arithmetic.

    Source: oecd2008 step 6 (weighting and aggregation)

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    zero : str
        What the score 0 of a child with a weight is: "undefined" here, or a "true" zero, which makes the node
        0.

    Returns
    -------
    (..., units)
    """
    return power_means(values, weights[..., None], Link(0.0, zeros=zero == "true"))[..., 0]


@aggregation.method("harmonic", power=-1.0, properties="monotone common_scale unique independent alike")
def harmonic(values: Floats, weights: Floats) -> Floats:
    """Weighted harmonic mean: the lowest scores count most.

    Missing children are dropped, and the weights of the others renormalised.

    Formula: y = Σ w / Σ (w / x)

    Undefined: a child's score is zero or negative.

    Remedy: normalise to a range above zero (e.g. min_max with low: 1), or use arithmetic.

    Source: coinr a_hmean

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    return power_means(values, weights[..., None], -1.0)[..., 0]


@aggregation.method(
    "power",
    power="p",
    example={"p": 0.5},
    properties="monotone compensating common_scale unique independent alike",
)
def power(values: Floats, weights: Floats, *, p: float) -> Floats:
    """Weighted power mean: the smaller p, the less a high score compensates for a low one.

    Missing children are dropped, and the weights of the others renormalised.

    Formula: y = (Σ w x^p / Σ w)^(1/p), and the geometric mean for p = 0

    Undefined: a child's score is negative (unless p is 1), or is zero and p is not positive.

    Remedy: normalise to a range above zero (e.g. min_max with low: 1), or use arithmetic.

    Source: coinr a_genmean

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    p : float
        1 gives the arithmetic, 0 the geometric, -1 the harmonic, 2 the quadratic mean.

    Returns
    -------
    (..., units)
    """
    return power_means(values, weights[..., None], p)[..., 0]


@aggregation.method(
    "linked_mean",
    power="p",
    line=("offset", "factor"),
    zeros=_is_true_zero,
    example={"p": 0.0, "offset": 100.0, "factor": -0.9},
    properties="monotone compensating unique independent alike",
)
def linked_mean(
    values: Floats,
    weights: Floats,
    *,
    p: float,
    offset: float,
    factor: NotZero,
    zero: ZeroScore = "undefined",
) -> Floats:
    """Power mean of a line over the children, transformed back: with a falling line high scores count more.

    INFORM's risks from 0 to 10 are geometric means of 10 - 0.9 x. Missing children are dropped, and the
    weights of the others renormalised.

    Formula: y = (M - offset) / factor, M = (Σ w t^p / Σ w)^(1/p), and the geometric mean for p = 0, t =
    offset + factor x

    Undefined: the line is below zero at a child's score, or at zero and p is not positive.

    Remedy: choose a line that is above zero at all scores, or use arithmetic.

    Source: inform2017

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    p : float
        1 gives the arithmetic, 0 the geometric, -1 the harmonic mean.
    offset, factor : float
        Of the line.
    zero : str
        What a child with a weight at which the line is 0 does to a mean whose p is not positive: the node is
        "undefined", or the line is 0 at it too ("true").

    Returns
    -------
    (..., units)
    """
    return power_means(values, weights[..., None], Link(p, offset, factor, zeros=zero == "true"))[..., 0]


@aggregation.method(
    "sum",
    Trait.SUM,
    properties="monotone compensating fully_compensating common_scale shift unique independent alike",
)
def total(values: Floats, given: Floats) -> Floats:
    """Sum of the children, each multiplied by its stated weight.

    A sum with a missing term is missing; a child with weight 0 is not a term.

    Formula: y = Σ w x, with the weights as stated (1 by default)

    Source: oecd2008 step 6 (weighting and aggregation)

    Parameters
    ----------
    values : (..., units, children)
    given : (..., children)
        Stated weights, not normalised.

    Returns
    -------
    (..., units)
    """
    return (np.where(given[..., None, :] == 0, 0.0, values) @ given[..., None])[..., 0]


@aggregation.method(
    "waspas", Trait.COMPARES_UNITS, needs_zero=True, properties="monotone scale common_scale unique alike"
)
def waspas(values: Floats, weights: Floats, *, arithmetic_share: Share = 0.5) -> Floats:
    """WASPAS: between the arithmetic and the geometric mean of the children, as shares of their maxima.

    Missing children are dropped, and the weights of the others renormalised.

    Formula: y = s Σ w r + (1 - s) Π r^w, with r = x / max x and s the arithmetic share

    Undefined: the score of a child with a weight is zero or negative.

    Remedy: normalise to a range above zero (e.g. min_max with low: 1).

    Source: zavadskas2012

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    arithmetic_share : float
        1 gives the arithmetic, 0 the geometric mean.

    Returns
    -------
    (..., units)
    """
    parts = values / constant_to_nan(maximum(values))
    sums, products = (power_means(parts, weights[..., None], p)[..., 0] for p in (1.0, 0.0))
    # a share of a maximum that is negative itself is positive
    outside = np.any((values <= 0) & (weights[..., None, :] != 0), axis=-1)
    return np.where(outside, np.nan, arithmetic_share * sums + (1 - arithmetic_share) * products)
