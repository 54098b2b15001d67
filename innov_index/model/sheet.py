"""`Sheet`: rows under column names, whatever they are written to later."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

Cell: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True)
class Sheet:
    """Rows under column names.

    Cells become plain Python values: NaN is None (no value), -0.0 is 0.0.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def __post_init__(self) -> None:
        columns = tuple(self.columns)
        rows = tuple(tuple(map(_plain, row)) for row in self.rows)
        if len(set(columns)) < len(columns):
            raise ValueError(f"columns with the same name: {columns}")
        if any(len(row) != len(columns) for row in rows):
            raise ValueError(f"a row does not have {len(columns)} cells")
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "rows", rows)


def rank_cell(rank: float) -> Cell:
    """A rank as a whole number where it is one; None where there is none."""
    if rank != rank:
        return None
    return int(rank) if float(rank).is_integer() else float(rank)


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
