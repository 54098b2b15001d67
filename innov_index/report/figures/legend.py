"""A legend above a plot: squares and names in as many lines as they need."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.patches import Rectangle

from innov_index.report.figures.picture import MILLIMETRES, TEXT, Box, Picture, shortened, text_width

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
    """Draw colours and names at the top of a box; return what is left of it."""
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
