"""Rows, scales and legends that several figures share."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from innov_index.report.figures.picture import (
    INK,
    MILLIMETRES,
    RULE,
    SMALL,
    TEXT,
    Box,
    Picture,
    axes,
    name_column,
    shortened,
    text_width,
)

ROW = 3.7
"""Height of a row in millimetres."""

SCALE = 7.5
"""Room below for the numbers and the name of the scale."""


TALLEST = 225.0
"""Up to this height rows keep theirs; beyond it rows get lower, as long as their names stay legible."""

LOWEST_ROW = 2.6


def height_of(rows: int, row: float = ROW) -> float:
    """Height of a plot with this many rows; a page holds about 85."""
    return rows * max(min(row, TALLEST / max(rows, 1)), LOWEST_ROW) + SCALE


def row_axes(figure: Picture, box: Box, names: Sequence[str], *, most: float = 0.38) -> Axes:
    """Axes with one row a name, the first on top."""
    size = TEXT if box.height / max(len(names), 1) > 3.2 else SMALL
    short, wide = name_column(list(names), most * box.width, size)
    plot = axes(figure, Box(box.left + wide, box.bottom + SCALE, box.right - 2.0, box.top))
    plot.set_ylim(len(short) - 0.5, -0.5)
    plot.set_yticks(range(len(short)), short, fontsize=size)
    plot.spines["left"].set_visible(False)
    plot.grid(axis="x")
    plot.tick_params(axis="y", pad=2)
    return plot


def name_scale(plot: Axes, words: str) -> None:
    plot.set_xlabel(words, fontsize=SMALL, color=INK, labelpad=2)


def band_rows(plot: Axes, count: int) -> None:
    """Shade every other row, so that the eye keeps its row."""
    for row in range(0, count, 2):
        plot.axhspan(row - 0.5, row + 0.5, color=RULE, alpha=0.35, linewidth=0, zorder=0)


LINE, SQUARE, GAP = 4.4, 2.4, 4.0


def lines_of(names: Sequence[str], width: float) -> list[list[int]]:
    """Positions of the names, line by line."""
    lines: list[list[int]] = [[]]
    used = 0.0
    for position, name in enumerate(names):
        needed = SQUARE + 1.2 + text_width(shortened(name, width - 5)) + GAP
        if lines[-1] and used + needed > width + GAP:
            lines.append([])
            used = 0.0
        lines[-1].append(position)
        used += needed
    return lines


def legend(figure: Picture, box: Box, entries: Sequence[tuple[str, str]]) -> Box:
    """Draw colours and names at the top of a box, in lines as needed; return the rest of the box."""
    width, height = (size * MILLIMETRES for size in figure.get_size_inches())
    lines = lines_of([name for _, name in entries], box.width)
    y = box.top
    for line in lines:
        x = box.left
        for position in line:
            colour, name = entries[position]
            name = shortened(name, box.width - 5)
            figure.patches.append(
                Rectangle(
                    (x / width, (y - 3.0) / height),
                    SQUARE / width,
                    SQUARE / height,
                    transform=figure.transFigure,
                    facecolor=colour,
                    linewidth=0,
                )
            )
            figure.text((x + SQUARE + 1.2) / width, (y - 1.8) / height, name, va="center", size=TEXT)
            x += SQUARE + 1.2 + text_width(name) + GAP
        y -= LINE
    return Box(box.left, box.bottom, box.right, y - 0.6)
