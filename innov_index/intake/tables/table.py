"""`Table`: a table read from any format, with columns as text and numbers."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.errors import DataError, InnovIndexError, Mark, Problem, load_extra, not_found
from innov_index.intake.cells import ErrorValue, to_numbers
from innov_index.intake.opening import ensure_few_cells, read_bytes
from innov_index.intake.tables.delimited import read_delimited
from innov_index.intake.tables.grid import HEADER, Grid
from innov_index.intake.tables.workbook import read_workbook
from innov_index.io.file_roles import is_pipe
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.sheet import to_text
from innov_index.wording import listed


@dataclass(frozen=True)
class ParquetPlaces:
    """Places of cells in a Parquet file, whose rows are counted from 1."""

    file: str

    def mark(self, row: int, column: int) -> Mark:
        return Mark(self.file if row == HEADER else f"{self.file}:row {row + 1}")


def read_parquet(path: Path, content: bytes, *, decimal: str | None) -> Grid:
    """Read all columns; nulls and NaN are empty cells."""
    parquet = load_extra("pyarrow.parquet", f"{path}: reading a Parquet file", "parquet")
    try:
        said = parquet.read_metadata(io.BytesIO(content))
        ensure_few_cells(path, said.num_rows * said.num_columns)
        table = parquet.read_table(io.BytesIO(content), page_checksum_verification=True)
        rows = list(zip(*map(_cells, table.columns), strict=True))
    except InnovIndexError:
        raise
    except Exception as error:  # damaged files raise various errors, not only pyarrow's
        raise DataError(f"{path}: cannot be read as a Parquet file ({error})") from None
    return Grid(table.column_names, rows, ParquetPlaces(str(path)), decimal or ".")


def _cells(column: Any) -> list[object]:
    """The cells of a column; texts that an older writer did not mark as such are bytes."""
    cells: list[object] = column.to_pylist()
    if str(column.type) == "halffloat":  # whose cells are numpy's with older versions of pyarrow
        return [None if cell is None else float(cell) for cell in column.to_pylist()]
    return [_decoded(cell) for cell in cells] if "binary" in str(column.type) else cells


def _decoded(cell: object) -> object:
    try:
        return cell.decode() if isinstance(cell, bytes) else cell
    except UnicodeDecodeError:
        return cell


EXTENSIONS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx", ".parquet")

_SHOWN_CELLS = 20


@dataclass(frozen=True)
class Table:
    """Named columns of cells.

    Text and numbers are made on request, so that only cells in use can be wrong. `remarks` say what was
    detected or left out in reading.
    """

    grid: Grid
    named: tuple[int, ...]
    missing: frozenset[str]
    remarks: tuple[str, ...]

    @property
    def file(self) -> str:
        """The path as stated by a person."""
        return self.grid.places.file

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of columns, in file order."""
        return tuple(to_text(self.grid.header[index]) for index in self.named)

    @property
    def rows(self) -> int:
        """Number of rows below the header."""
        return len(self.grid.rows)

    @cached_property
    def _position(self) -> dict[str, int]:
        return dict(zip(self.columns, self.named, strict=True))

    def mark(self, row: int, column: str) -> Mark:
        """Place of a cell in the file; `row` is counted from 0 below the header."""
        return self.grid.places.mark(row, self._position[column])

    def require(self, columns: Iterable[str], why: str = "") -> None:
        """Raise one `DataError` that names all `columns` missing from the table."""
        absent = [name for name in dict.fromkeys(columns) if name not in self._position]
        if not absent:
            return
        place = self.grid.places.mark(HEADER, 0)
        reason = f"({why})" if why else ""
        raise DataError([Problem(not_found("column", name, self.columns, reason), place) for name in absent])

    def text(self, column: str) -> tuple[str, ...]:
        """The column as trimmed text; "007" and "NA" are left as they are."""
        self.require([column])
        position = self._position[column]
        cells = [row[position] for row in self.grid.rows]
        failed = [row for row, cell in enumerate(cells) if isinstance(cell, ErrorValue)]
        wrong = [(row, column) for row in failed if cells[row] not in self.missing]
        if wrong:
            raise self._unusable(dict.fromkeys(wrong, "it is a spreadsheet error; correct the formula"))
        return tuple(map(to_text, cells))

    def numbers(self, columns: Sequence[str]) -> Floats:
        """The columns as numbers (rows, columns); missing cells are NaN.

        Raises
        ------
        DataError
            Some cells are not numbers; all of them are counted and the first twenty named.
        """
        self.require(columns)
        positions = [self._position[column] for column in columns]
        cells = [row[position] for row in self.grid.rows for position in positions]
        values, wrong = to_numbers(cells, self.missing, self.grid.decimal)
        if wrong:
            width = len(columns)
            raise self._unusable({(i // width, columns[i % width]): reason for i, reason in wrong.items()})
        return values.reshape(self.rows, len(columns))

    def rows_where(self, stated: Mapping[str, Collection[str]]) -> Bools:
        """Which rows have one of the stated texts in each of the stated columns."""
        chosen = np.ones(self.rows, dtype=np.bool_)
        for column, texts in stated.items():
            chosen &= np.array([cell in texts for cell in self.text(column)])
        return chosen

    def where(self, stated: Mapping[str, Collection[str]]) -> Table:
        """Select the rows that have one of the stated texts in each of the stated columns.

        Raises
        ------
        DataError
            No row does.
        """
        if not stated:
            return self
        rows = np.flatnonzero(self.rows_where(stated))
        if not len(rows):
            conditions = ", ".join(f"{column} = {' or '.join(texts)}" for column, texts in stated.items())
            raise DataError(f"{self.file}: no row with {conditions}")
        return self.only(rows)

    def only(self, rows: Ints) -> Table:
        """Some of the rows."""
        return replace(self, grid=self.grid.only([int(row) for row in rows]))

    def with_text(self, column: str, texts: Sequence[str]) -> Table:
        """The table with other texts in a column; places are those of the cells in the file."""
        position = self._position[column]
        rows = [
            (*row[:position], text, *row[position + 1 :])
            for row, text in zip(self.grid.rows, texts, strict=True)
        ]
        return replace(self, grid=replace(self.grid, rows=rows))

    def _unusable(self, reasons: dict[tuple[int, str], str]) -> DataError:
        """Make one error for all unusable cells (row, column)."""
        shown = islice(reasons.items(), _SHOWN_CELLS)
        problems = [self._problem(row, column, reason) for (row, column), reason in shown]
        if len(reasons) > _SHOWN_CELLS:
            problems.append(Problem(f"and {len(reasons) - _SHOWN_CELLS} more cells"))
        return DataError(problems)

    def _problem(self, row: int, column: str, reason: str) -> Problem:
        found = to_text(self.grid.rows[row][self._position[column]])
        return Problem(f"column '{column}': found {_shortened(found)!r}: {reason}", self.mark(row, column))


def read_table(
    path: str | Path,
    *,
    sheet: str | None = None,
    cells: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    missing: Collection[str] = ("",),
) -> Table:
    """Read a table; the extension of the file name determines the format.

    Parameters
    ----------
    path : str or Path
        A file whose name ends in one of `EXTENSIONS`; out of a pipe of another name comes text.
    sheet, cells : str, optional
        Workbooks: name of the sheet, required if several have content; range of cells such as "A1:D20".
    delimiter, decimal, encoding : str, optional
        Text files: delimiter, decimal mark ("." or ","), encoding. Detected by default; unless it is what the
        file name suggests, the result is stated in the table's remarks.
    missing : collection of str
        Texts that mean "no value" in columns of numbers.
    """
    path = Path(path)
    if decimal not in (None, ".", ","):
        raise DataError(f"{path}: `decimal` must be '.' or ','; got {decimal!r}")
    content = read_bytes(path)
    name = path.name.lower()
    if not name.endswith(EXTENSIONS) and not is_pipe(path):
        raise DataError(f"{path}: unknown file format; known formats are {listed(EXTENSIONS)}")
    if name.endswith(".xlsx"):
        _refuse(path, "text files", delimiter=delimiter, encoding=encoding)
        grid = read_workbook(path, content, sheet=sheet, cells=cells, decimal=decimal)
    elif name.endswith(".parquet"):
        _refuse(path, "text files", delimiter=delimiter, encoding=encoding)
        _refuse(path, "workbooks", sheet=sheet, cells=cells)
        grid = read_parquet(path, content, decimal=decimal)
    else:
        _refuse(path, "workbooks", sheet=sheet, cells=cells)
        grid = read_delimited(path, content, delimiter=delimiter, decimal=decimal, encoding=encoding)
    return _table(grid, frozenset(missing))


def _refuse(path: Path, where: str, **options: str | None) -> None:
    given = [f"`{name}`" for name, value in options.items() if value is not None]
    if given:
        raise DataError(f"{path}: {listed(given)} can be given only for {where}")


def _table(grid: Grid, missing: frozenset[str]) -> Table:
    """Check the header and leave out columns without a name."""
    names = [to_text(name) for name in grid.header]
    named = tuple(index for index, name in enumerate(names) if name)
    file = grid.places.file
    twice = [index for index in named if names[index] in names[:index]]
    if twice:
        raise DataError(
            [Problem(f"two columns are named '{names[i]}'", grid.places.mark(HEADER, i)) for i in twice]
        )
    if not named or not grid.rows:
        raise DataError(f"{file}: the file has {'a header but no rows' if named else 'no named columns'}")
    unnamed = [
        i + 1 for i, name in enumerate(names) if not name and any(to_text(row[i]) for row in grid.rows)
    ]
    left_out = tuple(f"{Path(file).name}: column {number} has no name and is left out" for number in unnamed)
    return Table(grid, named, missing, grid.remarks + left_out)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
