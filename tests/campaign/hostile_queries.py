"""Queries, tables and paths of databases that mean harm: rows, or one sentence, and nothing is written."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.errors import InnovIndexError
from innov_index.intake.formats.database import located, read_database
from tests.campaign.crashes import crash_of
from tests.campaign.runs import TooLongError, limited
from tests.campaign.second_opinion import REFUSED
from tests.intake.formats.postgres import require_postgres

SECONDS = 20
SECRET = "kept-secret"
WRITES = (
    "DROP TABLE t", "DELETE FROM t", "INSERT INTO t VALUES ('C', 3)", "UPDATE t SET x = 9",
    "ALTER TABLE t ADD y int", "CREATE TABLE made (x int)", "TRUNCATE t", "VACUUM", "VACUUM INTO 'FILE'",
    "ATTACH DATABASE 'FILE' AS e", "DETACH main", "PRAGMA journal_mode = WAL", "PRAGMA user_version = 7",
    "PRAGMA query_only = OFF", "REINDEX", "ANALYZE", "COPY t TO 'FILE'",
    "COPY (SELECT 1) TO PROGRAM 'touch FILE'", "CREATE ROLE made SUPERUSER", "CHECKPOINT",
    "SELECT * INTO made FROM t", "CREATE VIEW made AS SELECT 1", "SET default_transaction_read_only = off",
    "BEGIN READ WRITE", "COMMIT", "ROLLBACK", "DO $$ BEGIN DELETE FROM t; END $$", "CALL made()",
    "LOCK TABLE t", "EXPLAIN ANALYZE DELETE FROM t", "GRANT ALL ON t TO public",
    "ALTER SYSTEM SET work_mem = '9MB'", "LISTEN x", "PREPARE p AS DELETE FROM t",
    "DECLARE c CURSOR FOR SELECT 1", "SELECT load_extension('FILE')",
    "SELECT lo_export(lo_from_bytea(0, 'x'), 'FILE')", "SELECT lo_create(4711)",
    "SELECT pg_file_write('FILE', 'x', false)", "SELECT set_config('transaction_read_only', 'off', false)",
    "SELECT query_to_xml('DELETE FROM t', true, true, '')", "SELECT nextval('counter')",
    "SELECT setval('counter', 99)", "SELECT * FROM t FOR UPDATE", "SELECT pg_reload_conf()",
    "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", "SELECT writefile('FILE', 'x')",
    "WITH more AS (INSERT INTO t VALUES ('C', 3) RETURNING *) SELECT * FROM more",
    "SELECT pg_advisory_lock(1)", "SELECT changed()",
    "SELECT dblink_exec('dbname=postgres', 'DELETE FROM t')", "SELECT edit('x', 'touch FILE')",
    "SELECT 1 INTO OUTFILE 'FILE'", "SELECT fts3_tokenizer('simple', x'41414141')", "SELECT pg_sleep(1000)",
)  # fmt: skip
READS = (
    "SELECT unit, x FROM t",
    "WITH r AS (SELECT * FROM t) SELECT unit, x FROM r",
    "(SELECT unit, x FROM t)",
)
JOINS = (
    "{read}; {write}", "{read};{write};", "{read} /* */; {write}", "{read} -- ;\n; {write}",
    "{read} WHERE 'a;' = 'a;'; {write}", "{read} WHERE E'\\'' = ''; {write} --'",
    "{read} WHERE '\\' = ''; {write}; --'", "{read} WHERE $$'$$ = ''; {write} --'", "/*{read}*/ {write}",
    "-- {read}\n{write}", "{read} WHERE \"a\" = `b`; {write}", "{write}; {read}", "/**/{write}",
    "{read} WHERE [a'] = 1; {write} --'", "{read}\0; {write}", "{read} UNION ALL {write}",
    "({read}); ({write})", "{read} WHERE x IN ({write})", "/* /* */ {read} */ {write}",
    "{read} # ' \n; {write} #'", "{write}", "{write}", "/*! {write} */",
    "{read} /*!50000 INTO OUTFILE 'FILE' */", "SELECT ({write})", "EXPLAIN {write}", "\ufeff{write}",
)  # fmt: skip
PATHS = (
    "absent.db", "../absent.db", "a.db?mode=rwc", "file:absent.db?mode=rwc", "file:a.db?vfs=none",
    "a.db\0x", "/", ".", "", ":memory:", "a.db/../new.db", "%2e%2e/x.db", "a b#c.db", "~/x.db", "x",
    "folder", "a.db'--", "notes.txt",
)  # fmt: skip


@dataclass(frozen=True)
class QueryCase:
    """What is asked of a database: by a query or the name of a table, of a path where it is in a file."""

    database: str
    stated: dict[str, str]
    path: str = "a.db"

    def write(self, folder: Path) -> Path:
        """Write it as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "query.json"
        path.write_text(json.dumps([self.database, self.stated, self.path]), encoding="utf-8")
        return path

    def smaller(self) -> Iterator[QueryCase]:
        """Nothing less."""
        return iter(())


def random_query(rng: np.random.Generator) -> QueryCase:
    """A way of writing, by itself or hidden behind something that reads."""
    own = random.Random(int(rng.integers(2**63)))
    database = own.choice(["sqlite", "psycopg", "pg8000"])
    if database == "sqlite" and own.random() < 0.2:
        return QueryCase(database, {"table": "t"}, own.choice(PATHS))
    write = own.choice(WRITES)
    text = own.choice(JOINS).format(read=own.choice(READS), write=write)
    if own.random() < 0.1:
        return QueryCase(
            database,
            {"table": own.choice(['t"; DROP TABLE t; --', "t; DROP TABLE t", "t", "public.t", text])},
        )
    if own.random() < 0.2:
        at = own.randrange(len(text) + 1)
        text = (
            text[:at]
            + own.choice(["'", '"', ";", "--", "/*", "*/", "\\", "$$", "\n", "`", ":x", "%s", "%"])
            + text[at:]
        )
    return QueryCase(database, {"query": text})


def fault_of_query(case: QueryCase, folder: Path) -> str:
    """Whether anything has changed, or the answer is no sentence."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "written"
    stated = {kind: text.replace("FILE", str(file)) for kind, text in case.stated.items()}
    url = _prepared(case, folder)
    before = _state(case, folder)
    try:
        with limited(SECONDS):
            rows = read_database(url, stated.get("table"), stated.get("query"))
            found = sorted(map(tuple, rows))
    except TooLongError:
        return "does not end"
    except InnovIndexError as error:
        if SECRET in str(error):
            return "tells the password"
        outcome = "" if len(str(error).splitlines()) == 1 else f"says: {str(error)[:80]}"
        return outcome or _changes(case, folder, before) or f"{REFUSED} in one sentence"
    except Exception as error:
        return crash_of(error)
    return _changes(case, folder, before) or ("" if len(found) < 10 else "has more rows")


def _changes(case: QueryCase, folder: Path, before: object) -> str:
    return "" if _state(case, folder) == before else f"changes something ({case.stated})"[:150]


def _prepared(case: QueryCase, folder: Path) -> str:
    """The URL of a database with a table t of two rows."""
    if case.database != "sqlite":
        url = require_postgres(case.database)
        with _connected(url) as connection:
            for statement in POSTGRES:
                connection.exec_driver_sql(statement)
            connection.commit()
        return url
    (folder / "folder").mkdir()
    (folder / "notes.txt").write_text("no database")
    database = sqlite3.connect(folder / "a.db")
    database.executescript("CREATE TABLE t (unit TEXT, x INT); INSERT INTO t VALUES ('A', 1), ('B', 2)")
    database.close()
    return located(f"sqlite:///{case.path}", folder)


POSTGRES = (
    "CREATE TABLE IF NOT EXISTS t (unit text, x int)", "CREATE SEQUENCE IF NOT EXISTS counter",
    "CREATE OR REPLACE FUNCTION changed() RETURNS int LANGUAGE sql AS 'DELETE FROM t; SELECT 1'",
    "DELETE FROM t", "INSERT INTO t VALUES ('A', 1), ('B', 2)",
)  # fmt: skip
SEEN = (
    "SELECT unit, x FROM t ORDER BY x", "SELECT last_value, is_called FROM counter",
    "SELECT count(*) FROM pg_class", "SELECT count(*) FROM pg_largeobject_metadata",
    "SELECT count(*) FROM pg_roles", "SELECT count(*) FROM pg_proc",
    "SELECT count(*) FROM pg_file_settings", "SELECT relacl FROM pg_class WHERE relname = 't'",
    "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass",
)  # fmt: skip


def _connected(url: str) -> Any:
    import sqlalchemy

    return sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool).connect()


def _state(case: QueryCase, folder: Path) -> object:
    """Everything that could be written: files, and what is in the database."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    names = [sorted(os.listdir(path)) for path in (folder, folder.parent, Path.home())]
    if case.database == "sqlite":
        return files, names
    with _connected(require_postgres(case.database)) as connection:
        seen = [[tuple(row) for row in connection.exec_driver_sql(query)] for query in SEEN]
    return files, names, seen
