"""What was computed beside what was announced, figure by figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from innov_index.dataset.published import Published
from innov_index.model.arrays import Bools, Floats

EXACT = 1e-9
"""What an exact figure may be off by."""


@dataclass(frozen=True)
class Cells:
    """Every figure of one announcement; all arrays are (editions, units, nodes).

    A published score stands for the interval of numbers that print as it, a computed one for the interval of
    half width `spread`, which inputs that are themselves printed leave open. `rounded` holds the rounding of
    the nodes whose ranks are taken from rounded scores.
    """

    published: Published
    scores: Floats
    ranks: Floats
    spread: Floats
    rounded: Mapping[int, Callable[[Floats], Floats]] = field(default_factory=dict)

    @property
    def half(self) -> float:
        """Half the width of the interval of a published score."""
        decimals = self.published.block.decimals
        return 0.0 if decimals is None else 0.5 * 10.0**-decimals

    @cached_property
    def compared(self) -> Bools:
        """Scores that are there on both sides."""
        return ~np.isnan(self.published.scores) & ~np.isnan(self.scores)

    @cached_property
    def ranked(self) -> Bools:
        """Ranks that are there on both sides."""
        return ~np.isnan(self.published.ranks) & ~np.isnan(self.ranks)

    @cached_property
    def lacking(self) -> Bools:
        """Announced, but not computed here."""
        scores = ~np.isnan(self.published.scores) & np.isnan(self.scores)
        ranks = ~np.isnan(self.published.ranks) & np.isnan(self.ranks)
        return np.asarray(scores | ranks)

    @cached_property
    def difference(self) -> Floats:
        """Computed less announced score."""
        return np.asarray(self.scores - self.published.scores)

    @cached_property
    def exact(self) -> Bools:
        return np.abs(self.difference) <= EXACT

    @cached_property
    def inside(self) -> Bools:
        """The computed score prints as the announced one."""
        return np.abs(self.difference) <= self.half + EXACT

    @cached_property
    def within(self) -> Bools:
        """The two intervals meet: the announced score can follow from the inputs as they are printed."""
        return np.abs(self.difference) <= self.half + self.spread + EXACT

    @cached_property
    def other_rank(self) -> Bools:
        """The computed rank is not the announced one."""
        return np.asarray(self.ranked & (self.ranks != self.published.ranks))

    @cached_property
    def open_rank(self) -> Bools:
        """Ranks that differ although the announced one can be had from the scores.

        It is among the places that ties, or inputs as they are printed, leave open.
        """
        open_ranks = np.zeros(self.ranks.shape, dtype=np.bool_)
        for edition, node in np.argwhere(self.other_rank.any(axis=1)):
            best, last = self._places(int(edition), int(node))
            rank = self.published.ranks[edition, :, node]
            open_ranks[edition, :, node] = (best <= rank) & (rank <= last)
        return self.other_rank & open_ranks

    @cached_property
    def tied(self) -> Bools:
        """Announced scores, of ranked units, that another unit has too: they alone do not decide the rank."""
        tied = np.zeros(self.scores.shape, dtype=np.bool_)
        there = ~np.isnan(self.published.scores)
        for edition, node in np.argwhere(there.any(axis=1)):
            column = self.published.scores[edition, :, node]
            _, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
            tied[edition, :, node] = counts[inverse] > 1
        return tied & there & ~np.isnan(self.published.ranks)

    @cached_property
    def failing(self) -> Bools:
        """Figures that do not follow, but for the exceptions."""
        scores = self.compared & ~self.within
        ranks = self.other_rank & ~self.open_rank
        return np.asarray((scores | ranks | self.lacking) & ~self.published.excepted)

    def _places(self, edition: int, node: int) -> tuple[Floats, Floats]:
        """Best and last place that each unit can have when every score may lie anywhere in its interval."""
        scores, spread = self.scores[edition, :, node], self.spread[edition, :, node]
        low, high = scores - spread, scores + spread
        if node in self.rounded:
            low, high = self.rounded[node](low), self.rounded[node](high)
        return _open_places(low - EXACT, high + EXACT)


def _open_places(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Best and last place of each unit among intervals."""
    there = ~np.isnan(low)
    lows, highs = np.sort(low[there]), np.sort(high[there])
    count = len(lows)
    above = count - np.searchsorted(lows, high, side="right")
    not_below = count - np.searchsorted(highs, low, side="left")
    best = np.where(there, above + 1.0, np.nan)
    last = np.where(there, not_below.astype(np.float64), np.nan)
    return best, last
