"""The bytes of a file and the text that they encode; whatever goes wrong is one `DataError`.

Text is in the encoding that the first bytes of the file state, in UTF-8, or in the encoding that a person
names. A guess at the encoding never decides how a file is read; it only helps the error message.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from innov_index.errors import DataError, Mark, Problem, why_unreadable
from innov_index.io.file_roles import is_pipe, note_input, read_pipe

csv.field_size_limit(2**31 - 1)  # a cell may be as long as the file: it would be taken for an unclosed quote

Row = TypeVar("Row", bound=Sequence[Any])

LARGEST = 4 << 30
"""Bytes of a file that is read whole, also when decompressed: a few bytes may decompress to terabytes."""

MOST_CELLS = 50_000_000
"""Cells of a table, which is read whole."""


def ensure_few_cells(path: Path, cells: int) -> None:
    """Raise a `DataError` where a table has more cells than are read."""
    if cells > MOST_CELLS:
        raise DataError(
            f"{path}: more than {MOST_CELLS:,} cells, too many for a table; keep the rows and columns that "
            "the index needs, or derive indicators from it with `sources`"
        )


def of_few_cells(path: Path, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as they come, as long as they have no more cells than are read."""
    cells = 0
    for row in rows:
        cells += len(row)
        ensure_few_cells(path, cells)
        yield row


def read_bytes(path: Path) -> bytes:
    """Read the whole file, or all that comes out of a pipe; devices, which may never end, are refused."""
    note_input(path)
    try:
        if is_pipe(path):
            return read_pipe(path, LARGEST)
        if path.exists() and not path.is_file() and not path.is_dir():
            raise DataError(f"{path}: this is a device; a file is expected")
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path}: larger than {LARGEST >> 30} GB, too large for a table")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise DataError(why_unreadable(path, error)) from None


def read_content(path: Path) -> bytes:
    """Read the whole file, decompressed if its name ends in .gz."""
    content = read_bytes(path)
    return gunzip(path, content) if path.suffix.lower() == ".gz" else content


def gunzip(path: Path, content: bytes) -> bytes:
    """Decompress the content of a gzip file."""
    try:
        with gzip.open(io.BytesIO(content)) as file:
            text = file.read(LARGEST + 1)
    except EOFError:
        raise DataError(f"{path}: this gzip file is truncated; download or create it again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: not a valid gzip file, despite its name ({error})") from None
    if len(text) > LARGEST:
        raise DataError(f"{path}: decompresses to more than {LARGEST >> 30} GB, too large for a table")
    return text


def ensure_small_archive(path: Path, content: bytes) -> None:
    """Raise a `DataError` where a zip archive, which a workbook is, says that it holds too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return  # the reader of the workbook says what is wrong with it
    if size > LARGEST:
        raise DataError(f"{path}: decompresses to more than {LARGEST >> 30} GB, too large for a workbook")


_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook (named .xlsx) or another zip archive",
    b"\x1f\x8b": "a gzip-compressed file, whose name should end in .gz",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save it as .xlsx or CSV",
    b"PAR1": "a Parquet file, whose name should end in .parquet",
}
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")


def decode(path: Path, content: bytes, encoding: str | None) -> tuple[str, str]:
    """Return the text and the name of its encoding."""
    used = encoding or _stated_encoding(content)
    try:
        text = content.decode(used)
    except UnicodeError as error:
        raise DataError(_undecodable(path, content, used, getattr(error, "start", 0))) from None
    except LookupError:
        raise DataError(
            f"{path}: unknown encoding '{used}'; known encodings are utf-8, cp1252, gb18030, …"
        ) from None
    if "\0" in text:
        raise DataError(_undecodable(path, content, used, content.find(b"\0")))
    return text.removeprefix("\ufeff"), used


def _stated_encoding(content: bytes) -> str:
    marks = (name for mark, name in _BYTE_ORDER_MARKS.items() if content.startswith(mark))
    return next(marks, "utf-8")


def _undecodable(path: Path, content: bytes, encoding: str, offset: int) -> Problem:
    for magic, description in _NOT_TEXT.items():
        if content.startswith(magic):
            return Problem(f"not a text file: it looks like {description}", Mark(str(path)))
    line = content.count(b"\n", 0, offset) + 1
    found = f"byte 0x{content[offset]:02x} at offset {offset} is not {encoding} text"
    return Problem(f"{found}; {_advice(content)}", Mark(str(path), line))


def _advice(content: bytes) -> str:
    runs = _HIGH_RUN.findall(content)
    high = sum(map(len, runs))
    if 2 * sum(map(len, _UTF8_CHARACTER.findall(content))) > high:
        return "the rest looks like UTF-8, so the file may be damaged here or mix two encodings"
    name, words = _likely_encoding(content, runs, high)
    return f"the file looks like {words}; set `encoding: {name}` or save it as UTF-8"


def _likely_encoding(content: bytes, runs: list[bytes], high: int) -> tuple[str, str]:
    zeros = content.count(0)
    if 5 * zeros > len(content):
        return ("utf-16-le", "UTF-16") if 2 * content[1::2].count(0) > zeros else ("utf-16-be", "UTF-16")
    in_pairs = sum(len(run) for run in runs if len(run) % 2 == 0)
    # Chinese characters are pairs of high bytes; accented letters are mostly single high bytes
    if 10 * in_pairs > 9 * high and _decodes(content, "gb18030"):
        return "gb18030", "GB18030 (Chinese)"
    if _decodes(content, "cp1252"):
        return "cp1252", "Windows-1252 (Latin)"
    return "latin-1", "Latin-1"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True
