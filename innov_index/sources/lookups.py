"""Tables with more columns about records, found by a key that may have several rows."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import MinLen

from innov_index.frozen import frozen
from innov_index.intake.options import options
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.files import FileOptions, partitions
from innov_index.intake.records.nested_columns import order_within, rows_of_elements, texts_at
from innov_index.intake.records.parsing import day_or_nan, number
from innov_index.intake.records.text_columns import SEVERAL, Texts
from innov_index.model.arrays import Bools, Ints
from innov_index.sources.record_account import ROLES
from innov_index.wording import counted


@options
class FirstBy:
    """The row that counts among several with one key: the first in an order.

    Attributes
    ----------
    first_by
        column of the table: the row with the lowest number, the earliest date or the first text in it
    """

    first_by: str


Several: TypeAlias = Literal["rows", "one cell"] | FirstBy

_COUNTED = frozenset({*ROLES, "location", "document", "author", "authors"})
"""Roles of which each text is a place or a person of its own."""

_ORDER = "\0order"
"""The column that several rows with a key are in the order of, among those of a table."""


@options
class Lookup(FileOptions):
    """A table with more columns about each record, found by a key.

    Attributes
    ----------
    on
        column of the record that holds the key
    key
        column of this table that holds the key, or several names of which it has one; the same name by
        default
    columns
        columns to add and their names in this table: {city: head_office}
    several
        what several rows with one key are: as many rows of the record (places of its inventors); several
        values in one cell (its classes), of which one must pass a filter; or {first_by: date}, the first of
        them alone. By default one cell where filters alone use the columns, rows otherwise
    required
        leave out (and count) records whose key is not in this table
    """

    on: str
    key: str | Annotated[list[str], MinLen(1)] | None = None
    columns: dict[str, str | Annotated[list[str], MinLen(1)]]
    several: Several | None = None
    required: bool = False

    @property
    def title(self) -> str:
        """Name of the table in messages."""
        return self.file if isinstance(self.file, str) else ", ".join(self.file)

    def several_are(self, filtered: Iterable[str]) -> Several:
        """What several rows with one key are; `filtered` are the columns that filters use."""
        if self.several is not None:
            return self.several
        only_filters = set(self.columns) <= set(filtered) - _COUNTED
        return "one cell" if only_filters else "rows"


@frozen
class Found:
    """What a table has about some records.

    Attributes
    ----------
    times
        How many rows the table has about each record, at least 1; None where it has one of each.
    columns
        The columns of all these rows.
    known
        Whether the key of each record is in the table.
    empty
        Whether a record has no key.
    """

    times: Ints | None
    columns: Mapping[str, Texts]
    known: Bools
    empty: Bools


@frozen
class LookupTable:
    """A table in the order of its keys.

    Rows `first[k]` to `first[k + 1]` are those of the key at `position` k; the last position is that of
    unknown keys and has one empty row.
    """

    position: Mapping[str, int]
    first: Ints
    columns: Mapping[str, tuple[str, ...]]
    several: Several
    said: tuple[str, ...]

    @classmethod
    def read(cls, lookup: Lookup, folder: Path, several: Several) -> LookupTable:
        """Read a table; a row that says again what another one with its key says counts once."""
        rows: dict[str, dict[tuple[str, ...], None]] = {}
        said: dict[str, None] = {}
        order = {_ORDER: several.first_by} if isinstance(several, FirstBy) else {}
        stated = {"": lookup.key or lookup.on, **order, **lookup.columns}
        wanted = {role: (name,) if isinstance(name, str) else tuple(name) for role, name in stated.items()}
        for partition in partitions(lookup, folder):
            for batch in partition.reduce(wanted, lambda batch: [batch], operator.add) or ():
                said |= dict.fromkeys(batch.said)
                for key, *own in _rows(batch, wanted):
                    rows.setdefault(key, {})[tuple(own)] = None
        repeated = sum(len(own) > 1 for own in rows.values())
        if repeated:
            said[f"{lookup.title}: several rows for {counted(repeated, 'key')}; {_told(several)}"] = None
        if isinstance(several, FirstBy):
            rows = _first_rows(rows)
        return cls.of(rows, lookup.columns, several, tuple(said))

    @classmethod
    def of(
        cls,
        rows: Mapping[str, Mapping[tuple[str, ...], None]],
        columns: Iterable[str],
        several: Several,
        said: tuple[str, ...],
    ) -> LookupTable:
        """The table with the rows of each key."""
        names = list(columns)
        ordered = [_in_one(own) if several == "one cell" else list(own) for own in rows.values()]
        ordered.append([("",) * len(names)])
        cells = zip(*(row for own in ordered for row in own), strict=True)
        first = np.cumsum([0, *map(len, ordered)], dtype=np.int64)
        position = {key: at for at, key in enumerate(rows)}
        return cls(position, first, dict(zip(names, cells, strict=True)), several, said)

    def find(self, keys: Texts) -> Found:
        """The rows of each record's key, in the order of the table; those of all keys of a cell."""
        joint = any(SEVERAL in text for text in keys.values)
        table = self._of_cells(keys.values) if joint else self
        return table._found(keys)

    def _found(self, keys: Texts) -> Found:
        unknown = len(self.position)
        positions = [self.position.get(text, unknown) for text in keys.values]
        found = np.array(positions, dtype=np.int64)[keys.codes]
        empty = keys.flags(lambda text: not text)
        times = np.diff(self.first)[found]
        row = self.first[found]
        if (times == 1).all():
            return Found(None, self._at(row), found != unknown, empty)
        rows = np.repeat(row, times) + order_within(times) - 1
        return Found(times, self._at(rows), found != unknown, empty)

    def _of_cells(self, cells: Sequence[str]) -> LookupTable:
        """The part of the table that some cells with one or several keys are about, by cell."""
        rows = {}
        for cell in dict.fromkeys(cells):
            known = [self.position[key] for key in cell.split(SEVERAL) if key in self.position]
            if known:
                own = [row for at in known for row in range(self.first[at], self.first[at + 1])]
                rows[cell] = dict.fromkeys(
                    tuple(values[row] for values in self.columns.values()) for row in own
                )
        return LookupTable.of(rows, self.columns, self.several, self.said)

    def _at(self, rows: Ints) -> dict[str, Texts]:
        return {role: Texts(rows, values) for role, values in self.columns.items()}


def _rows(batch: Batch, wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The cells of each row; elements of nested lists are rows."""
    cells = {role: batch.texts(role) for role in wanted}
    nested = {role: own for role in wanted if (own := batch.columns[role].nested) is not None}
    if nested:
        places = rows_of_elements(nested, np.arange(len(batch)), batch.file)
        cells = {
            role: texts_at(texts, places.element[nested[role].lists[-1]])
            if role in nested
            else texts.take(places.record)
            for role, texts in cells.items()
        }
    return zip(*(texts.cells() for texts in cells.values()), strict=True)


def _in_one(rows: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """All rows as one: the different texts of each column in one cell."""
    return [tuple(SEVERAL.join(_different(texts)) for texts in zip(*rows, strict=True))]


def _different(cells: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(text for cell in cells for text in cell.split(SEVERAL) if text)


def _first_rows(rows: Mapping[str, Iterable[tuple[str, ...]]]) -> dict[str, dict[tuple[str, ...], None]]:
    """The first row of each key by its first cell, without that cell; empty cells come last.

    Cells are numbers if all of them are, else dates, else texts.
    """
    cells = {row[0] for own in rows.values() for row in own if row[0]}
    readings = (number, lambda text: day_or_nan(text, "month first"))
    read = next((read for read in readings if not any(read(cell) != read(cell) for cell in cells)), None)

    def place(row: Sequence[str]) -> tuple[bool, float | str]:
        cell = row[0]
        return not cell, cell if read is None or not cell else read(cell)

    return {key: {min(own, key=place)[1:]: None} for key, own in rows.items()}


def _told(several: Several) -> str:
    """What several rows with one key are, in words."""
    if isinstance(several, FirstBy):
        return f"the first by {several.first_by} counts"
    return "one of them must pass a filter" if several == "one cell" else "a record counts for each"
