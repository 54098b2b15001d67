"""GraphML and edge lists."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import numpy as np
import pytest

from innov_index.sources.networks.graph import edge_list, network_from_edges, to_graphml

NAMES = ("A & <b>", "quote \" and '", "bell \x07 \ud800", "İstanbul")


@pytest.fixture
def network():
    return network_from_edges(NAMES, np.array([0, 1, 1]), np.array([1, 2, 3]), np.array([2.0, 1 / 3, 0.1]))


def test_graphml_is_read_by_networkx(network):
    networkx = pytest.importorskip("networkx")
    graph = networkx.read_graphml(io.BytesIO(to_graphml(network)))
    assert next(iter(graph.nodes(data="name")))[1] == NAMES[0]
    assert graph.nodes["n1"]["name"] == NAMES[1]
    assert graph.nodes["n2"]["name"] == "bell � �"
    assert graph.nodes["n3"] == {"name": NAMES[3]}
    assert graph.edges["n1", "n2"]["weight"] == 1 / 3


def test_graphml_is_read_by_igraph(network, tmp_path):
    igraph = pytest.importorskip("igraph")
    path = tmp_path / "network.graphml"
    path.write_bytes(to_graphml(network))
    graph = igraph.Graph.Read_GraphML(str(path))
    assert graph.vs["name"][3] == NAMES[3]
    assert graph.es["weight"] == network.weight.tolist()


def test_graphml_is_xml(network):
    root = ElementTree.fromstring(to_graphml(network))
    assert len(root.findall(".//{*}edge")) == 3


def test_edge_list(network):
    ties = edge_list(network)
    assert ties.columns == ("source", "target", "weight")
    assert ties.rows[0] == (NAMES[0], NAMES[1], 2.0)
