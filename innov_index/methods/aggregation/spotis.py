"""SPOTIS: nearness to an ideal that is stated, so that no unit can change the order of the others."""

from __future__ import annotations

import numpy as np

from innov_index.errors import OptionError
from innov_index.methods.kernels.preparation import present_weights
from innov_index.methods.registry import Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats


@aggregation.method("spotis", Trait.HIGH_IS_GOOD, example={"lower": 0.0, "upper": 100.0})
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
    worst, best = _per_child("lower", lower, values), _per_child("upper", upper, values)
    if not np.all(worst < best):
        raise OptionError(f"spotis: lower must be less than upper; got {lower} and {upper}")
    outside = np.any((values < worst) | (values > best), axis=-1)
    shares = present_weights(values, weights)
    distance = np.where(np.isnan(values), 0.0, np.abs(values - best) / (best - worst))
    return np.where(outside, np.nan, 1.0 - np.sum(shares * distance, axis=-1))


def _per_child(name: str, bound: float | list[float], values: Floats) -> Floats:
    children = values.shape[-1]
    if isinstance(bound, list) and len(bound) != children:
        raise OptionError(f"spotis: {name} gives {len(bound)} numbers for {children} children")
    return np.broadcast_to(np.asarray(bound, dtype=np.float64), children)
