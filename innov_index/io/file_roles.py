"""What a command reads and what it writes: no output replaces an input, and no two outputs share a file.

A command announces its outputs before it starts. Readers report each file they open, so that an output that
is also an input is refused at the moment it would be read, before any work is done; writers check once more.
Files are compared by what they are on disk, so links and other spellings of a path make no difference.

What comes out of a pipe comes once: it is kept, for whoever reads or hashes the same input again.
"""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from innov_index.errors import InnovIndexError

_Identity: TypeAlias = tuple[int, int] | str

_PIECE = 1 << 20
_PATIENCE = 1000
"""Milliseconds until somebody must have begun to write into a pipe."""


class FileRoles:
    """The files of one command, by what it does with them."""

    def __init__(self) -> None:
        self._inputs: dict[_Identity, Path] = {}
        self._as_read: dict[str, tuple[int, int, int]] = {}
        self._announced: dict[_Identity, Path] = {}
        self._written: dict[_Identity, Path] = {}

    def announce(self, paths: Iterable[Path]) -> None:
        """Raise where two outputs are one file, or an output has been read."""
        for path in paths:
            for identity in _identities(path):
                self._refuse_input(path, identity)
                if identity in self._announced:
                    raise _shared(path, self._announced[identity])
            self._announced |= dict.fromkeys(_identities(path), path)

    def read(self, path: Path) -> None:
        """Raise where the file is an output."""
        for identity in _identities(path):
            if identity in self._announced:
                raise _input(self._announced[identity], path)
            self._inputs[identity] = path
        if (state := _state(path)) is not None:
            self._as_read.setdefault(os.path.realpath(path), state)

    def ensure_unchanged(self, path: Path) -> None:
        """Raise where a file is another one than when it was read first: its hash is not of what was read."""
        before, now = self._as_read.get(os.path.realpath(path)), _state(path)
        if before is not None and before != now:
            raise InnovIndexError(
                f"{path}: this file has changed since the command began to read it; run the command again"
            )

    def write(self, paths: Iterable[Path]) -> None:
        """Raise where a file has been read or written before, or two of the paths are one file."""
        new: dict[_Identity, Path] = {}
        for path in paths:
            for identity in _identities(path):
                self._refuse_input(path, identity)
                if identity in new or identity in self._written:
                    raise _shared(path, {**self._written, **new}[identity])
            new |= dict.fromkeys(_identities(path), path)
        # what is moved into place is another file on disk, with the same path
        self._written |= {identity: path for identity, path in new.items() if isinstance(identity, str)}

    def beside(self, paths: Iterable[Path]) -> None:
        """Raise where a file that is written beside the announced outputs would replace one of them."""
        for path in paths:
            for identity in _identities(path):
                self._refuse_input(path, identity)
                if identity in self._announced:
                    raise _shared(path, self._announced[identity])

    def _refuse_input(self, path: Path, identity: _Identity) -> None:
        if identity in self._inputs:
            raise _input(path, self._inputs[identity])


_roles: list[FileRoles] = []
"""The roles of the running command; empty outside of commands, where the caller answers for the files."""


@contextmanager
def kept_apart() -> Iterator[None]:
    """Keep the inputs and outputs of one command apart."""
    _roles.append(FileRoles())
    try:
        yield
    finally:
        _roles.pop()


def announce_outputs(*paths: Path) -> None:
    """Say which files the command will write."""
    if _roles:
        _roles[-1].announce(paths)


def note_input(path: str | os.PathLike[str]) -> None:
    """Say that a file is read; raises `InnovIndexError` if it is an output of the command."""
    if _roles:
        _roles[-1].read(Path(path))


def ensure_unchanged(path: Path) -> None:
    """Raise an `InnovIndexError` if an input is another file than when the command first read it."""
    if _roles:
        _roles[-1].ensure_unchanged(path)


def note_outputs(paths: Iterable[Path]) -> None:
    """Say that files are about to be written; raises `InnovIndexError` if one of them is an input."""
    if _roles:
        _roles[-1].write(paths)


def ensure_beside(paths: Iterable[Path]) -> None:
    """Raise an `InnovIndexError` if a further file of the command would replace an announced output."""
    if _roles:
        _roles[-1].beside(paths)


_piped: dict[tuple[str, int], bytes] = {}


def is_pipe(path: Path) -> bool:
    """Whether what is read here comes out of a pipe, such as that of `<(cat index.yaml)`."""
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def read_pipe(path: Path, most: int) -> bytes:
    """Everything that comes out of a pipe, or came out of it when it was read before.

    Raises
    ------
    InnovIndexError
        Nobody writes into the pipe, or more than `most` bytes come out of it.
    """
    key = (os.path.realpath(path), path.stat().st_ino)
    if key not in _piped:
        _piped[key] = _everything(path, most)
    return _piped[key]


def _everything(path: Path, most: int) -> bytes:
    pieces: list[bytes] = []
    # a pipe without a writer would never open, and one with a slow writer is waited for
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        ready = select.poll()
        ready.register(number, select.POLLIN)
        if not ready.poll(_PATIENCE) and _is_deserted(number, pieces):
            raise InnovIndexError(f"{path}: nobody writes into this pipe")
        while True:
            ready.poll()
            piece = os.read(number, _PIECE)
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            if sum(map(len, pieces)) > most:
                raise InnovIndexError(f"{path}: more than {most:,} bytes come out of this pipe")
    finally:
        os.close(number)


def _is_deserted(number: int, pieces: list[bytes]) -> bool:
    """Whether a pipe has no writer; what has arrived meanwhile is appended."""
    try:
        piece = os.read(number, _PIECE)
    except BlockingIOError:
        return False
    pieces.append(piece)
    return not piece


def _state(path: Path) -> tuple[int, int, int] | None:
    """What changes where somebody writes to a file; nothing of pipes, devices and what is not there."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def _identities(path: Path) -> list[_Identity]:
    """What makes a path the same file as another; nothing for devices and pipes, which nothing replaces."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return [os.path.realpath(path)] if "\0" not in str(path) else []
    if not path.is_file():
        return []
    return [os.path.realpath(path), (found.st_dev, found.st_ino)]


def _input(output: Path, read: Path) -> InnovIndexError:
    same = "" if str(output) == str(read) else f" (as {read})"
    return InnovIndexError(f"{output}: this file is an input of the command{same}; name another output")


def _shared(path: Path, other: Path) -> InnovIndexError:
    named = "" if str(path) == str(other) else f" (also named {other})"
    return InnovIndexError(f"{path}: two outputs of the command would be written to this file{named}")
