"""Means that depend on the order of the children's scores."""

from __future__ import annotations

import numpy as np

from innov_index.errors import OptionError
from innov_index.methods.kernels.preparation import present_weights
from innov_index.methods.registry import NonNegative, Positive, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats

ROUNDING = 1e-12
"""Largest rounding error of a sum of weights."""


@aggregation.method("median", Trait.MONOTONE, properties="monotone common_scale unique independent alike")
def median(values: Floats, weights: Floats) -> Floats:
    """Weighted median: half of the weight lies on lower scores, half on higher ones.

    If the weights up to a child sum to exactly half, the result is midway between it and the next child, so
    that equal weights give the ordinary median. Missing children are dropped, and the weights of the others
    renormalised.

    Formula: y = (x_a + x_b) / 2, x ascending, a and b the first places where Σ w ≥ 1/2 and Σ w > 1/2

    Source: edgeworth1888

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    shares = present_weights(values, weights)
    values = np.broadcast_to(np.asarray(values, dtype=np.float64), shares.shape)
    order = np.argsort(values, axis=-1)
    reached = np.cumsum(np.take_along_axis(shares, order, axis=-1), axis=-1) - 0.5
    lower, upper = (
        np.take_along_axis(values, np.take_along_axis(order, place, axis=-1), axis=-1)[..., 0]
        for place in (
            np.argmax(reached >= -ROUNDING, axis=-1, keepdims=True),
            np.argmax(reached > ROUNDING, axis=-1, keepdims=True),
        )
    )
    return np.where(np.isnan(reached[..., 0]), np.nan, (lower + upper) / 2)


@aggregation.method(
    "minimum",
    Trait.IGNORES_WEIGHTS,
    Trait.CHOOSES,
    properties="monotone common_scale unique independent alike",
)
def minimum(values: Floats) -> Floats:
    """Lowest score among the children: no compensation.

    Missing children are dropped.

    Formula: y = min x

    Source: tarabusi2013

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., units)
    """
    return np.asarray(np.fmin.reduce(values, axis=-1), dtype=np.float64)


@aggregation.method(
    "maximum",
    Trait.IGNORES_WEIGHTS,
    Trait.CHOOSES,
    properties="monotone compensating common_scale unique independent alike",
)
def maximum(values: Floats) -> Floats:
    """Highest score among the children: one strength is enough.

    Missing children are dropped.

    Formula: y = max x

    Source: yager1988 (the weight 1 on the first place)

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., units)
    """
    return np.asarray(np.fmax.reduce(values, axis=-1), dtype=np.float64)


@aggregation.method(
    "owa",
    Trait.IGNORES_WEIGHTS,
    Trait.MONOTONE,
    example={"order_weights": [0.4, 0.3, 0.2, 0.1]},
    properties="monotone compensating common_scale unique independent alike",
)
def owa(values: Floats, *, order_weights: list[NonNegative]) -> Floats:
    """Ordered weighted average: weights belong to places in the order of scores, not to children.

    A unit with a missing child is missing, since its scores would take other places.

    Formula: y = Σ v x, x sorted from the highest to the lowest, v the order weights divided by their sum

    Source: yager1988

    Parameters
    ----------
    values : (..., units, children)
    order_weights : list of float
        Weight of the highest score, of the second highest, …: as many as the node has children.

    Returns
    -------
    (..., units)
    """
    by_place = np.asarray(order_weights, dtype=np.float64)
    if len(by_place) != values.shape[-1]:
        raise OptionError(f"owa has {len(by_place)} order_weights for {values.shape[-1]} children")
    if not by_place.sum() > 0:
        raise OptionError("the order_weights of owa are all zero")
    descending = np.sort(values, axis=-1)[..., ::-1]
    return np.asarray(descending @ (by_place / by_place.sum()), dtype=np.float64)


@aggregation.method(
    "owa_quantifier",
    Trait.MONOTONE,
    example={"exponent": 2.0},
    properties="monotone compensating common_scale unique independent alike",
)
def owa_quantifier(values: Floats, weights: Floats, *, exponent: Positive) -> Floats:
    """Ordered weighted average with order weights from the children's weights and a quantifier.

    Missing children are dropped, and the weights of the others renormalised.

    Formula: y = Σ (Q(T_j) - Q(T_j-1)) x_j, x sorted from the highest to the lowest, T_j the weight of the
    first j children, Q(T) = T^exponent

    Source: yager1996

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    exponent : float
        1 gives the arithmetic mean; above 1 low scores count more ("most" must be good), below 1 high ones.

    Returns
    -------
    (..., units)
    """
    shares = present_weights(values, weights)
    filled = np.broadcast_to(np.where(np.isnan(values), 0.0, values), shares.shape)
    order = np.argsort(-filled, axis=-1)
    reached = np.minimum(np.cumsum(np.take_along_axis(shares, order, axis=-1), axis=-1), 1.0)
    by_place = np.diff(reached**exponent, axis=-1, prepend=0.0)
    average: Floats = np.sum(by_place * np.take_along_axis(filled, order, axis=-1), axis=-1)
    return average


@aggregation.method(
    "choquet",
    Trait.MONOTONE,
    example={"interactions": [0.05] * 6},
    properties="monotone compensating common_scale unique independent alike",
)
def choquet(values: Floats, weights: Floats, *, interactions: list[float]) -> Floats:
    """Choquet integral of a 2-additive capacity: a weighted mean with interactions between pairs.

    A unit with a missing child is missing.

    Formula: y = Σ w x - 1/2 Σ I_ij |x_i - x_j| over the pairs i < j, with the weights as Shapley values

    Undefined: a child's weight is less than half the sum of its absolute interactions (the score could
    decrease when the child increases).

    Remedy: reduce the interactions, or increase the child's weight.

    Source: grabisch1997

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    interactions : list of float
        Interaction of each pair of children, in the order 1-2, 1-3, …, 2-3, …: positive where both must be
        good (complements), negative where one of them is enough (substitutes).

    Returns
    -------
    (..., units)
    """
    values = np.asarray(values, dtype=np.float64)
    left, right = np.triu_indices(values.shape[-1], 1)
    strength = np.asarray(interactions, dtype=np.float64)
    if len(strength) != len(left):
        raise OptionError(
            f"choquet has {len(strength)} interactions; {values.shape[-1]} children have {len(left)} pairs"
        )
    claimed = np.bincount(np.concatenate([left, right]), np.tile(np.abs(strength), 2), values.shape[-1]) / 2
    monotone = (weights >= claimed - ROUNDING).all(axis=-1, keepdims=True)
    mean = np.matmul(values, weights[..., None])[..., 0]
    integral: Floats = mean - np.abs(values[..., left] - values[..., right]) @ strength / 2
    return np.where(monotone, integral, np.nan)
