"""What the footer of a Parquet file says of its columns, read without pyarrow.

pyarrow ends the whole process where it is asked for a column of a damaged footer: statistics are checked
where nothing catches what is wrong. All else that it meets in a damaged file is an error like others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from innov_index.frozen import frozen

_MAGIC = b"PAR1"
_LARGEST = 1 << 28

# fields of FileMetaData, RowGroup, ColumnChunk and ColumnMetaData in parquet.thrift
_ROW_GROUPS = 4
_COLUMNS, _ROWS = 1, 3
_META = 3
_PATH, _SIZE = 3, 6


@frozen
class GroupSizes:
    """The rows of a row group, and the bytes of each of its columns by its path, decompressed."""

    rows: int
    columns: dict[str, int]


def sizes_of_first_group(path: Path) -> GroupSizes:
    """Sizes in the first row group of a file; none where the file has no group or is damaged."""
    try:
        found = _first_group(_Compact(_footer(path)))
        columns = [column[_META] for column in found[_COLUMNS]]
        sizes = {b".".join(column[_PATH]).decode(): int(column[_SIZE]) for column in columns}
        return GroupSizes(int(found[_ROWS]), sizes)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return GroupSizes(0, {})  # whoever reads the file says what is wrong with it


def _footer(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-8, os.SEEK_END)
        length, magic = int.from_bytes(file.read(4), "little"), file.read(4)
        if magic != _MAGIC or length > _LARGEST:
            raise ValueError("no Parquet file")
        file.seek(-8 - length, os.SEEK_END)
        return file.read(length)


def _first_group(footer: _Compact) -> dict[int, Any]:
    for number, kind in footer.fields():
        if number == _ROW_GROUPS:
            footer.list_head()
            return footer.structure()
        footer.value(kind)
    raise ValueError("no row groups")


class _Compact:
    """Values in the compact protocol of Thrift, one after the other."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """The number and the kind of each field of a structure; its value is to be read before the next."""
        number = 0
        while (head := self._byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self._integer()
            yield number, head & 15

    def structure(self) -> dict[int, Any]:
        """A whole structure by numbers of fields."""
        return {number: self.value(kind) for number, kind in self.fields()}

    def list_head(self) -> tuple[int, int]:
        """The number of items of a list, and their kind."""
        head = self._byte()
        return self._varint() if head >> 4 == 15 else head >> 4, head & 15

    def value(self, kind: int) -> Any:
        """A value of a kind."""
        if kind in (1, 2):  # true and false, which have no bytes of their own
            return kind == 1
        if kind in (4, 5, 6):
            return self._integer()
        if kind == 8:
            return self._bytes(self._varint())
        if kind in (9, 10):
            size, items = self.list_head()
            return [self._item(items) for _ in range(size)]
        if kind == 12:
            return self.structure()
        return self._bytes({3: 1, 7: 8}[kind])

    def _item(self, kind: int) -> Any:
        return self._byte() == 1 if kind in (1, 2) else self.value(kind)

    def _byte(self) -> int:
        self._at += 1
        return self._content[self._at - 1]

    def _bytes(self, size: int) -> bytes:
        if size > len(self._content) - self._at:
            raise ValueError("cut short")
        self._at += size
        return self._content[self._at - size : self._at]

    def _varint(self) -> int:
        number, shift = 0, 0
        while (byte := self._byte()) & 128:
            number |= (byte & 127) << shift
            shift += 7
        return number | byte << shift

    def _integer(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)
