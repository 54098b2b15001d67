"""Amounts of several currencies are made one by stated rates, or never added up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from innov_index.errors import ConfigError, DataError
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import derived, write_csv

HEADER = ("id", "place", "worth", "year")
RATES = {"to": "USD", "rates": {"EUR": 1.25, "JPY": 0.0068}}
KINDS: dict[str, dict[str, Any]] = {
    "companies": {
        "columns": {"company": "id", "unit": "place", "valuation": "worth", "year": "year"},
        "unit": "dollars",
        "indicators": {"total": {"measure": "sum"}},
    },
    "values": {
        "columns": {"unit": "place", "year": "year"},
        "indicators": {"total": {"measure": "sum", "of": "worth"}},
    },
    "documents": {
        "columns": {"document": "id", "unit": "place", "year": "year"},
        "indicators": {"total": {"measure": "sum", "of": "worth"}},
    },
}
each_kind = pytest.mark.parametrize("kind", KINDS)


def counted(folder: Path, kind: str, *rows: tuple[str, ...], **stated: Any) -> SourceResult:
    """What a list gives that comes in files of one row each."""
    for at, row in enumerate(rows):
        write_csv(folder / f"list{at}.csv", HEADER, [(f"n{at}", *row)])
    return derived(folder, kind=kind, file="list*.csv", name="list", **{**KINDS[kind], **stated})


def total(result: SourceResult, unit: str = "A") -> float:
    return result.columns["total"].values[unit]


@each_kind
def test_several_currencies_are_not_added_up(tmp_path: Path, kind: str) -> None:
    """$2B and ¥100B were 102 billion."""
    rows = [("A", "$2B", "2019"), ("A", "¥100B", "2019"), ("A", "$3B", "2019")]
    with pytest.raises(DataError) as caught:
        counted(tmp_path, kind, *rows)
    assert str(caught.value) == (
        "list: 'total' takes amounts of several currencies together: "
        "USD (2 amounts such as '$2B' (list0.csv:2)) and JPY (1 amount such as '¥100B' (list1.csv:2)). "
        "State rates: currency: {to: USD, rates: {JPY: …}}"
    )


@each_kind
def test_rates_make_them_one(tmp_path: Path, kind: str) -> None:
    rows = [("A", "$2m", "2019"), ("A", "€4m", "2019"), ("A", "100 m JPY", "2019"), ("A", "US$ 1", "2019")]
    assert total(counted(tmp_path, kind, *rows, currency=RATES)) == pytest.approx(2e6 + 5e6 + 0.68e6 + 1)


@each_kind
def test_one_currency_needs_no_rates(tmp_path: Path, kind: str) -> None:
    assert total(counted(tmp_path, kind, ("A", "€2m", "2019"), ("A", "EUR 1", "2019"))) == 2e6 + 1


@each_kind
def test_a_currency_without_a_rate_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(
        DataError, match=r"`currency` has no rate of GBP \(1 amount such as '£5' \(list1\.csv:2\)"
    ):
        counted(tmp_path, kind, ("A", "$2m", "2019"), ("A", "£5", "2019"), currency=RATES)


@each_kind
def test_amounts_that_no_value_takes_together(tmp_path: Path, kind: str) -> None:
    """Those of other units, and those that a filter leaves out."""
    rows = [("A", "$2", "2019"), ("", "€4", "2019"), ("A", "£4", "2000")]
    filtered = {"total": {**KINDS[kind]["indicators"]["total"], "years": [2010, 2020]}}
    assert total(counted(tmp_path, kind, *rows, indicators=filtered)) == 2


@each_kind
def test_an_unknown_currency_is_told(tmp_path: Path, kind: str) -> None:
    result = counted(tmp_path, kind, ("A", "$2", "2019"), ("A", "XYZ 4", "2019"))
    assert total(result) == 2
    assert (
        "list: 1 amount such as 'XYZ 4' (list1.csv:2) in the unknown currency XYZ not read" in result.remarks
    )
    own = {"to": "USD", "rates": {"XYZ": 2.0}}
    assert total(counted(tmp_path, kind, ("A", "$2", "2019"), ("A", "XYZ 4", "2019"), currency=own)) == 10


def test_amounts_that_are_only_counted_are_told(tmp_path: Path) -> None:
    rows = [("A", "$2", "2019"), ("A", "€4", "2019")]
    result = counted(tmp_path, "companies", *rows, indicators={"total": {}})
    assert total(result) == 2
    assert "list: amounts are in EUR and USD; no indicator adds them up" in result.remarks


@pytest.mark.parametrize("own", [{"measure": "count", "above": 1}, {"measure": "max"}, {"measure": "median"}])
def test_nor_are_they_compared(tmp_path: Path, own: dict[str, Any]) -> None:
    rows = [("A", "$2", "2019"), ("A", "€4", "2019")]
    with pytest.raises(DataError, match="several currencies"):
        counted(tmp_path, "companies", *rows, indicators={"total": own})


def test_a_sign_may_be_another_dollar(tmp_path: Path) -> None:
    own = {"to": "CAD", "rates": {"$": 1.0, "USD": 1.25}}
    assert total(counted(tmp_path, "values", ("A", "$2", "2019"), ("A", "USD 4", "2019"), currency=own)) == 7


@each_kind
@pytest.mark.parametrize("role", ["year", "date"])
def test_rates_by_year(tmp_path: Path, kind: str, role: str) -> None:
    rates = [("EUR", "2019", "1.5"), ("EUR", "2020", "1.25"), ("GBP", "", "2")]
    write_csv(tmp_path / "rates.csv", ("currency", "year", "rate"), rates)
    columns = {name: cell for name, cell in KINDS[kind]["columns"].items() if name != "year"} | {role: "year"}
    rows = [("A", "€2", "2019"), ("A", "€4", "2020"), ("A", "£1", "2021"), ("A", "1", "2019")]
    currency = {"to": "USD", "rates": "rates.csv"}
    result = counted(tmp_path, kind, *rows, currency=currency, columns=columns)
    assert total(result) == 3 + 5 + 2 + 1
    assert tmp_path / "rates.csv" in result.files
    with pytest.raises(DataError, match="no rate of EUR in 2018"):
        counted(tmp_path, kind, ("A", "€2", "2018"), currency=currency, columns=columns)


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ([("EUR", "1.5"), ("EUR", "2")], r"rates\.csv:3.*a second rate of EUR"),
        ([("EUR", "0")], r"rates\.csv:2.*a rate must be above 0"),
        ([("EUR", "x")], "rates.csv"),
    ],
)
def test_tables_of_rates_are_checked(tmp_path: Path, rates: list[tuple[str, str]], message: str) -> None:
    write_csv(tmp_path / "rates.csv", ("currency", "rate"), rates)
    with pytest.raises(DataError, match=message):
        counted(tmp_path, "values", ("A", "€2", "2018"), currency={"to": "USD", "rates": "rates.csv"})


def test_rates_by_year_need_a_year(tmp_path: Path) -> None:
    write_csv(tmp_path / "rates.csv", ("currency", "year", "rate"), [("EUR", "2019", "1.5")])
    with pytest.raises(DataError, match="need a column `year` or `date`"):
        counted(
            tmp_path,
            "values",
            ("A", "€2", "2018"),
            columns={"unit": "place"},
            currency={"to": "USD", "rates": "rates.csv"},
        )


def test_rates_are_positive(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="rates"):
        counted(tmp_path, "values", ("A", "€2", "2018"), currency={"to": "USD", "rates": {"EUR": 0.0}})


def test_flags_beside_numbers_are_no_currencies(tmp_path: Path) -> None:
    """Eurostat's letters: b is a break, e an estimate."""
    result = counted(tmp_path, "values", ("A", "5 e", "2019"), ("A", "6 b", "2019"), ("A", "7 BEP", "2019"))
    assert total(result) == 18
    assert not [sort for _, sort in result.account.evidence if "currency" in sort]


@each_kind
def test_editions_have_their_own_amounts(tmp_path: Path, kind: str) -> None:
    rows = [("A", "$2", "2019"), ("A", "€4", "2020"), ("A", "€8", "2019")]
    result = counted(tmp_path, kind, *rows, edition="year", currency=RATES)
    by_edition = {name: own.values for name, own in result.columns["total"].editions.items()}
    assert by_edition == {"2019": {"A": 12}, "2020": {"A": 5}}
