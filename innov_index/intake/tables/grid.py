"""What the reader of a format hands over: a header, rows of cells, and where each cell stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from innov_index.errors import Mark

HEADER = -1
"""The row number of the header; the row below it is row 0."""


class CellPlaces(Protocol):
    """Where the cells of one file stand."""

    @property
    def file(self) -> str:
        """The path as a person wrote it."""

    def mark(self, row: int, column: int) -> Mark:
        """Place of the cell; both count from 0, `HEADER` is the header."""


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
    """A header, and rows of as many cells."""

    header: Sequence[object]
    rows: Sequence[Sequence[object]]
    places: CellPlaces
    decimal: str = "."
    remarks: tuple[str, ...] = ()

    def only(self, rows: Sequence[int]) -> Grid:
        """The same with some of the rows."""
        chosen = [self.rows[row] for row in rows]
        return Grid(self.header, chosen, SelectedPlaces(self.places, rows), self.decimal, self.remarks)
