"""The bytes of a file that a person named; whatever goes wrong is one `DataError`."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from innov_index.errors import DataError, why_unreadable


def read_bytes(path: Path) -> bytes:
    """Everything in the file."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise DataError(why_unreadable(path, error)) from None


def gunzip(path: Path, content: bytes) -> bytes:
    """The bytes inside a gzip file."""
    try:
        return gzip.decompress(content)
    except EOFError:
        raise DataError(f"{path}: this gzip file is cut off; fetch or make it again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: not a sound gzip file, as its name says ({error})") from None
