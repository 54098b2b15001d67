"""CODAS: distances from the worst score of every child, compared unit by unit."""

from __future__ import annotations

import numpy as np

from innov_index.methods.aggregation.criteria_ratios import as_criteria, of_best
from innov_index.methods.kernels.column_statistics import minimum
from innov_index.methods.kernels.preparation import weighed
from innov_index.methods.registry import NonNegative, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats

BLOCK = 2**18
"""Pairs that are compared at once: few enough for the processor's cache."""


@aggregation.method(
    "codas",
    Trait.HIGH_IS_GOOD,
    Trait.COMPARES_UNITS,
    needs_zero=True,
    properties="compensating scale common_scale unique alike",
)
def codas(values: Floats, weights: Floats, *, threshold: NonNegative = 0.02) -> Floats:
    """CODAS: how much farther a unit is from the worst scores than each of the others.

    Criteria are as normalisation `none` leaves them: a child of negative scores is a cost. A unit with a
    missing child is missing, and left out of all comparisons.

    Formula: y = Σ (E - E' + [|E - E'| ≥ threshold] (T - T')) over the other units, with E and T the Euclidean
    and the taxicab distance of w r from the lowest w r, r = x / max x, of costs min x / x

    Undefined: a criterion has scores of both signs, or a cost is zero.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: keshavarz2016

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    threshold : float
        Difference in Euclidean distance from which on the taxicab distance counts too.

    Returns
    -------
    (..., units)
    """
    parts = weighed(of_best(*as_criteria(values)), weights)
    away = parts - minimum(parts)
    euclidean, taxicab = np.sqrt(np.sum(away**2, axis=-1)), np.sum(away, axis=-1)
    scores = np.empty(euclidean.shape)
    size = max(1, BLOCK // max(euclidean.size, 1))
    for start in range(0, euclidean.shape[-1], size):
        rows = slice(start, start + size)
        farther = euclidean[..., rows, None] - euclidean[..., None, :]
        longer = taxicab[..., rows, None] - taxicab[..., None, :]
        assessed = farther + np.where(np.abs(farther) >= threshold, longer, 0.0)
        scores[..., rows] = np.nansum(assessed, axis=-1)
    return np.where(np.isnan(euclidean), np.nan, scores)
