"""Layouts of patents, on made-up files in these layouts with the right counts (shared/records)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from innov_index.sources.lost_shares import NO_PLACE
from tests.config.record_layouts import assert_right, derived, lost_by_cause, rows_by_year, rows_of_ties

G06N = "^G06N(?! *10(/|$))"
"""A class that begins with G06N, other than G06N10 (quantum computing)."""

PATENTS: Mapping[str, dict[str, Any]] = {
    "patentsview": {
        "source": {
            "format": "patentsview",
            "file": "g_inventor_disambiguated.tsv.zip",
            "lookup_files": {
                "patents": "g_patent.tsv.zip",
                "locations": "g_location_disambiguated.tsv.zip",
                "cpc": "g_cpc_current.tsv.zip",
            },
            "where": {"type": "utility", "withdrawn": 0},
            "edition": {"year_of": "date"},
        },
        "ai": {"where": {"class": {"matches": G06N}}},
    },
    "patstat": {
        "source": {
            "format": "patstat",
            "file": "tls207_pers_appln.csv",
            "lookup_files": {
                "applications": "tls201_appln.csv",
                "persons": "tls206_person.csv",
                "ipc": "tls209_appln_ipc.csv",
            },
            "where": {
                "kind_of_right": "PI",
                "inventor": {"min": 1},
                "application": {"same_as": "first_application"},
            },
            "edition": "year",
        },
        "ai": {"where": {"ipc": {"matches": G06N}}},
    },
    "patent-list": {
        "source": {"format": "patent list", "file": "list.csv", "edition": {"year_of": "date"}, "where": {}},
        "ai": {"where": {"cpc": {"matches": G06N, "split": "\n"}}},
    },
}
"""By folder of shared/records: the source as a config states it, and what AI patents are."""

REGPAT = {
    "format": "regpat",
    "file": "*_EPO_Inv_reg.txt",
    "lookup_files": {"ipc": "*_EPO_IPC.txt"},
    "edition": "year",
}


LEVELS = [(name, level) for name in PATENTS for level in ("city", "country")]
LEVELS.remove(("patent-list", "city"))


@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_counts_of_patents(
    shared: Path, tmp_path: Path, name: str, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case, folder = PATENTS[name], shared / "records" / name
    indicators = {
        "whole": {},
        "fractional_inventor": {"counting": "fractional by author"},
        "ai_whole": case["ai"],
    }
    result = derived(folder, level, {**case["source"], "indicators": indicators})
    rows = rows_by_year(folder, level, result)
    assert_right(folder, f"expected_{level}_year.csv", rows, tmp_path / "own.csv", capsys)


CAUSES = {
    "inventor_without_location": NO_PLACE,
    "inventor_without_country_and_address": NO_PLACE,
    "inventor_without_country": NO_PLACE,
    "location_without_city": "no city",
    "city_not_listed": "not found",
    "no_listed_city": "not found",
}
"""What the right accounts call a cause of ours."""


@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_what_patents_lose(shared: Path, name: str, level: str) -> None:
    folder = shared / "records" / name
    indicators = {"n": {"counting": "fractional by author"}}
    result = derived(folder, level, {**PATENTS[name]["source"], "indicators": indicators})
    with (folder / "expected_account.csv").open(encoding="utf-8") as file:
        right = [row for row in csv.DictReader(file) if row["level"] == level]
    lost = lost_by_cause(result, "n")
    assert lost.keys() == {CAUSES[row["reason"]] for row in right}
    for row in right:
        own = lost[CAUSES[row["reason"]]]
        assert own.documents == int(row["records"])
        assert own.share == pytest.approx(float(row["inventor_share"]))


@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_joint_patents(
    shared: Path, tmp_path: Path, name: str, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case, folder = PATENTS[name], shared / "records" / name
    measures = {"documents": {"measure": "degree"}, "ai_documents": {"measure": "degree", **case["ai"]}}
    source = {name: value for name, value in case["source"].items() if name != "edition"}
    column = case["source"]["edition"]
    year = column if isinstance(column, str) else column["year_of"]
    where = {**source["where"], year: {"filled": True}}
    result = derived(
        folder, level, {**source, "where": where, "kind": "collaboration", "indicators": measures}
    )
    rows = rows_of_ties(folder, level, result)
    assert_right(folder, f"expected_{level}_edges.csv", rows, tmp_path / "own.csv", capsys)


def test_patents_by_their_assignees(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "records" / "patentsview"
    indicators = {"whole": {}, "fractional_assignee": {"counting": "fractional by author"}}
    stated = {"file": "g_assignee_disambiguated.tsv.zip", "indicators": indicators}
    result = derived(folder, "city", {**PATENTS["patentsview"]["source"], **stated})
    rows = rows_by_year(folder, "city", result)
    assert_right(folder, "expected_assignee_city_year.csv", rows, tmp_path / "own.csv", capsys)


def test_applications_without_their_families(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, source = shared / "records" / "patstat", PATENTS["patstat"]["source"]
    stated = {
        "document": ["application"],
        "edition": "filing_year",
        "where": {"kind_of_right": "PI", "inventor": {"min": 1}},
        "indicators": {"whole": {}, "fractional_inventor": {"counting": "fractional by author"}},
    }
    rows = rows_by_year(folder, "country", derived(folder, "country", {**source, **stated}))
    assert_right(folder, "expected_country_year_applications.csv", rows, tmp_path / "own.csv", capsys)


@pytest.mark.parametrize("level", ["region", "country"])
def test_counts_of_regpat(
    shared: Path, tmp_path: Path, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, units = shared / "records" / "regpat", "nuts" if level == "region" else "country"
    source = REGPAT if level == "region" else {**REGPAT, "columns": {"unit": "ctry_code"}}
    counts = {"whole": {}, "ai_whole": {"where": {"class": {"matches": G06N}}}}
    shares = {"fractional": {"measure": "sum", "of": "region_share * person_share"}}
    rows = rows_by_year(folder, units, derived(folder, "country", {**source, "indicators": counts}))
    stated = derived(folder, "country", {**source, "kind": "values", "indicators": shares})
    for row, own in zip(rows, rows_by_year(folder, units, stated), strict=True):
        assert (row[units], row["year"]) == (own[units], own["year"])
        row["fractional"] = own["fractional"]
    assert_right(folder, f"expected_{level}_year.csv", rows, tmp_path / "own.csv", capsys)


def test_joint_regions_of_regpat(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "records" / "regpat"
    source = {name: value for name, value in REGPAT.items() if name != "edition"}
    ai = {"where": {"class": {"matches": G06N}}}
    measures = {"documents": {"measure": "degree"}, "ai_documents": {"measure": "degree", **ai}}
    stated = {"kind": "collaboration", "where": {"year": {"filled": True}}, "indicators": measures}
    rows = rows_of_ties(folder, "region", derived(folder, "country", {**source, **stated}))
    assert_right(folder, "expected_region_edges.csv", rows, tmp_path / "own.csv", capsys)


LENS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "expected_jurisdiction_year.csv": (
        "office",
        {
            "document": ["lens_id"],
            "edition": "year",
            "indicators": {
                "documents": {},
                "ai_documents": {"where": {"class": {"matches": G06N, "split": ";;"}}},
            },
        },
    ),
    "expected_family_year.csv": (
        "office",
        {
            "replace": {"unit": {"*": "World"}},
            "edition": {"year_of": "date"},
            "indicators": {
                "families": {},
                "ai_families": {"where": {"class": {"matches": G06N, "split": ";;"}}},
            },
        },
    ),
    "expected_applicant_year.csv": (
        "applicant",
        {
            "columns": {"unit": "Applicants"},
            "explode": [{"columns": ["unit"], "by": ";;"}],
            "edition": {"year_of": "date"},
            "indicators": {"whole": {}, "fractional": {"counting": "fractional by author"}},
        },
    ),
}
"""By expected table: what its units are, and what a source states besides its layout and file."""


@pytest.mark.parametrize("table", LENS)
def test_counts_of_lens(shared: Path, tmp_path: Path, table: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder, (units, stated) = shared / "records" / "lens-patents", LENS[table]
    result = derived(folder, "country", {"format": "lens patents", "file": "lens-export.csv", **stated})
    rows = rows_by_year(folder, units, result)
    assert_right(folder, table, rows, tmp_path / "own.csv", capsys)
    assert result.account.left_out["repeats the lens_id of an earlier record"] == 4
