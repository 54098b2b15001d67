"""Published rankings recomputed from published values, to the last bit."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.model.scores import Scores
from tests.conftest import ROOT

PUBLISHED = ROOT / "configs/published"


@pytest.fixture(scope="module")
def scored() -> Callable[[str], Scores]:
    results: dict[str, Scores] = {}

    def score(name: str) -> Scores:
        if name not in results:
            results[name] = innov_index.load(PUBLISHED / f"{name}.yaml").score()
        return results[name]

    return score


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("edition", ["2021", "2022", "2023"])
def test_gii_scores_equal_wipo(scored: Callable[[str], Scores], shared: Path, edition: str) -> None:
    """Source: WIPO's data annex of the edition; every score of every node and economy, 1e-9."""
    scores = scored(f"gii-{edition}")
    compared = 0
    for row in rows_of(shared / f"published/gii/country_{edition}_scores.csv"):
        if row["score"] and row["level"] != "subpillar_flag":
            unit, node = scores.units.position[row["iso3"]], scores.framework.position[row["node"]]
            assert scores.scores[0, unit, node] == pytest.approx(float(row["score"]), abs=1e-9)
            compared += 1
    assert compared > 13_000


@pytest.mark.parametrize("edition", ["2021", "2022", "2023"])
def test_gii_ranks_equal_wipo(scored: Callable[[str], Scores], shared: Path, edition: str) -> None:
    """Source: as above. No rank differs above the indicators.

    Among the indicators only IN.1.1.1 of 2023 does, where WIPO tells six equal values apart by their last
    bits (country_method.md, section 5).
    """
    scores = scored(f"gii-{edition}")
    differing: dict[str, int] = {}
    for row in rows_of(shared / f"published/gii/country_{edition}_scores.csv"):
        if row["rank"]:
            unit, node = scores.units.position[row["iso3"]], scores.framework.position[row["node"]]
            if scores.ranks[0, unit, node] != float(row["rank"]):
                differing[row["node"]] = differing.get(row["node"], 0) + 1
    assert differing == ({"IN.1.1.1": 6} if edition == "2023" else {})


def test_clusters_2022_rank_as_published(scored: Callable[[str], Scores], shared: Path) -> None:
    """Source: WIPO, 100 clusters 2022: rank from the unrounded sum of two shares."""
    scores = scored("wipo-clusters-2022")
    rows = rows_of(shared / "published/gii/clusters_2022.csv")
    assert len(rows) == 100
    for row in rows:
        unit = scores.units.position[row["cluster"]]
        assert scores.ranks[0, unit, 0] == float(row["rank"])
        assert scores.scores[0, unit, 0] == pytest.approx(float(row["total_share"]), abs=0.05)


def test_intensity_2022_ranks_and_totals_as_published(scored: Callable[[str], Scores], shared: Path) -> None:
    """Source: WIPO, S&T intensity 2022: the shares per million inhabitants, 1e-12."""
    scores = scored("wipo-intensity-2022")
    rows = rows_of(shared / "published/gii/clusters_intensity_2022.csv")
    assert len(rows) == 100
    for row in rows:
        unit = scores.units.position[row["cluster"]]
        assert scores.ranks[0, unit, 0] == float(row["rank"])
        expected = float(row["total_share_per_million"])
        assert scores.scores[0, unit, 0] == pytest.approx(expected, abs=1e-12)


def test_clusters_2023_rank_as_published_from_counts(scored: Callable[[str], Scores], shared: Path) -> None:
    """Source: WIPO, GII 2023, page 245: the first 34 clusters."""
    scores = scored("wipo-clusters-2023")
    rows = rows_of(shared / "published/gii/clusters_2023.csv")
    assert len(rows) == 34
    assert all(
        scores.ranks[0, scores.units.position[row["cluster"]], 0] == float(row["rank"]) for row in rows
    )


def test_clusters_2020_recalled_figures_give_the_verified_order(
    scored: Callable[[str], Scores], shared: Path
) -> None:
    """Source: the order of the first five (clusters_2020.csv, Beijing 4th); the figures are recalled."""
    scores = scored("wipo-clusters-2020")
    rows = rows_of(shared / "published/gii/clusters_2020.csv")
    order = [scores.units.codes[unit] for unit in scores.order()[:5]]
    assert order == [row["cluster"] for row in rows]
    assert order[3] == "Beijing"
    assert "recalled" in scores.name


def test_plain_hubs_scheme_agrees_with_gihi_as_derived_independently() -> None:
    """Source: raw/hubs_2020/PROVENANCE.md: Spearman 0.87, 0.58, 0.71 with 2021, 2022, 2023; Beijing 11th."""
    from innov_index.analysis.reproduce.against_published import against_published

    index = innov_index.load(ROOT / "configs/2020.yaml").varied(scheme="plain")
    scores = index.score()
    agreements = [against_published(scores, published) for published in index.published]
    figures = [round(a.spearman, 2) for a in agreements if np.isfinite(a.spearman)]
    assert figures == [0.87, 0.58, 0.71]
    assert scores.ranks[0, scores.units.position["Beijing"], 0] == 11
