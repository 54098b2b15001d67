"""Figures with one row a unit: names on the left, a scale below."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from innov_index.report.figures.picture import (
    INK,
    RULE,
    SMALL,
    TEXT,
    Box,
    Picture,
    axes,
    name_column,
)

ROW = 3.7
"""Height of a row in millimetres."""

SCALE = 7.5
"""Room for the numbers and the name of the scale below."""


TALLEST = 225.0
"""Up to here rows keep their height; more rows are lower, as long as their names stay legible."""

LOWEST_ROW = 2.6


def height_of(rows: int, row: float = ROW) -> float:
    """Height of a plot with so many rows, which a page can hold up to about 85 rows."""
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
    """Every other row a shade darker, so that the eye keeps its row."""
    for row in range(0, count, 2):
        plot.axhspan(row - 0.5, row + 0.5, color=RULE, alpha=0.35, linewidth=0, zorder=0)
