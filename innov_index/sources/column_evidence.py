"""What the cells of a column show by themselves: how many are of each sort, and the first of them.

Cells of one batch cannot decide how a column is to be read. They are counted by what they show, counts of
batches are added up in any order, and a decision is taken when all records have been read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from innov_index.frozen import frozen
from innov_index.intake.records.text_columns import Texts
from innov_index.model.arrays import Bools, Ints
from innov_index.wording import counted

DROPPED = "dropped"
NOT_COUNTED = "not counted"
ELSEWHERE = "elsewhere"
MAGNITUDE = "power of ten "
"""Sorts of cells: dropped by a filter of the source, or of an indicator; a country that the coordinates are
not in; the size of a number."""

FIRST = 3
"""Number of cells of a sort that are kept as examples."""

_HEAD = 4096
"""Rows that are looked at first for examples."""


@frozen
class SortOfCell:
    """Cells of one sort: how many, and the first by file and line."""

    count: int
    first: tuple[tuple[str, int, str], ...]

    def __add__(self, other: SortOfCell) -> SortOfCell:
        return SortOfCell(self.count + other.count, tuple(sorted((*self.first, *other.first))[:FIRST]))

    @property
    def example(self) -> str:
        """The first cell and where it is: '25.12.2017' (list.csv:3)."""
        file, line, text = self.first[0]
        return f"'{text}' ({file}:{line})"

    def counted(self, noun: str) -> str:
        """How many, and the first: 2 dates such as '25.12.2017' (list.csv:3)."""
        return f"{counted(self.count, noun)} such as {self.example}"


Evidence: TypeAlias = Mapping[tuple[str, str], SortOfCell]
"""By what it is about (a column, an indicator) and sort."""


def evidence_in(
    name: str, sorts: Texts, cells: Texts, file: str, lines: Ints
) -> dict[tuple[str, str], SortOfCell]:
    """The cells of a column by sort; those of the sort "" do not matter."""
    names = sorted({*sorts.values} - {""})
    position = {sort: at for at, sort in enumerate(names)} | {"": -1}
    codes = np.array([position[sort] for sort in sorts.values], dtype=np.int64)[sorts.codes]
    counts = np.bincount(codes + 1, minlength=len(names) + 1)[1:].tolist()
    found = {}
    for code, sort in enumerate(names):
        if counts[code]:
            found[name, sort] = _sort_of_cell(counts[code], codes == code, cells, file, lines.__getitem__)
    return found


LinesOf: TypeAlias = Callable[[Ints], Ints]
"""The lines of some rows."""


def evidence_in_rows(mask: Bools, cells: Texts, file: str, lines_of: LinesOf) -> SortOfCell | None:
    """The cells for which the mask is True as those of one sort; None where there are none."""
    count = int(mask.sum())
    return _sort_of_cell(count, mask, cells, file, lines_of) if count else None


def _sort_of_cell(count: int, mask: Bools, cells: Texts, file: str, lines_of: LinesOf) -> SortOfCell:
    rows = np.flatnonzero(mask[:_HEAD])[:FIRST]
    if len(rows) < min(FIRST, count):
        rows = np.flatnonzero(mask)[:FIRST]
    lines = lines_of(rows).tolist()
    texts = [cells.values[code] for code in cells.codes[rows].tolist()]
    return SortOfCell(count, tuple(sorted((file, *cell) for cell in zip(lines, texts, strict=True))))


def added(one: Evidence, other: Evidence) -> Evidence:
    """The evidence of disjoint sets of records."""
    if not one or not other:
        return one or other
    return {
        key: one[key] + other[key] if key in one and key in other else one.get(key) or other[key]
        for key in (*one, *(key for key in other if key not in one))
    }
