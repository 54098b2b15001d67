"""Map: a circle a unit, its area the score."""

from __future__ import annotations

from typing import Any

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores
from innov_index.report.figures.labels import place_labels
from innov_index.report.figures.picture import PALETTE, SMALL, TWO_COLUMNS, Picture, axes, picture, styled
from innov_index.report.figures.places import shape_of, world

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
        world(plot, points)
        low = min(float(np.nanmin(values[order])), 0.0)
        shares = (values[order] - low) / (float(np.nanmax(values[order])) - low)
        largest = LARGEST * (width / TWO_COLUMNS) ** 0.5
        sizes = (largest * np.sqrt(np.maximum(shares, 0.02)) * 72 / 25.4) ** 2
        looks: dict[str, Any] = {"color": PALETTE[0], "alpha": 0.65, "edgecolors": "white", "linewidths": 0.5}
        plot.scatter(points[order, 0], points[order, 1], s=sizes, **looks)
        radii = np.sqrt(sizes) / 2 * 25.4 / 72
        names = [scores.units.names[unit] for unit in order[:named]]
        place_labels(plot, box, points[order], radii, names, size=SMALL)
    return figure
