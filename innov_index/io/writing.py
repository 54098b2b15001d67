"""Writing files whole or not at all: written beside, then renamed into place."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from innov_index.errors import InnovIndexError


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write one file; whoever reads it meanwhile sees the old content or the new, never a part."""
    write_all({path: content})


def write_all(contents: Mapping[Path, str | bytes]) -> None:
    """Write several files; none appears before all of them lie ready on the disk.

    Text becomes UTF-8. A file that was there keeps its permissions, a link keeps pointing at what is written.
    What is not a file, such as /dev/stdout, is written to directly, after everything else.
    """
    for path in contents:
        ensure_writable(path)
    streams = [path for path in contents if _is_stream(path)]
    ready: dict[Path, Path] = {}
    try:
        for path in contents:
            if path not in streams:
                ready[path] = _target(path).with_name(f".innov-index-{secrets.token_hex(8)}.tmp")
                with _explained(path):
                    _prepare(ready[path], _target(path), _encoded(contents[path]))
        for path in list(ready):
            with _explained(path):
                os.replace(ready[path], _target(path))
                del ready[path]
    finally:
        for temporary in ready.values():
            temporary.unlink(missing_ok=True)
    for path in streams:
        with _explained(path):
            path.write_bytes(_encoded(contents[path]))


def write_new(folder: Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write files, by name, into a folder, which is made where it is not there; none may be there already.

    Raises
    ------
    InnovIndexError
        One of the files is there, or the folder cannot be written. Nothing is written then.
    """
    if folder.exists() and not folder.is_dir():
        raise InnovIndexError(f"{folder}: this is a file; name a folder")
    there = [name for name in contents if (folder / name).exists()]
    if there:
        raise InnovIndexError(f"{folder}: {', '.join(there)} is there already; name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InnovIndexError(f"{folder}: cannot be created; {error.strerror}") from None
    paths = {folder / name: content for name, content in contents.items()}
    write_all(paths)
    return list(paths)


def ensure_writable(path: Path) -> None:
    """Raise an `InnovIndexError` where a file at `path` could not be written; create nothing."""
    with _explained(path):
        if path.is_dir():
            raise InnovIndexError(f"{path}: cannot be written; this is a folder, name a file in it")
        if path.exists() and not os.access(path, os.W_OK):
            raise InnovIndexError(f"{path}: cannot be written; the file is write-protected")
        if _is_stream(path):
            return
        folder = _target(path).parent
        if not folder.is_dir():
            raise InnovIndexError(f"{path}: cannot be written; there is no folder {path.parent}")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise InnovIndexError(
                f"{path}: cannot be written; no permission to write in folder {path.parent}"
            )


def _prepare(temporary: Path, target: Path, content: bytes) -> None:
    with temporary.open("xb") as file:
        file.write(content)
    if target.exists():
        temporary.chmod(target.stat().st_mode & 0o777)


def _is_stream(path: Path) -> bool:
    """Whether renaming a file to this place would destroy a device or a pipe."""
    return path.exists() and not path.is_file()


def _target(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into one sentence for a person."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InnovIndexError(f"{path}: cannot be written; {reason}") from None
