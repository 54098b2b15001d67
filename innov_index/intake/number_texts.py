"""Numbers as tables print them: marks of decimals and thousands, signs, percent, flags, bounds and ranges.

The marks are those that statistical tables use: `..` and `:` for missing (OECD, Eurostat), letters behind a
number as flags (Eurostat), brackets for negatives (accounts) or notes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, NamedTuple

from innov_index.frozen import frozen

POINT, COMMA = ".", ","
BLANKS = " \u00a0\u202f\u2009"
APOSTROPHES = "'’"

MISSING_MARKS = frozenset(
    [
        "",
        ".",
        "--",
        "..",
        "...",
        "…",
        ":",
        "-",
        "–",
        "—",
        "n/a",
        "na",
        "n.a.",
        "nan",
        "null",
        "none",
        "#n/a",
        "no data",
    ]
)
"""Texts that tables print for a missing value, in small letters; a config may state others instead."""

MULTIPLIERS = frozenset(["k", "m", "g", "t", "bn"])
"""Letters that may multiply the number before them, so that they are never taken for flags."""

# single letters, or several of those that statistical offices use (Eurostat)
_LETTERS = r"(?:[a-z]|[bcdefinprsuz]{2,3})"
_SYMBOLS = r"[*†‡§¶#^°ª]{1,3}"
_BEFORE = r"(?P<before>[<>≤≥=~≈]|<=|>=|ca?\.|[*†‡§])"
_AFTER = (
    r"(?P<after>\+|st|nd|rd|th|"
    + _SYMBOLS
    + r"|"
    + _LETTERS
    + r"(?:[ ,]{1,2}"
    + _LETTERS
    + r")*|\([^()]{1,24}\)|\[[^\[\]]{1,40}\])"
)
_ORDINALS = frozenset(["st", "nd", "rd", "th"])
BOUNDS = frozenset("<>≤≥") | {"<=", ">="}


def _digits(decimal: str) -> str:
    """A number without sign: plain, or with one mark between groups of three digits."""
    other = COMMA if decimal == POINT else POINT
    mark = re.escape(decimal)
    group = f"(?P<group>[{re.escape(other)}{BLANKS}{APOSTROPHES}])"
    grouped = rf"[0-9]{{1,3}}{group}[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*(?:{mark}[0-9]*)?"
    if decimal == POINT:  # lakhs and crores: 1,11,21,815
        grouped = rf"{grouped}|[0-9]{{1,2}}(?:,[0-9]{{2}})+,[0-9]{{3}}(?:\.[0-9]*)?"
    return rf"(?:{grouped}|(?:[0-9]+(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?)"


# made when a cell is not plain: making them takes as long as reading a small table
@cache
def _pattern(decimal: str) -> re.Pattern[str]:
    digits = f"(?P<digits>{_digits(decimal)})"
    plain = rf"{_BEFORE}?\s*(?P<sign>[+\-−–])?\s?{digits}\s?(?P<percent>%)?\s*{_AFTER}?"
    negative = (
        rf"\((?P<sign2>){digits.replace('digits', 'digits2').replace('group', 'group2')}\s?(?P<percent2>%)?\)"
    )
    return re.compile(rf"(?:{plain}|{negative})", re.IGNORECASE)


_FLAG_OF_MISSING = rf"(?P<mark>\S+?)\s+(?P<flag>{_LETTERS}|\([^()]{{1,24}}\)|\[[^\[\]]{{1,40}}\])"
_TWO = r"(?P<one>[^\s:/–—-]+)\s*(?:[:/–—-]|to|bis)\s*(?P<two>[^\s:/–—-]+)"


def _is_sure(core: str, mark: str, other: str) -> bool:
    """Whether a number can only have this decimal mark; patterns are made where a glance does not tell."""
    glance = mark in core or core.count(other) > 1
    return glance and _sure(mark, other).fullmatch(core) is not None


@cache
def _sure(mark: str, other: str) -> re.Pattern[str]:
    """Numbers that can only have this decimal mark.

    Its decimals are no group of three, or follow a nought or more than three digits; or the other mark, a
    blank or an apostrophe groups thousands before it; or the other mark groups twice.
    """
    decimal, group = re.escape(mark), re.escape(other)
    forms = (
        f"[0-9]+{decimal}(?:[0-9]{{1,2}}|[0-9]{{4,}})",
        f"(?:0|[0-9]{{4,}}|){decimal}[0-9]+",
        f"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+{decimal}[0-9]+",
        f"[0-9]{{1,3}}(?:{group}[0-9]{{3}}){{2,}}",
        f"[0-9]{{1,3}}(?:[{BLANKS}{APOSTROPHES}][0-9]{{3}})+{decimal}[0-9]+",
    )
    indian = r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?"
    return re.compile("|".join((*forms, *((indian,) if mark == POINT else ()))))


_OPEN = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_WORD = re.compile(r"[^\W\d_]{3}")
_CORE = re.compile(rf"[0-9.,{BLANKS}{APOSTROPHES}]*[0-9][0-9.,]*")


@frozen
class Conventions:
    """How a person says that numbers are printed; None where the program finds out.

    Attributes
    ----------
    missing
        texts that stand for a missing value; by default the usual ones, each told
    decimal
        the decimal mark
    bounds
        what a bound such as <5 counts as: its number, half of it, or a missing value
    ranges
        what a cell of two numbers counts as: the first, their mean, or a missing value
    words
        numbers that words stand for, in capitals or not
    """

    missing: frozenset[str] | None = None
    decimal: str | None = None
    bounds: Literal["number", "half", "missing"] | None = None
    ranges: Literal["first", "mean", "missing"] | None = None
    words: tuple[tuple[str, float], ...] = ()


class Parsed(NamedTuple):
    """The number of a cell, NaN where it is missing, and the marks beside it as printed."""

    value: float
    note: str = ""
    percent: bool = False
    missing: str = ""
    duration: bool = False


class Evidence(NamedTuple):
    """Cells that must have a decimal comma, or a point, and some that may group thousands as well."""

    comma: str = ""
    point: str = ""
    open_comma: str = ""
    open_point: str = ""


def evidence_of(texts: Iterable[str]) -> Evidence:
    """What the cells of a column say of its decimal mark."""
    found = dict.fromkeys(Evidence._fields, "")
    for text in texts:
        number = _CORE.search(text)
        if number is None:
            continue
        core = number[0].strip(BLANKS)
        if _is_sure(core, COMMA, POINT):
            found["comma"] = found["comma"] or text
        elif _is_sure(core, POINT, COMMA):
            found["point"] = found["point"] or text
        elif _OPEN.fullmatch(core):
            name = "open_comma" if COMMA in core else "open_point"
            found[name] = found[name] or text
    return Evidence(**found)


def mostly_numbers(texts: Sequence[str]) -> bool:
    """Whether at least as many texts are numbers, perhaps with marks beside them, as hold a word."""
    words = sum(_WORD.search(text) is not None for text in texts)
    numbers = sum(_CORE.search(text) is not None and _WORD.search(text) is None for text in texts)
    return numbers >= words


def parse(text: str, decimal: str, conventions: Conventions) -> Parsed:
    """Read one trimmed cell.

    Raises
    ------
    ValueError
        It is no number; the message says why, as a clause.
    """
    folded = text.casefold()
    for word, number in conventions.words:
        if folded == word.casefold():
            return Parsed(number)
    if _is_missing(text, conventions):
        return Parsed(math.nan, missing=text)
    found = _pattern(decimal).fullmatch(text)
    if found is not None:
        return _counted(found, decimal, conventions)
    flagged = re.fullmatch(_FLAG_OF_MISSING, text)
    if flagged is not None and flagged["mark"] and _is_missing(flagged["mark"], conventions):
        return Parsed(math.nan, flagged["flag"], missing=flagged["mark"])
    two = _two_numbers(text, decimal)
    if two is not None:
        return _of_two(text, *two, conventions)
    raise ValueError(_why_not(text, decimal))


def _is_missing(text: str, conventions: Conventions) -> bool:
    if conventions.missing is None:
        return text.casefold() in MISSING_MARKS
    return text in conventions.missing


def _counted(found: re.Match[str], decimal: str, conventions: Conventions) -> Parsed:
    before, after = found["before"] or "", found["after"] or ""
    letters = after.casefold()
    if letters in MULTIPLIERS:
        raise ValueError(f"'{after}' may multiply the number; write the number in full")
    value = _value(found["digits"] or found["digits2"], decimal)
    if found["sign2"] is not None or found["sign"] in ("-", "−", "–"):
        value = -value
    note = before + ("" if letters in _ORDINALS else after)
    percent = bool(found["percent"] or found["percent2"])
    if before in BOUNDS:
        return _of_bound(value, note, conventions)
    return Parsed(value, note, percent)


def _value(digits: str, decimal: str) -> float:
    other = COMMA if decimal == POINT else POINT
    for mark in (other, *BLANKS, *APOSTROPHES):
        digits = digits.replace(mark, "")
    value = float(digits.replace(decimal, "."))
    if not math.isfinite(value):
        raise ValueError("it is not finite or too large")
    return value


def _of_bound(value: float, note: str, conventions: Conventions) -> Parsed:
    if conventions.bounds is None:
        raise ValueError(
            "it is a bound; say with `bounds` whether it counts as its number, as half or as missing"
        )
    if conventions.bounds == "missing":
        return Parsed(math.nan, note)
    return Parsed(value / 2 if conventions.bounds == "half" else value, note)


def _two_numbers(text: str, decimal: str) -> tuple[float, float] | None:
    found = re.fullmatch(_TWO, text)
    if found is None:
        return None
    parts = [_pattern(decimal).fullmatch(found[name]) for name in ("one", "two")]
    if any(part is None or part["before"] or not part["digits"] for part in parts):
        return None
    one, two = (_value(part["digits"], decimal) for part in parts if part is not None)
    return one, two


def _of_two(text: str, one: float, two: float, conventions: Conventions) -> Parsed:
    if conventions.ranges is None:
        raise ValueError(
            "it is two numbers; say with `ranges` whether the first counts, their mean, or a missing value"
        )
    values = {"first": one, "mean": (one + two) / 2, "missing": math.nan}
    return Parsed(values[conventions.ranges], text)


_NOT_FINITE = r"(?i)[+-]?(?:nan|inf|infinity)"


def _why_not(text: str, decimal: str) -> str:
    listed = "if it means a missing value, list it under `missing`"
    if not text:
        return 'the cell is empty; if gaps are allowed, list "" under `missing`'
    if re.fullmatch(_NOT_FINITE, text):
        return f"it is not finite; {listed}"
    other = COMMA if decimal == POINT else POINT
    if _pattern(other).fullmatch(text):
        return f"the decimal mark is '{decimal}' here; set `decimal: '{other}'` if it should be '{other}'"
    return f"not a number; {listed}, or say with `map` which number it stands for"
