"""What is counted over draws: ranks, which unit is ahead of which, which leads, and with which weights.

Counts of different blocks are made on different threads and then added up; as they are whole numbers, the
sum does not depend on the thread that counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from innov_index.analysis.uncertainty.model import Evaluated, Model
from innov_index.analysis.uncertainty.ranker import RankedBlock, Ranker
from innov_index.model.arrays import Bools, Floats, Ints

_MOST_PAIRS = 12
"""Units, from the first rank on, for which P(A ahead of B) is counted."""


Cells: TypeAlias = npt.NDArray[np.integer[Any]]
"""Numbers of cells of a table, in `CellCounts.cell`."""

_MOST_PENDING = 1 << 22
"""Cells that are remembered before they are counted, at most: 16 MB."""

_SPARSE = 4
"""A batch of cells is counted in a table of its own unless that has more than this many cells per hit."""

_MANY = 1 << 16
"""Fewer cells are not worth the import of scipy's sparse arrays."""


@dataclass
class Tally:
    """Everything counted so far.

    Attributes
    ----------
    counts : how often each unit took each rank
    pairs : positions of the units that `ahead` is about
    ahead : (pairs, pairs), how often the row's unit was ahead of the column's
    leading : (units,), draws in which the unit ranked first, ties included
    central : (units, nodes), sum of the local weights of these draws
    asked, draws : all draws, and those with a result
    causes : why draws have none, how often
    complete : False where the run was interrupted
    """

    ranker: Ranker
    counts: RankCounts
    pairs: Ints
    ahead: Ints
    leading: Ints
    central: Floats
    asked: int = 0
    draws: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    complete: bool = True

    @property
    def undefined(self) -> int:
        return self.asked - self.draws

    @property
    def worst_error(self) -> float:
        """Largest standard error of any rank frequency or P(at least that rank)."""
        if not self.draws:
            return float("inf")
        at_least = np.cumsum(self.counts.table(), axis=1) / self.draws
        shares = np.maximum(0.25 - (at_least - 0.5) ** 2, 0.0)
        return float(np.sqrt(shares.max() / self.draws))

    def add(self, evaluated: Evaluated) -> RankedBlock:
        """Rank and count some draws; the ranks of those with a result."""
        defined = evaluated.defined
        scores, weights = defined.scores, defined.weights
        block = self.ranker.rank(scores, defined.bounds)
        self.counts.add(block)
        own = self.ranker.direction * scores[:, self.pairs]
        self.ahead += _ahead(self.ranker.columns[self.pairs], own, block, self.pairs)
        self._add_leaders(block, weights)
        self.asked += len(evaluated.undefined)
        self.draws += len(scores)
        for cause, draws in evaluated.causes.items():
            self.causes[cause] = self.causes.get(cause, 0) + int(draws.sum())
        return block

    def merge(self, other: Tally) -> None:
        """Add what the other counted, of draws that come later."""
        self.counts.merge(other.counts)
        self.ahead += other.ahead
        self.leading += other.leading
        self.central += other.central
        self.asked += other.asked
        self.draws += other.draws
        for cause, draws in other.causes.items():
            self.causes[cause] = self.causes.get(cause, 0) + draws

    def _add_leaders(self, block: RankedBlock, weights: Floats) -> None:
        columns = self.ranker.columns
        if len(block.order):
            top = block.order[:, -1].astype(np.int64)
            units = np.flatnonzero(np.bincount(top, minlength=len(self.ranker.singles))[columns])
            clear = weights[:, ~block.close] if len(block.explicit) else weights
            self._add_leading(units, top == columns[units, None], clear)
        if len(block.explicit):
            first = (block.explicit == 1).T
            units = np.flatnonzero(first.any(axis=1))
            self._add_leading(units, first[units], weights[:, block.close])

    def _add_leading(self, units: Ints, first: Bools, weights: Floats) -> None:
        """Add the draws in which units are first, (units, draws), and their weights, (nodes, draws)."""
        self.leading[units] += np.count_nonzero(first, axis=1)
        self.central[units] += first.astype(np.float64) @ weights.T


def empty_tally(model: Model, ranker: Ranker) -> Tally:
    """Nothing counted yet."""
    order = np.argsort(np.where(np.isnan(model.base_ranks), np.inf, model.base_ranks), kind="stable")
    pairs = np.asarray(order[:_MOST_PAIRS], dtype=np.int64)
    return Tally(
        ranker=ranker,
        counts=RankCounts(ranker),
        pairs=pairs,
        ahead=np.zeros((len(pairs), len(pairs)), dtype=np.int64),
        leading=np.zeros(ranker.units, dtype=np.int64),
        central=np.zeros((ranker.units, len(model.index.framework))),
    )


def _ahead(columns: Ints, scores: Floats, block: RankedBlock, pairs: Ints) -> Ints:
    """How often each of the `pairs` is ahead of each other, from columns and scores (draws, pairs) of theirs.

    Higher scores are better.
    """
    ahead = np.zeros((len(columns), len(columns)), dtype=np.int64)
    own = np.ascontiguousarray((scores if not len(block.explicit) else scores[~block.close]).T)
    for one in range(1, len(own)):
        ahead[one, :one] = [np.count_nonzero(better) for better in own[one] > own[:one]]
        # scores of clear draws differ, except those of twins, which never do
        ahead[:one, one] = np.where(columns[:one] == columns[one], 0, own.shape[1] - ahead[one, :one])
    if len(block.explicit):
        ranks = block.explicit[:, pairs]
        ahead += np.count_nonzero(ranks[:, :, None] < ranks[:, None, :], axis=0)
    return ahead


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
