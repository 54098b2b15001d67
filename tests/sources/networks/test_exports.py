"""GraphML and edge lists."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import numpy as np
import pytest

from innov_index.sources.networks.exports import edge_list, node_list, to_graphml
from innov_index.sources.networks.graph import network_from_edges

NAMES = ("A & <b>", "quote \" and '", "bell \x07 \ud800", "İstanbul")


@pytest.fixture
def network():
    return network_from_edges(NAMES, np.array([0, 1, 1]), np.array([1, 2, 3]), np.array([2.0, 1 / 3, 0.1]))


def test_graphml_is_read_by_networkx(network):
    networkx = pytest.importorskip("networkx")
    columns = {"strength": np.array([2.0, 2.5, np.nan, 0.1]), "country": ["DE", "", None, "TR"]}
    graph = networkx.read_graphml(io.BytesIO(to_graphml(network, columns)))
    assert next(iter(graph.nodes(data="name")))[1] == NAMES[0]
    assert graph.nodes["n1"]["name"] == NAMES[1]
    assert graph.nodes["n2"]["name"] == "bell � �"
    assert "strength" not in graph.nodes["n2"]
    assert graph.nodes["n3"] == {"name": NAMES[3], "strength": 0.1, "country": "TR"}
    assert graph.edges["n1", "n2"]["weight"] == 1 / 3


def test_graphml_is_read_by_igraph(network, tmp_path):
    igraph = pytest.importorskip("igraph")
    path = tmp_path / "network.graphml"
    path.write_bytes(to_graphml(network))
    graph = igraph.Graph.Read_GraphML(str(path))
    assert graph.vs["name"][3] == NAMES[3]
    assert graph.es["weight"] == network.weight.tolist()


def test_graphml_is_xml(network):
    root = ElementTree.fromstring(to_graphml(network, {'odd "name"': [1, 2, 3, 4]}))
    assert len(root.findall(".//{*}edge")) == 3
    with pytest.raises(ValueError, match="3 values for 4 nodes"):
        to_graphml(network, {"short": [1, 2, 3]})


def test_lists(network):
    assert edge_list(network, "papers").columns == ("source", "target", "papers")
    assert edge_list(network).rows[0] == (NAMES[0], NAMES[1], 2.0)
    assert node_list(network, {"degree": [1.0, 3.0, 1.0, 1.0]}).rows[1] == (NAMES[1], 3.0)
