"""What identifies a company is compared by its meaning; what is nearly the same is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from innov_index.intake.folding import fold
from innov_index.sources.distinct_records import REPEATED
from innov_index.sources.meaning import without_legal_form
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import derived, write_csv

COLUMNS = {"company": "name", "country": "country", "date": "date", "unit": "place"}
TARN = ("Tarn", "FR", "2017-04-07", "A")


def listed(folder: Path, *rows: tuple[str, ...], **stated: Any) -> SourceResult:
    for at, row in enumerate(rows):
        write_csv(folder / f"list{at}.csv", ("name", "country", "date", "place"), [row])
    stated = {"kind": "companies", "columns": COLUMNS, "dates": "month first", **stated}
    return derived(folder, file="list*.csv", name="list", indicators={"n": {}}, **stated)


def told(result: SourceResult, words: str) -> list[str]:
    return [str(text) for text in result.remarks if words in text]


@pytest.mark.parametrize(
    "other",
    [
        *(("TARN", *TARN[1:]), ("Tárn", *TARN[1:]), ("Tarn.", *TARN[1:])),
        *((*TARN[:2], "4/7/2017", "A"), (*TARN[:2], "7 April 2017", "A")),
        *(("Tarn", "France", *TARN[2:]), ("Tarn", "FRA", *TARN[2:])),
    ],
    ids=" ".join,
)
def test_one_company_counts_once_however_it_is_written(tmp_path: Path, other: tuple[str, ...]) -> None:
    result = listed(tmp_path, TARN, other)
    assert result.columns["n"].values == {"A": 1}
    assert result.account.left_out == {REPEATED: 1}
    both = " / ".join(sorted(", ".join(row[:3]) for row in (TARN, other)))
    assert told(result, "spelt") == [f"list: 1 company spelt in several ways, counted once each: {both}"]
    assert not told(result, "may be one")


@pytest.mark.parametrize(
    "other",
    [
        ("Tarn Ltd", *TARN[1:]),
        ("TARN S.A.", *TARN[1:]),
        ("Tarn", "", *TARN[2:]),
        (*TARN[:2], "2017-07-04", "A"),
    ],
    ids=" ".join,
)
def test_what_may_be_one_company_is_told(tmp_path: Path, other: tuple[str, ...]) -> None:
    result = listed(tmp_path, TARN, other)
    assert result.columns["n"].values == {"A": 2}
    (text,) = told(result, "may be one")
    assert text.startswith("list: 1 pair of companies that may be one, counted as two each: ")
    assert ", ".join(filter(None, other[:3])) in text


@pytest.mark.parametrize(
    "other",
    [
        *(
            ("Tarn", "Estonia", *TARN[2:]),
            (*TARN[:2], "2018-04-07", "A"),
            ("Tarn Ltd", "FR", "2018-04-07", "A"),
        ),
        *(("Tarns", *TARN[1:]), ("Ltd", *TARN[1:]), ("塔恩", *TARN[1:]), ("Tarn X", *TARN[1:])),
    ],
    ids=" ".join,
)
def test_companies_of_like_names_are_not_doubted(tmp_path: Path, other: tuple[str, ...]) -> None:
    result = listed(tmp_path, TARN, other)
    assert result.columns["n"].values == {"A": 2}
    assert not told(result, "spelt")
    assert not told(result, "may be one")


def test_names_in_other_scripts_stay_apart(tmp_path: Path) -> None:
    assert listed(tmp_path, ("塔恩", *TARN[1:]), ("塔河", *TARN[1:])).columns["n"].values == {"A": 2}


def test_other_kinds_compare_days_and_countries_alone(tmp_path: Path) -> None:
    """A text may be an identifier, of which capitals are a part."""
    rows = [TARN, ("Tarn", "France", "4/7/2017", "A"), ("TARN", *TARN[1:])]
    columns = {"country": "country", "date": "date", "unit": "place"}
    result = listed(tmp_path, *rows, kind="values", columns=columns, distinct=["name", "country", "date"])
    assert result.columns["n"].values == {"A": 2}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        *(("Tarn Ltd.", "tarn"), ("Tarn Co., Ltd.", "tarn"), ("Tarn S.A.R.L.", "tarn"), ("Tarn", "tarn")),
        *(("Inc", "inc"), ("S.A.", "s a"), ("Tarn AG & Co. KG", "tarn"), ("Agora", "agora")),
    ],
)
def test_legal_forms(name: str, short: str) -> None:
    assert without_legal_form(fold(name)) == short
