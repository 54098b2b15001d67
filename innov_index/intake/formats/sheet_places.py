"""What readers of all workbooks share: places of cells, values that a sheet does not say, limits."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from innov_index.errors import DataError, Mark
from innov_index.frozen import frozen
from innov_index.intake.opening import MOST_CELLS
from innov_index.intake.raw_sheet import Duration, ErrorValue, Merged

Position = tuple[int, int]
"""Row and column of a cell, both counted from 0."""

NOT_CALCULATED = ErrorValue("formula without a stored result")
"""A program wrote the formula and nobody has opened the file in a spreadsheet since."""

ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Errors by the byte that stands for them in .xls and .xlsb."""

_FEW_CELLS = 3_000_000
_CELLS_A_FILLED_ONE = 40


@frozen
class SheetCells:
    """Where the cells of a sheet stand in the file."""

    file: str
    sheet: str

    def mark(self, row: int, column: int) -> Mark:
        """Place of a cell as a spreadsheet names it, such as `data.xlsx:Scores!B7`."""
        return Mark(f"{self.file}:{self.sheet}!{column_letters(column)}{row + 1}")

    def row(self, row: int) -> str:
        """The row in words."""
        return f"row {row + 1} of {self.sheet}"


@dataclass
class Layout:
    """What a sheet says besides the values of its cells."""

    unread: dict[Position, ErrorValue] = field(default_factory=dict)
    """Cells that the reader of values leaves empty: errors, and formulas without a result."""

    merged: list[Merged] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    """First and last column of each hidden run."""

    hidden_rows: int = 0

    def hidden_columns(self, width: int) -> frozenset[int]:
        """The hidden ones of the first columns."""
        runs = (range(first, min(last + 1, width)) for first, last in self.hidden)
        return frozenset(column for run in runs for column in run)


def column_letters(column: int) -> str:
    """Letters of a column, counted from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The column that has these letters, counted from 0."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number - 1


def ensure_dense(path: Path, sheet: str, rows: int, columns: int, filled: int) -> None:
    """Raise where a sheet spans far more cells than have content: all of them would be kept.

    A single cell in the last column of the last row of a sheet makes a table of 17 thousand million cells.
    """
    area = rows * columns
    if area <= _FEW_CELLS or area <= min(MOST_CELLS, _CELLS_A_FILLED_ONE * filled):
        return
    if area > MOST_CELLS and filled * _CELLS_A_FILLED_ONE > area:
        raise DataError(f"{path}: sheet '{sheet}' has more than {MOST_CELLS:,} cells, too many for a table")
    last = f"{column_letters(columns - 1)}{rows}"
    raise DataError(
        f"{path}: sheet '{sheet}' goes as far as {last} with only {filled:,} filled cells; delete what "
        "stands far from the table, or save the table alone"
    )


def completed(rows: Sequence[Sequence[object]], unread: Mapping[Position, ErrorValue]) -> list[list[object]]:
    """The rows with None where a cell is empty, and with the cells that the reader left empty."""
    full = [[None if cell == "" else cell for cell in row] for row in rows]
    for cells in full:
        if datetime.timedelta in set(map(type, cells)):
            cells[:] = map(_stored, cells)
    for (row, column), value in unread.items():
        while len(full) <= row:
            full.append([])
        cells = full[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value
    while full and not any(cell is not None for cell in full[-1]):
        full.pop()
    return full


def _stored(cell: object) -> object:
    """A duration is stored as a number of days."""
    return Duration(cell.total_seconds() / 86_400) if isinstance(cell, datetime.timedelta) else cell


def hidden_row_remarks(path: Path, sheet: str, hidden: int) -> tuple[str, ...]:
    """What to say about rows that a filter or a person hides."""
    if not hidden:
        return ()
    rows = "1 row is hidden and is" if hidden == 1 else f"{hidden} rows are hidden and are"
    return (f"{path.name}: sheet '{sheet}': {rows} read like the others",)
