"""PROBID and its simplified form: distances to the best, second best … and worst of all scores.

Criteria are as normalisation `none` leaves them: a child of negative scores is a cost. A unit with a missing
child is missing, and left out of all ideals.
"""

from __future__ import annotations

import numpy as np

from innov_index.methods.aggregation.criteria_ratios import as_criteria
from innov_index.methods.kernels.column_statistics import count, mean, norm
from innov_index.methods.kernels.preparation import constant_to_nan, weighed
from innov_index.methods.registry import Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats

COMPARES = (Trait.HIGH_IS_GOOD, Trait.COMPARES_UNITS)


@aggregation.method("probid", *COMPARES, needs_zero=True, properties="scale common_scale unique alike")
def probid(values: Floats, weights: Floats) -> Floats:
    """PROBID: nearness to the better half of all ideals relative to the worse, and distance from the mean.

    Formula: y = 1 / (1 + R²) + D, R = Σ_{k≤h} S_k / k / Σ_{k≥h} S_k / (n - k + 1), with S_k the distance to
    the k-th best of w r in every child, D that to its mean, r = x / √Σ x², h = n/2 or (n + 1)/2

    Undefined: a criterion has scores of both signs or only zeros, or all units are the same.

    Remedy: normalise to scores above zero, or use topsis.

    Source: wang2021

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    parts, number = _weighted_ratios(values, weights)
    half = np.ceil(number / 2)
    near, far = _sums_of_distances(parts, number, half, half)
    from_mean = np.sqrt(np.sum((parts - mean(parts)) ** 2, axis=-1))
    return np.asarray(1.0 / (1.0 + (near / constant_to_nan(far)) ** 2) + from_mean)


@aggregation.method(
    "sprobid", *COMPARES, needs_zero=True, properties="monotone scale common_scale unique alike"
)
def sprobid(values: Floats, weights: Floats) -> Floats:
    """Simplified PROBID: distance to the worst quarter of all ideals over that to the best quarter.

    Formula: y = Σ_{k>n-q} S_k / (n - k + 1) / Σ_{k≤q} S_k / k, q = n/4 rounded down, at least 1, with S_k the
    distance to the k-th best of w r in every child, r = x / √Σ x²

    Undefined: a criterion has scores of both signs or only zeros, or a unit is the best in every child.

    Remedy: normalise to scores above zero, or use topsis or probid.

    Source: wang2021

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    parts, number = _weighted_ratios(values, weights)
    quarter = np.maximum(np.floor(number / 4), 1.0)
    near, far = _sums_of_distances(parts, number, quarter, number - quarter + 1)
    return far / constant_to_nan(near)


def _weighted_ratios(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """w r with the sign of costs turned, (..., units, children), and the number of units, (..., 1)."""
    sizes, costs = as_criteria(values)
    signed = np.where(costs, -sizes, sizes) / constant_to_nan(norm(sizes))
    number = np.max(count(sizes), axis=-1)
    return weighed(np.where(np.isnan(sizes), np.nan, signed), weights), number


def _sums_of_distances(parts: Floats, number: Floats, last: Floats, first: Floats) -> tuple[Floats, Floats]:
    """Σ_{k≤last} S_k / k and Σ_{k≥first} S_k / (n - k + 1), each (..., units); one ideal after another."""
    ideals = -np.sort(-parts, axis=-2)  # missing units come last
    near, far = np.zeros(parts.shape[:-1]), np.zeros(parts.shape[:-1])
    for place in range(parts.shape[-2]):
        rank = place + 1
        distance = np.sqrt(np.sum((parts - ideals[..., place : place + 1, :]) ** 2, axis=-1))
        known = np.where(rank <= number, distance, 0.0)
        near += np.where(rank <= last, known / rank, 0.0)
        far += np.where((rank >= first) & (rank <= number), known / np.maximum(number - rank + 1, 1.0), 0.0)
    missing = np.isnan(parts).any(axis=-1)
    return np.where(missing, np.nan, near), np.where(missing, np.nan, far)
