"""Denominators from a table of their own: how they are found, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.errors import InnovIndexError
from innov_index.index import Index
from tests.indices import SMALL_CONFIG

Write = Callable[..., Path]

POPULATION = """\
iso,people,area
D,300,3
A,100,1
Z,999,9
B,200,
C,400,4
"""

PANEL = """\
unit,edition,name,region,a,b,c
A,2020,Alpha,N,1,10,5
B,2020,Beta,S,2,30,4
A,2021,Alpha,N,3,20,1
"""


def index_with(
    make_index: Write,
    table: str,
    joined: str = "{file: size.csv, id: iso, columns: [people]}",
    by: str = "{indicator: a, per: people, scale: 100}",
    **data: str,
) -> Index:
    config = SMALL_CONFIG.replace("groups: [region]", f"groups: [region], joined: [{joined}]")
    config = config.replace("index:", "normalisation: {method: none}\nindex:")
    config = config.replace("{indicator: a}", by)
    return innov_index.load(make_index(config, files={"size.csv": table}, **data))


def denominated(index: Index) -> np.ndarray:
    return index.score().steps["denominated"][..., 0]


def test_rows_are_found_by_the_units_code(make_index: Write) -> None:
    """In any order, with rows about other units; the file is part of the provenance."""
    index = index_with(make_index, POPULATION)
    np.testing.assert_array_equal(denominated(index), [[1.0, 1.0, 0.75, 5 / 3]])
    assert [file.path for file in index.provenance().data] == ["data.csv", "size.csv"]


def test_an_empty_cell_makes_the_ratio_missing(make_index: Write) -> None:
    joined = "{file: size.csv, id: iso, columns: [people, area]}"
    index = index_with(make_index, POPULATION, joined, "{indicator: a, per: area}")
    np.testing.assert_array_equal(denominated(index), [[1.0, np.nan, 0.75, 5 / 3]])


def test_it_may_change_with_the_edition(make_index: Write) -> None:
    table = "iso,edition,people\nA,2020,10\nA,2021,20\nB,2020,40\nB,2019,1\n"
    index = index_with(make_index, table, data=PANEL)
    np.testing.assert_array_equal(denominated(index), [[10.0, 5.0], [15.0, np.nan]])
    one_for_all = index_with(make_index, "iso,people\nA,10\nB,40\n", data=PANEL)
    np.testing.assert_array_equal(denominated(one_for_all), [[10.0, 5.0], [30.0, np.nan]])
    named = table.replace("edition", "year")
    joined = "{file: size.csv, id: iso, edition: year, columns: [people]}"
    np.testing.assert_array_equal(
        denominated(index_with(make_index, named, joined, data=PANEL)), denominated(index)
    )


@pytest.mark.parametrize(
    ("table", "joined", "text"),
    [
        (
            POPULATION.replace("C,400", "CC,400"),
            "{file: size.csv, id: iso, columns: [people]}",
            "size.csv: no row for unit 'C' (units.joined). Did you mean 'CC'?",
        ),
        (
            POPULATION + "A,1,1\n",
            "{file: size.csv, id: iso, columns: [people]}",
            "size.csv:7:1: a second row for the same unit; the first is in line 3",
        ),
        (
            POPULATION,
            "{file: size.csv, id: iso, columns: [poeple]}",
            "no column 'poeple' (units.joined). Did you mean 'people'?",
        ),
        (
            POPULATION,
            "{file: size.csv, columns: [people]}",
            "no column 'unit' (units.joined)",
        ),
        (
            POPULATION.replace("people", "population"),
            "{file: size.csv, id: iso, columns: [population]}",
            "column 'population' of size.csv is also in",
        ),
        (
            POPULATION,
            "{file: size.csv, id: iso, edition: year, columns: [people]}",
            "units.joined.edition is 'year', but the indicators have no editions",
        ),
        (
            POPULATION.replace("A,100", "A,many"),
            "{file: size.csv, id: iso, columns: [people]}",
            "column 'people': found 'many'",
        ),
        (
            POPULATION.replace("A,100", "A,0"),
            "{file: size.csv, id: iso, columns: [people]}",
            "denomination ratio has no result for 'a' of unit 'A' (value 1)",
        ),
        (
            POPULATION.replace("A,100", "A,-100"),
            "{file: size.csv, id: iso, columns: [people]}",
            "the denominator d is zero or negative",
        ),
        (POPULATION, "{file: size.csv, id: iso, columns: []}", "units.joined[0].columns must"),
        (
            POPULATION,
            "{file: size.csv, id: iso, colums: [people]}",
            "unknown key 'colums' in units.joined[0]",
        ),
    ],
)
def test_what_cannot_be_joined(make_index: Write, table: str, joined: str, text: str) -> None:
    with pytest.raises(InnovIndexError) as refused:
        index_with(make_index, table, joined).score()
    assert text in str(refused.value)


def test_a_unit_without_a_row_in_its_edition(make_index: Write) -> None:
    table = "iso,edition,people\nA,2020,10\nB,2020,40\n"
    with pytest.raises(InnovIndexError, match="no row for unit 'A' in edition 2021"):
        index_with(make_index, table, data=PANEL).score()
