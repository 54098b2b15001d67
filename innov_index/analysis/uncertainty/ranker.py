"""Ranks of many draws from one sort of values.

The position of a column in the order of its draw is its rank. Where two scores are so close that rounding
could decide, the whole draw is ranked again by the declared rule. Units that are identical whatever the draw
are one column.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from innov_index.analysis.uncertainty.column_order import Columns, column_order
from innov_index.model.arrays import Bools, Floats, Ints

RankRule: TypeAlias = Callable[[Floats], Floats]
"""Ranks (draws, units) of scores (draws, units); 1 is the highest score, NaN where there is none."""


@dataclass(frozen=True)
class RankedBlock:
    """One block of draws: the order of its columns, or for draws with close scores the ranks of its units.

    `order` (clear draws, columns) holds column numbers from the lowest score to the highest; `explicit`
    (other draws, units) holds ranks. `close` (draws,) says which draws the others are.
    """

    order: Columns
    explicit: Floats
    close: Bools


class Ranker:
    """Ranks blocks of draws.

    A *place* is a possible rank: place p is rank 1 + p / slots.

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

    Attributes
    ----------
    places : int
        How many there are.
    singles : (columns,)
        The first unit of each column.
    offset : (units,)
        Places between the first unit of its column and a unit.
    """

    def __init__(self, rule: RankRule, columns: Ints, digits: int, slots: int = 1) -> None:
        self.rule = rule
        self.columns = columns
        self.digits = digits
        self.slots = slots
        self.units = len(columns)
        self.places = slots * (self.units - 1) + 1
        self.singles = np.unique(columns, return_index=True)[1]
        sizes = np.bincount(columns)
        self.has_twins = bool((sizes > 1).any())
        different, which = np.unique(sizes, return_inverse=True)
        advances = np.array([_advance(rule, int(size)) for size in different], dtype=np.int64)
        self._advance = slots * advances[which]
        self.offset = np.zeros(self.units, dtype=np.int64)
        for column in np.flatnonzero(sizes > 1):
            members = columns == column
            self.offset[members] = np.rint(slots * (rule(np.ones((1, int(members.sum()))))[0] - 1))

    @property
    def rank_of_place(self) -> Floats:
        """The rank that each place is."""
        return 1.0 + np.arange(self.places) / self.slots

    def rank(self, scores: Floats) -> RankedBlock:
        """Rank the draws of a block; a draw with a missing score goes by the rule.

        Parameters
        ----------
        scores : (draws, units)
        """
        single = scores[:, self.singles] if self.has_twins else scores
        order, close = column_order(np.ascontiguousarray(single), self.digits)
        if not close.any():
            return RankedBlock(order, np.empty((0, self.units)), close)
        return RankedBlock(order[~close], self.rule(scores[close]), close)

    def ranks(self, scores: Floats) -> Floats:
        """Rank of each unit in each draw: (draws, units) → (draws, units)."""
        return self.ranks_in(self.rank(scores))

    def ranks_in(self, block: RankedBlock) -> Floats:
        """Rank of each unit in each draw of a block, (draws, units)."""
        by_column = np.empty(block.order.shape)
        places = np.broadcast_to(self.places_of(block.order), block.order.shape)
        np.put_along_axis(by_column, block.order, places.astype(np.float64), axis=1)
        ranks = np.empty((len(block.close), self.units))
        ranks[~block.close] = 1 + (by_column[:, self.columns] + self.offset) / self.slots
        ranks[block.close] = block.explicit
        return ranks

    def places_of(self, order: Columns) -> Ints:
        """Place of the first unit of each column, in the sequence of `order`; one row a draw with twins."""
        if not self.has_twins:
            return self.slots * np.arange(order.shape[1] - 1, -1, -1)
        not_above = np.cumsum(self._advance[order], axis=1)
        return np.asarray(self._advance.sum() - not_above)


def _advance(rule: RankRule, size: int) -> int:
    """By how much a run of equal scores puts the next lower score back (1 where ties are dense)."""
    return int(rule(np.append(np.full(size, 2.0), 1.0)[None, :])[0, -1]) - 1
