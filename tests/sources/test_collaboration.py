"""Networks from documents, ties and a matrix, against networkx's figures and published ones."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import numpy as np
import pytest

from innov_index.errors import ConfigError, DataError
from tests.conftest import ROOT
from tests.sources.deriving import GAZETTEER, derived, places, source, write_csv
from tests.sources.test_documents import EXPECTED, UNITS, rows

EXACT = ("degree", "strength", "core_number", "component")
CLOSE = ("eigenvector", "pagerank", "betweenness", "closeness", "clustering")
MEASURES = {
    **{name: {"measure": name} for name in (*EXACT, *CLOSE)},
    "betweenness_weighted": {"measure": "betweenness", "distance": "inverse_weight"},
    "newman": {"measure": "strength", "counting": "newman"},
}


def edges(content: bytes) -> dict[tuple[str, str], float]:
    table = csv.DictReader(io.StringIO(content.decode()))
    return {tuple(sorted((row["source"], row["target"]))): float(row["weight"]) for row in table}


@pytest.mark.parametrize("tag", UNITS)
def test_ai_papers(shared: Path, tag: str) -> None:
    """`raw/ai_papers/expected/`: edges exactly, centralities to 1e-9.

    Weighted betweenness only to 1e-3: the reference compares sums of 1 / weight bit by bit, so that paths of
    the same length differ (see networks/test_published.py for the exact figures).
    """
    pytest.importorskip("igraph")
    columns, where = UNITS[tag]
    if tag == "city":
        where = {**where, "crosswalk": "gazetteer/crosswalk.csv", "city_states": False}
    result = derived(
        shared / "raw",
        places(**where),
        kind="collaboration",
        file="ai_papers/authorships.csv.gz",
        columns={"document": "paper_id", **columns},
        indicators=MEASURES,
    )
    folder = shared / "raw" / "ai_papers" / "expected"
    expected = rows(folder / f"{tag}_edges.csv.gz")
    papers = {tuple(sorted((row["source"], row["target"]))): row for row in expected}
    assert edges(result.exports["strength.edges.csv"]()) == {
        pair: float(row["papers"]) for pair, row in papers.items()
    }
    newman = edges(result.exports["newman.edges.csv"]())
    assert newman == {pair: pytest.approx(float(row["newman"]), rel=1e-12) for pair, row in papers.items()}
    name, key = EXPECTED[tag]
    nodes = rows(folder / name)
    assert set(result.columns["degree"].values) == {row[key] for row in nodes}
    for measure, tolerance in (
        *((m, 0.0) for m in EXACT),
        *((m, 1e-9) for m in CLOSE),
        ("betweenness_weighted", 1e-3),
    ):
        got = np.array([result.columns[measure].values[row[key]] for row in nodes])
        assert np.abs(got - np.array([float(row[measure]) for row in nodes])).max() <= tolerance, measure


@pytest.mark.parametrize("tag", ["all", "utility"])
def test_patents(shared: Path, tag: str) -> None:
    """`raw/patents/expected/city_network_*.csv`, `city_edges_*.csv`."""
    pytest.importorskip("igraph")
    names = ("degree", "strength", "pagerank", "betweenness")
    result = derived(
        shared / "raw",
        places(gazetteer=GAZETTEER, ambiguous="largest"),
        kind="collaboration",
        file="patents/inventors.csv",
        columns={"document": "patent", "city": "city", "state": "state", "country": "country"},
        lookup=[
            {"file": "patents/patents.csv", "on": "document", "key": "patent", "columns": {"kind": "kind"}}
        ],
        where={"kind": ["A", "B1", "B2"]} if tag == "utility" else {},
        indicators={name: {"measure": name} for name in names},
    )
    folder = shared / "raw" / "patents" / "expected"
    expected = {
        tuple(sorted((r["source"], r["target"]))): float(r["patents"])
        for r in rows(folder / f"city_edges_{tag}.csv")
    }
    assert edges(result.exports["degree.edges.csv"]()) == expected
    for row in rows(folder / f"city_network_{tag}.csv"):
        for name in names:
            assert result.columns[name].values[row["geonameid"]] == pytest.approx(float(row[name]), abs=1e-9)


def test_published_figures_of_institutions(shared: Path) -> None:
    """`raw/ncses_ai_networks`: six published measures of 84 institutions, to every printed decimal."""
    pytest.importorskip("igraph")
    printed = {
        "degree": ("degree", 0),
        "strength": ("strength", 0),
        "betweenness": ("betweenness_centrality", 2),
        "closeness": ("closeness_centrality", 2),
        "pagerank": ("weighted_pagerank", 2),
        "eigenvector": ("weighted_eigenvector_centrality", 2),
    }
    result = derived(
        shared / "raw",
        kind="collaboration",
        form="matrix",
        file="ncses_ai_networks/institution_joint_papers.csv",
        columns={"node": "institution"},
        ignore=["table_id", "row_id"],
        indicators={
            name: {"measure": name, "convention": "ncses", "decimals": decimals}
            for name, (_, decimals) in printed.items()
        },
    )
    published = rows(shared / "raw" / "ncses_ai_networks" / "institution_network_published.csv")
    assert len(published) == 84
    for row in published:
        for name, (column, _) in printed.items():
            assert result.columns[name].values[row["institution"]] == float(row[column]), (row, name)


def test_shipped_ties_give_the_hubs_columns(shared: Path) -> None:
    """`raw/hubs_2020/indicators.csv` from the shipped table: strength exactly, eigenvector to 6 decimals."""
    result = derived(
        ROOT,
        kind="collaboration",
        form="ties",
        file="data/hubs-2020/ai_copapers.csv.gz",
        columns={"source": "source", "target": "target", "weight": "papers"},
        indicators={
            "strength": {"measure": "strength"},
            "eigenvector": {"measure": "eigenvector", "decimals": 6},
        },
    )
    for row in rows(shared / "raw" / "hubs_2020" / "indicators.csv"):
        assert result.columns["strength"].values[row["metro"]] == float(row["ai_copaper_strength"])
        assert result.columns["eigenvector"].values[row["metro"]] == float(row["ai_copaper_eigenvector"])


TIES = [("A", "B", "2", "2018"), ("B", "A", "1", "2019"), ("A", "C", "0.5", "2019"), ("C", "C", "9", "2019")]


def ties(folder: Path, records: list[tuple[str, ...]], **stated: object) -> dict[str, dict[str, float]]:
    write_csv(folder / "ties.csv", ("one", "other", "papers", "year"), records)
    own = {
        "kind": "collaboration",
        "form": "ties",
        "file": "ties.csv",
        "columns": {"source": "one", "target": "other", "weight": "papers"},
    }
    result = derived(folder, **{**own, **stated})
    return {name: dict(column.values) for name, column in result.columns.items()}


def test_ties_of_a_pair_add_up_whatever_their_direction(tmp_path: Path) -> None:
    got = ties(
        tmp_path,
        TIES,
        indicators={"s": {"measure": "strength"}, "old": {"measure": "strength", "years": [2018, 2018]}},
    )
    assert got["s"] == {"A": 3.5, "B": 3.0, "C": 0.5}
    assert got["old"] == {"A": 2.0, "B": 2.0, "C": 0.0}


def test_ties_within_and_between_countries(tmp_path: Path) -> None:
    write_csv(tmp_path / "nodes.csv", ("node", "country"), [("A", "X"), ("B", "X"), ("C", "Y")])
    got = ties(
        tmp_path,
        TIES,
        countries={"file": "nodes.csv"},
        indicators={
            "home": {"measure": "strength", "ties": "domestic"},
            "abroad": {"measure": "strength", "ties": "international"},
            "share": {"measure": "international_share"},
        },
    )
    assert got["home"] == {"A": 3.0, "B": 3.0, "C": 0.0}
    assert got["abroad"] == {"A": 0.5, "B": 0.0, "C": 0.5}
    assert got["share"] == {"A": pytest.approx(1 / 7), "B": 0.0, "C": 1.0}


def test_countries_come_from_the_gazetteer_where_units_are_cities(tmp_path: Path) -> None:
    records = [("P", "Paris", "FR"), ("P", "Lyon", "FR"), ("P", "Berlin", "DE")]
    write_csv(tmp_path / "papers.csv", ("paper", "city", "country"), records)
    result = derived(
        tmp_path,
        places(gazetteer=GAZETTEER),
        kind="collaboration",
        file="papers.csv",
        columns={"document": "paper", "city": "city", "country": "country"},
        indicators={"abroad": {"measure": "strength", "ties": "international"}},
    )
    assert result.columns["abroad"].values == {"2950159": 2.0, "2988507": 1.0, "2996944": 1.0}


def test_bad_ties_are_counted(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "ties.csv",
        ("one", "other", "papers"),
        [("A", "B", "1"), ("A", "B", "x"), ("A", "B", "-1"), ("A", "", "1")],
    )
    result = derived(
        tmp_path,
        kind="collaboration",
        form="ties",
        file="ties.csv",
        columns={"source": "one", "target": "other", "weight": "papers"},
        indicators={"s": {"measure": "strength"}},
    )
    assert result.columns["s"].values == {"A": 1.0, "B": 1.0}
    assert result.account.left_out == {"no readable weight": 1, "negative weight": 1}
    assert result.account.not_placed == 1


def test_what_a_measure_does_not_have_is_refused() -> None:
    with pytest.raises(ConfigError, match="no `distance`: the measure degree does not have this option"):
        source(
            kind="collaboration",
            file="x.csv",
            columns={"document": "d"},
            indicators={"d": {"measure": "degree", "distance": "steps"}},
        )


def test_a_matrix_must_be_square(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("node,a\na,0\nb,1\n")
    with pytest.raises(DataError, match="1 column and 2 rows"):
        derived(
            tmp_path,
            kind="collaboration",
            form="matrix",
            file="m.csv",
            columns={"node": "node"},
            indicators={"s": {"measure": "strength"}},
        )


def test_exports_can_be_read_again(tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx")
    write_csv(tmp_path / "ties.csv", ("one", "other", "papers", "year"), TIES)
    result = derived(
        tmp_path,
        kind="collaboration",
        form="ties",
        file="ties.csv",
        columns={"source": "one", "target": "other", "weight": "papers"},
        indicators={"s": {"measure": "strength"}},
    )
    graph = networkx.parse_graphml(result.exports["s.graphml"]().decode())
    assert sorted(data["name"] for _, data in graph.nodes(data=True)) == ["A", "B", "C"]
    assert edges(gzip.decompress(gzip.compress(result.exports["s.edges.csv"]()))) == {
        ("A", "B"): 3.0,
        ("A", "C"): 0.5,
    }
