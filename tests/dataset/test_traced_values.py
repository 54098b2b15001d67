"""Values are traced by the names that people have for units."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import innov_index
from innov_index.analysis.derive.run import trace
from innov_index.errors import DataError

Write = Callable[..., Path]

CONFIG = """
units: {file: units.csv}
sources:
  - {kind: values, file: records.csv, columns: {unit: place}, indicators: {n: {}}}
index: {code: X, children: [{indicator: n}]}
"""
TABLES = {"units.csv": "unit\nFrance\nChile\nPeru\n", "records.csv": "place\nFrance\nFRA\nChile\nNarnia\n"}
COUNTRIES = {"units: {file: units.csv}": "units: {file: units.csv, names: countries}"}
CITIES = """
places: {gazetteer: ., units: city}
sources:
  - {kind: values, file: records.csv, columns: {city: city, country: country}, indicators: {n: {}}}
index: {code: X, children: [{indicator: n}]}
"""
PLACES = {
    "cities.csv": (
        "geonameid,name,country,admin1,latitude,longitude,population\n11,Ardèn,XA,01,10,20,5\n12,Borel,XA,01,11,20,5\n"
    ),
    "aliases.csv": "geonameid,aliases\n11,arden city\n",
    "countries.csv": "country,iso3,name\nXA,XAA,Arland\n",
    "records.csv": "city,country\nArdèn,Arland\nArden City,XA\n",
}


def lines(index: innov_index.Index, unit: str) -> list[object]:
    return [row[1] for row in trace(index, unit, "n").table("records").rows]


@pytest.mark.parametrize("unit", ["France", "FRA", "FR"])
def test_countries_by_any_name(make_index: Write, unit: str) -> None:
    index = innov_index.load(make_index(CONFIG, None, files=TABLES, swap=COUNTRIES))
    assert lines(index, unit) == [2, 3]


def test_a_unit_without_records_has_none(make_index: Write) -> None:
    index = innov_index.load(make_index(CONFIG, None, files=TABLES))
    assert lines(index, "Peru") == []
    assert trace(index, "Peru", "n").remarks == ("n of Peru is 0, the sum of the shares of its records",)


def test_a_unit_of_the_records_alone(make_index: Write) -> None:
    assert lines(innov_index.load(make_index(CONFIG, None, files=TABLES)), "Narnia") == [5]


def test_what_is_no_unit_is_refused(make_index: Write) -> None:
    """It had no records."""
    index = innov_index.load(make_index(CONFIG, None, files=TABLES))
    with pytest.raises(DataError, match=r"no unit 'Frence'\. Did you mean 'France'\?"):
        trace(index, "Frence", "n")


def test_the_name_of_a_city_whose_unit_is_its_number(make_index: Write) -> None:
    index = innov_index.load(make_index(CITIES, None, files=PLACES))
    assert lines(index, "11") == [2, 3]
    with pytest.raises(DataError, match=r"no unit 'arden'\. The unit of a place of this name: 11"):
        trace(index, "arden", "n")
