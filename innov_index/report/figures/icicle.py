"""The tree of the index as an icicle: each node as high as its share of the result."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from innov_index.model.arrays import Floats
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.report.figures.picture import (
    INK,
    PALETTE,
    POINT,
    SMALL,
    TWO_COLUMNS,
    Picture,
    axes,
    picture,
    plain,
    shortened,
    styled,
    wrapped,
)
from innov_index.wording import counted, listed

LEAF, TALLEST = 3.3, 225.0
"""Millimetres: a row of the indicators, and the most that fits a sheet of paper."""

MOST_STRETCHED = 1.6
"""The figure grows at most this many times as high to fit the name of the indicator with the least weight."""

LETTERS, LINE = SMALL * POINT * 1.06, SMALL * POINT * 1.3


def _size(framework: Framework) -> str:
    """Indicators and dimensions of the tree; an indicator just below the root is in none."""
    children = framework.children[0]
    dimensions = [child for child in children if not framework.nodes[int(child)].is_leaf]
    inside = f" in {counted(len(dimensions), 'dimension')}" if dimensions else ""
    loose = len(children) - len(dimensions)
    outside = f", {loose} of them in none" if dimensions and loose else ""
    return f"Tree of {counted(len(framework.leaves), 'indicator')}{inside}{outside}"


def figure_icicle(
    scores: Scores, edition: int, *, width: float = TWO_COLUMNS, tallest: float = TALLEST
) -> Picture:
    """Levels from left to right, effective weights as heights."""
    framework = scores.framework
    effective = scores.effective_weights[edition]
    heights = framework.effective_weights(framework.or_equal(scores.weights[edition]))
    height = min(_height(heights[framework.leaves]), tallest)
    words = f"{_size(framework)}."
    weighted = framework.leaves[~np.isnan(effective[framework.leaves])]
    if len(weighted):
        largest = float(effective[weighted].max())
        heaviest = weighted[effective[weighted] >= largest * (1 - 1e-12)]
        names = listed((framework.nodes[int(node)].name for node in heaviest), 5)
        verb, each = ("is", "") if len(heaviest) == 1 else ("are", " each")
        words += f" The heaviest {verb} {names} with {100 * largest:.1f} percent{each}."
    about_weights = scores.about_weights(edition)
    with styled():
        note = (
            "Height: effective weight, the share of a node in the index. Nodes too low for a name have none."
            + (f" Siblings without a weight are equally high: {about_weights}." if about_weights else "")
        )
        figure, box = picture(width, height, f"{scores.titled(edition)}: framework", note, words)
        plot = axes(figure, box)
        plot.set_axis_off()
        plot.set_xlim(0, box.width)
        plot.set_ylim(height, 0)
        _tiles(plot, scores, heights, effective, box.width, height)
    return figure


def _tiles(
    plot: Axes, scores: Scores, heights: Floats, effective: Floats, width: float, height: float
) -> None:
    framework = scores.framework
    edges = _edges(int(framework.levels.max()), width)
    tops = np.zeros(len(framework))
    for node in framework.inner:
        at = tops[node]
        for child in framework.children[int(node)]:
            tops[child] = at
            at += heights[child] * height
    first = framework.children[0].tolist()
    for node in range(1, len(framework)):
        entry = framework.nodes[node]
        branch = first.index(framework.lineage(node)[-2])
        left = edges[entry.level - 1]
        right = edges[-1] if entry.is_leaf else edges[entry.level]
        tall = heights[node] * height
        colour = _tint(PALETTE[branch % len(PALETTE)], entry.level)
        plot.add_artist(
            Rectangle(
                (left, tops[node]), right - left, tall, facecolor=colour, edgecolor="white", linewidth=0.7
            )
        )
        _label(plot, entry.name, 100 * effective[node], (left, tops[node], right - left, tall))


def _height(leaves: Floats) -> float:
    """Millimetres in which every indicator has room for its name, within reason."""
    usual = max(len(leaves) * LEAF, 40.0)
    least = float(leaves[leaves > 0].min(initial=1.0))
    return max(usual, min((LETTERS + 0.1) / least, MOST_STRETCHED * usual))


def _edges(levels: int, width: float) -> list[float]:
    """Where columns begin and end: the last one, of the indicators, is the widest."""
    shares = np.array([1.0] * (levels - 1) + [1.5]) if levels > 1 else np.array([1.0])
    return [0.0, *(np.cumsum(shares) / shares.sum() * width).tolist()]


def _tint(colour: str, level: int) -> tuple[float, float, float, float]:
    """The dimension's colour, thinner the deeper the level: legible on light and dark paper."""
    return to_rgba(colour, max(0.5 - 0.14 * (level - 1), 0.16))


def _label(plot: Axes, name: str, share: float, tile: tuple[float, float, float, float]) -> None:
    left, top, width, tall = tile
    lines = int((tall - LETTERS) / LINE) + 1 if tall >= LETTERS else 0
    if lines < 1 or width < 8:
        return
    room = width - 2.4
    with_share = [] if share != share else [f"{name} ·\u00a0{share:.1f}\u00a0%"]
    for words in (*with_share, name):
        fitting = wrapped(words, room, SMALL)
        if len(fitting) <= lines and not any(line.endswith("…") for line in fitting):
            break
    else:
        rest = " ".join(plain(name).split(" ")[_words(fitting, lines) :])
        fitting = [*fitting[: lines - 1], shortened(rest, room, SMALL)]
    plot.text(
        left + 1.2,
        top + tall / 2,
        "\n".join(fitting),
        va="center",
        size=SMALL,
        color=INK,
        linespacing=1.15,
        clip_on=True,
    )


def _words(lines: list[str], most: int) -> int:
    """Number of words in the lines before the last one that there is room for."""
    return sum(len(line.split(" ")) for line in lines[: most - 1])
