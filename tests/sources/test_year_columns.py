"""Records with a column for each year, in every format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from innov_index.errors import DataError
from innov_index.intake.records import files
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import derived, places, write_csv

TITLES = ("city", "spent_2019", "spent_2020", "staff_2020", "staff_2021")
ROWS = [("Arden", "1.5", "2", "7", ""), ("Borel", "0", "4", "9", "11"), ("Arden", "3", "", "1", "2")]
RIGHT = {
    "spent": {"2019": {"Arden": 4.5, "Borel": 0.0}, "2020": {"Arden": 2.0, "Borel": 4.0}},
    "staff": {"2020": {"Arden": 8.0, "Borel": 9.0}, "2021": {"Arden": 2.0, "Borel": 11.0}},
}


@pytest.fixture(params=["small.csv", "large.csv", "a.parquet", "a.jsonl"])
def file(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / request.param
    if path.suffix == ".csv":
        write_csv(path, TITLES, ROWS)
    records = [dict(zip(TITLES, row, strict=True)) for row in ROWS]
    if path.suffix == ".jsonl":
        path.write_text("\n".join(map(json.dumps, records)))
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), path)
    if "large" in path.name:
        monkeypatch.setattr(files, "LARGE", 0)
    return path


def summed(file: Path, **stated: Any) -> SourceResult:
    usual = {
        "kind": "values",
        "file": file.name,
        "edition": "year",
        "columns": {"city": "city", "spent": "spent_{year}", "staff": "staff_{year}"},
        "indicators": {name: {"measure": "sum", "of": name} for name in ("spent", "staff")},
    }
    return derived(file.parent, places(units="as written"), **{**usual, **stated})


def test_each_year_is_a_row(file: Path) -> None:
    result = summed(file)
    for name, editions in RIGHT.items():
        found = result.columns[name].editions
        assert {year: dict(found[year].values) for year in editions} == editions
    assert result.account.records == 3


def test_years_are_filtered_as_any_column(file: Path) -> None:
    result = summed(file, edition=None, years=[2020, 2020])
    assert result.columns["spent"].values == {"Arden": 2.0, "Borel": 4.0}
    assert result.columns["staff"].values == {"Arden": 8.0, "Borel": 9.0}


def test_no_column_of_a_year(file: Path) -> None:
    with pytest.raises(DataError, match=r"no column 'cost_\{year\}'"):
        summed(file, columns={"city": "city", "spent": "cost_{year}", "staff": "staff_{year}"})
