"""The bytes of a file; whatever goes wrong is one `DataError`."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from innov_index.errors import DataError, why_unreadable
from innov_index.intake.formats.kinds import DAMAGED_ZIP
from innov_index.io.file_roles import is_pipe, note_input, read_pipe

csv.field_size_limit(2**31 - 1)  # a cell may be as long as the file: it would be taken for an unclosed quote

Row = TypeVar("Row", bound=Sequence[Any])

LARGEST = 4 << 30
"""Bytes of a file that is read whole, also when decompressed: a few bytes may decompress to terabytes."""

MOST_CELLS = 50_000_000
"""Cells of a table, which is read whole."""


MOST_COLUMNS = 100_000
"""Columns of a table; Excel has 16,384."""


def ensure_few_columns(path: Path, text: str, delimiter: str) -> None:
    """Raise a `DataError` where a line of a text has more cells than columns are read.

    Lines are told before any is parsed: a single one can become gigabytes of cells.
    """
    start = 0
    while len(text) - start >= MOST_COLUMNS:
        end = text.rfind("\n", start, start + MOST_COLUMNS)
        if end < 0:  # a line that is longer
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            if text.count(delimiter, start, end) >= MOST_COLUMNS:
                line = text.count("\n", 0, start) + 1
                raise DataError(
                    f"{path}:{line}: more than {MOST_COLUMNS:,} cells in this line, too many columns for a "
                    "table; keep those that the index needs, or give values in rows (unit, indicator, value)"
                )
        start = end + 1


def are_few(cells: int) -> bool:
    """Whether a table may have this many cells."""
    return cells <= MOST_CELLS


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
        if cells > MOST_CELLS:
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
    except DAMAGED_ZIP:
        return  # the reader of the workbook says what is wrong with it
    if size > LARGEST:
        raise DataError(f"{path}: decompresses to more than {LARGEST >> 30} GB, too large for a workbook")
