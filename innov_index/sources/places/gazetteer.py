"""The gazetteer: cities with their coordinates and all their names."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path

import numpy as np

from innov_index.errors import DataError
from innov_index.intake.folding import fold_name
from innov_index.intake.opening import read_content
from innov_index.model.arrays import Floats
from innov_index.sources.places.geometry import haversine_km, valid_point, valid_points
from innov_index.sources.places.names import Countries

PART_WITHIN_KM = 30
"""Distance from the centre of a city within which a smaller place may be a part of it."""

FAR_DEGREES = 5
NEAR_KM = 100
"""A point as many degrees from all cities of a country, and as near one of another, is not in it."""

CITIES, ALIASES, COUNTRIES = "cities", "aliases", "countries"
_COLUMNS = {
    CITIES: ("geonameid", "name", "country", "admin1", "latitude", "longitude", "population"),
    ALIASES: ("geonameid", "aliases"),
    COUNTRIES: ("country", "iso3", "name"),
}

NATIVE_NAMES, FURTHER_NAMES = "native_names", "further_names"
_FURTHER_COLUMNS = {
    NATIVE_NAMES: ("geonameid", "aliases"),
    FURTHER_NAMES: ("country", "admin1", "names"),
}
"""Tables that a gazetteer may have."""


@dataclass(frozen=True, slots=True)
class City:
    """One place of the gazetteer."""

    id: str
    name: str
    country: str
    state: str
    latitude: float
    longitude: float
    population: int
    state_name: str = ""

    @property
    def rank(self) -> tuple[int, int | str]:
        """Sort key: the most populous place first, then the smaller id."""
        return -self.population, int(self.id) if self.id.isdigit() else self.id

    @property
    def label(self) -> str:
        """The name with state and country: "Cambridge, MA, US"."""
        state = f", {self.state}" if self.country == "US" and self.state else ""
        return f"{self.name}{state}, {self.country}"


class Gazetteer:
    """A folder of tables: cities, aliases, countries (`.csv` or `.csv.gz`).

    `cities`: geonameid, name, country (two letters), admin1, latitude, longitude, population.
    `aliases`: geonameid and all other names, separated by `|` (or one row for each name).
    `countries`: country, iso3, name.
    `native_names`, if it is there: as aliases, in the script of the country.
    `further_names`, if it is there: country, admin1 (of US states), and folded names, separated by `|`, of
    places that are too small to be listed, and of regions.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = _files(folder)

    @cached_property
    def cities(self) -> Mapping[str, City]:
        """Every city by its id."""
        rows = _rows(self.files[0], _COLUMNS[CITIES])
        return {row[0]: _city(row, self.files[0]) for row in rows}

    @cached_property
    def country_names(self) -> tuple[tuple[str, str, str], ...]:
        """(code, code of three letters, name) of every country."""
        return tuple((code, iso3, name) for code, iso3, name in _rows(self.files[2], _COLUMNS[COUNTRIES]))

    def countries(self, aliases: Mapping[str, str] | None = None) -> Countries:
        """Names of countries → codes, including a person's own names."""
        return Countries(self.country_names, aliases)

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Ids by country and name, as written in the gazetteer."""
        return _grouped(((city.country, city.name), city.id) for city in self.cities.values())

    @cached_property
    def by_folded(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Ids by country and folded name."""
        return _grouped(((city.country, fold_name(city.name)), city.id) for city in self.cities.values())

    @cached_property
    def by_alias(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Ids by country and folded alias."""
        return _grouped(self._aliases())

    def _aliases(self) -> Iterator[tuple[tuple[str, str], str]]:
        cities = self.cities
        tables = (self.files[1], *self._further(NATIVE_NAMES))
        for identity, names in chain.from_iterable(_rows(file, _COLUMNS[ALIASES]) for file in tables):
            city = cities.get(identity)
            if city is not None:
                for name in names.split("|"):
                    yield (city.country, name), identity

    def _further(self, table: str) -> tuple[Path, ...]:
        """The file of a table that need not be there."""
        return tuple(file for file in self.files if file.name.partition(".")[0] == table)

    @cached_property
    def further_names(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Folded names of smaller places and of regions, by country and US state."""
        columns = _FURTHER_COLUMNS[FURTHER_NAMES]
        rows = chain.from_iterable(_rows(file, columns) for file in self._further(FURTHER_NAMES))
        return {(country, state): tuple(names.split("|")) for country, state, names in rows}

    @cached_property
    def folded_names(self) -> Mapping[str, tuple[str, ...]]:
        """Folded names and aliases of each country, for finding similar names."""
        names: dict[str, dict[str, None]] = {}
        for named in (self.by_folded, self.by_alias):
            for country, name in named:
                names.setdefault(country, {})[name] = None
        return {country: tuple(found) for country, found in names.items()}

    def ids(self, country: str, folded: str) -> tuple[str, ...]:
        """Ids of the places in a country with this folded name or alias."""
        return self.by_folded.get((country, folded)) or self.ids_by_alias(country, folded)

    def ids_by_alias(self, country: str, folded: str) -> tuple[str, ...]:
        """Ids of the places with this alias; for the initials of a city, the city instead of a part of it.

        GeoNames has NYC among the names of Manhattan, and not among those of New York City.
        """
        ids = self.by_alias.get((country, folded), ())
        named = self._by_initials.get((country, folded), ()) if ids else ()
        return tuple(dict.fromkeys(self._whole(self.cities[identity], named).id for identity in ids))

    def _whole(self, place: City, cities: Sequence[str]) -> City:
        """The largest of these cities that the place may be a part of, or the place itself."""
        near = [city for city in self.cities_at(cities) if _is_part(place, city)]
        return near[0] if near else place

    def is_elsewhere(self, country: str, latitude: float, longitude: float) -> bool:
        """Whether a point is far from all cities of a country, and near one of another."""
        box = self._boxes.get(country)
        if box is None:
            return False
        south, north, west, east = box
        if (
            south - FAR_DEGREES <= latitude <= north + FAR_DEGREES
            and west - FAR_DEGREES <= longitude <= east + FAR_DEGREES
        ):
            return False
        points = self._points
        return bool((haversine_km(latitude, longitude, points[:, 0], points[:, 1]) <= NEAR_KM).any())

    @cached_property
    def _points(self) -> Floats:
        """Latitude and longitude of every city."""
        points = np.array([(city.latitude, city.longitude) for city in self.cities.values()]).reshape(-1, 2)
        return np.asarray(points[valid_points(points[:, 0], points[:, 1])])

    @cached_property
    def _boxes(self) -> Mapping[str, tuple[float, float, float, float]]:
        """South, north, west and east of the cities of each country."""
        points: dict[str, list[tuple[float, float]]] = {}
        for city in self.cities.values():
            if valid_point(city.latitude, city.longitude):
                points.setdefault(city.country, []).append((city.latitude, city.longitude))
        return {
            country: (min(latitudes), max(latitudes), min(longitudes), max(longitudes))
            for country, own in points.items()
            for latitudes, longitudes in (tuple(zip(*own, strict=True)),)
        }

    @cached_property
    def _by_initials(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Ids by country and the initials of the folded name, where it has several words."""
        return _grouped(
            ((country, "".join(word[0] for word in name.split())), identity)
            for (country, name), ids in self.by_folded.items()
            if " " in name
            for identity in ids
        )

    def cities_at(self, ids: Iterable[str]) -> list[City]:
        """The cities with these ids, the most populous first."""
        return sorted((self.cities[identity] for identity in ids), key=lambda city: city.rank)


def _is_part(place: City, city: City) -> bool:
    """Whether a place may be a part of a city: a smaller one nearby."""
    at = np.array([city.latitude]), np.array([city.longitude])
    near = haversine_km(place.latitude, place.longitude, *at)[0] <= PART_WITHIN_KM
    return bool(near) and place.population < city.population


def gazetteer_of(folder: Path) -> Gazetteer:
    """The gazetteer of a folder, read once per process unless its files change."""
    files = _files(folder)
    return _cached(folder, tuple(file.stat().st_mtime_ns for file in files))


@lru_cache(maxsize=2)
def _cached(folder: Path, changed: tuple[int, ...]) -> Gazetteer:
    return Gazetteer(folder)


def _files(folder: Path) -> tuple[Path, ...]:
    """The files of a gazetteer: its three tables, and those that need not be there."""
    further = (_found(folder, table) for table in _FURTHER_COLUMNS)
    return (*(_file(folder, table) for table in _COLUMNS), *(file for file in further if file is not None))


def _found(folder: Path, table: str) -> Path | None:
    paths = (folder / f"{table}{ending}" for ending in (".csv.gz", ".csv"))
    return next((path for path in paths if os.path.isfile(path)), None)


def _file(folder: Path, table: str) -> Path:
    if (path := _found(folder, table)) is not None:
        return path
    wanted = ", ".join(f"{name}.csv(.gz)" for name in _COLUMNS)
    raise DataError(f"{folder}: not a gazetteer; the folder must contain {wanted}; {table} is missing")


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[list[str]]:
    text = read_content(path).decode("utf-8-sig")
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    header = ["aliases" if name == "alias" else name for name in header]
    absent = [name for name in columns if name not in header]
    if absent:
        needed = ", ".join(columns)
        raise DataError(
            f"{path}: this table of the gazetteer needs the columns {needed}; missing: {', '.join(absent)}"
        )
    positions = [header.index(name) for name in columns]
    if positions == list(range(len(header))):
        yield from reader
        return
    for row in reader:
        yield [row[position] for position in positions]


def _city(row: list[str], path: Path) -> City:
    try:
        identity, name, country, state, latitude, longitude, population = row
        return City(identity, name, country, state, float(latitude), float(longitude), int(population or 0))
    except ValueError as error:
        raise DataError(f"{path}: this row is not a city: {','.join(row)} ({error})") from None


def _grouped(pairs: Iterable[tuple[tuple[str, str], str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    grouped: dict[tuple[str, str], tuple[str, ...]] = {}
    for key, identity in pairs:
        found = grouped.get(key, ())
        if identity not in found:
            grouped[key] = (*found, identity)
    return grouped
