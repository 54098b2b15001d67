"""Weights of children as rankings: the nearer an order is to the compromise of all, the more it counts."""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels.child_statistics import shares
from innov_index.methods.kernels.preparation import complete
from innov_index.methods.kernels.ranks import ascending_ranks
from innov_index.methods.steps import weighting
from innov_index.model.arrays import Floats

ROUNDS = 1000
SETTLED = 1e-13
"""Change of a weight below which the rounds end."""


@weighting.method("half_quadratic", properties="scale common_scale shift unique alike")
def half_quadratic(values: Floats) -> Floats:
    """Weight each child by how near its order of the units is to the compromise of all (half-quadratic).

    With normalisation `rank` or `borda` and aggregation `arithmetic`, the node is the compromise of rankings
    that the source calls ensemble ranking.

    Formula: R = Σ w r, w_j = exp(-d_j² / 2 σ²) / Σ exp(-d² / 2 σ²), d_j = |r_j - R|, σ = Σ d² / 2 k², r_j the
    ranks by child j of k, found in rounds from w_j = 1 / k

    Undefined: the rounds do not settle.

    Remedy: use equal.

    Source: mohammadi2020

    A unit with a missing child is left out. As published, σ is of the size of d², so that weights become
    equal as units are added: of some hundred units they hardly differ.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    ranks = np.nan_to_num(ascending_ranks(complete(values), "average"))
    squares = _squared_distances(ranks)
    found = np.full((*values.shape[:-2], values.shape[-1]), 1.0 / values.shape[-1])
    open_ = np.any(ranks > 0, axis=(-1, -2))[..., None]
    result = np.full(found.shape, np.nan)
    for _ in range(ROUNDS):
        following = _round(squares, found)
        settled = open_ & (np.max(np.abs(following - found), axis=-1, keepdims=True) <= SETTLED)
        result, open_, found = np.where(settled, following, result), open_ & ~settled, following
        if not open_.any():
            break
    return shares(result)


def _squared_distances(ranks: Floats) -> Floats:
    """Σ (r_i - r_j)² for each pair of children, (..., children, children): exact, as ranks are halves."""
    products = np.swapaxes(ranks, -1, -2) @ ranks
    own = np.diagonal(products, axis1=-2, axis2=-1)
    return np.asarray(own[..., :, None] + own[..., None, :] - 2 * products)


def _round(squares: Floats, weights: Floats) -> Floats:
    """The next weights, (..., children): d_j² = Σ_i w_i d_ij² - Σ_i Σ_l w_i w_l d_il² / 2."""
    to_each = np.matmul(squares, weights[..., None])[..., 0]
    apart = to_each - np.sum(weights * to_each, axis=-1, keepdims=True) / 2
    spread = np.sum(apart, axis=-1, keepdims=True) / (2 * weights.shape[-1] ** 2)
    farther = apart - np.min(apart, axis=-1, keepdims=True)
    near = np.exp(-farther / (2 * np.where(spread > 0, spread, 1.0) ** 2))
    return np.asarray(near / np.sum(near, axis=-1, keepdims=True))
