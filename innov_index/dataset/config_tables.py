"""The tables that a config names, each read once; which unit and edition their rows are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from innov_index.config.language import JoinedBlock, TableBlock
from innov_index.config.row_conditions import conditions_of
from innov_index.dataset.name_matching import unknown_name
from innov_index.errors import DataError, Problem
from innov_index.intake.formats.database import file_of, is_url, located, shown_url
from innov_index.intake.frames import Frame
from innov_index.intake.number_texts import Conventions
from innov_index.intake.reading import TableOptions, files_of, read_tables
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.intake.stated_options import stated_options
from innov_index.intake.table import Table
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.result import Remark

Statement: TypeAlias = tuple[str | None, str | None]
"""The table or the query that is asked of a database."""


class ConfigTables:
    """Tables of one config, and remarks on reading them.

    Parameters
    ----------
    folder : Path
        Folder of the config, where relative paths start.
    frames : mapping
        Tables in memory, by the names that the config has for them.
    """

    def __init__(self, folder: Path, frames: Mapping[str, Frame]) -> None:
        self.folder = folder
        self.frames = frames
        self._handed_over: dict[tuple[str, Conventions], Table] = {}
        self._read: dict[tuple[Path, TableOptions], list[Table]] = {}
        self._queried: dict[tuple[str, Statement, TableOptions], Table] = {}

    def open(self, block: TableBlock, file: str, asked: Asked) -> Table:
        """The rows of the only table of `file` that a block selects, read with its options.

        Raises
        ------
        DataError
            The file cannot be read, has several tables, or lacks a column that `where` names.
        """
        found = self.open_all(block, [file], asked)
        if len(found) > 1:
            raise DataError(
                f"{found[0].file}: {len(found)} tables, of which one is expected here; set `range`"
            )
        return found[0]

    def open_all(self, block: TableBlock, files: Sequence[str], asked: Asked) -> list[Table]:
        """The rows that a block selects of all tables of its files.

        Raises
        ------
        DataError
            A file cannot be read, or lacks a column that `where` names.
        """
        found = [self._of_database(block, name) for name in files if is_url(name)]
        found += [self._of_frame(block, name) for name in files if name in self.frames]
        paths = [name for name in files if not is_url(name) and name not in self.frames]
        options, conditions = stated_options(block), conditions_of(block.where)
        for path in files_of(self.folder, paths):
            if block.table is not None or block.query is not None:
                stated = "query" if block.table is None else "table"
                raise DataError(
                    f"{path}: `{stated}` says nothing about a file; `file` is no URL of a database"
                )
            key = (path, options)
            if key not in self._read:
                self._read[key] = read_tables(path, options, asked)
            found += self._read[key]
        return [table.where(conditions) for table in found]

    def _of_frame(self, block: TableBlock, name: str) -> Table:
        """A table in memory; it was handed over whole, so that nothing is to be found in it."""
        frame, options = self.frames[name], stated_options(block)
        selecting = block.table is not None or block.query is not None
        if selecting or replace(options, conventions=Conventions()) != TableOptions():
            named = "`sheet`, `skip` and `table`"
            raise DataError(
                f"{frame.name}: options of files and databases, such as {named}, say nothing here"
            )
        key = (name, options.conventions)
        if key not in self._handed_over:
            self._handed_over[key] = frame.table(options.conventions)
        return self._handed_over[key]

    def _of_database(self, block: TableBlock, name: str) -> Table:
        url, options = located(name, self.folder), stated_options(block)
        if replace(options, conventions=Conventions()) != TableOptions():
            named = "`sheet`, `skip` and `encoding`"
            raise DataError(
                f"{shown_url(url)}: options of files, such as {named}, say nothing about a database"
            )
        key = (url, (block.table, block.query), options)
        if key not in self._queried:
            from innov_index.intake.typed_table import table_of_database

            self._queried[key] = table_of_database(url, block.table, block.query, options.conventions)
        return self._queried[key]

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that were read; of a database, the one that it is in; tables in memory by their names."""
        named = [path for path, _ in self._read]
        described = [Path(table.file) for tables in self._read.values() for table in tables]
        databases = [path for url, *_ in self._queried if (path := file_of(url)) is not None]
        frames = [self.folder / name for name, _ in self._handed_over]
        return tuple(dict.fromkeys([*named, *described, *databases, *frames]))

    @property
    def remarks(self) -> tuple[str, ...]:
        tables = [table for tables in self._read.values() for table in tables]
        found = dict.fromkeys(
            remark
            for table in (*tables, *self._queried.values(), *self._handed_over.values())
            for remark in table.remarks
        )
        return tuple(
            text if isinstance(text, Remark) else Remark(text, kind="remarks on how tables were read")
            for text in found
        )


EDITION = "edition"
"""The column of editions, unless a config names another."""

MOST = 20
"""Largest number of problems in one message."""


def in_order(editions: Collection[str]) -> tuple[str, ...]:
    """The editions without repetition: years from the first to the last, other names as they come."""
    names = tuple(dict.fromkeys(editions))
    if all(name.removeprefix("-").isdecimal() for name in names):
        return tuple(sorted(names, key=int))
    return names


def codes_of_units(table: Table, column: str, *, repeated: bool) -> tuple[tuple[str, ...], Ints]:
    """Codes of the units in order of appearance, and the first row of each; rows without a code are told."""
    table.require((column,), "the units")
    texts = table.text(column)
    if table.is_key(column):
        return texts, np.arange(len(texts), dtype=np.int64)
    first: dict[str, int] = {}
    problems = []
    for row, code in enumerate(texts):
        if not code:
            continue
        if code in first and not repeated and not same_rows(table, first[code], row):
            place = table.row_words(first[code])
            message = f"unit '{code}' is repeated; it is first in {place}"
            problems.append(Problem(message, table.mark(row, column)))
        first.setdefault(code, row)
    DataError.raise_if(problems[:MOST])
    tell_rows_without(table, column, "the code of a unit")
    return tuple(first), np.array(list(first.values()), dtype=np.int64)


def same_rows(table: Table, one: int, other: int) -> bool:
    """Whether two rows are the same word for word."""
    return all(column.cells[one] == column.cells[other] for column in table.found)


def tell_rows_without(table: Table, column: str, what: str) -> None:
    """Say which rows are left out because a column is empty."""
    texts = table.text(column)
    rows = [row for row, text in enumerate(texts) if not text] if "" in texts else []
    if rows:
        shown = [f"{table.row_words(row)}{_shown(table, row)}" for row in rows[:3]]
        more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
        file = Path(table.file).name
        table.said[f"{file}: left out as rows without {what} ({column}): {', '.join(shown)}{more}"] = None


def _shown(table: Table, row: int) -> str:
    """The first text of a row, in brackets."""
    cells = (column.cells[row] for column in table.found)
    text = next((str(cell).strip() for cell in cells if cell is not None and str(cell).strip()), "")
    return f" ('{text if len(text) <= 40 else text[:39] + '…'}')" if text else ""


def positions_in(names: Sequence[str], texts: Sequence[str]) -> Ints:
    """The position of each text among the names, which are distinct; -1: not among them."""
    if names is texts:
        return np.arange(len(texts), dtype=np.int64)
    position = {name: index for index, name in enumerate(names)}
    return np.array([position.get(text, -1) for text in texts], dtype=np.int64)


def refuse_repeated(table: Table, keys: Ints, what: str, used: Bools | None = None) -> None:
    """Raise an error if two rows have the same key."""
    rows = np.arange(len(keys)) if used is None else np.flatnonzero(used)
    _, inverse, counts = np.unique(keys[rows], axis=0, return_inverse=True, return_counts=True)
    inverse = inverse.reshape(-1)
    if not (counts > 1).any():
        return
    problems = []
    first: dict[int, int] = {}
    for row, key in zip(rows, inverse, strict=True):
        if int(key) in first:
            place = table.row_words(first[int(key)])
            mark = table.mark(int(row), table.columns[0])
            problems.append(Problem(f"a second row for the same {what}; the first is in {place}", mark))
        first.setdefault(int(key), int(row))
    raise DataError(problems[:MOST])


def joined_columns(
    table: Table,
    block: JoinedBlock,
    unit_column: str,
    codes: Sequence[str],
    editions: Sequence[str],
    present: Bools,
) -> dict[str, Floats]:
    """The columns that a config joins to its units, each (editions, units).

    A table without editions applies to all editions. Rows for other units or editions are left out.

    Parameters
    ----------
    table : Table
        Has the block's columns.
    block : JoinedBlock
    unit_column : str
        Column with the codes of units.
    codes, editions : texts
    there : (editions, units)
        Which units need a row, and in which editions.

    Raises
    ------
    DataError
        The column of units or editions or the row of a unit is missing, or a unit is repeated.
    """
    edition_column = _edition_column(table, block, editions)
    table.require((unit_column, *((edition_column,) if edition_column else ())), "units.joined")
    unit = positions_in(codes, table.text(unit_column))
    edition = positions_in(editions, table.text(edition_column)) if edition_column else np.zeros_like(unit)
    used = (unit >= 0) & (edition >= 0)
    what = "unit and edition" if edition_column else "unit"
    refuse_repeated(table, np.stack([edition, unit], axis=1), what, used)
    shape = present.shape if edition_column else (1, len(codes))
    found: Ints = np.full(shape, -1, dtype=np.int64)
    found[edition[used], unit[used]] = np.flatnonzero(used)
    _require_rows(table, unit_column, codes, editions if edition_column else (), present & (found < 0))
    numbers = np.broadcast_to(table.numbers(block.columns)[found], (*present.shape, len(block.columns)))
    known = np.where((found >= 0)[..., None], numbers, np.nan)
    return {name: known[..., index] for index, name in enumerate(block.columns)}


def _edition_column(table: Table, block: JoinedBlock, editions: Sequence[str]) -> str | None:
    if block.edition is not None and not editions:
        raise DataError(f"units.joined.edition is '{block.edition}', but the indicators have no editions")
    return block.edition or (EDITION if editions and EDITION in table.columns else None)


def _require_rows(
    table: Table, column: str, codes: Sequence[str], editions: Sequence[str], absent: Bools
) -> None:
    """Raise one error that names every unit without a row."""
    places = list(dict.fromkeys((int(e) if editions else 0, int(u)) for e, u in np.argwhere(absent)))
    if not places:
        return
    known = table.text(column)
    problems = []
    for edition, unit in places[:MOST]:
        when = f"in edition {editions[edition]} " if editions else ""
        where = f"{when}(units.joined)"
        if codes[unit] in known:
            message = f"no row for unit '{codes[unit]}' {where}"
        else:
            message = unknown_name("row for unit", codes[unit], known, where)
        problems.append(Problem(f"{table.file}: {message}"))
    if len(places) > MOST:
        problems.append(Problem(f"and {len(places) - MOST} more"))
    raise DataError(problems)
