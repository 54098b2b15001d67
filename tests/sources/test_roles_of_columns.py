"""Roles that columns are given: those that nothing uses are told, misspelt ones refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from innov_index.errors import DataError
from innov_index.sources.source_kinds import KINDS
from tests.sources.deriving import derived, write_csv

PAPERS = {
    "kind": "documents",
    "file": "papers.csv",
    "indicators": {"fa": {"counting": "fractional by author"}},
}


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    rows = [("P", "1", "A", "x", "2019"), ("P", "1", "B", "y", "2019"), ("P", "2", "A", "z", "2019")]
    write_csv(tmp_path / "papers.csv", ("paper", "who", "place", "topic", "year"), rows)
    return tmp_path


def told(folder: Path, columns: Mapping[str, str], **stated: Any) -> list[str]:
    columns = {"document": "paper", "unit": "place", **columns}
    result = derived(folder, **{**PAPERS, "columns": columns, **stated})
    return [str(text) for text in result.remarks if "nothing uses" in text]


def test_a_misspelt_role_is_refused(papers: Path) -> None:
    """Each row would have counted as an author of its own."""
    with pytest.raises(DataError, match=r"nothing uses the column 'auther'\. Did you mean 'author'\?"):
        told(papers, {"auther": "who"})


@pytest.mark.parametrize(
    "stated",
    [
        {
            "lookup": [
                {"file": "papers.csv", "on": "document", "key": "paper", "columns": {"cuontry": "place"}}
            ]
        },
        {"extract": {"topic": r"(?P<contry>.)"}},
    ],
)
def test_so_is_one_that_lookups_and_extractions_make(papers: Path, stated: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=r"nothing uses the column 'c.*ntry'\. Did you mean 'country'\?"):
        told(papers, {}, **stated)


def test_a_column_that_nothing_uses_is_told(papers: Path) -> None:
    assert told(papers, {"author": "who", "title": "topic"}) == [
        "papers.csv: nothing uses 1 column of `columns`: title"
    ]


@pytest.mark.parametrize(
    "stated",
    [
        {"where": {"topic": "x"}},
        {"extract": {"topic": "(?P<letter>.)"}},
        {"replace": {"topic": {"x": "y"}}},
        {"edition": "topic"},
        {"document": ["topic"]},
        {"indicators": {"fa": {"where": {"topic": "x"}}}},
        {"indicators": {"fa": {"measure": "sum", "of": "topic"}}},
        {"lookup": [{"file": "papers.csv", "on": "topic", "columns": {"authors": "who"}}]},
    ],
    ids=str,
)
def test_whatever_uses_a_column_is_seen(papers: Path, stated: dict[str, Any]) -> None:
    columns = {"author": "who", "topic": "topic"}
    assert told(papers, columns, **stated) == []


@pytest.mark.parametrize("role", ["year", "date", "location", "authors", "keywords"])
def test_roles_of_the_kind_may_stand_unused(papers: Path, role: str) -> None:
    assert told(papers, {role: "year"}) == []


def test_every_kind_names_its_roles() -> None:
    from innov_index.intake.options import described
    from innov_index.sources.source_kinds import options_of

    for kind in KINDS:
        assert {"unit", "city", "year"} <= described(options_of(kind), "Columns").keys()
