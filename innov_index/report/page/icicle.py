"""The tree of the index as an icicle: each node as high as its share of the result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.model.framework import Framework
from innov_index.report.page.markup import Markup, tag

WIDTH = 1080.0
LINE = 19.0
_LOWEST_LABEL = 12.5
_LETTER, _BOLD_LETTER = 6.4, 7.4
_MOST_STRETCHED = 1.6


@dataclass(frozen=True)
class Tile:
    """The rectangle of one node: 0 to 1 from top to bottom, its level from left to right."""

    node: int
    top: float
    height: float


def tiles(framework: Framework, effective: Floats) -> list[Tile]:
    """Rectangles of all nodes; children fill the height of their parent in the order stated."""
    top = np.zeros(len(framework))
    for node in framework.inner:
        at = top[node]
        for child in framework.children[node]:
            top[child] = at
            at += effective[child]
    return [Tile(node, float(top[node]), float(effective[node])) for node in range(len(framework))]


def icicle_figure(framework: Framework, effective: Floats) -> Markup:
    """The icicle as SVG, from the dimensions on the left to the indicators on the right."""
    levels = int(framework.levels.max())
    height = _height(framework, effective)
    shapes = [
        _shape(framework, tile, height, levels) for tile in tiles(framework, effective) if tile.node != 0
    ]
    return tag(
        "svg",
        *shapes,
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
        width=f"{WIDTH:.0f}",
        height=f"{height:.0f}",
        role="img",
        aria_label=f"Tree of the index: {len(framework.leaves)} indicators, heights are effective weights",
        class_="icicle",
    )


def _height(framework: Framework, effective: Floats) -> float:
    """High enough for a label on every leaf, within reason."""
    leaves = effective[framework.leaves]
    smallest = float(leaves[leaves > 0].min()) if (leaves > 0).any() else 1.0
    usual = len(leaves) * LINE
    return max(usual, min(_LOWEST_LABEL / smallest + 1, _MOST_STRETCHED * usual), 200.0)


def _shape(framework: Framework, tile: Tile, height: float, levels: int) -> Markup:
    entry = framework.nodes[tile.node]
    column = WIDTH / levels
    left = (entry.level - 1) * column
    width = (levels - entry.level + 1) * column if entry.is_leaf else column
    top, tall = tile.top * height, tile.height * height
    lineage = framework.lineage(tile.node)
    colour = int(np.flatnonzero(framework.children[0] == lineage[-2])[0]) % 8
    label = None
    if tall >= _LOWEST_LABEL:
        share = f"{100 * tile.height:.1f} %"
        letter = _LETTER if entry.is_leaf else _BOLD_LETTER
        label = tag(
            "text",
            f"{_shortened(entry.name, int((width - 70) / letter))}  {share}",
            x=f"{left + 8:.0f}",
            y=f"{top + tall / 2 + 4:.1f}",
        )
    return tag(
        "g",
        tag("title", f"{entry.code} {entry.name}: {100 * tile.height:.2f} % of the index"),
        tag(
            "rect",
            x=f"{left + 1:.1f}",
            y=f"{top + 0.5:.2f}",
            width=f"{width - 2:.1f}",
            height=f"{max(tall - 1, 0.5):.2f}",
            rx=2,
        ),
        label,
        class_=f"f{colour} {'leaf' if entry.is_leaf else 'inner'}",
    )


def _shortened(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
