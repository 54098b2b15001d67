"""Lists of companies, against counts made independently and counts that others printed."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from innov_index.errors import ConfigError, DataError
from innov_index.sources.companies import NEGATIVE, NO_VALUATION
from innov_index.sources.distinct_records import DIFFERENT, REPEATED
from innov_index.sources.shifted_rows import SHIFTED
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import GAZETTEER, derived, places, write_csv

COLUMNS = {
    "2021-07": {"valuation": "Valuation", "date": "Date joined", "location": "Location"},
    "2022-02": {"valuation": "Valuation ($B)", "date": "Date Joined", "city": "City", "country": "Country"},
    "2022-03": {"valuation": "Valuation", "date": "Date Joined", "city": "City", "country": "Country"},
}
YEARS = range(2007, 2023)
INDICATORS = {
    "unicorns": {"measure": "count"},
    "valuation_sum": {"measure": "sum"},
    "valuation_median": {"measure": "median"},
    **{str(year): {"joined": [f"{year}-01-01", f"{year}-12-31"]} for year in YEARS},
}


@pytest.fixture(scope="module")
def unicorns(shared: Path) -> Callable[..., SourceResult]:
    """What a CB Insights list gives (`raw/unicorns`), with the hand-made crosswalk."""

    def of(edition: str, **stated: object) -> SourceResult:
        own = {"gazetteer": GAZETTEER, "crosswalk": "gazetteer/crosswalk.csv", "ambiguous": "largest"}
        return derived(
            shared / "raw",
            places(**{**own, **stated}),
            kind="companies",
            file=f"unicorns/cbinsights_{edition}.csv",
            columns={"company": "Company", **COLUMNS[edition]},
            indicators=INDICATORS,
        )

    return of


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def agrees(result: SourceResult, expected: list[dict[str, str]], unit: str) -> None:
    assert set(result.columns["unicorns"].values) == {row[unit] for row in expected}
    for row in expected:
        got = {name: result.columns[name].values[row[unit]] for name in INDICATORS if name in row}
        assert got["unicorns"] == float(row["unicorns"])
        for name in ("valuation_sum", "valuation_median"):
            assert got[name] == pytest.approx(float(row[name]), rel=1e-12)


@pytest.mark.parametrize("edition", COLUMNS)
def test_cities(unicorns: Callable[..., SourceResult], shared: Path, edition: str) -> None:
    """`raw/unicorns/expected/city_matched_*.csv`, `joined_by_year_*.csv`, `cleaning.csv`."""
    expected = shared / "raw" / "unicorns" / "expected"
    result = unicorns(edition)
    agrees(result, rows(expected / f"city_matched_{edition}.csv"), "geonameid")
    joined = {
        (city, str(year)): count for year in YEARS for city, count in result.columns[str(year)].values.items()
    }
    by_year = rows(expected / f"joined_by_year_{edition}.csv")
    assert joined == {(row["geonameid"], row["year"]): float(row["joined"]) for row in by_year}
    (log,) = (row for row in rows(expected / "cleaning.csv") if row["edition"] == edition)
    account = result.account
    assert account.records == int(log["rows_in_file"])
    assert account.repaired[SHIFTED] == int(log["shifted_rows_repaired"])
    assert account.kept == int(log["companies"])
    assert {
        level: account.levels[level] for level in ("alias", "crosswalk", "exact", "folded", "city-state")
    } == {
        **{level: int(log[f"level_{level}"]) for level in ("alias", "crosswalk", "exact", "folded")},
        "city-state": int(log["level_state"]),
    }
    assert account.not_placed == int(log["level_unmatched"]) + int(float(log["level_no city"]))


@pytest.mark.parametrize("edition", COLUMNS)
def test_metros(unicorns: Callable[..., SourceResult], shared: Path, edition: str) -> None:
    """`raw/unicorns/expected/metro_*.csv`: the nearest hub within 40 km."""
    result = unicorns(edition, hubs={"file": "gazetteer/hubs.csv"})
    agrees(result, rows(shared / "raw" / "unicorns" / "expected" / f"metro_{edition}.csv"), "metro")


@pytest.mark.parametrize("edition", COLUMNS)
def test_cities_as_written(unicorns: Callable[..., SourceResult], shared: Path, edition: str) -> None:
    """`raw/unicorns/expected/city_raw_*.csv`, apart from rows without a city."""
    result = unicorns(edition, units="as written", crosswalk=None)
    expected = rows(shared / "raw" / "unicorns" / "expected" / f"city_raw_{edition}.csv")
    named = [row | {"unit": f"{row['city']}|{row['country']}"} for row in expected if row["city"]]
    agrees(result, named, "unit")
    assert result.account.not_placed == sum(int(row["unicorns"]) for row in expected if not row["city"])


@pytest.mark.parametrize("edition", COLUMNS)
def test_review_lists_what_the_reference_lists(
    unicorns: Callable[..., SourceResult], shared: Path, edition: str
) -> None:
    """`raw/unicorns/expected/match_notes_*.csv`: every row with several candidates that is not settled."""
    notes = rows(shared / "raw" / "unicorns" / "expected" / f"match_notes_{edition}.csv")
    several = [row for row in notes if int(row["candidates"]) > 1]
    result = unicorns(edition)
    ambiguous = [count for (cause, _, _), count in result.account.doubtful.items() if cause == "ambiguous"]
    assert sum(ambiguous) == len(several)
    unmatched = [row for row in notes if row["level"] in ("unmatched", "no city")]
    assert result.account.not_placed == len(unmatched)


def test_printed_counts(unicorns: Callable[..., SourceResult], shared: Path) -> None:
    """`raw/unicorns/published.csv`: counts that easyoffices.com printed of the list of March 2022."""
    printed = [
        row for row in rows(shared / "raw" / "unicorns" / "published.csv") if row["source"] == "easyoffices"
    ]
    cities = {"San Francisco": "5391959", "New York": "5128581", "Palo Alto": "5380748"}
    countries = {"United States": "US", "United Kingdom": "GB"}
    by_city = unicorns("2022-03").columns["unicorns"].values
    by_country = unicorns("2022-03", units="country").columns["unicorns"].values
    for row in printed:
        got = {
            "total": lambda row: sum(by_country.values()),
            "country": lambda row: by_country[countries[row["name"]]],
            "city": lambda row: by_city[cities[row["name"]]],
        }[row["kind"]](row)
        assert got == int(row["unicorns"]), row["name"]
    assert len(printed) == 6


HEADER = ("Company", "Valuation", "Date", "City", "Country")
STATED = {
    "kind": "companies",
    "file": "list.csv",
    "columns": {
        "company": "Company",
        "valuation": "Valuation",
        "date": "Date",
        "city": "City",
        "country": "Country",
    },
}


def listed(folder: Path, companies: list[tuple[str, ...]], **stated: object) -> SourceResult:
    write_csv(folder / "list.csv", HEADER, companies)
    indicators = {"n": {}, "worth": {"measure": "sum"}, "big": {"above": 2}}
    return derived(
        folder, places(gazetteer=GAZETTEER, units="country"), **{**STATED, "indicators": indicators, **stated}
    )


def test_a_name_is_not_a_company(tmp_path: Path) -> None:
    bolts = [
        ("Bolt", "$1B", "1/2/2020", "Tallinn", "Estonia"),
        ("Bolt", "$1B", "1/2/2020", "San Francisco", "USA"),
    ]
    again = [
        ("Bolt", "$1B", "5/6/2021", "Tallinn", "Estonia"),
        ("Bolt", "$1B", "1/2/2020", "Tallinn", "Estonia"),
    ]
    result = listed(tmp_path, [*bolts, *again])
    assert result.columns["n"].values == {"EE": 2.0, "US": 1.0}
    assert result.account.left_out == {REPEATED: 1}


def test_contradictory_rows_of_one_company_are_listed(tmp_path: Path) -> None:
    rows = [
        ("Bolt", "$1B", "1/2/2020", "Tallinn", "Estonia"),
        ("Bolt", "$3B", "1/2/2020", "Tallinn", "Estonia"),
    ]
    for order in (rows, rows[::-1]):
        result = listed(tmp_path, order)
        assert result.columns["worth"].values == {"EE": 3.0}
        assert result.account.left_out == {DIFFERENT: 1}
        assert [noted.cause for noted in result.account.noted] == [DIFFERENT]


@pytest.mark.parametrize(
    ("text", "worth"),
    [("$140B", 140), ("$140 ", 140), ("$950M", 0.95), ("US$ 1,200 million", 1.2), ("1.5", 1.5), ("$0M", 0)],
)
def test_money(tmp_path: Path, text: str, worth: float) -> None:
    assert listed(tmp_path, [("A", text, "2020-01-01", "", "Chile")]).columns["worth"].values == {"CL": worth}


@pytest.mark.parametrize(
    ("text", "cause"), [("Unknown", NO_VALUATION), ("$-2B", NEGATIVE), ("", NO_VALUATION)]
)
def test_no_valuation_is_counted(tmp_path: Path, text: str, cause: str) -> None:
    result = listed(
        tmp_path, [("A", text, "2020-01-01", "", "Chile"), ("B", "$1B", "2020-01-01", "", "Chile")]
    )
    assert result.columns["n"].values == {"CL": 1.0}
    assert result.account.left_out == {cause: 1}


@pytest.mark.parametrize(
    ("text", "order", "counts"),
    [
        ("4/7/2017", "month first", True),
        ("04-07-17", "month first", True),
        ("2017-04-07", "month first", True),
        ("7/4/2017", "day first", True),
        ("7 April 2017", "month first", True),
        ("April 7, 2017", "month first", True),
        ("7/4/2017", "month first", False),
        ("31/12/2017", "month first", None),
    ],
)
def test_dates(tmp_path: Path, text: str, order: str, counts: bool | None) -> None:
    april = {"april": {"joined": ["2017-04-01", "2017-04-30"]}}
    result = listed(tmp_path, [("A", "$1B", text, "", "Chile")], indicators=april, dates=order)
    assert result.columns["april"].values == ({"CL": 1.0} if counts else {})
    assert result.account.unreadable["date"] == (counts is None)


def test_as_of_says_that_it_is_not_the_list_of_that_day(tmp_path: Path) -> None:
    rows = [("A", "$1B", "2019-01-01", "", "Chile"), ("B", "$1B", "2021-01-01", "", "Chile")]
    result = listed(tmp_path, rows, as_of="2020-06-30")
    assert result.columns["n"].values == {"CL": 1.0}
    assert result.account.left_out == {"after 2020-06-30": 1}
    assert "not the list of that day" in result.remarks[0]


def test_the_country_na_is_namibia(tmp_path: Path) -> None:
    assert listed(tmp_path, [("A", "$3B", "2020-01-01", "Windhoek", "NA")]).columns["big"].values == {
        "NA": 1.0
    }


def test_options_are_checked() -> None:
    with pytest.raises(ConfigError, match=r"measure must be one of count, sum.*Did you mean 'count'"):
        derived(Path(), **{**STATED, "indicators": {"n": {"measure": "cuont"}}})
    with pytest.raises(ConfigError, match=r"columns: \{valuation"):
        derived(Path(), **{**STATED, "columns": {"company": "C"}, "indicators": {"n": {"measure": "sum"}}})


@pytest.mark.parametrize(
    "stated",
    [
        {"as_of": "2020-06-30", "indicators": {"n": {"measure": "count"}}},
        {"indicators": {"n": {"measure": "count", "joined": ["2019-01-01", "2019-12-31"]}}},
    ],
)
def test_what_goes_by_a_date_needs_one(tmp_path: Path, stated: dict[str, Any]) -> None:
    """The file's own column of that name, or none: nobody would have joined by then."""
    plain = {"kind": "companies", "file": "list.csv", "columns": {"company": "C", "unit": "U"}}
    write_csv(tmp_path / "list.csv", ("C", "U"), [("A", "x")])
    with pytest.raises(DataError, match="no column 'date'"):
        derived(tmp_path, **plain, **stated)
    write_csv(tmp_path / "list.csv", ("C", "U", "Date"), [("A", "x", "2019-05-01"), ("B", "x", "2021-01-01")])
    assert derived(tmp_path, **plain, **stated).columns["n"].values == {"x": 1.0}


def test_a_column_needs_a_name() -> None:
    with pytest.raises(ConfigError, match=r"columns\.company"):
        derived(Path(), **{**STATED, "columns": {"company": []}})


COMPANY_ROWS = [
    ("1", "Arn", "Arden", "2017-04", "", "$2M", "1B"),
    ("2", "Arn", "Arden", "2017-04", "01-Apr-2019", "", "$3B"),
    ("3", "Bel", "Arden", "apr/2018", "2030", "500000", ""),
    ("4", "Cor", "Borel", "", "", "n.d.", "unknown"),
]


def of_amounts(folder: Path, **indicators: dict[str, Any]) -> SourceResult:
    header = ("id", "company", "place", "date", "closed", "funding", "worth")
    write_csv(folder / "companies.csv", header, COMPANY_ROWS)
    return derived(
        folder,
        places(units="as written"),
        kind="companies",
        file="companies.csv",
        columns={"id": "id", "company": "company", "unit": "place", "date": "date"},
        unit="dollars",
        indicators=indicators,
    )


def test_companies_without_an_amount_count(tmp_path: Path) -> None:
    """The valuation tells what is a company; any other amount may be missing."""
    result = of_amounts(
        tmp_path,
        companies={},
        funding={"measure": "sum", "of": "funding"},
        millions={"measure": "sum", "of": "funding", "unit": "million"},
        mean={"measure": "mean", "of": "funding"},
        unicorns={"of": "worth", "unit": "billion", "min": 1},
        larger={"of": "worth", "unit": "billion", "above": 1},
    )
    values = {name: dict(column.values) for name, column in result.columns.items()}
    assert values["companies"] == {"Arden": 3.0, "Borel": 1.0}
    assert values["funding"] == {"Arden": 2_500_000.0, "Borel": 0.0}
    assert values["millions"] == {"Arden": 2.5, "Borel": 0.0}
    assert values["mean"]["Arden"] == 1_250_000.0
    assert values["mean"]["Borel"] != values["mean"]["Borel"]
    assert values["unicorns"] == {"Arden": 2.0}
    assert values["larger"] == {"Arden": 1.0}
    assert result.account.unreadable == {"date": 1, "funding": 1, "worth": 1}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"date": {"until": "2017-04-01"}}, 2.0),
        ({"date": {"until": "2017-03-31"}}, None),
        ({"closed": {"not_until": "2019-04-01"}}, 2.0),
        ({"closed": {"not_until": "2019-03-31"}}, 3.0),
        ({"date": {"until": "2018-12-31", "not_until": "2017-12-31"}}, 1.0),
    ],
)
def test_companies_until_a_day(tmp_path: Path, where: dict[str, Any], expected: float | None) -> None:
    result = of_amounts(tmp_path, n={"where": where}, either={"any_of": [where, {"id": "none"}]})
    assert result.columns["n"].values.get("Arden") == expected
    assert result.columns["either"].values.get("Arden") == expected


def test_dates_of_filters_are_read_in_the_order_of_the_source(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ("unit", "closed"), [("A", "5/12/2019"), ("A", "25/11/2019")])
    result = derived(
        tmp_path,
        None,
        kind="values",
        file="a.csv",
        columns={"unit": "unit"},
        indicators={"n": {"where": {"closed": {"not_until": "2019-11-30"}}}},
    )
    assert result.columns["n"].values == {"A": 1.0}
    assert any("dates are read day first" in str(remark) for remark in result.remarks)


def test_a_day_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'soon' is not one"):
        of_amounts(tmp_path, n={"where": {"date": {"until": "soon"}}})


@pytest.mark.parametrize(
    ("values", "dates", "until", "expected"),
    [
        ("2;3;1", "jan/2018;mar/2019;dec/2019", "2019-03-01", 3.0),
        ("2;3;1", "dec/2019;mar/2019;jan/2018", "2018-12-31", 1.0),
        ("2;1200-1800", "2018;2019", "2019-12-31", 1200.0),
        ("2", "2018", "2017-12-31", None),
        ("", "", "2019-12-31", None),
        ("2;3", "2018", "2019-12-31", None),
        ("2", "", "2019-12-31", None),
        ("2;3", "2018;soon", "2019-12-31", None),
    ],
)
def test_the_last_amount_until_a_day(
    tmp_path: Path, values: str, dates: str, until: str, expected: float | None
) -> None:
    write_csv(tmp_path / "a.csv", ("name", "unit", "worth", "when"), [("Arn", "Arden", values, dates)])
    of = {"values": "worth", "dates": "when", "until": until}
    result = derived(
        tmp_path,
        None,
        kind="companies",
        file="a.csv",
        columns={"company": "name", "unit": "unit"},
        ranges="first",
        indicators={"n": {"of": of, "min": 0}, "worth": {"of": of, "measure": "sum"}},
    )
    assert result.columns["n"].values.get("Arden") == (None if expected is None else 1.0)
    assert result.columns["worth"].values["Arden"] == (expected or 0.0)
    unread = len(values.split(";")) != len(dates.split(";")) or bool(values) > bool(dates) or "soon" in dates
    assert result.account.unreadable == ({f"worth until {until}": 1} if unread else {})


def test_a_date_of_a_year_and_a_month(tmp_path: Path) -> None:
    rows = [("Arn", "2019", "4"), ("Bel", "2019", ""), ("Cor", "", "4"), ("Dun", "", "")]
    write_csv(tmp_path / "a.csv", ("name", "year", "month"), rows)
    result = derived(
        tmp_path,
        None,
        kind="companies",
        file="a.csv",
        columns={"company": "name", "unit": "name"},
        join={"date": ["year", "month"]},
        indicators={
            "n": {"where": {"date": {"until": "2019-04-01"}}},
            "early": {"joined": ["2019-01-01", "2019-03-31"]},
        },
    )
    assert result.columns["n"].values == {"Arn": 1.0, "Bel": 1.0}
    assert result.columns["early"].values == {"Bel": 1.0}
    assert result.account.unreadable == {"date": 2}
