"""Tables that are looked up: several rows with one key, keys that are not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import derived, places, write_csv

PATENTS = [("P1", "Arden", "5"), ("P2", "Arden", "7"), ("P3", "Borel", "9")]
CLASSES = [
    *(("P1", "H01L21/02"), ("P1", "G06N3/08"), ("P1", "G06N10/00"), ("P1", "G06N3/08")),
    *(("P2", "G06N20/00"), ("P2", "H04L9/32"), ("P3", "G06N10/20")),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_csv(tmp_path / "patents.csv", ("patent", "place", "claims"), PATENTS)
    write_csv(tmp_path / "classes.csv", ("patent", "class"), CLASSES)
    return tmp_path


def counted(folder: Path, /, *, lookup: dict[str, Any], **stated: Any) -> SourceResult:
    columns = {"document": "patent"} if stated["kind"] == "documents" else {}
    return derived(
        folder,
        places(units="as written"),
        file="patents.csv",
        columns={**columns, "unit": "place"} if "city" not in lookup["columns"] else columns,
        lookup=[{"on": "document" if columns else "patent", "key": "patent", **lookup}],
        **stated,
    )


CLASS = {"file": "classes.csv", "columns": {"class": "class"}}


def test_one_of_several_values_must_pass_a_filter(folder: Path) -> None:
    result = counted(
        folder,
        kind="documents",
        lookup=CLASS,
        indicators={
            "ai": {"classes": ["G06N"]},
            "telecom": {"classes": ["H04L"]},
            "not_quantum": {"where": {"class": {"starts": ["G06N"], "not": "G06N10*"}}},
            "no_telecom": {"where": {"class": {"not": "H04L*"}}},
            "shares": {"classes": ["G06N"], "counting": "fractional by affiliation"},
        },
    )
    values = {name: dict(column.values) for name, column in result.columns.items()}
    assert values["ai"] == {"Arden": 2.0, "Borel": 1.0}
    assert values["telecom"] == {"Arden": 1.0}
    assert values["not_quantum"] == {"Arden": 2.0}
    assert values["no_telecom"] == {"Arden": 1.0, "Borel": 1.0}
    assert values["shares"] == values["ai"]
    (remark,) = (remark for remark in result.remarks if "several rows" in str(remark))
    assert str(remark) == "classes.csv: several rows for 2 keys; one of them must pass a filter"


def test_a_sum_takes_each_record_once(folder: Path) -> None:
    result = counted(
        folder,
        kind="values",
        lookup=CLASS,
        indicators={"claims": {"measure": "sum", "of": "claims", "classes": ["G06N", "H04L"]}},
    )
    assert result.columns["claims"].values == {"Arden": 12.0, "Borel": 9.0}


def test_each_place_of_a_record_is_a_row(folder: Path) -> None:
    inventors = [("P1", "a", "Arden"), ("P1", "b", "Borel"), ("P2", "c", "Arden"), ("P1", "d", "Arden")]
    write_csv(folder / "inventors.csv", ("patent", "inventor", "place"), inventors)
    result = counted(
        folder,
        kind="documents",
        lookup={"file": "inventors.csv", "columns": {"city": "place", "author": "inventor"}},
        indicators={"whole": {}, "shares": {"counting": "fractional by author"}},
    )
    assert result.columns["whole"].values == {"Arden": 2.0, "Borel": 1.0}
    assert result.columns["shares"].values == {"Arden": pytest.approx(5 / 3), "Borel": pytest.approx(1 / 3)}
    assert {str(remark) for remark in result.remarks} == {
        "inventors.csv: several rows for 1 key; a record counts for each",
        "inventors.csv: no row for 1 of 3 records that state a key",
    }
    assert (result.account.records, result.account.kept) == (3, 5)


def test_a_person_says_what_several_rows_are(folder: Path) -> None:
    result = counted(
        folder,
        kind="values",
        lookup={**CLASS, "several": "rows"},
        indicators={"rows": {"measure": "count", "classes": ["G06N"]}},
    )
    assert result.columns["rows"].values == {"Arden": 3.0, "Borel": 1.0}
