"""An equal-area world: projection, outlines of land, and where units lie."""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from innov_index.errors import NotStatedError
from innov_index.index import Index
from innov_index.model.arrays import Floats

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = np.sqrt(3.0) / 2.0

TENTHS_OF_A_DEGREE = 10.0


def equal_earth(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Equal Earth projection: equal areas on the globe are equal on the map.

    Source: Šavrič, Patterson and Jenny 2018, The Equal Earth map projection.

    Parameters
    ----------
    longitude, latitude : arrays
        In degrees.

    Returns
    -------
    x, y : arrays
        In radii of the globe; x from -2.71 to 2.71, y from -1.32 to 1.32, north is up.
    """
    theta = np.arcsin(_M * np.sin(np.radians(latitude)))
    squared = theta**2
    sixth = squared**3
    slope = _A1 + 3 * _A2 * squared + sixth * (7 * _A3 + 9 * _A4 * squared)
    x = np.radians(longitude) * np.cos(theta) / (_M * slope)
    y = theta * (_A1 + _A2 * squared + sixth * (_A3 + _A4 * squared))
    return np.asarray(x), np.asarray(y)


@cache
def land() -> tuple[Floats, ...]:
    """Outlines of land without Antarctica, each (points, 2): longitude and latitude in degrees.

    Natural Earth, 1:110 million, public domain, to a tenth of a degree.
    """
    text = resources.files("innov_index.report.figures").joinpath("land.txt").read_text("ascii")
    return tuple(
        np.array(line.split(), dtype=np.float64).reshape(-1, 2) / TENTHS_OF_A_DEGREE
        for line in text.splitlines()
    )


LAND, COAST = "#E9ECEF", "#C3C8CD"

FINEST = 0.25
"""Smallest distance between two points of an outline, in millimetres."""


def coordinates(index: Index, edition: int) -> Floats:
    """Equal-area coordinates of the units, (units, 2); NaN where they are not known."""
    block = index.config.block.units
    if not (block.latitude and block.longitude):
        raise NotStatedError(f"{index.config.path}: a map needs `latitude` and `longitude` in `units`")
    columns = index.dataset.units.columns
    return np.stack(equal_earth(columns[block.longitude][edition], columns[block.latitude][edition]), axis=-1)


def world(plot: Axes, points: Floats, width: float) -> None:
    """Draw the land, and show the part of the world that holds all points, `width` millimetres wide."""
    known = points[~np.isnan(points).any(axis=1)]
    low, high = known.min(axis=0) - 0.18, known.max(axis=0) + 0.18
    wide, tall = high - low
    tall = max(tall, wide * 0.42)
    wide = max(wide, tall * 1.6)
    middle = (low + high) / 2
    plot.set_xlim(middle[0] - wide / 2, middle[0] + wide / 2)
    plot.set_ylim(middle[1] - tall / 2, middle[1] + tall / 2)
    finest = FINEST * wide / width
    outlines = [_thinned(np.stack(equal_earth(*line.T), axis=-1), finest) for line in land()]
    shown = [line for line in outlines if _in_sight(line, middle, (wide / 2, tall / 2))]
    plot.add_collection(PolyCollection(shown, facecolors=LAND, edgecolors=COAST, linewidths=0.3))
    plot.set_aspect("equal", adjustable="box")
    plot.set_axis_off()


def _thinned(line: Floats, finest: float) -> Floats:
    """An outline without the points too close to the previous one to be visible."""
    kept = [0]
    for position in range(1, len(line)):
        if np.abs(line[position] - line[kept[-1]]).max() >= finest:
            kept.append(position)
    return line[kept] if len(kept) > 2 else line


def _in_sight(line: Floats, middle: Floats, reach: tuple[float, float]) -> bool:
    return bool((np.abs(line - middle) <= reach).any(axis=0).all())


def shape_of(points: Floats) -> float:
    """Height of the map as a share of its width."""
    known = points[~np.isnan(points).any(axis=1)]
    wide, tall = np.ptp(known, axis=0) + 0.36
    tall = max(tall, wide * 0.42)
    return float(tall / max(wide, tall * 1.6))
