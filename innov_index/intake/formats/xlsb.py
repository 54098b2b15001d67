"""Excel binary workbooks (.xlsb): values through calamine, what it leaves out from the sheet's records.

The records are those of [MS-XLSB]: a type of one or two bytes and a size of one to four, seven bits in each
byte, then the content.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from innov_index.intake.formats.calamine import damaged, opened, values_of
from innov_index.intake.formats.sheet_places import (
    ERROR_CODES,
    Layout,
    SheetCells,
    completed,
    ensure_dense,
)
from innov_index.intake.formats.zip_parts import Parts, relations
from innov_index.intake.raw_sheet import ErrorValue, Merged, RawSheet, SheetTitle

_BOOK = "xl/workbook.bin"

_ROW = 0
_BLANK = 1
_ERRORS = (3, 11)
_CELLS = range(2, 12)
_COLUMNS = 60
_MERGED = 176
_SHEET = 156


class BinaryWorkbook:
    """A workbook whose sheets are read one by one, on request."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self._content = content
        self._parts = Parts(path, content)
        # calamine reads these while it opens the workbook
        for part in ("xl/sharedStrings.bin", "xl/styles.bin"):
            if part in self._parts:
                self._parts.read(part)
        try:
            self._sheets = dict(self._found())
        except (IndexError, struct.error):
            raise damaged(path) from None

    def _found(self) -> Iterator[tuple[str, tuple[int, SheetTitle, str]]]:
        """Sheets of cells by name, with their position among all sheets and their part."""
        links = relations(self._parts, _BOOK)
        position = -1
        for kind, data in records(self._parts.read(_BOOK)):
            if kind != _SHEET:
                continue
            position += 1
            state = struct.unpack_from("<I", data)[0]
            identifier, end = _text(data, 8)
            name, _ = _text(data, end)
            link = links.get(identifier)
            if link is not None and link.kind == "worksheet":
                yield name, (position, SheetTitle(name, state != 0), link.target)

    @property
    def titles(self) -> tuple[SheetTitle, ...]:
        """The sheets of cells in order; charts are left out."""
        return tuple(title for _, title, _ in self._sheets.values())

    def sheet(self, name: str) -> RawSheet:
        """Read one sheet."""
        try:
            layout = self._layout(name)
        except (IndexError, struct.error):
            raise damaged(self._path) from None
        names = [metadata.name for metadata in opened(self._path, self._content).sheets_metadata]
        values = values_of(self._path, self._content, names.index(name))
        rows = completed(values, layout.unread)
        width = max(map(len, rows), default=0)
        places = SheetCells(str(self._path), name)
        return RawSheet(name, rows, places, tuple(layout.merged), layout.hidden_columns(width))

    def _layout(self, name: str) -> Layout:
        layout = Layout()
        row = last_row = last_column = filled = 0
        for kind, data in records(self._parts.read(self._sheets[name][2])):
            if kind == _ROW:
                row = int.from_bytes(data[:4], "little")
            elif kind in _CELLS:
                column = int.from_bytes(data[:4], "little")
                filled += 1
                last_row, last_column = max(last_row, row), max(last_column, column)
                if kind in _ERRORS:
                    layout.unread[row, column] = ErrorValue(ERROR_CODES.get(data[8], "#VALUE!"))
            elif kind == _COLUMNS:
                first, last, _, _, flags = struct.unpack_from("<IIIIH", data)
                if flags & 1:
                    layout.hidden.append((first, last))
            elif kind == _MERGED:
                top, bottom, left, right = struct.unpack_from("<IIII", data)
                layout.merged.append(Merged(top, left, bottom, right))
        ensure_dense(self._path, name, last_row + 1, last_column + 1, filled)
        return layout


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part: type and content."""
    position, end = 0, len(content)
    while position < end:
        kind = content[position]
        position += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (content[position] & 0x7F) << 7
            position += 1
        size = shift = 0
        while True:
            byte = content[position]
            position += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        yield kind, content[position : position + size]
        position += size


def _text(data: bytes, position: int) -> tuple[str, int]:
    """A text that its number of characters precedes, and where it ends."""
    length = struct.unpack_from("<I", data, position)[0]
    end = position + 4 + 2 * length
    return data[position + 4 : end].decode("utf-16-le", "replace"), end
