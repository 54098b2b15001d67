"""A network as files of other programs: edge lists and GraphML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from innov_index.model.sheet import Sheet
from innov_index.sources.networks.graph import Network


def edge_list(network: Network) -> Sheet:
    """List the ties (source, target, weight), in the order of the nodes."""
    ends = ([network.nodes[node] for node in side.tolist()] for side in (network.first, network.second))
    return Sheet(("source", "target", "weight"), list(zip(*ends, network.weight.tolist(), strict=True)))


_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="node" attr.name="name" attr.type="string"/>
  <key id="weight" for="edge" attr.name="weight" attr.type="double"/>
  <graph edgedefault="undirected">
"""
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot represent, even escaped."""


def to_graphml(network: Network) -> bytes:
    """Write the network as GraphML. Nodes are called n0, n1, … and have their id as `name`."""
    return "".join(_parts(network)).encode()


def _parts(network: Network) -> Iterator[str]:
    yield _HEAD
    for number, name in enumerate(network.nodes):
        text = escape(_ILLEGAL.sub("\ufffd", name))
        yield f'    <node id="n{number}"><data key="d0">{text}</data></node>\n'
    edges = zip(network.first.tolist(), network.second.tolist(), network.weight.tolist(), strict=True)
    for first, second, weight in edges:
        yield f'    <edge source="n{first}" target="n{second}"><data key="weight">{weight!r}</data></edge>\n'
    yield "  </graph>\n</graphml>\n"
