"""SPOTIS: nearness to ideals that are stated, so that no unit can change the order of the others."""

from __future__ import annotations

import numpy as np

from innov_index.errors import OptionError
from innov_index.methods.kernels.preparation import present_weights
from innov_index.methods.registry import Share, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats


@aggregation.method(
    "spotis",
    Trait.HIGH_IS_GOOD,
    example={"lower": 0.0, "upper": 100.0},
    properties="monotone compensating fully_compensating common_scale shift unique independent alike",
)
def spotis(
    values: Floats, weights: Floats, *, lower: float | list[float], upper: float | list[float]
) -> Floats:
    """SPOTIS: nearness to the best possible score of every child, within stated bounds.

    1 minus the distance of the source, so that more is better: 1 at the upper bounds, 0 at the lower ones.
    Missing children are dropped, and the weights of the others renormalised.

    Formula: y = 1 - Σ w |x - upper| / (upper - lower)

    Undefined: a child's score lies outside its bounds.

    Remedy: state wider bounds, or normalise to the stated range, e.g. min_max with the same low and high.

    Source: dezert2020

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    lower, upper : float or list of float
        The worst and the best possible score: one for all children, or one for each in their order.

    Returns
    -------
    (..., units)
    """
    return _nearness(values, weights, lower, upper, upper)


@aggregation.method(
    "balanced_spotis",
    Trait.HIGH_IS_GOOD,
    example={"lower": 0.0, "upper": 100.0, "expected": 80.0},
    properties="monotone unique independent alike",
)
def balanced_spotis(
    values: Floats,
    weights: Floats,
    *,
    lower: float | list[float],
    upper: float | list[float],
    expected: float | list[float],
    alpha: Share = 0.5,
) -> Floats:
    """Balanced SPOTIS: nearness to the best possible and to an expected score of every child.

    1 minus the distance of the source, so that more is better. Missing children are dropped, and the weights
    of the others renormalised.

    Formula: y = 1 - Σ w (alpha |x - expected| + (1 - alpha) |x - upper|) / (upper - lower)

    Undefined: a child's score lies outside its bounds.

    Remedy: state wider bounds, or normalise to the stated range, e.g. min_max with the same low and high.

    Source: shekhovtsov2025

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    lower, upper : float or list of float
        The worst and the best possible score: one for all children, or one for each in their order.
    expected : float or list of float
        The score that is wished for, likewise, within the bounds.
    alpha : float
        Weight of the expected score; the rest is that of the best possible one.

    Returns
    -------
    (..., units)
    """
    bounds = (("lower", lower), ("expected", expected), ("upper", upper))
    ends = [per_child("balanced_spotis", name, stated, values) for name, stated in bounds]
    if not np.all((ends[0] <= ends[1]) & (ends[1] <= ends[2])):
        raise OptionError("balanced_spotis: expected must lie between lower and upper")
    near_expected, near_best = (
        _nearness(values, weights, lower, upper, ideal, "balanced_spotis") for ideal in (expected, upper)
    )
    return alpha * near_expected + (1 - alpha) * near_best


def _nearness(
    values: Floats,
    weights: Floats,
    lower: float | list[float],
    upper: float | list[float],
    ideal: float | list[float],
    method: str = "spotis",
) -> Floats:
    """1 - Σ w |x - ideal| / (upper - lower), (..., units); NaN where a child is out of bounds."""
    worst, best = per_child(method, "lower", lower, values), per_child(method, "upper", upper, values)
    if not np.all(worst < best):
        raise OptionError(f"{method}: lower must be less than upper; got {lower} and {upper}")
    outside = np.any((values < worst) | (values > best), axis=-1)
    shares = present_weights(values, weights)
    wanted = per_child(method, "ideal", ideal, values)
    # added up child by child, as weights sum to 1 but for rounding: a unit that is worst everywhere scores 0
    nearness = np.where(np.isnan(values), 0.0, 1.0 - np.abs(values - wanted) / (best - worst))
    return np.where(outside, np.nan, np.sum(shares * nearness, axis=-1))


def per_child(method: str, name: str, bound: float | list[float], values: Floats) -> Floats:
    """A bound of each child, (children,): one that is stated alone holds for all."""
    children = values.shape[-1]
    if isinstance(bound, list) and len(bound) != children:
        raise OptionError(f"{method}: {name} gives {len(bound)} numbers for {children} children")
    return np.broadcast_to(np.asarray(bound, dtype=np.float64), children)
