"""Nearness to ideals that are stated: RIM and RAFSI, in which no unit can change the order of the others.

Missing children are dropped, and the weights of the others renormalised.
"""

from __future__ import annotations

import numpy as np

from innov_index.errors import OptionError
from innov_index.methods.aggregation.spotis import per_child
from innov_index.methods.kernels.preparation import constant_to_nan, present_weights
from innov_index.methods.registry import Positive, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats


@aggregation.method(
    "rim",
    Trait.HIGH_IS_GOOD,
    example={"lower": 0.0, "upper": 100.0, "ideal_lower": 90.0, "ideal_upper": 100.0},
    properties="monotone unique independent alike",
)
def rim(
    values: Floats,
    weights: Floats,
    *,
    lower: float | list[float],
    upper: float | list[float],
    ideal_lower: float | list[float],
    ideal_upper: float | list[float],
) -> Floats:
    """RIM: nearness to an ideal range of every child, between stated bounds.

    Formula: y = d⁻ / (d⁺ + d⁻), d⁺ and d⁻ the distances of w r from w and from 0, with r = 1 within the ideal
    range, and else 1 minus the distance from it over the distance of the bound from it

    Undefined: a child's score lies outside its bounds.

    Remedy: state wider bounds, or normalise to the stated range, e.g. min_max with the same low and high.

    Source: cables2016

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    lower, upper : float or list of float
        The bounds: one for all children, or one for each in their order.
    ideal_lower, ideal_upper : float or list of float
        The ends of the ideal range, likewise; equal for an ideal score.

    Returns
    -------
    (..., units)
    """
    ends = (("lower", lower), ("ideal_lower", ideal_lower), ("ideal_upper", ideal_upper), ("upper", upper))
    low, first, last, high = (per_child("rim", name, stated, values) for name, stated in ends)
    if not np.all((low <= first) & (first <= last) & (last <= high) & (low < high)):
        raise OptionError(
            "rim: lower, ideal_lower, ideal_upper and upper must follow each other in this order"
        )
    below = np.maximum(first - values, 0.0) / constant_to_nan(first - low)
    above = np.maximum(values - last, 0.0) / constant_to_nan(high - last)
    nearness = 1.0 - np.fmax(np.nan_to_num(below, nan=0.0), np.nan_to_num(above, nan=0.0))
    shares = present_weights(values, weights)
    missing = np.isnan(values)
    from_ideal = np.sqrt(np.sum(np.where(missing, 0.0, shares * (1.0 - nearness)) ** 2, axis=-1))
    from_zero = np.sqrt(np.sum(np.where(missing, 0.0, shares * nearness) ** 2, axis=-1))
    outside = np.any((values < low) | (values > high), axis=-1) | np.isnan(shares).any(axis=-1)
    return np.where(outside, np.nan, from_zero / constant_to_nan(from_ideal + from_zero))


@aggregation.method(
    "rafsi",
    Trait.HIGH_IS_GOOD,
    Trait.MONOTONE,
    example={"lower": 0.0, "upper": 100.0},
    properties="monotone compensating fully_compensating common_scale shift unique independent alike",
)
def rafsi(
    values: Floats,
    weights: Floats,
    *,
    lower: float | list[float],
    upper: float | list[float],
    first: Positive = 1.0,
    last: Positive = 6.0,
) -> Floats:
    """RAFSI: the weighted sum of functions that map stated bounds of every child to one interval.

    A child whose bounds are zero and less is a cost with its sign turned, as normalisation `none` leaves it.

    Formula: y = Σ w r, with s = first + (last - first) (x - lower)/(upper - lower), r = s / (first + last);
    of costs r = first last / ((first + last) s), with the size of x and of its bounds in s

    Undefined: a child's score lies outside its bounds.

    Remedy: state wider bounds, or normalise to the stated range, e.g. min_max with the same low and high.

    Source: zizovic2020

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    lower, upper : float or list of float
        The worst and the best possible score: one for all children, or one for each in their order.
    first, last : float
        The interval: how many times better the ideal is than its opposite.

    Returns
    -------
    (..., units)
    """
    worst, best = per_child("rafsi", "lower", lower, values), per_child("rafsi", "upper", upper, values)
    if not np.all(worst < best) or first >= last:
        raise OptionError("rafsi: lower must be less than upper, and first less than last")
    along = (values - worst) / (best - worst)
    cost = best <= 0
    mapped = first + (last - first) * np.where(cost, 1.0 - along, along)
    parts = np.where(cost, first * last / constant_to_nan(mapped), mapped) / (first + last)
    outside = np.any((values < worst) | (values > best), axis=-1)
    shares = present_weights(values, weights)
    summed = np.sum(shares * np.where(np.isnan(values), 0.0, parts), axis=-1)
    return np.where(outside, np.nan, summed)
