"""Records with several values in a cell: a row for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat, zip_longest
from typing import Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import MinLen

from innov_index.frozen import frozen
from innov_index.intake.options import options
from innov_index.intake.records.nested_columns import order_within
from innov_index.intake.records.text_columns import SEVERAL, Texts, combine
from innov_index.model.arrays import Ints
from innov_index.sources.author_addresses import AuthorAddress, of_scopus, of_web_of_science
from innov_index.sources.record_account import LISTED_COUNTRIES, LISTED_STATES


@options
class SplitCells:
    """Cells with several values: a row for each.

    Attributes
    ----------
    columns
        columns that are split in step: the second author belongs to the second country
    by
        text between the values, such as ; or a line break; one inside brackets or double quotes does not
        separate
    none
        text of a value that stands for none; alone in a cell it says that there is none for any
    position
        column to make: 1 for the first value of a record, 2 for the second
    share
        column to make: 1 divided by the number of values of the record
    """

    columns: Annotated[list[str], MinLen(1)]
    by: Annotated[str, MinLen(1)]
    none: str | None = None
    position: str | None = None
    share: str | None = None


@options
class ListElements:
    """Which element of a nested list a row is of.

    Attributes
    ----------
    of
        path of the list: authorships[]
    position
        column to make: 1 for the first element of the list, 2 for the second
    share
        column to make: 1 divided by the number of elements
    """

    of: str
    position: str | None = None
    share: str | None = None


@options
class AuthorAddresses:
    """Cells with the authors of a document and the addresses of each, as databases of literature write them.

    Attributes
    ----------
    layout
        web of science: `[Author, A; Author, B] Univ, City, Country; …`; scopus: `Author, A., Univ, City,
        Country; …`
    authors
        column with all authors; for scopus the one with authors and their addresses
    addresses
        column with the addresses; for scopus all of them, once each, as they tell where one ends
    """

    layout: Literal["web of science", "scopus"]
    authors: str
    addresses: str


@options
class PlaceLists:
    """Cells with the cities of a record and its countries, each once: which city is where, is not said.

    A city is that of one of the countries, and of one of the states. Such records can only be counted whole.

    Attributes
    ----------
    cities
        column with the names of cities
    states
        column with the names of all their states, if there is one
    countries
        column with the names of all countries
    by
        text between the names
    """

    cities: str
    countries: str
    states: str | None = None
    by: Annotated[str, MinLen(1)]


Explode: TypeAlias = SplitCells | ListElements | AuthorAddresses | PlaceLists

AUTHOR, ADDRESS = "author", "address"
"""Columns that `AuthorAddresses` makes."""

OF_LISTS = ("city", "country", LISTED_STATES, LISTED_COUNTRIES)
"""Columns that `PlaceLists` makes."""

_LAYOUTS: Mapping[str, Callable[[str, str], list[AuthorAddress]]] = {
    "web of science": of_web_of_science,
    "scopus": of_scopus,
}


def columns_read(step: Explode) -> tuple[str, ...]:
    """Columns that a step takes apart."""
    if isinstance(step, SplitCells):
        return tuple(step.columns)
    if isinstance(step, PlaceLists):
        return tuple(name for name in (step.cities, step.countries, step.states) if name is not None)
    return () if isinstance(step, ListElements) else (step.authors, step.addresses)


def columns_made(step: Explode) -> tuple[str, ...]:
    """Columns that a step makes."""
    if isinstance(step, AuthorAddresses):
        return AUTHOR, ADDRESS
    if isinstance(step, PlaceLists):
        return OF_LISTS if step.states is not None else tuple(n for n in OF_LISTS if n != LISTED_STATES)
    return tuple(name for name in (step.position, step.share) if name is not None)


@frozen
class Exploded:
    """Rows made of records.

    Attributes
    ----------
    record
        Position of each row's record.
    columns
        What the rows have instead of, or besides, the columns of their records.
    uneven
        Number of records whose columns have different numbers of values.
    """

    record: Ints
    columns: Mapping[str, Texts]
    uneven: int = 0


def split_cells(step: SplitCells, columns: Sequence[Texts]) -> Exploded:
    """A row for each value of the columns, in step; where one has fewer values, its last rows are empty."""
    codes, combinations = combine(columns)
    parts = [[_values(step, cell) for cell in cells] for cells in combinations]
    times = np.array([max(map(len, cells)) for cells in parts], dtype=np.int64)
    # an empty cell has no values that could be out of step
    differ = np.array(
        [len({len(cell) for cell in cells if cell != [""]}) > 1 for cells in parts], dtype=np.bool_
    )
    rows = [row for cells in parts for row in zip_longest(*cells, fillvalue="")]
    made = _repeated(codes, times)
    of_parts = zip(*rows, strict=True) if rows else repeat((), len(columns))
    found = {role: Texts(made.part, tuple(own)) for role, own in zip(step.columns, of_parts, strict=True)}
    return Exploded(
        made.record,
        found | order_and_share(step, made.order, made.size),
        int(differ[codes].sum()) if len(codes) else 0,
    )


def _values(step: SplitCells, cell: str) -> list[str]:
    parts = split(cell, step.by)
    return parts if step.none is None else ["" if part == step.none else part for part in parts]


def author_addresses(step: AuthorAddresses, authors: Texts, addresses: Texts) -> Exploded:
    """A row for each author and address; an author without address has one row."""
    codes, combinations = combine([authors, addresses])
    parts = [_LAYOUTS[step.layout](*cells) or [AuthorAddress("", "")] for cells in combinations]
    made = _repeated(codes, np.array(list(map(len, parts)), dtype=np.int64))
    flat = [own for one in parts for own in one]
    return Exploded(
        made.record,
        {
            AUTHOR: Texts(made.part, tuple(own.author for own in flat)),
            ADDRESS: Texts(made.part, tuple(own.address for own in flat)),
        },
    )


def place_lists(step: PlaceLists, columns: Sequence[Texts]) -> Exploded:
    """A row for each city and for each country, as many as the longer list has; `columns` as they are read.

    The last of the shorter list is there several times, which whole counting does not count.
    """
    codes, combinations = combine(columns)
    parts = [[split(cell, step.by) for cell in cells] for cells in combinations]
    made = _repeated(codes, np.array([max(map(len, cells[:2])) for cells in parts], dtype=np.int64))
    rows = [
        (city, country, *(SEVERAL.join(names) for names in (*states, countries)))
        for cities, countries, *states in parts
        for city, country in _in_step(cities, countries)
    ]
    of_columns = zip(*rows, strict=True) if rows else repeat(())
    return Exploded(
        made.record,
        {
            name: Texts(made.part, tuple(own))
            for name, own in zip(columns_made(step), of_columns, strict=False)
        },
    )


def _in_step(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at in range(max(len(one), len(other))):
        yield one[min(at, len(one) - 1)], other[min(at, len(other) - 1)]


def order_and_share(step: SplitCells | ListElements, order: Ints, size: Ints) -> dict[str, Texts]:
    """The columns with the position of a row and its share, as far as they are asked for."""
    made = {}
    if step.position is not None:
        made[step.position] = _as_texts(order, lambda number: str(number) if number else "")
    if step.share is not None:
        made[step.share] = _as_texts(size, lambda number: repr(1 / number) if number else "")
    return made


def _as_texts(numbers: Ints, text: Callable[[int], str]) -> Texts:
    return Texts(numbers, tuple(map(text, range(int(numbers.max(initial=0)) + 1))))


@frozen
class _Repeated:
    """For each row its record, its part among those of all distinct cells, and which of how many it is."""

    record: Ints
    part: Ints
    order: Ints
    size: Ints


def _repeated(codes: Ints, times: Ints) -> _Repeated:
    own = times[codes] if len(codes) else np.zeros(0, dtype=np.int64)
    order = order_within(own)
    first = (np.cumsum(times) - times)[codes] if len(codes) else own
    record = np.repeat(np.arange(len(codes), dtype=np.int64), own)
    return _Repeated(record, first[record] + order - 1, order, own[record])


_PAIRS = {"(": ")", "[": "]"}


def split(cell: str, by: str) -> list[str]:
    """The values of a cell; where brackets or quotes are not paired, every separator separates."""
    if by not in cell:
        return [cell]
    if not any(sign in cell for sign in '(["'):
        return [part.strip() for part in cell.split(by)]
    parts = _outside_brackets(cell, by)
    return [part.strip() for part in (cell.split(by) if parts is None else parts)]


def _outside_brackets(cell: str, by: str) -> list[str] | None:
    opened: list[str] = []
    parts, start = [], 0
    for found in re.finditer(rf'{re.escape(by)}|[()\[\]"]', cell):
        sign = found[0]
        if sign == by:
            if not opened:
                parts.append(cell[start : found.start()])
                start = found.end()
        elif sign == '"':
            if opened and opened[-1] == sign:
                opened.pop()
            elif '"' not in opened:
                opened.append(sign)
        elif '"' in opened:
            continue
        elif sign in _PAIRS:
            opened.append(_PAIRS[sign])
        elif not opened or opened.pop() != sign:
            return None
    return None if opened else [*parts, cell[start:]]
