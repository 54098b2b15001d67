"""The records behind a value: all of them, and their shares add up to it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from innov_index.engine.local import Local
from innov_index.sources.document_counting import Counting
from innov_index.sources.tracing import Trace, Tracing
from tests.sources.deriving import derived, places, source, write_csv

HEADER = ("id", "who", "place", "worth", "year", "address")
COUNTINGS: tuple[Counting, ...] = (
    "whole",
    "fractional by author",
    "fractional by affiliation",
    "fractional by unit",
    "rows",
)
DOCUMENTS = {
    "kind": "documents",
    "columns": {"document": "id", "author": "who", "unit": "place", "year": "year"},
}
VALUES = {"kind": "values", "columns": {"unit": "place", "year": "year"}}
COMPANIES = {
    "kind": "companies",
    "unit": "dollars",
    "columns": {"company": "id", "date": "year", "unit": "place", "valuation": "worth", "year": "year"},
}
RECENT = {"years": [2001, 2002]}


@pytest.fixture(params=range(3))
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Two files of records; some without a place, a number or an address, some twice."""
    draw = random.Random(20201203 + request.param)
    for name in ("one", "two"):
        rows = [
            (
                f"D{draw.randrange(12)}",
                draw.choice(["a", "b", "c"]),
                draw.choice(["A", "B", "C", ""]),
                draw.choice(["1.5", "2", "40", "", "0.1"]),
                draw.choice([2000, 2001, 2002]),
                draw.choice(["x", "y", ""]),
            )
            for _ in range(30)
        ]
        write_csv(tmp_path / f"{name}.csv", HEADER, rows)
    return tmp_path


def traced(folder: Path, measure: dict[str, Any], where: str, **stated: Any) -> Trace:
    own = source(**{**stated, "file": "*.csv", "indicators": {"n": measure}})
    return Tracing(own, places(), folder, Local()).of("n", where)


def ensure_shares_add_up(folder: Path, measure: dict[str, Any], **stated: Any) -> None:
    """In each unit, and in each edition."""
    column = derived(folder, **{**stated, "file": "*.csv", "indicators": {"n": measure}}).columns["n"]
    assert column.units
    for unit in sorted(column.units):
        found = traced(folder, measure, unit, **stated)
        assert not found.why_no_shares
        by_edition = column.editions or {"": column}
        for edition, own in by_edition.items():
            shares = [record.share or 0.0 for record in found.records if record.edition == edition]
            value = own.values.get(unit, 0.0)
            assert sum(shares) == pytest.approx(0.0 if value != value else value, abs=1e-12)
            if unit in own.values:
                assert found.values[edition] == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("edition", [None, "year"])
@pytest.mark.parametrize("counting", COUNTINGS)
@pytest.mark.parametrize(
    "measure",
    [
        {},
        {"measure": "sum", "of": "worth", "scale": 2.0},
        {"measure": "world_share", "scale": 100.0},
        {"measure": "own_share", "where": {"worth": {"min": 1}}},
        {"measure": "specialisation", "where": {"worth": {"min": 1}}},
        {"unplaced": "redistributed"},
        {**RECENT},
    ],
    ids=str,
)
def test_documents(folder: Path, measure: dict[str, Any], counting: Counting, edition: str | None) -> None:
    stated = {**DOCUMENTS, **({} if edition is None else {"edition": edition})}
    ensure_shares_add_up(folder, {**measure, "counting": counting}, **stated)


def test_documents_whose_addresses_count(folder: Path) -> None:
    columns = {**DOCUMENTS["columns"], "affiliation": "address"}  # type: ignore[dict-item]
    ensure_shares_add_up(folder, {"counting": "fractional by affiliation"}, kind="documents", columns=columns)


def test_an_author_of_two_places_has_half_in_each(tmp_path: Path) -> None:
    """Author 1 has half of the paper, in two places; author 2 the other half."""
    rows = [("P", "1", "A", "", 2000, ""), ("P", "1", "B", "", 2000, ""), ("P", "2", "A", "", 2000, "")]
    write_csv(tmp_path / "list.csv", HEADER, rows)
    found = traced(tmp_path, {"counting": "fractional by author"}, "A", **DOCUMENTS)
    assert [(record.line, record.share) for record in found.records] == [(2, 0.25), (4, 0.5)]
    found = traced(tmp_path, {"counting": "whole"}, "A", **DOCUMENTS)
    assert [(record.line, record.share) for record in found.records] == [(2, 1.0), (4, 0.0)]


@pytest.mark.parametrize("edition", [None, "year"])
@pytest.mark.parametrize("distinct", [None, ["id"], ["id", "who"]])
@pytest.mark.parametrize(
    "measure", [{}, {"measure": "sum", "of": "2 * worth"}, {"scale": 3.0, **RECENT}], ids=str
)
def test_values(
    folder: Path, measure: dict[str, Any], distinct: list[str] | None, edition: str | None
) -> None:
    stated = {name: own for name, own in (("edition", edition), ("distinct", distinct)) if own is not None}
    ensure_shares_add_up(folder, measure, **VALUES, **stated)


@pytest.mark.parametrize("edition", [None, "year"])
@pytest.mark.parametrize("measure", [{}, {"measure": "sum"}, {"above": 1.6}, RECENT], ids=str)
def test_companies(folder: Path, measure: dict[str, Any], edition: str | None) -> None:
    stated = {**COMPANIES, **({} if edition is None else {"edition": edition})}
    ensure_shares_add_up(folder, measure, **stated)


@pytest.mark.parametrize(
    ("stated", "measure", "why"),
    [
        (VALUES, {"measure": "mean", "of": "worth"}, "the mean"),
        (VALUES, {"measure": "ratio", "of": "worth", "over": "year"}, "a ratio"),
        (COMPANIES, {"measure": "max"}, "the largest"),
        (COMPANIES, {"measure": "median"}, "the median"),
        (DOCUMENTS, {"measure": "mean", "of": "worth"}, "the mean"),
        (
            {"kind": "collaboration", "columns": {"document": "id", "unit": "place"}},
            {"measure": "degree"},
            "degree in the network",
        ),
    ],
    ids=str,
)
def test_a_value_that_is_no_sum_says_so(
    folder: Path, stated: dict[str, Any], measure: dict[str, Any], why: str
) -> None:
    found = traced(folder, measure, "A", **stated)
    assert found.why_no_shares.startswith(why)
    assert found.records
    assert {record.share for record in found.records} == {None}


@pytest.mark.parametrize("further", [{"amount": "amount"}, {"document": "id"}, {}], ids=str)
@pytest.mark.parametrize("measure", ["points", "amount", "share", "total_share"])
def test_clusters(tmp_path: Path, measure: str, further: dict[str, str]) -> None:
    draw = random.Random(7)
    rows = [
        (48.8 + draw.random() / 50, 2.3, draw.choice(["a", "b"]), draw.randrange(1, 5), draw.randrange(9))
        for _ in range(30)
    ] + [(10.0 + at, 20.0, "a", 1, at) for at in range(5)]
    write_csv(tmp_path / "points.csv", ("lat", "lon", "metric", "amount", "id"), rows)
    columns = {"latitude": "lat", "longitude": "lon", "metric": "metric", **further}
    own: dict[str, Any] = {"measure": measure, **({"of": "a"} if measure == "share" else {})}
    ensure_shares_add_up(tmp_path, own, kind="clusters", columns=columns, minimum=5)
