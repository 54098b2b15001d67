"""Distances on the globe, treated as a sphere."""

from __future__ import annotations

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (International Union of Geodesy and Geophysics)."""


def unit_vectors(latitude: Floats, longitude: Floats) -> Floats:
    """Return points of the unit sphere (points, 3) from degrees; poles and date line need no special care."""
    north, east = np.radians(latitude), np.radians(longitude)
    across = np.cos(north)
    return np.stack([across * np.cos(east), across * np.sin(east), np.sin(north)], axis=-1)


def haversine(north: Floats, east: Floats, other_north: Floats, other_east: Floats) -> Floats:
    """Return sin² of half the angle between points given in radians."""
    half_north = np.sin(0.5 * (north - other_north))
    half_east = np.sin(0.5 * (east - other_east))
    across = np.cos(north) * np.cos(other_north) * half_east * half_east
    return np.asarray(half_north * half_north + across, np.float64)


def great_circle(north: Floats, east: Floats, other_north: Floats, other_east: Floats) -> Floats:
    """Return the distance in km between points given in radians."""
    squared = haversine(north, east, other_north, other_east)
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(squared, 1))), np.float64)


LINE_ERROR = 1e-14
"""Bound on the rounding error of a chord of the unit sphere, or of the radius of a ball in it."""

COSINE_ERROR = 4e-15
"""Bound on the rounding error of the product of two unit vectors."""


@frozen
class Reach:
    """A distance on the sphere, in forms that can be compared without an arc sine.

    Where rounding could matter, the haversine formula decides; equality counts as within.

    Parameters
    ----------
    line : float
        Length of the chord of the unit sphere between points at this distance.
    cosine : float
        Cosine of the angle between them.
    haversine : float
        Sine of half that angle, squared.
    """

    line: float
    cosine: float
    haversine: float

    @classmethod
    def of(cls, radius_km: float) -> Reach:
        """Return the reach of a great-circle distance; half the circumference covers everything."""
        half = 0.5 * radius_km / EARTH_RADIUS_KM
        if half >= 0.5 * np.pi:
            return cls(np.inf, -np.inf, np.inf)
        sine = float(np.sin(half))
        return cls(2 * sine, 1 - 2 * sine * sine, sine * sine)


def are_coordinates(latitude: Floats, longitude: Floats) -> Bools:
    """Return which coordinates are valid; longitudes may start at -180 or at 0."""
    return (np.abs(latitude) <= 90) & (longitude >= -180) & (longitude <= 360)
