"""Tables that name their columns themselves: JSON lines, databases, data frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.errors import DataError, Mark
from innov_index.frozen import frozen
from innov_index.intake.formats.database import read_database, shown_url
from innov_index.intake.formats.json_lines import read_json_lines
from innov_index.intake.number_texts import Conventions
from innov_index.intake.opening import ensure_few_cells
from innov_index.intake.table import Column, Table


@frozen
class NumberedPlaces:
    """Places of rows that are counted from 1: lines of a file, or rows of a table in a database."""

    file: str
    what: str

    def mark(self, row: int, column: int) -> Mark:
        if self.what == "line":
            return Mark(self.file, max(row, 0))
        return Mark(f"{self.file}:row {row}" if row > 0 else self.file)

    def row(self, row: int) -> str:
        return f"{self.what} {row}"


def table_of_json_lines(path: Path, content: bytes, conventions: Conventions) -> Table:
    """A file with one JSON object a line.

    Raises
    ------
    DataError
        A line is no JSON object, or there is none.
    """
    titles, rows = read_json_lines(str(path), content.split(b"\n"))
    return _table(NumberedPlaces(str(path), "line"), titles, rows, conventions)


def table_of_database(url: str, table: str | None, query: str | None, conventions: Conventions) -> Table:
    """A table of a database, or the result of a query.

    Raises
    ------
    DataError
        The database cannot be read, or nothing is there.
    """
    rows = read_database(url, table, query)
    found = _table(NumberedPlaces(shown_url(url), "row"), rows.titles, enumerate(rows, 1), conventions)
    found.said.update(dict.fromkeys(rows.said))
    return found


def table_of_rows(
    name: str, titles: Sequence[str], rows: Sequence[Sequence[Any]], conventions: Conventions
) -> Table:
    """Rows in memory; `name` says in messages whose they are."""
    return _table(NumberedPlaces(name, "row"), titles, enumerate(rows, 1), conventions)


def _table(
    places: NumberedPlaces,
    titles: Sequence[str],
    rows: Iterable[tuple[int, Sequence[Any]]],
    conventions: Conventions,
) -> Table:
    path = Path(places.file)
    numbers: list[int] = []
    cells: list[Sequence[Any]] = []
    for number, row in rows:
        ensure_few_cells(path, (len(cells) + 1) * len(titles))
        numbers.append(number)
        cells.append(row)
    if not cells:
        raise DataError(f"{places.file}: it has no rows")
    columns = zip(titles, zip(*cells, strict=True), strict=True)
    return Table(
        places=places,
        lines=np.array(numbers, dtype=np.int64),
        header_at=-1,
        found=tuple(Column(title, column, at) for at, (title, column) in enumerate(columns)),
        conventions=conventions,
    )
