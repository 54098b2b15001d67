"""Databases are read and nothing else: what a query may be, and what each database lets it do."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from innov_index.errors import DataError
from innov_index.intake.formats import database
from innov_index.intake.formats.database import located, read_database
from innov_index.intake.formats.one_query import ensure_one_query
from tests.campaign.hostile_queries import POSTGRES, SEEN, WRITES
from tests.intake.formats.postgres import require_postgres

DRIVERS = ("psycopg", "pg8000")


def made(path: Path, journal: str = "delete") -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.executescript("CREATE TABLE t (unit TEXT, x INT); INSERT INTO t VALUES ('A', 1), ('B', 2)")
    return connection


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in read_database(url, None, query)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1",
        "select x from t;",
        "  (SELECT x FROM t) ; \n",
        "-- which\n/* and why */ WITH a AS (SELECT 1) SELECT * FROM a",
        "SELECT 'a; b', \"c;d\" FROM t",
        "SELECT '--' || '/*', x::int, '%' FROM t",
        "SELECT replace(a, 'x', 'y') AS into_force, \"into\" FROM t -- to be updated",
        "SELECT update_date, lower(create_by) FROM t WHERE dropped = false",
    ],
)
def test_queries_that_read_are_taken(query: str) -> None:
    assert ensure_one_query("db", query) is None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "is empty"),
        ("-- nothing", "is empty"),
        ("DROP TABLE t", "begins with 'drop'"),
        ("EXPLAIN SELECT 1", "begins with 'explain'"),
        ("/**/" * 5000 + "x", "begins with 'x'"),
        ("SELECT 1; SELECT 2", "several statements"),
        ("SELECT 1;;", "several statements"),
        ("SELECT 1\0", "several statements"),
        (r"SELECT E'\''; COMMIT; DROP TABLE t; --'", "read in different ways"),
        ("SELECT $$'$$; DROP TABLE t; --'", "read in different ways"),
        ("SELECT $a$'$a$, 'b; --'", "read in different ways"),
        ("SELECT 1 -- ; DROP TABLE t", "read in different ways"),
        ("SELECT * INTO other FROM t", "writes INTO"),
        ("SELECT 1 /*!50000 INTO OUTFILE 'x' */", "remark that some databases execute"),
        ("SELECT lo_export(1, 'x')", "uses lo_export"),
        ("SELECT query_to_xml('DROP TABLE t', true, true, '')", "uses query_to_xml"),
    ],
)
def test_other_queries_are_refused(query: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as refused:
        ensure_one_query("db", query)
    assert str(refused.value).startswith("db: a query is one SELECT or WITH that does nothing but read; ")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("write", WRITES)
def test_sqlite_lets_no_statement_write(write: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it is: the look at its words is left out here."""
    monkeypatch.setattr(database, "ensure_one_query", lambda shown, query: None)
    made(tmp_path / "a.db").close()
    before = (tmp_path / "a.db").read_bytes()
    with suppress(DataError):
        rows(located("sqlite:///a.db", tmp_path), write.replace("FILE", str(tmp_path / "written")))
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]
    assert (tmp_path / "a.db").read_bytes() == before


class TestAWriteAheadLog:
    def test_no_file_is_made_beside(self, tmp_path: Path) -> None:
        made(tmp_path / "a.db", "wal").close()
        read = read_database(located("sqlite:///a.db", tmp_path), "t", None)
        assert list(map(tuple, read)) == [("A", 1), ("B", 2)]
        assert read.said == ()
        assert [path.name for path in tmp_path.iterdir()] == ["a.db"]

    def test_what_is_in_the_log_is_read_and_hashed(self, tmp_path: Path) -> None:
        """The file has no hash of it."""
        writer = made(tmp_path / "a.db", "wal")
        names = sorted(path.name for path in tmp_path.iterdir())
        said = []
        for amount in (1, 7):
            writer.execute("UPDATE t SET x = ? WHERE unit = 'A'", [amount])
            writer.commit()
            read = read_database(located("sqlite:///a.db", tmp_path), "t", None)
            assert next(iter(read)) == ("A", amount)
            list(read)
            said += read.said
        assert len(set(said)) == 2
        assert sorted(path.name for path in tmp_path.iterdir()) == names
        writer.close()

    def test_a_log_that_nobody_has_open_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "lost").mkdir()
        writer = made(tmp_path / "a.db", "wal")
        for name in ("a.db", "a.db-wal"):
            (tmp_path / "lost" / name).write_bytes((tmp_path / name).read_bytes())
        writer.close()
        with pytest.raises(DataError, match="not yet in the database"):
            rows(located("sqlite:///a.db", tmp_path / "lost"), "SELECT x FROM t")
        assert sorted(path.name for path in (tmp_path / "lost").iterdir()) == ["a.db", "a.db-wal"]


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    writer = made(tmp_path / "a.db")
    writer.executemany("INSERT INTO t VALUES (?, ?)", [("C" * 500, row) for row in range(2000)])
    writer.commit()
    writer.close()
    content = bytearray((tmp_path / "a.db").read_bytes())
    content[20_000:40_000] = b"\xff" * 20_000
    (tmp_path / "a.db").write_bytes(content)
    with pytest.raises(DataError, match="cannot be read"):
        rows(located("sqlite:///a.db", tmp_path), "SELECT * FROM t")


@pytest.fixture(params=DRIVERS)
def postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    url = require_postgres(request.param)
    ask(url, *POSTGRES)
    yield url
    ask(url, "DROP TABLE t")


def ask(url: str, *statements: str) -> list[list[tuple[Any, ...]]]:
    """What somebody who may do everything does and sees."""
    import sqlalchemy

    with sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool).connect() as connection:
        results = [connection.exec_driver_sql(statement) for statement in statements]
        found = [[tuple(row) for row in result] if result.returns_rows else [] for result in results]
        connection.commit()
    return found


class TestPostgres:
    def test_the_same_rows_and_their_hash(self, postgres: str) -> None:
        read = read_database(postgres, "t", None)
        assert sorted(map(tuple, read)) == [("A", 1), ("B", 2)]
        assert read.titles == ["unit", "x"]
        content = hashlib.sha256(b"['unit', 'x']('A', 1)('B', 2)").hexdigest()
        (said,) = read.said
        assert said.endswith(f"2 rows, whose SHA-256 in the order read is {content}")
        assert "kept-secret" not in said

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("SELECT x::text || ':x 50% %s' FROM t WHERE unit = 'A'", "1:x 50% %s"),
            ("SELECT 'a;b' FROM t LIMIT 1;", "a;b"),
            ("WITH a AS (SELECT max(x) AS x FROM t) SELECT x FROM a", 2),
            ("SELECT (ARRAY[7, 8])[1:2]", [7, 8]),
            (r"SELECT '\:' || $$it's$$", r"\:it's"),
        ],
    )
    def test_queries_are_asked_as_they_are(self, query: str, found: object, postgres: str) -> None:
        assert rows(postgres, query) == [(found,)]

    @pytest.mark.parametrize("write", WRITES)
    def test_no_statement_writes(
        self, write: str, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Words are looked at where the server itself would do more, and nowhere else here."""

        def known(shown: str, query: str) -> None:
            if database_does_more(query):
                ensure_one_query(shown, query)

        monkeypatch.setattr(database, "ensure_one_query", known)
        before = ask(postgres, *SEEN)
        with pytest.raises(DataError) as refused:
            rows(postgres, write.replace("FILE", str(tmp_path / "written")))
        assert "kept-secret" not in str(refused.value)
        assert ask(postgres, *SEEN) == before
        assert not list(tmp_path.iterdir())

    def test_messages_tell_no_password(self, postgres: str) -> None:
        for url in (
            postgres.replace("kept-secret", "other?sec@ret"),
            postgres.replace("kept-secret", "other-secret"),
            postgres + "?password=other-secret",
            postgres.replace("127.0.0.1", "127.0.0.1:1"),
            postgres.replace("postgresql", "nosuch"),
        ):
            with pytest.raises(DataError) as refused:
                rows(url, "SELECT 1")
            for secret in ("kept-secret", "other-secret", "sec@ret", "other?sec"):
                assert secret not in str(refused.value)


def database_does_more(query: str) -> bool:
    """Whether a statement is one of those that no transaction keeps from doing more than to read."""
    words = (
        *("lo_", "pg_", "set_config", "to_xml", "dblink", "COMMIT", "ROLLBACK", "BEGIN", "SET ", "PREPARE"),
        *(
            "LISTEN",
            "DECLARE",
            "LOCK",
            "COPY",
            "CHECKPOINT",
            "ANALYZE",
            "VACUUM",
            "DO ",
            "CALL",
            "ALTER SYSTEM",
        ),
    )
    return any(word in query for word in words)
