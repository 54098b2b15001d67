"""Options for places in a config."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le

from innov_index.intake.options import options


@options
class HubsOption:
    """Units as circles: a point belongs to the nearest centre whose radius it is within.

    Attributes
    ----------
    file
        table with a column of units, latitude, longitude, and radius_km unless given here
    unit
        column with the code of the unit
    radius_km
        one radius for all centres
    same_country
        a centre takes only points of its own country (column `country`)
    """

    file: str
    unit: str = "metro"
    radius_km: Annotated[float, Gt(0)] | None = None
    same_country: bool = False


@options
class PolygonsOption:
    """Units as areas of a GeoJSON file.

    Attributes
    ----------
    file
        a FeatureCollection of Polygon and MultiPolygon
    unit
        property with the code of the unit
    """

    file: str
    unit: str = "unit"


@options
class Places:
    """How the place of a record becomes a unit.

    Attributes
    ----------
    gazetteer
        folder with cities, aliases and countries
    cities
        table of cities of one's own: city, country, and if needed state, unit, aliases (separated by |),
        latitude, longitude; alone, or beside a gazetteer that lacks them
    crosswalk
        table of decisions by a person: city, country[, state] exactly as in the records, and geonameid, unit
        (`-`: in none) or latitude and longitude; or institution and unit. It takes precedence over all else
    aliases
        other names, regardless of accents and case: {`Stanford, United States`: `Palo Alto, United States`}
    countries
        names of countries that the gazetteer lacks, with their codes of two letters
    typos
        table of known misspellings: city_written, state_written, country_written, city, state, country
    fuzzy
        a misspelt city is taken for the likeliest one of its country where that is at least so sure (0 to 1),
        and listed by `--review`; at 0.85, four of a thousand taken are wrong, as measured. Not by default
    names
        table of rules on names of institutions: unit, country, pattern (a regular expression)
    hubs
        units as circles
    polygons
        units as areas
    units
        units in the absence of hubs and polygons: the city (its id), the country (its two letters), or the
        place as written in the record
    nearest_km
        coordinates belong to the nearest city of the gazetteer, or to its country, within so many kilometres;
        of a country that the record states, to its cities alone; without hubs and polygons
    unit_names
        the units that records state are countries, by any code or name in the register of countries, and
        aggregates such as the World are in no unit; as `units.names` says, by default
    outside
        a city outside all hubs and polygons belongs to no unit (nowhere) or is a node of its own (`city ID`)
    city_states
        place records without a city, but with a city-state as country, in that city
    ambiguous
        a name of several places in different units: left for a person to decide (ask), the most populous
        one (largest), or that if it has `dominance` times the people of each other one (dominant)
    dominance
        how many times as many people the most populous place must have; 10 by default
    min_placed
        smallest share of records with a known place; below it the run fails
    """

    gazetteer: str | None = None
    cities: str | None = None
    crosswalk: str | None = None
    aliases: dict[str, str] | None = None
    countries: dict[str, str] | None = None
    typos: str | None = None
    fuzzy: Annotated[float, Gt(0), Le(1)] | None = None
    names: str | None = None
    hubs: HubsOption | None = None
    polygons: PolygonsOption | None = None
    units: Literal["city", "country", "as written"] | None = None
    nearest_km: Annotated[float, Gt(0)] | None = None
    unit_names: Literal["countries"] | None = None
    outside: Literal["nowhere", "city"] = "nowhere"
    city_states: bool = True
    ambiguous: Literal["ask", "largest", "dominant"] = "ask"
    dominance: Annotated[float, Ge(1)] | None = None
    min_placed: Annotated[float, Ge(0), Le(1)] | None = None

    def __post_init__(self) -> None:
        if self.dominance is not None and self.ambiguous != "dominant":
            raise ValueError("`ambiguous: dominant` beside `dominance`")
        if self.nearest_km is not None:
            if self.hubs is not None or self.polygons is not None or self.units == "as written":
                raise ValueError("cities or countries as units beside `nearest_km`, not areas or texts")
            if not self.name_cities:
                raise ValueError("`gazetteer` or `cities` beside `nearest_km`")

    @property
    def name_cities(self) -> bool:
        """Whether names of cities are known."""
        return self.gazetteer is not None or self.cities is not None

    @property
    def files(self) -> tuple[str, ...]:
        """Files named here, apart from the gazetteer."""
        named = [self.cities, self.crosswalk, self.typos, self.names]
        named += [block.file for block in (self.hubs, self.polygons) if block is not None]
        return tuple(file for file in named if file is not None)
