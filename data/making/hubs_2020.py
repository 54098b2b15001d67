"""Metropolitan areas about 2020: their indicators, and joint AI papers between them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from innov_index.sources.collaboration import Collaboration, NetworkMeasure
from innov_index.sources.places.place_options import HubsOption, Places
from innov_index.sources.records import Lookup
from innov_index.sources.run_sources import derive
from making.tables import DATA, PLACE, Row, read, unique, write

CLOSED_COLUMNS = {"ix_buildings_2020"}
"""Columns that may not be used commercially, left out."""

DERIVED_COLUMNS = {
    *("ai_copaper_strength", "ai_copaper_eigenvector"),
    *("hcr_2019", "nobel_2001_2020", "turing_fields_2001_2020"),
    *("univ_arwu100_2020", "univ_arwu200_2020", "inst_leiden200_2020"),
    *("large_facilities", "top500_systems", "innovative_firms_2019", "unicorns_2020_06"),
    *("cloud_regions_2020", "cloud_regions_2025"),
}
"""Columns that `configs/2020.yaml` derives from `ai_copapers.csv.gz` and `counts.csv.gz`."""

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
HUB_COLUMNS = ("metro", "geonameid", "hub", "country", *PLACE, "radius_km")
PARTS = {"Shenzhen-Hong Kong": "Greater Bay Area", "Guangzhou": "Greater Bay Area"}
"""Hubs whose areas are one here, as WIPO publishes one cluster for them."""

UNIT_COLUMNS = ("metro", "country", "region", "population", *PLACE, "gihi_name", "wipo_cluster")
REPEATED_META = {"gihi_indicator", "dimension", "values", "zeros"}


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
