"""Readers of records row by row: workbooks, JSON lines, databases."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from innov_index.errors import DataError, InnovIndexError, Mark, Problem, load_extra, not_found
from innov_index.intake.opening import ensure_small_archive, of_few_cells, read_bytes, read_content
from innov_index.intake.records.batch import Batch, RawRows, WantedColumns
from innov_index.intake.records.header import SEARCHED, find_header, require_columns
from innov_index.model.sheet import to_text

ROWS_A_BATCH = 200_000
_DATABASE = "reading a database"


def read_workbook(path: Path, shown: str, wanted: WantedColumns, sheet: str | None) -> Iterator[Batch]:
    """Read batches of one sheet of an Excel workbook, the first by default."""
    openpyxl = load_extra("openpyxl", f"{path}: reading an Excel workbook", "excel")
    content = read_bytes(path)
    ensure_small_archive(path, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            page = _page(path, book, sheet)
            page.reset_dimensions()
            cells = of_few_cells(path, page.iter_rows(values_only=True))
            rows = [(n, row) for n, row in enumerate(cells, 1) if any(cell not in (None, "") for cell in row)]
            book.close()
    except InnovIndexError:
        raise
    except Exception as error:  # openpyxl has no error class for damaged files
        raise DataError(f"{path}: cannot be read as an Excel workbook (.xlsx) ({error})") from None
    at, positions = find_header(shown, rows[: SEARCHED + 1], wanted)
    header = [to_text(cell) for cell in rows[at][1]]
    yield from _batches(shown, iter(rows[at + 1 :]), header, positions)


def _page(path: Path, book: Any, sheet: str | None) -> Any:
    pages = {page.title: page for page in book.worksheets}
    if sheet is None:
        return next(iter(pages.values()))
    if sheet not in pages:
        raise DataError(f"{path}: {not_found('sheet', sheet, pages)}")
    return pages[sheet]


def read_json_lines(path: Path, shown: str, wanted: WantedColumns) -> Iterator[Batch]:
    """Read batches of a file with one JSON object per line; missing keys become empty cells."""
    content = read_content(path)
    objects = _objects(shown, content.split(b"\n"))
    first = list(islice(objects, 1000))
    names = list(dict.fromkeys(key for _, entry in first for key in entry))
    positions = require_columns(shown, names, wanted)
    rows = ((line, [entry.get(name) for name in names]) for line, entry in chain(first, objects))
    yield from _batches(shown, rows, names, positions)


def _objects(shown: str, lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(Problem(f"this line is not JSON ({error})", Mark(shown, number))) from None
        if not isinstance(entry, dict):
            raise DataError(Problem("each line must be one JSON object", Mark(shown, number)))
        yield number, entry


def read_database(url: str, wanted: WantedColumns, table: str | None, query: str | None) -> Iterator[Batch]:
    """Read batches of a table or query: SQLite directly, other databases through SQLAlchemy."""
    if (table is None) == (query is None):
        raise DataError(f"{shown_url(url)}: a database needs either `table` or `query`")
    statement = query or f"SELECT * FROM {_quoted(str(table))}"
    names, rows = _sqlite(url, statement) if url.startswith("sqlite:///") else _sqlalchemy(url, statement)
    positions = require_columns(shown_url(url), names, wanted)
    yield from _batches(shown_url(url), enumerate(rows, 1), names, positions)


def shown_url(url: str) -> str:
    """The URL without user and password."""
    start, at, end = url.rpartition("@")
    return f"{start.partition('://')[0]}://…@{end}" if at else url


def _quoted(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def _sqlite(url: str, statement: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    path = Path(url.removeprefix("sqlite:///"))
    if not os.path.isfile(path):
        raise DataError(f"{path}: this database file does not exist")
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        cursor = connection.execute(statement)
    except sqlite3.Error as error:
        raise DataError(f"{path}: the database cannot be read ({error})") from None
    return [entry[0] for entry in cursor.description], _closing(cursor, connection)


def _closing(rows: Iterable[Sequence[Any]], connection: Any) -> Iterator[Sequence[Any]]:
    """Yield the rows, and close the connection after the last one."""
    try:
        yield from rows
    finally:
        connection.close()


def _sqlalchemy(url: str, statement: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    alchemy = load_extra("sqlalchemy", _DATABASE, "database")
    try:
        connection = alchemy.create_engine(url).connect().execution_options(stream_results=True)
        result = connection.execute(alchemy.text(statement))
    except Exception as error:  # database drivers each have their own errors
        reason = str(error).splitlines()[0]
        raise DataError(f"{shown_url(url)}: the database cannot be read ({reason})") from None
    return list(result.keys()), _closing(result, connection)


def _batches(
    shown: str, rows: Iterator[tuple[int, Sequence[Any]]], header: Sequence[str], positions: dict[str, int]
) -> Iterator[Batch]:
    width = len(header)
    while part := list(islice(rows, ROWS_A_BATCH)):
        cells = [[to_text(cell) for cell in row] + [""] * (width - len(row)) for _, row in part]
        whole = RawRows(tuple(header), cells, positions)
        yield Batch.of_rows(shown, [line for line, _ in part], whole, Counter())
