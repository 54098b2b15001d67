"""The register of countries and areas that comes with the package, from the tables in `data/countries`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from innov_index.intake.countries.spelling import spellings
from making.country_lists import AREA_COLUMNS
from making.tables import DATA, Row, read

INCOME_YEAR = "2026 (July 2025 to June 2026)"
REGISTER = DATA.parent / "innov_index/intake/countries/register.json"

SOURCES = (
    *("UN M49", "ISO 3166", "UN", "World Bank", "OECD", "Eurostat", "IMF", "World Bank, IMF or OECD", "UNDP"),
    *("WHO", "FAO", "WIPO", "Web of Science", "GeoNames", "CLDR"),
    *("formal", "common"),
)
"""Lists that names are from; where several have a name, those named first are told first."""

Names = dict[str, dict[str, dict[str, set[str]]]]
"""Spelling → three letters of the country → name as printed → sources."""


def country_register(tables: Path, register: Path = REGISTER) -> None:
    """Write names by their spelling; a spelling that two countries share is ambiguous."""
    areas = {row["iso3"]: row for row in read(tables / "areas.csv")}
    names = _by_spelling([*read(tables / "names.csv"), *read(tables / "recalled_names.csv")], areas)
    aggregates = _aggregates([*read(tables / "regions.csv"), *read(tables / "recalled_aggregates.csv")])
    ambiguous = {
        key: [areas[iso3]["name"] for iso3 in sorted(found)] for key, found in names.items() if len(found) > 1
    }
    content = {
        "income_year": INCOME_YEAR,
        "sources": SOURCES,
        "areas": [[row[column] for column in AREA_COLUMNS] for row in areas.values()],
        "names": {
            key: _entry(*next(iter(found.items())))
            for key, found in sorted(names.items())
            if key not in ambiguous
        },
        "ambiguous": dict(sorted(ambiguous.items())),
        "codes": {row["code"]: [row["iso3"], row["source"]] for row in read(tables / "recalled_codes.csv")},
        "aggregates": dict(sorted(aggregates.items())),
        "aggregate_codes": _codes_of_aggregates(tables, areas),
        "parts": {key: row["iso3"] for row in read(tables / "parts.csv") for key in spellings(row["name"])},
    }
    register.parent.mkdir(parents=True, exist_ok=True)
    register.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def _by_spelling(rows: Iterable[Row], areas: Mapping[str, Row]) -> Names:
    names: Names = {}
    for row in rows:
        for key in spellings(row["name"]):
            texts = names.setdefault(key, {}).setdefault(areas[row["iso3"]]["iso3"], {})
            texts.setdefault(row["name"], set()).add(row["source"])
    return names


def _entry(iso3: str, texts: Mapping[str, set[str]]) -> list[object]:
    """The country and its names of one spelling, the one that most lists have first."""
    most = sorted(texts.items(), key=lambda item: (-len(item[1]), item[0]))
    return [iso3, [[name, sorted(map(SOURCES.index, found))] for name, found in most]]


def _aggregates(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Name, code and source by spelling; the first list that has a name gives its code."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for key in spellings(row["name"]):
            found.setdefault(key, [row["name"], row["code"], row["source"]])
    return found


def _codes_of_aggregates(tables: Path, areas: Mapping[str, Row]) -> dict[str, list[str]]:
    taken = {row["code"] for row in read(tables / "recalled_codes.csv")}
    taken |= {row[column] for row in areas.values() for column in ("iso3", "iso2", "m49", "eurostat")}
    found: dict[str, list[str]] = {}
    for table in ("regions.csv", "recalled_aggregates.csv"):
        for row in read(tables / table):
            if row["code"]:
                assert row["code"] not in taken, row
                found.setdefault(row["code"], [row["name"], row["source"]])
    return dict(sorted(found.items()))
