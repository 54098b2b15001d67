"""All names of the places of a country, or of a state in the USA, for finding misspelt ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from innov_index.sources.places.gazetteer import Gazetteer
from innov_index.sources.places.misspelt_names import Named, NamesOfArea


class NamesByArea:
    """The names of a gazetteer, made ready for an area when it is first asked for."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._areas: dict[tuple[str, str], NamesOfArea] = {}

    def area(self, country: str, state: str) -> NamesOfArea:
        """The names of a country, or of a state in the USA; all states where none is stated."""
        key = country, state if country == "US" else ""
        if key not in self._areas:
            self._areas[key] = NamesOfArea([*self._named(*key)], *key)
        return self._areas[key]

    def _named(self, country: str, state: str) -> Iterator[tuple[str, Named]]:
        """Own names of cities, names of smaller places, other names of cities."""
        yield from self._of_cities(self._own.get(country, {}), state, is_alias=False)
        for (of_country, of_state), names in self.gazetteer.further_names.items():
            if of_country == country and (not state or of_state == state):
                yield from ((name, Named(())) for name in names)
        yield from self._of_cities(self._aliases.get(country, {}), state, is_alias=True)

    def _of_cities(
        self, names: Mapping[str, tuple[str, ...]], state: str, *, is_alias: bool
    ) -> Iterator[tuple[str, Named]]:
        for name, ids in names.items():
            cities = [city for city in self.gazetteer.cities_at(ids) if not state or city.state == state]
            if cities:
                yield name, Named(tuple(city.id for city in cities), cities[0].population, is_alias)

    @cached_property
    def _own(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        return _by_country(self.gazetteer.by_folded)

    @cached_property
    def _aliases(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        return _by_country(self.gazetteer.by_alias)


def _by_country(named: Mapping[tuple[str, str], tuple[str, ...]]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for (country, name), ids in named.items():
        found.setdefault(country, {})[name] = ids
    return found
