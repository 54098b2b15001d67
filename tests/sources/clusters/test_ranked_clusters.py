"""From points to a ranking of clusters."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.errors import InnovIndexError
from innov_index.sources.clusters.ranked_clusters import (
    Points,
    RankedClusters,
    cluster_names,
    rank_clusters,
)
from tests.conftest import ROOT
from tests.indices import write_index

CLUSTERS_2022 = ROOT / "data/gii/clusters_2022.csv.gz"


def test_wipo_2022():
    """WIPO's unrounded shares of 2022 (cluster annex): their sum orders the 100 clusters as published."""
    with gzip.open(CLUSTERS_2022, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    shares = np.array([[float(row["share_pct"]), float(row["share_publications"])] for row in rows])
    score = RankedClusters(np.arange(len(rows)), [], [], shares).score
    assert len(rows) == 100
    published = np.array([int(row["rank"]) for row in rows])
    assert np.diff(score[np.argsort(published, kind="stable")]).max() <= 1e-12
    assert np.abs(score - [float(row["total_share"]) for row in rows]).max() < 0.0501


def city(name, economy, latitude, longitude, inventors, authors, document):
    """Points of one city: this many inventors and authors, each half of a document."""
    count = inventors + authors
    metric = np.repeat([0, 1], [inventors, authors])
    return [
        (latitude, longitude + i * 1e-4, metric[i], 0.5, document + i // 2, name, economy)
        for i in range(count)
    ]


def world():
    """Two towns that write papers together, two more that are one cluster, and a place without one."""
    rows = city("Ahausen", "DE", 50.0, 8.00, 20, 10, 0)
    rows += city("Bestadt", "DE", 50.0, 8.30, 10, 20, 100)
    rows += city("Citta", "IT", 45.0, 9.0, 10, 4, 200)
    rows += city("Ville", "FR", 45.0, 9.05, 4, 4, 300)
    rows += city("Nulle Part", "FR", 0.0, 0.0, 2, 2, 400)
    # documents of Ahausen with Bestadt
    rows += [(50.0, 8.0, 1, 0.5, 500 + i, "Ahausen", "DE") for i in range(4)]
    rows += [(50.0, 8.3, 1, 0.5, 500 + i, "Bestadt", "DE") for i in range(4)]
    latitude, longitude, metric, amount, document, names, economies = zip(*rows, strict=True)
    return Points(*map(np.array, (latitude, longitude, metric, amount, document)), names, economies)


def test_the_whole_way():
    """Shares by hand: 46 inventors and 48 authors in the world, each half of a document."""
    found = rank_clusters(world(), radius_km=5, minimum=10, merge_within_km=25)
    assert found.names == ["Ahausen–Bestadt", "Citta–Ville"]
    assert found.economies == ["DE", "IT/FR"]
    assert found.shares[0] == pytest.approx((100 * 30 / 46, 100 * 38 / 48))
    assert found.shares[1] == pytest.approx((100 * 14 / 46, 100 * 8 / 48))
    assert found.score == pytest.approx(found.shares.sum(axis=1))
    assert (found.label == -1).sum() == 4


def test_not_merged_beyond_the_distance():
    """Ahausen and Bestadt are 21.4 km apart."""
    found = rank_clusters(world(), radius_km=5, minimum=10, merge_within_km=20)
    assert sorted(found.names) == ["Ahausen", "Bestadt", "Citta–Ville"]


def test_no_cluster():
    found = rank_clusters(world(), radius_km=5, minimum=1_000)
    assert found.names == []
    assert found.shares.shape == (0, 2)


def test_names():
    """Equal cities by the alphabet, small ones left out, a name told apart, no city: coordinates."""
    label = np.array([0, 0, 0, 0, 1, 2, 3, -1])
    cities = ["Zwei", "Eins", "Klein", "Ort", "Eins", "Eins", "", "Fern"]
    weight = np.array([5, 5, 1, 3, 1, 1, 1, 99.0])
    names = cluster_names(
        label, 4, cities, weight, np.full(8, -33.5), np.full(8, 151.25), most=3, at_least=0.25
    )
    assert names == ["Eins–Zwei–Ort", "Eins", "Eins (2)", "33.50°S 151.25°E"]


def test_records_without_any_cluster_leave_nothing_to_score(tmp_path: Path) -> None:
    """`derive` still accounts for them."""
    config = """\
sources:
  - kind: clusters
    file: points.csv
    columns: {latitude: y, longitude: x, metric: kind}
    indicators: {patents: {measure: share, of: patents}}
index: {code: I, children: [{indicator: patents}]}
"""
    points = [["y", "x", "kind"], [1, 1, "patents"], [2, 50, "patents"]]
    index = innov_index.load(write_index(tmp_path, config, None, files={"points.csv": points}))
    assert index.read_records().units.rows == ()
    with pytest.raises(InnovIndexError, match="no unit came out of the records in `sources`"):
        index.score()
