"""Layouts of lists of companies, on made-up files in these layouts with the right counts (shared/records)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from innov_index.sources.source_kinds import SourceResult
from tests.config.record_layouts import assert_right, derived, key, right_account

DAYS = ("2017-04-01", "2019-12-31", "2021-06-30")
BILLIONS = (1, 10)

Measures: TypeAlias = Mapping[str, Mapping[str, Any]]

ByCase: TypeAlias = Mapping[tuple[tuple[str, Any], ...], Measures]
"""Indicators by the cells that a right table has of a day and a threshold."""

COMPANIES: Mapping[str, dict[str, Any]] = {
    "unicorn-list": {"format": "unicorn list", "file": "unicorns.csv"},
    "crunchbase-bulk": {
        "format": "crunchbase",
        "file": "organizations.csv",
        "where": {"role": "company"},
    },
    "crunchbase-web": {"format": "crunchbase web", "file": "companies.csv"},
    "pitchbook-xlsx": {"format": "pitchbook", "file": "export.xlsx"},
    "dealroom": {"format": "dealroom", "file": "companies.csv"},
}
"""By folder of shared/records: the source as a config states it."""


def founded(day: str, closed: bool) -> dict[str, Any]:
    """Filters for companies that were there on a day."""
    return {"date": {"until": day}, **({"closed": {"not_until": day}} if closed else {})}


def existing(day: str, closed: bool = True) -> Measures:
    where = founded(day, closed)
    return {
        "companies": {"where": where},
        "funding_usd": {"where": where, "measure": "sum", "of": "funding", "unit": "dollars"},
    }


def existing_and_ai(day: str) -> Measures:
    category = {"one_of": ["Artificial Intelligence"], "split": ","}
    return {**existing(day), "ai_companies": {"where": {**founded(day, True), "categories": category}}}


def valued(day: str, billions: int, date: str, **of: str) -> Measures:
    stated = {"where": {date: {"until": day}}, "unit": "dollars", "min": billions * 1e9, **of}
    return {"unicorns": stated, "valuation_usd": {**stated, "measure": "sum"}}


def valued_at_that_time(day: str, billions: int) -> Measures:
    of = {"values": "valuations", "dates": "valuation_dates", "until": day}
    stated = {"where": {"closed": {"not_until": day}}, "of": of, "unit": "dollars", "min": billions * 1e9}
    return {"unicorns": stated, "valuation_usd": {**stated, "measure": "sum"}}


def number_valued(day: str, billions: int) -> Measures:
    """Ranges have no sum."""
    return {"unicorns": valued(day, billions, "last_funding", of="lowest_valuation")["unicorns"]}


EXISTING: Mapping[str, Callable[[str], Measures]] = {
    "crunchbase-bulk": existing_and_ai,
    "crunchbase-web": existing,
    "pitchbook-xlsx": lambda day: existing(day, closed=False),
    "dealroom": existing,
}

VALUED: Mapping[str, Callable[[str, int], Measures]] = {
    "unicorn-list": lambda day, billions: valued(day, billions, "date"),
    "crunchbase-web": number_valued,
    "pitchbook-xlsx": lambda day, billions: valued(day, billions, "valuation_date", of="last_valuation"),
    "dealroom": valued_at_that_time,
}


@pytest.mark.parametrize("name", EXISTING)
def test_companies_of_a_day(
    shared: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "records" / name
    by_case: ByCase = {(("as_of", day),): EXISTING[name](day) for day in DAYS}
    rows = rows_by_case(folder, COMPANIES[name], by_case)
    assert_right(folder, "expected_companies.csv", rows, tmp_path / "own.csv", capsys)


@pytest.mark.parametrize("name", VALUED)
def test_unicorns_of_a_day(
    shared: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "records" / name
    by_case: ByCase = {
        (("as_of", day), ("threshold_usd", billions * 10**9)): VALUED[name](day, billions)
        for day in DAYS
        for billions in BILLIONS
    }
    rows = rows_by_case(folder, COMPANIES[name], by_case)
    assert_right(folder, "expected_unicorns.csv", rows, tmp_path / "own.csv", capsys)


def rows_by_case(folder: Path, source: Mapping[str, Any], by_case: ByCase) -> list[dict[str, object]]:
    """The rows of a right table, whose indicators are derived from one source."""
    numbered = dict(enumerate(by_case.items()))
    indicators = {f"{at} {name}": stated for at, (_, own) in numbered.items() for name, stated in own.items()}
    columns = derived(folder, "city", {**source, "indicators": indicators}).columns
    rows = []
    for at, (case, own) in numbered.items():
        units = {unit for name in own for unit in columns[f"{at} {name}"].values}
        rows += [
            {**key(folder, "city", unit), **dict(case)}
            | {name: columns[f"{at} {name}"].values.get(unit, 0) for name in own}
            for unit in sorted(units)
        ]
    return rows


def account(result: SourceResult) -> dict[str, int]:
    """What became of the companies, in the words of the right tables."""
    own = result.account
    causes: Counter[str] = Counter()
    for (cause, _), count in own.unplaced.items():
        causes[cause] += count
    left_out = own.left_out
    return {
        "city_not_listed": causes["not found"],
        "without_city": causes["no city"],
        "ambiguous_city": causes["ambiguous"],
        "in_file": own.records,
        "duplicate": left_out["repeats the id of an earlier record"] + left_out["repeated record"],
        "not_a_company": left_out["filter: where role"],
        "without_founded_date": own.unreadable["date"],
        "without_date": own.unreadable["date"],
    }


@pytest.mark.parametrize("name", COMPANIES)
def test_what_became_of_the_companies(shared: Path, name: str) -> None:
    folder = shared / "records" / name
    result = derived(folder, "city", {**COMPANIES[name], "indicators": {"n": {}}})
    own = account(result)
    assert {reason: own[reason] for reason in right_account(folder)} == right_account(folder)
