"""From the texts that describe the place of a record to its unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from innov_index.errors import DataError
from innov_index.intake.countries.register import register
from innov_index.intake.folding import fold_name
from innov_index.intake.reading import read_table
from innov_index.intake.records.parsing import number
from innov_index.intake.records.text_columns import SEVERAL, Texts, combine
from innov_index.model.arrays import Ints
from innov_index.model.result import Gravity, Remark
from innov_index.sources.places.addresses import Address, addresses_of, names_institution
from innov_index.sources.places.crosswalk import NOWHERE, Crosswalk, Decision
from innov_index.sources.places.gazetteer import City, Gazetteer, gazetteer_of
from innov_index.sources.places.geometry import Hubs, Polygons, valid_point
from innov_index.sources.places.misspelt_cities import MisspeltCities
from innov_index.sources.places.names import Countries, NameRules
from innov_index.sources.places.nearest_city import NearestCities
from innov_index.sources.places.own_cities import OwnCities
from innov_index.sources.places.place_matching import Candidates, PlaceMatcher
from innov_index.sources.places.place_options import Places
from innov_index.sources.record_account import (
    LISTED_COUNTRIES,
    LISTED_STATES,
    OUTSIDE,
    ROLES,
    SIMILAR_NAME,
    Placement,
)
from innov_index.wording import listed

NAMES = ("city", "state", "country", "institution", "address")
"""Roles of the columns that name a place."""

MOST_PARTS = 3
"""Parts of an address among which its city is sought, from the right: a province may follow the city."""

COORDINATES = ("latitude", "longitude")

CITY_NODE = "city "
"""Prefix of the node of a place outside all units."""

NOT_FOUND = "not found"
"""Why a record has no place whose city is in no list."""

CODE_LETTERS = 2

DOMINANCE = 10.0
"""How many times the people of any other place of its name make a place the one that is meant."""


class Placer:
    """Assigns records to units; each distinct combination of texts is decided once.

    Cheap to send to other processes: only its options are sent, the tables are read there.
    """

    def __init__(self, places: Places, folder: Path) -> None:
        self.places = places
        self.folder = folder
        self._known: dict[tuple[str, ...], dict[tuple[str, ...], Placement]] = {}
        self._cities_near: dict[str | None, NearestCities] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Placer, (self.places, self.folder)

    def place(self, columns: Mapping[str, Texts]) -> tuple[Ints, list[tuple[str, ...]], list[Placement]]:
        """The position of each row's combination of texts, the combinations, and the outcome of each.

        Parameters
        ----------
        columns : mapping of a role (see `ROLES`) to a column
        """
        roles = tuple(role for role in ROLES if role in columns)
        codes, combinations = combine([columns[role] for role in roles])
        if "institution" in roles and self._names is not None:
            self._names.read(columns["institution"].values)
        known = self._known.setdefault(roles, {})
        found = [known.get(texts) or self._outcome(roles, texts) for texts in combinations]
        return codes, combinations, found

    def names_of(self, units: Collection[str]) -> dict[str, str]:
        """Names of the units that are cities or countries of the gazetteer, two of one name with the country.

        Units of other kinds have the codes that a person gave them.
        """
        if not self.places.name_cities or self.places.units == "as written":
            return {}
        placed = [unit for unit in units if not self._areas or unit.startswith(CITY_NODE)]
        if self.places.units == "country":
            known = {code: name for code, _, name in self.gazetteer.country_names}
            return {unit: known[unit] for unit in placed if unit in known}
        cities = {unit: city for unit in placed if (city := self._city_of(unit)) is not None}
        number = Counter(city.name for city in cities.values())
        return {unit: city.name if number[city.name] == 1 else city.label for unit, city in cities.items()}

    def uses_coordinates(self, roles: Sequence[str]) -> bool:
        """Whether coordinates become units: by hubs, polygons or the nearest city.

        Raises
        ------
        DataError
            They do not, and coordinates are all that the records state.
        """
        places = self.places
        if places.hubs is not None or places.polygons is not None or places.nearest_km is not None:
            return True
        if set(roles) <= set(COORDINATES):
            raise DataError(
                f"{listed(roles)} become units by `hubs`, `polygons` or `nearest_km`, and `places` has "
                "none of them; by the nearest city of a gazetteer within 25 km, for example: "
                f"places: {{gazetteer: {places.gazetteer or 'FOLDER'}, units: city, nearest_km: 25}}"
            )
        return False

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is to be told of how places are found, whatever the records."""
        if self.places.fuzzy is None or (self.places.name_cities and self.gazetteer.further_names):
            return ()
        text = (
            "places.fuzzy: the gazetteer has no table further_names, so a town that it does not list may be "
            "taken for a city with a similar name"
        )
        return (Remark(text, Gravity.CHOICE),)

    def _outcome(self, roles: tuple[str, ...], texts: tuple[str, ...]) -> Placement:
        placement = self._known[roles][texts] = self.decide(dict(zip(roles, texts, strict=True)))
        return placement

    def decide(self, texts: Mapping[str, str]) -> Placement:
        """The outcome for one record's texts by role."""
        placed = self._literally(texts)
        if self.places.fuzzy is None or placed.cause != NOT_FOUND or texts.get(LISTED_COUNTRIES):
            return placed
        return self._misspelt(texts) or placed

    def _misspelt(self, texts: Mapping[str, str]) -> Placement | None:
        """The outcome for the likeliest city of a misspelt name, if there is one."""
        stated = {role: texts.get(role, "") for role in ("city", "state", "country")}
        where = [(stated["city"], stated["state"], stated["country"])]
        if "address" in texts and not stated["city"]:
            readings = self._readings(texts)
            where = [
                (city, stated["state"] or address.state, stated["country"] or address.country)
                for address in (readings if len(readings) == 1 else ())
                for city in address.cities[:MOST_PARTS]
                if not names_institution(city)
            ]
        for city, state, country in where:
            found = self.matcher.match_misspelt(city, country, state)
            if found.cities:
                return self._of_cities(found, found.level)
        return None

    def _literally(self, texts: Mapping[str, str]) -> Placement:
        """The outcome by the names as they are written."""
        if "address" in texts and self.places.units != "as written":
            return self._from_address(texts)
        if texts.get(LISTED_COUNTRIES) and texts.get("city") and self.places.units in (None, "city"):
            return self._from_lists(texts)
        if texts.get("unit"):
            is_country = self.places.unit_names is not None
            return stated_country(texts["unit"]) if is_country else Placement(texts["unit"], "stated")
        decision = self._crosswalk.find(texts)
        if decision is not None:
            return self._from_crosswalk(decision, texts)
        if texts.get("institution") and self._names is not None:
            unit, held = self._names.unit_of(texts["institution"], self._country(texts))
            if held or "city" not in texts:
                return Placement(unit, "name") if unit else Placement(None, "name", OUTSIDE)
        if self.places.units == "as written":
            return self._as_written(texts)
        if "latitude" in texts and (self._areas or self.places.nearest_km is not None):
            return self._from_coordinates(texts)
        return self._from_city(texts)

    def _from_address(self, texts: Mapping[str, str]) -> Placement:
        """The outcome by the part of an address that is a known city, from the right."""
        readings = self._readings(texts)
        if len(readings) != 1:
            return Placement(None, "none", "a state or a country" if readings else NOT_FOUND)
        address = readings[0]
        others = {role: text for role, text in texts.items() if role != "address"}
        others = {"country": address.country, "state": address.state} | {
            role: text for role, text in others.items() if text
        }
        if others.get("city") or others.get("unit") or self.places.units == "country" or not address.cities:
            return self._literally(others)
        outcomes = [self._literally({**others, "city": city}) for city in address.cities[:MOST_PARTS]]
        return next((found for found in outcomes if found.cause in ("", OUTSIDE, "ambiguous")), outcomes[0])

    def _readings(self, texts: Mapping[str, str]) -> Sequence[Address]:
        """What an address may be: where it ends in the code of a state and a country, with a known city."""
        found = addresses_of(texts["address"], self._countries)
        if len(found) == 1:
            return found
        if country := self._country(texts):
            return [own for own in found if self.country_code(own.country) == country] or found[-1:]
        if not self.places.name_cities:
            return found
        known = [own for own in found if self._has_city(own)]
        # a code alone says nothing, a country's name does where no city of the state is known
        is_named = len(found[-1].country) > CODE_LETTERS
        return known or (found[-1:] if is_named else known)

    def _has_city(self, address: Address) -> bool:
        return any(
            self.matcher.match(city, address.country, address.state).cities
            for city in address.cities[:MOST_PARTS]
        )

    def _from_lists(self, texts: Mapping[str, str]) -> Placement:
        """The outcome for a city of one of several countries."""
        countries = texts[LISTED_COUNTRIES].split(SEVERAL)
        for country in countries:
            decision = self._crosswalk.find({"city": texts["city"], "country": country})
            if decision is not None:
                return self._from_crosswalk(decision, {"country": country})
        states = texts[LISTED_STATES].split(SEVERAL) if LISTED_STATES in texts else None
        found = self.matcher.match_one_of(texts["city"], countries, states)
        return self._of_cities(found, found.level) if found.cities else Placement(None, "none", found.cause)

    def _as_written(self, texts: Mapping[str, str]) -> Placement:
        roles = [role for role in NAMES if role in texts]
        if not roles or not texts[roles[0]]:
            return Placement(None, "none", f"no {roles[0] if roles else 'unit'}")
        return Placement("|".join(texts[role] for role in roles), "as written")

    def _from_crosswalk(self, decision: Decision, texts: Mapping[str, str]) -> Placement:
        if decision.unit:
            nowhere = decision.unit == NOWHERE
            return Placement(None, "crosswalk", OUTSIDE) if nowhere else Placement(decision.unit, "crosswalk")
        if decision.city:
            return self._of_cities(Candidates((self._city(decision.city),), "exact"), "crosswalk")
        return self._at(decision.latitude, decision.longitude, self._country(texts), "crosswalk")

    def _from_coordinates(self, texts: Mapping[str, str]) -> Placement:
        written = texts["latitude"], texts.get("longitude", "")
        if any(written):
            latitude, longitude = map(number, written)
            if valid_point(latitude, longitude):
                country = self._country(texts)
                placed = self._at(latitude, longitude, country, "coordinates")
                if country is not None and self._is_elsewhere(country, placed.unit, latitude, longitude):
                    placed = replace(placed, contradicts=True)
                return placed
            bad = (
                "no coordinates"
                if latitude != latitude or longitude != longitude
                else "coordinates out of range"
            )
        else:
            bad = "no coordinates"
        if not texts.get("city"):
            return Placement(None, "none", bad)
        return self._from_city(texts)

    def _from_city(self, texts: Mapping[str, str]) -> Placement:
        if not any(role in texts for role in NAMES):
            return Placement(None, "none", "no unit")
        if self.places.units == "country":
            code = self._country(texts)
            unknown = "unknown country" if texts.get("country") else "no country"
            return Placement(code, "country") if code else Placement(None, "none", unknown)
        city = texts.get("city", "")
        if not city and not (self.places.city_states and "country" in texts):
            return Placement(None, "none", "no city")
        found = self.matcher.match(city, texts.get("country", ""), texts.get("state", ""))
        if not found.cities:
            return Placement(None, "none", found.cause)
        return self._of_cities(found, found.level)

    def _of_cities(self, found: Candidates, level: str) -> Placement:
        """The common unit of all candidates, or that of the most populous one where `ambiguous` says so."""
        units = [self._unit_of(city) for city in found.cities]
        several = len(set(units)) > 1
        candidates = tuple(f"{city.label} ({city.id})" for city in found.cities) if several else ()
        if several and not self._is_decided(found.cities, units):
            return Placement(None, level, "ambiguous", candidates=candidates)
        first = found.cities[0]
        sure = f"{first.label} ({first.id}), confidence {found.confidence:.2f}"
        taken_for = sure if found.level == SIMILAR_NAME else ""
        cause = OUTSIDE if units[0] is None else ""
        return Placement(units[0], level, cause, first.id, candidates, taken_for)

    def _is_decided(self, cities: Sequence[City], units: Sequence[str | None]) -> bool:
        """Whether the most populous of several cities may be taken for all of them."""
        if self.places.ambiguous != "dominant":
            return self.places.ambiguous == "largest"
        others = [city.population for city, unit in zip(cities, units, strict=True) if unit != units[0]]
        dominance = DOMINANCE if self.places.dominance is None else self.places.dominance
        return cities[0].population >= dominance * max(*others, 1)

    def _unit_of(self, city: City) -> str | None:
        for area in self._areas:
            unit = area.unit_at(city.latitude, city.longitude, city.country)
            if unit is not None:
                return unit
        if not self._areas:
            return city.country if self.places.units == "country" else city.id
        return f"{CITY_NODE}{city.id}" if self.places.outside == "city" else None

    def _at(self, latitude: float, longitude: float, country: str | None, level: str) -> Placement:
        for area in self._areas:
            unit = area.unit_at(latitude, longitude, country)
            if unit is not None:
                return Placement(unit, level)
        within = self.places.nearest_km
        city = None if within is None else self._nearest(country or None).within(latitude, longitude, within)
        if city is None:
            return Placement(None, level, OUTSIDE)
        return Placement(self._unit_of(city), level, "", city.id)

    def _nearest(self, country: str | None) -> NearestCities:
        """The cities of a country, or all."""
        if country not in self._cities_near:
            cities = self.gazetteer.cities.values()
            own = [city for city in cities if country in (None, city.country)]
            self._cities_near[country] = NearestCities(own)
        return self._cities_near[country]

    def _is_elsewhere(self, country: str, unit: str | None, latitude: float, longitude: float) -> bool:
        """Whether coordinates are not in a country: in a unit of another one, or far from its cities."""
        for area in self._areas:
            own = area.country_of(unit) if unit is not None and isinstance(area, Hubs) else ""
            if own:
                return self.country_code(own) not in (country, None)
        return self.places.name_cities and self.gazetteer.is_elsewhere(country, latitude, longitude)

    def _country(self, texts: Mapping[str, str]) -> str | None:
        return self.country_code(texts.get("country", ""))

    def country_code(self, text: str) -> str | None:
        """The two letters of a country, however it is written; None if the text names none."""
        return self._countries.code(text)

    def _city(self, identity: str) -> City:
        try:
            return self.gazetteer.cities[identity]
        except KeyError:
            raise DataError(
                f"the crosswalk refers to place {identity}, which is not in the gazetteer"
            ) from None

    @cached_property
    def _crosswalk(self) -> Crosswalk:
        found = Crosswalk(self.country_code)
        if self.places.crosswalk is not None:
            found.add_table(read_table(self.folder / self.places.crosswalk))
        for written, meant in (self.places.aliases or {}).items():
            found.add_alias(written, meant, self.matcher)
        return found

    @cached_property
    def gazetteer(self) -> Gazetteer:
        own = self.places.cities
        if own is not None:
            named = self.places.gazetteer
            others = None if named is None else gazetteer_of(self.folder / named)
            return OwnCities(self.folder / own, others)
        if self.places.gazetteer is None:
            raise DataError(
                "matching names of cities and countries needs a gazetteer: places: {gazetteer: FOLDER}, "
                "such as the project's data/gazetteer, or "
                "a list of them: places: {cities: FILE}"
            )
        return gazetteer_of(self.folder / self.places.gazetteer)

    @cached_property
    def _countries(self) -> Countries:
        names = self.gazetteer.country_names if self.places.name_cities else ()
        return Countries(names, self.places.countries)

    @cached_property
    def _names(self) -> NameRules | None:
        return (
            NameRules.from_table(read_table(self.folder / self.places.names)) if self.places.names else None
        )

    @cached_property
    def _areas(self) -> tuple[Hubs | Polygons, ...]:
        areas: list[Hubs | Polygons] = []
        if self.places.polygons is not None:
            polygons = self.places.polygons
            areas.append(Polygons.from_file(self.folder / polygons.file, polygons.unit))
        if self.places.hubs is not None:
            hubs = self.places.hubs
            table = read_table(self.folder / hubs.file)
            areas.append(Hubs.from_table(table, hubs.unit, hubs.radius_km, hubs.same_country))
        return tuple(areas)

    @cached_property
    def matcher(self) -> PlaceMatcher:
        fuzzy = self.places.fuzzy
        misspelt = None if fuzzy is None else MisspeltCities(self.gazetteer, fuzzy)
        return PlaceMatcher(self.gazetteer, self._countries, self._typos(), misspelt)

    def _typos(self) -> dict[tuple[str, str, str], tuple[str, str, str]]:
        if self.places.typos is None:
            return {}
        table = read_table(self.folder / self.places.typos)
        names = ("city_written", "state_written", "country_written", "city", "state", "country")
        table.require(names, "known misspellings")
        rows = zip(*(table.text(name) for name in names), strict=True)
        return {(fold_name(row[0]), row[1], row[2]): (row[3], row[4], row[5]) for row in rows}

    def near(self, unplaced: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
        """For each of some unplaced records, places with names similar to what it states."""
        if not self.places.name_cities or self.places.units == "as written":
            return [()] * len(unplaced)
        asked = [(texts["city"], texts.get("country", "")) for texts in unplaced if texts.get("city")]
        found = iter(self.matcher.near(asked))
        return [next(found) if texts.get("city") else () for texts in unplaced]

    def country_of(self, unit: str) -> str | None:
        """The country of a unit that is a city of the gazetteer."""
        city = self._city_of(unit)
        return None if city is None else city.country

    def city_name(self, unit: str) -> str | None:
        """The name of a unit that is a city of the gazetteer."""
        city = self._city_of(unit)
        return None if city is None else city.name

    def _city_of(self, unit: str) -> City | None:
        if not self.places.name_cities:
            return None
        return self.gazetteer.cities.get(unit.removeprefix(CITY_NODE))

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that placing reads."""
        own = [self.folder / file for file in self.places.files]
        gazetteer = () if self.places.gazetteer is None else self.gazetteer.files
        return (*own, *gazetteer)


def stated_country(text: str) -> Placement:
    """The country that a record states as its unit; a text that is none is a unit by itself."""
    countries = register()
    match = countries.match(text)
    if match is None:
        aggregate = countries.aggregate(text)
        return Placement(text, "stated") if aggregate is None else Placement(None, AGGREGATE, OUTSIDE)
    iso3 = match.area.iso3
    if text == iso3:
        return Placement(iso3, "stated")
    source = match.sources[0] if match.literal else f"'{match.alias}', {match.sources[0]}"
    said = Remark(f"'{text}' is taken for {iso3} ({source})", kind="names taken for units")
    return Placement(iso3, "name of a country", said=said)


AGGREGATE = "name of several countries"
"""How the place of a record was found that is about an aggregate."""
