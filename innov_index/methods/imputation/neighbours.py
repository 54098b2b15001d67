"""Imputation from the most similar units."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.limits import AtLeastOne
from innov_index.methods.kernels import column_statistics
from innov_index.methods.registry import Trait
from innov_index.methods.steps import imputation
from innov_index.model.arrays import Bools, Floats, Ints, doubles

Weighting: TypeAlias = Literal["uniform", "distance"]

SAME = 1e-12
"""Squared distances below this are rounding noise; two that differ by less than this share are tied."""


@imputation.method(
    "nearest_neighbours",
    Trait.COMPARES_UNITS,
    Trait.LOOPED,
    formerly={"weights": "uniform"},
    properties="scale shift alike",
)
def nearest_neighbours(values: Floats, *, k: AtLeastOne = 5, weights: Weighting = "distance") -> Floats:
    """Fill a gap with the mean of the most similar units that have the indicator.

    Similarity is a small root mean square difference over the indicators that both units have, standardised
    (z-scores). Units as far away as the k-th are used too, so the order of units never matters.

    Formula: Σ w_j x_j / Σ w_j over the k nearest units j; w = 1, or 1 / distance

    Undefined: no unit that has the indicator shares another indicator with this unit.

    Remedy: first screen out units with little data.

    Source: troyanskaya2001 p. 521

    Parameters
    ----------
    values : (..., units, indicators)
    k : int
        Number of neighbours.
    weights : {"uniform", "distance"}
        Whether neighbours count equally, or in inverse proportion to their distance, as in the source.

    Returns
    -------
    (..., units, indicators)
    """
    x = doubles(values)
    return each_table(x.shape[:-2], x.shape[-2:], lambda place: filled_from_neighbours(x[place], k, weights))


def filled_from_neighbours(values: Floats, k: int, weights: Weighting) -> Floats:
    """Fill the gaps of one table (units, indicators); a gap without a donor stays missing."""
    gaps = np.isnan(values)
    receivers = np.flatnonzero(gaps.any(axis=-1))
    filled = values.copy()
    distances = _squared_distances(_standardised(values), ~gaps, receivers)
    for indicator in np.flatnonzero(gaps.any(axis=-2)):
        wanting = gaps[receivers, indicator]
        donors = ~gaps[:, indicator]
        if not donors.any():  # a sum over no units would be 0
            continue
        share = _shares(distances[np.ix_(wanting, donors)], k, weights)
        filled[receivers[wanting], indicator] = share @ values[donors, indicator]
    return filled


def _standardised(values: Floats) -> Floats:
    """z-scores, zero for missing values and constant indicators."""
    centred = values - column_statistics.mean(values)
    spread = column_statistics.standard_deviation(values)
    return np.nan_to_num(centred / np.where(spread > 0, spread, 1.0), nan=0.0)


def _squared_distances(scores: Floats, known: Bools, receivers: Ints) -> Floats:
    """Mean squared difference over the indicators that both units have; infinite if they share none."""
    counted = known.astype(np.float64)
    own, other = counted[receivers], counted.T
    squares = (scores[receivers] ** 2) @ other + own @ (scores**2).T - 2 * scores[receivers] @ scores.T
    joint = own @ other
    mean_squares = np.where(squares > SAME * joint, squares, 0.0) / np.where(joint > 0, joint, 1.0)
    return np.where(joint > 0, mean_squares, np.inf)


def _shares(distances: Floats, k: int, weights: Weighting) -> Floats:
    """Weight of each donor (columns) for each receiver (rows); NaN throughout if a receiver has no donor."""
    if distances.shape[1] == 0:
        return np.full(distances.shape, np.nan)
    last = min(k, distances.shape[1]) - 1
    bound = np.partition(distances, last, axis=1)[:, [last]]
    near = (distances <= bound * (1 + SAME)) & np.isfinite(distances)
    weight = near.astype(np.float64)
    if weights == "distance":
        same = near & (distances == 0)
        inverse = 1 / np.sqrt(np.where(near & (distances > 0), distances, 1.0))
        weight = np.where(same.any(axis=1, keepdims=True), same, near * inverse)
    total = weight.sum(axis=1, keepdims=True)
    return weight / np.where(total > 0, total, np.nan)
