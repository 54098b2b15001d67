"""GraphML, which Gephi, igraph, networkx and Cytoscape read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from innov_index.sources.networks.network import Network

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def to_graphml(network: Network, columns: Mapping[str, Sequence[object]] | None = None) -> bytes:
    """Write the network with `columns` of values of the nodes: one entry a node, texts or numbers.

    A node is called n0, n1, … and has its id as `name`. NaN and None are left out.
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
