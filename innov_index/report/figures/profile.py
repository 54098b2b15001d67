"""Dot profile of a unit: every indicator against all others."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from innov_index.methods.kernels.column_statistics import quantiles
from innov_index.model.arrays import Ints
from innov_index.model.scores import Scores
from innov_index.report.figures.picture import (
    BAND,
    FAINT,
    INK,
    PALETTE,
    RULE,
    TWO_COLUMNS,
    WORSE,
    Picture,
    picture,
    styled,
)
from innov_index.report.figures.unit_rows import height_of, name_scale, row_axes


def figure_profile(scores: Scores, edition: int, unit: int, *, width: float = TWO_COLUMNS) -> Picture:
    """Normalised indicators of one unit, with the range, the middle half and the median of all units."""
    framework = scores.framework
    nodes = [framework.nodes[int(leaf)] for leaf in framework.leaves]
    values = np.asarray(scores.steps["normalised"])[edition]
    all_units = values[scores.kept[edition]]
    low, first, middle, third, high = (row[0] for row in quantiles(all_units, [0.0, 0.25, 0.5, 0.75, 1.0]))
    own = values[unit]
    name = scores.units.names[unit]
    above = int(np.nansum(own > middle))
    words = (
        f"Profile of {name}, rank {scores.ranks[edition, unit, 0]:g}: above the median in {above} of "
        f"{len(nodes)} indicators."
    )
    note = (
        "Dot: the unit (hollow: below the median). Thin line: worst to best unit. Band: middle half of the "
        "units. Tick: median. No dot: no value."
    )
    with styled():
        figure, box = picture(width, height_of(len(nodes)), f"{name} in {scores.name}", note, words)
        plot = row_axes(figure, box, [f"{node.name}" for node in nodes], most=0.52)
        rows = np.arange(len(nodes))
        plot.hlines(rows, low, high, color=RULE, linewidth=1)
        plot.hlines(rows, first, third, color=BAND, alpha=0.55, linewidth=4.5)
        plot.plot(middle, rows, "|", color=INK, markersize=6, markeredgewidth=1)
        good = own >= middle
        plot.plot(own[good], rows[good], "o", color=PALETTE[0], markersize=4.5)
        weak = own < middle
        plot.plot(own[weak], rows[weak], "o", markerfacecolor="white", color=WORSE, markersize=4.5)
        _part_dimensions(plot, framework.ancestors_at(1))
        plot.tick_params(axis="x", colors=FAINT)
        name_scale(plot, "normalised score")
    return figure


def _part_dimensions(plot: Axes, blocks: Ints) -> None:
    """A line between dimensions, from the edge of the picture on, so that it parts their names too."""
    place = plot.get_position()
    edge = -place.x0 / place.width
    for change in np.flatnonzero(np.diff(blocks)):
        plot.axhline(change + 0.5, color=FAINT, linewidth=0.5, xmin=edge, clip_on=False)
