"""The tolerant reader of text tables as people export them: titles, footers, mixed encodings."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from innov_index.errors import DataError, Mark, Problem
from innov_index.intake.formats.text_table import find_delimiter
from innov_index.intake.opening import read_content
from innov_index.intake.records.batch import Batch, RawRows, WantedColumns
from innov_index.intake.records.header import SEARCHED, delimiter_of_header, find_header, require_columns

ROWS_A_BATCH = 200_000
SAMPLE = 50_000
OTHER_ENCODING = "line not in UTF-8, read as Windows-1252"
TOO_MANY_CELLS = "more cells than the header"

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_delimited(
    path: Path,
    shown: str,
    wanted: WantedColumns,
    *,
    delimiter: str | None,
    encoding: str | None,
    header: list[str] | None,
) -> Iterator[Batch]:
    """Read batches of a text table; `header` gives the names of columns if the file has no header."""
    content = read_content(path)
    found: Counter[str] = Counter()
    text = _text(path, content, encoding, found)
    if delimiter is None:
        delimiter = (
            delimiter_of_header(text[:SAMPLE], wanted) if header is None else find_delimiter(text[:SAMPLE])
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows = _numbered(shown, reader)
    if header is None:
        first = list(islice(rows, SEARCHED + 1))
        at, positions = find_header(shown, first, wanted)
        header = first[at][1]
        rows = chain(first[at + 1 :], rows)
    else:
        positions = require_columns(shown, header, wanted)
    yield from _batches(shown, rows, tuple(header), positions, found)


def _batches(
    shown: str,
    rows: Iterator[tuple[int, list[str]]],
    header: tuple[str, ...],
    positions: dict[str, int],
    found: Counter[str],
) -> Iterator[Batch]:
    width = len(header)
    while part := list(islice(rows, ROWS_A_BATCH)):
        cells = []
        for _, row in part:
            if len(row) > width and any(map(str.strip, row[width:])):
                found[TOO_MANY_CELLS] += 1
            cells.append(row if len(row) >= width else row + [""] * (width - len(row)))
        yield Batch.of_rows(shown, [line for line, _ in part], RawRows(header, cells, positions), found)
        found = Counter()
    if found:
        yield Batch.of_rows(shown, [], RawRows(header, [], positions), found)


def _numbered(shown: str, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, and the line on which each begins."""
    begin = 1
    try:
        for row in reader:
            if any(map(str.strip, row)):
                yield begin, row
            begin = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise DataError(Problem(f"this row cannot be read ({error})", Mark(shown, begin))) from None


def _text(path: Path, content: bytes, encoding: str | None, found: Counter[str]) -> str:
    """Decode the text; lines that are not valid UTF-8 are read as Windows-1252 and counted."""
    stated = encoding or next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(stated).replace("\0", "")
    except LookupError:
        raise DataError(
            f"{path}: unknown encoding '{stated}'; known encodings are utf-8, cp1252, gb18030, …"
        ) from None
    except UnicodeDecodeError as error:
        if encoding is not None or not stated.startswith("utf-8"):
            raise DataError(f"{path}: not {stated} text ({error.reason} at byte {error.start})") from None
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return "\n".join(_line(line, found) for line in lines).replace("\0", "")


def _line(line: bytes, found: Counter[str]) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        found[OTHER_ENCODING] += 1
        return line.decode("cp1252", errors="replace")
