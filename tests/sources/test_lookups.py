"""Tables that are looked up: several rows with one key, keys that are not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import GAZETTEER, derived, places, write_csv

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


FAMILIES = [
    *(("P1", "F1", "2019-03-01"), ("P2", "F1", "2018-03-01"), ("P4", "F1", ""), ("P5", "F1", "2018-10-01")),
    ("P3", "F2", ""),
]


def of_families(folder: Path, **stated: Any) -> SourceResult:
    """Patents with their family, and what is looked up by it."""
    write_csv(folder / "families.csv", ("patent", "family", "filed"), FAMILIES)
    by_patent = {"file": "families.csv", "on": "patent", "columns": {"family": "family"}}
    lookup = [by_patent, *stated.pop("lookup")]
    return derived(
        folder,
        places(units="as written"),
        **{"kind": "values", "file": "patents.csv", "columns": {"unit": "place"}, **stated},
        lookup=lookup,
    )


@pytest.mark.parametrize(
    ("filed", "first"),
    [
        (["2019-03-01", "2018-03-01", "", "2018-10-01"], "P2"),
        (["3/2/2018", "12/1/2018", "", "2/3/2018"], "P5"),
        (["10", "11", "", "9"], "P5"),
        (["b", "10", "", "9"], "P2"),
        (["", "", "", ""], "P1"),
    ],
)
def test_the_first_row_of_a_key(folder: Path, filed: list[str], first: str) -> None:
    rows = [(patent, "F1", own) for patent, own in zip(["P1", "P2", "P4", "P5"], filed, strict=True)]
    write_csv(folder / "members.csv", ("patent", "family", "filed"), rows)
    first_of = {
        "file": "members.csv",
        "on": "family",
        "several": {"first_by": "filed"},
        "columns": {"first": "patent"},
    }
    result = of_families(
        folder,
        lookup=[first_of],
        where={"family": "F1"},
        indicators={name: {"where": {"first": name}} for name in ("P1", "P2", "P5")},
    )
    assert [name for name, column in result.columns.items() if column.values] == [first]
    assert "members.csv: several rows for 1 key; the first by filed counts" in map(str, result.remarks)


def test_a_record_is_compared_with_what_was_looked_up(folder: Path) -> None:
    first_of = {
        "file": "families.csv",
        "on": "family",
        "several": {"first_by": "filed"},
        "columns": {"first": "patent"},
    }
    result = of_families(
        folder,
        lookup=[first_of],
        indicators={
            "first": {"where": {"patent": {"same_as": "first"}}},
            "later": {"where": {"patent": {"differs_from": "first"}}},
        },
    )
    assert result.columns["first"].values == {"Arden": 1.0, "Borel": 1.0}
    assert result.columns["later"].values == {"Arden": 1.0}


@pytest.mark.parametrize("several", ["one cell", "rows"])
def test_a_cell_with_several_keys_has_the_rows_of_all(folder: Path, several: str) -> None:
    members = {
        "file": "families.csv",
        "on": "family",
        "several": "one cell",
        "columns": {"members": "patent"},
    }
    classes = {**CLASS, "on": "members", "key": "patent", "several": several}
    result = of_families(
        folder,
        lookup=[members, classes],
        where={"patent": "P1"},
        indicators={
            "ai": {"where": {"class": {"matches": "^G06N(?!10)"}}},
            "telecom": {"classes": ["H04L"]},
            "rows": {},
        },
    )
    values = {name: column.values.get("Arden") for name, column in result.columns.items()}
    # H04L is a class of P2 alone, which is of the family of P1
    assert values["telecom"] == 1.0
    assert values["rows"] == (1.0 if several == "one cell" else 5.0)
    assert values["ai"] == (1.0 if several == "one cell" else 2.0)


def test_institutions_by_their_ror_ids(tmp_path: Path) -> None:
    """The registry's own file (JSON, a list of organisations) is a lookup."""
    known = [("05qwgg493", 4930956, "Boston", "US"), ("03cve4549", 1816670, "Beijing", "CN")]
    registry = [
        {
            "id": f"https://ror.org/{ror}",
            "locations": [{"geonames_id": id, "geonames_details": {"name": city, "country_code": country}}],
        }
        for ror, id, city, country in known
    ]
    (tmp_path / "ror.json").write_text(json.dumps(registry))
    rows = [("p1", known[0][0]), ("p1", known[1][0]), ("p2", known[1][0])]
    write_csv(
        tmp_path / "authors.csv", ("paper", "ror"), [(paper, f"https://ror.org/{id}") for paper, id in rows]
    )
    at = "locations[0].geonames_details"
    columns = {"city": f"{at}.name", "country": f"{at}.country_code"}
    result = derived(
        tmp_path,
        places(gazetteer=GAZETTEER, units="city"),
        kind="documents",
        file="authors.csv",
        columns={"document": "paper"},
        lookup=[{"file": "ror.json", "on": "ror", "key": "id", "columns": columns}],
        indicators={"papers": {"counting": "whole"}},
    )
    assert result.columns["papers"].values == {"4930956": 1, "1816670": 2}
