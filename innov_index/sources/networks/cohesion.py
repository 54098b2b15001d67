"""Measures of cohesion: connected components, cores, clustering, constraint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.sources.networks.graph import Network, to_igraph

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def components(network: Network) -> Floats:
    """Return the number of the connected component of each node.

    Formula: components are numbered from 0 by descending size, those of equal size by their first node
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

    Formula: a k-core is a maximal set of nodes with at least k partners each inside the set (Seidman 1983,
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


BLOCK = 1 << 22
"""Paths of two steps that are followed at a time; this bounds memory."""


def clustering(
    network: Network,
    *,
    definition: Literal["unweighted", "barrat", "onnela"] = "unweighted",
    undefined: Literal["zero", "missing"] = "zero",
) -> Floats:
    """Return the local clustering coefficient.

    Formula: unweighted: tied pairs of partners / pairs of partners (Watts and Strogatz 1998,
    Nature 393, 440-442).
    barrat: the same, each pair weighted by the mean weight of the node's two ties (Barrat et al. 2004, PNAS
    101, 3747-3752).
    onnela: sum of (w1 w2 w3)^(1/3) over triangles / pairs of partners, weights divided by the largest of
    the network (Onnela et al. 2005, Physical Review E 71, 065103)

    Undefined: the node has fewer than two partners.

    Parameters
    ----------
    network : Network
    definition : {"unweighted", "barrat", "onnela"}
    undefined : {"zero", "missing"}
        Value of a node with fewer than two partners: 0, as in networkx, or missing.
    """
    links = network.links
    partners = np.diff(links.indptr).astype(np.float64)
    if definition == "onnela":
        roots = network.adjacency.copy()
        roots.data = np.cbrt(roots.data / roots.data.max(initial=0)) if roots.nnz else roots.data
        closed, possible = _closed(roots, roots), partners * (partners - 1)
    elif definition == "barrat":
        strength = np.asarray(network.adjacency.sum(axis=1)).ravel()
        closed, possible = _closed(links, network.adjacency), strength * (partners - 1)
    else:
        closed, possible = _closed(links, links), partners * (partners - 1)
    result = np.full(len(partners), 0.0 if undefined == "zero" else np.nan)
    np.divide(closed, possible, out=result, where=partners > 1)
    return result


def _closed(steps: csr_array, ties: csr_array) -> Floats:
    """Return for each node i the sum over j, h of ties[i, j] steps[i, h] steps[h, j]."""
    return np.concatenate(
        [np.empty(0)]
        + [
            np.asarray((steps[rows] @ steps).multiply(ties[rows]).sum(axis=1)).ravel()
            for rows in _blocks(steps)
        ]
    )


def _blocks(steps: csr_array) -> Iterator[slice]:
    """Split the rows into blocks with a bounded number of paths of two steps."""
    length = np.diff(steps.indptr).astype(np.float64)
    rows = np.repeat(np.arange(len(length)), np.diff(steps.indptr))
    paths = np.cumsum(np.bincount(rows, weights=length[steps.indices], minlength=len(length)))
    begin = 0
    while begin < len(paths):
        done = paths[begin - 1] if begin else 0.0
        end = max(int(np.searchsorted(paths, done + BLOCK, side="right")), begin + 1)
        yield slice(begin, end)
        begin = end


def constraint(network: Network, *, weighted: bool = True) -> Floats:
    """Return Burt's constraint: low for a node that bridges structural holes.

    Formula: sum over contacts j of (p_ij + sum over other contacts q of p_iq p_qj)², where p_ij is the share
    of i's strength that is its tie with j (Burt 1992, Structural Holes, p. 54)

    Undefined: the node has no tie (NaN).

    Parameters
    ----------
    network : Network
    weighted : bool
        Use the weights of ties; otherwise each tie counts 1.
    """
    graph = to_igraph(network, "constraint")
    return np.array(graph.constraint(weights=network.weight.tolist() if weighted else None), np.float64)
