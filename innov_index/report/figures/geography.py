"""An equal-area world: projection and outlines of land."""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np

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
