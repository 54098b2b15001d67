"""Standard output and standard error that may be closed, full, or no longer read.

A reader that has had enough (`| head -1`) is no error: the rest of the output is dropped and the command goes
on, as its exit code and its files may still matter. A full disk or a closed standard output is one: what a
person asked for has not arrived. What cannot be said on standard error is lost, and changes nothing.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
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
        encoding=_encoding(stream.encoding),
        # a letter that the encoding lacks is no reason to print nothing
        errors=_errors(stream) if stream.errors in ("strict", "surrogateescape") else stream.errors,
        line_buffering=stream.isatty(),
    )


def _encoding(stated: str) -> str:
    """The encoding of a stream; ASCII by another name, as click would write UTF-8 in its place."""
    if codecs.lookup(stated).name != "ascii":
        return stated
    codecs.register(_plain_ascii)
    return _PLAIN_ASCII


_PLAIN_ASCII = "innov_index_ascii"


def _plain_ascii(name: str) -> codecs.CodecInfo | None:
    known = codecs.lookup("ascii")
    if name != _PLAIN_ASCII:
        return None
    return codecs.CodecInfo(
        known.encode,
        known.decode,
        known.streamreader,
        known.streamwriter,
        known.incrementalencoder,
        known.incrementaldecoder,
        name=_PLAIN_ASCII,
    )


def _errors(stream: TextIO) -> str:
    """What stands for a letter that the encoding lacks: for people one like it, for programs its number."""
    name, shown = (_ALIKE, letters_alike) if stream.isatty() else (_NUMBERS, letters_in_numbers)
    codecs.register_error(name, shown)
    return name


_NUMBERS = "innov-index-numbers"
_ALIKE = "innov-index-alike"


def letters_in_numbers(error: UnicodeError) -> tuple[str, int]:
    """Letters as JSON has them, in four digits each, so that JSON stays what it is."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = zip(units[::2], units[1::2], strict=True)
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in pairs), error.end


_SIGNS = {
    **dict.fromkeys("‐‑–—−─", "-"),
    **dict.fromkeys("‘’‚′", "'"),
    **dict.fromkeys("“”„″", '"'),
    "…": "...",
    "×": "x",
    "·": ".",
    "•": "*",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "→": "->",
    "←": "<-",
    "Ł": "L",
    "ł": "l",
    "Ø": "O",
    "ø": "o",
    "Đ": "D",
    "đ": "d",
    "ı": "i",
    "ß": "ss",
    "Æ": "AE",
    "æ": "ae",
    "Œ": "OE",
    "œ": "oe",
    "Þ": "Th",
    "þ": "th",
    "│": "|",
}


def letters_alike(error: UnicodeError) -> tuple[str, int]:
    """What is shown of letters that an encoding lacks: letters without their marks, signs that look alike."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(_alike(letter, error.encoding) for letter in letters), error.end


def _alike(letter: str, encoding: str) -> str:
    parts = unicodedata.normalize("NFKD", _SIGNS.get(letter, letter))
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return (
        plain.encode(encoding, "ignore").decode(encoding)
        or letter.encode("ascii", "backslashreplace").decode()
    )
