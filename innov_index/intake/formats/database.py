"""A table of a database, or the result of a query: SQLite by itself, others through SQLAlchemy; read only.

A config may come from anybody, so nothing in it can change a database or make a file: one SELECT is taken
(`one_query.py`), SQLite lets it do nothing but read, other databases run it in a transaction that is
read-only and never committed.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from innov_index.errors import DataError, InnovIndexError, load_extra
from innov_index.intake.formats.one_query import ensure_one_query
from innov_index.io.file_roles import note_input
from innov_index.wording import counted, without_credentials, without_secrets

_SQLITE = re.compile(r"(?P<driver>sqlite(?:\+pysqlite)?:///)(?P<path>.+)", re.DOTALL)
_LOG = "-wal"
"""Ending of the file of changes that SQLite has not yet written into the database itself."""

_READ_ONLY = "SET TRANSACTION READ ONLY"
_WITH_SUCH_TRANSACTIONS = ("postgresql", "cockroachdb", "mysql", "mariadb", "oracle")
_ARGUMENTS = {"duckdb": {"read_only": True}}
"""What a driver is told so that it makes no file, by the database."""


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
    """The URL without user, password and options, each of which may tell a secret."""
    return url if file_of(url) and "?" not in url else without_secrets(url)


class Rows:
    """The rows of a table or query, each once, and afterwards what is to be said of them."""

    def __init__(self, url: str, titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self.titles = list(titles)
        self._url = url
        self._rows = rows
        self._number = 0
        self._hash = hashlib.sha256(repr(self.titles).encode("utf-8", "surrogatepass"))

    def __iter__(self) -> Iterator[Sequence[Any]]:
        with _explained(self._url):
            for row in self._rows:
                self._number += 1
                self._hash.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
                yield row

    @property
    def said(self) -> tuple[str, ...]:
        """The hash of the rows, for the provenance; none where it has that of the file that all are in."""
        path = file_of(self._url)
        if path is not None and not _has_content(path.with_name(path.name + _LOG)):
            return ()
        rows = counted(self._number, "row")
        return (
            f"{shown_url(self._url)}: {rows}, whose SHA-256 in the order read is {self._hash.hexdigest()}",
        )


def read_database(url: str, table: str | None, query: str | None) -> Rows:
    """The rows of a table or query.

    Raises
    ------
    DataError
        The database cannot be read, it is not said what to read of it, or the query does more than to read.
    """
    if (table is None) == (query is None):
        raise DataError(f"{shown_url(url)}: a database needs either `table` or `query`")
    path = file_of(url)
    if path is not None and not os.path.isfile(path):
        raise DataError(f"{path}: this database file does not exist")
    if query is not None:
        ensure_one_query(shown_url(url), query)
    if path is not None:
        with _explained(url):
            return Rows(url, *_by_sqlite(path, query or f"SELECT * FROM {_quoted(str(table))}"))
    alchemy = load_extra("sqlalchemy", "reading a database", "database")
    with _explained(url):
        return Rows(url, *_by_alchemy(alchemy, url, table, query))


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turn whatever goes wrong into one error that names the database, and none of its secrets."""
    try:
        yield
    except InnovIndexError:
        raise
    except Exception as error:  # database drivers each have their own errors
        reason = _reason(error)
        for secret in _secrets(url):
            reason = reason.replace(secret, "…")
        reason = without_credentials(reason)
        raise DataError(f"{shown_url(url)}: the database cannot be read ({reason})") from None


def _reason(error: Exception) -> str:
    """What a driver says went wrong, in one line; some give all that the server said by letters."""
    own = getattr(error, "orig", None) or error
    first = next(iter(own.args), None)
    said = str(first.get("M", "")) if isinstance(first, dict) else str(own)
    return " ".join((said.strip() or type(own).__name__).split())


def _secrets(url: str) -> list[str]:
    """Parts of a URL that may be secret, the longest first: user and password, and options."""
    _, _, rest = url.partition("://")
    before = rest.rpartition("@")[0]
    options = re.split(r"[?&;=#]", rest)[1:]
    parts = {before, *before.split(":", 1), *options}
    return sorted((part for part in parts if len(part) > 2), key=len, reverse=True)


def _quoted(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def _by_sqlite(path: Path, statement: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    import sqlite3

    connection = sqlite3.connect(_read_only(path), uri=True, check_same_thread=False)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_authorizer(_reading_alone())
        cursor = connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return [entry[0] for entry in cursor.description or ()], _closing(cursor, connection.close)


def _read_only(path: Path) -> str:
    """The URI of a database in a file that can change nothing, and makes no file beside it."""
    uri = f"file:{quote(os.path.abspath(path))}?mode=ro"
    with path.open("rb") as file:
        is_logged = file.read(20)[18:] == b"\x02\x02"
    if not is_logged:
        return uri
    log, shared = (path.with_name(path.name + ending) for ending in (_LOG, "-shm"))
    if not _has_content(log):
        return f"{uri}&immutable=1"  # else two empty files would be made and left
    if not shared.exists():
        raise DataError(
            f"{path}: changes in {log.name} are not yet in the database; open it once with the program that "
            "it belongs to"
        )
    return uri


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _reading_alone() -> Callable[..., int]:
    """What SQLite asks for each thing that a statement does; only to read is allowed."""
    import sqlite3

    recursive = 33  # which has no name in the module
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, recursive}
    return lambda action, *_: sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _by_alchemy(
    alchemy: Any, url: str, table: str | None, query: str | None
) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """Through SQLAlchemy, in a transaction that is never committed."""
    parsed = alchemy.make_url(url)
    name = parsed.get_backend_name()
    if name == "sqlite":
        raise DataError(f"{shown_url(url)}: a SQLite database is named sqlite:///FILE")
    engine = alchemy.create_engine(
        parsed, poolclass=alchemy.pool.NullPool, connect_args=_ARGUMENTS.get(name, {})
    )
    quoted = engine.dialect.identifier_preparer.quote_identifier
    statement = query or f"SELECT * FROM {'.'.join(map(quoted, str(table).split('.')))}"
    logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())  # what went wrong is told once, by us
    connection = engine.connect()
    try:
        if name in _WITH_SUCH_TRANSACTIONS:
            connection.exec_driver_sql(_READ_ONLY)
        # a colon would begin a parameter
        asked = alchemy.text(statement.replace(":", r"\:"))
        result = connection.execution_options(stream_results=True).execute(asked)
    except BaseException:
        connection.close()
        raise
    return list(result.keys()), _closing(result, connection.close)


def _closing(rows: Iterable[Sequence[Any]], close: Callable[[], object]) -> Iterator[Sequence[Any]]:
    """The rows; the connection is closed after the last one, or when nobody asks for rows any more."""

    def each() -> Iterator[Sequence[Any]]:
        try:
            yield ()
            yield from rows
        finally:
            close()

    begun = each()
    next(begun)  # what has not begun would end without closing anything
    return begun
