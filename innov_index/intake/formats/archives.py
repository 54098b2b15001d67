"""Compressed files: .gz, .bz2, .xz, .zst, and .zip with one table in it.

What a file is decides its first bytes, not its name, and each is decompressed within a limit: a few
kilobytes can decompress to terabytes.

Zstandard is read by the standard library from Python 3.14 on, by `zstandard` or `backports.zstd` where one is
installed, else by pyarrow, which the extra `parquet` brings: no further package is asked for.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import IO, Any

from innov_index.errors import DataError, load_extra
from innov_index.intake.formats.kinds import DAMAGED_ZIP, Kind, kind_in, kind_of, kind_of_file
from innov_index.wording import listed

LARGEST = 4 << 30
"""Bytes that a compressed file may become."""

LARGEST_RATIO = 200
"""Times its size that a large file may become; text of a table becomes 3 to 30 times its size."""

_SMALL = 64 << 20
_BLOCK = 1 << 20
COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".gzip", ".zstd")
"""Endings of names of compressed files."""
_NO_TABLES = ("__macosx/", ".ds_store", "thumbs.db")
_TEXTS_ABOUT_TABLES = ("readme", "license", "licence", "metadata_")

_DAMAGED = (*DAMAGED_ZIP, lzma.LZMAError)


def decompressed(path: Path, content: bytes) -> tuple[str, bytes]:
    """Decompress a file if it is compressed.

    Parameters
    ----------
    path : Path
        As a person stated it.
    content : bytes
        The whole file.

    Returns
    -------
    name : str
        Name of what was in it: without the ending of the compression, or the one that a zip archive states.
    content : bytes
        As it was given if it is not compressed; workbooks, which are zip archives too, are left as they are.

    Raises
    ------
    DataError
        The file is damaged or becomes too large; a zip archive holds no table, or several.
    """
    kind = kind_of(content)
    if kind is Kind.ZIP:
        return _unzipped(path, content)
    opened = _OPENERS.get(kind)
    if opened is None:
        return path.name, content
    try:
        with opened(io.BytesIO(content)) as file:
            text = _read(path, file, len(content))
    except _DAMAGED as error:
        raise _damaged(path, kind, error) from None
    return _name_without_ending(path), text


@contextmanager
def open_decompressed(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Open a file to be read from its beginning to its end, decompressed on the way.

    Yields
    ------
    The name of what is in it, as `decompressed` gives it, and the file.

    Raises
    ------
    DataError
        The file is damaged; a zip archive holds no table, or several.
    """
    with path.open("rb") as file:
        kind = kind_in(file)
        opened = _OPENERS.get(kind)
        try:
            with ExitStack() as stack:
                if kind is Kind.ZIP:
                    archive = stack.enter_context(zipfile.ZipFile(file))
                    entry = _readable_entry(path, archive)
                    name = PurePosixPath(entry.filename).name
                    yield name, stack.enter_context(archive.open(entry))
                elif opened is None:
                    yield path.name, file
                else:
                    yield _name_without_ending(path), stack.enter_context(opened(file))
        except DataError:
            raise
        except _DAMAGED as error:
            raise _damaged(path, kind, error) from None


def is_compressed(path: Path) -> bool:
    """Whether a file is compressed, other than as a workbook is."""
    kind = kind_of_file(path)
    return kind is Kind.ZIP or kind in _OPENERS


def _damaged(path: Path, kind: Kind, error: Exception) -> DataError:
    """The error about an archive that cannot be read to its end."""
    return DataError(f"{path}: {kind} that is damaged or truncated ({error}); download it again")


def _name_without_ending(path: Path) -> str:
    return path.stem if path.suffix.lower() in COMPRESSED else path.name


def _read(path: Path, file: Any, packed: int) -> bytes:
    """All that comes out, in blocks, as long as it is not too large."""
    blocks = []
    size = 0
    while block := file.read(_BLOCK):
        size += len(block)
        _ensure_small(path, size, packed)
        blocks.append(block)
    return b"".join(blocks)


def _ensure_small(path: Path, size: int, packed: int) -> None:
    if size > LARGEST:
        raise DataError(f"{path}: decompresses to more than {LARGEST >> 30} GB, too large for a table")
    ensure_usual_ratio(path, size, packed)


def ensure_usual_ratio(path: Path, size: int, packed: int) -> None:
    """Raise a `DataError` where a large file becomes more times its size than a table does."""
    if size > _SMALL and size > LARGEST_RATIO * max(packed, 1):
        raise DataError(
            f"{path}: decompresses to more than {LARGEST_RATIO} times its size, which no table does; "
            "decompress it and look what is in it"
        )


def _open_zstd(file: IO[bytes]) -> Any:
    """A reader of Zstandard by the first library that is there."""
    for library in ("compression.zstd", "backports.zstd"):
        try:
            return import_module(library).ZstdFile(file)
        except ImportError:
            continue
    try:  # these two give no lines
        reader = import_module("zstandard").ZstdDecompressor().stream_reader(file, read_across_frames=True)
        return io.BufferedReader(reader)
    except ImportError:
        pass
    arrow = load_extra("pyarrow", "reading a Zstandard file (.zst)", "parquet")
    return io.BufferedReader(arrow.CompressedInputStream(file, "zstd"))


_OPENERS: dict[Kind, Callable[[IO[bytes]], Any]] = {
    Kind.GZIP: lambda file: gzip.GzipFile(fileobj=file),
    Kind.BZIP2: bz2.BZ2File,
    Kind.XZ: lzma.LZMAFile,
    Kind.ZSTD: _open_zstd,
}


def _unzipped(path: Path, content: bytes) -> tuple[str, bytes]:
    """The one table in a zip archive; what a computer or a publisher adds about it does not count."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entry = _readable_entry(path, archive)
            with archive.open(entry) as file:
                return PurePosixPath(entry.filename).name, _read(path, file, entry.compress_size)
    except _DAMAGED as error:
        raise DataError(
            f"{path}: {Kind.ZIP} that is damaged or truncated ({error}); download it again"
        ) from None


def _readable_entry(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entry = _only(path, [entry for entry in archive.infolist() if not entry.filename.endswith("/")])
    if entry.flag_bits & 1:
        raise DataError(f"{path}: this zip archive has a password; unpack it and give the table")
    return entry


def _only(path: Path, entries: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    tables = [entry for entry in entries if not _is_left_by_a_computer(entry.filename)]
    if len(tables) > 1:
        tables = [entry for entry in tables if not _is_about_a_table(entry.filename)] or tables
    if not tables:
        raise DataError(f"{path}: this zip archive is empty")
    if len(tables) > 1:
        names = listed([repr(entry.filename) for entry in tables], 8)
        raise DataError(
            f"{path}: this zip archive holds {len(tables)} files: {names}; unpack it and name the table"
        )
    return tables[0]


def _is_left_by_a_computer(name: str) -> bool:
    plain = name.replace("\\", "/").lower()
    return plain.startswith(_NO_TABLES[0]) or plain.rsplit("/", 1)[-1] in _NO_TABLES[1:]


def _is_about_a_table(name: str) -> bool:
    """The World Bank's archives hold `Metadata_Country_….csv` beside the table, others a README."""
    return name.replace("\\", "/").rsplit("/", 1)[-1].lower().startswith(_TEXTS_ABOUT_TABLES)
