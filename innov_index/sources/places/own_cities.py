"""A person's own list of cities, alone or beside a gazetteer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np

from innov_index.errors import DataError, Problem
from innov_index.intake.folding import fold_name
from innov_index.intake.reading import read_table
from innov_index.intake.records.wanted_columns import names_in
from innov_index.intake.table import Table
from innov_index.model.arrays import Floats
from innov_index.sources.places.gazetteer import City, Gazetteer

_NAMES: Mapping[str, tuple[str, ...]] = {
    "city": ("city", "name", "asciiname"),
    "country": ("country", "country_code", "iso2"),
    "state": ("state", "region", "admin1"),
    "state_name": ("state_name", "region_name", "admin1_name"),
    "unit": ("unit", "id", "geonameid", "geonames_id"),
    "aliases": ("aliases", "alias", "alternatenames", "other_names"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng"),
    "population": ("population",),
}
"""What a column of the list says, and the names that it may have."""


class OwnCities(Gazetteer):
    """Cities of a table: city, country, and as far as there state, unit, aliases, coordinates, population.

    Parameters
    ----------
    file
        The table. `aliases` are separated by `|`; without a column of units, a city is one of its own,
        "Cambridge, MA, US".
    others
        A gazetteer whose cities are known too.
    """

    def __init__(self, file: Path, others: Gazetteer | None) -> None:
        self.file = file
        self.others = others
        self.files = (file, *(() if others is None else others.files))

    @cached_property
    def _table(self) -> tuple[Table, Mapping[str, str]]:
        table = read_table(self.file)
        found = names_in(table.columns, _NAMES)
        absent = [what for what in ("city", "country") if what not in found]
        table.require([_NAMES[what][0] for what in absent], "a list of cities")
        return table, found

    def _texts(self, what: str) -> tuple[str, ...]:
        table, found = self._table
        return table.text(found[what]) if what in found else ("",) * table.rows

    def _numbers(self, what: str) -> Floats:
        table, found = self._table
        return table.numbers([found[what]])[:, 0] if what in found else np.full(table.rows, np.nan)

    @cached_property
    def _own(self) -> Mapping[str, City]:
        table, found = self._table
        points = zip(self._numbers("latitude").tolist(), self._numbers("longitude").tolist(), strict=True)
        people = np.nan_to_num(self._numbers("population")).astype(int).tolist()
        named = zip(self._texts("city"), self._codes(), self._texts("state"), strict=True)
        cells = zip(named, self._texts("unit"), points, people, self._texts("state_name"), strict=True)
        cities: dict[str, City] = {}
        for row, ((name, country, state), unit, point, population, state_name) in enumerate(cells):
            identity = unit or ", ".join(filter(None, (name, state, country)))
            if identity in cities:
                mark = table.mark(row, found.get("unit", found["city"]))
                raise DataError(Problem(f"two cities are '{identity}'", mark))
            cities[identity] = City(identity, name, country, state, *point, population, state_name)
        return cities

    def _codes(self) -> list[str]:
        table, found = self._table
        countries = self.countries()
        written = self._texts("country")
        codes = [countries.code(text) if text else None for text in written]
        DataError.raise_if(
            [
                Problem(f"'{text}' is no country", table.mark(row, found["country"]))
                for row, (text, code) in enumerate(zip(written, codes, strict=True))
                if code is None
            ]
        )
        return [code or "" for code in codes]

    @cached_property
    def cities(self) -> Mapping[str, City]:
        """The own cities, and those of the gazetteer that none of them is by a name or alias."""
        if self.others is None:
            return self._own
        named = [
            (city, fold_name(name))
            for city, aliases in zip(self._own.values(), self._texts("aliases"), strict=True)
            for name in filter(None, (city.name, *aliases.split("|")))
        ]
        listed = {
            identity
            for city, name in named
            for identity in self.others.ids(city.country, name)
            if city.country != "US" or self.others.cities[identity].state == city.state
        }
        kept = {name: city for name, city in self.others.cities.items() if name not in listed}
        return {**kept, **self._own}

    @cached_property
    def country_names(self) -> tuple[tuple[str, str, str], ...]:
        """See `Gazetteer`."""
        return () if self.others is None else self.others.country_names

    @cached_property
    def further_names(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """See `Gazetteer`."""
        return {} if self.others is None else self.others.further_names

    def _aliases(self) -> Iterator[tuple[tuple[str, str], str]]:
        if self.others is not None:
            yield from self.others._aliases()
        for (identity, city), aliases in zip(self._own.items(), self._texts("aliases"), strict=True):
            for name in filter(None, (alias.strip() for alias in aliases.split("|"))):
                yield (city.country, fold_name(name)), identity
