"""What the reader of each format returns: a header, rows of cells, and the place of each cell in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from innov_index.errors import Mark

HEADER = -1
"""The row number of the header; the row below it is row 0."""


class CellPlaces(Protocol):
    """Places of the cells of one file."""

    @property
    def file(self) -> str:
        """The path as stated by a person."""

    def mark(self, row: int, column: int) -> Mark:
        """Place of a cell; both are counted from 0, and `HEADER` is the header."""


@dataclass(frozen=True)
class SelectedPlaces:
    """Places of some rows of a file."""

    places: CellPlaces
    rows: Sequence[int]

    @property
    def file(self) -> str:
        return self.places.file

    def mark(self, row: int, column: int) -> Mark:
        return self.places.mark(row if row == HEADER else self.rows[row], column)


@dataclass(frozen=True)
class Grid:
    """A header, and rows with the same number of cells."""

    header: Sequence[object]
    rows: Sequence[Sequence[object]]
    places: CellPlaces
    decimal: str = "."
    remarks: tuple[str, ...] = ()

    def only(self, rows: Sequence[int]) -> Grid:
        """Select some of the rows."""
        chosen = [self.rows[row] for row in rows]
        return Grid(self.header, chosen, SelectedPlaces(self.places, rows), self.decimal, self.remarks)
