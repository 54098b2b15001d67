"""Correlations of the indicators in tree order, so that dimensions are blocks on the diagonal."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from innov_index.analysis.compare.agreement import correlation_matrix
from innov_index.model.arrays import Floats, Ints
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.report.figures.picture import (
    INK,
    ON_STRONG,
    SMALL,
    TWO_COLUMNS,
    Box,
    Picture,
    axes,
    picture,
    shortened,
    styled,
    text_width,
)

OPPOSED, TOGETHER = "#B35806", "#2166AC"
ANCHORS: Any = (
    (0.0, OPPOSED),
    (0.5, to_rgba(OPPOSED, 0.0)),
    (0.5, to_rgba(TOGETHER, 0.0)),
    (1.0, TOGETHER),
)
DIVERGING = LinearSegmentedColormap.from_list("correlation", ANCHORS)
"""Thin where there is no correlation, so that the paper shows, be it light or dark."""

SHARP = 8
"""Dots a cell has on each side: viewers that smooth pictures leave its edges straight."""

STRONG = 0.8

SMALLEST_CELL = 2.6
"""Below this many millimetres a cell has no name of its own."""

CELL_WITH_NUMBER = 5.2

MOST_BLOCKS = 10

LONGEST_CODE = 16.0


def figure_correlations(scores: Scores, edition: int, *, width: float = TWO_COLUMNS) -> Picture:
    """Pearson correlations of the normalised indicators; frames part the dimensions."""
    values = np.asarray(scores.steps["normalised"])[edition][scores.kept[edition]]
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = correlation_matrix(values)
    framework = scores.framework
    codes = [shortened(framework.codes[leaf], LONGEST_CODE, SMALL) for leaf in framework.leaves]
    blocks = framework.ancestors_at(level_of_blocks(framework))
    names = [framework.nodes[int(block)].name for block in dict.fromkeys(blocks.tolist())]
    off = matrix[~np.eye(len(matrix), dtype=bool)]
    words = (
        f"Correlation matrix of {len(codes)} indicators in the order of the tree. Median correlation "
        f"{np.nanmedian(off):.2f}; {int((off < 0).sum() / 2)} pairs are negative."
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
        figure, box = picture(width, side + room + 8, f"{scores.name}: correlations", note, words)
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
    """The deepest level that parts the indicators into at most `MOST_BLOCKS` dimensions, most of several."""
    most = min(MOST_BLOCKS, len(framework.leaves) // 2)
    levels = range(1, int(framework.levels.max()) + 1)
    few = [level for level in levels if len(set(framework.ancestors_at(level).tolist())) <= most]
    return max(few, default=1)
