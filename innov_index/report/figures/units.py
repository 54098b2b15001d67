"""Units by their scores, and one unit against all others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from innov_index.methods.kernels.column_statistics import quantiles
from innov_index.model.arrays import Floats, Ints
from innov_index.model.scores import Scores
from innov_index.report.figures.layout import height_of, legend, lines_of, name_scale, row_axes
from innov_index.report.figures.picture import (
    BAND,
    FAINT,
    INK,
    MARGIN,
    MILLIMETRES,
    PALETTE,
    RULE,
    SMALL,
    TWO_COLUMNS,
    WORSE,
    Picture,
    picture,
    styled,
    text_width,
)
from innov_index.wording import counted, decimal_text, decimals_of, listed

TOLERANCE = 1e-9


def figure_scores(scores: Scores, edition: int, *, top: int = 20, width: float = TWO_COLUMNS) -> Picture:
    """One bar a unit, the best first; stacked by dimension where the index is their weighted mean."""
    order = scores.order(edition)[:top]
    total = scores.scores[edition, order, 0]
    parts = contributions(scores, edition, order)
    children = scores.framework.children[0]
    names = [scores.framework.nodes[int(child)].name for child in children]
    note = "Length of a part: score of the dimension times its weight." if parts is not None else ""
    shown = _texts(total, scores.scores[edition, :, 0])
    words = f"Bars of {counted(len(order), 'unit')}{_leading(scores, edition, shown)}."
    with styled():
        figure, box = picture(
            width,
            height_of(len(order)) + (5.0 * _lines(names, width) if parts is not None else 0.0),
            f"{scores.titled(edition)}: the first {len(order)}",
            note,
            words,
        )
        if parts is not None:
            box = legend(figure, box, list(zip(PALETTE, names, strict=False)))
        plot = row_axes(figure, box, [scores.units.names[unit] for unit in order])
        _bars(plot, total, shown, parts, figure.get_figwidth() * MILLIMETRES)
        name_scale(plot, "score")
    return figure


def _lines(names: list[str], width: float) -> int:
    return len(lines_of(names, width - 2 * MARGIN))


def _texts(figures: Floats, column: Floats) -> list[str]:
    """Some scores with the decimals that all of the column need."""
    decimals = decimals_of(column.tolist())
    return ["" if np.isnan(value) else decimal_text(value, decimals) for value in figures.tolist()]


def _leading(scores: Scores, edition: int, shown: Sequence[str]) -> str:
    names = [scores.units.names[unit] for unit in scores.leaders(edition)]
    if not names:
        return ""
    return f"; {listed(names, 5)} {'leads' if len(names) == 1 else 'share the first place'} with {shown[0]}"


def _bars(
    plot: Axes, total: Floats, shown: Sequence[str], parts: Floats | None, picture_width: float
) -> None:
    rows = np.arange(len(total))
    if parts is None:
        plot.barh(rows, np.nan_to_num(total), height=0.72, color=PALETTE[0])
    else:
        start = np.zeros(len(total))
        for column, part in enumerate(np.nan_to_num(parts.T)):
            colour = PALETTE[column % len(PALETTE)]
            plot.barh(rows, part, left=start, height=0.72, color=colour, edgecolor="white", linewidth=0.4)
            start = start + part
    # numbers stand right of their bars, those of bars to the left of 0 at 0
    low, high = (float(end) for end in (np.nanmin(np.append(total, 0.0)), np.nanmax(np.append(total, 0.0))))
    whole = high - low or 1.0
    for row, (value, text) in enumerate(zip(np.nan_to_num(total), shown, strict=True)):
        place = max(value, 0.0) + whole * 0.012
        plot.text(place, row, text or "no score", va="center", size=SMALL, color=INK)
    width = plot.get_position().width * picture_width
    room = max((text_width(text, SMALL) for text in shown), default=0.0) + 1.0
    plot.set_xlim(low, high + whole * room / max(width - room, 1.0))


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


def figure_profile(scores: Scores, edition: int, unit: int, *, width: float = TWO_COLUMNS) -> Picture:
    """Normalised indicators of one unit, with the range, the middle half and the median of all units."""
    framework = scores.framework
    nodes = [framework.nodes[int(leaf)] for leaf in framework.leaves]
    values = np.asarray(scores.steps["normalised"])[edition]
    all_units = values[scores.kept[edition]]
    low, first, middle, third, high = (row[0] for row in quantiles(all_units, [0.0, 0.25, 0.5, 0.75, 1.0]))
    own, filled = values[unit], scores.imputed[edition, unit]
    ahead = framework.direction * (own - middle)
    known = ~np.isnan(own) & ~filled
    name, rank = scores.units.names[unit], scores.index_ranks[edition, unit]
    place = "without rank" if np.isnan(rank) else f"rank {rank:g}"
    words = (
        f"Profile of {name}, {place}: better than the median in {int((ahead > 0)[known].sum())} of "
        f"{counted(int(known.sum()), 'indicator')}"
        f"{_apart(int(filled.sum()), len(nodes) - int((known | filled).sum()))}."
    )
    note = (
        "Dot: the unit (hollow: worse than the median). Thin line: lowest to highest unit. Band: middle half "
        "of the units. Tick: median. No dot: no value."
    )
    note += " Grey diamond: an imputed value." if filled.any() else ""
    capped = scores.capped(edition)[unit]
    if capped.any():
        note += " Ring: a value that treatment changed."
    with styled():
        figure, box = picture(
            width, height_of(len(nodes)), f"{name} in {scores.titled(edition)}", note, words
        )
        plot = row_axes(figure, box, [f"{node.name}" for node in nodes], most=0.52)
        rows = np.arange(len(nodes))
        plot.hlines(rows, low, high, color=RULE, linewidth=1)
        plot.hlines(rows, first, third, color=BAND, alpha=0.55, linewidth=4.5)
        plot.plot(middle, rows, "|", color=INK, markersize=6, markeredgewidth=1)
        good, weak = known & (ahead >= 0), known & (ahead < 0)
        plot.plot(own[good], rows[good], "o", color=PALETTE[0], markersize=4.5)
        plot.plot(own[weak], rows[weak], "o", markerfacecolor="white", color=WORSE, markersize=4.5)
        plot.plot(own[filled], rows[filled], "D", markerfacecolor="white", color=FAINT, markersize=4)
        plot.plot(own[capped], rows[capped], "o", markerfacecolor="none", color=INK, markersize=7)
        _part_dimensions(plot, framework.ancestors_at(1))
        plot.tick_params(axis="x", colors=FAINT)
        name_scale(plot, "normalised score")
    return figure


def _apart(imputed: int, missing: int) -> str:
    """What the indicators counted leave out."""
    told = [f"{number} {what}" for number, what in ((imputed, "imputed"), (missing, "missing")) if number]
    return f" ({listed(told)})" if told else ""


def _part_dimensions(plot: Axes, blocks: Ints) -> None:
    """A line between dimensions, from the edge of the picture, so that it separates their names too."""
    place = plot.get_position()
    edge = -place.x0 / place.width
    for change in np.flatnonzero(np.diff(blocks)):
        plot.axhline(change + 0.5, color=FAINT, linewidth=0.5, xmin=edge, clip_on=False)
