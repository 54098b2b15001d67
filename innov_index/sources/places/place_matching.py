"""The name of a city in a record → the places of the gazetteer that it may refer to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from innov_index.frozen import frozen
from innov_index.intake.folding import fold_name
from innov_index.sources.places.gazetteer import City, Gazetteer
from innov_index.sources.places.misspelt_cities import MisspeltCities
from innov_index.sources.places.names import CITY_STATES, US_STATES, Countries, state_code, without_digits
from innov_index.sources.places.similar_names import SimilarNames

Level = Literal["exact", "folded", "alias", "city-state", "transliterated", "typo", "similar name", "none"]

_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@frozen
class Candidates:
    """Candidate places, the most populous first, and the comparison that found them, with its confidence."""

    cities: tuple[City, ...]
    level: Level
    cause: str = ""
    confidence: float = 1.0


@frozen
class PlaceMatcher:
    """Compares names in a fixed order; the first comparison with a result decides.

    exact: the gazetteer's own name. folded: the same without accents, capitals, punctuation. alias: another
    name. city-state: no city, but the country is a city-state. transliterated: ae, oe, ue for ä, ö, ü. typo:
    a known misspelling. Only places of the record's country are compared, and of its state if the record
    states one: in the USA always, elsewhere if the gazetteer has it.
    A similar name is sought by `match_misspelt` alone.
    """

    gazetteer: Gazetteer
    countries: Countries
    typos: Mapping[tuple[str, str, str], tuple[str, str, str]]
    misspelt: MisspeltCities | None = None

    def match(self, city: str, country: str, state: str = "") -> Candidates:
        """Candidates for the texts of one record."""
        code = self.countries.code(country)
        if not city:
            return self._city_state(code)
        if code is None:
            return Candidates((), "none", "no country" if not country else "unknown country")
        found = self._by_names(city, code, state)
        if not found.cities:
            found = self._known_misspelling(city, state, code)
        if not found.cities and (bare := self._bare(city, code)) is not None:
            name, own_state = bare
            found = self._by_names(name, code, state or own_state)
        return found

    def _bare(self, city: str, code: str) -> tuple[str, str] | None:
        """The name and state in `Beijing 100084`, `Austin, TX 78701`, `Paris, France`; else None."""
        name, *others = (without_digits(part) for part in city.split(","))
        state = ""
        for part in filter(None, others):
            if code == "US" and state_code(part) in US_STATES.values():
                state = state_code(part)
            elif self.countries.code(part) != code:
                return None
        return None if not name or name == city else (name, state)

    def match_misspelt(self, city: str, country: str, state: str = "") -> Candidates:
        """The city that a name in no list most likely means, where that is sure enough."""
        code = self.countries.code(country)
        meant = self.misspelt.meant(city, code, state) if self.misspelt is not None and code else None
        if meant is None:
            return Candidates((), "none", "not found")
        cities = tuple(self.gazetteer.cities_at(meant.ids))
        return Candidates(cities, "similar name", confidence=meant.confidence)

    def match_one_of(self, city: str, countries: Sequence[str], states: Sequence[str] | None) -> Candidates:
        """Candidates in any of some countries; where states are known, in one of these."""
        found = [self.match(city, country) for country in countries]
        cities = {
            own.id: own
            for candidates in found
            for own in candidates.cities
            if states is None or any(_is_in(own, state) for state in states) or not _tells_state(own)
        }
        if not cities:
            return Candidates((), "none", "not found" if any(countries) else "no country")
        level = next(own.level for own in found if any(city.id in cities for city in own.cities))
        return Candidates(tuple(sorted(cities.values(), key=lambda own: own.rank)), level)

    def _city_state(self, code: str | None) -> Candidates:
        identity = CITY_STATES.get(code or "", "")
        if identity in self.gazetteer.cities:
            return Candidates((self.gazetteer.cities[identity],), "city-state")
        return Candidates((), "none", "no city")

    def _by_names(self, city: str, country: str, state: str) -> Candidates:
        folded = fold_name(city)
        gazetteer = self.gazetteer
        steps: tuple[tuple[Level, Callable[[], tuple[str, ...]]], ...] = (
            ("exact", lambda: gazetteer.by_name.get((country, city), ())),
            ("folded", lambda: gazetteer.by_folded.get((country, folded), ())),
            ("alias", lambda: gazetteer.ids_by_alias(country, folded)),
            ("transliterated", lambda: self._without_umlauts(country, folded)),
        )
        for level, ids in steps:
            cities = _in_state(gazetteer.cities_at(ids()), country, state)
            if cities:
                return Candidates(tuple(cities), level)
        return Candidates((), "none", "not found")

    def _without_umlauts(self, country: str, folded: str) -> tuple[str, ...]:
        for written, letter in _UMLAUTS:
            folded = folded.replace(written, letter)
        ids = self.gazetteer.ids(country, folded)
        cities = self.gazetteer.cities
        return tuple(identity for identity in ids if any(mark in cities[identity].name for mark in "äöüÄÖÜ"))

    def _known_misspelling(self, city: str, state: str, code: str) -> Candidates:
        meant = self.typos.get((fold_name(city), state_code(state), code))
        if meant is None:
            return Candidates((), "none", "not found")
        right = self._by_names(meant[0], meant[2], meant[1])
        return Candidates(right.cities, "typo" if right.cities else "none", right.cause)

    def near(self, places: Sequence[tuple[str, str]], most: int = 3) -> list[tuple[str, ...]]:
        """For each city and country, labels of the places in that country with the most similar names."""
        by_country: dict[str, dict[str, tuple[str, ...]]] = {}
        keys = [(self.countries.code(country) or "", fold_name(city)) for city, country in places]
        for code, folded in keys:
            by_country.setdefault(code, {})[folded] = ()
        for code, names in by_country.items():
            similar = SimilarNames(self.gazetteer.folded_names.get(code, ()))
            for folded, found in zip(names, similar.nearest(list(names), most), strict=True):
                cities = [self.gazetteer.cities_at(self.gazetteer.ids(code, name))[0] for name in found]
                names[folded] = tuple(dict.fromkeys(f"{city.label} ({city.id})" for city in cities))
        return [by_country[code][folded] for code, folded in keys]


def _tells_state(city: City) -> bool:
    """Whether a city's state can be compared: outside the USA gazetteers have other codes than records."""
    return city.country == "US" or bool(city.state_name)


def _is_in(city: City, state: str) -> bool:
    """Whether a city is in the state of this code or name."""
    if not state:
        return False
    return city.state == state_code(state) or bool(
        city.state_name and fold_name(city.state_name) == fold_name(state)
    )


def _in_state(cities: list[City], country: str, state: str) -> list[City]:
    """The cities in a state. Outside the USA gazetteers have other codes than records."""
    if not state:
        return cities
    found = [city for city in cities if _is_in(city, state)]
    return found if found or country == "US" else cities
