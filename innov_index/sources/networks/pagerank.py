"""PageRank: where a walk along the ties is found in the long run."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Lt

from innov_index.model.arrays import Floats
from innov_index.sources.networks.network import Network

ACCURACY = 1e-14
"""The walk has settled when its probabilities change by less than this in all."""

MOST_STEPS = 100_000


def pagerank(
    network: Network, *, damping: Annotated[float, Ge(0), Lt(1)] = 0.85, weighted: bool = True
) -> Floats:
    """Return PageRank; the entries add up to 1.

    Formula: p = damping P' p + (1 - damping) / n, where P is the adjacency matrix divided by its row sums
    (Brin and Page 1998, Computer Networks 30, 107-117)

    From a node without ties the walk goes on at any node.

    Parameters
    ----------
    network : Network
    damping : float
        Probability that the walk follows a tie rather than to start again anywhere.
    weighted : bool
        Follow ties in proportion to their weights; otherwise all alike.
    """
    size = len(network.nodes)
    if not size:
        return np.empty(0)
    matrix = network.adjacency if weighted else network.links
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    dangling = sums == 0
    inverse = np.divide(damping, sums, out=np.zeros(size), where=~dangling)
    rank = np.full(size, 1 / size)
    for _ in range(MOST_STEPS):
        # the matrix is symmetric, so it is its own transpose
        following = matrix @ (rank * inverse)
        following += (1 - damping + damping * rank[dangling].sum()) / size
        following /= following.sum()
        change = np.abs(following - rank).sum()
        rank = following
        if change <= ACCURACY:
            break
    return rank
