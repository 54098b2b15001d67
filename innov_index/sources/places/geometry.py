"""The unit of a point: by the nearest hub, or by polygon."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.errors import DataError, not_found
from innov_index.frozen import frozen
from innov_index.intake.opening import read_bytes
from innov_index.intake.table import Table
from innov_index.model.arrays import Bools, Floats

EARTH_RADIUS_KM = 6371.0088


def haversine_km(latitude: Any, longitude: Any, latitudes: Floats, longitudes: Floats) -> Floats:
    """Great-circle distances on a sphere with radius 6371.0088 km."""
    a, b, c, d = (np.radians(angle) for angle in (latitude, longitude, latitudes, longitudes))
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def valid_point(latitude: float, longitude: float) -> bool:
    """Whether two numbers are valid coordinates."""
    return (
        math.isfinite(latitude) and abs(latitude) <= 90 and math.isfinite(longitude) and abs(longitude) <= 180
    )


def valid_points(latitudes: Floats, longitudes: Floats) -> Bools:
    """Which pairs of numbers are valid coordinates."""
    inside = (np.abs(latitudes) <= 90) & (np.abs(longitudes) <= 180)
    return np.asarray(inside & np.isfinite(latitudes) & np.isfinite(longitudes))


@frozen
class Hubs:
    """Centres of units, with radii; a point belongs to the nearest centre whose radius it is within."""

    units: tuple[str, ...]
    countries: tuple[str, ...]
    latitudes: Floats
    longitudes: Floats
    radii: Floats
    same_country: bool = False

    @classmethod
    def from_table(cls, table: Table, unit: str, radius_km: float | None, same_country: bool) -> Hubs:
        """Read the columns unit, latitude, longitude, radius_km unless given, country for `same_country`."""
        own_radius = radius_km is None
        table.require([unit, "latitude", "longitude", *(["radius_km"] if own_radius else [])], "hubs")
        if same_country:
            table.require(["country"], "hubs of the same country")
        countries = table.text("country") if "country" in table.columns else ("",) * table.rows
        columns = table.numbers(["latitude", "longitude"])
        radii = table.numbers(["radius_km"])[:, 0] if own_radius else np.full(table.rows, radius_km)
        return cls(table.text(unit), countries, columns[:, 0], columns[:, 1], radii, same_country)

    def country_of(self, unit: str) -> str:
        """The country of a unit as the table of hubs has it; empty where it has none, or several."""
        countries = {
            country for name, country in zip(self.units, self.countries, strict=True) if name == unit
        }
        return countries.pop() if len(countries) == 1 else ""

    def unit_at(self, latitude: float, longitude: float, country: str | None) -> str | None:
        """The unit of a point, or None if it is within no radius."""
        distances = haversine_km(latitude, longitude, self.latitudes, self.longitudes)
        inside = distances <= self.radii
        if self.same_country:
            inside &= np.array([hub == country for hub in self.countries])
        if not inside.any():
            return None
        return self.units[int(np.where(inside, distances, np.inf).argmin())]


@frozen
class Polygons:
    """Areas of units from a GeoJSON file; the first polygon that contains a point gives its unit."""

    units: tuple[str, ...]
    boxes: Floats
    rings: tuple[tuple[Floats, ...], ...]

    @classmethod
    def from_file(cls, path: Path, unit: str) -> Polygons:
        """Read Polygon and MultiPolygon features; the property named `unit` is the code of the unit."""
        try:
            features = json.loads(read_bytes(path))["features"]
            parts = [part for feature in features for part in _parts(feature, unit, path)]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            parts = []
        if not parts:
            message = f"not a GeoJSON FeatureCollection of polygons with a property '{unit}'"
            raise DataError(f"{path}: {message}")
        boxes = [[*rings[0].min(axis=0), *rings[0].max(axis=0)] for _, rings in parts]
        return cls(tuple(name for name, _ in parts), np.array(boxes), tuple(rings for _, rings in parts))

    def unit_at(self, latitude: float, longitude: float, country: str | None) -> str | None:
        """The unit of a point, or None if no polygon contains it."""
        west, south, east, north = self.boxes.T
        near = (west <= longitude) & (longitude <= east) & (south <= latitude) & (latitude <= north)
        for position in np.flatnonzero(near):
            if _inside(self.rings[position], latitude, longitude):
                return self.units[position]
        return None


def _parts(feature: Any, unit: str, path: Path) -> Iterator[tuple[str, tuple[Floats, ...]]]:
    properties = feature["properties"]
    if unit not in properties:
        raise DataError(f"{path}: {not_found('property', unit, properties, 'of a feature')}")
    geometry = feature["geometry"]
    coordinates = geometry["coordinates"]
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}[geometry["type"]]
    for rings in polygons:
        yield str(properties[unit]), tuple(np.array(ring, dtype=float)[:, :2] for ring in rings)


def _inside(rings: Sequence[Floats], latitude: float, longitude: float) -> bool:
    """Even-odd rule over the outer ring and holes; an edge belongs to the polygon to its north-east."""
    crossings = 0
    for ring in rings:
        x, y = ring[:-1].T
        x_next, y_next = ring[1:].T
        straddles = (y <= latitude) != (y_next <= latitude)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = x + (latitude - y) / (y_next - y) * (x_next - x)
        crossings += int((straddles & (longitude < crossing)).sum())
    return crossings % 2 == 1
