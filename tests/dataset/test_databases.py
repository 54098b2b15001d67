"""Tables of a config in a database: the same index as from text files."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from pathlib import Path

import pytest

from innov_index.errors import DataError, InnovIndexError
from innov_index.index import load

UNITS = [("A", "Aland", "x", 10), ("B", "Borg", "y", 20), ("C", "Cor", "x", 40)]
VALUES = [("A", 1.5, "10"), ("B", 2.0, "20"), ("C", None, "40")]
TREE = {"code": "I", "children": [{"indicator": "a"}, {"indicator": "b"}]}
NAMES = {"id": "code", "name": "name", "groups": ["area"]}
LISTED = {
    "units": {"file": "units.csv", **NAMES},
    "indicators": {"file": "values.csv", "unit": "unit"},
    "published": [{"file": "units.csv", "unit": "code", "score": "people"}],
}


def _query(text: str) -> dict[str, str]:
    return {"file": "sqlite:///data.db", "query": text}


STORED = {
    "units": {**_query("SELECT * FROM units ORDER BY code"), **NAMES},
    "indicators": {"file": "sqlite:///data.db", "table": "indicator values", "unit": "unit"},
    "published": [{**_query("SELECT code, people FROM units"), "unit": "code", "score": "people"}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "data.db") as database:
        database.execute("CREATE TABLE units (code TEXT, name TEXT, area TEXT, people INTEGER)")
        database.executemany("INSERT INTO units VALUES (?, ?, ?, ?)", UNITS)
        database.execute('CREATE TABLE "indicator values" (unit TEXT, a REAL, b TEXT)')
        database.executemany('INSERT INTO "indicator values" VALUES (?, ?, ?)', VALUES)
    database.close()
    for name, titles, rows in (
        ("units", ("code", "name", "area", "people"), UNITS),
        ("values", ("unit", "a", "b"), VALUES),
    ):
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in (titles, *rows)]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def _index(folder: Path, blocks: dict[str, object]):
    (folder / "index.yaml").write_text(json.dumps({**blocks, "index": TREE}))
    return load(folder / "index.yaml")


def _same(one, other) -> None:
    assert one.score().to_frame().equals(other.score().to_frame())
    assert one.dataset.units == other.dataset.units
    scores = [[str(published.scores.tolist()) for published in index.published] for index in (one, other)]
    assert scores[0] == scores[1]


def test_a_database_gives_the_same_index_as_its_tables(folder):
    stored = _index(folder, STORED)
    _same(stored, _index(folder, LISTED))
    assert [file.path for file in stored.provenance().data] == ["data.db"]


def test_a_driver_may_be_named(folder):
    url = f"sqlite+pysqlite:///{folder}/data.db"
    index = _index(folder, json.loads(json.dumps(STORED).replace("sqlite:///data.db", url)))
    _same(index, _index(folder, LISTED))
    assert str(folder / "data.db") in map(str, index._read.files)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"file": "sqlite:///data.db"}, "needs either `table` or `query`"),
        ({"file": "sqlite:///data.db", "table": "a", "query": "SELECT 1"}, "needs either `table` or `query`"),
        ({"file": "sqlite:///data.db", "table": "absent"}, "no such table: absent"),
        ({"file": "sqlite:///none.db", "table": "a"}, "does not exist"),
        ({"file": "values.csv", "table": "a"}, "`table` says nothing about a file"),
        ({"file": "values.csv", "query": "SELECT 1"}, "`query` says nothing about a file"),
        (
            {"file": "sqlite:///data.db", "table": "indicator values", "skip": 1},
            "say nothing about a database",
        ),
        (_query("SELECT unit, a, 'many' AS b FROM \"indicator values\""), "row 1: column 'b': found 'many'"),
        (_query("DROP TABLE units"), "one SELECT or WITH"),
    ],
    ids=lambda case: case if isinstance(case, str) else "-".join(case),
)
def test_what_cannot_be_read_of_a_database(folder, stated, words):
    with pytest.raises(DataError, match=words):
        _index(folder, {"indicators": {"unit": "unit", **stated}}).score()
    assert _index(folder, STORED).dataset.units.codes == ("A", "B", "C")


@pytest.mark.skipif(importlib.util.find_spec("sqlalchemy") is None, reason="needs SQLAlchemy")
def test_a_password_is_not_shown(folder):
    url = f"sqlite+pysqlite://me:secret@{folder}/data.db"
    with pytest.raises(InnovIndexError) as refused:
        _index(folder, {"indicators": {"file": url, "table": "a"}}).score()
    assert "secret" not in str(refused.value).split("(")[0]
