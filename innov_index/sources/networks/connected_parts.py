"""Connected parts of a network, and its cores."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.sources.networks.network import Network


def components(network: Network) -> Floats:
    """Return the number of the connected part that each node is in.

    Formula: 0 is the part with most nodes; of parts with equally many, the one whose first node comes first
    """
    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(network.adjacency, directed=False)
    sizes = np.bincount(label, minlength=count)
    firsts = np.full(count, len(label))
    np.minimum.at(firsts, label, np.arange(len(label)))
    place = np.empty(count, np.int64)
    place[np.lexsort((firsts, -sizes))] = np.arange(count)
    return place[label].astype(np.float64)


def core_number(network: Network) -> Floats:
    """Return the largest k such that the node is in a k-core.

    Formula: a k-core is a largest set of nodes with at least k partners each inside the set (Seidman 1983,
    Social Networks 5, 269-287)
    """
    matrix = network.links
    left = np.asarray(matrix.sum(axis=1)).ravel()
    alive = np.ones(len(left), bool)
    core = np.zeros(len(left))
    while alive.any():
        k = left[alive].min()
        leaving = np.flatnonzero(alive & (left <= k))
        while len(leaving):
            core[leaving] = k
            alive[leaving] = False
            left -= np.asarray(matrix[leaving].sum(axis=0)).ravel()
            leaving = np.flatnonzero(alive & (left <= k))
    return core
