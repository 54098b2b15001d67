"""The network behind a derived indicator, as ties between units on the map."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np

from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.report.page.markup import Markup, tag

MOST = 150
"""So many of the strongest ties are drawn; more would be a tangle."""

_BEND = 0.14
_WIDTHS = (0.6, 1.2, 2.2, 3.6)
_ENDING = ".edges.csv"


@dataclass(frozen=True)
class Ties:
    """The strongest ties between units (first, second, weight), and how many there are in `all`."""

    title: str
    ties: tuple[tuple[int, int, float], ...]
    all: int


def ties_of(index: Index) -> Ties | None:
    """The first network that the config's sources give, between the units of the index."""
    for source in index.derived.sources if index.derived else ():
        for name, content in source.exports.items():
            if name.endswith(_ENDING):
                found = _between_units(content().decode("utf-8"), index.dataset.units.position)
                if found:
                    return Ties(source.title, tuple(found[:MOST]), len(found))
    return None


def ties_figure(ties: Ties, x: Floats, y: Floats) -> Markup:
    """Curves between the units; the stronger the tie, the wider."""
    strongest = ties.ties[0][2]
    paths: dict[int, list[str]] = {}
    for first, second, weight in reversed(ties.ties):
        if np.isnan(x[[first, second]]).any():
            continue
        step = min(int(len(_WIDTHS) * np.sqrt(weight / strongest)), len(_WIDTHS) - 1)
        paths.setdefault(step, []).append(_curve(x[first], y[first], x[second], y[second]))
    drawn = [tag("path", d="".join(paths[step]), stroke_width=_WIDTHS[step]) for step in sorted(paths)]
    return tag("g", *drawn, class_="edges")


def _between_units(text: str, position: dict[str, int]) -> list[tuple[int, int, float]]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    found = [
        (position[row["source"]], position[row["target"]], float(row["weight"]))
        for row in rows
        if row["source"] in position and row["target"] in position
    ]
    return sorted(found, key=lambda tie: (-tie[2], tie[0], tie[1]))


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """A curve that bends to the north, as flights do."""
    middle = (y1 + y2) / 2 - _BEND * float(np.hypot(x2 - x1, y2 - y1))
    return f"M{x1:.1f} {y1:.1f}Q{(x1 + x2) / 2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}"
