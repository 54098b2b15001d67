"""Map: a circle a unit, its area the score."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle

from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores
from innov_index.report.figures.labels import place_labels
from innov_index.report.figures.picture import PALETTE, SMALL, TWO_COLUMNS, Picture, axes, picture, styled
from innov_index.report.figures.places import shape_of, world
from innov_index.report.figures.svg import MARK

LARGEST = 5.0
"""Diameter of the highest score's circle, in millimetres on 174."""


def figure_map(
    scores: Scores, edition: int, points: Floats, *, named: int = 10, width: float = TWO_COLUMNS
) -> Picture:
    """Units at their places, areas in proportion to scores; the first ones named.

    Parameters
    ----------
    points : (units, 2)
        Equal-area coordinates; NaN where a place is not known.
    """
    values = scores.scores[edition, :, 0]
    order = [
        int(u) for u in scores.order(edition) if not np.isnan(points[u]).any() and values[u] == values[u]
    ]
    leaders = ", ".join(scores.units.names[unit] for unit in order[:3])
    words = f"Map of {len(order)} units, circles sized by score. The first three: {leaders}."
    note = "Area of a circle: score. Equal Earth projection; outlines: Natural Earth."
    with styled():
        figure, box = picture(width, (width - 4) * shape_of(points), f"{scores.name}: map", note, words)
        plot = axes(figure, box)
        world(plot, points, box.width)
        radii = LARGEST / 2 * (width / TWO_COLUMNS) ** 0.5 * np.sqrt(_shares(values[order]))
        scale = np.ptp(plot.get_xlim()) / box.width
        for unit, radius in zip(order, radii, strict=True):
            looks: dict[str, Any] = {"facecolor": to_rgba(PALETTE[0], 0.65), "edgecolor": "white"}
            circle = Circle(points[unit], radius * scale, linewidth=0.5, clip_on=False, zorder=2, **looks)
            circle.set_gid(f"{MARK}{unit}")
            plot.add_artist(circle)  # not add_patch, which looks for the limits of each
        names = [scores.units.names[unit] for unit in order[:named]]
        place_labels(plot, box, points[order], radii, names, size=SMALL)
    return figure


def _shares(values: Floats) -> Floats:
    """Areas of the circles as shares of the largest; none is too small to be seen."""
    low = min(float(values.min(initial=0.0)), 0.0)
    span = float(values.max(initial=0.0)) - low
    return np.maximum((values - low) / span if span > 0 else np.ones(len(values)), 0.02)
