"""Coordinates → the nearest city or its country."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.errors import ConfigError
from innov_index.index import load
from innov_index.sources.places.gazetteer import City
from innov_index.sources.places.geometry import haversine_km
from innov_index.sources.places.nearest_city import NearestCities
from innov_index.sources.places.placing import Placer
from tests.sources.deriving import GAZETTEER, places, write_csv

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(st.lists(points, min_size=1, max_size=12), points, st.floats(0.1, 25_000))
def test_it_is_the_nearest_by_great_circle(cities, point, within):
    """Against the distances to all of them."""
    known = [City(str(at), "", "XX", "", *city, 0) for at, city in enumerate(cities)]
    distances = haversine_km(*point, *np.array(cities).T)
    found = NearestCities(known).within(*point, within)
    nearest = float(distances.min())
    if found is None:
        assert nearest >= within * (1 - 1e-6) - 1e-3
    else:
        assert distances[int(found.id)] <= min(nearest, within) * (1 + 1e-6) + 1e-3


def test_no_cities() -> None:
    assert NearestCities([]).within(1.0, 2.0, 100) is None


@pytest.mark.parametrize(
    ("texts", "stated", "unit"),
    [
        ({"latitude": "48.85", "longitude": "2.35"}, {"units": "city"}, "2988507"),  # Paris
        ({"latitude": "48.85", "longitude": "2.35"}, {}, "2988507"),
        ({"latitude": "48.85", "longitude": "2.35"}, {"units": "country"}, "FR"),
        ({"latitude": "0", "longitude": "-30"}, {"units": "country"}, None),  # at sea
        ({"latitude": "32.5", "longitude": "-117.0"}, {"units": "country"}, "MX"),
        ({"latitude": "32.5", "longitude": "-117.0", "country": "US"}, {"units": "country"}, "US"),
    ],
)
def test_coordinates_become_cities_and_countries(texts, stated, unit) -> None:
    """Tijuana is across the border from San Diego: a country that is stated decides."""
    placer = Placer(places(gazetteer=GAZETTEER, nearest_km=25, **stated), Path())
    assert placer.decide(texts).unit == unit


def test_units_of_the_gazetteer_have_names() -> None:
    """Springfield is the name of several: these have their states."""
    placer = Placer(places(gazetteer=GAZETTEER, units="city"), Path())
    springfields = {id: city for id, city in placer.gazetteer.cities.items() if city.name == "Springfield"}
    names = placer.names_of(["2988507", "none", *list(springfields)[:2]])
    assert names.pop("2988507") == "Paris"
    assert all(name.startswith("Springfield, ") for name in names.values())
    assert len(set(names.values())) == 2
    assert Placer(places(gazetteer=GAZETTEER), Path()).names_of(["2988507"]) == {"2988507": "Paris"}
    assert Placer(places(gazetteer=GAZETTEER, units="country"), Path()).names_of(["FR"]) == {"FR": "France"}
    assert Placer(places(units="as written"), Path()).names_of(["FR"]) == {}


@pytest.mark.parametrize("stated", [{"units": "as written", "gazetteer": GAZETTEER}, {}])
def test_it_needs_cities(stated) -> None:
    with pytest.raises(ConfigError, match="beside `nearest_km`"):
        places(nearest_km=10, **stated)


def test_units_of_a_person_keep_their_codes(tmp_path: Path) -> None:
    """Outside hubs cities are nodes of their own, `city ID`; a hub may be called like a number of a city."""
    write_csv(tmp_path / "hubs.csv", ("metro", "latitude", "longitude"), [("2988507", 0, 0)])
    hubs = {"file": "hubs.csv", "radius_km": 10}
    placer = Placer(places(gazetteer=GAZETTEER, hubs=hubs, outside="city"), tmp_path)
    assert placer.names_of(["2988507", "city 2988507"]) == {"city 2988507": "Paris"}


def test_units_that_records_state_are_named_as_they_are(tmp_path: Path) -> None:
    """A code of a region may be the number of a city."""
    (tmp_path / "list.csv").write_text("region,city,country\n2988507,Paris,France\n")
    stated = "columns: {unit: region}, indicators: {n: {}}"
    (tmp_path / "index.yaml").write_text(
        f"places: {{gazetteer: {GAZETTEER}}}\nsources: [{{kind: values, file: list.csv, {stated}}}]\n"
        "index: {code: I, children: [{indicator: n}]}\n"
    )
    assert load(tmp_path / "index.yaml").read_records().names == {}
