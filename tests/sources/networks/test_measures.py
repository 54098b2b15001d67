"""Network measures against other libraries, hand calculations, and what must hold for every network."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.errors import DataError, InnovIndexError, MissingExtraError
from innov_index.sources.networks import centrality
from innov_index.sources.networks.graph import network_from_edges, network_from_matrix
from innov_index.sources.networks.measures import CONVENTIONS, MEASURES, measure
from innov_index.sources.networks.ties import domestic, international, international_share

NEEDS_IGRAPH = {"betweenness", "closeness", "constraint"}


def random_network(seed: int, nodes: int = 25, density: float = 0.15):
    rng = np.random.default_rng(seed)
    weights = np.triu(rng.integers(1, 9, (nodes, nodes)) * (rng.random((nodes, nodes)) < density), 1)
    return network_from_matrix([f"n{i:03}" for i in range(nodes)], weights + weights.T)


def as_networkx(network):
    networkx = pytest.importorskip("networkx")
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(network.nodes)))
    edges = zip(network.first.tolist(), network.second.tolist(), network.weight.tolist(), strict=True)
    graph.add_weighted_edges_from(edges)
    return networkx, graph


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("name", "options", "function", "arguments"),
    [
        ("degree", {}, "degree", {}),
        ("strength", {}, "degree", {"weight": "weight"}),
        ("pagerank", {}, "pagerank", {"tol": 1e-14, "max_iter": 10_000}),
        ("pagerank", {"weighted": False}, "pagerank", {"tol": 1e-14, "max_iter": 10_000, "weight": None}),
        ("pagerank", {"damping": 0.5}, "pagerank", {"tol": 1e-14, "max_iter": 10_000, "alpha": 0.5}),
        ("clustering", {}, "clustering", {}),
        ("clustering", {"definition": "onnela"}, "clustering", {"weight": "weight"}),
        ("core_number", {}, "core_number", {}),
        ("betweenness", {}, "betweenness_centrality", {}),
        ("betweenness", {"normalised": False}, "betweenness_centrality", {"normalized": False}),
        ("closeness", {}, "closeness_centrality", {}),
        ("closeness", {"scale": "component"}, "closeness_centrality", {"wf_improved": False}),
        ("constraint", {}, "constraint", {"weight": "weight"}),
        ("constraint", {"weighted": False}, "constraint", {}),
    ],
)
def test_like_networkx(name, options, function, arguments, seed):
    if name in NEEDS_IGRAPH:
        pytest.importorskip("igraph")
    network = random_network(seed)
    networkx, graph = as_networkx(network)
    expected = dict(getattr(networkx, function)(graph, **arguments))
    found = measure(network, name, **options)
    assert found == pytest.approx([expected[i] for i in range(len(found))], abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("seed", range(3))
def test_closeness_by_distance_like_networkx(seed):
    pytest.importorskip("igraph")
    network = random_network(seed)
    networkx, graph = as_networkx(network)
    for _, _, edge in graph.edges(data=True):
        edge["length"] = 1 / edge["weight"]
    expected = networkx.closeness_centrality(graph, distance="length")
    found = measure(network, "closeness", distance="inverse_weight")
    assert found == pytest.approx([expected[i] for i in range(len(found))], abs=1e-12)


@pytest.mark.filterwarnings("ignore:Some eigenvector centralities are nearly zero")
@pytest.mark.parametrize("seed", range(5))
def test_like_igraph(seed):
    """Barrat's clustering, and the whole convention `igraph`."""
    igraph = pytest.importorskip("igraph")
    network = random_network(seed)
    graph = igraph.Graph(len(network.nodes), np.column_stack([network.first, network.second]).tolist())
    weight = network.weight.tolist()
    barrat = graph.transitivity_local_undirected(weights=weight, mode="nan")
    expected = {
        "eigenvector": graph.eigenvector_centrality(weights=weight),
        "pagerank": graph.pagerank(weights=weight),
        "betweenness": graph.betweenness(),
        "closeness": np.nan_to_num(graph.closeness()),
        "clustering": graph.transitivity_local_undirected(mode="nan"),
        "constraint": graph.constraint(weights=weight),
    }
    found = measure(network, "clustering", definition="barrat", undefined="missing")
    assert found == pytest.approx(barrat, abs=1e-12, nan_ok=True)
    for name, values in expected.items():
        assert measure(network, name, "igraph") == pytest.approx(values, abs=1e-9, nan_ok=True), name


@given(seed=st.integers(0, 2**32), density=st.sampled_from([0.05, 0.2, 0.9]))
@settings(max_examples=40)
def test_eigenvector_against_a_dense_solver(seed, density):
    network = random_network(seed, 20, density)
    found = measure(network, "eigenvector")
    values, vectors = np.linalg.eigh(network.adjacency.toarray())
    if values[-1] <= 0:
        assert np.isnan(found).all()
        return
    assert network.adjacency @ found == pytest.approx(values[-1] * found, abs=1e-9 * values[-1])
    assert (found >= 0).all()
    assert np.linalg.norm(found) == pytest.approx(1)
    if values[-1] - values[-2] > 1e-3:
        assert found == pytest.approx(np.abs(vectors[:, -1]), abs=1e-9)


def test_eigenvector_of_equal_components():
    """Two triangles and a pair alike: the triangle whose node comes first; a regular network ends at once."""
    ends = np.array([[0, 4], [0, 5], [4, 5], [1, 2], [1, 3], [2, 3], [6, 7]])
    network = network_from_edges("abcdefgh", *ends.T, np.array([1, 1, 1, 1, 1, 1, 2.0]))
    expected = np.zeros(8)
    expected[[0, 4, 5]] = 1
    assert measure(network, "eigenvector", scale="maximum").tolist() == expected.tolist()


@pytest.mark.parametrize(("scale", "total"), [("length", lambda x: np.sqrt(x @ x)), ("total", np.sum)])
def test_eigenvector_scales(scale, total):
    assert total(measure(random_network(1), "eigenvector", scale=scale)) == pytest.approx(1)


def test_eigenvector_is_the_same_bytes_every_time():
    network = random_network(3, 400, 0.02)
    assert measure(network, "eigenvector").tobytes() == measure(network, "eigenvector").tobytes()
    assert centrality.EIGENVECTOR_ACCURACY <= 1e-12


def test_h_index_by_hand():
    """Ties 5, 3, 3, 1: three of at least 3; ties 2.5, 2: two of at least 2; one weak tie: none."""
    first, second = np.array([0, 0, 0, 0, 5, 5]), np.array([1, 2, 3, 4, 6, 7])
    network = network_from_edges("abcdefgh", first, second, np.array([5, 3, 3, 1, 2.5, 2]))
    assert measure(network, "h_index").tolist() == [3, 1, 1, 1, 1, 2, 1, 1]
    weak = network_from_edges("ab", np.array([0]), np.array([1]), np.array([0.5]))
    assert measure(weak, "h_index").tolist() == [0, 0]


def test_domestic_and_international():
    """Four nodes, two in country 0, one in 1, one unknown."""
    first, second = np.array([0, 0, 1, 0]), np.array([1, 2, 2, 3])
    network = network_from_edges("abcd", first, second, np.array([1, 2, 3, 10.0]))
    countries = np.array([0, 0, 1, -1])
    assert measure(domestic(network, countries), "strength").tolist() == [1, 1, 0, 0]
    assert measure(international(network, countries), "strength").tolist() == [2, 3, 5, 0]
    assert measure(international(network, countries), "degree").tolist() == [1, 1, 2, 0]
    share = international_share(network, countries)
    assert share[:3] == pytest.approx([2 / 3, 3 / 4, 1])
    assert np.isnan(share[3])


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("nodes", [0, 1, 2, 5])
def test_networks_without_ties(name, nodes):
    """No tie at all: a number or no value for each node, never an infinity."""
    if name in NEEDS_IGRAPH:
        pytest.importorskip("igraph")
    none = np.empty(0, np.int64)
    network = network_from_edges([str(i) for i in range(nodes)], none, none, np.empty(0))
    for convention in CONVENTIONS:
        found = measure(network, name, convention)
        assert found.shape == (nodes,)
        assert found.dtype == np.float64
        assert not np.isinf(found).any()


def test_edges_in_any_order_and_direction():
    """The same edges shuffled, turned and with a pair in pieces: the same bytes."""
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 9, 200), rng.integers(0, 9, 200)
    weight = rng.random(200)
    order, turned = rng.permutation(200), rng.random(200) < 0.5
    one = network_from_edges("abcdefghi", first, second, weight)
    ends = np.where(turned, second, first)[order], np.where(turned, first, second)[order]
    other = network_from_edges("abcdefghi", *ends, weight[order])
    assert one.weight.tobytes() == other.weight.tobytes()
    assert (one.first < one.second).all()


def test_what_is_no_network():
    with pytest.raises(DataError, match=r"not symmetric: a to b is 1\.0, b to a is 2\.0"):
        network_from_matrix("ab", np.array([[0, 1], [2, 0]]))
    with pytest.raises(DataError, match="edge 1 has weight -1"):
        network_from_edges("ab", np.array([0]), np.array([1]), np.array([-1.0]))
    with pytest.raises(DataError, match="a node that does not exist"):
        network_from_edges("ab", np.array([0]), np.array([2]), np.array([1.0]))
    with pytest.raises(DataError, match="a matrix for 2 nodes"):
        network_from_matrix("ab", np.zeros((3, 3)))


def test_unknown_names():
    with pytest.raises(InnovIndexError, match="Did you mean 'betweenness'"):
        measure(random_network(0), "betweeness")
    with pytest.raises(InnovIndexError, match="no convention 'nx'"):
        measure(random_network(0), "degree", "nx")


@pytest.mark.parametrize("name", sorted(NEEDS_IGRAPH))
def test_without_igraph(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(MissingExtraError, match=r"innov-index\[network\]"):
        measure(random_network(0), name)
