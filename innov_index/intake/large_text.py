"""Large text files without quotes, titles or notes: columns through pyarrow, as it parses ten times faster.

Any file that is not as plain as that is left to `formats/text_table.py`, which says what is odd and where; so
are all files where pyarrow, an extra, is not installed. Both give the same table.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import overload

import numpy as np

from innov_index.errors import DataError
from innov_index.intake.encodings import Decoded
from innov_index.intake.formats.text_table import LinePlaces, read_text_table
from innov_index.intake.number_texts import Conventions
from innov_index.intake.opening import ensure_few_cells
from innov_index.intake.shape.sheet_tables import Asked, Shape, tables_of
from innov_index.intake.table import Table
from innov_index.intake.text_column import TextColumn

LARGE = 8 << 20
"""Bytes from which on a file is worth the start of pyarrow."""

_HEAD, _TAIL = 1 << 17, 1 << 14


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
        content.decode()
    except (ImportError, UnicodeDecodeError):
        return None
    head, used = _table(path, content[: content.rfind(b"\n", 0, _HEAD) + 1], delimiter, asked, conventions)
    if head is None or any(column.flags is not None for column in head.found):
        return None
    first = content[: content.find(b"\n") + 1]
    end = content[content.find(b"\n", len(content) - _TAIL) + 1 :]
    tail, _ = _table(path, first + end, used, asked, conventions)
    if tail is None or content.count(first) > 1 or _titles_again(content, head, used):
        return None
    names = [str(at) for at in range(first.count(used.encode()) + 1)]
    arrow = import_module("pyarrow")
    texts = csv.ConvertOptions(column_types=dict.fromkeys(names, arrow.string()), strings_can_be_null=False)
    try:
        read = csv.read_csv(
            io.BytesIO(content),
            read_options=csv.ReadOptions(column_names=names, skip_rows=1),
            parse_options=csv.ParseOptions(delimiter=used, quote_char=False),
            convert_options=texts,
        )
    except arrow.ArrowInvalid:
        return None
    ensure_few_cells(path, read.num_rows * read.num_columns)
    columns = tuple(replace(column, cells=TextColumn(read.column(column.at))) for column in head.found)
    return Table(
        places=LinePlaces(str(path), _Lines(read.num_rows + 1)),
        lines=np.arange(1, read.num_rows + 1, dtype=np.int64),
        header_at=0,
        found=columns,
        conventions=conventions,
        comma_likely=head.comma_likely,
        said=dict(head.said),
    )


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
