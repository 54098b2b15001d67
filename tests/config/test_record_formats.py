"""Layouts of well-known sources, on made-up files in these layouts with the right counts (shared/records)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from innov_index.config.record_formats import names
from innov_index.errors import ConfigError, DataError
from innov_index.sources.lost_shares import NO_PLACE
from tests.config.record_layouts import assert_right, derived, key, lost_by_cause, rows_by_year, rows_of_ties

WORDS = "(?i)^(artificial intelligence|machine learning|deep learning)$"
SUBFIELD_1702 = {"where": {"primary_subfield": {"matches": "/1702$"}}}

LITERATURE: Mapping[str, dict[str, Any]] = {
    "wos-tab": {
        "source": {"format": "web of science", "file": "savedrecs.txt"},
        "ai": {"where": {"class": {"one_of": ["Computer Science, Artificial Intelligence"], "split": ";"}}},
        "articles": {"where": {"type": "Article"}},
    },
    "scopus-csv": {
        "source": {"format": "scopus", "file": "scopus.csv"},
        "ai": {
            "any_of": [{role: {"matches": WORDS, "split": ";"}} for role in ("keywords", "index_keywords")]
        },
        "articles": {"where": {"type": "Article"}},
    },
    "openalex-works": {
        "source": {
            "format": "openalex",
            "file": "works/*/part_000.gz",
            "lookup_files": {"institutions": "institutions/*/part_000.gz"},
        },
        "ai": SUBFIELD_1702,
        "articles": {"where": {"type": "article"}},
    },
    "openalex-web-csv": {
        "source": {
            "format": "openalex csv",
            "file": "works.csv",
            "lookup_files": {"institutions": "institutions_geo.csv"},
        },
        "ai": SUBFIELD_1702,
        "articles": {"where": {"type": "article"}},
    },
    "wos-plain": {
        "source": {"format": "web of science", "file": "savedrecs.txt"},
        "ai": {"where": {"class": {"one_of": ["Computer Science, Artificial Intelligence"], "split": ";"}}},
        "articles": {"where": {"type": "Article"}},
    },
    "pubmed-nbib": {
        "source": {"format": "pubmed", "file": "pubmed.nbib"},
        "ai": {"where": {"headings": {"matches": "^[*]?Artificial Intelligence(/|$)"}}},
        "articles": {"where": {"type": "Journal Article"}},
    },
    "ris": {
        "source": {"format": "ris", "file": "export.ris"},
        "ai": {"where": {"keywords": {"matches": "(?i)^(artificial intelligence|machine learning)$"}}},
        "articles": {"where": {"type": "JOUR"}},
        "countings": ["whole", "fractional_affiliation"],
    },
    "bibtex": {
        "source": {"format": "bibtex", "file": "export.bib"},
        "ai": {
            "where": {
                "keywords": {"matches": "(?i)^(artificial intelligence|machine learning)$", "split": ";"}
            }
        },
        "articles": {"where": {"type": "article"}},
        "countings": ["whole", "fractional_affiliation"],
    },
    "dimensions-csv": {
        "source": {"format": "dimensions", "file": "dimensions.csv"},
        "ai": {"where": {"fields": {"matches": "^46(02|11) ", "split": ";"}}},
        "articles": {"where": {"type": "Article"}},
        "countings": ["whole"],
    },
    "crossref-json": {
        "source": {"format": "crossref", "file": "crossref.json"},
        "ai": {"where": {"title": {"contains": ["machine learning", "neural network"]}}},
        "articles": {"where": {"type": "journal-article"}},
    },
}
"""By folder of shared/records: the source as a config states it, and what AI documents and articles are."""

COUNTINGS = {
    "whole": {},
    "fractional_author": {"counting": "fractional by author"},
    "fractional_affiliation": {"counting": "fractional by affiliation"},
}


@pytest.mark.parametrize("level", ["city", "country"])
@pytest.mark.parametrize("name", LITERATURE)
def test_counts_of_literature(
    shared: Path, tmp_path: Path, name: str, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case, folder = LITERATURE[name], shared / "records" / name
    countings = {way: COUNTINGS[way] for way in case.get("countings", COUNTINGS)}
    indicators = {**countings, "whole_articles": case["articles"], "ai_whole": case["ai"]}
    source = {"edition": "year", **case["source"], "indicators": indicators}
    rows = rows_by_year(folder, level, derived(folder, level, source))
    assert_right(folder, f"expected_{level}_year.csv", rows, tmp_path / "own.csv", capsys)


@pytest.mark.parametrize("level", ["city", "country"])
@pytest.mark.parametrize("name", LITERATURE)
def test_joint_documents(
    shared: Path, tmp_path: Path, name: str, level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case, folder = LITERATURE[name], shared / "records" / name
    measures = {"documents": {"measure": "degree"}, "ai_documents": {"measure": "degree", **case["ai"]}}
    filled = {"year": {"filled": True}}
    source = {**case["source"], "kind": "collaboration", "where": filled, "indicators": measures}
    rows = rows_of_ties(folder, level, derived(folder, level, source))
    assert_right(folder, f"expected_{level}_edges.csv", rows, tmp_path / "own.csv", capsys)


SAME_CAUSE = {
    "author_without_affiliation": NO_PLACE,
    "no_affiliation": NO_PLACE,
    "no_organisation": NO_PLACE,
    "city_not_listed": "not found",
    "organisation_without_city": "no city",
}
"""Reasons of the right accounts that are one cause of ours; the others tell an address by what it lacks."""


@pytest.mark.parametrize("level", ["city", "country"])
@pytest.mark.parametrize("name", LITERATURE)
def test_what_is_lost(shared: Path, name: str, level: str) -> None:
    case, folder = LITERATURE[name], shared / "records" / name
    countings = {way: COUNTINGS[way] for way in case.get("countings", COUNTINGS)}
    result = derived(folder, level, {"edition": "year", **case["source"], "indicators": countings})
    shares = {"fractional_author": "author_share", "fractional_affiliation": "affiliation_share"}
    expected = account(folder, level)
    if level == "country" and "level" not in expected[0]:
        return
    for way in countings:
        lost = lost_by_cause(result, way)
        told = {SAME_CAUSE[row["reason"]]: row for row in expected if row["reason"] in SAME_CAUSE}
        for cause, row in told.items():
            assert lost[cause].documents == int(row["records"])
            assert way == "whole" or lost[cause].share == pytest.approx(float(row[shares[way]]))
        if way != "whole":
            right = sum(float(row[shares[way]]) for row in expected)
            assert sum(own.share or 0 for own in lost.values()) == pytest.approx(right)


def account(folder: Path, level: str) -> list[dict[str, str]]:
    """The rows of the right account about records without a place."""
    with (folder / "expected_account.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row.get("level", level) == level]
    return [row for row in rows if row["reason"] not in ("in_file", "duplicate", "no_year", "counted")]


WITHOUT_PLACES: Mapping[str, dict[str, Any]] = {
    "lens-works": {
        "source": {"format": "lens", "file": "lens-export.csv", "columns": {"unit": "Publication Year"}},
        "ai_documents": {
            "where": {"fields": {"matches": "(?i)^artificial intelligence$", "split": ";"}},
        },
        "articles": {"where": {"type": "journal article"}},
    },
    "dblp-json": {
        "source": {"format": "dblp", "file": "dblp.json", "columns": {"unit": "info.year"}},
        "ai_documents": {"where": {"venue": ["LoomML", "NeuroTex"]}},
        "articles": {"where": {"type": "Journal Articles"}},
        "single_author": {"where": {"part_of_author": {"min": 1}}},
    },
}
"""Records whose documents have no place: by year alone."""


@pytest.mark.parametrize("name", WITHOUT_PLACES)
def test_documents_without_places(
    shared: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "records" / name
    measures = {measure: filters for measure, filters in WITHOUT_PLACES[name].items() if measure != "source"}
    source = WITHOUT_PLACES[name]["source"]
    indicators = {"documents": {}, "authors": {"counting": "rows"}, **measures}
    columns = derived(folder, "as written", {**source, "indicators": indicators}).columns
    rows = [
        {"year": year} | {measure: column.values.get(year, 0) for measure, column in columns.items()}
        for year in columns["documents"].values
    ]
    assert_right(folder, "expected_year.csv", rows, tmp_path / "own.csv", capsys)
    nowhere = {**source, "columns": {}, "indicators": {"n": {}}}
    with pytest.raises(DataError, match=r"no column describes a place, as .* no (affiliations|addresses)"):
        derived(folder, "country", nowhere)


def test_institutions(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "records" / "openalex-institutions"
    source = {"format": "openalex institutions", "file": "institutions.jsonl.gz"}
    measures = {"institutions": {"measure": "count"}, "works_count": {"measure": "sum", "of": "works"}}
    columns = derived(folder, "city", {**source, "indicators": measures}).columns
    rows = [
        {**key(folder, "city", unit)} | {name: column.values[unit] for name, column in columns.items()}
        for unit in columns["institutions"].values
    ]
    assert_right(folder, "expected_city.csv", rows, tmp_path / "own.csv", capsys)
    by_year = {"works": {"measure": "sum", "of": "works_in_year"}}
    works = derived(folder, "city", {**source, "edition": "year", "indicators": by_year}).columns["works"]
    rows = [
        {**key(folder, "city", unit), "year": year, "works": value}
        for year, column in works.editions.items()
        for unit, value in column.values.items()
    ]
    assert_right(folder, "expected_city_year.csv", rows, tmp_path / "own.csv", capsys)


def test_a_config_states_some_keys_in_another_way(shared: Path) -> None:
    folder = shared / "records" / "scopus-csv"
    source = {"format": "scopus", "file": "scopus.csv", "usual": {"year": "No such column"}}
    result = derived(folder, "country", {**source, "indicators": {"n": {"years": [2017, 2021]}}})
    assert any("the file has no column 'No such column'" in remark for remark in result.remarks)
    stated = derived(folder, "country", {**source, "columns": {"year": "Year"}, "indicators": {"n": {}}})
    assert stated.account.records == result.account.records


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"format": "scopos"}, "no format 'scopos'.*Did you mean 'scopus'"),
        (
            {"format": "openalex", "lookup_files": {"instituts": "a.csv"}},
            "no table 'instituts'.*institutions",
        ),
        ({"format": "openalex", "lookup_files": "a.csv"}, "lookup_files names files by table"),
        ({"format": "scopus", "lookup_files": {"cities": "a.csv"}}, "no table 'cities'"),
        ({"format": ["scopus"]}, "no format"),
    ],
)
def test_what_is_no_layout(tmp_path: Path, stated: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        derived(tmp_path, "country", {"file": "a.csv", "indicators": {"n": {}}, **stated})


@pytest.mark.parametrize("counting", ["fractional by author", "rows"])
def test_counting_that_records_do_not_allow(shared: Path, counting: str) -> None:
    folder = shared / "records" / "ris"
    source = {"format": "ris", "file": "export.ris", "indicators": {"n": {"counting": counting}}}
    with pytest.raises(ConfigError, match=f"whole or fractional by affiliation in 'n'.*'{counting}'"):
        derived(folder, "country", source)


def test_every_layout_is_tried() -> None:
    tests = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*_formats.py")
    )
    assert [name for name in names() if f'"format": "{name}"' not in tests] == []
