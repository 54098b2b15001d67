"""Several values in a cell: split texts, authors with addresses; records that are there twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from innov_index.errors import ConfigError, DataError
from innov_index.sources.author_addresses import of_scopus, of_web_of_science
from innov_index.sources.exploding import split
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import derived, places, source, write_csv


def values(folder: Path, /, **stated: Any) -> dict[str, dict[str, float]]:
    result = documents(folder, **stated)
    return {name: dict(column.values) for name, column in result.columns.items()}


def documents(folder: Path, /, **stated: Any) -> SourceResult:
    usual = {"kind": "documents", "indicators": {"n": {}}}
    return derived(folder, places(units="as written"), **{**usual, **stated})


def test_columns_are_split_in_step(tmp_path: Path) -> None:
    rows = [("P1", "a; b; c", "FR; DE; FR"), ("P2", "a", ""), ("P3", "d; e", "FR"), ("P4", "", "")]
    write_csv(tmp_path / "papers.csv", ("id", "authors", "countries"), rows)
    result = documents(
        tmp_path,
        file="papers.csv",
        columns={"document": "id", "author": "authors", "country": "countries"},
        explode=[{"columns": ["author", "country"], "by": ";", "position": "at", "share": "part"}],
        indicators={
            "whole": {},
            "by_author": {"counting": "fractional by author"},
            "first": {"where": {"at": "1"}},
        },
    )
    found = {name: dict(column.values) for name, column in result.columns.items()}
    assert found["whole"] == {"FR": 2.0, "DE": 1.0}
    assert found["by_author"] == {"FR": pytest.approx(2 / 3 + 1 / 2), "DE": pytest.approx(1 / 3)}
    assert found["first"] == {"FR": 2.0}
    told = "author and country with different numbers of values: the last ones are empty"
    assert result.account.repaired == {told: 1}
    assert result.account.records == 4


def test_a_text_that_stands_for_no_value(tmp_path: Path) -> None:
    rows = [("P1", "first|middle|last", "None"), ("P2", "first|last", "None|FR"), ("P3", "first|last", "")]
    write_csv(tmp_path / "papers.csv", ("id", "place", "country"), rows)
    result = documents(
        tmp_path,
        file="papers.csv",
        columns={"document": "id", "place": "place", "country": "country"},
        explode=[{"columns": ["place", "country"], "by": "|", "none": "None", "position": "author"}],
        indicators={"n": {"counting": "fractional by author"}},
    )
    assert dict(result.columns["n"].values) == {"FR": 0.5}
    assert not result.account.repaired


def test_what_a_lookup_needs_may_be_extracted(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "papers.csv", ("id", "places"), [("P1", "I1, Inst A; I2, Inst B"), ("P2", "I2, Inst B")]
    )
    write_csv(tmp_path / "places.csv", ("id", "city"), [("I1", "Paris"), ("I2", "Oslo")])
    result = documents(
        tmp_path,
        file="papers.csv",
        columns={"document": "id", "places": "places"},
        explode=[{"columns": ["places"], "by": ";"}],
        extract={"places": "(?P<key>[^,]*), .*"},
        lookup=[{"file": "places.csv", "on": "key", "key": "id", "columns": {"city": "city"}}],
    )
    assert dict(result.columns["n"].values) == {"Oslo": 2.0, "Paris": 1.0}


LISTS: dict[str, Any] = {
    "file": "papers.csv",
    "columns": {"document": "id", "towns": "towns", "states": "states", "lands": "lands"},
    "explode": [{"cities": "towns", "states": "states", "countries": "lands", "by": ";"}],
}


def test_lists_of_places_that_are_not_in_step(tmp_path: Path) -> None:
    cities = [("Cambridge", "GB", "", ""), ("Cambridge", "US", "MA", "Massachusetts"), ("Oslo", "NO", "", "")]
    cities += [("Paris", "FR", "", ""), ("Paris", "US", "TX", "Texas")]
    write_csv(tmp_path / "own.csv", ("city", "country", "region", "region_name"), cities)
    rows = [
        ("P1", "Oslo; Cambridge", "", "United Kingdom; Norway; United States"),
        ("P2", "Cambridge; Paris", "Texas", "United States; France"),
        ("P3", "", "", "France"),
        ("P4", "Nowhere", "", "Norway"),
        ("P5", "", "", ""),
    ]
    write_csv(tmp_path / "papers.csv", ("id", "towns", "states", "lands"), rows)
    usual: dict[str, Any] = {"kind": "documents", "indicators": {"n": {}}, **LISTS}
    by_city = derived(tmp_path, places(cities="own.csv"), **usual)
    assert dict(by_city.columns["n"].values) == {"Oslo, NO": 1.0, "Cambridge, GB": 1.0}
    assert [cause for cause, *_ in by_city.account.doubtful] == ["ambiguous"]
    decided = places(cities="own.csv", aliases={"Paris, France": "Paris, FR"})
    assert derived(tmp_path, decided, **usual).columns["n"].values["Paris, FR"] == 1.0
    by_country = derived(tmp_path, places(units="country"), **usual).columns["n"].values
    assert dict(by_country) == {"FR": 2.0, "GB": 1.0, "NO": 2.0, "US": 2.0}


def test_the_elements_of_a_list_of_which_nothing_else_is_used(tmp_path: Path) -> None:
    papers = [{"id": "P1", "in": "FR", "by": [{"name": "A"}, {"name": "B"}]}, {"id": "P2", "in": "FR"}]
    (tmp_path / "papers.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in papers))
    result = documents(
        tmp_path,
        file="papers.jsonl",
        columns={"document": "id", "country": "in"},
        usual={"name_of_author": "by[].name"},
        explode=[{"of": "by[]", "position": "at"}],
        indicators={"rows": {"counting": "rows"}, "second": {"where": {"at": "2"}}},
    )
    assert {name: column.values["FR"] for name, column in result.columns.items()} == {
        "rows": 3.0,
        "second": 1.0,
    }


def test_shares_of_a_sum(tmp_path: Path) -> None:
    write_csv(tmp_path / "grants.csv", ("place", "amount"), [("A|B", "3"), ("A", "5"), ("B|B|A", "6")])
    result = derived(
        tmp_path,
        places(units="as written"),
        kind="values",
        file="grants.csv",
        columns={"city": "place"},
        explode=[{"columns": ["city"], "by": "|", "share": "part"}],
        indicators={"shared": {"measure": "sum", "of": "part"}, "rows": {"measure": "count"}},
    )
    assert result.columns["shared"].values == {"A": pytest.approx(0.5 + 1 + 1 / 3), "B": pytest.approx(7 / 6)}
    assert result.columns["rows"].values == {"A": 3.0, "B": 3.0}


@pytest.mark.parametrize(
    ("cell", "by", "parts"),
    [
        ("A; B (C; D); E", ";", ["A", "B (C; D)", "E"]),
        ("[A; B] Univ, City; [C] Univ", ";", ["[A; B] Univ, City", "[C] Univ"]),
        ('I1, "Univ; of X", FR; I2', ";", ['I1, "Univ; of X", FR', "I2"]),
        ('7" pipe; 8" pipe; 9" (x', ";", ['7" pipe', '8" pipe', '9" (x']),
        ("a;;b;;c", ";;", ["a", "b", "c"]),
        ("a)b; c", ";", ["a)b", "c"]),
        ("", ";", [""]),
    ],
)
def test_separators_inside_brackets_do_not_separate(cell: str, by: str, parts: list[str]) -> None:
    assert split(cell, by) == parts


def test_a_pattern_makes_what_is_split(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", ("id", "text"), [("1", "places: A, B"), ("2", "places: B")])
    found = values(
        tmp_path,
        file="a.csv",
        columns={"document": "id"},
        extract={"text": "places: (?P<city>.*)"},
        explode=[{"columns": ["city"], "by": ","}],
    )
    assert found["n"] == {"A": 1.0, "B": 2.0}


def test_addresses_of_web_of_science() -> None:
    authors = "Haliks, Junmir; Ulvrud, Gordru; Fenar, Kamsil"
    addresses = (
        "[Ulvrud, Gordru; Fenar, Kamsil] Inst A, Paris, France; [Ulvrud, Gordru] Univ B, London, England"
    )
    assert [tuple(own) for own in of_web_of_science(authors, addresses)] == [
        ("2 Ulvrud, Gordru", "Inst A, Paris, France"),
        ("3 Fenar, Kamsil", "Inst A, Paris, France"),
        ("2 Ulvrud, Gordru", "Univ B, London, England"),
        ("1 Haliks, Junmir", ""),
    ]
    assert [tuple(own) for own in of_web_of_science("One, A", "Univ B, London, England")] == [
        ("1 One, A", "Univ B, London, England")
    ]
    assert of_web_of_science("", "") == []


def test_addresses_of_scopus() -> None:
    known = "Dept X, Univ A, Paris, France; Univ B, London, United Kingdom; Univ A, Paris, France"
    authors = (
        "Tam, J., Dept X, Univ A, Paris, France, Univ B, London, United Kingdom; Li, W.; "
        "Li, W., Univ A, Paris, France; Ott, P.-K., Elsewhere, Oslo, Norway"
    )
    assert [tuple(own) for own in of_scopus(authors, known)] == [
        ("1 Tam, J.", "Dept X, Univ A, Paris, France"),
        ("1 Tam, J.", "Univ B, London, United Kingdom"),
        ("2 Li, W.", ""),
        ("3 Li, W.", "Univ A, Paris, France"),
        ("4 Ott, P.-K.", "Elsewhere, Oslo, Norway"),
    ]


@pytest.fixture
def works(tmp_path: Path) -> Path:
    """Two files of one name; works that are there twice by their id or their DOI."""

    def work(own: str, doi: str | None, *cities: list[str]) -> dict[str, Any]:
        return {"id": own, "doi": doi, "authors": [{"cities": of_one} for of_one in cities]}

    parts = {
        "1": [
            work("W1", "https://doi.org/10.5/AB", ["Arden"], ["Borel", "Arden"]),
            work("W2", None, ["Borel"]),
        ],
        "2": [
            work("W2", None, ["Cato"]),
            work("W3", "10.5/ab", ["Cato"], ["Cato"]),
            work("W4", None, ["Arden"], []),
        ],
    }
    for name, entries in parts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "part.jsonl").write_text("\n".join(map(json.dumps, entries)))
    return tmp_path


CITIES = {"document": "id", "doi": "doi", "city": "authors[].cities[]"}


def test_records_that_repeat_an_earlier_one(works: Path) -> None:
    stated = {"file": "*/part.jsonl", "columns": CITIES}
    result = documents(works, **stated, duplicates=["document", "doi"])
    assert result.columns["n"].values == {"Arden": 2.0, "Borel": 2.0}
    assert result.account.left_out == {"repeats the document or doi of an earlier record": 2}
    assert set(result.account.read) == {"1/part.jsonl", "2/part.jsonl"}
    assert values(works, **stated)["n"] == {"Arden": 2.0, "Borel": 2.0, "Cato": 2.0}


def test_the_order_and_size_of_a_list(works: Path) -> None:
    found = values(
        works,
        file="1/part.jsonl",
        columns=CITIES,
        explode=[{"of": "authors[]", "position": "at"}],
        indicators={"first": {"where": {"at": "1"}}, "second": {"where": {"at": "2"}}},
    )
    assert found == {"first": {"Arden": 1.0, "Borel": 1.0}, "second": {"Arden": 1.0, "Borel": 1.0}}
    with pytest.raises(DataError, match=r"no list 'author\[\]'.*authors\[\]"):
        values(works, file="1/part.jsonl", columns=CITIES, explode=[{"of": "author[]", "position": "at"}])


def test_each_address_counts_once(tmp_path: Path) -> None:
    rows = [
        ("P1", "a", "X", "Arden"),
        ("P1", "b", "X", "Arden"),
        ("P1", "c", "Y", "Borel"),
        ("P1", "d", "", ""),
    ]
    write_csv(tmp_path / "rows.csv", ("paper", "author", "address", "city"), rows)
    stated = {"document": "paper", "author": "author", "city": "city"}
    counting = {"n": {"counting": "fractional by affiliation"}}
    found = values(
        tmp_path, file="rows.csv", columns={**stated, "affiliation": "address"}, indicators=counting
    )
    assert found["n"] == {"Arden": 0.5, "Borel": 0.5}
    by_row = values(tmp_path, file="rows.csv", columns=stated, indicators=counting)
    assert by_row["n"] == {"Arden": 0.5, "Borel": 0.25}


def test_a_step_of_no_known_form_is_refused() -> None:
    with pytest.raises(ConfigError, match="explode"):
        source(
            kind="documents",
            file="a.csv",
            columns={"document": "id"},
            explode=[{"columns": ["a"], "at": ";"}],
            indicators={"n": {}},
        )


def test_values_on_lines_of_their_own(tmp_path: Path) -> None:
    """A line break separates where the config says so; anywhere else it is a blank."""
    rows = [
        ("P1", "Bell Ann [FR]\nRoe  Bo [DE]\n\nPoe Cy", "New\nYork", "B29C\nG06N"),
        ("P2", "Bell Ann [FR]", "New York", "G06N3"),
    ]
    write_csv(tmp_path / "patents.csv", ("id", "inventors", "city", "class"), rows)
    result = documents(
        tmp_path,
        file="patents.csv",
        columns={"document": "id", "inventor": "inventors", "town": "city"},
        explode=[{"columns": ["inventor"], "by": "\n", "position": "author"}],
        extract={"inventor": r".*\[(?P<country>[A-Z]{2})\]"},
        indicators={
            "shares": {"counting": "fractional by author"},
            "class": {"where": {"class": {"matches": "^G06N$", "split": "\n"}}},
            "any_class": {"any_of": [{"class": {"matches": "^G06N$", "split": "\n"}}]},
            "york": {"where": {"town": "New York"}},
        },
    )
    found = {name: dict(column.values) for name, column in result.columns.items()}
    assert found == {
        "shares": {"FR": pytest.approx(4 / 3), "DE": pytest.approx(1 / 3)},
        "class": {"FR": 1.0, "DE": 1.0},
        "any_class": {"FR": 1.0, "DE": 1.0},
        "york": {"FR": 2.0, "DE": 1.0},
    }
