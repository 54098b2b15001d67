"""Eigenvector centrality: a node is central when its partners are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from innov_index.model.arrays import Floats, Ints
from innov_index.sources.networks.connected_parts import components
from innov_index.sources.networks.network import Network

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ACCURACY = 1e-13
"""Relative residual at which a vector is taken for an eigenvector."""


def eigenvector(
    network: Network,
    *,
    weighted: bool = True,
    scale: Literal["length", "maximum", "total"] = "length",
) -> Floats:
    """Return the leading eigenvector of the adjacency matrix, which has no negative entry.

    Formula: A x = λ x with the largest λ (Bonacich 1972, Journal of Mathematical Sociology 2, 113-120)

    It is zero outside the component with the largest λ. Of components with the same λ, the one with more
    nodes counts, then the one whose first node comes first.

    Undefined: the network has no tie (NaN).

    Parameters
    ----------
    network : Network
    weighted : bool
        Use the weights of the ties; otherwise each tie counts 1.
    scale : {"length", "maximum", "total"}
        What is made 1: the Euclidean length, the largest entry, or the sum of the entries.
    """
    matrix = network.adjacency if weighted else network.links
    best, members, leading = 0.0, np.empty(0, np.int64), np.empty(0)
    label = components(network).astype(np.int64)
    bounds = np.zeros(int(label.max(initial=-1)) + 1)
    # λ is at most the largest strength: components that cannot win are not computed
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
    """Return the largest eigenvalue of a connected matrix and its vector of length 1.

    The start is fixed, and so is the sign: by Perron and Frobenius all entries are positive.
    """
    from scipy.sparse.linalg import eigsh

    start = np.sqrt(np.asarray(matrix.sum(axis=1)).ravel())
    start /= np.linalg.norm(start)
    image = matrix @ start
    value = float(start @ image)
    if np.linalg.norm(image - value * start) <= ACCURACY * value:
        return value, start  # a regular network: the search below has nothing to search in
    values, vectors = eigsh(matrix, k=1, which="LA", v0=start, tol=ACCURACY * 1e-2, maxiter=100_000)
    vector = np.abs(vectors[:, 0])
    return float(values[0]), vector / np.linalg.norm(vector)
