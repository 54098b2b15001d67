"""Computed beside published figures, one by one, and how far printed inputs leave the computed ones open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from innov_index.config.recipe import Recipe
from innov_index.config.settings import default_setting
from innov_index.dataset.published import Published
from innov_index.index import Index
from innov_index.model.arrays import Bools, Floats
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.indicators import run_indicator_steps
from innov_index.pipeline.levels import aggregate
from innov_index.pipeline.undefined import Counted

EXACT = 1e-9
"""Largest difference of a figure that counts as exact."""

_CELLS_AT_A_TIME = 2_000_000


@dataclass(frozen=True)
class Cells:
    """Every figure of one announcement; all arrays are (editions, units, nodes).

    A published score stands for the interval of numbers that are printed like it, a computed one for the
    interval of half width `spread` that printed inputs leave open. `rounded` holds the rounding of
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
        return np.abs(self.difference) <= self.half + EXACT

    @cached_property
    def within(self) -> Bools:
        """The two intervals overlap: the published score can follow from the inputs as they are printed."""
        return np.abs(self.difference) <= self.half + self.spread + EXACT

    @cached_property
    def other_rank(self) -> Bools:
        """The computed rank is not the published one."""
        return self.ranked & ~self.published.gives(self.ranks)

    @cached_property
    def open_rank(self) -> Bools:
        """Ranks that differ although the published one is possible.

        It is among the places that ties, or printed inputs, leave open.
        """
        open_ranks = np.zeros(self.ranks.shape, dtype=np.bool_)
        for edition, node in np.argwhere(self.other_rank.any(axis=1)):
            best, last = self._places(int(edition), int(node))
            first, end = self.published.ranks[edition, :, node], self.published.last_ranks[edition, :, node]
            open_ranks[edition, :, node] = (best <= end) & (first <= last)
        return self.other_rank & open_ranks

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
        ranks = self.other_rank & ~self.open_rank
        return np.asarray((scores | ranks | self.lacking) & ~self.published.excepted)

    def _places(self, edition: int, node: int) -> tuple[Floats, Floats]:
        """Best and last place possible for each unit if every score may lie anywhere in its interval."""
        scores, spread = self.scores[edition, :, node], self.spread[edition, :, node]
        low, high = scores - spread, scores + spread
        if node in self.rounded:
            low, high = self.rounded[node](low), self.rounded[node](high)
        return _open_places(low - EXACT, high + EXACT)


def input_spread(index: Index) -> Floats:
    """Half the width of the interval of each score, (editions, units, nodes).

    Each indicator is moved half a unit of its last decimal up and down, for all units at once; the effects
    add up. This is exact for weighted means and sums, and correct to first order otherwise. Statistics that a
    normalisation learns from the data move along, so a min-max of printed values counts as less uncertain
    than it is. Scores are taken before rounding.
    """
    decimals = index.config.block.indicators.decimals
    recipe = _without_rounding(index.config.recipe)
    shape = (*index.dataset.values.shape[:2], len(recipe.framework))
    if decimals is None:
        return np.zeros(shape)
    plan = bind(recipe, index.dataset)
    raw = index.dataset.columns(recipe.framework.indicators)
    half = 0.5 * 10.0**-decimals
    width = max(1, _CELLS_AT_A_TIME // (2 * raw.size))
    spread = np.zeros(shape)
    for start in range(0, raw.shape[-1], width):
        chosen = range(start, min(start + width, raw.shape[-1]))
        moved = np.repeat(raw[None], 2 * len(chosen), axis=0)
        for row, column in enumerate(chosen):
            moved[2 * row, ..., column] += half
            moved[2 * row + 1, ..., column] -= half
        scores = _scores(plan, moved)
        spread += np.nan_to_num(np.abs(scores[0::2] - scores[1::2])).sum(axis=0) / 2
    return spread


def _scores(plan: Plan, values: Floats) -> Floats:
    """Scores for several sets of values; NaN where a method has no result."""
    counted = Counted(len(values))
    steps = run_indicator_steps(plan, values, counted)
    return aggregate(plan, steps.normalised, undefined=counted).scores


def _without_rounding(recipe: Recipe) -> Recipe:
    framework, none = recipe.framework, default_setting("rounding")
    return replace(
        recipe,
        leaf_steps={**recipe.leaf_steps, "rounding": (none,) * len(framework.leaves)},
        node_steps={**recipe.node_steps, "rounding": (none,) * len(framework.inner)},
        editions={name: _without_rounding(own) for name, own in recipe.editions.items()},
    )


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
