"""BibTeX: each entry is a mapping of its fields, with accents of TeX as letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from innov_index.errors import DataError, Mark, Problem

ENTRY, KEY = "ENTRYTYPE", "ID"
"""Names under which the kind of an entry and its key are kept; fields are in lower case."""

_BEGINNING = re.compile(r"(?:\s|%[^\n]*\n)*@\s*[A-Za-z]+\s*[{(]")
_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*[{(]")
_KEY = re.compile(r"\s*([^,\s]*)\s*(?:,|(?=[})]))")
_FIELD = re.compile(r"[\s,]*([^\s=,{}()\"#]+)\s*=\s*")
_NAME = re.compile(r"[^\s,#{}()\"]+")

_MARKS = dict(
    zip(
        "`'^~=.\"uvHcdbkr",
        "\u0300\u0301\u0302\u0303\u0304\u0307\u0308\u0306\u030c\u030b\u0327\u0323\u0331\u0328\u030a",
        strict=True,
    )
)
_ACCENT = re.compile(
    r"\\(?:([`'^~=.\"])\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))"
    r"|([uvHcdbkr])(?:\s*\{\s*\\?([A-Za-z])\s*\}|\s+([A-Za-z])))"
)
_LETTERS = dict(
    zip(
        ["ss", "o", "O", "l", "L", "ae", "AE", "oe", "OE", "aa", "AA", "i", "j"],
        ["ß", "ø", "Ø", "ł", "Ł", "æ", "Æ", "œ", "Œ", "å", "Å", "i", "j"],
        strict=True,
    )
)
_LETTER = re.compile(r"\\(ss|aa|AA|ae|AE|oe|OE|[oOlLij])(?![A-Za-z])\s*(?:\{\})?")


def is_bibtex(text: str) -> bool:
    """Whether a text, of which the beginning is given, holds entries of BibTeX."""
    return _BEGINNING.match(text.removeprefix("\ufeff")) is not None


def bibtex_records(file: str, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each entry, with the line on which it begins; comments are left out, and strings put in their places.

    Raises
    ------
    DataError
        An entry does not end.
    """
    strings: dict[str, str] = {}
    at = 0
    while (found := _ENTRY.search(text, at)) is not None:
        kind = found[1].lower()
        line = text.count("\n", 0, found.start()) + 1
        end = _end(text, found.end() - 1)
        if end is None:
            message = "this entry of BibTeX does not end; a brace is missing"
            raise DataError(Problem(message, Mark(file, line)))
        body, at = text[found.end() : end], end + 1
        if kind == "string":
            strings |= _fields(body, 0, strings)
        elif kind not in ("comment", "preamble"):
            key = _KEY.match(body)
            begin = 0 if key is None else key.end()
            fields = _fields(body, begin, strings)
            yield line, {**fields, ENTRY: kind, KEY: "" if key is None else key[1]}


def _end(text: str, at: int) -> int | None:
    """Position of the sign that ends what the brace or bracket at a position begins."""
    last = {"{": "}", "(": ")"}[text[at]]
    depth = 0
    for found in re.finditer(r"\\.|[{}]|[()]", text[at + 1 :], re.DOTALL):
        sign = found[0]
        if sign == last and depth == 0:
            return at + 1 + found.start()
        depth += {"{": 1, "}": -1}.get(sign, 0)
    return None


def _fields(body: str, at: int, strings: Mapping[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    while (found := _FIELD.match(body, at)) is not None:
        value, at = _value(body, found.end(), strings)
        fields.setdefault(found[1].lower(), plain(value))
    return fields


def _value(body: str, at: int, strings: Mapping[str, str]) -> tuple[str, int]:
    """The value at a position, made of parts joined by `#`, and where it ends."""
    parts = []
    while at < len(body):
        if body[at] == "{":
            end = _end(body, at) or len(body)
            parts.append(body[at + 1 : end])
            at = end + 1
        elif body[at] == '"':
            end = _end_of_quotes(body, at)
            parts.append(body[at + 1 : end])
            at = end + 1
        elif (name := _NAME.match(body, at)) is not None:
            parts.append(strings.get(name[0].lower(), name[0]))
            at = name.end()
        joined = re.compile(r"\s*#\s*").match(body, at)
        if joined is None:
            break
        at = joined.end()
    return "".join(parts), at


def _end_of_quotes(body: str, at: int) -> int:
    depth = 0
    for found in re.finditer(r"\\[^\"]|[{}\"]", body[at + 1 :], re.DOTALL):
        if found[0] == '"' and depth == 0:
            return at + 1 + found.start()
        depth += {"{": 1, "}": -1}.get(found[0], 0)
    return len(body)


def plain(text: str) -> str:
    r"""A text of TeX as letters.

    >>> plain(r"{San Jos{\'e}} \& {M{\"u}nchen}")
    'San José & München'
    """
    text = _ACCENT.sub(_with_accent, text)
    text = _LETTER.sub(lambda found: _LETTERS[found[1]], text)
    text = re.sub(r"(?<!\\)[{}]", "", text).replace("~", " ")
    return " ".join(re.sub(r"\\([&%$#_{}])", r"\1", text).split())


def _with_accent(found: re.Match[str]) -> str:
    mark = found[1] or found[4]
    letter = next(filter(None, (found[2], found[3], found[5], found[6])))
    return unicodedata.normalize("NFC", letter + _MARKS[mark])
