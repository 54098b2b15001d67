"""Rows of a text file with another number of cells than the header: refused, or kept and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from innov_index.errors import DataError, Mark, Problem
from innov_index.intake.raw_sheet import SheetPlaces
from innov_index.intake.shape.header_rows import Header, Rows, is_blank
from innov_index.wording import counted, listed

OTHER_NUMBER = "with another number of cells than the header"

_SHOWN = 20

Uneven: TypeAlias = tuple[int, int]
"""Position of a row, and its number of cells."""


def uneven_rows(header: Header, rows: Rows) -> list[Uneven]:
    """Positions and widths of rows with fewer cells than the header has titles, or with more.

    A delimiter in a cell without quotes shifts the cells after it: so does a decimal comma, even if the last
    cell is empty. Rows may end in a delimiter if the header does, or all of them.
    """
    width = len(header.names)
    named = max((at for at, name in enumerate(header.names, 1) if name), default=0)
    if all(len(row) == width for _, row in rows):
        return []
    free = named < width or all(len(row) > width for _, row in rows)
    return [
        (position, len(row))
        for position, row in rows
        if len(row) < named or (not free and len(row) > width) or not all(map(is_blank, row[width:]))
    ]


def refuse_uneven(places: SheetPlaces, header: Header, odd: Sequence[Uneven]) -> None:
    """Raise one error that names the first of these rows."""
    width = len(header.names)
    problems = [
        Problem(f"{counted(cells, 'cell')} in this row, {width} in the header", _line(places, position))
        for position, cells in odd[:_SHOWN]
    ]
    if len(odd) > _SHOWN:
        problems.append(Problem(f"and {len(odd) - _SHOWN} more rows"))
    DataError.raise_if(problems)


def kept_uneven(places: SheetPlaces, odd: Sequence[Uneven]) -> str:
    """The remark on such rows that are kept."""
    where = listed([places.row(position) for position, _ in odd], 5)
    return (
        f"{Path(places.file).name}: {counted(len(odd), 'row')} {OTHER_NUMBER} ({where}): gaps are empty "
        "cells, cells beyond the header are left out"
    )


def _line(places: SheetPlaces, row: int) -> Mark:
    """The place of a whole row."""
    return replace(places.mark(row, 0), column=0)
