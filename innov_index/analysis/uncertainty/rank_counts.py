"""How often each unit takes each rank: exact counts over many draws.

Counts of different blocks are made on different threads and then added up; as they are whole numbers, the
sum does not depend on who counted what.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from innov_index.analysis.uncertainty.ranker import RankedBlock, Ranker
from innov_index.model.arrays import Ints

Cells: TypeAlias = npt.NDArray[np.integer[Any]]
"""Numbers of cells of a table, in `CellCounts.cell`."""

_MOST_PENDING = 1 << 22
"""Cells that are remembered before they are counted, at most: 16 MB."""
_SPARSE = 4
"""Cells are counted in a table of their own unless that were so many times larger than they are many."""
_MANY = 1 << 16
"""Fewer cells are not worth the import of scipy's sparse arrays."""


class CellCounts:
    """How often each cell of a large table was hit; cells are remembered as long as they are fewer than it.

    Parameters
    ----------
    size : int
        Cells.

    Attributes
    ----------
    cell : type
        Of the cells' numbers: the smaller, the faster.
    """

    def __init__(self, size: int) -> None:
        self.cell: type[np.integer[Any]] = np.int32 if size <= np.iinfo(np.int32).max else np.int64
        self._size = size
        self._table: Ints | None = None
        self._pending: list[Cells] = []
        self._held = 0

    def add(self, cells: Cells) -> None:
        """Count one hit of each cell named, (rows, hits); a row names no cell twice."""
        if self._table is None and self._held + cells.size < min(self._size, _MOST_PENDING):
            self._pending.append(cells)
            self._held += cells.size
        else:
            _count(self.table(), cells)

    def merge(self, other: CellCounts) -> None:
        """Count what the other counted."""
        if other._table is not None:
            table = self.table()
            table += other._table
        for cells in other._pending:
            self.add(cells)

    def table(self) -> Ints:
        """The counts, (size,); more hits are counted in the same array."""
        if self._table is None:
            self._table = np.zeros(self._size, dtype=np.int64)
        for cells in self._pending:
            _count(self._table, cells)
        self._pending, self._held = [], 0
        return self._table


class RankCounts:
    """Counts the ranks of blocks of draws.

    Parameters
    ----------
    ranker : Ranker
        That ranked the blocks.
    """

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._by_column = CellCounts(ranker.places * len(ranker.singles))
        self._explicit = CellCounts(ranker.places * ranker.units) if ranker.has_twins else self._by_column

    def add(self, block: RankedBlock) -> None:
        """Count a block."""
        ranker = self._ranker
        if len(block.order):
            cell = self._by_column.cell
            first_of_place = (ranker.places_of(block.order) * len(ranker.singles)).astype(cell)
            self._by_column.add(block.order.astype(cell, copy=False) + first_of_place)
        there = ~np.isnan(block.explicit)
        if there.any():
            units = np.broadcast_to(np.arange(ranker.units), there.shape)[there]
            places = np.rint(ranker.slots * (block.explicit[there] - 1)).astype(np.int64)
            self._explicit.add((places * ranker.units + units).astype(self._explicit.cell)[:, None])

    def merge(self, other: RankCounts) -> None:
        """Count what the other counted."""
        self._by_column.merge(other._by_column)
        if self._explicit is not self._by_column:
            self._explicit.merge(other._explicit)

    def table(self) -> Ints:
        """How often each unit took each rank, (units, places)."""
        ranker = self._ranker
        counts = np.ascontiguousarray(self._explicit.table().reshape(ranker.places, -1).T)
        if ranker.has_twins:
            by_column = self._by_column.table().reshape(ranker.places, -1)
            for unit, (column, offset) in enumerate(zip(ranker.columns, ranker.offset, strict=True)):
                counts[unit, offset:] += by_column[: ranker.places - offset, column]
        return counts


def _count(table: Ints, cells: Cells) -> None:
    hits = cells.reshape(-1)
    if len(hits) < _MANY or len(table) > _SPARSE * len(hits):
        np.add.at(table, hits, 1)
        return
    from scipy.sparse import csr_array

    # entries of a sparse array that are named twice add up; numbers that just hold the counts are the fastest
    ones = np.ones(len(hits), dtype=np.min_scalar_type(len(cells)))
    ends = np.array([0, len(hits)], dtype=hits.dtype)
    table += csr_array((ones, hits, ends), shape=(1, len(table))).toarray()[0]
