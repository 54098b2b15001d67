"""Cells as a file has them, before anybody says which row is the header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import NamedTuple, Protocol

from innov_index.errors import Mark
from innov_index.frozen import frozen


class Duration(float):
    """A duration in a workbook, as it is stored: a number of days."""


class ErrorValue(str):
    """The result of a spreadsheet formula that failed, such as #N/A."""

    __slots__ = ()


def are_texts(cells: Iterable[object]) -> bool:
    """Whether all cells are texts, as those of a text file are; a failed formula is none."""
    return set(map(type, cells)) == {str}


class Merged(NamedTuple):
    """A rectangle of merged cells, positions in rows and columns, all included; the first has the content."""

    top: int
    left: int
    bottom: int
    right: int


class SheetPlaces(Protocol):
    """Where the cells of a sheet stand in the file."""

    @property
    def file(self) -> str:
        """The path as stated by a person."""

    def mark(self, row: int, column: int) -> Mark:
        """Place of a cell; row and column are positions in the sheet's rows."""

    def row(self, row: int) -> str:
        """The row in words: `line 4`, `row 4 of Data`."""


@frozen
class RawSheet:
    """All rows of a sheet or of a text file, blank ones too, as far as they have content.

    Cells are texts, numbers, booleans, dates, `ErrorValue` or None. Rows may be of uneven length. `name` is
    that of a sheet, or empty. `hidden` are positions of columns that a workbook hides. `cut` says that cells
    stand between delimiters, so that each row of a table has as many as its header.
    """

    name: str
    rows: Sequence[Sequence[object]]
    places: SheetPlaces
    merged: tuple[Merged, ...] = ()
    hidden: frozenset[int] = field(default=frozenset())
    remarks: tuple[str, ...] = ()
    cut: bool = False


@frozen
class SheetTitle:
    """A sheet by its name; hidden ones are read only on request."""

    name: str
    hidden: bool


class SheetFile(Protocol):
    """An opened file with one or more sheets."""

    @property
    def titles(self) -> tuple[SheetTitle, ...]:
        """The sheets in order."""

    def sheet(self, name: str) -> RawSheet:
        """Read one sheet."""
