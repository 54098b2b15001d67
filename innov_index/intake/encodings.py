"""The text that the bytes of a file encode.

Text is in the encoding that a person names, in that of its byte order mark, or in UTF-8. Bytes that are none
of it are read as UTF-16 without a mark or as Windows-1252 where they can be nothing else, and that is told;
otherwise the error names the likely encoding.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import Path

from innov_index.errors import DataError, Mark, Problem
from innov_index.frozen import frozen
from innov_index.wording import counted, listed

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or another zip archive",
    b"\x1f\x8b": "a gzip-compressed file, whose name should end in .gz",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file, whose name should end in .parquet",
}
_UTF8_CHARACTER = rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_HIGH_RUN = rb"[\x80-\xff]+"
_LINE_END = rb"\r\n|\r|\n"


@frozen
class Decoded:
    """Text, the name of its encoding, and what has to be said of it."""

    text: str
    encoding: str
    said: str = ""


def decode(path: Path, content: bytes, encoding: str | None) -> Decoded:
    """The text of a file.

    Raises
    ------
    DataError
        The bytes are not text, or in an encoding that cannot be told.
    """
    if encoding is not None:
        return _as_stated(path, content, encoding)
    for mark, name in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return _as_stated(path, content, name)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return _guessed(path, content, error.start)
    written = text.rstrip("\0")
    if "\0" in written or not written:
        return _guessed(path, content, content.find(b"\0")) if text else Decoded(text, "utf-8")
    zeros = len(text) - len(written)
    return Decoded(written, "utf-8", f"{counted(zeros, 'zero byte')} at the end left out" if zeros else "")


def _as_stated(path: Path, content: bytes, encoding: str) -> Decoded:
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        raise DataError(_undecodable(path, content, encoding, getattr(error, "start", 0))) from None
    except LookupError:
        raise DataError(
            f"{path}: unknown encoding '{encoding}'; known encodings are utf-8, cp1252, gb18030, …"
        ) from None
    if "\0" in text:
        raise DataError(_undecodable(path, content, encoding, content.find(b"\0")))
    plain = encoding.lower().replace("_", "-").startswith("utf-8")
    return Decoded(text.removeprefix("\ufeff"), encoding, "" if plain else f"{encoding} as encoding")


def _guessed(path: Path, content: bytes, offset: int) -> Decoded:
    """Text in an encoding that nothing states, if its bytes leave no doubt."""
    if any(map(content.startswith, _NOT_TEXT)):
        raise DataError(_undecodable(path, content, "utf-8", offset))
    other = content
    if b"\0" not in content:
        other = b"\n".join(line for line in re.split(_LINE_END, content) if not _decodes(line, "utf-8"))
    name, _ = _likely_encoding(other, re.findall(_HIGH_RUN, other))
    if name.startswith("utf-16") and _decodes(content, name) and "\0" not in (text := content.decode(name)):
        return Decoded(text, name, f"{name} as encoding, which nothing states")
    if name == "cp1252" and b"\0" not in content:
        return _by_line(path, content)
    raise DataError(_undecodable(path, content, "utf-8", offset))


def _by_line(path: Path, content: bytes) -> Decoded:
    """Windows-1252, but for the lines that are valid UTF-8, as where files were pasted together."""
    ends = [match[0].decode() for match in re.finditer(_LINE_END, content)]
    parts, other, ours = [], [], 0
    for number, line in enumerate(re.split(_LINE_END, content), 1):
        try:
            parts.append(line.decode())
            ours += not line.isascii()
        except UnicodeDecodeError as error:
            try:
                parts.append(line.decode("cp1252"))
            except UnicodeDecodeError:
                start = sum(map(len, parts)) + error.start
                raise DataError(_undecodable(path, content, "utf-8", start)) from None
            other.append(number)
    text = "".join(part + end for part, end in zip(parts, [*ends, ""], strict=True)).removeprefix("\ufeff")
    return Decoded(text, "utf-8 and cp1252" if ours else "cp1252", windows_1252(other, ours))


def windows_1252(lines: Sequence[int], others: int) -> str:
    """What to say of lines in Windows-1252, and of others with letters in UTF-8."""
    if not others:
        return "Windows-1252 (cp1252) as encoding, which nothing states"
    shown = f"{'line' if len(lines) == 1 else 'lines'} {listed(lines, 5)}"
    return f"Windows-1252 in {counted(len(lines), 'line')} that are not UTF-8 ({shown})"


def _undecodable(path: Path, content: bytes, encoding: str, offset: int) -> Problem:
    for magic, description in _NOT_TEXT.items():
        if content.startswith(magic):
            return Problem(f"not a text file: it looks like {description}", Mark(str(path)))
    line = content.count(b"\n", 0, offset) + 1
    found = f"byte 0x{content[offset]:02x} at offset {offset} is not {encoding} text"
    return Problem(f"{found}; {_advice(content)}", Mark(str(path), line))


def _advice(content: bytes) -> str:
    runs = re.findall(_HIGH_RUN, content)
    high = sum(map(len, runs))
    if 2 * sum(map(len, re.findall(_UTF8_CHARACTER, content))) > high:
        return "the rest looks like UTF-8, so the file may be damaged here or mix two encodings"
    name, words = _likely_encoding(content, runs)
    return f"the file looks like {words}; set `encoding: {name}` or save it as UTF-8"


def _likely_encoding(content: bytes, runs: list[bytes]) -> tuple[str, str]:
    zeros = content.count(0)
    if 5 * zeros > len(content):
        return ("utf-16-le", "UTF-16") if 2 * content[1::2].count(0) > zeros else ("utf-16-be", "UTF-16")
    high = sum(map(len, runs))
    in_pairs = sum(len(run) for run in runs if len(run) % 2 == 0)
    # Chinese characters are pairs of high bytes; accented letters are mostly single high bytes
    if 10 * in_pairs > 9 * high and _decodes(content, "gb18030"):
        return "gb18030", "GB18030 (Chinese)"
    if _decodes(content, "cp1252"):
        return "cp1252", "Windows-1252 (Latin)"
    return "latin-1", "Latin-1"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True
