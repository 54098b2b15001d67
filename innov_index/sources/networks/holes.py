"""Structural holes: how far a node's contacts are contacts of each other, computed by igraph."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.sources.networks.network import Network
from innov_index.sources.networks.shortest_paths import to_igraph


def constraint(network: Network, *, weighted: bool = True) -> Floats:
    """Return Burt's constraint: low for a node that bridges structural holes.

    Formula: sum over contacts j of (p_ij + sum over other contacts q of p_iq p_qj)², where p_ij is the share
    of i's strength that is its tie with j (Burt 1992, Structural Holes, p. 54)

    Undefined: the node has no tie (NaN).

    Parameters
    ----------
    network : Network
    weighted : bool
        Use the weights of the ties; otherwise each tie counts 1.
    """
    graph = to_igraph(network, "constraint")
    return np.array(graph.constraint(weights=network.weight.tolist() if weighted else None), np.float64)
