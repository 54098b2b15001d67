"""Misspelt names of cities, taken for the likeliest city of the country where that is sure enough."""

from __future__ import annotations

from innov_index.intake.folding import fold_name
from innov_index.sources.places.gazetteer import Gazetteer
from innov_index.sources.places.names import state_code
from innov_index.sources.places.names_by_area import NamesByArea
from innov_index.sources.places.spelling_confidence import Meant, most_likely


class MisspeltCities:
    """The cities that names in no list may mean, each name judged once.

    Parameters
    ----------
    gazetteer
        Its cities, and the names of smaller places and regions, for which a name may be meant instead.
    bound
        The smallest confidence with which a name is taken for a city.
    """

    def __init__(self, gazetteer: Gazetteer, bound: float) -> None:
        self.bound = bound
        self._areas = NamesByArea(gazetteer)
        self._known: dict[tuple[str, str, str], Meant | None] = {}

    def meant(self, city: str, country: str, state: str) -> Meant | None:
        """What a name means in a country (two letters), in the USA in a state; None where that is unsure."""
        key = fold_name(city), country, state_code(state) if country == "US" else ""
        if key not in self._known:
            folded, *where = key
            found = most_likely(folded.split(), self._areas.area(*where)) if folded.isascii() else None
            self._known[key] = found if found is not None and found.confidence >= self.bound else None
        return self._known[key]
