"""Databases are opened to be read alone, under any name, and never shown with their passwords."""

from __future__ import annotations

import gc
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from innov_index.errors import DataError
from innov_index.intake.formats.database import file_of, located, read_database, shown_url


def made(path: Path) -> Path:
    database = sqlite3.connect(path)
    database.execute("create table t (unit text, x integer)")
    database.execute("insert into t values ('A', 1), ('B', 2)")
    database.commit()
    database.close()
    return path


def rows(url: str, **stated: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in read_database(url, stated.get("table"), stated.get("query"))]


@pytest.mark.parametrize("driver", ["sqlite:///", "sqlite+pysqlite:///"])
@pytest.mark.parametrize("name", ["a.db", "a#b.db", "100%25.db", "a b.db", "a?b.db"])
def test_any_name_of_a_file(tmp_path: Path, driver: str, name: str) -> None:
    if "+" in driver:
        pytest.importorskip("sqlalchemy")
    made(tmp_path / name)
    url = located(driver + name, tmp_path)
    assert file_of(url) == tmp_path / name
    assert rows(url, table="t") == [("A", 1), ("B", 2)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize("driver", ["sqlite:///", "sqlite+pysqlite:///"])
def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, driver: str) -> None:
    with pytest.raises(DataError, match="does not exist"):
        rows(located(f"{driver}absent.db", tmp_path), table="t")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("driver", ["sqlite:///", "sqlite+pysqlite:///"])
@pytest.mark.parametrize("query", ["drop table t", "delete from t", "insert into t values ('C', 3)"])
def test_nothing_is_changed(tmp_path: Path, driver: str, query: str) -> None:
    if "+" in driver:
        pytest.importorskip("sqlalchemy")
    path = made(tmp_path / "a.db")
    before = path.read_bytes()
    with pytest.raises(DataError, match="one SELECT or WITH"):
        rows(located(f"{driver}a.db", tmp_path), query=query)
    assert path.read_bytes() == before


def test_queries_that_read(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    made(tmp_path / "a.db")
    url = located("sqlite+pysqlite:///a.db", tmp_path)
    for query in (
        "select x from t where x > 1",
        "-- a comment\n/* and\nanother */ SELECT x FROM t WHERE x > 1",
        "with big as (select x from t where x > 1) select * from big",
    ):
        assert rows(url, query=query) == [(2,)]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@host/db", "postgresql://…@host/db"),
        ("mysql://host/db?user=me&password=secret", "mysql://host/db?…"),
        ("sqlite+pysqlite:///file:a.db?mode=ro&password=secret", "sqlite+pysqlite:///file:a.db?…"),
        ("sqlite:///a.db", "sqlite:///a.db"),
    ],
)
def test_no_password_is_shown(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_a_connection_is_closed_though_no_row_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def noted(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*arguments, **options))
        return opened[-1]

    path = made(tmp_path / "a.db")
    monkeypatch.setattr(sqlite3, "connect", noted)
    read = read_database(f"sqlite:///{path}", "t", None)
    del read
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("select 1")
