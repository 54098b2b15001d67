"""The Global Innovation Index: countries, and science and technology clusters."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from making.tables import Row, ranked, read, unique, wide, write

INNER_WEIGHTS = {"OUT.7.2": "0.5", "OUT.7.3": "0.5"}
"""Sub-pillars of the GII with less weight than their siblings; every other inner node has weight 1."""

FORCED_CAPS = {("2021", "IN.4.1.3"): "6"}
"""The one indicator whose number of capped values the rule of the GII does not predict."""

SHARES = ("share_pct", "share_publications", "total_share")
CLUSTER_COLUMNS = ("cluster", "economy", "pct_applications", "scientific_publications", *SHARES, "rank")
GOALPOSTS = tuple(f"normalisation.{option}" for option in ("method", "lower", "upper", "truncate"))
LEAF_COLUMNS = ("weight", "direction", "indicator", "treatment.force", *GOALPOSTS)


def parent_code(code: str) -> str:
    """The node above: IN.1.1.1 → IN.1.1, IN → GII, GII → nothing."""
    if code == "GII":
        return ""
    return code.rpartition(".")[0] or "GII"


def normalisation_bounds(bounds: str) -> Row:
    """Goalposts for an indicator that keeps its natural scale ("natural 1-7"), nothing for the others."""
    kind, _, scale = bounds.partition(" ")
    if kind != "natural":
        return {}
    lower, upper = scale.split("-")
    return dict(zip(GOALPOSTS, ("goalposts", lower, upper, "false"), strict=True))


def leaf_fields(edition: str, indicator: Row) -> Row:
    """What the framework says of an indicator beside code, parent and name."""
    direction = "lower_is_better" if indicator["direction"] == "-" else "higher_is_better"
    return {
        "weight": indicator["weight"],
        "direction": direction,
        "indicator": indicator["node"],
        "treatment.force": FORCED_CAPS.get((edition, indicator["node"]), ""),
    } | normalisation_bounds(indicator["bounds"])


def framework(edition: str, scores: Iterable[Row], indicators: Iterable[Row]) -> list[Row]:
    """The tree of one edition in the form that a config reads, parents before children."""
    leaves = {row["node"]: row for row in indicators if row["edition"] == edition}
    nodes = unique(scores, lambda row: row["node"])
    frame = []
    for code in sorted(nodes, key=lambda code: (code != "GII", code)):
        row = {"code": code, "parent": parent_code(code), "name": nodes[code]["name"].rstrip("*†")}
        if code in leaves:
            row |= leaf_fields(edition, leaves[code])
        elif code != "GII":
            row["weight"] = INNER_WEIGHTS.get(code, "1")
        frame.append(row)
    return frame


def gii_edition(edition: str, published: Path, folder: Path) -> list[Row]:
    """Values, framework and published results of one edition; returns its rows."""
    rows = read(published / f"country_{edition}_scores.csv")
    indicators = read(published / "indicators_meta.csv")
    values, columns = wide((row for row in rows if row["level"] == "indicator"), "iso3", "node", "value")
    write(folder / f"values_{edition}.csv.gz", values, ("iso3", *sorted(columns)))
    write(
        folder / f"framework_{edition}.csv",
        framework(edition, rows, indicators),
        ("code", "parent", "name", *LEAF_COLUMNS),
    )
    results = [row for row in rows if row["score"]]
    write(folder / f"published_{edition}.csv.gz", results, ("iso3", "node", "score", "rank"))
    return rows


def gii_countries(published: Path, folder: Path) -> None:
    """The country index: full precision for 2021 to 2023, printed decimals for the years before.

    Economies are named as in 2022 where they are in that edition: the names of 2023 have broken letters.
    """
    editions = {year: gii_edition(year, published, folder) for year in ("2021", "2022", "2023")}
    named = unique(editions["2022"] + editions["2021"] + editions["2023"], lambda row: row["iso3"])
    for year, rows in editions.items():
        codes = sorted({row["iso3"] for row in rows})
        economies = [{"iso3": code, "name": named[code]["economy"]} for code in codes]
        write(folder / f"economies_{year}.csv.gz", economies, ("iso3", "name"))

    gii_2019(published, folder)
    history = read(published / "country_overall_pillars_2011_2022.csv")
    write(folder / "overall_pillars_2011_2022.csv.gz", history, tuple(history[0]))


def gii_2019(published: Path, folder: Path) -> None:
    """The edition of 2019: printed scores of the indicators, the tree, and what was published above them."""
    rows = read(published / "country_2019_scores.csv")
    indicators = read(published / "indicators_meta.csv")
    results = [row for row in rows if row["score"]]
    write(folder / "published_2019.csv.gz", results, ("economy", "node", "level", "score", "rank"))
    leaves = (row for row in rows if row["level"] == "indicator")
    scores, columns = wide(leaves, "economy", "node", "score")
    write(folder / "scores_2019.csv.gz", scores, ("economy", *sorted(columns)))
    tree = framework("2019", rows, indicators)
    columns = ["code", "parent", "name", "weight", "indicator"]
    write(folder / "framework_2019.csv", tree, columns)


def gii_clusters(published: Path, folder: Path) -> None:
    """The science and technology clusters."""
    for edition in ("2022", "2023"):
        rows = read(published / f"clusters_{edition}.csv")
        write(folder / f"clusters_{edition}.csv.gz", rows, CLUSTER_COLUMNS)
    intensity = read(published / "clusters_intensity_2022.csv")
    columns = ("cluster", "population", "total_share_per_million", "rank")
    write(folder / "clusters_intensity_2022.csv.gz", ranked(intensity), columns)
    first_five = read(published / "clusters_2020.csv")
    write(folder / "clusters_2020.csv.gz", first_five, ("cluster", "economy", "rank"))
    recalled = read(published / "unverified" / "clusters_2020_top10_recalled.csv")
    write(folder / "clusters_2020_recalled.csv.gz", recalled, CLUSTER_COLUMNS)
