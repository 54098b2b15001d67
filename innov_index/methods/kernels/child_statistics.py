"""Statistics of a node's children over the units, for weights: one number a child, or one a pair.

Every function takes values (..., units, children), leaves missing values out and never warns. What cannot be
computed is NaN.
"""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.preparation import of_usual_size, present
from innov_index.methods.kernels.ranks import ascending_ranks
from innov_index.model.arrays import Bools, Floats, Ints


def shares(raw: Floats | Ints) -> Floats:
    """`raw` divided by its sum along the last axis: 1 if alone; NaN if the sum is zero or a part is NaN."""
    if raw.shape[-1] == 1:
        return np.ones(raw.shape)
    total = np.sum(raw, axis=-1, keepdims=True, dtype=np.float64)
    return np.asarray(raw / np.where(total > 0, total, np.nan))


def lowest(values: Floats) -> Floats:
    """Smallest value of each child, (..., children)."""
    return np.asarray(column_statistics.minimum(values)[..., 0, :])


def highest(values: Floats) -> Floats:
    """Largest value of each child, (..., children)."""
    return np.asarray(column_statistics.maximum(values)[..., 0, :])


def varies(values: Floats) -> Bools:
    """Whether a child has two different values, (..., children): exact, unlike a computed spread."""
    return np.asarray(highest(values) > lowest(values))


def zero_filled(values: Floats) -> Floats:
    """`values` with zeros in place of missing values."""
    return np.asarray(np.where(present(values), values, 0.0), dtype=np.float64)


def count(values: Floats) -> Floats:
    """Number of available values, (..., children)."""
    return np.asarray(column_statistics.count(values)[..., 0, :])


def mean(values: Floats) -> Floats:
    """Mean of each child, (..., children)."""
    return np.asarray(column_statistics.mean(values)[..., 0, :])


def deviation(values: Floats) -> Floats:
    """Sample standard deviation of each child, (..., children): exactly 0 for a constant."""
    return np.asarray(column_statistics.standard_deviation(values)[..., 0, :])


def unit_range(values: Floats) -> Floats:
    """Each child stretched to 0..1, (..., units, children); NaN for a constant."""
    low, high = lowest(values)[..., None, :], highest(values)[..., None, :]
    return np.asarray((values - low) / np.where(high > low, high - low, np.nan))


def correlations(values: Floats) -> Floats:
    """Pearson correlations of all pairs, (..., children, children), over the units with both values.

    NaN where a pair has fewer than two units in common, or a child does not vary over them.
    """
    values, _ = of_usual_size(values, -2)
    # the mean of differences keeps the digits of a child that hardly varies
    above = values - lowest(values)[..., None, :]
    centred = above - mean(above)[..., None, :]
    known = present(values)
    if known.all():
        length = np.sqrt(np.sum(centred**2, axis=-2, keepdims=True))
        scaled = centred / np.where(varies(values)[..., None, :], length, np.nan)
        return _unit_diagonal(np.swapaxes(scaled, -1, -2) @ scaled)
    return _pairwise_correlations(np.where(known, centred, 0.0), known.astype(np.float64))


def rank_correlations(values: Floats) -> Floats:
    """Spearman's correlations of all pairs, (..., children, children), of ranks among the units with both.

    NaN where a pair has fewer than two units in common, or a child does not vary over them.
    """
    known = present(values)
    if known.all():
        return correlations(ascending_ranks(values, "average"))
    # (..., other, units, child): ranks of a child among the units that have the other too
    shared = np.where(np.swapaxes(known, -1, -2)[..., None], values[..., None, :, :], np.nan)
    ranks = np.moveaxis(ascending_ranks(shared, "average"), -2, -1)
    centre = (np.sum(present(ranks), axis=-1, keepdims=True) + 1) / 2
    centred = np.where(present(ranks), ranks - centre, 0.0)
    squares = np.sum(centred**2, axis=-1)
    others = np.swapaxes(centred, -2, -3)
    lengths = np.sqrt(squares * np.swapaxes(squares, -1, -2))
    return _unit_diagonal(np.sum(centred * others, axis=-1) / np.where(lengths > 0, lengths, np.nan))


def _pairwise_correlations(filled: Floats, known: Floats) -> Floats:
    """Correlations from products of zero-filled scores and of their masks."""
    transposed = np.swapaxes(filled, -1, -2)
    common = np.swapaxes(known, -1, -2) @ known
    divisor = np.where(common > 1, common, np.nan)
    sums = transposed @ known
    squares = np.swapaxes(filled**2, -1, -2) @ known
    spread = squares - sums**2 / divisor
    spread = np.where(spread > 1e-13 * squares, spread, np.nan)
    products = transposed @ filled - sums * np.swapaxes(sums, -1, -2) / divisor
    return _unit_diagonal(products / np.sqrt(spread * np.swapaxes(spread, -1, -2)))


def _unit_diagonal(matrix: Floats) -> Floats:
    """`matrix` within [-1, 1], and exactly 1 on its diagonal where that is defined."""
    bounded = np.clip(matrix, -1.0, 1.0)
    diagonal = np.eye(matrix.shape[-1], dtype=bool) & ~np.isnan(bounded)
    return np.where(diagonal, 1.0, bounded)
