"""The city nearest to a point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.sources.places.gazetteer import City
from innov_index.sources.places.geometry import EARTH_RADIUS_KM, valid_point


class NearestCities:
    """Finds the nearest of some cities: on a sphere the nearest by chord is the nearest by great circle."""

    def __init__(self, cities: Sequence[City]) -> None:
        known = (city for city in cities if valid_point(city.latitude, city.longitude))
        self.cities = sorted(known, key=lambda city: city.rank)

    def within(self, latitude: float, longitude: float, km: float) -> City | None:
        """The nearest city; None if none is so near."""
        if not self.cities:
            return None
        angle = min(km / EARTH_RADIUS_KM, math.pi)
        point = _on_unit_sphere(np.array([latitude]), np.array([longitude]))[0]
        _, at = self._tree.query(point, distance_upper_bound=2 * math.sin(angle / 2) * (1 + 1e-12))
        return self.cities[at] if at < len(self.cities) else None

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import KDTree

        latitudes, longitudes = zip(*((city.latitude, city.longitude) for city in self.cities), strict=True)
        return KDTree(_on_unit_sphere(np.array(latitudes), np.array(longitudes)))


def _on_unit_sphere(latitudes: Floats, longitudes: Floats) -> Floats:
    """Points in space, (points, 3), of coordinates in degrees."""
    north, east = np.radians(latitudes), np.radians(longitudes)
    across = np.cos(north)
    return np.stack([across * np.cos(east), across * np.sin(east), np.sin(north)], axis=-1)
