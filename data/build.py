"""How the tables of this folder were made from their sources.

Usage: python data/build.py [SOURCES]

SOURCES is the folder with the reference material (default: `../shared` beside the project).
Numbers are copied as text, never parsed, so that every digit survives. The same sources give the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parent
Row = dict[str, str]

CLOSED_COLUMNS = {"ix_buildings_2020"}
"""Columns that may not be used commercially, left out."""

HUBS_SOURCES = {
    "published/gii clusters 2022 (WIPO)": "WIPO, Global Innovation Index 2022, clusters",
    "highly_cited_2019": "Clarivate, Highly Cited Researchers 2019",
    "nobel_laureates": "Nobel Foundation",
    "hubs_2020/hand": "written by hand from general knowledge",
    "arwu_2020": "ShanghaiRanking, ARWU 2020",
    "leiden_2020": "CWTS Leiden Ranking 2020",
    "top500_2020_11": "TOP500, November 2020",
    "forbes_global_2000": "Forbes Global 2000, 2019; head offices by hand",
    "unicorns": "CB Insights, list of July 2021",
    "metro_gdp_list": "list of cities by GDP, probably Wikipedia",
    "ai_papers": "ICML and NeurIPS proceedings",
    "crunchbase_by_city_2014": "Crunchbase export, 2014",
    "cloud_regions": "lists of cloud regions",
    "openflights": "OpenFlights routes",
}

INNER_WEIGHTS = {"OUT.7.2": "0.5", "OUT.7.3": "0.5"}
"""Sub-pillars of the GII that weigh less than their siblings; every other inner node weighs 1."""

FORCED_CAPS = {("2021", "IN.4.1.3"): "6"}
"""The one indicator whose number of capped values the rule of the GII does not predict."""

PLACE = ("latitude", "longitude")
UNIT_COLUMNS = ("metro", "country", "region", "population", *PLACE, "gihi_name", "wipo_cluster")
REPEATED_META = {"gihi_indicator", "dimension", "values", "zeros"}
TREE_COLUMNS = ("level", "code", "parent", "name", "name_zh", "per_capita", "tag", "seen")
SHARES = ("share_pct", "share_publications", "total_share")
CLUSTER_COLUMNS = ("cluster", "economy", "pct_applications", "scientific_publications", *SHARES, "rank")
GOALPOSTS = tuple(f"normalisation.{option}" for option in ("method", "lower", "upper", "truncate"))
LEAF_COLUMNS = ("weight", "direction", "indicator", "treatment.force", *GOALPOSTS)


def read(path: Path) -> list[Row]:
    """The rows of a CSV file, every cell as text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def table(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    """The named columns as CSV text."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write(path: Path, rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> None:
    """Write the named columns; a path that ends in .gz is compressed, without time or file name inside."""
    content = table(rows, columns).encode()
    path.write_bytes(gzip.compress(content, 9, mtime=0) if path.suffix == ".gz" else content)


def unique(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, Row]:
    """The first row of every key, in the order of the rows."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(key(row), row)
    return first


def hubs_2020(sources: Path) -> None:
    """The 40 metropolitan areas, their indicators, and what each indicator is."""
    raw = sources / "raw" / "hubs_2020"
    folder = DATA / "hubs-2020"
    places = unique(read(raw / "hubs_2020.csv"), lambda row: row["hub"])
    units = [
        row | {key: places[main_hub(row)][key] for key in PLACE}
        for row in read(raw / "units.csv")
        if row["in_table"] == "main"
    ]
    write(folder / "units.csv.gz", units, UNIT_COLUMNS)

    values = read(raw / "indicators.csv")
    write(folder / "indicators.csv.gz", values, [name for name in values[0] if name not in CLOSED_COLUMNS])

    described = [
        row | {"source": HUBS_SOURCES[row["source"]]}
        for row in read(raw / "indicators_meta.csv")
        if row["id"] not in CLOSED_COLUMNS
    ]
    write(
        folder / "indicators_meta.csv.gz",
        described,
        [key for key in described[0] if key not in REPEATED_META],
    )


def main_hub(metro: Row) -> str:
    """The first-named city of a metropolitan area."""
    return metro["hubs"].partition(";")[0]


def gihi_indicators(rows: Sequence[Row]) -> list[Row]:
    """The tree, one row a node: dimensions, twelve second-level nodes, 31 indicators.

    `seen` lists the editions in which a page names the node; the names of the 31 as a whole are recalled.
    """
    seen: dict[str, set[str]] = {}
    for row in rows:
        if row["tag"] == "S":
            seen.setdefault(row["code"], set()).update(row["edition"].split("|"))
    tree = [row for row in rows if row["level"] in "12" or "recalled" in row["edition"]]
    return [
        row | {"name": row["name_en"], "seen": " ".join(sorted(seen.get(row["code"], ())))}
        for row in unique(tree, lambda row: row["code"]).values()
    ]


def gihi(sources: Path) -> None:
    """What is known of the Global Innovation Hubs Index: orders and names, no scores."""
    published = sources / "published" / "gihi"
    folder = DATA / "gihi"
    metros = {
        row["gihi_name"]: row["metro"]
        for row in read(sources / "raw" / "hubs_2020" / "units.csv")
        if row["gihi_name"]
    }
    orders = [
        row | {"unit": metros.get(row["city_en"], ""), "gihi_name": row["city_en"]}
        for row in read(published / "scores.csv")
        if row["tag"] == "S"
    ]
    write(folder / "orders.csv.gz", orders, ("edition", "rank", "unit", "gihi_name", "tag"))
    report = {"edition": "2020", "rank": "5", "unit": "Beijing", "reported": "2020-12-23"}
    write(folder / "news_reports.csv.gz", [report], tuple(report))

    partial = [row | {"order": row["order_as_listed"]} for row in read(published / "partial_orders.csv")]
    write(folder / "partial_orders.csv.gz", partial, ("edition", "scope", "order", "caveat", "tag"))

    nodes = gihi_indicators(read(published / "indicators.csv"))
    write(folder / "indicators.csv.gz", nodes, TREE_COLUMNS)


def wide(rows: Iterable[Row], unit: str, column: str, cell: str) -> tuple[list[Row], list[str]]:
    """One row a unit and one column an indicator, with the names of those columns."""
    units: dict[str, Row] = {}
    columns: dict[str, None] = {}
    for row in rows:
        units.setdefault(row[unit], {unit: row[unit]})[row[column]] = row[cell]
        columns[row[column]] = None
    return list(units.values()), list(columns)


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

    results = [row for row in read(published / "country_2019_scores.csv") if row["score"]]
    write(folder / "published_2019.csv.gz", results, ("economy", "node", "score", "rank"))
    history = read(published / "country_overall_pillars_2011_2022.csv")
    write(folder / "overall_pillars_2011_2022.csv.gz", history, tuple(history[0]))


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


def ranked(rows: Iterable[Row]) -> list[Row]:
    """The rows in the order of their rank."""
    return sorted(rows, key=lambda row: int(row["rank"]))


def main() -> None:
    sources = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA.parent.parent / "shared"
    hubs_2020(sources)
    gihi(sources)
    gii_countries(sources / "published" / "gii", DATA / "gii")
    gii_clusters(sources / "published" / "gii", DATA / "gii")


if __name__ == "__main__":
    main()
