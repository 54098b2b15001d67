"""Which of day and month comes first in a column of dates, as its cells show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from innov_index.errors import DataError
from innov_index.intake.records.parsing import order_shown
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import derived, write_csv

MONTHS = {
    "april": {"joined": ["2017-04-01", "2017-04-30"]},
    "july": {"joined": ["2017-07-01", "2017-07-31"]},
}
COLUMNS = {"company": "name", "unit": "place", "date": "d"}


def joined(folder: Path, texts: list[str], **stated: Any) -> SourceResult:
    """What a list of companies with these dates gives, in files of two rows each."""
    for at in range(0, len(texts), 2):
        rows = [(f"company {row}", "A", text) for row, text in enumerate(texts[at : at + 2], at)]
        write_csv(folder / f"list{at}.csv", ("name", "place", "d"), rows)
    stated = {"columns": COLUMNS, "indicators": MONTHS, **stated}
    return derived(folder, kind="companies", file="list*.csv", name="list", **stated)


def counts(result: SourceResult) -> tuple[float, float]:
    april, july = (result.columns[name].values.get("A", 0.0) for name in MONTHS)
    return april, july


def told(result: SourceResult) -> list[str]:
    return [str(text) for text in result.remarks if " date" in text and text.startswith("list: ")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *(("25.12.2017", "day first"), ("12/25/2017", "month first"), ("04-07-17", "either")),
        *(("4/4/2017", ""), ("2017-04-07", ""), ("7 April 2017", ""), ("25/25/2017", ""), ("soon", "")),
    ],
)
def test_what_a_date_shows(text: str, shown: str) -> None:
    assert order_shown(text) == shown


def test_one_column_has_one_order(tmp_path: Path) -> None:
    """07/04/2017 was read as 4 July beside dates that can only be read day first."""
    result = joined(tmp_path, ["07.04.2017", "07/04/2017", "2017-04-07", "25.12.2017", "13/04/2017"])
    assert counts(result) == (4, 0)
    assert result.account.unreadable["date"] == 0
    assert told(result) == [
        "list: dates are read day first, the only order of 2 dates such as '25.12.2017' (list2.csv:3)"
    ]


def test_month_first_needs_no_word_where_a_date_shows_it(tmp_path: Path) -> None:
    result = joined(tmp_path, ["4/7/2017", "4/13/2017"])
    assert (counts(result), told(result)) == ((2, 0), [])


def test_an_order_that_no_date_shows_is_told(tmp_path: Path) -> None:
    result = joined(tmp_path, ["4/7/2017", "4/4/2017"])
    assert counts(result) == (2, 0)
    assert told(result) == [
        "list: dates are read month first: none shows the order, and another one would change 1 date such as "
        "'4/7/2017' (list0.csv:2); `dates` states it"
    ]
    assert told(joined(tmp_path, ["4/7/2017", "4/4/2017"], dates="month first")) == []


def test_dates_of_both_orders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"1 date such as '13/4/2017' .* only be read day first, 1 date .*state"
    ):
        joined(tmp_path, ["13/4/2017", "4/13/2017", "4/7/2017"])


def test_dates_that_contradict_what_is_stated_are_told(tmp_path: Path) -> None:
    result = joined(tmp_path, ["13/4/2017", "4/13/2017", "4/7/2017"], dates="month first")
    assert counts(result) == (2, 0)
    assert result.account.unreadable["date"] == 1
    assert told(result) == [
        "list: 1 date such as '13/4/2017' (list0.csv:2) cannot be read month first, as `dates` states"
    ]


def test_so_is_the_order_of_dates_that_as_of_looks_at(tmp_path: Path) -> None:
    result = joined(tmp_path, ["07/04/2017", "25.12.2016", "07/05/2017"], as_of="2017-04-30")
    assert counts(result) == (1, 0)
    assert result.account.left_out == {"after 2017-04-30": 1}
    assert result.account.evidence["date", "either"].count == 2


def test_editions_of_one_source_have_one_order(tmp_path: Path) -> None:
    result = joined(tmp_path, ["07/04/2016", "07/04/2017", "25.12.2016"], edition={"year_of": "date"})
    assert {edition: own.values for edition, own in result.columns["april"].editions.items()} == {
        "2016": {},
        "2017": {"A": 1},
    }
    assert len(told(result)) == 1


def test_a_year_needs_no_order(tmp_path: Path) -> None:
    """25/4/2017 was without a year, whatever `dates` stated."""
    write_csv(
        tmp_path / "list.csv", ("place", "d"), [("A", "25/4/2017"), ("A", "4/25/2017"), ("A", "2/2/2016")]
    )
    stated = {"kind": "values", "file": "list.csv", "columns": {"unit": "place", "date": "d"}}
    result = derived(tmp_path, **stated, years=[2017, 2017], indicators={"n": {}})
    assert result.columns["n"].values == {"A": 2}
