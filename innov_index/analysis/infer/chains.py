"""A chain: groups of units from the best to the worst, whose pairs need not be listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from innov_index.analysis.infer.dominance import BLOCK, never_behind
from innov_index.model.arrays import Floats, Ints


@dataclass(frozen=True)
class Chain:
    """An order of groups: its units one after the other, and where each unit's group begins."""

    units: Ints
    start: Ints

    @classmethod
    def of(cls, groups: Sequence[Sequence[int]]) -> Chain:
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        units = np.array([unit for group in groups for unit in group], dtype=np.int64)
        return cls(units, np.repeat(np.cumsum(sizes) - sizes, sizes))

    @property
    def pairs(self) -> int:
        """How many pairs stand in an order."""
        return int(self.start.sum())

    def every_pair(self) -> Ints:
        better, worse = np.nonzero(np.arange(len(self.units))[:, None] < self.start[None, :])
        return np.stack([self.units[better], self.units[worse]], axis=1)

    def before(self, unit: int) -> Ints:
        """The units that stand before one."""
        return self.units[: self.start[np.flatnonzero(self.units == unit)[0]]]

    def hardest_before(self, high: Floats) -> tuple[Ints, Ints]:
        """For each unit with others before it: the one of them with the lowest upper end, and the unit."""
        ends = high[self.units]
        lowest = np.minimum.accumulate(ends)
        is_new = ends < np.concatenate([[np.inf], lowest[:-1]])
        at = np.maximum.accumulate(np.where(is_new, np.arange(len(ends)), 0))
        behind = self.start > 0
        return self.units[at[self.start[behind] - 1]], self.units[behind]

    def count_pairs(self, low: Floats, high: Floats) -> int:
        """How many pairs have the worse unit no lower than the better one in every child."""
        low, high = low[self.units], high[self.units]
        count = 0
        for first in range(0, len(low), BLOCK):
            block = slice(first, first + BLOCK)
            ordered = np.arange(len(low))[block, None] < self.start[None, :]
            count += int((ordered & never_behind(low, high[block]).T).sum())
        return count
