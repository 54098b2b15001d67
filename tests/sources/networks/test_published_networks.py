"""Networks of real records against independently computed and published figures."""

from __future__ import annotations

import csv
import gzip
import math
from pathlib import Path

import numpy as np
import pytest

from innov_index.sources.networks.graph import Network, edge_list, network_from_edges, network_from_matrix
from innov_index.sources.networks.joint_documents import collaboration_network, pair_counts
from innov_index.sources.networks.measures import measure

pytest.importorskip("igraph")


def rows(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return list(csv.DictReader(text.splitlines()))


def column(table: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in table])


def matrix(path: Path, key: str) -> tuple[list[str], np.ndarray]:
    table = rows(path)
    columns = [name for name in table[0] if name not in ("table_id", "row_id", key)]
    values = np.array([[float(row[name]) for name in columns] for row in table])
    return [row[key] for row in table], values


def edge_network(path: Path, nodes: list[str], weight: str) -> Network:
    place = {node: i for i, node in enumerate(nodes)}
    table = rows(path)
    ends = (np.array([place[row[end]] for row in table]) for end in ("source", "target"))
    return network_from_edges(nodes, *ends, column(table, weight))


@pytest.mark.parametrize(
    ("name", "published", "decimals"),
    [
        ("degree", "degree", 0),
        ("strength", "strength", 0),
        ("betweenness", "betweenness_centrality", 2),
        ("closeness", "closeness_centrality", 2),
        ("pagerank", "weighted_pagerank", 2),
        ("eigenvector", "weighted_eigenvector_centrality", 2),
    ],
)
def test_ncses_institutions(shared, name, published, decimals):
    """NCSES table SPBS-98 from the matrix of SPBS-97: 84 of 84 institutions to every printed decimal."""
    folder = shared / "raw/ncses_ai_networks"
    nodes, values = matrix(folder / "institution_joint_papers.csv", "institution")
    table = {row["institution"]: row for row in rows(folder / "institution_network_published.csv")}
    found = measure(network_from_matrix(nodes, values), name, "ncses")
    assert len(nodes) == len(table) == 84
    assert np.round(found, decimals).tolist() == [float(table[node][published]) for node in nodes]


COUNTRY_MEASURES = ["degree", "strength", "betweenness", "closeness", "pagerank", "eigenvector"]
EXPECTED_NAMES = {"betweenness": "betweenness_unnormalised", "eigenvector": "eigenvector_max1"}


@pytest.mark.parametrize("name", COUNTRY_MEASURES)
@pytest.mark.parametrize("kind", ["institution", "country"])
def test_ncses_at_full_precision(shared, name, kind):
    """networkx on the same two matrices (expected/institution_network.csv, country_network.csv)."""
    folder = shared / "raw/ncses_ai_networks"
    if kind == "institution":
        network = network_from_matrix(*matrix(folder / "institution_joint_papers.csv", "institution"))
    else:
        file, key = folder / "country_collaboration_index.csv", "region_country_or_economy"
        network = network_from_matrix(*matrix(file, key)).stronger_than(1)
    expected = column(rows(folder / f"expected/{kind}_network.csv"), EXPECTED_NAMES.get(name, name))
    assert measure(network, name, "ncses") == pytest.approx(expected, abs=1e-9, rel=1e-9)


AI_MEASURES = [
    "degree",
    "strength",
    "eigenvector",
    "pagerank",
    "betweenness",
    "closeness",
    "clustering",
    "core_number",
]


@pytest.mark.parametrize("unit", ["city", "city_raw", "institution"])
def test_ai_papers(shared, unit):
    """networkx on the collaboration network of ICML and NeurIPS papers (ai_papers/expected)."""
    folder = shared / "raw/ai_papers/expected"
    file = folder / ("institution_nodes.csv.gz" if unit == "institution" else f"{unit}_nodes.csv")
    key = "geonameid" if unit == "city" else unit
    table = sorted(rows(file), key=lambda row: int(row[key]) if unit == "city" else row[key])
    network = edge_network(folder / f"{unit}_edges.csv.gz", [row[key] for row in table], "papers")
    for name in AI_MEASURES:
        expected = column(table, name)
        assert measure(network, name) == pytest.approx(expected, abs=1e-9), name
    sizes = np.bincount(measure(network, "component").astype(int))
    expected_label = column(table, "component").astype(int)
    assert sizes.tolist() == np.bincount(expected_label).tolist()
    pairs = set(zip(measure(network, "component").astype(int).tolist(), expected_label.tolist(), strict=True))
    assert len(pairs) == len(sizes)


@pytest.mark.parametrize("unit", ["city_raw", "institution"])
def test_ai_paper_edges(shared, unit):
    """From the author rows: joint papers exactly, Newman's weights to the rounding of the other sum."""
    folder = shared / "raw/ai_papers"
    records = rows(folder / "authorships.csv.gz")
    units = [
        row["institution"] if unit == "institution" else row["city"] and f"{row['city']}|{row['country']}"
        for row in records
    ]
    nodes = sorted(set(units) - {""})
    place = {node: i for i, node in enumerate(nodes)} | {"": -1}
    documents = np.unique([row["paper_id"] for row in records], return_inverse=True)[1]
    counts = pair_counts(documents, np.array([place[name] for name in units]), len(nodes))
    papers, newman = (
        edge_list(collaboration_network(nodes, counts, way)).rows for way in ("whole", "newman")
    )
    expected = rows(folder / f"expected/{unit}_edges.csv.gz")
    assert papers == tuple((row["source"], row["target"], int(row["papers"])) for row in expected)
    assert [row[:2] for row in newman] == [row[:2] for row in papers]
    assert [row[2] for row in newman] == pytest.approx(column(expected, "newman"), rel=1e-14)


def test_weighted_betweenness_with_exact_lengths(shared):
    """networkx with lengths as whole numbers, so that paths of equal length are equal.

    The column `betweenness_weighted` of ai_papers/expected takes 1 / weight in floating point, where paths
    that are equally long compare unequal; it differs by up to 8e-5 here.
    """
    networkx = pytest.importorskip("networkx")
    folder = shared / "raw/ai_papers/expected"
    file = folder / "city_raw_edges.csv.gz"
    table = rows(file)
    nodes = sorted({row[end] for row in table for end in ("source", "target")})
    network = edge_network(file, nodes, "papers")
    weights = network.weight.astype(int).tolist()
    common = math.lcm(*weights)
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(nodes)))
    ends = zip(network.first.tolist(), network.second.tolist(), weights, strict=True)
    graph.add_weighted_edges_from(((one, other, common // weight) for one, other, weight in ends))
    exact = networkx.betweenness_centrality(graph, weight="weight")
    found = measure(network, "betweenness", distance="inverse_weight")
    assert found == pytest.approx([exact[i] for i in range(len(nodes))], abs=1e-12)


@pytest.mark.parametrize("kind", ["all", "utility"])
def test_patents(shared, kind):
    """networkx on the network of inventors' cities (patents/expected)."""
    folder = shared / "raw/patents/expected"
    table = rows(folder / f"city_network_{kind}.csv")
    nodes = [row["geonameid"] for row in table]
    network = edge_network(folder / f"city_edges_{kind}.csv", nodes, "patents")
    for name in ("degree", "strength", "pagerank", "betweenness"):
        assert measure(network, name) == pytest.approx(column(table, name), abs=1e-9), name
