"""Excel 97-2003 workbooks (.xls): values through calamine, what it leaves out from the sheets' records.

The records are those of [MS-XLS]: a type and a size of two bytes each, then the content. Excel always stores
the result of a formula here, so no formula lacks one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from innov_index.errors import DataError
from innov_index.intake.formats.calamine import damaged, opened, values_of
from innov_index.intake.formats.ole import DamagedError, stream
from innov_index.intake.formats.sheet_places import (
    ERROR_CODES,
    Layout,
    SheetCells,
    completed,
    ensure_dense,
)
from innov_index.intake.raw_sheet import ErrorValue, Merged, RawSheet, SheetTitle

_PASSWORD = 0x2F
_SHEET = 0x85
_END = 0x0A
_FORMULA = 0x06
_BOOLEAN_OR_ERROR = 0x205
_SEVERAL_NUMBERS = 0xBD
_CELLS = (0x203, 0x204, 0x27E, 0xFD, 0xD6, _FORMULA, _BOOLEAN_OR_ERROR)
_COLUMNS = 0x7D
_ROW = 0x208
_MERGED = 0xE5
_BEGIN = 0x809


class OldWorkbook:
    """A workbook whose sheets are all parsed when it is opened: that is how calamine does it."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self._content = content
        try:
            records = stream(content, ("Workbook", "Book"))
            self._layouts = dict(_layouts(path, records))
        except (DamagedError, struct.error, IndexError) as error:
            raise damaged(path, error) from None
        self._titles = [
            SheetTitle(sheet.name, sheet.visible != type(sheet.visible).Visible)
            for sheet in opened(path, content).sheets_metadata
        ]
        self._positions = {title.name: position for position, title in enumerate(self._titles)}

    @property
    def titles(self) -> tuple[SheetTitle, ...]:
        """The sheets of cells in order; charts are left out."""
        return tuple(title for place, title in enumerate(self._titles) if place in self._layouts)

    def sheet(self, name: str) -> RawSheet:
        """Read one sheet."""
        position = self._positions[name]
        layout = self._layouts[position]
        rows = completed(values_of(self._path, self._content, position), layout.unread)
        width = max(map(len, rows), default=0)
        places = SheetCells(str(self._path), name)
        return RawSheet(name, rows, places, tuple(layout.merged), layout.hidden_columns(width))


def _records(content: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """Records from a position to the end of the sheet or of the list of sheets."""
    while position + 4 <= len(content):
        kind, size = struct.unpack_from("<HH", content, position)
        yield kind, content[position + 4 : position + 4 + size]
        if kind == _END:
            return
        position += 4 + size


def _layouts(path: Path, content: bytes) -> Iterator[tuple[int, Layout]]:
    """What each sheet of cells says besides values, by its position among all sheets."""
    position = -1
    for kind, data in _records(content, 0):
        if kind == _PASSWORD:
            raise DataError(f"{path}: this workbook has a password; save it without one")
        if kind != _SHEET:
            continue
        position += 1
        start, _, sort = struct.unpack_from("<IBB", data)
        if sort == 0:
            yield position, _layout(path, position, content, start)


def _layout(path: Path, position: int, content: bytes, start: int) -> Layout:
    layout = Layout()
    last_row = last_column = filled = 0
    for kind, data in _records(content, start):
        if kind in _CELLS or kind == _SEVERAL_NUMBERS:
            row, column = struct.unpack_from("<HH", data)
            if kind == _SEVERAL_NUMBERS:
                filled += (len(data) - 6) // 6
                column = struct.unpack_from("<H", data, len(data) - 2)[0]
            filled += 1
            last_row, last_column = max(last_row, row), max(last_column, column)
            error = _error(kind, data)
            if error is not None:
                layout.unread[row, column] = error
        elif kind == _COLUMNS:
            first, last, _, _, options = struct.unpack_from("<HHHHH", data)
            if options & 1:
                layout.hidden.append((first, last))
        elif kind == _MERGED:
            layout.merged.extend(_merged(data))
    ensure_dense(path, str(position + 1), last_row + 1, last_column + 1, filled)
    return layout


def _error(kind: int, data: bytes) -> ErrorValue | None:
    """The error in a cell or as the result of a formula."""
    if kind == _BOOLEAN_OR_ERROR and data[7] == 1:
        return ErrorValue(ERROR_CODES.get(data[6], "#VALUE!"))
    if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return ErrorValue(ERROR_CODES.get(data[8], "#VALUE!"))
    return None


def _merged(data: bytes) -> Iterator[Merged]:
    count = struct.unpack_from("<H", data)[0]
    for number in range(count):
        top, bottom, left, right = struct.unpack_from("<HHHH", data, 2 + 8 * number)
        yield Merged(top, left, bottom, right)
