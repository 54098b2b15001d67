"""Standard output and standard error that may be closed, full, or no longer read.

A reader that has had enough (`| head -1`) is no error: the rest of the output is dropped and the command goes
on, as its exit code and its files may still matter. A full disk or a closed standard output is one: what a
person asked for has not arrived. What cannot be said on standard error is lost, and changes nothing.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from innov_index.errors import InnovIndexError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Output(io.FileIO):
    """A file descriptor that drops everything after its first failure, so that no later flush fails again."""

    _dropping = False
    closed_from_the_start = False

    def write(self, content: ReadableBuffer, /) -> int:
        size = memoryview(content).nbytes
        if self._dropping:
            return size
        try:
            if self.closed_from_the_start:
                raise OSError("it is closed")
            return super().write(content) or 0
        except BrokenPipeError:
            self._dropping = True
        except OSError as error:
            self._dropping = True
            self.fail(error)
        return size

    def fail(self, error: OSError) -> None:
        """Raise what a person is told about the failure."""
        raise InnovIndexError(f"standard output cannot be written: {error.strerror or error}")


class _Messages(_Output):
    """Standard error: there is no place left where a failure could be told."""

    def fail(self, error: OSError) -> None:
        return


@contextmanager
def dependable_streams() -> Iterator[None]:
    """Replace this process's standard output and error for a while; streams that a caller put there stay."""
    kept = sys.stdout, sys.stderr
    if os.name == "posix":
        if sys.stdout is sys.__stdout__:
            sys.stdout = _dependable(_Output, 1, sys.stdout)
        if sys.stderr is sys.__stderr__:
            sys.stderr = _dependable(_Messages, 2, sys.stderr)
    try:
        yield
    finally:
        try:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        finally:
            sys.stdout, sys.stderr = kept


def _dependable(kind: type[_Output], number: int, stream: TextIO | None) -> io.TextIOWrapper:
    if stream is None:
        # takes the place of what is closed, lest the next file opened gets its number
        output = kind(os.open(os.devnull, os.O_WRONLY), "wb", closefd=False)
        output.closed_from_the_start = True
        return io.TextIOWrapper(io.BufferedWriter(output), encoding="utf-8", errors="backslashreplace")
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(kind(number, "wb", closefd=False)),
        encoding=stream.encoding,
        # a letter that the encoding lacks is no reason to print nothing
        errors="backslashreplace" if stream.errors == "strict" else stream.errors,
        line_buffering=stream.isatty(),
    )
