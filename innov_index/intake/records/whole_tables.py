"""Tables that are read whole, as batches of records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from innov_index.intake.formats.sheet_places import NOT_CALCULATED
from innov_index.intake.formats.text_table import LinePlaces
from innov_index.intake.raw_sheet import ErrorValue, are_texts
from innov_index.intake.records.batch import Batch, RawRows
from innov_index.intake.records.wanted_columns import WantedColumns, names_in, require_names, required
from innov_index.intake.records.year_columns import without_years
from innov_index.intake.table import Table
from innov_index.model.arrays import Ints
from innov_index.model.sheet import to_text
from innov_index.wording import listed


def with_columns(tables: Sequence[Table], wanted: WantedColumns) -> Sequence[Table]:
    """The tables that have all wanted columns, if any has; it is told which are left out."""
    found = [names_in(_names(table), wanted) for table in tables]
    needed = required(wanted).keys()
    having = [table for table, own in zip(tables, found, strict=True) if needed <= without_years(own)]
    if not having or len(having) == len(tables):
        return tables
    for table, own in zip(tables, found, strict=True):
        absent = listed([repr(wanted[role][0]) for role in wanted if role in needed - without_years(own)], 5)
        if not needed <= without_years(own):
            place = table.places.row(table.header_at)
            told = f"the table below {place} has no column {absent} and is left out"
            having[0].said[f"{Path(table.file).name}: {told}"] = None
    return having


def _names(table: Table) -> list[str]:
    """Names of columns, and titles of one row of the header by which a column is known too."""
    named = [column.name for column in table.found]
    parts = dict.fromkeys(part for column in table.found for part in column.parts if part in table)
    return [*named, *(part for part in parts if part not in named)]


def batch_of_table(table: Table, shown: str, wanted: WantedColumns) -> Batch:
    """The wanted columns of a table as one batch.

    Raises
    ------
    DataError
        A column is missing or there twice, or a formula in it was never calculated.
    """
    names = require_names(_names(table), wanted, table.places.mark(table.header_at, 0))
    texts = {role: _texts(table, name) for role, name in names.items()}
    position = {id(column): at for at, column in enumerate(table.found)}
    rows = RawRows(
        tuple(column.name for column in table.found),
        cache(lambda: _rows(table)),
        {role: position[id(table.column(name))] for role, name in names.items()},
    )
    return Batch(
        shown,
        _lines(table),
        texts,
        tuple(table.said),
        table.sheet,
        rows,
        table.conventions,
        lambda: table.evidence,
    )


def _lines(table: Table) -> Ints:
    """The line of each row in a text file; elsewhere its number among all rows."""
    places, rows = table.places, table.lines.tolist()
    if isinstance(places, LinePlaces):
        return np.array([places.lines[row] for row in rows], dtype=np.int64)
    return np.array([places.mark(row, 0).line or row + 1 for row in rows], dtype=np.int64)


def _texts(table: Table, name: str) -> list[str]:
    """A column as texts; results of formulas that failed are missing, and told."""
    cells = table.column(name).cells
    if are_texts(cells):
        return list(table.text(name))
    failed = [
        row for row, cell in enumerate(cells) if isinstance(cell, ErrorValue) and cell != NOT_CALCULATED
    ]
    if not failed:
        return list(table.text(name))
    shown = listed([f"{cells[row]} in {table.mark(row, name)}" for row in failed], 5)
    table.said[f"{Path(table.file).name}: results of formulas that failed are missing: {shown}"] = None
    cleaned = ["" if isinstance(cell, ErrorValue) and cell != NOT_CALCULATED else cell for cell in cells]
    return list(table.with_text(name, cleaned).text(name))


def _rows(table: Table) -> list[list[str]]:
    columns: list[Sequence[object]] = [column.cells for column in table.found]
    return [list(map(to_text, row)) for row in zip(*columns, strict=True)]
