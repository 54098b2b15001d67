"""Measures along shortest paths, computed by igraph (extra `network`)."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np

from innov_index.io.extras import load_extra
from innov_index.model.arrays import Floats
from innov_index.sources.networks.connected_parts import components
from innov_index.sources.networks.network import Network

Distance: TypeAlias = Literal["steps", "inverse_weight"]


def betweenness(network: Network, *, normalised: bool = True, distance: Distance = "steps") -> Floats:
    """Return how often a node lies on the shortest paths between other nodes.

    Formula: sum over pairs {s, t} of the share of their shortest paths that go through the node; every pair
    counts once (Freeman 1977, Sociometry 40, 35-41)

    Parameters
    ----------
    network : Network
    normalised : bool
        Divide by the number of pairs of other nodes, (n - 1) (n - 2) / 2.
    distance : {"steps", "inverse_weight"}
        Length of a tie: 1, or 1 / weight.
    """
    graph = to_igraph(network, "betweenness")
    result = np.array(graph.betweenness(directed=False, weights=_lengths(network, distance)), np.float64)
    pairs = (len(network.nodes) - 1) * (len(network.nodes) - 2) / 2
    return result / pairs if normalised and pairs > 0 else result


def closeness(
    network: Network,
    *,
    scale: Literal["wasserman_faust", "component"] = "wasserman_faust",
    distance: Distance = "steps",
) -> Floats:
    """Return how near a node is to the others that it can reach.

    Formula: component: (r - 1) / sum of the distances to them, r nodes in the node's part of the network
    (Freeman 1979, Social Networks 1, 215-239).
    wasserman_faust: that times (r - 1) / (n - 1), so that nodes of small parts are not central (Wasserman and
    Faust 1994, p. 201)

    A node without ties has 0.

    Parameters
    ----------
    network : Network
    scale : {"wasserman_faust", "component"}
    distance : {"steps", "inverse_weight"}
        Length of a tie: 1, or 1 / weight.
    """
    graph = to_igraph(network, "closeness")
    near = np.array(graph.closeness(weights=_lengths(network, distance), normalized=True), np.float64)
    label = components(network).astype(np.int64)
    others = (np.bincount(label)[label] if len(label) else np.empty(0)) - 1.0
    near = np.where(others > 0, near, 0.0)
    if scale == "component":
        return near
    return near * others / max(len(network.nodes) - 1, 1)


def to_igraph(network: Network, feature: str) -> Any:
    """Return the network as a graph of igraph, its edges in our order."""
    igraph = load_extra("igraph", f"{feature} of a network", "network")
    return igraph.Graph(len(network.nodes), np.column_stack([network.first, network.second]))


def _lengths(network: Network, distance: Distance) -> list[float] | None:
    return (1 / network.weight).tolist() if distance == "inverse_weight" else None
