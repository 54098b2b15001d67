"""`Sheet`: rows under columns that know their kind, whatever they are written to later."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import pandas

Cell: TypeAlias = str | int | float | bool | None


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


@dataclass(frozen=True)
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
        rows = tuple(tuple(map(_plain, row)) for row in self.rows)
        if any(len(row) != len(columns) for row in rows):
            raise ValueError(f"a row does not have {len(columns)} cells")
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "rows", rows)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kind of each column: as stated, otherwise that of its cells."""
        return tuple(
            self.stated.get(name) or _kind_of(row[position] for row in self.rows)
            for position, name in enumerate(self.columns)
        )

    def to_frame(self) -> pandas.DataFrame:
        """The table as a data frame; a column of whole numbers or flags may have gaps."""
        import pandas

        series = {
            name: pandas.Series([row[position] for row in self.rows], dtype=_DTYPES.get(kind, "object"))
            for position, (name, kind) in enumerate(zip(self.columns, self.kinds, strict=True))
        }
        return pandas.DataFrame(series, columns=list(self.columns))


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


def _kind_of(cells: Iterable[Cell]) -> Kind:
    return _KINDS.get(frozenset(type(cell) for cell in cells if cell is not None), Kind.TEXT)


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
