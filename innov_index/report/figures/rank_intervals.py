"""Rank intervals: how far the rank of each unit may lie from the one printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.index import Index
from innov_index.methods.ranking import descending_ranks
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores
from innov_index.report.figures.picture import FAINT, INK, PALETTE, TWO_COLUMNS, Picture, picture, styled
from innov_index.report.figures.rows import band_rows, height_of, name_scale, row_axes


@dataclass(frozen=True)
class Intervals:
    """Lowest, middle and highest rank of each unit (NaN: none), and in words what they span."""

    low: Floats
    middle: Floats | None
    high: Floats
    meaning: str


def intervals_of(index: Index, edition: int, draws: int | None = None) -> Intervals | None:
    """From the uncertainty analysis where the config states one, else over its schemes; None without both."""
    if index.config.block.uncertainty is not None:
        return _simulated(index, edition, draws)
    return _over_schemes(index, edition)


def figure_rank_intervals(
    scores: Scores, edition: int, intervals: Intervals, *, top: int = 30, width: float = TWO_COLUMNS
) -> Picture:
    """One line a unit from its best to its worst rank; a dot is the rank as the config stands."""
    order = scores.order(edition)[:top]
    ranks = scores.ranks[edition, order, 0]
    widest = order[int(np.nanargmax(intervals.high[order] - intervals.low[order]))]
    words = (
        f"Rank intervals of {len(order)} units. The widest is that of {scores.units.names[widest]}: "
        f"{intervals.low[widest]:g} to {intervals.high[widest]:g}."
    )
    with styled():
        note = f"Dot: rank as computed. Line: {intervals.meaning}."
        if intervals.middle is not None:
            note += " Tick: median."
        figure, box = picture(
            width, height_of(len(order)), f"{scores.name}: how sure the ranks are", note, words
        )
        plot = row_axes(figure, box, [scores.units.names[unit] for unit in order])
        band_rows(plot, len(order))
        rows = np.arange(len(order))
        low, high = intervals.low[order], intervals.high[order]
        plot.hlines(rows, low, high, color=PALETTE[4], linewidth=3.2, capstyle="round")
        if intervals.middle is not None:
            plot.plot(intervals.middle[order], rows, "|", color=INK, markersize=6, markeredgewidth=1)
        plot.plot(
            ranks, rows, "o", color=PALETTE[0], markersize=4, markeredgecolor="white", markeredgewidth=0.5
        )
        plot.set_xlim(0, float(np.nanmax(high)) + 1)
        plot.set_xticks([1, *(t for t in plot.get_xticks() if 1 < t <= np.nanmax(high))])
        plot.tick_params(axis="x", colors=FAINT)
        name_scale(plot, "rank")
    return figure


def _simulated(index: Index, edition: int, draws: int | None) -> Intervals:
    from innov_index.analysis.uncertainty.model import Model
    from innov_index.analysis.uncertainty.simulation import simulate
    from innov_index.analysis.uncertainty.summary import summarise

    scores = index.score()
    model = Model(index, scores.editions[edition] if scores.editions else None)
    block = index.config.block.uncertainty
    assert block is not None  # intervals_of asked
    tally = simulate(model, draws or block.draws, block.seed)
    ranks = summarise(model, tally, block.seed).ranks
    spread = [np.full(len(scores.units), np.nan) for _ in range(3)]
    for values, probability in zip(spread, (0.05, 0.5, 0.95), strict=True):
        values[model.units] = ranks.quantile(probability)
    meaning = f"nine of ten of {tally.asked:,} variants that the config calls plausible"
    return Intervals(spread[0], spread[1], spread[2], meaning)


def _over_schemes(index: Index, edition: int) -> Intervals | None:
    if not index.schemes:
        return None
    results = [index.score(), *(index.varied(scheme=name).score() for name in index.schemes)]
    roots = np.stack([result.scores[edition][:, :1] for result in results])
    ranks = descending_ranks(roots, "min")[..., 0]
    there = ~np.isnan(ranks)
    low = np.where(there, ranks, np.inf).min(axis=0)
    high = np.where(there, ranks, -np.inf).max(axis=0)
    return Intervals(
        np.where(there[0], low, np.nan),
        None,
        np.where(there[0], high, np.nan),
        f"best to worst rank over the config and its {len(index.schemes)} schemes",
    )
