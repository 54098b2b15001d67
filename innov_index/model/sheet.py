"""`Sheet`: rows under columns that know their kind, whatever they are written to later."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, cast, overload

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints

if TYPE_CHECKING:
    import pandas

Cell: TypeAlias = str | int | float | bool | None
Cells: TypeAlias = Sequence[Cell] | Floats
"""A column; NaN in an array is no value."""


class Kind(StrEnum):
    """What the cells of a column are; a column of mixed cells is text."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    SHARE = "share"
    FLAG = "flag"


_KINDS = {
    frozenset({int}): Kind.INTEGER,
    frozenset({float}): Kind.NUMBER,
    frozenset({int, float}): Kind.NUMBER,
    frozenset({bool}): Kind.FLAG,
}
_DTYPES = {Kind.INTEGER: "Int64", Kind.NUMBER: "float64", Kind.SHARE: "float64", Kind.FLAG: "boolean"}


@frozen
class Sheet:
    """Rows under columns.

    Columns with the same name, as where a unit or a node is called like a column, are numbered. Cells become
    plain Python values: NaN is None (no value), -0.0 is 0.0.

    Attributes
    ----------
    columns : names
    rows : sequence of rows
    stated : mapping
        Kinds of columns, by name, that their cells do not tell: a share is a number like any other, and a
        column without values could be anything.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    stated: Mapping[str, Kind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = distinct(self.columns)
        rows = self.rows
        if not isinstance(rows, ColumnRows):
            rows = tuple(tuple(map(_plain, row)) for row in rows)
            if any(len(row) != len(columns) for row in rows):
                raise ValueError(f"a row does not have {len(columns)} cells")
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "rows", rows)

    @classmethod
    def of_columns(cls, columns: Mapping[str, Cells] | Iterable[tuple[str, Cells]]) -> Sheet:
        """A sheet of columns of equal length, which are kept as they are: right for many rows."""
        pairs = list(columns.items() if isinstance(columns, Mapping) else columns)
        return cls([name for name, _ in pairs], ColumnRows([cells for _, cells in pairs]))

    def cells(self, position: int) -> Cells:
        """The cells of one column."""
        if isinstance(self.rows, ColumnRows):
            return self.rows.columns[position]
        return [row[position] for row in self.rows]

    def blocks(self, rows: int = 8192) -> Iterator[list[Sequence[Cell]]]:
        """The cells of all columns, for some rows at a time."""
        for start in range(0, len(self.rows), rows):
            if isinstance(self.rows, ColumnRows):
                yield self.rows.between(start, start + rows)
            else:
                yield list(zip(*self.rows[start : start + rows], strict=True))

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kind of each column: as stated, otherwise that of its cells."""
        return tuple(
            self.stated.get(name) or _kind_of(self.cells(position))
            for position, name in enumerate(self.columns)
        )

    def to_frame(self) -> pandas.DataFrame:
        """The table as a data frame; a column of whole numbers or flags may have gaps."""
        import pandas

        series = {
            name: pandas.Series(cast(Any, self.cells(position)), dtype=_DTYPES.get(kind, "object"))
            for position, (name, kind) in enumerate(zip(self.columns, self.kinds, strict=True))
        }
        return pandas.DataFrame(series, columns=list(self.columns))


class ColumnRows(Sequence[Sequence[Cell]]):
    """The rows of columns, made when somebody asks for them.

    Arrays are of doubles; the other cells are plain Python values.
    """

    def __init__(self, columns: Sequence[Cells]) -> None:
        self.columns: tuple[Cells, ...] = tuple(map(_plain_column, columns))
        if len(set(map(len, self.columns))) > 1:
            raise ValueError("columns differ in length")

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @overload
    def __getitem__(self, at: int) -> Sequence[Cell]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[Cell]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[Cell] | Sequence[Sequence[Cell]]:
        if isinstance(at, int):
            return tuple(_plain(column[at]) for column in self.columns)
        return tuple(zip(*(listed_cells(column[at]) for column in self.columns), strict=True))

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for start in range(0, len(self), 8192):
            yield from zip(*self.between(start, start + 8192), strict=True)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, ColumnRows) else other)

    __hash__ = None  # type: ignore[assignment]

    def between(self, start: int, stop: int) -> list[Sequence[Cell]]:
        """Columns of some of the rows."""
        return [listed_cells(column[start:stop]) for column in self.columns]


class Picked(Sequence[Cell]):
    """A column whose cells are picked from known texts, such as the names of units.

    Parameters
    ----------
    texts : sequence of texts
    positions : (rows,)
        Of the text of each row among them.
    """

    def __init__(self, texts: Sequence[str], positions: Ints) -> None:
        self.texts = texts
        self.positions = positions

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Picked: ...
    def __getitem__(self, at: int | slice) -> str | Picked:
        if isinstance(at, slice):
            return Picked(self.texts, self.positions[at])
        return self.texts[int(self.positions[at])]

    def __iter__(self) -> Iterator[str]:
        return map(self.texts.__getitem__, self.positions.tolist())


def _plain_column(cells: Cells) -> Cells:
    if not isinstance(cells, np.ndarray):
        return cells
    if np.isinf(cells).any():
        raise ValueError("an infinite number reached the output")
    return cells + 0.0


def listed_cells(cells: Cells) -> Sequence[Cell]:
    """A column as plain Python values."""
    if not isinstance(cells, np.ndarray):
        return list(cells) if isinstance(cells, Picked) else cells
    plain: list[float] = cells.tolist()
    return [None if cell != cell else cell for cell in plain] if np.isnan(cells).any() else plain


def distinct(names: Iterable[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """The names, each but once: the second "A" is "A (2)", and so is the first where "A" is taken."""
    used, found = set(taken), []
    for name in names:
        number, own = 1, name
        while own in used:
            number += 1
            own = f"{name} ({number})"
        used.add(own)
        found.append(own)
    return tuple(found)


def to_text(cell: object) -> str:
    """Return the cell as text without surrounding spaces; a cell without content is the empty text."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time.min:
        return cell.date().isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def rank_cell(rank: float) -> Cell:
    """A rank as a whole number where it is one; None where there is none."""
    if rank != rank:
        return None
    return int(rank) if float(rank).is_integer() else float(rank)


def part_cell(part: object, whole: int) -> Cell:
    """A part as a person reads it, "2 of 9"; None where there is no part."""
    return f"{part} of {whole}" if part else None


def rank_cells(ranks: Floats) -> list[Cell]:
    """Ranks as `rank_cell` gives them."""
    known = ranks[~np.isnan(ranks)]
    if len(known) == len(ranks) and (known == np.rint(known)).all():
        whole: list[Cell] = known.astype(np.int64).tolist()
        return whole
    return [rank_cell(rank) for rank in ranks.tolist()]


def _kind_of(cells: Cells) -> Kind:
    if isinstance(cells, np.ndarray):
        return Kind.TEXT if np.isnan(cells).all() else Kind.NUMBER
    if isinstance(cells, Picked):
        return Kind.TEXT
    return _KINDS.get(frozenset(map(type, cells)) - {type(None)}, Kind.TEXT)


def _plain(cell: object) -> Cell:
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, float):
        if math.isinf(cell):
            raise ValueError("an infinite number reached the output")
        return None if math.isnan(cell) else float(cell) + 0.0
    if cell is None or isinstance(cell, str | int):
        return cell
    raise TypeError(f"a cell cannot be a {type(cell).__name__}")
