"""A config that derives the columns of `hubs_2020/indicators.csv` from their records.

The rules are those of `hubs_2020/indicators.md`; tables that a person would write by hand (hubs, name rules,
head offices, towns) are turned into the forms that a config can name.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

PARTS = {"Shenzhen-Hong Kong": "Greater Bay Area", "Guangzhou": "Greater Bay Area"}
GAZETTEER = ROOT / "data" / "gazetteer"
HIGH = [
    *(
        "Semiconductors",
        "Computer Hardware",
        "Computer Storage Devices",
        "Electronics",
        "Consumer Electronics",
    ),
    *("Communications Equipment", "Pharmaceuticals", "Biotechs", "Medical Equipment & Supplies"),
    *("Precision Healthcare Equipment", "Aerospace & Defense"),
]
NEW = ["Software & Programming", "Computer Services", "Internet & Catalog Retail"]
MEDIUM = [
    *(
        "Auto & Truck Manufacturers",
        "Auto & Truck Parts",
        "Electrical Equipment",
        "Other Industrial Equipment",
    ),
    *("Heavy Equipment", "Diversified Chemicals", "Specialized Chemicals", "Household Appliances"),
]
SPREAD = (
    r"^(max planck society|chinese academy of sciences|helmholtz association|howard hughes|consejo superior|"
    r"centre national de la|commonwealth scientific|"
    r"united states (department|geological|environmental|forest)|"
    r"national oceanic|national aeronautics|institut national de la sante|fraunhofer|.* system$|"
    r"national institute of advanced industrial)"
)
VAGUE = (
    r"^(cloud provider|service provider|internet|government|djit|telecom|financial|it service|energy company|"
    r"manufacturing|ai company|bank|chinese bank|cloud company|iit company|mcloud|network company|"
    r"research laboratory h|spgrid|sugon|software company|hosting services|research institute$|noaa$|intel$|"
    r"facebook$|microsoft research|edf$|atos$|state grid)"
)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def name_rules(hand: Path, first: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Rules of `institution_patterns.txt`, after those given."""
    rules = list(first)
    for line in (hand / "institution_patterns.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            unit, country, pattern = line.split("|", 2)
            rules.append((PARTS.get(unit, unit), "-" if country == "none" else country, pattern))
    return [dict(zip(("unit", "country", "pattern"), rule, strict=True)) for rule in rules]


def write_tables(raw: Path, folder: Path) -> None:
    """The tables that the config names, beside it."""
    source = raw / "hubs_2020"
    hand = source / "hand"
    hubs = [row | {"metro": PARTS.get(row["metro"], row["metro"])} for row in read(source / "hubs_2020.csv")]
    write(folder / "hubs.csv", hubs)
    # airports: 75 km, mainland and Hong Kong together, Cambridge's count for London
    flights = [
        row | {"radius_km": "75", "country": "CN" if row["country"] == "HK" else row["country"]}
        for row in hubs
        if row["metro"] != "Cambridge"
    ]
    write(folder / "airport_hubs.csv", flights)
    towns = []
    for row in read(hand / "towns.csv"):
        city, _, state = row["city"].partition(", ")
        towns.append(
            {"city": city, "state": state} | {key: row[key] for key in ("country", "latitude", "longitude")}
        )
    write(folder / "towns.csv", towns)
    crosswalk = [
        {"city": r["city"], "country": r["country"], "geonameid": r["geonameid"]}
        for r in read(raw / "gazetteer" / "crosswalk.csv")
    ]
    both = [
        {key: row.get(key, "") for key in ("city", "state", "country", "geonameid", "latitude", "longitude")}
        for row in (*towns, *crosswalk)
    ]
    write(folder / "settled.csv", both)
    write(folder / "institutions.csv", name_rules(hand, []))
    write(folder / "cited.csv", name_rules(hand, [("!", "", SPREAD)]))
    first = [
        ("!", "", "astronomical observatory of japan"),
        ("Singapore", "SG", ""),
        ("Greater Bay Area", "HK", ""),
    ]
    write(folder / "machines.csv", name_rules(hand, [*first, ("!", "", VAGUE)]))
    names = json.loads((hand / "names.json").read_text(encoding="utf-8"))
    clusters = [{"institution": cluster, "unit": metro} for metro, cluster in names["wipo"].items()]
    write(folder / "wipo_names.csv", clusters)
    gdp = [
        {"institution": name, "unit": metro}
        for metro, listed in names["gdp"].items()
        if metro not in PARTS
        for name in listed
    ]
    write(folder / "gdp_names.csv", gdp)
    bad = set(names["gdp_population_mismatch"])
    write(folder / "gdp_per_head_names.csv", [row for row in gdp if row["unit"] not in bad])


def config(raw: Path) -> dict[str, Any]:
    """The config; its relative files are those of `write_tables`."""
    hubs = {"file": "hubs.csv"}
    found = {
        "gazetteer": str(GAZETTEER),
        "ambiguous": "largest",
        "hubs": hubs,
        "countries": {"China Mainland": "CN"},
    }
    cities = {**found, "crosswalk": "settled.csv"}
    # the US state decides which town is meant, so a settled town needs its state too
    state_towns = {**found, "crosswalk": "towns.csv"}
    named = {"gazetteer": str(GAZETTEER), "names": "institutions.csv", "countries": {"China Mainland": "CN"}}

    def file(name: str) -> str:
        return str(raw / name)

    sources: list[dict[str, Any]] = [
        {
            "kind": "values",
            "file": file("highly_cited_2019/hcr_2019.csv"),
            "columns": {"affiliation": "Primary Affiliation"},
            "extract": {"affiliation": "(?P<institution>.*), (?P<country>[^,]*)"},
            "places": {**named, "names": "cited.csv"},
            "indicators": {"hcr_2019": {}},
        },
        {
            "kind": "documents",
            "file": file("nobel_laureates/laureates.csv"),
            "columns": {"where": "city", "country": "country", "name": "name"},
            "document": ["id", "year", "category"],
            "replace": {"where": {"NA": ""}},
            "extract": {"where": "(?P<city>.*?)(?: (?P<state>[A-Z]{2}))?"},
            "where": {
                "category": ["physics", "chemistry", "medicine", "economics"],
            },
            "years": [2001, 2020],
            "places": {**cities, "city_states": False},
            "indicators": {
                "nobel_2001_2020": {
                    "counting": "fractional by author",
                    "decimals": 4,
                    "where": {"name": {"none_of": ["Binghamton University State University of New York"]}},
                }
            },
        },
        {
            "kind": "values",
            "file": file("hubs_2020/hand/turing_fields_2001_2020.csv"),
            "columns": {"unit": "metro"},
            "replace": {"unit": PARTS},
            "indicators": {"turing_fields_2001_2020": {"measure": "sum", "of": "weight"}},
        },
        {
            "kind": "values",
            "file": file("arwu_2020/shanghai_2020.csv"),
            "columns": {"institution": "institution", "country": "country_iso_code"},
            "extract": {"world_rank": r"(?:\d+-)?(?P<last>\d+)"},
            "places": named,
            "indicators": {
                "univ_arwu100_2020": {"where": {"last": {"max": 100}}},
                "univ_arwu200_2020": {"where": {"last": {"max": 200}}},
            },
        },
        {
            "kind": "values",
            "file": file("leiden_2020/cwts_2020.csv"),
            "columns": {"institution": "university"},
            "places": named,
            "indicators": {
                "inst_leiden200_2020": {"where": {"P_top1": {"min": top_of_leiden(raw, 200)}}},
                "papers_top1pct": {"measure": "sum", "of": "P_top1"},
                **{
                    name: {
                        "measure": "ratio",
                        "of": column,
                        "over": "100 * P_collab / PP_collab",
                        "scale": 100,
                        "decimals": 3,
                    }
                    for name, column in (
                        ("share_top10pct", "P_top10"),
                        ("share_industry_papers", "P_industry_collab"),
                        ("share_international_papers", "P_int_collab"),
                    )
                },
            },
        },
        {
            "kind": "values",
            "file": file("hubs_2020/hand/large_facilities_2020.csv"),
            "columns": {"latitude": "latitude", "longitude": "longitude"},
            "places": {"hubs": hubs},
            "indicators": {"large_facilities": {}},
        },
        {
            "kind": "values",
            "file": file("top500_2020_11/TOP500_202011.xlsx"),
            "columns": {"institution": "Site", "country": "Country", "rmax": "Rmax [TFlop/s]"},
            "places": {**named, "names": "machines.csv"},
            "indicators": {
                "top500_systems": {},
                "top500_rmax_tflops": {"measure": "sum", "of": "rmax", "decimals": 1},
            },
        },
        {
            "kind": "values",
            "name": "WIPO clusters 2022",
            "file": file("../published/gii/clusters_2022.csv"),
            "columns": {"institution": "cluster"},
            "places": {"crosswalk": "wipo_names.csv", "units": "as written"},
            "indicators": {
                "pct_applications": {"measure": "sum", "of": "pct_applications", "absent": "missing"}
            },
        },
        {
            "kind": "values",
            "name": "WIPO clusters 2022, intensity",
            "file": file("../published/gii/clusters_intensity_2022.csv"),
            "columns": {"institution": "cluster"},
            "places": {"crosswalk": "wipo_names.csv", "units": "as written"},
            "indicators": {
                "pct_per_million": {"measure": "sum", "of": "pct_per_million", "absent": "missing"},
                "publications_per_million": {"measure": "sum", "of": "pubs_per_million", "absent": "missing"},
            },
        },
        {
            "kind": "companies",
            "file": file("unicorns/cbinsights_2021-07.csv"),
            "columns": {
                "company": "Company",
                "valuation": "Valuation",
                "date": "Date joined",
                "location": "Location",
            },
            "as_of": "2020-06-30",
            "places": cities,
            "indicators": {"unicorns_2020_06": {"measure": "count"}},
        },
        {
            "kind": "values",
            "file": file("forbes_global_2000/forbes_2019.csv"),
            "columns": {"company": "Company", "industry": "Industry", "market_value": "Market Value"},
            "lookup": [
                {
                    "file": file("hubs_2020/hand/head_offices_2019.csv"),
                    "on": "company",
                    "key": "company",
                    "columns": {"city": "city", "state": "state", "country": "country"},
                }
            ],
            "where": {"industry": [*HIGH, *NEW, *MEDIUM]},
            "places": {**state_towns, "city_states": False},
            "indicators": {
                "innovative_firms_2019": {},
                "hightech_market_value_2019": {
                    "measure": "sum",
                    "of": "market_value",
                    "where": {"industry": HIGH},
                    "decimals": 3,
                },
                "neweconomy_revenue_2019": {
                    "measure": "sum",
                    "of": "Revenue",
                    "where": {"industry": NEW},
                    "decimals": 3,
                },
            },
        },
        *[
            {
                "kind": kind,
                "file": file("ai_papers/authorships.csv.gz"),
                "columns": {"document": "paper_id", "city": "city", "country": "country"},
                "where": {"city": {"filled": True}},
                "places": {
                    **found,
                    "crosswalk": file("gazetteer/crosswalk.csv"),
                    "outside": "city",
                },
                "indicators": indicators,
            }
            for kind, indicators in (
                ("documents", {"ai_papers_2013_2018": {}}),
                (
                    "collaboration",
                    {
                        "ai_copaper_strength": {"measure": "strength"},
                        "ai_copaper_eigenvector": {"measure": "eigenvector", "decimals": 6},
                    },
                ),
            )
        ],
        {
            "kind": "values",
            "file": file("crunchbase_by_city_2014/aggregate_data.csv"),
            "columns": {"latitude": "Latitude", "longitude": "Longitude", "country": "country_code"},
            "places": {"gazetteer": str(GAZETTEER), "hubs": {**hubs, "same_country": True}},
            "indicators": {
                "vc_2005_2014_musd": {
                    "measure": "sum",
                    "of": "seed + angel + venture + convertible_note",
                    "scale": 1e-6,
                    "decimals": 2,
                },
                "pe_2005_2014_musd": {"measure": "sum", "of": "private_equity", "scale": 1e-6, "decimals": 2},
                "startups_2005_2014": {"measure": "sum", "of": "company_count"},
            },
        },
        {
            "kind": "values",
            "file": file("internet_exchanges_2020_10/exchange_buildings.csv"),
            "columns": {"latitude": "latitude", "longitude": "longitude"},
            "distinct": ["building_id"],
            "places": {"hubs": hubs},
            "indicators": {"ix_buildings_2020": {}},
        },
        {
            "kind": "values",
            "file": file("cloud_regions/regions_2020_04.csv"),
            "columns": {"latitude": "latitude", "longitude": "longitude"},
            "where": {"provider": ["aws", "gcp"]},
            "places": {"hubs": hubs},
            "indicators": {"cloud_regions_2020": {}},
        },
        {
            "kind": "values",
            "file": file("cloud_regions/regions_2025_01.csv"),
            "columns": {"latitude": "latitude", "longitude": "longitude"},
            "where": {"in_service": True},
            "places": {"hubs": hubs},
            "indicators": {"cloud_regions_2025": {}},
        },
        {
            "kind": "values",
            "file": file("openflights/routes.dat.gz"),
            "header": ["airline", "al", "from", "from_id", "to", "to_id", "codeshare", "stops", "equipment"],
            "columns": {"airline": "airline"},
            "lookup": [
                {
                    "file": file("openflights/airports.dat.gz"),
                    "header": [
                        *(
                            "id",
                            "name",
                            "city",
                            "country",
                            "iata",
                            "icao",
                            "lat",
                            "lon",
                            "alt",
                            "tz",
                            "dst",
                            "zone",
                        ),
                        *("type", "source"),
                    ],
                    "on": on,
                    "key": "id",
                    "required": True,
                    "columns": columns,
                }
                for on, columns in (
                    (
                        "from_id",
                        {"latitude": "lat", "longitude": "lon", "country": "country", "home": "country"},
                    ),
                    ("to_id", {"abroad": "country"}),
                )
            ],
            "replace": {
                "home": {"Hong Kong": "China", "Macau": "China"},
                "abroad": {"Hong Kong": "China", "Macau": "China"},
                "country": {"Hong Kong": "China"},
            },
            "where": {"codeshare": {"none_of": ["Y"]}, "home": {"differs_from": "abroad"}},
            "distinct": ["airline", "from", "to"],
            "places": {
                "gazetteer": str(GAZETTEER),
                "hubs": {"file": "airport_hubs.csv", "same_country": True},
            },
            "indicators": {"intl_routes_2014": {}},
        },
        *[
            {
                "kind": "values",
                "name": f"GDP list, {name}",
                "file": file("metro_gdp_list/cities_by_gdp.csv"),
                "columns": {
                    "institution": "Metropolitian Area/City",
                    "of": "Country/Region",
                    "gdp": "Estimated_GDP_Billion_USD",
                    "people": "Metropolitian_Population",
                },
                "distinct": ["institution", "of"],
                "places": {"crosswalk": crosswalk, "units": "as written"},
                "indicators": {name: measure},
            }
            for name, crosswalk, measure in (
                ("gdp_usd_bn", "gdp_names.csv", {"measure": "sum", "of": "gdp", "absent": "missing"}),
                (
                    "gdp_per_head_usd",
                    "gdp_per_head_names.csv",
                    {"measure": "ratio", "of": "gdp", "over": "people", "scale": 1e9, "decimals": 0},
                ),
            )
        ],
    ]
    names = [name for source in sources for name in source["indicators"]]
    return {
        "name": "Columns of hubs_2020 from their records",
        "units": {"file": file("hubs_2020/indicators.csv"), "id": "metro"},
        "sources": sources,
        "normalisation": {"method": "rank"},
        "index": {"code": "ALL", "children": [{"indicator": name} for name in names]},
    }


def top_of_leiden(raw: Path, n: int) -> float:
    """The P_top1 of the n-th university of the Leiden Ranking."""
    values = sorted(
        (float(row["P_top1"]) for row in read(raw / "leiden_2020" / "cwts_2020.csv")), reverse=True
    )
    return values[n - 1]
