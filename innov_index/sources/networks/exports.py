"""A network as files of other programs: edge lists, node lists and GraphML."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from innov_index.model.sheet import Cell, Sheet
from innov_index.sources.networks.graph import Network
from innov_index.sources.networks.joint_documents import Counting, PairCounts, pair_weights


def edge_list(network: Network, weight: str = "weight") -> Sheet:
    """List the ties (source, target, weight), in the order of the nodes."""
    return _edges(
        network.nodes, network.first.tolist(), network.second.tolist(), {weight: network.weight.tolist()}
    )


def counted_edges(nodes: Sequence[str], counts: PairCounts, columns: Mapping[str, Counting]) -> Sheet:
    """List the ties with one column of weights for each way of counting; whole counts are integers."""
    pair, weights = pair_weights(counts, list(columns.values()))
    cells: dict[str, Sequence[Cell]] = {
        name: (weight.astype(int) if counting == "whole" else weight).tolist()
        for (name, counting), weight in zip(columns.items(), weights, strict=True)
    }
    return _edges(nodes, (pair // counts.nodes).tolist(), (pair % counts.nodes).tolist(), cells)


def node_list(network: Network, columns: Mapping[str, Sequence[Cell]]) -> Sheet:
    """List the nodes with `columns` of values, one entry for each node."""
    return Sheet(("node", *columns), list(zip(network.nodes, *columns.values(), strict=True)))


def _edges(
    nodes: Sequence[str], first: Sequence[int], second: Sequence[int], columns: Mapping[str, Sequence[Cell]]
) -> Sheet:
    ends = ([nodes[i] for i in first], [nodes[i] for i in second])
    return Sheet(("source", "target", *columns), list(zip(*ends, *columns.values(), strict=True)))


_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot represent, even escaped."""


def to_graphml(network: Network, columns: Mapping[str, Sequence[object]] | None = None) -> bytes:
    """Write the network as GraphML, with `columns` of values (texts or numbers), one entry for each node.

    Nodes are called n0, n1, … and have their id as `name`. NaN and None are left out.
    """
    columns = {"name": network.nodes, **(columns or {})}
    for column, values in columns.items():
        if len(values) != len(network.nodes):
            raise ValueError(f"column {column} has {len(values)} values for {len(network.nodes)} nodes")
    return "".join(_parts(network, columns)).encode()


def _parts(network: Network, columns: Mapping[str, Sequence[object]]) -> Iterator[str]:
    yield _HEAD
    for number, (column, values) in enumerate(columns.items()):
        kind = "string" if any(isinstance(value, str) for value in values) else "double"
        yield f'  <key id="d{number}" for="node" attr.name={_attribute(column)} attr.type="{kind}"/>\n'
    yield '  <key id="weight" for="edge" attr.name="weight" attr.type="double"/>\n'
    yield '  <graph edgedefault="undirected">\n'
    for node, row in enumerate(zip(*columns.values(), strict=True)):
        yield f'    <node id="n{node}">'
        for number, value in enumerate(row):
            text = _text(value)
            if text is not None:
                yield f'<data key="d{number}">{text}</data>'
        yield "</node>\n"
    edges = zip(network.first.tolist(), network.second.tolist(), network.weight.tolist(), strict=True)
    for first, second, weight in edges:
        yield f'    <edge source="n{first}" target="n{second}"><data key="weight">{weight!r}</data></edge>\n'
    yield "  </graph>\n</graphml>\n"


def _text(value: object) -> str | None:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return escape(_ILLEGAL.sub("\ufffd", str(value)))


def _attribute(text: str) -> str:
    return quoteattr(_ILLEGAL.sub("\ufffd", text))
