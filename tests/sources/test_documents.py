"""Publications and patents, against counts made independently, and small cases counted by hand."""

from __future__ import annotations

import csv
import gzip
import io
from fractions import Fraction
from pathlib import Path

import pytest

from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import GAZETTEER, derived, places, write_csv

COUNTINGS = ("whole", "fractional by author", "fractional by affiliation", "fractional by unit", "rows")
PAPERS = {"file": "ai_papers/papers.csv.gz", "on": "document", "key": "paper_id"}
UNITS = {
    "city": ({"city": "city", "country": "country"}, {"gazetteer": GAZETTEER, "ambiguous": "largest"}),
    "city_raw": ({"city": "city", "country": "country"}, {"units": "as written"}),
    "institution": ({"institution": "institution"}, {"units": "as written"}),
}
EXPECTED = {
    "city": ("city_nodes.csv", "geonameid"),
    "city_raw": ("city_raw_nodes.csv", "city_raw"),
    "institution": ("institution_nodes.csv.gz", "institution"),
}


def rows(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def ai_papers(shared: Path, tag: str) -> SourceResult:
    columns, where = UNITS[tag]
    if tag == "city":
        where = {**where, "crosswalk": "gazetteer/crosswalk.csv", "city_states": False}
    return derived(
        shared / "raw",
        places(**where),
        kind="documents",
        file="ai_papers/authorships.csv.gz",
        columns={"document": "paper_id", "author": "author_seq", **columns},
        lookup=[{**PAPERS, "columns": {"authors": "n_authors", "year": "year"}}],
        indicators={
            **{counting: {"counting": counting} for counting in COUNTINGS},
            **{str(year): {"years": [year, year]} for year in range(2013, 2019)},
        },
    )


@pytest.mark.parametrize("tag", UNITS)
def test_ai_papers(shared: Path, tag: str) -> None:
    """`raw/ai_papers/expected/*_nodes.csv`: counts exactly, fractions to 1e-12 (pandas adds floats)."""
    name, key = EXPECTED[tag]
    expected = rows(shared / "raw" / "ai_papers" / "expected" / name)
    columns = ai_papers(shared, tag).columns
    assert set(columns["whole"].values) == {row[key] for row in expected}
    for row in expected:
        unit = row[key]
        assert columns["whole"].values[unit] == float(row["papers_whole"])
        assert columns["rows"].values[unit] == float(row["authorships"])
        for counting, column in (
            ("fractional by author", "papers_fractional_author"),
            ("fractional by unit", "papers_fractional_unit"),
        ):
            assert columns[counting].values[unit] == pytest.approx(float(row[column]), rel=1e-12)


def test_ai_papers_by_year(shared: Path) -> None:
    """`raw/ai_papers/expected/city_by_year.csv`."""
    columns = ai_papers(shared, "city").columns
    got = {
        (unit, str(year)): n for year in range(2013, 2019) for unit, n in columns[str(year)].values.items()
    }
    expected = rows(shared / "raw" / "ai_papers" / "expected" / "city_by_year.csv")
    assert got == {(row["geonameid"], row["year"]): float(row["papers_whole"]) for row in expected}


@pytest.mark.parametrize("tag", ["all", "utility"])
@pytest.mark.parametrize(("units", "key"), [("city", "geonameid"), ("country", "country")])
def test_patents(shared: Path, tag: str, units: str, key: str) -> None:
    """`raw/patents/expected/`: by inventor's city (the US state decides) and country, all and utility."""
    result = derived(
        shared / "raw",
        places(gazetteer=GAZETTEER, ambiguous="largest", units=units),
        kind="documents",
        file="patents/inventors.csv",
        columns={"document": "patent", "city": "city", "state": "state", "country": "country"},
        lookup=[
            {"file": "patents/patents.csv", "on": "document", "key": "patent", "columns": {"kind": "kind"}}
        ],
        indicators={
            "whole": {"where": {"kind": ["A", "B1", "B2"]}} if tag == "utility" else {},
            "fractional": {
                "counting": "fractional by author",
                **({"where": {"kind": ["A", "B1", "B2"]}} if tag == "utility" else {}),
            },
        },
    )
    expected = rows(shared / "raw" / "patents" / "expected" / f"{units}_{tag}.csv")
    assert set(result.columns["whole"].values) == {row[key] for row in expected}
    for row in expected:
        assert result.columns["whole"].values[row[key]] == float(row["patents_whole"])
        fraction = float(row["patents_fractional"])
        assert result.columns["fractional"].values[row[key]] == pytest.approx(fraction, rel=1e-12)
    if units == "city":
        levels = rows(shared / "raw" / "patents" / "expected" / "match_levels.csv")
        assert result.account.not_placed == sum(
            int(r["inventors"]) for r in levels if r["level"] == "unmatched"
        )


COLUMNS = ("paper", "author", "unit", "cites", "class")
RECORDS = [
    # two authors, one of them with two affiliations, one of which has no place
    ("P1", "a", "X", "4", "G06N 3/08;H04L"),
    ("P1", "a", "", "4", "G06N 3/08;H04L"),
    ("P1", "b", "Y", "4", "G06N 3/08;H04L"),
    ("P2", "a", "X", "1", "H04L"),
    ("P2", "b", "X", "1", "H04L"),
    ("P3", "a", "", "9", "G06N"),
]


def by_hand(folder: Path, **measures: dict[str, object]) -> dict[str, dict[str, float]]:
    write_csv(folder / "papers.csv", COLUMNS, RECORDS)
    result = derived(
        folder,
        kind="documents",
        file="papers.csv",
        columns={"document": "paper", "author": "author", "unit": "unit"},
        indicators=measures,
    )
    return {name: dict(column.values) for name, column in result.columns.items()}


@pytest.mark.parametrize(
    ("counting", "lost", "redistributed"),
    [
        ("whole", {"X": 2, "Y": 1}, {"X": 2, "Y": 1}),
        (
            "fractional by author",
            {"X": Fraction(5, 4), "Y": Fraction(1, 2)},
            {"X": Fraction(4, 3), "Y": Fraction(2, 3)},
        ),
        (
            "fractional by affiliation",
            {"X": Fraction(4, 3), "Y": Fraction(1, 3)},
            {"X": Fraction(3, 2), "Y": Fraction(1, 2)},
        ),
        (
            "fractional by unit",
            {"X": Fraction(3, 2), "Y": Fraction(1, 2)},
            {"X": Fraction(3, 2), "Y": Fraction(1, 2)},
        ),
        ("rows", {"X": 3, "Y": 1}, {"X": 3, "Y": 1}),
    ],
)
def test_counting(
    tmp_path: Path, counting: str, lost: dict[str, object], redistributed: dict[str, object]
) -> None:
    got = by_hand(
        tmp_path,
        lost={"counting": counting},
        redistributed={"counting": counting, "unplaced": "redistributed"},
    )
    assert got["lost"] == {unit: float(value) for unit, value in lost.items()}
    assert got["redistributed"] == {unit: float(value) for unit, value in redistributed.items()}


def test_shares_and_citations(tmp_path: Path) -> None:
    got = by_hand(
        tmp_path,
        of_world={"measure": "world_share"},
        ai={"classes": ["G06N"]},
        ai_share={"measure": "own_share", "classes": ["G06N"]},
        specialisation={"measure": "specialisation", "classes": ["G06N"]},
        cited={"measure": "sum", "of": "cites"},
        cited_each={"measure": "mean", "of": "cites"},
        cited_by_author={"measure": "sum", "of": "cites", "counting": "fractional by author"},
    )
    assert got["of_world"] == {"X": 2 / 3, "Y": 1 / 3}
    assert got["ai"] == {"X": 1.0, "Y": 1.0}
    assert got["ai_share"] == {"X": 0.5, "Y": 1.0}
    assert got["specialisation"] == {"X": 0.75, "Y": 1.5}  # of the world's papers 2 of 3 are AI
    assert got["cited"] == {"X": 5.0, "Y": 4.0}
    assert got["cited_each"] == {"X": 2.5, "Y": 4.0}
    assert got["cited_by_author"] == {"X": 2.0, "Y": 2.0}


def test_a_document_split_over_files_counts_once(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for number, record in enumerate(RECORDS):
        write_csv(folder / f"{number}.csv", COLUMNS, [record])
    result = derived(
        tmp_path,
        kind="documents",
        file="papers",
        columns={"document": "paper", "author": "author", "unit": "unit"},
        indicators={"fractional": {"counting": "fractional by author"}},
    )
    assert result.columns["fractional"].values == {"X": 1.25, "Y": 0.5}


def test_a_paper_of_three_thousand_authors(tmp_path: Path) -> None:
    authors = [("P1", str(author), f"U{author % 7}", "1", "") for author in range(3000)]
    write_csv(tmp_path / "papers.csv", COLUMNS, authors)
    result = derived(
        tmp_path,
        kind="documents",
        file="papers.csv",
        columns={"document": "paper", "author": "author", "unit": "unit"},
        indicators={"fractional": {"counting": "fractional by author"}},
    )
    assert sum(result.columns["fractional"].values.values()) == pytest.approx(1, rel=1e-15)
    assert result.columns["fractional"].values["U0"] == 429 / 3000


def test_what_a_count_loses(tmp_path: Path) -> None:
    rows = [("P1", "A", "Oslo", "NO"), ("P1", "A", "Nowhere", "NO"), ("P1", "B", "", "")]
    rows += [("P2", "A", "", ""), ("P3", "A", "Oslo", "NO"), ("P4", "C", "Nowhere", "NO")]
    write_csv(tmp_path / "papers.csv", ("paper", "author", "city", "country"), rows)
    write_csv(tmp_path / "cities.csv", ("city", "country"), [("Oslo", "NO")])
    result = derived(
        tmp_path,
        places(cities="cities.csv"),
        kind="documents",
        file="papers.csv",
        columns={"document": "paper", "author": "author", "city": "city", "country": "country"},
        indicators={
            "whole": {},
            "by_author": {"counting": "fractional by author"},
            "by_row": {"counting": "fractional by affiliation"},
            "shared_out": {"counting": "fractional by author", "unplaced": "redistributed"},
        },
    )
    lost = {
        name: {cause: (loss.documents, loss.share) for cause, loss in column.lost.items()}
        for name, column in result.columns.items()
    }
    assert lost == {
        "whole": {"no place stated": (2, None), "not found": (2, None)},
        "by_author": {"no place stated": (2, 1.5), "not found": (2, 1.25)},
        "by_row": {"no place stated": (2, pytest.approx(4 / 3)), "not found": (2, pytest.approx(4 / 3))},
        "shared_out": {},
    }
    for name in ("by_author", "by_row"):
        placed = sum(result.columns[name].values.values())
        assert placed + sum(share for _, share in lost[name].values()) == pytest.approx(4)


def test_records_without_an_id_are_documents_of_their_own(tmp_path: Path) -> None:
    rows = [("P1", "Arden"), ("", "Arden"), ("P1", "Borel"), ("", "Arden"), ("", "Borel")]
    write_csv(tmp_path / "rows.csv", ("paper", "city"), rows)
    result = derived(
        tmp_path,
        places(units="as written"),
        kind="documents",
        file="rows.csv",
        columns={"document": "paper", "city": "city"},
        indicators={"n": {}, "shares": {"counting": "fractional by affiliation"}},
    )
    assert result.columns["n"].values == {"Arden": 3.0, "Borel": 2.0}
    assert result.columns["shares"].values == {"Arden": 2.5, "Borel": 1.5}
    told = "no id of a document: each such record counts as a document of its own"
    assert result.account.repaired == {told: 3}
