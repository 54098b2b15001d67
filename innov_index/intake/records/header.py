"""Finding the header below titles, and the wanted columns in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from innov_index.errors import DataError, Mark, Problem, did_you_mean
from innov_index.intake.formats.text_table import DELIMITERS, find_delimiter
from innov_index.intake.records.batch import WantedColumns
from innov_index.model.sheet import to_text
from innov_index.wording import listed

SEARCHED = 50
"""Number of first rows that are searched for the header."""


def positions_in(header: Sequence[object], wanted: WantedColumns) -> dict[str, int]:
    """Position of each role's column in a row of names; missing roles are left out."""
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


def delimiter_of_header(sample: str, wanted: WantedColumns) -> str:
    """The delimiter with which some row has the most of the wanted columns, so that titles do not mislead.

    Of several, the one that fits the text best.
    """

    def most(delimiter: str) -> int:
        rows = islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), SEARCHED)
        return max((len(positions_in(row, wanted)) for row in rows), default=0)

    return max((find_delimiter(sample), *DELIMITERS), key=most)


def find_header(
    file: str, rows: Iterable[tuple[int, Sequence[object]]], wanted: WantedColumns
) -> tuple[int, dict[str, int]]:
    """Position of the header among the first rows, each with its line, and of each wanted column in it.

    Raises
    ------
    DataError
        No row has all columns; the message is about the row with the most.
    """
    best: tuple[int, dict[str, int], Sequence[object]] = (0, {}, ())
    for index, (line, row) in enumerate(rows):
        found = positions_in(row, wanted)
        if len(found) == len(wanted):
            _refuse_repeated(row, found, Mark(file, line))
            return index, found
        if not best[2] or len(found) > len(best[1]):
            best = (line, found, row)
        if index >= SEARCHED:
            break
    line, found, row = best
    names = [name for name in map(to_text, row) if name]
    mark = Mark(file, line)
    if not names:
        raise DataError(f"{file}: the file is empty")
    problems = [
        Problem(f"no column '{' or '.join(wanted[role])}'.{did_you_mean(wanted[role][0], names)}", mark)
        for role in wanted
        if role not in found
    ]
    raise DataError([*problems, Problem(f"Columns in this file: {listed(names, 40)}")])


def require_columns(shown: str, names: Sequence[str], wanted: WantedColumns) -> dict[str, int]:
    """Positions of the wanted columns, or one error that names those that are missing."""
    positions = positions_in(names, wanted)
    absent = [" or ".join(wanted[role]) for role in wanted if role not in positions]
    if absent:
        missing = listed(map(repr, absent))
        raise DataError(f"{shown}: no column {missing}. Columns in this file: {listed(names, 40)}")
    _refuse_repeated(names, positions, Mark(shown))
    return positions


def _refuse_repeated(header: Sequence[object], positions: Mapping[str, int], mark: Mark) -> None:
    """Raise where a wanted column has a name that another one has too."""
    names = [to_text(cell) for cell in header]
    wanted = dict.fromkeys(names[position] for position in positions.values())
    DataError.raise_if(
        [Problem(f"two columns are named '{name}'", mark) for name in wanted if names.count(name) > 1]
    )
