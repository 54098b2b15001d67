"""Tables in the shapes of public ones as records: the figures that the same table gives as indicators.

Source: `shared/shapes`, made-up files with their right answers. A record is a row, so tables with a column
for each year, or whose indicators are joined from several columns, are not among them.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.intake.shape.test_shapes import CONFIGS, expected_values
from tests.sources.deriving import derived

YEARS_IN_TITLES = {
    *(
        "databank-csv",
        "eurostat-tsv",
        "eurostat-xlsx",
        "hdr-wide",
        "ndgain-folder",
        "wb-api-csv",
        "wb-api-xls",
    ),
    *("wb-api-xlsx", "wbgapi-folder", "wdi-bulk", "weo-tsv-xls", "wipo-statistics"),
}
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


@pytest.mark.parametrize("name", sorted(CONFIGS.keys() - YEARS_IN_TITLES - SEVERAL_COLUMNS))
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
