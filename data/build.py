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

from innov_index.sources.collaboration import Collaboration, NetworkMeasure
from innov_index.sources.derive import derive
from innov_index.sources.places.folding import fold
from innov_index.sources.places.placing import HubsOption, Places
from innov_index.sources.records import Lookup

DATA = Path(__file__).resolve().parent
Row = dict[str, str]

CLOSED_COLUMNS = {"ix_buildings_2020"}
"""Columns that may not be used commercially, left out."""

DERIVED_COLUMNS = {"ai_copaper_strength", "ai_copaper_eigenvector"}
"""Columns that `configs/2020.yaml` computes from `ai_copapers.csv.gz`."""

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

PUBLISHED_COLUMNS = ("unit", "edition", "node", "score", "rank")

NO_INDEX = {("RWA", year) for year in ("1990", "1991", "1992", "1993", "1994")}
"""Country-years for which UNDP publishes no HDI although all inputs are there."""

COASTAL = {"SEA": "yes", "": ""}
"""What the EPI's word for an indicator that only countries with a coast have means in the tree."""

GIVEN_NODES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "pf_rol": {"2011": ("all",), "2012": ("all",), "2013": ("all",), "2014": ("MKD", "MDG", "MWI", "MYS")},
    "ef_regulation": {"2011": ("MMR",)},
    "pf_association_political": {},
    "pf_association_prof": {},
    "pf_association_sport": {},
    "pf_religion_estop": {},
}
"""Nodes of the HFI that may have no children, and country-years whose scores do not follow from them."""

MEANS = {"pf_rol": "pf_rol_mean", "ef_regulation": "ef_regulation_mean", "ef_legal": "ef_legal_mean"}
"""Nodes of the HFI that are no mean, and the mean below each."""

FORMULAS = {
    "pf_rol": "first(pf_rol_given, pf_rol_mean)",
    "ef_regulation": "first(ef_regulation_given, ef_regulation_mean)",
    "ef_legal": "ef_legal_mean * (1 + ef_legal_gender) / 2",
}

FREEDOM_PARENTS = {
    "pf_rol": "pf_security",
    "pf_ss": "pf_security",
    "pf_movement": "pf_freedoms",
    "pf_religion": "pf_freedoms",
    "pf_association": "pf_freedoms",
    "pf_expression": "pf_freedoms",
    "pf_identity": "pf_freedoms",
    "pf_rol_given": "pf_rol",
    "ef_regulation_given": "ef_regulation",
    "ef_legal_gender": "ef_legal",
    **dict.fromkeys(("ef_government", "ef_legal", "ef_money", "ef_trade", "ef_regulation"), "ef_score"),
}

FREEDOM_TOP: Sequence[Row] = (
    {"code": "hf_score", "parent": "", "name": "Human freedom"},
    {"code": "pf_score", "parent": "hf_score", "name": "Personal freedom"},
    {"code": "ef_score", "parent": "hf_score", "name": "Economic freedom"},
    {"code": "pf_security", "parent": "pf_score", "name": "Legal protection and security"},
    {"code": "pf_freedoms", "parent": "pf_score", "name": "Specific personal freedoms"},
)
ROUNDED = {"ef_score": "parents", "hf_score": "ranks"}
"""Nodes of the HFI that are rounded to two decimals, and what the rounded score is used for."""

HALF_THERE = ("ef_money", "ef_regulation_business", "ef_regulation_labor")
"""Nodes of the HFI without a score where few of their children are there.

Every share between 0.25, where none is published, and 0.67, where all are, gives the published scores.
"""

ROUNDING = tuple(f"rounding.{option}" for option in ("method", "decimals", "used_for"))
FORMULA = ("aggregation.method", "aggregation.formula")
COVERAGE = "aggregation.min_coverage"
FREEDOM_COLUMNS = ("code", "parent", "name", "weight", *FORMULA, COVERAGE, *ROUNDING)

PLACE = ("latitude", "longitude")
HUB_COLUMNS = ("metro", "geonameid", "hub", "country", *PLACE, "radius_km")
PARTS = {"Shenzhen-Hong Kong": "Greater Bay Area", "Guangzhou": "Greater Bay Area"}
"""Hubs whose areas are one here, as WIPO publishes one cluster for them."""

GAZETTEER_COLUMNS = ("geonameid", "name", "country", "admin1", *PLACE, "population")
UNIT_COLUMNS = ("metro", "country", "region", "population", *PLACE, "gihi_name", "wipo_cluster")
REPEATED_META = {"gihi_indicator", "dimension", "values", "zeros"}
TREE_COLUMNS = ("level", "code", "parent", "name", "name_zh", "per_capita", "tag", "seen")
SHARES = ("share_pct", "share_publications", "total_share")
CLUSTER_COLUMNS = ("cluster", "economy", "pct_applications", "scientific_publications", *SHARES, "rank")
GOALPOSTS = tuple(f"normalisation.{option}" for option in ("method", "lower", "upper", "truncate"))
LEAF_COLUMNS = ("weight", "direction", "indicator", "treatment.force", *GOALPOSTS)


def read(path: Path) -> list[Row]:
    """The rows of a CSV file, every cell as text; a path that ends in .gz is compressed."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


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
    path.parent.mkdir(exist_ok=True)
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
    left_out = CLOSED_COLUMNS | DERIVED_COLUMNS
    write(folder / "indicators.csv.gz", values, [name for name in values[0] if name not in left_out])

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


def ai_copapers(sources: Path) -> None:
    """Joint papers of each pair of nodes and year, from the records of ICML and NeurIPS papers.

    A metropolitan area is one node, a city outside all of them is one node; a paper counts once a pair.
    """
    raw = sources / "raw"
    folder = DATA / "hubs-2020"
    hubs = [
        row | {"metro": PARTS.get(row["metro"], row["metro"])}
        for row in read(raw / "hubs_2020/hubs_2020.csv")
    ]
    write(folder / "hubs.csv.gz", hubs, HUB_COLUMNS)
    places = Places(
        gazetteer=str(DATA / "gazetteer"),
        crosswalk=str(raw / "gazetteer" / "crosswalk.csv"),
        hubs=HubsOption(file=str(folder / "hubs.csv.gz")),
        outside="city",
        city_states=False,
        ambiguous="largest",
    )
    years = [str(year) for year in range(2013, 2019)]
    papers = Collaboration(
        kind="collaboration",
        file="authorships.csv.gz",
        columns={"document": "paper_id", "city": "city", "country": "country"},
        lookup=[
            Lookup(file="papers.csv.gz", on="document", key="paper_id", columns={"year": "year"}),
        ],
        indicators={year: NetworkMeasure(measure="strength", years=[int(year), int(year)]) for year in years},
    )
    (derived,) = derive([papers], places, raw / "ai_papers")
    pairs = [
        row | {"year": year, "papers": row["weight"].removesuffix(".0")}
        for year in years
        for row in csv.DictReader(io.StringIO(derived.exports[f"{year}.edges.csv"]().decode()))
    ]
    pairs.sort(key=lambda row: (row["source"], row["target"], row["year"]))
    write(folder / "ai_copapers.csv.gz", pairs, ("source", "target", "year", "papers"))


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


def panel(rows: Iterable[Row]) -> tuple[list[Row], list[str]]:
    """One row a unit and edition, one column an indicator, with the names of those columns."""
    table: dict[tuple[str, str], Row] = {}
    columns: dict[str, None] = {}
    for row in rows:
        key = (row["unit"], row["edition"])
        table.setdefault(key, dict(zip(("unit", "edition"), key, strict=True)))[row["indicator"]] = row[
            "value"
        ]
        columns[row["indicator"]] = None
    return [table[key] for key in sorted(table)], sorted(columns)


def human_development(source: Path, folder: Path) -> None:
    """The Human Development Index and its relatives, 1990 to 2022."""
    values = [row for row in read(source / "input.csv") if (row["unit"], row["edition"]) not in NO_INDEX]
    rows, columns = panel(values)
    write(folder / "indicators.csv.gz", rows, ("unit", "edition", *columns))
    write(folder / "countries.csv.gz", read(source / "units.csv"), ("unit", "name"))
    write(folder / "published.csv.gz", read(source / "published.csv"), PUBLISHED_COLUMNS)


def fragile_states(source: Path, folder: Path) -> None:
    """The Fragile States Index 2021."""
    rows, columns = panel(read(source / "input.csv"))
    write(folder / "indicators.csv.gz", rows, ("unit", *columns))
    published = [row for row in read(source / "published.csv") if row["node"] == "total"]
    write(folder / "published.csv.gz", published, ("unit", "node", "score"))


def environmental_performance(source: Path, folder: Path) -> None:
    """The Environmental Performance Index 2020: raw values of 18 indicators, the tree, all scores.

    A country has a coast if it has a score for marine protected areas.
    """
    published = read(source / "published.csv")
    write(folder / "published.csv.gz", published, ("unit", "node", "score", "rank"))
    coastal = {row["unit"] for row in published if row["node"] == "MPA" and row["score"]}
    countries = [
        row | {"coast": "yes" if row["unit"] in coastal else "no"} for row in read(source / "units.csv")
    ]
    write(folder / "countries.csv.gz", countries, ("unit", "name", "coast"))
    raw = [row | {"indicator": row["indicator"].removesuffix("_raw")} for row in read(source / "input.csv")]
    values, columns = panel(raw)
    write(folder / "values.csv.gz", values, ("unit", *columns))
    tree = [
        row
        | {"code": row["node"], "name": row["name"].strip(), "applies_to.coast": COASTAL[row["materiality"]]}
        for row in read(source / "tree.csv")
    ]
    write(folder / "framework.csv", tree, ("code", "parent", "name", "weight", "applies_to.coast"))


def human_freedom(source: Path, folder: Path) -> None:
    """The Human Freedom Index 2018: values, tree, and published scores and ranks of 2011 to 2016.

    Scores that do not follow from what stands below them become values (`…_given`) and leave the published
    table, so that nothing is compared with itself.
    """
    values = {(row["unit"], row["edition"]): row for row in read(source / "input.csv")}
    published = []
    for row in read(source / "published.csv"):
        own = values[row["unit"], row["edition"]]
        if is_given(row, own):
            own[f"{row['node']}_given"] = row["score"]
        else:
            published.append(row)
    given = [f"{node}_given" for node in GIVEN_NODES]
    columns = [*next(iter(values.values()))]
    columns = [column for column in columns if column not in given] + given
    write(folder / "indicators.csv.gz", values.values(), columns)
    write(folder / "countries.csv.gz", read(source / "units.csv"), ("unit", "name", "region"))
    write(folder / "published.csv.gz", published, PUBLISHED_COLUMNS)
    nodes = dict.fromkeys(row["node"] for row in published)
    write(folder / "framework.csv", freedom_tree(columns[2:], list(nodes)), FREEDOM_COLUMNS)


def is_given(row: Row, values: Row) -> bool:
    """Whether a published score of the Human Freedom Index is taken as a value: nothing stands below it."""
    if row["node"] not in GIVEN_NODES or not row["score"]:
        return False
    below = [name for name, value in values.items() if value and name.startswith(f"{row['node']}_")]
    stated = GIVEN_NODES[row["node"]].get(row["edition"], ())
    return not below or row["unit"] in stated or "all" in stated


def freedom_tree(leaves: Sequence[str], nodes: Sequence[str]) -> list[Row]:
    """The tree of the Human Freedom Index: a node's children begin with its code."""
    tree = [dict(row) for row in FREEDOM_TOP]
    codes = [*(row["code"] for row in tree), *nodes]
    for code in sorted(dict.fromkeys([*nodes, *leaves])):
        if code in {row["code"] for row in tree}:
            continue
        above = max((other for other in codes if code.startswith(f"{other}_")), key=len, default="")
        parent = FREEDOM_PARENTS.get(code, MEANS.get(above, above))
        tree.append({"code": code, "parent": parent, "weight": "1" if parent == "pf_association" else ""})
    for node, mean in MEANS.items():
        tree.append({"code": mean, "parent": node})
    for row in tree:
        if row["code"] in FORMULAS:
            row |= dict(zip(FORMULA, ("expression", FORMULAS[row["code"]]), strict=True))
        if row["code"] in HALF_THERE:
            row[COVERAGE] = "0.5"
        if row["code"] in ROUNDED:
            row |= dict(zip(ROUNDING, ("half_up", "2", ROUNDED[row["code"]]), strict=True))
    return tree


def ranked(rows: Iterable[Row]) -> list[Row]:
    """The rows in the order of their rank."""
    return sorted(rows, key=lambda row: int(row["rank"]))


def gazetteer(sources: Path) -> None:
    """Cities over 15,000 people, their other names, and countries, as small as CSV gets.

    Neighbours stand together, coordinates have four decimals (11 m), other names of a city share a row.
    """
    raw = sources / "raw" / "gazetteer"
    folder = DATA / "gazetteer"
    folder.mkdir(exist_ok=True)
    cities = sorted(
        read(raw / "cities15000.csv.gz"), key=lambda row: (row["country"], row["admin1"], row["name"])
    )
    for city in cities:
        city |= {key: f"{float(city[key]):.4f}".rstrip("0").rstrip(".") for key in PLACE}
    write(folder / "cities.csv.gz", cities, GAZETTEER_COLUMNS)

    names: dict[str, list[str]] = {}
    own = {city["geonameid"]: fold(city["name"]) for city in cities}
    for row in read(raw / "aliases.csv.gz"):
        if row["alias"] != own[row["geonameid"]]:
            names.setdefault(row["geonameid"], []).append(row["alias"])
    keys = [city["geonameid"] for city in cities if city["geonameid"] in names]
    aliases = [{"geonameid": key, "aliases": "|".join(sorted(names[key]))} for key in keys]
    write(folder / "aliases.csv.gz", aliases, ("geonameid", "aliases"))
    write(folder / "countries.csv.gz", read(raw / "countries.csv"), ("country", "iso3", "name"))


def main() -> None:
    sources = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA.parent.parent / "shared"
    hubs_2020(sources)
    gihi(sources)
    gii_countries(sources / "published" / "gii", DATA / "gii")
    gii_clusters(sources / "published" / "gii", DATA / "gii")
    published = sources / "published"
    human_development(published / "hdi", DATA / "hdi")
    fragile_states(published / "fsi2021", DATA / "fsi")
    environmental_performance(published / "epi2020", DATA / "epi")
    human_freedom(published / "hfi2018", DATA / "hfi")
    gazetteer(sources)
    ai_copapers(sources)


if __name__ == "__main__":
    main()
