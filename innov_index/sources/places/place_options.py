"""What a config says of places."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le

from innov_index.intake.options import options


@options
class HubsOption:
    """Units as circles: a point belongs to the nearest centre within whose radius it lies.

    Attributes
    ----------
    file
        table with the unit's column, latitude, longitude, and radius_km unless given here
    unit
        column with the unit's code
    radius_km
        one radius for all centres
    same_country
        only points of the centre's own country count (column `country`)
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
        property with the unit's code
    """

    file: str
    unit: str = "unit"


@options
class Places:
    """How a record's place becomes a unit.

    Attributes
    ----------
    gazetteer
        folder with cities, aliases and countries
    crosswalk
        table of what a person settled: city, country[, state] just as records write them, and geonameid, unit
        (`-`: in none) or latitude and longitude; or institution and unit. It always wins
    aliases
        other names, however they are accented: `Stanford, United States` is `Palo Alto, United States`
    countries
        names of countries that the gazetteer does not know, with their two letters
    typos
        table of known misspellings: city_written, state_written, country_written, city, state, country
    names
        table of regular expressions on names of institutions: unit, country, pattern
    hubs
        units as circles
    polygons
        units as areas
    units
        what a unit is where there are neither hubs nor polygons: the city (its id), the country (its two
        letters), or what the record itself writes
    outside
        a city outside all hubs and polygons: nowhere, or a node of its own (`city ID`)
    city_states
        a record without a city, of a country that is one, lies there
    ambiguous
        a name of several places in different units: left for a person to settle, or the most populous place
    min_placed
        the run fails where a smaller share of the records has a known place
    """

    gazetteer: str | None = None
    crosswalk: str | None = None
    aliases: dict[str, str] | None = None
    countries: dict[str, str] | None = None
    typos: str | None = None
    names: str | None = None
    hubs: HubsOption | None = None
    polygons: PolygonsOption | None = None
    units: Literal["city", "country", "as written"] | None = None
    outside: Literal["nowhere", "city"] = "nowhere"
    city_states: bool = True
    ambiguous: Literal["ask", "largest"] = "ask"
    min_placed: Annotated[float, Ge(0), Le(1)] | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """Files named here, the gazetteer's folder aside."""
        named = [self.crosswalk, self.typos, self.names]
        named += [block.file for block in (self.hubs, self.polygons) if block is not None]
        return tuple(file for file in named if file is not None)
