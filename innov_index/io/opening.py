"""The bytes of a file that a person named; whatever goes wrong is one `DataError`."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path

from innov_index.errors import DataError, did_you_mean


def read_bytes(path: Path) -> bytes:
    """Everything in the file."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise DataError(_why_not(path, error)) from None


def sha256_of(path: Path) -> str:
    """SHA-256 of the file, as 64 hexadecimal digits."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise DataError(_why_not(path, error)) from None


def gunzip(path: Path, content: bytes) -> bytes:
    """The bytes inside a gzip file."""
    try:
        return gzip.decompress(content)
    except EOFError:
        raise DataError(f"{path}: this gzip file is cut off; fetch or make it again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: not a sound gzip file, as its name says ({error})") from None


def _why_not(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return _absent(path)
    if isinstance(error, IsADirectoryError) or path.is_dir():
        return f"{path}: this is a folder, a file is expected"
    if isinstance(error, PermissionError):
        return f"{path}: no permission to read this file"
    return f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})"


def _absent(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"{path}: no such file; there is no folder {folder} either"
    try:
        beside = [entry.name for entry in folder.iterdir() if entry.is_file()]
    except OSError:
        beside = []
    return f"{path}: no such file.{did_you_mean(path.name, sorted(beside))}"
