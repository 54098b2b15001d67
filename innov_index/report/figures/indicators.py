"""Indicators among themselves, and one of them before and after treatment."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.ticker import MaxNLocator

from innov_index.methods.kernels.column_statistics import skewness_and_kurtosis
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.report.figures.layout import name_scale
from innov_index.report.figures.picture import (
    BAND,
    FAINT,
    INK,
    ON_STRONG,
    SMALL,
    TEXT,
    TWO_COLUMNS,
    WORSE,
    Box,
    Picture,
    axes,
    picture,
    shortened,
    styled,
    text_width,
)
from innov_index.wording import counted, decimal_text

OPPOSED, TOGETHER = "#B35806", "#2166AC"
ANCHORS: Any = (
    (0.0, OPPOSED),
    (0.5, to_rgba(OPPOSED, 0.0)),
    (0.5, to_rgba(TOGETHER, 0.0)),
    (1.0, TOGETHER),
)
DIVERGING = LinearSegmentedColormap.from_list("correlation", ANCHORS)
"""Transparent where there is no correlation, so that the paper shows through, light or dark."""

SHARP = 8
"""Dots on each side of a cell: its edges stay straight in viewers that smooth pictures."""

STRONG = 0.8

SMALLEST_CELL = 2.6
"""Cells smaller than this many millimetres are not named."""

CELL_WITH_NUMBER = 5.2

MOST_BLOCKS = 10

LONGEST_CODE = 16.0


def figure_correlations(
    scores: Scores, edition: int, matrix: Floats, *, width: float = TWO_COLUMNS
) -> Picture:
    """Correlations (indicators, indicators) in tree order, so that dimensions are blocks on the diagonal."""
    framework = scores.framework
    codes = [shortened(framework.codes[leaf], LONGEST_CODE, SMALL) for leaf in framework.leaves]
    blocks = framework.ancestors_at(level_of_blocks(framework))
    names = [framework.nodes[int(block)].name for block in dict.fromkeys(blocks.tolist())]
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    words = (
        f"Correlation matrix of {counted(len(codes), 'indicator')} in the order of the tree. {_of_pairs(off)}"
    )
    note = "Pearson correlation of normalised indicators, more is better. Frames: dimensions."
    with styled():
        room = max(text_width(code, SMALL) for code in codes) + 2.2
        side = width - 4 - room
        cell = side / len(codes)
        named = cell >= SMALLEST_CELL
        room = room if named else 6.0
        side = width - 4 - room
        if cell >= CELL_WITH_NUMBER:
            note += " Numbers: hundredths."
        figure, box = picture(width, side + room + 8, f"{scores.titled(edition)}: correlations", note, words)
        plot = axes(
            figure, Box(box.left + room, box.bottom + 8, box.left + room + side, box.bottom + 8 + side)
        )
        ends = (-0.5, len(codes) - 0.5, len(codes) - 0.5, -0.5)
        dots = np.kron(matrix, np.ones((SHARP, SHARP)))
        looks: dict[str, Any] = {"cmap": DIVERGING, "vmin": -1, "vmax": 1, "interpolation": "none"}
        image = plot.imshow(dots, extent=ends, aspect="auto", **looks)
        _name_cells(plot, codes, blocks, names, named=named, cell=cell)
        if cell >= CELL_WITH_NUMBER:
            _numbers(plot, matrix)
        _frames(plot, blocks)
        bar = axes(
            figure, Box(box.left + room, box.bottom + 4.5, box.left + room + min(side, 60), box.bottom + 6.5)
        )
        scale = figure.colorbar(image, cax=bar, orientation="horizontal", ticks=[-1, -0.5, 0, 0.5, 1])
        outline: Any = scale.outline  # its declared type differs between versions of matplotlib
        outline.set_visible(False)
    return figure


def _of_pairs(correlations: Floats) -> str:
    """In words: each pair is there twice, once from each side."""
    known = correlations[~np.isnan(correlations)]
    without = (len(correlations) - len(known)) // 2
    pairs = counted(without, "pair")
    of_none = f" {pairs} without a correlation: too few values, or equal ones." if without else ""
    if not len(known):
        return of_none.lstrip()
    below = counted(int((known < 0).sum()) // 2, "negative pair")
    return f"Median correlation {np.median(known):.2f}; {below}.{of_none}"


def _name_cells(
    plot: Axes, codes: list[str], blocks: Ints, names: list[str], *, named: bool, cell: float
) -> None:
    plot.tick_params(length=0, labeltop=True, labelbottom=False, pad=2.5)
    if named:
        plot.set_xticks(range(len(codes)), codes, rotation=90, fontsize=SMALL, color=INK)
        plot.set_yticks(range(len(codes)), codes, fontsize=SMALL)
    else:
        changes = [0, *(np.flatnonzero(np.diff(blocks)) + 1), len(blocks)]
        middles = [(start + end - 1) / 2 for start, end in pairwise(changes)]
        rooms = [(end - start) * cell for start, end in pairwise(changes)]
        short = [shortened(name, room, SMALL) for name, room in zip(names, rooms, strict=True)]
        plot.set_xticks(middles, short, fontsize=SMALL, color=INK)
        plot.set_yticks(middles, short, rotation=90, va="center", fontsize=SMALL)
    for spine in plot.spines.values():
        spine.set_visible(False)


def _numbers(plot: Axes, matrix: Floats) -> None:
    for (row, column), value in np.ndenumerate(matrix):
        if row != column and value == value:
            colour = ON_STRONG if abs(value) > STRONG else INK
            plot.text(column, row, _hundredths(value), ha="center", va="center", size=SMALL, color=colour)


def _frames(plot: Axes, blocks: Ints) -> None:
    from matplotlib.patches import Rectangle

    changes = [0, *(np.flatnonzero(np.diff(blocks)) + 1), len(blocks)]
    for start, end in pairwise(changes):
        size = end - start
        plot.add_patch(
            Rectangle(
                (start - 0.5, start - 0.5),
                size,
                size,
                fill=False,
                edgecolor=INK,
                linewidth=0.9,
                clip_on=False,
            )
        )


def _hundredths(value: float) -> str:
    rounded = round(100 * value)
    return f"−{-rounded}" if rounded < 0 else str(rounded)


def level_of_blocks(framework: Framework) -> int:
    """The deepest level at which the indicators fall into at most `MOST_BLOCKS` dimensions."""
    most = min(MOST_BLOCKS, len(framework.leaves) // 2)
    levels = range(1, int(framework.levels.max()) + 1)
    few = [level for level in levels if len(set(framework.ancestors_at(level).tolist())) <= most]
    return max(few, default=1)


PANEL = 34.0

_FILLED = "white"
"""Inside of a mark that stands for an imputed value."""


def figure_distribution(scores: Scores, edition: int, column: int, *, width: float = TWO_COLUMNS) -> Picture:
    """Histogram and values of an indicator (a column of the leaves) before and after treatment.

    Imputed values are drawn apart from known ones, in bars and in marks.
    """
    framework = scores.framework
    node = framework.nodes[int(framework.leaves[column])]
    before, after = (scores.steps[step][edition, :, column] for step in ("screened", "treated"))
    filled, capped = scores.imputed[edition, :, column], scores.capped(edition)[:, column]
    panels = [("before treatment", before), ("after treatment", after)]
    told = [f"{words}: {_moments(values)}" for words, values in panels]
    changed = int(scores.treated[edition, :, column].sum())
    words = f"{node.name}, {'; '.join(told)}. Values changed: {changed}."
    if filled.any():
        words += f" Imputed: {int(filled.sum())} of {int((~np.isnan(before)).sum())}."
    note = _how_to_read(filled, capped, changed)
    wide = width >= 120
    with styled():
        height = PANEL if wide else 2 * PANEL
        figure, box = picture(
            width, height + 4, f"{node.code} {node.name}{scores.suffix(edition)}", note, words
        )
        for place, (title, values) in enumerate(panels):
            part = (
                Box(
                    box.left + place * box.width / 2,
                    box.bottom,
                    box.left + (place + 1) * box.width / 2,
                    box.top,
                )
                if wide
                else Box(
                    box.left,
                    box.top - (place + 1) * box.height / 2,
                    box.right,
                    box.top - place * box.height / 2,
                )
            )
            unit = node.unit if place == 0 or _largest(values) > 0.2 * _largest(before) else ""
            _panel(figure, part, title, values, (filled, capped), unit)
    return figure


def _how_to_read(filled: Bools, capped: Bools, changed: int) -> str:
    note = "Bars: number of units. Ticks: single units"
    if capped.any():
        note += "; orange rings: values that treatment changed"
    note += "."
    if filled.any():
        note += " White bars and grey diamonds: imputed values."
    if changed and not capped.any():
        note += " Treatment transformed the whole column."
    return note


def _panel(
    figure: Picture, box: Box, title: str, values: Floats, marked: tuple[Bools, Bools], unit: str
) -> None:
    """One histogram with a mark for each unit; `marked` are the values imputed and those capped."""
    filled, capped = marked
    plot = axes(figure, Box(box.left + 6, box.bottom + 8, box.right - 3, box.top - 8))
    there = ~np.isnan(values)
    known = there & ~filled
    edges = _edges(values[there])
    floor = np.zeros(len(edges) - 1)
    for which, inside, outline in ((known, BAND, "white"), (there & filled, _FILLED, FAINT)):
        heights, _ = np.histogram(values[which], edges)
        bars = np.flatnonzero(heights)
        looks: dict[str, Any] = {"color": inside, "edgecolor": outline, "linewidth": 0.4, "align": "edge"}
        plot.bar(edges[bars], heights[bars], np.diff(edges)[bars], floor[bars], **looks)
        floor = floor + heights
    tallest = plot.get_ylim()[1]
    marks: Any = (
        (known, "|", {"color": FAINT, "markersize": 5, "markeredgewidth": 0.6}),
        (there & filled, "D", {"color": FAINT, "markerfacecolor": _FILLED, "markersize": 3.5}),
        (there & capped, "o", {"color": WORSE, "markerfacecolor": "none", "markersize": 5}),
    )
    for which, shape, looks in marks:
        plot.plot(values[which], np.full(which.sum(), -0.11 * tallest), shape, **looks)
    plot.set_ylim(-0.22 * tallest, tallest)
    ticks = MaxNLocator(nbins=4, integer=True).tick_values(0, tallest)
    plot.set_yticks([tick for tick in ticks if 0 <= tick <= tallest])
    plot.tick_params(axis="y", labelsize=SMALL, labelcolor=FAINT)
    plot.spines["left"].set_visible(False)
    plot.grid(axis="y")
    plot.set_title(title, fontsize=TEXT, loc="left", color=INK, pad=11, weight="bold")
    plot.text(0, 1.03, _moments(values), transform=plot.transAxes, size=SMALL, color=FAINT, va="bottom")
    if unit:
        name_scale(plot, shortened(unit, box.width - 10, SMALL))


def _edges(values: Floats) -> Floats:
    """Edges of the bars of a histogram."""
    number = min(20, max(8, int(np.sqrt(len(values)) * 2)))
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    room = 0.0 if high > low else 0.5 * abs(low) or 0.5
    return np.asarray(np.linspace(low - room, high + room, number + 1))


def _largest(values: Floats) -> float:
    return float(np.fmax.reduce(np.abs(values), initial=0.0))


def _moments(values: Floats) -> str:
    skewness, kurtosis = (moment[0] for moment in skewness_and_kurtosis(values[:, None]))
    told = [
        f"{name} {decimal_text(round(moment, 1), 1)}"
        for name, moment in (("skewness", skewness), ("excess kurtosis", kurtosis))
        if not np.isnan(moment)
    ]
    return ", ".join(told) or "too few different values for skewness and kurtosis"
