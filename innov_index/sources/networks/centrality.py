"""Centrality measures: eigenvector, PageRank, betweenness and closeness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import Ge, Lt

from innov_index.model.arrays import Floats, Ints
from innov_index.sources.networks.cohesion import components
from innov_index.sources.networks.graph import Network, to_igraph

if TYPE_CHECKING:
    from scipy.sparse import csr_array


EIGENVECTOR_ACCURACY = 1e-13
"""Relative residual below which a vector is accepted as an eigenvector."""


def eigenvector(
    network: Network,
    *,
    weighted: bool = True,
    scale: Literal["length", "maximum", "total"] = "length",
) -> Floats:
    """Return the leading eigenvector of the adjacency matrix, scaled; its entries are not negative.

    Formula: A x = λ x with the largest λ (Bonacich 1972, Journal of Mathematical Sociology 2, 113-120)

    It is zero outside the component with the largest λ. Among components with the same λ, the one with more
    nodes counts, then the one whose first node comes first.

    Undefined: the network has no ties (NaN).

    Parameters
    ----------
    network : Network
    weighted : bool
        Use the weights of ties; otherwise each tie counts 1.
    scale : {"length", "maximum", "total"}
        What is scaled to 1: the Euclidean length, the largest entry, or the sum of entries.
    """
    matrix = network.adjacency if weighted else network.links
    best, members, leading = 0.0, np.empty(0, np.int64), np.empty(0)
    label = components(network).astype(np.int64)
    bounds = np.zeros(int(label.max(initial=-1)) + 1)
    # λ is at most the largest strength, so components that cannot have the largest λ are skipped
    np.maximum.at(bounds, label, np.asarray(matrix.sum(axis=1)).ravel())
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(len(bounds) + 1))
    for component in np.argsort(-bounds, kind="stable").tolist():
        if bounds[component] <= 0 or bounds[component] < best:
            break
        nodes = order[starts[component] : starts[component + 1]]
        value, vector = _leading(matrix[nodes][:, nodes])
        if _wins(value, nodes, best, members):
            best, members, leading = value, nodes, vector
    if not len(members):
        return np.full(len(network.nodes), np.nan)
    result = np.zeros(len(network.nodes))
    result[members] = leading / {"length": 1.0, "maximum": leading.max(), "total": leading.sum()}[scale]
    return result


def _wins(value: float, nodes: Ints, best: float, members: Ints) -> bool:
    if abs(value - best) > 1e-12 * max(value, best):
        return value > best
    return (len(nodes), -nodes[0]) > (len(members), -members[0])


def _leading(matrix: csr_array) -> tuple[float, Floats]:
    """Return the largest eigenvalue of a connected matrix and its eigenvector of length 1.

    The starting vector is fixed, and so is the sign: by Perron-Frobenius all entries are positive.
    """
    from scipy.sparse.linalg import eigsh

    start = np.sqrt(np.asarray(matrix.sum(axis=1)).ravel())
    start /= np.linalg.norm(start)
    image = matrix @ start
    value = float(start @ image)
    if np.linalg.norm(image - value * start) <= EIGENVECTOR_ACCURACY * value:
        return value, start  # a regular network, for which eigsh would fail
    values, vectors = eigsh(
        matrix, k=1, which="LA", v0=start, tol=EIGENVECTOR_ACCURACY * 1e-2, maxiter=100_000
    )
    vector = np.abs(vectors[:, 0])
    return float(values[0]), vector / np.linalg.norm(vector)


PAGERANK_ACCURACY = 1e-14
"""The iteration stops when the probabilities change by less than this in total."""

MOST_PAGERANK_STEPS = 100_000


def pagerank(
    network: Network, *, damping: Annotated[float, Ge(0), Lt(1)] = 0.85, weighted: bool = True
) -> Floats:
    """Return PageRank; entries add up to 1.

    Formula: p = damping P' p + (1 - damping) / n, where P is the adjacency matrix divided by its row sums
    (Brin and Page 1998, Computer Networks 30, 107-117)

    From a node without ties, the walk continues at any node.

    Parameters
    ----------
    network : Network
    damping : float
        Probability that the walk follows a tie instead of restarting at any node.
    weighted : bool
        Follow ties in proportion to their weights; otherwise with equal probability.
    """
    size = len(network.nodes)
    if not size:
        return np.empty(0)
    matrix = network.adjacency if weighted else network.links
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    dangling = sums == 0
    inverse = np.divide(damping, sums, out=np.zeros(size), where=~dangling)
    rank = np.full(size, 1 / size)
    for _ in range(MOST_PAGERANK_STEPS):
        # the matrix is symmetric, so no transpose is needed
        following = matrix @ (rank * inverse)
        following += (1 - damping + damping * rank[dangling].sum()) / size
        following /= following.sum()
        change = np.abs(following - rank).sum()
        rank = following
        if change <= PAGERANK_ACCURACY:
            break
    return rank


Distance: TypeAlias = Literal["steps", "inverse_weight"]


def betweenness(network: Network, *, normalised: bool = True, distance: Distance = "steps") -> Floats:
    """Return how often a node lies on the shortest paths between other nodes.

    Formula: sum over pairs {s, t} of the share of their shortest paths that go through the node; each pair
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
    """Return how close a node is to the nodes that it can reach.

    Formula: component: (r - 1) / sum of the distances to them, with r nodes in the node's component
    (Freeman 1979, Social Networks 1, 215-239).
    wasserman_faust: that times (r - 1) / (n - 1), so that nodes of small components are not central
    (Wasserman and Faust 1994, p. 201)

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


def _lengths(network: Network, distance: Distance) -> list[float] | None:
    return (1 / network.weight).tolist() if distance == "inverse_weight" else None
