"""Computed beside published figures, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

import numpy as np

from innov_index.analysis.reproduce.input_bounds import Bounds
from innov_index.dataset.printed_figures import EXACT, Intervals, out_of_order
from innov_index.dataset.published import Published
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats
from innov_index.model.framework import Direction
from innov_index.pipeline.calls import Call


@frozen
class Cells:
    """Every figure of one announcement; all arrays are (editions, units, nodes).

    A published score stands for the interval of numbers that are printed like it, a computed one for the
    interval `bounds` that printed inputs leave open. `rounding` holds the rounding of each node that has one:
    of its scores, or of what its ranks are taken from. `direction` is -1 where less is better.
    """

    published: Published
    scores: Floats
    ranks: Floats
    bounds: Bounds
    rounding: Mapping[int, Call] = field(default_factory=dict)
    direction: Direction = 1

    @cached_property
    def compared(self) -> Bools:
        """Scores present on both sides."""
        return ~np.isnan(self.published.scores) & ~np.isnan(self.scores)

    @cached_property
    def ranked(self) -> Bools:
        """Ranks present on both sides."""
        return ~np.isnan(self.published.ranks) & ~np.isnan(self.ranks)

    @cached_property
    def lacking(self) -> Bools:
        """Published, but not computed here."""
        scores = ~np.isnan(self.published.scores) & np.isnan(self.scores)
        ranks = ~np.isnan(self.published.ranks) & np.isnan(self.ranks)
        return np.asarray(scores | ranks)

    @cached_property
    def difference(self) -> Floats:
        """Computed minus published score."""
        return np.asarray(self.scores - self.published.scores)

    @cached_property
    def exact(self) -> Bools:
        return np.abs(self.difference) <= EXACT

    @cached_property
    def inside(self) -> Bools:
        """The computed score is printed like the published one."""
        return self._overlaps(self.scores, self.scores)

    @cached_property
    def within(self) -> Bools:
        """The two intervals overlap: the published score can follow from the inputs as they are printed."""
        return self._overlaps(self.bounds.low, self.bounds.high)

    def _overlaps(self, low: Floats, high: Floats) -> Bools:
        """Where some number between two ends is printed as the published score."""
        printed = self.published.printed
        return np.asarray((low <= printed.high + EXACT) & (printed.low <= high + EXACT))

    @cached_property
    def other_rank(self) -> Bools:
        """The computed rank is not the published one."""
        return self.ranked & ~self.published.gives(self.ranks)

    @cached_property
    def open_rank(self) -> Bools:
        """Ranks that differ although the published one is possible.

        It is among the places that ties, or printed inputs, leave open.
        """
        return self.other_rank & ~self.failing_rank

    @cached_property
    def failing_rank(self) -> Bools:
        """Ranks that no scores give that print as published and follow from the inputs."""
        failing = self.other_rank.copy()
        published = self.published
        strict = published.block.ties != "ordinal"
        wide = ((self.bounds.low < self.bounds.high) & self.ranked).any(axis=1)
        for edition, node in np.argwhere(self.other_rank.any(axis=1) | wide).tolist():
            if (edition, node) in published.no_rankings:
                continue
            low, high = self._ends(edition, node)
            best, last = _open_places(low - EXACT, high + EXACT)
            first, end = published.ranks[edition, :, node], published.last_ranks[edition, :, node]
            claimed = np.where(published.excepted[edition, :, node], np.nan, first)
            wrong = out_of_order(claimed, end, low, high, strict=strict, step=self._step(node))
            possible = (best <= end) & (first <= last)
            failing[edition, :, node] = wrong | (self.other_rank[edition, :, node] & ~possible)
        return failing & self.ranked

    @cached_property
    def tied(self) -> Bools:
        """Published scores of ranked units that another unit shares: they alone do not decide the rank."""
        tied = np.zeros(self.scores.shape, dtype=np.bool_)
        there = ~np.isnan(self.published.scores)
        for edition, node in np.argwhere(there.any(axis=1)):
            column = self.published.scores[edition, :, node]
            _, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
            tied[edition, :, node] = counts[inverse] > 1
        return tied & there & ~np.isnan(self.published.ranks)

    @cached_property
    def failing(self) -> Bools:
        """Figures that are not reproduced, apart from the exceptions."""
        scores = self.compared & ~self.within
        return np.asarray((scores | self.failing_rank | self.lacking) & ~self.published.excepted)

    @cached_property
    def _claimed(self) -> Intervals:
        """The intervals of published scores, apart from the exceptions."""
        return self.published.printed.where(~self.published.excepted)

    def _ends(self, edition: int, node: int) -> tuple[Floats, Floats]:
        """Worst and best of what the rank of each unit may be taken from, by inputs and printed score.

        Higher is better: scores, with the opposite sign where less is better.
        """
        scores = self.scores[edition, :, node]
        low = np.fmin(scores, self.bounds.low[edition, :, node])
        high = np.fmax(scores, self.bounds.high[edition, :, node])
        call = self.rounding.get(node)
        if call is not None and call.step_options["used_for"] != "ranks":
            low, high = call(low), call(high)
        if (low < high).any():
            own = self._claimed.of_node(node)
            printed = Intervals(own.low[edition], own.high[edition], own.unit[edition])
            low, high = printed.narrowed(low, high)
        if call is not None and call.step_options["used_for"] == "ranks":
            low, high = call(low), call(high)
        return (low, high) if self.direction > 0 else (-high, -low)

    def _step(self, node: int) -> float:
        """One unit of what a node's scores are rounded to before they are ranked; 0 where they are not."""
        call = self.rounding.get(node)
        return 0.0 if call is None else float(f"1e{-call.options['decimals']}")


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
