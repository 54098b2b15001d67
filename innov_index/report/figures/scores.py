"""Score bars: what each dimension contributes to the index."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from innov_index.model.arrays import Floats, Ints
from innov_index.model.scores import Scores
from innov_index.report.figures.legend import legend, lines_of
from innov_index.report.figures.picture import (
    INK,
    MARGIN,
    MILLIMETRES,
    PALETTE,
    SMALL,
    TWO_COLUMNS,
    Picture,
    picture,
    styled,
    text_width,
)
from innov_index.report.figures.unit_rows import height_of, name_scale, row_axes

TOLERANCE = 1e-9


def figure_scores(scores: Scores, edition: int, *, top: int = 20, width: float = TWO_COLUMNS) -> Picture:
    """One bar a unit, the best first; stacked by dimension where the index is their weighted mean."""
    order = scores.order(edition)[:top]
    total = scores.scores[edition, order, 0]
    parts = contributions(scores, edition, order)
    children = scores.framework.children[0]
    names = [scores.framework.nodes[int(child)].name for child in children]
    note = "Length of a part: score of the dimension times its weight." if parts is not None else ""
    leader = scores.units.names[order[0]] if len(order) else "no unit"
    words = f"Bars of the first {len(order)} units; {leader} leads with {total[0]:.1f}." if len(order) else ""
    with styled():
        figure, box = picture(
            width,
            height_of(len(order)) + (5.0 * _lines(names, width) if parts is not None else 0.0),
            f"{scores.name}: the first {len(order)}",
            note,
            words,
        )
        if parts is not None:
            box = legend(figure, box, list(zip(PALETTE, names, strict=False)))
        plot = row_axes(figure, box, [scores.units.names[unit] for unit in order])
        _bars(plot, total, parts, figure.get_figwidth() * MILLIMETRES)
        name_scale(plot, "score")
    return figure


def _lines(names: list[str], width: float) -> int:
    return len(lines_of(names, width - 2 * MARGIN))


def _bars(plot: Axes, total: Floats, parts: Floats | None, picture_width: float) -> None:
    rows = np.arange(len(total))
    if parts is None:
        plot.barh(rows, np.nan_to_num(total), height=0.72, color=PALETTE[0])
    else:
        start = np.zeros(len(total))
        for column, part in enumerate(np.nan_to_num(parts.T)):
            colour = PALETTE[column % len(PALETTE)]
            plot.barh(rows, part, left=start, height=0.72, color=colour, edgecolor="white", linewidth=0.4)
            start = start + part
    longest = float(np.nanmax(total)) if len(total) else 1.0
    for row, value in enumerate(total):
        plot.text(value + longest * 0.012, row, f"{value:.1f}", va="center", size=SMALL, color=INK)
    width = plot.get_position().width * picture_width
    room = text_width("100.0", SMALL) + 1.0
    plot.set_xlim(min(0.0, float(np.nanmin(total))), longest * (1 + room / max(width - room, 1.0)))


def contributions(scores: Scores, edition: int, units: Ints) -> Floats | None:
    """Part of each dimension in the score, (units, dimensions); None where the parts do not sum to it."""
    children = scores.framework.children[0]
    if len(children) < 2 or len(children) > len(PALETTE):
        return None
    values = scores.scores[edition][np.ix_(units, children)]
    weights = np.where(np.isnan(values), 0.0, scores.weights[edition, children])
    with np.errstate(invalid="ignore"):
        parts = np.nan_to_num(values) * weights / weights.sum(axis=1, keepdims=True)
    whole = scores.scores[edition, units, 0]
    if (parts < 0).any() or not np.allclose(parts.sum(axis=1), whole, rtol=0, atol=TOLERANCE):
        return None
    return np.asarray(parts)
