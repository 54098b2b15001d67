"""Large text files without quotes, titles or notes: columns through pyarrow, as it parses ten times faster.

Any file that is not as plain as that is left to `formats/text_table.py`, which says what is odd and where; so
are all files where pyarrow, an extra, is not installed. Both give the same table.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, overload

import numpy as np

from innov_index.errors import DataError
from innov_index.intake.arrow_column import ArrowColumn
from innov_index.intake.encodings import Decoded
from innov_index.intake.formats.text_table import LinePlaces, read_text_table
from innov_index.intake.number_columns import FIRST, texts_of
from innov_index.intake.number_texts import Conventions, evidence_of
from innov_index.intake.opening import ensure_few_cells
from innov_index.intake.shape.sheet_tables import Asked, Shape, tables_of
from innov_index.intake.table import Column, Table
from innov_index.model.arrays import Ints

LARGE = 8 << 20
"""Bytes from which on a file is worth the start of pyarrow."""

_HEAD, _TAIL, _PART = 1 << 17, 1 << 14, 1 << 20


class _Lines(Sequence[int]):
    """Lines that follow each other."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        return range(1, self._number + 1)[at]


def read_large_text(
    path: Path, content: bytes, delimiter: str | None, asked: Asked, conventions: Conventions
) -> Table | None:
    """The only table of a plain file, or None if it is not plain, or pyarrow is not installed."""
    if b'"' in content or b"\0" in content or b"\r" in content or b"\n\n" in content:
        return None
    try:
        csv = import_module("pyarrow.csv")
    except ImportError:
        return None
    if not _is_utf8(content):
        return None
    head, used = _table(path, content[: content.rfind(b"\n", 0, _HEAD) + 1], delimiter, asked, conventions)
    if head is None or any(column.flags is not None for column in head.found):
        return None
    first = content[: content.find(b"\n") + 1]
    end = content[content.find(b"\n", len(content) - _TAIL) + 1 :]
    tail, _ = _table(path, first + end, used, asked, conventions)
    if tail is None or content.count(first) > 1 or _titles_again(content, head, used):
        return None
    numbers = {column.at for column in head.found if column.name in asked.numbers and _shows_point(column)}
    read = _read(csv, content, used, first.count(used.encode()) + 1, numbers)
    if read is None and numbers:
        read = _read(csv, content, used, first.count(used.encode()) + 1, set())
    if read is None:
        return None
    ensure_few_cells(path, read.num_rows * read.num_columns)
    columns = tuple(replace(column, cells=ArrowColumn(read.column(column.at))) for column in head.found)
    return Table(
        places=LinePlaces(str(path), _Lines(read.num_rows + 1)),
        lines=np.arange(1, read.num_rows + 1, dtype=np.int64),
        header_at=0,
        found=columns,
        conventions=conventions,
        comma_likely=head.comma_likely,
        said=dict(head.said),
    )


def _is_utf8(content: bytes) -> bool:
    """Whether the bytes are text in UTF-8; decoded part by part, so that no second copy is made."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _PART):
            decoder.decode(content[start : start + _PART])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _shows_point(column: Column) -> bool:
    """Whether a column of the head must have decimal points, so that no other mark fits it."""
    shown = evidence_of(texts_of(column.cells[:FIRST]))
    return bool(shown.point) and not shown.comma


def _read(csv: Any, content: bytes, delimiter: str, columns: int, numbers: Collection[int | Ints]) -> Any:
    """All cells, of some columns as numbers, or None if the file is not as plain as that."""
    arrow = import_module("pyarrow")
    names = [str(at) for at in range(columns)]
    kinds = {name: arrow.float64() if at in numbers else arrow.string() for at, name in enumerate(names)}
    try:
        read = csv.read_csv(
            arrow.BufferReader(content),
            read_options=csv.ReadOptions(column_names=names, skip_rows=1),
            parse_options=csv.ParseOptions(delimiter=delimiter, quote_char=False),
            convert_options=csv.ConvertOptions(
                column_types=kinds, strings_can_be_null=True, null_values=[""]
            ),
        )
    except arrow.ArrowInvalid:
        return None
    # a word such as nan is a number to Arrow, and has to be told
    return read if all(ArrowColumn(read.column(at)).is_finite for at in numbers) else None


def _table(
    path: Path, part: bytes, delimiter: str | None, asked: Asked, conventions: Conventions
) -> tuple[Table | None, str]:
    """The table in a part of the file, if it is the only one and each line below the first is a row of it."""
    try:
        sheet, used = read_text_table(path, path, Decoded(part.decode("utf-8", "ignore"), "utf-8"), delimiter)
        found = tables_of(sheet, Shape(), asked, conventions, comma_likely=used == ";")
    except DataError:
        return None, ","
    whole = len(found) == 1 and found[0].header_at == 0 and len(found[0].lines) == len(sheet.rows) - 1
    return (found[0] if whole else None), used


def _titles_again(content: bytes, head: Table, delimiter: str) -> bool:
    """Whether the title of the first column begins another line, as where a further table begins."""
    return content.count(b"\n" + head.found[0].name.encode() + delimiter.encode()) > 0
