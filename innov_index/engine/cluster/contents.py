"""Whether a worker finds under a path the file that is there where the command runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from innov_index.engine.executors import FileRange
from innov_index.errors import InnovIndexError, why_unreadable
from innov_index.frozen import frozen
from innov_index.io.file_roles import note_input
from innov_index.io.hashing import sha256_of_range


@frozen
class FileContents:
    """A file, or the range of its bytes that are read, as it is where the command runs."""

    file: FileRange
    size: int
    sha256: str


def contents_of(file: FileRange) -> FileContents:
    """What is in a file here.

    Raises
    ------
    InnovIndexError
        It cannot be read.
    """
    note_input(file.path)
    try:
        size = file.path.stat().st_size
        return FileContents(file, size, sha256_of_range(file.path, file.start, file.stop))
    except (OSError, ValueError) as error:
        raise InnovIndexError(why_unreadable(file.path, error)) from None


def other_contents(file: FileContents) -> str | None:
    """What is wrong with the file under this path here, as the rest of a sentence; None for nothing."""
    path = file.file.path
    if (why := other_size(str(path), file.size)) is not None:
        return why
    try:
        found = sha256_of_range(path, file.file.start, file.file.stop)
    except (OSError, ValueError) as error:
        return f"cannot read a file: {why_unreadable(path, error)}"
    if found != file.sha256:
        return f"has a file of other contents as {path}; {REMEDY}"
    return None


REMEDY = "workers read the same files as this computer, under the same paths"


def other_size(path: str, size: int) -> str | None:
    """The same by the file's size alone, which takes no time."""
    try:
        found = os.stat(path).st_size
    except FileNotFoundError:
        return f"has no file {path}; {REMEDY}"
    except (OSError, ValueError) as error:
        return f"cannot read a file: {why_unreadable(Path(path), error)}"
    if found != size:
        return f"has another file as {path}, of {found:,} bytes instead of {size:,}; {REMEDY}"
    return None


def sizes_of(files: Sequence[FileRange]) -> dict[str, int]:
    """The size of each file that is there; what cannot be read is refused where it is read."""
    sizes = {}
    for path in dict.fromkeys(str(file.path) for file in files):
        try:
            sizes[path] = os.stat(path).st_size
        except (OSError, ValueError):
            continue
    return sizes
