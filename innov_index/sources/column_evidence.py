"""What the cells of a column show by themselves: how many are of each sort, and the first of them.

Cells of one batch cannot decide how a column is to be read. They are counted by what they show, counts of
batches are added up in any order, and a decision is taken when all records have been read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from innov_index.intake.records.text_columns import Texts
from innov_index.model.arrays import Ints
from innov_index.wording import counted

FIRST = 3
"""Number of cells of a sort that are kept as examples."""


@dataclass(frozen=True)
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
    found = {}
    for sort in sorted({*sorts.values} - {""}):
        own = sorts.flags(sort.__eq__)
        count = int(own.sum())
        if count:
            rows = np.flatnonzero(own)[:FIRST].tolist()
            first = sorted((file, int(lines[row]), cells.values[cells.codes[row]]) for row in rows)
            found[name, sort] = SortOfCell(count, tuple(first))
    return found


def added(one: Evidence, other: Evidence) -> Evidence:
    """The evidence of disjoint sets of records."""
    if not one or not other:
        return one or other
    return {
        key: one[key] + other[key] if key in one and key in other else one.get(key) or other[key]
        for key in (*one, *(key for key in other if key not in one))
    }
