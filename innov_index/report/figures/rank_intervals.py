"""Rank intervals: how far the rank of each unit may lie from the one printed."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.uncertainty.certainty import RankIntervals
from innov_index.model.scores import Scores
from innov_index.report.figures.picture import (
    BAND,
    FAINT,
    INK,
    PALETTE,
    TWO_COLUMNS,
    Picture,
    picture,
    styled,
)
from innov_index.report.figures.unit_rows import band_rows, height_of, name_scale, row_axes


def figure_rank_intervals(
    scores: Scores, edition: int, intervals: RankIntervals, *, top: int = 30, width: float = TWO_COLUMNS
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
        plot.hlines(rows, low, high, color=BAND, linewidth=3.2, capstyle="round")
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
