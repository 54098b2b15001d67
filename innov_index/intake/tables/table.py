"""Reading a table from any format, and asking it for text and numbers."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from innov_index.errors import DataError, Mark, Problem, did_you_mean
from innov_index.intake.cells import ErrorValue, to_numbers
from innov_index.intake.opening import read_bytes
from innov_index.intake.tables.delimited import read_delimited
from innov_index.intake.tables.grid import HEADER, Grid
from innov_index.intake.tables.workbook import read_workbook
from innov_index.io.extras import load_extra
from innov_index.model.arrays import Bools, Floats
from innov_index.model.sheet import to_text


@dataclass(frozen=True)
class ParquetPlaces:
    """Cells stand in records, which a person counts from 1."""

    file: str

    def mark(self, row: int, column: int) -> Mark:
        return Mark(self.file if row == HEADER else f"{self.file}:row {row + 1}")


def read_parquet(path: Path, content: bytes, *, decimal: str | None) -> Grid:
    """Read all columns; null and NaN are empty cells."""
    parquet = load_extra("pyarrow.parquet", f"{path}: reading a Parquet file", "parquet")
    try:
        table = parquet.read_table(io.BytesIO(content))
        rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    except Exception as error:  # a damaged file raises several kinds, not all of them pyarrow's
        raise DataError(f"{path}: not a Parquet file that can be read ({error})") from None
    return Grid(table.column_names, rows, ParquetPlaces(str(path)), decimal or ".")


EXTENSIONS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx", ".parquet")

_SHOWN_CELLS = 20
_SHOWN_COLUMNS = 40


@dataclass(frozen=True)
class Table:
    """Named columns of cells.

    Text and numbers are made when they are asked for, so that a cell is only ever wrong where it is used.
    `remarks` say what reading had to find out or leave out.
    """

    grid: Grid
    named: tuple[int, ...]
    missing: frozenset[str]
    remarks: tuple[str, ...]

    @property
    def file(self) -> str:
        """The path as a person wrote it."""
        return self.grid.places.file

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names in the header, in file order."""
        return tuple(to_text(self.grid.header[index]) for index in self.named)

    @property
    def rows(self) -> int:
        """Number of rows below the header."""
        return len(self.grid.rows)

    @cached_property
    def _position(self) -> dict[str, int]:
        return dict(zip(self.columns, self.named, strict=True))

    def mark(self, row: int, column: str) -> Mark:
        """Place of a cell in the file; `row` counts from 0 below the header."""
        return self.grid.places.mark(row, self._position[column])

    def require(self, columns: Iterable[str], why: str = "") -> None:
        """Raise one `DataError` that names all `columns` the table does not have."""
        absent = [name for name in dict.fromkeys(columns) if name not in self._position]
        if not absent:
            return
        reason = f" ({why})" if why else ""
        place = self.grid.places.mark(HEADER, 0)
        problems = [
            Problem(f"no column '{name}'{reason}.{did_you_mean(name, self.columns)}", place)
            for name in absent
        ]
        raise DataError([*problems, Problem(f"Columns there are: {_listed(self.columns)}")])

    def text(self, column: str) -> tuple[str, ...]:
        """The column as text without surrounding spaces; "007" and "NA" stay what they are."""
        self.require([column])
        position = self._position[column]
        cells = [row[position] for row in self.grid.rows]
        failed = [row for row, cell in enumerate(cells) if isinstance(cell, ErrorValue)]
        wrong = [(row, column) for row in failed if cells[row] not in self.missing]
        if wrong:
            raise self._unusable(dict.fromkeys(wrong, "it is a spreadsheet error; repair the formula"))
        return tuple(map(to_text, cells))

    def numbers(self, columns: Sequence[str]) -> Floats:
        """The columns as numbers (rows, columns); cells that say "missing" are NaN.

        Raises
        ------
        DataError
            Some cells hold something else; all of them are counted and the first twenty named.
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
        """Which rows hold one of the stated texts in each of the stated columns."""
        chosen = np.ones(self.rows, dtype=np.bool_)
        for column, texts in stated.items():
            chosen &= np.array([cell in texts for cell in self.text(column)])
        return chosen

    def where(self, stated: Mapping[str, Collection[str]]) -> Table:
        """The rows that hold one of the stated texts in each of the stated columns.

        Raises
        ------
        DataError
            There is no such row.
        """
        if not stated:
            return self
        rows = np.flatnonzero(self.rows_where(stated))
        if not len(rows):
            conditions = ", ".join(f"{column} = {' or '.join(texts)}" for column, texts in stated.items())
            raise DataError(f"{self.file}: no row with {conditions}")
        return replace(self, grid=self.grid.only([int(row) for row in rows]))

    def _unusable(self, reasons: dict[tuple[int, str], str]) -> DataError:
        """One error for all cells (row, column) that cannot be used."""
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
    """Read a table; the extension of its name says the format.

    Parameters
    ----------
    path : str or Path
        A file whose name ends in one of `EXTENSIONS`.
    sheet, cells : str, optional
        Workbooks: name of the sheet, needed where several have content; range of cells such as "A1:D20".
    delimiter, decimal, encoding : str, optional
        Text files: what stands between cells, the decimal mark ("." or ","), the encoding. Found out where
        not given; the table's remarks then say what was found, unless it is what the name promises.
    missing : collection of str
        Cell texts that mean "no value" in a column of numbers.
    """
    path = Path(path)
    if decimal not in (None, ".", ","):
        raise DataError(f"{path}: `decimal` must be '.' or ',', got {decimal!r}")
    content = read_bytes(path)
    name = path.name.lower()
    if not name.endswith(EXTENSIONS):
        raise DataError(f"{path}: the format of this file is not known; known are {', '.join(EXTENSIONS)}")
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
        raise DataError(f"{path}: {' and '.join(given)} can only be given for {where}")


def _table(grid: Grid, missing: frozenset[str]) -> Table:
    """Check the header; a column without a name cannot be asked for and is left out."""
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


def _listed(names: Sequence[str]) -> str:
    more = f", … ({len(names) - _SHOWN_COLUMNS} more)" if len(names) > _SHOWN_COLUMNS else ""
    return ", ".join(names[:_SHOWN_COLUMNS]) + more


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
