"""Atomic writing of files: written to a temporary file in the same folder, then renamed.

A file that is replaced keeps its mode, its owner and its group, and symbolic links keep leading to it. One
that has several names (hard links), or an owner that cannot be given to a new file, is written over instead,
after everything that is written is complete on the same disk.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from innov_index.errors import InnovIndexError
from innov_index.io.file_roles import note_outputs
from innov_index.wording import listed


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write one file; concurrent readers see either the old or the new content."""
    write_all({path: content})


def write_all(contents: Mapping[Path, str | bytes]) -> None:
    """Write several files; none appears before all of them are complete on disk.

    Text is written as UTF-8. Existing files keep their permissions, and links of both kinds keep leading to
    what is written. Devices and pipes, such as /dev/stdout, are written to directly, after everything else.
    """
    for path in contents:
        ensure_writable(path)
    note_outputs(contents)
    streams = [path for path in contents if is_stream(path)]
    ready: dict[Path, Path] = {}
    try:
        for path in contents:
            if path not in streams:
                ready[path] = _beside(_target(path))
                with explained(path), _opened(ready[path], _target(path)) as file:
                    file.write(_encoded(contents[path]))
        for path in list(ready):
            with explained(path):
                _put_in_place(ready[path], _target(path))
                del ready[path]
    finally:
        for temporary in ready.values():
            temporary.unlink(missing_ok=True)
    for path in streams:
        with explained(path):
            path.write_bytes(_encoded(contents[path]))


def write_new(folder: Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write files by name into a folder, which is created if needed; none of the files may exist.

    Raises
    ------
    InnovIndexError
        One of the files exists, or the folder cannot be written to. Then nothing is written.
    """
    ensure_folder(folder)
    existing = [name for name in contents if (folder / name).exists()]
    if existing:
        raise InnovIndexError(f"{folder}: the folder already contains {listed(existing)}; name another one")
    make_folder(folder)
    paths = {folder / name: content for name, content in contents.items()}
    write_all(paths)
    return list(paths)


def ensure_folder(folder: Path) -> None:
    """Raise an `InnovIndexError` where something other than a folder has this name; create nothing."""
    with explained(folder):
        if folder.exists() and not folder.is_dir():
            raise InnovIndexError(f"{folder}: this is a file; name a folder")


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, where they do not exist yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InnovIndexError(f"{folder}: cannot be created ({reason})") from None


def ensure_writable(path: Path) -> None:
    """Raise an `InnovIndexError` if a file at `path` could not be written; create nothing."""
    with explained(path):
        if path.is_dir():
            raise InnovIndexError(f"{path}: cannot be written: this is a folder; name a file in it")
        if path.exists() and not os.access(path, os.W_OK):
            raise InnovIndexError(f"{path}: cannot be written: the file is write-protected")
        if is_stream(path):
            return
        folder = _target(path).parent
        if not folder.is_dir():
            raise InnovIndexError(f"{path}: cannot be written: the folder {path.parent} does not exist")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise InnovIndexError(
                f"{path}: cannot be written: no permission to write in the folder {path.parent}"
            )


class Draft:
    """A file that is written part by part, and takes its place when it is finished.

    As with `write_all`, links keep pointing to it, and devices and pipes are written to directly.
    """

    def __init__(self, path: Path) -> None:
        ensure_writable(path)
        note_outputs([path])
        self._path = path
        self._temporary = None if is_stream(path) else _beside(_target(path))
        with explained(path):
            temporary = self._temporary
            self.file = path.open("wb") if temporary is None else _opened(temporary, _target(path))

    def finish(self) -> None:
        """Put the complete file in its place."""
        with explained(self._path):
            self.file.close()
            if self._temporary is not None:
                _put_in_place(self._temporary, _target(self._path))

    def discard(self) -> None:
        """Leave everything as it was before."""
        with suppress(OSError):
            self.file.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)


def _beside(target: Path) -> Path:
    return target.with_name(f".innov-index-{secrets.token_hex(8)}.tmp")


def _opened(temporary: Path, target: Path) -> BinaryIO:
    """A new file, which nobody may read meanwhile who may not read the one that it replaces."""
    mode = stat.S_IMODE(target.stat().st_mode) & 0o666 if target.exists() else 0o666
    return open(temporary, "xb", opener=lambda path, flags: os.open(path, flags, mode))


def _put_in_place(temporary: Path, target: Path) -> None:
    if target.exists() and not _can_stand_for(temporary, target.stat()):
        _write_over(target, temporary)
        temporary.unlink()
    else:
        os.replace(temporary, target)


def _can_stand_for(temporary: Path, replaced: os.stat_result) -> bool:
    """Give a file the owner, group and mode of the one that it replaces; whether that was possible."""
    if replaced.st_nlink > 1:  # the other names would keep what is old
        return False
    own = temporary.stat()
    try:
        if (own.st_uid, own.st_gid) != (replaced.st_uid, replaced.st_gid):
            os.chown(temporary, replaced.st_uid, replaced.st_gid)
        temporary.chmod(stat.S_IMODE(replaced.st_mode))
    except PermissionError:
        return False
    return True


def _write_over(target: Path, complete: Path) -> None:
    """Write into a file that stays; a full disk is noticed before, and an interruption waits."""
    before, size = target.stat(), complete.stat().st_size
    with complete.open("rb") as source, target.open("r+b") as file:
        if size > before.st_size and hasattr(os, "posix_fallocate"):
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError:
                file.truncate(before.st_size)
                raise
        try:
            _copied(source, file)
        except KeyboardInterrupt:
            _copied(source, file)
            raise
    # writing may have taken away what lets others run it as its owner or group
    with suppress(PermissionError):
        target.chmod(stat.S_IMODE(before.st_mode))


def _copied(source: BinaryIO, file: BinaryIO) -> None:
    source.seek(0)
    file.seek(0)
    shutil.copyfileobj(source, file)
    file.truncate()


def is_stream(path: Path) -> bool:
    """Whether the path is a device or pipe, which renaming would replace."""
    try:
        return path.exists() and not path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _target(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn errors of the operating system into one sentence for a person."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InnovIndexError(f"{path}: cannot be written: {reason}") from None
