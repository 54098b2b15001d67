"""Places with a value: the columns of the hubs table from their records, and small cases."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

import innov_index
from innov_index.dataset.derived import DerivedIndicators
from innov_index.errors import ConfigError
from tests.conftest import ROOT
from tests.indices import write_index
from tests.sources import hubs_2020_records
from tests.sources.deriving import derived, write_csv

ROUNDED = {"top500_rmax_tflops": 0.1001}
"""A rounded half: 445067.35 as a float is a little less, so .3 is nearest; numpy rounds it to .4."""


@pytest.fixture(scope="module")
def hubs(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> DerivedIndicators:
    """All columns of `raw/hubs_2020/indicators.csv`, derived through one config."""
    folder = tmp_path_factory.mktemp("hubs")
    raw = shared / "raw"
    hubs_2020_records.write_tables(raw, folder)
    return innov_index.load(write_index(folder, hubs_2020_records.config(raw), None)).read_records()


@pytest.fixture(scope="module")
def expected(shared: Path) -> list[dict[str, str]]:
    with (shared / "raw" / "hubs_2020" / "indicators.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_main_config_derives_its_counts_from_shipped_tables(expected: list[dict[str, str]]) -> None:
    """`raw/hubs_2020/indicators.csv` exactly, from what is shipped."""
    columns = innov_index.load(ROOT / "configs" / "2020.yaml").read_records().columns
    assert len(columns) == 14
    for name, column in columns.items():
        for row in expected:
            assert column.values.get(row["metro"], column.absent) == float(row[name]), (name, row["metro"])


def test_every_column_is_derived(hubs: DerivedIndicators, expected: list[dict[str, str]]) -> None:
    assert {*expected[0]} - {*hubs.columns} == {"metro", "intl_routes_per_million"}


def test_columns_of_the_hubs(hubs: DerivedIndicators, expected: list[dict[str, str]]) -> None:
    """`raw/hubs_2020/indicators.csv`, made by `derive.py` there with pandas."""
    metros = [row["metro"] for row in expected]
    wrong = []
    for name in hubs.columns:
        for row, got in zip(expected, hubs.values(name, metros).tolist(), strict=True):
            if (name, row["metro"]) == ("intl_routes_2014", "Cambridge"):
                continue  # emptied by hand: its airports count for London
            text = row[name]
            same = (
                math.isnan(got)
                if not text
                else got == pytest.approx(float(text), rel=1e-12, abs=ROUNDED.get(name, 0))
            )
            if not same:
                wrong.append((name, row["metro"], got, text))
    assert not wrong


def test_routes_per_million(hubs: DerivedIndicators, expected: list[dict[str, str]], shared: Path) -> None:
    """`intl_routes_per_million` is `intl_routes_2014` over the population of `units.csv`."""
    with (shared / "raw" / "hubs_2020" / "units.csv").open(encoding="utf-8", newline="") as file:
        people = {row["metro"]: row["population"] for row in csv.DictReader(file)}
    for row in expected:
        if row["intl_routes_per_million"]:
            routes = float(hubs.values("intl_routes_2014", [row["metro"]])[0])
            per_million = routes / float(people[row["metro"]]) * 1e6
            # the people of that table are rounded to whole ones
            assert per_million == pytest.approx(float(row["intl_routes_per_million"]), abs=1.01e-4)


def test_shares_of_placed_records(hubs: DerivedIndicators, shared: Path) -> None:
    """`raw/hubs_2020/placement.csv`, where the share located means the same."""
    with (shared / "raw" / "hubs_2020" / "placement.csv").open(encoding="utf-8", newline="") as file:
        printed = {row["source"]: row for row in csv.DictReader(file)}
    accounts = {source.title: source.account for source in hubs.sources}

    def account(part: str):
        return next(found for title, found in accounts.items() if part in title)

    unicorns = printed["unicorns 2021-07, joined by 2020-06-30"]
    assert account("cbinsights").kept == int(unicorns["records"])
    assert account("cbinsights").inside == int(unicorns["in_a_metro"])
    assert account("cbinsights").inside + account("cbinsights").outside == int(unicorns["located"])
    routes = printed["openflights (international airline x route, no codeshares)"]
    assert account("routes").kept == int(routes["records"])
    assert account("routes").inside == int(routes["in_a_metro"])
    prizes = printed["nobel_laureates (prize x affiliation, 2001-2020)"]
    assert account("laureates").kept == int(prizes["records"])


COLUMNS = ("unit", "id", "n", "m")


def measured(folder: Path, rows: list[tuple[object, ...]], **stated: object):
    write_csv(folder / "values.csv", COLUMNS, rows)
    own = {"kind": "values", "file": "values.csv", "columns": {"unit": "unit"}}
    return derived(folder, **{**own, **stated})


def test_measures(tmp_path: Path) -> None:
    rows = [
        ("A", 1, "1.5", "3"),
        ("A", 2, "1,234.5", "6"),
        ("B", 3, "-2", "1"),
        ("A", 4, "", "1"),
        ("C", 5, "x", ""),
    ]
    measures = {name: {"measure": name, "of": "n"} for name in ("sum", "mean", "max", "min")}
    ratio = {"measure": "ratio", "of": "n", "over": "2 * m", "scale": 100, "decimals": 1}
    result = measured(tmp_path, rows, indicators={"count": {}, **measures, "ratio": ratio})
    got = {name: dict(column.values) for name, column in result.columns.items()}
    assert got["count"] == {"A": 3.0, "B": 1.0, "C": 1.0}
    assert got["sum"]["A"] == 1236.0
    assert got["mean"]["A"] == 618.0
    assert (got["max"]["A"], got["min"]["A"], got["min"]["B"]) == (1234.5, 1.5, -2.0)
    assert got["ratio"]["A"] == round(100 * 1236 / 18, 1)
    assert math.isnan(got["sum"]["C"])
    assert result.account.unreadable == {"n": 2, "m": 1}
    assert (result.columns["count"].absent, math.isnan(result.columns["max"].absent)) == (0.0, True)


def test_sums_do_not_depend_on_the_order(tmp_path: Path) -> None:
    values = ["1e16", "1", "-1e16", "0.1", "3e-9", "1"]
    sums = set()
    for shift in range(len(values)):
        rows = [("A", at, value, "") for at, value in enumerate(values[shift:] + values[:shift])]
        result = measured(tmp_path, rows, indicators={"s": {"measure": "sum", "of": "n"}})
        sums.add(result.columns["s"].values["A"])
    assert sums == {math.fsum(map(float, values))}


def test_distinct_records_count_once(tmp_path: Path) -> None:
    rows = [("A", 1, "5", ""), ("A", 1, "5", ""), ("A", 2, "5", ""), ("B", 1, "7", "")]
    result = measured(
        tmp_path, rows, distinct=["id"], indicators={"n": {}, "s": {"measure": "sum", "of": "n"}}
    )
    assert result.columns["n"].values == {"A": 1.0, "B": 1.0}
    assert result.columns["s"].values == {"A": 5.0, "B": 7.0}
    assert sum(result.account.left_out.values()) == 2
    assert result.account.kept == 2


def test_formulas_are_only_arithmetic() -> None:
    for formula in ("__import__('os')", "n ** 2", "n if m else 1", "n +"):
        with pytest.raises(ConfigError, match="formula"):
            derived(
                Path(),
                kind="values",
                file="x.csv",
                columns={"unit": "unit"},
                indicators={"s": {"measure": "sum", "of": formula}},
            )


def test_a_replacement_of_all_texts_of_a_form(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ("unit",), [("UKZZZ",), ("USZZZ",), ("DE21H",), ("DE212",)])
    result = derived(
        tmp_path,
        None,
        kind="values",
        file="a.csv",
        columns={"unit": "unit"},
        replace={"unit": {"DE*": "Germany", "DE212": "Munich", "*ZZZ": ""}},
        indicators={"n": {}},
    )
    assert result.columns["n"].values == {"Germany": 1.0, "Munich": 1.0}
    assert result.account.not_placed == 2
