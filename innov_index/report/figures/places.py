"""Where units lie: coordinates of a config on an equal-area map."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from innov_index.errors import InnovIndexError
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.report.page.geography import equal_earth, land

LAND, COAST = "#E9ECEF", "#C3C8CD"


def coordinates(index: Index, edition: int) -> Floats:
    """Equal-area coordinates of the units, (units, 2); NaN where they are not known."""
    block = index.config.block.units
    if not (block.latitude and block.longitude):
        raise InnovIndexError(f"{index.config.path}: a map needs `latitude` and `longitude` in `units`")
    columns = index.dataset.units.columns
    return np.stack(equal_earth(columns[block.longitude][edition], columns[block.latitude][edition]), axis=-1)


def world(plot: Axes, points: Floats) -> None:
    """Draw the land, and show the part of the world that holds all points."""
    outlines = [np.stack(equal_earth(line[:, 0], line[:, 1]), axis=-1) for line in land()]
    plot.add_collection(PolyCollection(outlines, facecolors=LAND, edgecolors=COAST, linewidths=0.3))
    known = points[~np.isnan(points).any(axis=1)]
    low, high = known.min(axis=0) - 0.18, known.max(axis=0) + 0.18
    wide, tall = high - low
    tall = max(tall, wide * 0.42)
    wide = max(wide, tall * 1.6)
    middle = (low + high) / 2
    plot.set_xlim(middle[0] - wide / 2, middle[0] + wide / 2)
    plot.set_ylim(middle[1] - tall / 2, middle[1] + tall / 2)
    plot.set_aspect("equal", adjustable="box")
    plot.set_axis_off()


def shape_of(points: Floats) -> float:
    """Height of the map as a share of its width."""
    known = points[~np.isnan(points).any(axis=1)]
    wide, tall = np.ptp(known, axis=0) + 0.36
    tall = max(tall, wide * 0.42)
    return float(tall / max(wide, tall * 1.6))
