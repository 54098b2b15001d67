"""MULTIMOORA: what a majority of three ways to add up ratios of criteria says of each pair of units."""

from __future__ import annotations

import numpy as np

from innov_index.methods.aggregation.criteria_ratios import as_criteria, over_norm, weighted_sum
from innov_index.methods.aggregation.outranking import blocks_of_pairs, comparable, margins
from innov_index.methods.kernels.column_statistics import maximum
from innov_index.methods.kernels.preparation import weighed
from innov_index.methods.registry import Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats


@aggregation.method(
    "multimoora",
    Trait.HIGH_IS_GOOD,
    Trait.COMPARES_UNITS,
    needs_zero=True,
    properties="monotone compensating scale common_scale unique alike",
)
def multimoora(values: Floats, weights: Floats) -> Floats:
    """MULTIMOORA: the number of units that a unit beats in most of three orders.

    The orders are those by the ratio system (`moora`), by the largest weighted distance from the best ratio
    of a criterion, and by the product of the criteria, which takes no weights but leaves out a child of
    weight 0.

    Criteria are as normalisation `none` leaves them: a child of negative scores is a cost. A unit with a
    missing child is missing, and left out of the others' comparisons.

    Formula: y = number of units x' with Σ_k [y_k > y'_k] > Σ_k [y_k < y'_k], y_1 = Σ w r, y_2 = -max w (max r
    - r), y_3 = Σ ln |x| over benefits minus costs, r = x / √Σ x², of costs with their sign turned

    Undefined: a criterion is zero, or has scores of both signs.

    Remedy: normalise to scores above zero, or use moora.

    Source: brauers2010

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    orders = comparable(_three_scores(values, weights))
    scores = np.zeros(orders.shape[:-1])
    for start, stop in blocks_of_pairs(scores):
        leads = margins(orders[..., start:stop, :], orders, np.ones(3))
        scores[..., start:stop] = np.count_nonzero(leads > 0, axis=-1)
    return np.where(np.isnan(orders).any(axis=-1), np.nan, scores)


def _three_scores(values: Floats, weights: Floats) -> Floats:
    """By the ratio system, from the reference point, and by the product, (..., units, 3)."""
    sizes, costs = as_criteria(values)
    sizes = np.where((sizes == 0).any(axis=-2, keepdims=True), np.nan, sizes)
    ratios = over_norm(sizes, costs)
    farthest = np.max(weighed(maximum(ratios) - ratios, weights), axis=-1)
    logs = np.where(costs, -np.log(sizes), np.log(sizes))
    product = weighted_sum(logs, np.where(weights > 0, 1.0, 0.0))
    return np.stack(np.broadcast_arrays(weighted_sum(ratios, weights), -farthest, product), axis=-1)
