"""Finding the header under title lines, and the wanted columns in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import islice

from innov_index.errors import DataError, Mark, Problem, did_you_mean
from innov_index.intake.dialect import DELIMITERS, sniff_delimiter
from innov_index.intake.records.batch import WantedColumns
from innov_index.model.sheet import to_text

SEARCHED = 50
"""The header stands in one of the first rows."""


def positions_in(header: Sequence[object], wanted: WantedColumns) -> dict[str, int]:
    """Where each role's column stands in a row of names; roles that are not there are left out."""
    names = [" ".join(to_text(cell).split()) for cell in header]
    exact = {name: index for index, name in reversed(list(enumerate(names))) if name}
    loose = {name.casefold().replace("_", " "): index for name, index in exact.items()}
    found = {}
    for role, alternatives in wanted.items():
        for name in alternatives:
            index = exact.get(name, loose.get(name.casefold().replace("_", " ")))
            if index is not None:
                found[role] = index
                break
    return found


def find_delimiter(sample: str, wanted: WantedColumns) -> str:
    """The delimiter under which a row has all wanted columns; titles above it do not mislead.

    Where there is none, the delimiter that the text looks like.
    """
    likely = sniff_delimiter(sample)
    for delimiter in (likely, *DELIMITERS):
        rows = islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), SEARCHED)
        if any(len(positions_in(row, wanted)) == len(wanted) for row in rows):
            return delimiter
    return likely


def find_header(
    file: str, rows: Iterable[Sequence[object]], wanted: WantedColumns
) -> tuple[int, dict[str, int]]:
    """Position of the header among the first rows, and of each wanted column in it.

    Raises
    ------
    DataError
        No row has all columns; the message is about the row that has most.
    """
    best: tuple[int, dict[str, int], Sequence[object]] = (0, {}, ())
    for index, row in enumerate(rows):
        found = positions_in(row, wanted)
        if len(found) == len(wanted):
            return index, found
        if not best[2] or len(found) > len(best[1]):
            best = (index, found, row)
        if index >= SEARCHED:
            break
    index, found, row = best
    names = [name for name in map(to_text, row) if name]
    mark = Mark(file, index + 1)
    if not names:
        raise DataError(f"{file}: the file is empty")
    problems = [
        Problem(f"no column '{' or '.join(wanted[role])}'.{did_you_mean(wanted[role][0], names)}", mark)
        for role in wanted
        if role not in found
    ]
    raise DataError([*problems, Problem(f"Columns there are: {', '.join(names[:40])}")])


def require_columns(shown: str, names: Sequence[str], wanted: WantedColumns) -> dict[str, int]:
    """Positions of the wanted columns, or one error that names those that are not there."""
    positions = positions_in(names, wanted)
    absent = [" or ".join(wanted[role]) for role in wanted if role not in positions]
    if absent:
        there = ", ".join(names[:40])
        raise DataError(f"{shown}: no column {', '.join(map(repr, absent))}. Columns there are: {there}")
    return positions
