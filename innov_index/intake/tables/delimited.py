"""Reading a text table: CSV and its relatives."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from innov_index.errors import DataError, Mark, Problem
from innov_index.intake.dialect import NAMES, sniff_decimal, sniff_delimiter
from innov_index.intake.opening import decode, ensure_few_cells, gunzip, of_few_cells
from innov_index.intake.tables.grid import HEADER, Grid
from innov_index.wording import counted, listed

_SHOWN = 20
_EXPECTED_DELIMITER = {".csv": ",", ".tsv": "\t", ".txt": "\t"}


@dataclass(frozen=True)
class LinePlaces:
    """Places of cells in a text file; `lines` are the line numbers of the header and of each row."""

    file: str
    lines: tuple[int, ...]

    def mark(self, row: int, column: int) -> Mark:
        return Mark(self.file, self.lines[row - HEADER], column + 1)


def read_delimited(
    path: Path, content: bytes, *, delimiter: str | None, decimal: str | None, encoding: str | None
) -> Grid:
    """Read a text table; `delimiter`, `decimal` and `encoding` are detected if they are None."""
    if path.suffix.lower() == ".gz":
        content = gunzip(path, content)
    text, encoding = decode(path, content, encoding)
    if not text or text.isspace():
        raise DataError(f"{path}: the file is empty")
    if delimiter is None:
        delimiter = sniff_delimiter(text)
    elif len(delimiter) != 1 or delimiter in '"\r\n':
        raise DataError(f"{path}: `delimiter` must be one character other than a quote; got {delimiter!r}")
    lines, rows = _records(path, text, delimiter)
    header, *body = _even(path, lines, rows)
    if decimal is None:
        decimal = sniff_decimal(body, delimiter)
    remarks = _remarks(path, delimiter, decimal, encoding)
    return Grid(header, body, LinePlaces(str(path), tuple(lines)), decimal, remarks)


def _records(path: Path, text: str, delimiter: str) -> tuple[list[int], list[list[str]]]:
    """Rows that are not blank, and the line on which each begins."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    lines: list[int] = []
    rows: list[list[str]] = []
    begin = 1
    ensure_few_cells(path, text.count("\n"))
    try:
        for row in of_few_cells(path, reader):
            if not _is_blank(row, width=len(rows[0]) if rows else 0):
                lines.append(begin)
                rows.append(row)
            begin = reader.line_num + 1
    except csv.Error as error:
        problem = f"a quoted cell in this row is not closed; quotes inside quotes must be doubled ({error})"
        raise DataError(Problem(problem, Mark(str(path), begin))) from None
    return lines, rows


def _is_blank(row: list[str], width: int) -> bool:
    # In a table with one column, a missing value is written "" and is a row.
    return not row if width == 1 else not any(map(str.strip, row))


def _even(path: Path, lines: list[int], rows: list[list[str]]) -> list[list[str]]:
    """Give each row as many cells as the header, if only empty cells have to be added or dropped."""
    header = rows[0]
    width = len(header)
    named = max((number for number, name in enumerate(header, start=1) if name.strip()), default=0)
    even = [row if len(row) == width else row[:width] + [""] * (width - len(row)) for row in rows]
    odd = [index for index, row in enumerate(rows) if len(row) < named or any(map(str.strip, row[width:]))]
    if odd:
        problems = [
            Problem(
                f"{counted(len(rows[i]), 'cell')} in this row, {width} in the header",
                Mark(str(path), lines[i]),
            )
            for i in odd[:_SHOWN]
        ]
        if len(odd) > _SHOWN:
            problems.append(Problem(f"and {len(odd) - _SHOWN} more rows"))
        raise DataError(problems)
    return even


def _remarks(path: Path, delimiter: str, decimal: str, encoding: str) -> tuple[str, ...]:
    plain_name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    read_with = []
    if delimiter != _EXPECTED_DELIMITER.get(plain_name.suffix.lower(), ",") or decimal != ".":
        read_with.append(f"{NAMES.get(delimiter, repr(delimiter))} between cells")
    if decimal != ".":
        read_with.append(f"{decimal!r} as decimal mark")
    if not encoding.lower().replace("_", "-").startswith("utf-8"):
        read_with.append(f"{encoding} as encoding")
    return (f"{path.name}: read with {listed(read_with)}",) if read_with else ()
