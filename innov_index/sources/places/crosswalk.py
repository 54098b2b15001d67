"""Decisions by a person on what places are: rows of a crosswalk, and aliases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import numpy as np

from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.folding import fold_name
from innov_index.intake.table import Table
from innov_index.sources.places.geometry import valid_point
from innov_index.sources.places.names import state_code
from innov_index.sources.places.place_matching import PlaceMatcher

NOWHERE = "-"
"""In the unit column of a crosswalk: in none of the units."""

_Key: TypeAlias = tuple[str, ...]
_TEXTS = ("city", "country", "state", "institution", "geonameid", "unit")


@frozen
class Decision:
    """What a person says that a place is: a city, a unit, or a point."""

    city: str = ""
    unit: str = ""
    latitude: float = float("nan")
    longitude: float = float("nan")

    @property
    def is_made(self) -> bool:
        """Whether the row states one; review files also have rows that are still open."""
        return bool(self.city or self.unit) or valid_point(self.latitude, self.longitude)


class Crosswalk:
    """Decisions by what records state.

    Parameters
    ----------
    country_code
        The two letters of a country, however it is written.
    """

    def __init__(self, country_code: Callable[[str], str | None]) -> None:
        self._code = country_code
        self._decisions: dict[_Key, Decision] = {}

    def add_table(self, table: Table) -> None:
        """Add the rows of a crosswalk; of several about one place the first counts."""
        for cell, decision in _rows(table):
            if not decision.is_made:
                continue
            if cell["institution"]:
                key: _Key = ("institution", fold_name(cell["institution"]))
            else:
                state = state_code(cell["state"])
                code = self._code(cell["country"]) if cell["country"] else None
                key = ("written", cell["city"], code or cell["country"], *([state] if state else []))
            self._decisions.setdefault(key, decision)

    def add_alias(self, written: str, meant: str, matcher: PlaceMatcher) -> None:
        """Add another name of a city: "Stanford, United States" is "Palo Alto, United States"."""
        city, _, country = written.rpartition(", ") if ", " in written else (written, "", "")
        code = self._code(country) if country else None
        key = ("folded", fold_name(city), code or fold_name(country))
        if not meant.isdigit():
            name, _, of = meant.rpartition(", ") if ", " in meant else (meant, "", country)
            found = matcher.match(name, of)
            if not found.cities:
                raise DataError(f"places.aliases: '{meant}' is not in the gazetteer (alias of '{written}')")
            meant = found.cities[0].id
        self._decisions[key] = Decision(city=meant)

    def find(self, texts: Mapping[str, str]) -> Decision | None:
        """The decision on what a record states: its institution first, then its city."""
        if not self._decisions:
            return None
        if institution := texts.get("institution"):
            decision = self._decisions.get(("institution", fold_name(institution)))
            if decision is not None:
                return decision
        city, country = texts.get("city"), texts.get("country", "")
        keys = _keys(city, country, state_code(texts.get("state", "")), self._code(country)) if city else ()
        return next((self._decisions[key] for key in keys if key in self._decisions), None)


def _rows(table: Table) -> Iterator[tuple[dict[str, str], Decision]]:
    texts = {name: table.text(name) if name in table.columns else ("",) * table.rows for name in _TEXTS}
    points = np.full((table.rows, 2), np.nan)
    if {"latitude", "longitude"} <= set(table.columns):
        points = table.numbers(["latitude", "longitude"])
    for row, point in enumerate(points.tolist()):
        cell = {name: column[row] for name, column in texts.items()}
        yield cell, Decision(cell["geonameid"], cell["unit"], *point)


def _keys(city: str, country: str, state: str, code: str | None) -> tuple[_Key, ...]:
    """Keys of a city, in order: as written with its state, as written, folded (for aliases)."""
    written: _Key = ("written", city, code or country)
    folded: _Key = ("folded", fold_name(city), code or fold_name(country))
    return ((*written, state), written, folded) if state else (written, folded)
