"""Nested columns: lists in a cell, and the rows that a record becomes for their elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from innov_index.errors import DataError, Mark, Problem
from innov_index.frozen import frozen
from innov_index.intake.records.column_paths import ColumnPath, Each, Step
from innov_index.intake.records.text_columns import SEVERAL, Texts
from innov_index.intake.records.year_columns import OF_YEAR, YEAR, YEARS, without_years
from innov_index.model.arrays import Ints
from innov_index.model.sheet import to_text
from innov_index.wording import listed


@frozen
class NestedColumn:
    """A column whose cells are lists, of which each element becomes a row.

    Attributes
    ----------
    lists
        The lists as paths, from the outermost.
    lengths
        For each of them, the number of elements in each element of the list around it; in each record, of the
        outermost.
    leaves
        A value for each element of the innermost list: texts or an Arrow array.
    """

    lists: tuple[str, ...]
    lengths: tuple[Ints, ...]
    leaves: Any


@dataclass
class Places:
    """Which record, and which element of each list, a row is of.

    Attributes
    ----------
    record
        Position of each row's record among those that are asked for.
    element
        Position of each row's element among all of a list, by the list; -1 where it is empty.
    order, size
        Position among the elements of the same list, from 1 (0 where it is empty), and how many there are.
    """

    record: Ints
    element: dict[str, Ints] = field(default_factory=dict)
    order: dict[str, Ints] = field(default_factory=dict)
    size: dict[str, Ints] = field(default_factory=dict)

    def enter(self, name: str, around: Ints, lengths: Ints) -> None:
        """Make a row of each element of a list; where it is empty, the row stays.

        Parameters
        ----------
        name : str
        around : (rows,)
            The element of the list around it that each row is of; -1 for none.
        lengths : (elements around,)
        """
        own = np.append(lengths, 0)[around]
        first = np.append(np.cumsum(lengths) - lengths, 0)[around]
        times = np.maximum(own, 1)
        rows = np.repeat(np.arange(len(own), dtype=np.int64), times)
        order = order_within(times)
        for places in (self.element, self.order, self.size):
            places.update({other: position[rows] for other, position in places.items()})
        self.record = self.record[rows]
        filled = own[rows] > 0
        self.element[name] = np.where(filled, first[rows] + order - 1, -1)
        self.order[name] = np.where(filled, order, 0)
        self.size[name] = own[rows]


def order_within(times: Ints) -> Ints:
    """1, 2, … for each run of so many rows."""
    ends = np.cumsum(times)
    whole = int(ends[-1]) if len(ends) else 0
    return np.arange(1, whole + 1, dtype=np.int64) - np.repeat(ends - times, times)


def rows_of_elements(columns: Mapping[str, NestedColumn], records: Ints, file: str) -> Places:
    """The rows that some records become, so that each is of one element of each list.

    Parameters
    ----------
    columns : mapping
        By their role, of all records of a batch.
    records : (records,)
        Positions of the records in the batch.
    file : str
        Its name for messages.

    Raises
    ------
    DataError
        There are two lists of which neither is inside the other.
    """
    deepest = max((column.lists for column in columns.values()), key=len, default=())
    for column in columns.values():
        if column.lists != deepest[: len(column.lists)]:
            message = (
                f"a record cannot have a row for each element of both {column.lists[-1]} and {deepest[-1]}; "
                "write [*] instead of [] for the one that filters use: its values stay in one cell"
            )
            raise DataError(Problem(message, Mark(file)))
    places = Places(np.arange(len(records), dtype=np.int64))
    around = records
    for level, name in enumerate(deepest):
        lengths = next(column.lengths[level] for column in columns.values() if len(column.lists) > level)
        places.enter(name, around, lengths)
        around = places.element[name]
    return places


def texts_at(texts: Texts, elements: Ints) -> Texts:
    """The text of each element; the empty text for -1."""
    codes = np.append(texts.codes, len(texts.values))[elements]
    return Texts(codes, (*texts.values, ""))


class PathReader:
    """Collects the values at one path from records one by one.

    Where the first records have texts or numbers there, a list or an object among later ones is a text like
    any other, which is no number: one record of a million does not stop a run.
    """

    def __init__(self, path: ColumnPath, file: str, first: Sequence[Any] = ()) -> None:
        values = [value for value in values_along(first, path) if value is not None]
        nested = sum(isinstance(value, list | dict) for value in values)
        self._leaf = to_text if 2 * nested < len(values) else _leaf
        self._path = path
        self._file = file
        self._lengths: list[list[int]] = [[] for _ in path.lists]
        self._leaves: list[str] = []

    def add(self, line: int, record: Mapping[str, Any]) -> None:
        """Collect what a record has at the path."""
        try:
            self._gather(record.get(self._path.root), self._path.steps, 0)
        except ValueError as error:
            raise DataError(Problem(f"'{self._path}': {error}", Mark(self._file, line))) from None

    def _gather(self, value: Any, steps: tuple[Step, ...], level: int) -> None:
        for at, step in enumerate(steps):
            if step is Each.ROW:
                elements = elements_of(value)
                self._lengths[level].append(len(elements))
                for element in elements:
                    self._gather(element, steps[at + 1 :], level + 1)
                return
            if step is Each.CELL:
                self._leaves.append(one_cell(_all_texts(value, steps[at:])))
                return
            value = _inside(value, step)
        self._leaves.append(self._leaf(value))

    def column(self) -> list[str] | NestedColumn:
        """The column of all records since the last time."""
        leaves, self._leaves = self._leaves, []
        lengths, self._lengths = self._lengths, [[] for _ in self._path.lists]
        if not lengths:
            return leaves
        whole = tuple(np.array(own, dtype=np.int64) for own in lengths)
        return NestedColumn(self._path.lists, whole, leaves)


def values_along(records: Sequence[Any], path: ColumnPath, upto: int | None = None) -> list[Any]:
    """What records have at a path, or at its first steps; a key that is there may hold None."""
    values: list[Any] = list(records)
    for step in (path.root, *path.steps)[:upto]:
        if isinstance(step, str):
            values = [value[step] for value in values if isinstance(value, dict) and step in value]
        elif isinstance(step, int):
            values = [elements[step] for value in values if step < len(elements := elements_of(value))]
        else:
            values = [element for value in values for element in elements_of(value)]
    return values


def one_cell(texts: Iterable[str]) -> str:
    """Several texts as one cell, each once."""
    return SEVERAL.join(dict.fromkeys(filter(None, texts)))


def _all_texts(value: Any, steps: Sequence[Step]) -> list[str]:
    for at, step in enumerate(steps):
        if isinstance(step, Each):
            return [text for element in elements_of(value) for text in _all_texts(element, steps[at + 1 :])]
        value = _inside(value, step)
    return [_leaf(value)]


def elements_of(value: Any) -> list[Any]:
    """The elements of a list; a value that stands alone is its own."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _inside(value: Any, step: Step) -> Any:
    if isinstance(step, int):
        elements = elements_of(value)
        return elements[step] if step < len(elements) else None
    if isinstance(value, list):
        raise ValueError(
            f"a list stands before '{step}'; write [] after it for a row of each element, {_CELL}"
        )
    return value.get(step) if isinstance(value, dict) else None


_CELL = "[*] for all elements in one cell, [0] for the first"


def _leaf(value: Any) -> str:
    if isinstance(value, list):
        raise ValueError(f"a list stands here; write [] for a row of each element, {_CELL}")
    if isinstance(value, dict):
        keys = listed([f".{key}" for key in value], 5)
        raise ValueError(f"an object stands here; name one of its keys: {keys}")
    return to_text(value)


def with_rows_of_years(columns: Mapping[str, Any], texts: Mapping[str, Texts]) -> dict[str, Any]:
    """Columns in which those of years are one for each role, whose cells are lists of a value for each year.

    Parameters
    ----------
    columns
        By role, or role and year.
    texts
        Those of years as texts.
    """
    years = sorted({role.partition(OF_YEAR)[2] for role in texts})
    rows = len(next(iter(texts.values())))
    lengths = (np.full(rows, len(years), dtype=np.int64),)
    made: dict[str, Any] = {role: raw for role, raw in columns.items() if role not in texts}
    for role in sorted(without_years(texts)):
        cells = [texts.get(f"{role}{OF_YEAR}{year}") for year in years]
        made[role] = NestedColumn((YEAR,), lengths, _in_turn(cells, rows))
    order = np.tile(np.arange(len(years), dtype=np.int64), rows)
    made[YEARS] = NestedColumn((YEAR,), lengths, Texts(order, tuple(years)))
    return made


def _in_turn(columns: Sequence[Texts | None], rows: int) -> Texts:
    """The cells of the first row in all columns, then those of the second; empty where there is no column."""
    codes = np.zeros((rows, len(columns)), dtype=np.int64)
    values: list[str] = [""]
    for at, column in enumerate(columns):
        if column is not None:
            codes[:, at] = column.codes + len(values)
            values += column.values
    return Texts(codes.reshape(-1), tuple(values))
