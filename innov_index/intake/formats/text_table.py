"""A text file with cells between delimiters → its rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Literal

from innov_index.errors import DataError, Mark, Problem
from innov_index.frozen import frozen
from innov_index.intake.encodings import Decoded
from innov_index.intake.opening import are_few, ensure_few_cells, ensure_few_columns, of_few_cells
from innov_index.intake.raw_sheet import RawSheet
from innov_index.wording import listed

# The first wins ties: the comma comes last, as names and numbers contain it most often.
DELIMITERS = ("\t", ";", "|", ",")
_NAMES = {"\t": "a tab", " ": "a space"}
_EXPECTED = {".csv": ",", ".tsv": "\t", ".txt": "\t", ".tab": "\t"}
_SAMPLE_ROWS = 100
_SAMPLE_CHARACTERS = 200_000
_BLANK = re.compile(r"[\s,;|]*")
_LONG = 8 << 20


@frozen
class LinePlaces:
    """Places of cells in a text file; `lines` are the lines on which rows begin."""

    file: str
    lines: Sequence[int]

    def mark(self, row: int, column: int) -> Mark:
        return Mark(self.file, self.lines[row], column + 1) if row >= 0 else Mark(self.file)

    def row(self, row: int) -> str:
        return f"line {self.lines[row]}"


def find_delimiter(text: str) -> str:
    """The delimiter with which most rows have the same number of cells, more than one.

    Titles above the table and notes below it have another number, so they do not decide.
    """
    blank = _BLANK.match(text)
    start = text.rfind("\n", 0, blank.end() if blank else 0) + 1
    stop = start + _SAMPLE_CHARACTERS
    # up to the last complete line, or a part of a first line that is longer
    sample = text[start : text.rfind("\n", start, stop) + 1 if len(text) > stop else None] or text[start:stop]
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """The share of rows with the most frequent number of cells, in rough steps, and that number."""
    if delimiter not in text:
        return 0.0, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        widths = Counter(len(row) for row in islice(filter(_has_content, reader), _SAMPLE_ROWS))
    except csv.Error:
        return 0.0, 0
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0, 0
    width = max(wide, key=lambda each: (wide[each], each))
    return round(4 * wide[width] / sum(widths.values())), width


def _has_content(row: list[str]) -> bool:
    return any(map(str.strip, row))


def read_text_table(name: Path, path: Path, decoded: Decoded, delimiter: str | None) -> tuple[RawSheet, str]:
    """The rows of a text file, and the delimiter; `name` is the path without the ending of an archive.

    Raises
    ------
    DataError
        The file is empty, or a quoted cell is not closed.
    """
    text = decoded.text
    if not text or text.isspace():
        raise DataError(f"{path}: the file is empty")
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise DataError(f"{path}: `delimiter` must be one character other than a quote; got {delimiter!r}")
    used = delimiter or find_delimiter(text)
    lines, rows = _rows(path, text, used)
    widest = max(map(len, rows), default=0)
    remarks = _remarks(name, path, used if widest > 1 else None, decoded)
    return RawSheet("", rows, LinePlaces(str(path), lines), remarks=remarks, cut=True), used


def _rows(path: Path, text: str, delimiter: str) -> tuple[Sequence[int], list[list[str]]]:
    """All rows, and the line on which each begins; as text alone where quotes are no quotes."""
    ensure_few_columns(path, text, delimiter)
    ensure_few_cells(path, text.count("\n"))
    if '"' not in text and are_few(text.count(delimiter) + text.count("\n") + 1):
        with suppress(csv.Error):
            rows = list(csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True, strict=True))
            return range(1, len(rows) + 1), rows  # without quotes, each line is a row
    try:
        return _parsed(path, text, delimiter, csv.QUOTE_MINIMAL)
    except DataError:
        if delimiter != "\t" or text.count('"') % 2 == 0:
            raise
        # a tab hardly ever stands in a cell, so such files are written without quoting
        return _parsed(path, text, delimiter, csv.QUOTE_NONE)


def _parsed(
    path: Path, text: str, delimiter: str, quoting: Literal[0, 3]
) -> tuple[list[int], list[list[str]]]:
    reader = csv.reader(
        _lines(text),
        delimiter=delimiter,
        skipinitialspace=True,
        strict=True,
        quoting=quoting,
    )
    lines: list[int] = []
    rows: list[list[str]] = []
    begin = 1
    try:
        for row in of_few_cells(path, reader):
            lines.append(begin)
            rows.append(row)
            begin = reader.line_num + 1
    except csv.Error as error:
        raise DataError(not_closed(Mark(str(path), begin), error)) from None
    return lines, rows


def _lines(text: str) -> Iterable[str]:
    """The lines of a text with their ends; StringIO takes four times the memory of a long text."""
    if len(text) < _LONG or "\r" in text:
        return io.StringIO(text, newline="")
    return _cut(text)


def _cut(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def not_closed(mark: Mark, error: csv.Error) -> Problem:
    """What to say of a row with a cell whose quotes are not those of a table."""
    return Problem(
        f"a quoted cell in this row is not closed; quotes inside quotes must be doubled ({error})", mark
    )


def _remarks(name: Path, path: Path, delimiter: str | None, decoded: Decoded) -> tuple[str, ...]:
    read_with = []
    if delimiter is not None and delimiter != _EXPECTED.get(name.suffix.lower(), ","):
        read_with.append(f"{_NAMES.get(delimiter, repr(delimiter))} between cells")
    if decoded.said:
        read_with.append(decoded.said)
    return (f"{path.name}: read with {listed(read_with)}",) if read_with else ()
