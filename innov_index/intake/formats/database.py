"""A table of a database, or the result of a query: SQLite by itself, others through SQLAlchemy; read only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from innov_index.errors import DataError, load_extra
from innov_index.io.file_roles import note_input

_SQLITE = re.compile(r"(?P<driver>sqlite(?:\+\w+)?:///)(?P<path>.+)")
_BY_ITSELF = "sqlite:///"
_READS = r"(?is)\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*\(?\s*(?:select|with|values|table)\b"


def is_url(name: str) -> bool:
    """Whether a name is the URL of a database."""
    return "://" in name


def located(name: str, folder: Path) -> str:
    """The URL with a path that starts at a folder; a database in a file is an input as any file is.

    Of a path in the form of a URL (`file:data.db?mode=ro`), the path counts: all are opened to be read alone.
    """
    found = _SQLITE.fullmatch(name)
    if found is None:
        return name
    path = found["path"]
    if not os.path.exists(folder / path):
        path = path.removeprefix("file:").partition("?")[0]
    note_input(folder / path)
    return f"{found['driver']}{folder / path}"


def file_of(url: str) -> Path | None:
    """The file that a database is in, where it is in one."""
    found = _SQLITE.fullmatch(url)
    return None if found is None else Path(found["path"])


def shown_url(url: str) -> str:
    """The URL without user and password, which may stand before the host or behind a question mark."""
    url, question, _ = url.partition("?")
    url += question and "?…"
    start, at, end = url.rpartition("@")
    return f"{start.partition('://')[0]}://…@{end}" if at else url


def without_hash(url: str) -> str:
    """What to say of a database that is in no file."""
    return f"{shown_url(url)}: a database, of whose content the provenance has no hash"


def read_database(
    url: str, table: str | None, query: str | None
) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """The titles of columns and the rows of a table or query.

    Raises
    ------
    DataError
        The database cannot be read, or it is not said what to read of it.
    """
    if (table is None) == (query is None):
        raise DataError(f"{shown_url(url)}: a database needs either `table` or `query`")
    statement = query or f"SELECT * FROM {_quoted(str(table))}"
    path = file_of(url)
    if path is not None and not os.path.isfile(path):
        raise DataError(f"{path}: this database file does not exist")
    if path is not None and url.startswith(_BY_ITSELF):
        return _by_sqlite(path, statement)
    return _by_alchemy(url, path, statement)


def _quoted(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def _read_only(path: Path) -> Any:
    """A connection to a database in a file that can change nothing, and makes no file."""
    import sqlite3

    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, check_same_thread=False)


def _by_sqlite(path: Path, statement: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    import sqlite3

    try:
        connection = _read_only(path)
        cursor = connection.execute(statement)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise DataError(f"{path}: the database cannot be read ({error})") from None
    return [entry[0] for entry in cursor.description or ()], _closing(cursor, connection)


def _by_alchemy(url: str, path: Path | None, statement: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """Through SQLAlchemy; a query that only reads is asked for, and what it changes is never committed."""
    if re.match(_READS, statement) is None:
        raise DataError(f"{shown_url(url)}: a query begins with SELECT or WITH; got {statement[:60]!r}")
    alchemy = load_extra("sqlalchemy", "reading a database", "database")
    creator = {} if path is None else {"creator": lambda: _read_only(path)}
    connection = None
    try:
        engine = alchemy.create_engine(url, poolclass=alchemy.pool.NullPool, **creator)
        connection = engine.connect().execution_options(stream_results=True)
        connection.begin()
        result = connection.execute(alchemy.text(statement))
    except Exception as error:  # database drivers each have their own errors
        if connection is not None:
            connection.close()
        reason = str(error).splitlines()[0]
        raise DataError(f"{shown_url(url)}: the database cannot be read ({reason})") from None
    return list(result.keys()), _closing(result, connection)


def _closing(rows: Iterable[Sequence[Any]], connection: Any) -> Iterator[Sequence[Any]]:
    """The rows; the connection is closed after the last one."""
    try:
        yield from rows
    finally:
        connection.close()
