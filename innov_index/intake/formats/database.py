"""A table of a database, or the result of a query: SQLite by itself, others through SQLAlchemy; read only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from innov_index.errors import DataError, load_extra
from innov_index.io.file_roles import note_input

_SQLITE = "sqlite:///"


def is_url(name: str) -> bool:
    """Whether a name is the URL of a database."""
    return "://" in name


def located(name: str, folder: Path) -> str:
    """The URL with a path that starts at a folder; a database in a file is an input as any file is."""
    if not name.startswith(_SQLITE):
        return name
    path = folder / name.removeprefix(_SQLITE)
    note_input(path)
    return f"{_SQLITE}{path}"


def file_of(url: str) -> Path | None:
    """The file that a database is in, where it is in one."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None


def shown_url(url: str) -> str:
    """The URL without user and password."""
    start, at, end = url.rpartition("@")
    return f"{start.partition('://')[0]}://…@{end}" if at else url


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
    return _by_alchemy(url, statement) if path is None else _by_sqlite(path, statement)


def _quoted(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def _by_sqlite(path: Path, statement: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    import sqlite3

    if not os.path.isfile(path):
        raise DataError(f"{path}: this database file does not exist")
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        cursor = connection.execute(statement)
    except sqlite3.Error as error:
        raise DataError(f"{path}: the database cannot be read ({error})") from None
    return [entry[0] for entry in cursor.description or ()], _closing(cursor, connection)


def _by_alchemy(url: str, statement: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    alchemy = load_extra("sqlalchemy", "reading a database", "database")
    try:
        connection = alchemy.create_engine(url).connect().execution_options(stream_results=True)
        result = connection.execute(alchemy.text(statement))
    except Exception as error:  # database drivers each have their own errors
        reason = str(error).splitlines()[0]
        raise DataError(f"{shown_url(url)}: the database cannot be read ({reason})") from None
    return list(result.keys()), _closing(result, connection)


def _closing(rows: Iterable[Sequence[Any]], connection: Any) -> Iterator[Sequence[Any]]:
    """The rows; the connection is closed after the last one."""
    try:
        yield from rows
    finally:
        connection.close()
