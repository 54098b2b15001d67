"""How often each unit takes each rank: exact counts over many draws, at the speed of one sort of values.

The position of a column in the order of its draw is its rank. Where two scores are so close that rounding
could decide, the whole draw is ranked again by the declared rule. Units that are identical whatever the draw
are one column.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from innov_index.engine.column_order import Columns, column_order
from innov_index.model.arrays import Bools, Floats, Ints

RankRule: TypeAlias = Callable[[Floats], Floats]
"""Ranks (draws, units) of scores (draws, units); 1 is the highest score, NaN where there is none."""

_SPARSE = 4
"""A block gets a table of counts of its own unless that were this many times as large as the block."""


@dataclass(frozen=True)
class RankedBlock:
    """One block of draws: the order of its columns, or for draws with close scores the ranks of its units.

    `order` (clear draws, columns) holds column numbers from the lowest score to the highest; `explicit`
    (other draws, units) holds ranks. `close` (draws,) says which draws the others are.
    """

    order: Columns
    explicit: Floats
    close: Bools


class RankCounter:
    """Ranks blocks of draws, and counts the ranks.

    Parameters
    ----------
    rule : RankRule
        Ranks of all units in draws in which scores are close.
    columns : (units,)
        Column of the scores that holds each unit's: units that share one are identical.
    digits : int
        Significant digits that `rule` rounds to (0: none): what "close" means.
    slots : int
        Places a rank: 2 where ties may get half ranks, else 1.
    """

    def __init__(self, rule: RankRule, columns: Ints, digits: int, slots: int = 1) -> None:
        self.rule = rule
        self.columns = columns
        self.digits = digits
        self.slots = slots
        self.units = len(columns)
        sizes = np.bincount(columns)
        self._advance = np.array([_advance(rule, int(size)) for size in sizes], dtype=np.int64) * slots
        self._offset = np.zeros(self.units, dtype=np.int64)
        for column in np.flatnonzero(sizes > 1):
            members = columns == column
            self._offset[members] = np.rint(slots * (rule(np.ones((1, int(members.sum()))))[0] - 1))
        self._has_twins = bool((sizes > 1).any())
        places = slots * (self.units - 1) + 1
        self._by_column = np.zeros((places, len(sizes)), dtype=np.int64)
        self._explicit = (
            np.zeros((places, self.units), dtype=np.int64) if self._has_twins else self._by_column
        )

    @property
    def rank_of_place(self) -> Floats:
        """The rank that each column of `counts` is about."""
        return 1.0 + np.arange(len(self._by_column)) / self.slots

    @property
    def counts(self) -> Ints:
        """How often each unit took each rank, (units, places)."""
        counts = np.ascontiguousarray(self._explicit.T)
        if self._has_twins:
            for unit, (column, offset) in enumerate(zip(self.columns, self._offset, strict=True)):
                counts[unit, offset:] += self._by_column[: len(self._by_column) - offset, column]
        return counts

    def rank(self, scores: Floats) -> RankedBlock:
        """Rank the draws of a block; a draw with a missing score goes by the rule.

        Parameters
        ----------
        scores : (draws, columns)
            C-ordered.
        """
        order, close = column_order(scores, self.digits)
        if not close.any():
            return RankedBlock(order, np.empty((0, self.units)), close)
        return RankedBlock(order[~close], self.rule(scores[close][:, self.columns]), close)

    def add(self, block: RankedBlock) -> None:
        """Count a block."""
        if len(block.order):
            places = block.order + self._places(block.order) * self._by_column.shape[1]
            _add_counts(self._by_column.reshape(-1), places.reshape(-1))
        there = ~np.isnan(block.explicit)
        if there.any():
            units = np.broadcast_to(np.arange(self.units), there.shape)[there]
            places = np.rint(self.slots * (block.explicit[there] - 1)).astype(np.int64)
            _add_counts(self._explicit.reshape(-1), places * self.units + units)

    def ranks(self, block: RankedBlock) -> Floats:
        """Rank of each unit in each draw of a block, (draws, units)."""
        by_column = np.empty(block.order.shape)
        places = np.broadcast_to(self._places(block.order), block.order.shape)
        np.put_along_axis(by_column, block.order, places.astype(np.float64), axis=1)
        ranks = np.empty((len(block.close), self.units))
        ranks[~block.close] = 1 + (by_column[:, self.columns] + self._offset) / self.slots
        ranks[block.close] = block.explicit
        return ranks

    def _places(self, order: Columns) -> Ints:
        """Place of the first unit of each column, in the sequence of `order`."""
        if not self._has_twins:
            return self.slots * np.arange(order.shape[1] - 1, -1, -1)
        not_above = np.cumsum(self._advance[order], axis=1)
        return np.asarray(self._advance.sum() - not_above)


def _advance(rule: RankRule, size: int) -> int:
    """By how much a run of equal scores puts the next lower score back (1 where ties are dense)."""
    return int(rule(np.append(np.full(size, 2.0), 1.0)[None, :])[0, -1]) - 1


def _add_counts(counts: Ints, places: Ints) -> None:
    if len(counts) > _SPARSE * len(places):
        np.add.at(counts, places, 1)
    else:
        counts += np.bincount(places, minlength=len(counts))
