"""`Network`: the weighted graph that all measures are computed from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from innov_index.errors import DataError, load_extra
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints, read_only
from innov_index.model.sheet import Sheet

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="name" attr.type="string"/>
  <key id="weight" for="edge" attr.name="weight" attr.type="double"/>
  <graph edgedefault="undirected">
"""
_ILLEGAL = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""Characters that XML 1.0 cannot represent, even escaped."""


@frozen
class Network:
    """An undirected network with weighted edges, none from a node to itself.

    Every edge is listed once, with `first` < `second`, and edges are sorted, so that sums over edges have a
    fixed order. `network_from_edges` and `network_from_matrix` convert other input to this form.

    Parameters
    ----------
    nodes : tuple of str
        Their ids, sorted by the caller; nodes may have no edge.
    first, second : (edges,)
        Positions in `nodes`.
    weight : (edges,)
        Positive.
    """

    nodes: tuple[str, ...]
    first: Ints
    second: Ints
    weight: Floats

    def __post_init__(self) -> None:
        for array in (self.first, self.second, self.weight):
            read_only(array)

    @cached_property
    def adjacency(self) -> csr_array:
        """Symmetric matrix of the weights (nodes, nodes), sorted within its rows."""
        from scipy.sparse import coo_array

        rows = np.concatenate([self.first, self.second])
        columns = np.concatenate([self.second, self.first])
        size = len(self.nodes)
        matrix = coo_array((np.tile(self.weight, 2), (rows, columns)), shape=(size, size)).tocsr()
        matrix.sort_indices()
        return matrix

    @cached_property
    def links(self) -> csr_array:
        """The same matrix with all weights 1."""
        matrix = self.adjacency.copy()
        matrix.data = np.ones_like(matrix.data)
        return matrix

    def where(self, kept: Bools) -> Network:
        """Return the network with all nodes, but only the edges that are `kept`."""
        return Network(self.nodes, self.first[kept], self.second[kept], self.weight[kept])

    def stronger_than(self, weight: float) -> Network:
        """Return the network with all nodes, but only the edges above `weight`."""
        return self.where(self.weight > weight)


def network_from_edges(nodes: Sequence[str], first: Ints, second: Ints, weight: Floats) -> Network:
    """Build a network from edges in any order and direction.

    Weights of the same pair are added up, smallest first, so that their order here does not matter. Edges
    from a node to itself (links inside a unit) and edges with weight 0 are left out.
    """
    weight = np.asarray(weight, np.float64)
    if not np.all(np.isfinite(weight) & (weight >= 0)):
        place = int(np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))[0])
        raise DataError(
            f"edge {place + 1} has weight {weight[place]}; weights must be finite and not negative"
        )
    low, high = np.minimum(first, second), np.maximum(first, second)
    if len(low) and (low.min() < 0 or high.max() >= len(nodes)):
        raise DataError(f"an edge refers to a node that does not exist; the network has {len(nodes)} nodes")
    kept = (low != high) & (weight > 0)
    pair, weight = low[kept].astype(np.int64) * len(nodes) + high[kept], weight[kept]
    order = np.lexsort((weight, pair))
    pair, weight = pair[order], weight[order]
    is_new = np.ones(len(pair), bool)
    is_new[1:] = pair[1:] != pair[:-1]
    totals = np.bincount(np.cumsum(is_new) - 1, weights=weight).astype(np.float64)
    pair = pair[is_new]
    return Network(tuple(nodes), pair // len(nodes), pair % len(nodes), totals)


def network_from_matrix(nodes: Sequence[str], matrix: Floats) -> Network:
    """Build a network from a symmetric matrix of weights, without its diagonal (links inside a unit)."""
    matrix = np.asarray(matrix, np.float64)
    if matrix.shape != (len(nodes), len(nodes)):
        raise DataError(f"a matrix for {len(nodes)} nodes is expected; this one has shape {matrix.shape}")
    unequal = np.argwhere(~np.isclose(matrix, matrix.T, rtol=1e-9, atol=0))
    if len(unequal):
        row, column = unequal[0]
        raise DataError(
            f"the matrix is not symmetric: {nodes[row]} to {nodes[column]} is {matrix[row, column]}, "
            f"{nodes[column]} to {nodes[row]} is {matrix[column, row]}"
        )
    first, second = np.triu_indices(len(nodes), 1)
    return network_from_edges(nodes, first, second, matrix[first, second])


def to_igraph(network: Network, feature: str) -> Any:
    """Return the network as an igraph graph, with edges in the same order."""
    igraph = load_extra("igraph", f"{feature} of a network", "network")
    return igraph.Graph(len(network.nodes), np.column_stack([network.first, network.second]))


def edge_list(network: Network) -> Sheet:
    """List the ties (source, target, weight), in the order of the nodes."""
    ends = ([network.nodes[node] for node in side.tolist()] for side in (network.first, network.second))
    return Sheet(("source", "target", "weight"), list(zip(*ends, network.weight.tolist(), strict=True)))


def to_graphml(network: Network) -> bytes:
    """Write the network as GraphML. Nodes are called n0, n1, … and have their id as `name`."""
    return "".join(_parts(network)).encode()


def _parts(network: Network) -> Iterator[str]:
    yield _HEAD
    for number, name in enumerate(network.nodes):
        text = escape(re.sub(_ILLEGAL, "\ufffd", name), quote=False)
        yield f'    <node id="n{number}"><data key="d0">{text}</data></node>\n'
    edges = zip(network.first.tolist(), network.second.tolist(), network.weight.tolist(), strict=True)
    for first, second, weight in edges:
        yield f'    <edge source="n{first}" target="n{second}"><data key="weight">{weight!r}</data></edge>\n'
    yield "  </graph>\n</graphml>\n"
