"""Tables in the shapes of public ones as records: the figures that the same table gives as indicators.

Source: `shared/shapes`, made-up files with their right answers. Tables whose indicators are joined from
several columns are not among them.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.intake.shape.test_shapes import CONFIGS, expected_values
from tests.sources.deriving import derived

YEARS_IN_TITLES: dict[str, dict[str, Any]] = {
    "databank-csv": {"columns": {"unit": "Country Code", "n": "{year} [YR{year}]"}},
    "eurostat-tsv": {
        "columns": {"unit": "geo", "n": "{year}", "measure": "unit"},
        "where": lambda indicator: dict(zip(("freq", "measure"), indicator.split(","), strict=True)),
    },
    "eurostat-xlsx": {
        "columns": {"unit": "GEO (Labels)", "n": "{year}"},
        "sheet": lambda indicator: {"Total": "Sheet 1", "Females": "Sheet 2"}[indicator],
    },
    "hdr-wide": {"columns": lambda indicator: {"unit": "iso3", "n": f"{indicator}_{{year}}"}},
    "ndgain-folder": {
        "columns": {"unit": "ISO3", "n": "{year}"},
        "file": lambda indicator: f"resources/*/{indicator}.csv",
    },
    "wb-api-csv": {"columns": {"unit": "Country Code", "n": "{year}"}},
    "wb-api-xls": {"columns": {"unit": "Country Code", "n": "{year}"}},
    "wb-api-xlsx": {"columns": {"unit": "Country Code", "n": "{year}"}},
    "wbgapi-folder": {
        "columns": {"unit": "economy", "n": "YR{year}"},
        "file": lambda indicator: f"{indicator}.csv",
    },
    "wdi-bulk": {"columns": {"unit": "Country Code", "n": "{year}"}},
    "weo-tsv-xls": {"columns": {"unit": "ISO", "n": "{year}"}},
    "wipo-statistics": {"columns": {"unit": "Office (Code)", "n": "{year}"}},
}
"""What a source states of tables with a column for each year, some of it for each indicator."""

SEVERAL_COLUMNS = {"faostat", "country-names"}
STATED: dict[str, dict[str, Any]] = {
    "broken-rows": {"distinct": ["university_name", "year"]},
    "file-per-year": {"edition": {"name_of": "file"}},
    "sheet-per-year": {"edition": {"name_of": "sheet"}, "sheet": "*"},
    "kof-panel": {"edition": "year"},
    "undata-csv": {"edition": "Year"},
    "eurostat-sdmx-csv": {"edition": "TIME_PERIOD"},
    "ilostat": {"edition": "time"},
    "oecd-sdmx-csv": {"edition": "TIME_PERIOD"},
    "sdmx-json": {"edition": "TIME_PERIOD"},
    "sdmx-ml": {"edition": "TIME_PERIOD"},
}
"""What is found in tables of indicators, and stated of records: which column has the edition."""
VALUES = ("OBS_VALUE", "obs_value", "Value")
WORDS = (
    "where",
    "missing",
    "bounds",
    "ranges",
    "map",
    "header",
    "range",
    "skip",
    "sheet",
    "transposed",
    "edition",
)


@pytest.mark.parametrize("name", sorted(CONFIGS.keys() - YEARS_IN_TITLES.keys() - SEVERAL_COLUMNS))
def test_a_shape_gives_its_figures(shared: Path, name: str) -> None:
    shape, _, variant = name.partition(":")
    folder = shared / "shapes" / shape
    expected = expected_values(folder / f"expected{variant and '.'}{variant}.csv")
    block = CONFIGS[name]["indicators"]
    stated = {word: block[word] for word in WORDS if word in block} | STATED.get(name, {})
    for indicator in list(dict.fromkeys(indicator for _, _, indicator in expected))[:3]:
        where, of = dict(stated.get("where", {})), indicator
        columns: dict[str, Any] = {"unit": block.get("unit") or CONFIGS[name]["units"]["id"]}
        if "indicator" in block:
            where[block["indicator"]] = indicator
            columns["n"] = [block["value"]] if "value" in block else list(VALUES)
            of = "n"
        result = derived(
            folder,
            kind="values",
            file=block["file"],
            columns=columns,
            **{**stated, "where": where},
            indicators={"x": {"measure": "sum", "of": f"`{of}`"}},
        )
        column = result.columns["x"]
        editions = column.editions or {"": column}
        found = {
            (unit, edition): value for edition, own in editions.items() for unit, value in own.values.items()
        }
        right = {
            (unit, edition if column.editions else ""): value
            for (unit, edition, name), (value, _) in expected.items()
            if name == indicator and not math.isnan(value)
        }
        assert {key: value for key, value in found.items() if not math.isnan(value)} == pytest.approx(right)


@pytest.mark.parametrize("name", YEARS_IN_TITLES)
def test_a_shape_with_years_in_titles_gives_its_figures(shared: Path, name: str) -> None:
    folder = shared / "shapes" / name
    block = CONFIGS[name]["indicators"]
    expected = expected_values(folder / "expected.csv")
    by = {"indicator": block["indicator"]} if isinstance(block.get("indicator"), str) else {}
    for indicator in dict.fromkeys(indicator for _, _, indicator in expected):
        stated = {
            word: entry(indicator) if callable(entry) else entry
            for word, entry in YEARS_IN_TITLES[name].items()
        }
        usual = {word: block[word] for word in ("file", "sheet", "missing") if word in block}
        where = {"where": {by["indicator"]: indicator}} if by else {}
        result = derived(
            folder,
            kind="values",
            edition="year",
            indicators={"x": {"measure": "sum", "of": "n"}},
            **{**usual, **where, **stated},
        )
        right = {
            (unit, edition): value
            for (unit, edition, name_), (value, _) in expected.items()
            if name_ == indicator and not math.isnan(value)
        }
        units = {unit for unit, _, _ in expected}
        found = {
            (unit, edition): value
            for edition, own in result.columns["x"].editions.items()
            for unit, value in own.values.items()
            if unit in units and not math.isnan(value)
        }
        assert found == pytest.approx(right)
