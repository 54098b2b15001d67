"""Streams of an OLE2 compound file, the container of Excel 97-2003 workbooks ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_END = 0xFFFFFFFA
"""Sector numbers from here on mean "no sector"."""


class DamagedError(ValueError):
    """The container contradicts itself."""


def stream(content: bytes, names: Sequence[str]) -> bytes:
    """Content of the first stream in the container that has one of the names.

    Raises
    ------
    DamagedError
        There is none, or the container is damaged.
    """
    try:
        return _stream(content, names)
    except (struct.error, IndexError) as error:
        raise DamagedError(str(error)) from None


def _stream(content: bytes, names: Sequence[str]) -> bytes:
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        raise DamagedError("its sectors have no valid size")
    directory_start = struct.unpack_from("<I", content, 48)[0]
    small_below, small_table_start = struct.unpack_from("<II", content, 56)
    following = _following(content, size)
    entries = _entries(_chain(content, directory_start, following, size, size))
    for name in names:
        if name not in entries:
            continue
        start, length = entries[name]
        if length >= small_below:
            return _chain(content, start, following, size, size)[:length]
        container = _chain(content, entries["Root Entry"][0], following, size, size)
        table = _chain(content, small_table_start, following, size, size)
        small = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
        return _chain(container, start, small, 64, 0)[:length]
    raise DamagedError(f"it has no stream {' or '.join(names)}")


def _following(content: bytes, size: int) -> tuple[int, ...]:
    """For each sector the one that comes next."""
    sectors = list(struct.unpack_from("<109I", content, 76))
    more = struct.unpack_from("<I", content, 68)[0]
    for _ in range(len(content) // size):
        if more >= _END:
            break
        block = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        sectors += block[:-1]
        more = block[-1]
    table: list[int] = []
    for sector in sectors:
        if sector < _END:
            table += struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)
    return tuple(table)


def _chain(content: bytes, start: int, following: Sequence[int], size: int, offset: int) -> bytes:
    pieces: list[bytes] = []
    sector = start
    while sector < _END:
        if len(pieces) > len(following):
            raise DamagedError("a chain of sectors has no end")
        begin = sector * size + offset
        pieces.append(content[begin : begin + size])
        sector = following[sector]
    return b"".join(pieces)


def _entries(directory: bytes) -> dict[str, tuple[int, int]]:
    """Streams by name: first sector and length."""
    found: dict[str, tuple[int, int]] = {}
    for begin in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, begin + 64)[0]
        name = directory[begin : begin + max(length - 2, 0)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, begin + 116)
        found.setdefault(name, (start, size))
    return found
