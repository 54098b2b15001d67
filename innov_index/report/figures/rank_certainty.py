"""How sure the ranks are, and which choice moves them: intervals and Sobol indices."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.sensitivity.sobol import Sensitivity
from innov_index.analysis.uncertainty.certainty import RankIntervals
from innov_index.model.arrays import Ints
from innov_index.model.scores import Scores
from innov_index.report.figures.layout import LINE, band_rows, height_of, legend, name_scale, row_axes
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
from innov_index.wording import counted, listed


def _widest(scores: Scores, order: Ints, intervals: RankIntervals) -> str:
    """Which interval is the widest, or that several are."""
    widths = intervals.high[order] - intervals.low[order]
    largest = float(np.fmax.reduce(widths, initial=0.0))
    widest = order[widths == largest]
    if not largest:
        return "No rank varies."
    if len(widest) > 1:
        names = listed((scores.units.names[unit] for unit in widest), 5)
        return f"The widest are those of {names}, each over {largest + 1:g} places."
    (unit,) = widest
    low, high = intervals.low[unit], intervals.high[unit]
    return f"The widest is that of {scores.units.names[unit]}: {low:g} to {high:g}."


def figure_rank_intervals(
    scores: Scores, edition: int, intervals: RankIntervals, *, top: int = 30, width: float = TWO_COLUMNS
) -> Picture:
    """One line a unit from its best to its worst rank; a dot is the rank as the config stands."""
    order = scores.order(edition)[:top]
    ranks = scores.index_ranks[edition, order]
    words = f"Rank intervals of {counted(len(order), 'unit')}. {_widest(scores, order, intervals)}"
    with styled():
        note = f"Dot: rank as computed. Line: {intervals.meaning}."
        if intervals.middle is not None:
            note += " Tick: median."
        figure, box = picture(
            width, height_of(len(order)), f"{scores.titled(edition)}: how sure the ranks are", note, words
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


ROW = 6.4


def figure_sensitivity(result: Sensitivity, *, width: float = TWO_COLUMNS) -> Picture:
    """First-order and total Sobol indices of the mean rank shift, with 95 % intervals."""
    shift = result.shift
    order = np.argsort(-np.nan_to_num(shift.total[:, 0]), kind="stable")
    names = [result.inputs[i] for i in order]
    largest = shift.total[order[0], 0]
    most = f"The most important is {names[0]} with a total index of {largest:.2f}."
    words = (
        f"Sobol indices of {counted(len(names), 'input')}. {'No rank varies.' if np.isnan(largest) else most}"
    )
    note = (
        "How much of the movement of the ranks a choice causes, by itself and together with others (Sobol "
        "indices: share of the variance of the mean rank shift). Lines: 95 % intervals, "
        f"{result.evaluations:,} evaluations."
    )
    with styled():
        title = f"{result.model.base.titled(result.model.edition)}: what moves the ranks"
        figure, box = picture(width, height_of(len(names), ROW) + LINE + 1, title, note, words)
        box = legend(figure, box, [(BAND, "by itself"), (PALETTE[0], "together with others")])
        plot = row_axes(figure, box, names)
        rows = np.arange(len(names))
        for place, (values, errors) in enumerate(
            ((shift.first, shift.first_error), (shift.total, shift.total_error))
        ):
            at, found = rows + (place - 0.5) * 0.38, np.nan_to_num(values[order, 0])
            plot.barh(at, np.maximum(found, 0), height=0.36, color=BAND if place == 0 else PALETTE[0])
            plot.errorbar(
                found,
                at,
                xerr=np.nan_to_num(errors[order, 0]),
                fmt="none",
                color=INK,
                elinewidth=0.7,
                capsize=1.5,
                capthick=0.7,
            )
        plot.set_xlim(0, max(1.0, plot.get_xlim()[1]))
        name_scale(plot, "share of the movement of the ranks")
    return figure
