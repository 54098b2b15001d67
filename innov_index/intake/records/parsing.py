"""Tolerant parsing of cells of records: dates, numbers, texts with HTML escapes."""

from __future__ import annotations

import datetime
import html
import math
import re
from typing import Literal

from innov_index.intake.number_texts import POINT, Conventions, parse

DayOrder = Literal["month first", "day first"]

MONTH_FIRST, DAY_FIRST, EITHER = "month first", "day first", "either"
"""What a date shows of the order of its column."""

NO_TEXT = frozenset({"", "-", "–", "—", "none", "null", "unknown", "n/a", "\\n"})
"""Texts, in lower case, that mean "no value". "NA" is not among them: it may be Namibia."""

_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?")
_USUAL = Conventions()
_ENTITY = r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w*);"
_ISO = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?"
_COMPACT = r"(\d{4})(\d{2})(\d{2})"
_NUMERIC = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})"
_WORDS = r"(?:(\d{1,2})\.?[\s/-]+)?([A-Za-z]{3,9})\.?[\s/-]+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})"
_YEAR_AND_MONTH = r"(\d{4})(?:[-/](\d{1,2}))?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS_OF_A_YEAR = 12
_PIVOT = 69


def clean_text(text: str) -> str:
    """The text with HTML escapes decoded, trimmed, and without repeated white space."""
    if "&" in text and re.search(_ENTITY, text):
        text = html.unescape(text)
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """The text as `clean_text` gives it, line by line, without empty lines."""
    return "\n".join(filter(None, map(clean_text, text.splitlines())))


def has_entity(text: str) -> bool:
    """Whether the text has an HTML escape."""
    return "&" in text and re.search(_ENTITY, text) is not None


def is_plain(text: str) -> bool:
    """Whether the text is a number as programs write it."""
    return _PLAIN.fullmatch(text) is not None


def mark_left_out(text: str, decimal: str, conventions: Conventions) -> str:
    """What beside a number is not read, in words; nothing where there is nothing, or no number."""
    try:
        found = parse(text.strip(), decimal, conventions)
    except ValueError:
        return ""
    if found.percent:
        return "the number before a percent sign read"
    return "marks beside numbers left out" if found.note else ""


def number(text: str, decimal: str = POINT, conventions: Conventions = _USUAL) -> float:
    """A number as tables print them (see `number_texts`); NaN if it is missing or none."""
    if conventions is _USUAL and decimal == POINT and _PLAIN.fullmatch(text):
        return float(text)
    try:
        return parse(text.strip(), decimal, conventions).value
    except ValueError:
        return math.nan


def day_number(text: str, order: DayOrder) -> int | None:
    """The date as a day number (date.toordinal); None if the text is not a date.

    Accepts `2017-04-07`, `20170407`, `4/7/2017`, `04-07-17` and `7 April 2017` (`7-Apr-2017`); `order`
    decides between two possible readings. Years of two digits up to 68 are in this century. `2017`, alone or
    with a month (`2017-04`, `apr/2017`), is the first day of that period.
    """
    text = text.strip()
    parts = _date_parts(text, order)
    if parts is None:
        return None
    year, month, day = parts
    try:
        return datetime.date(year, month, day).toordinal()
    except ValueError:
        return None


def order_shown(text: str) -> str:
    """What a date shows of its order: one, either (with another date), or nothing, as 2017-04-07."""
    match = re.fullmatch(_NUMERIC, text.strip())
    if match is None:
        return ""
    first, second = int(match[1]), int(match[2])
    if first > MONTHS_OF_A_YEAR or second > MONTHS_OF_A_YEAR:
        by_day = second <= MONTHS_OF_A_YEAR
        return DAY_FIRST if by_day else MONTH_FIRST if first <= MONTHS_OF_A_YEAR else ""
    return EITHER if first != second else ""


def year_of_date(text: str) -> float:
    """The year of a date, which no order of day and month changes; NaN if the text is not a date."""
    orders: tuple[DayOrder, ...] = ("month first", "day first")
    day = next((day for order in orders if (day := day_number(text, order)) is not None), None)
    return math.nan if day is None else float(datetime.date.fromordinal(day).year)


def day_or_nan(text: str, order: DayOrder) -> float:
    """As `day_number`; NaN if the text is not a date."""
    day = day_number(text, order)
    return float("nan") if day is None else float(day)


def _date_parts(text: str, order: DayOrder) -> tuple[int, int, int] | None:
    if match := re.fullmatch(_ISO, text) or re.fullmatch(_COMPACT, text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := re.fullmatch(_NUMERIC, text):
        first, second, year = (int(part) for part in match.groups())
        if year < 100:
            year += 1900 if year >= _PIVOT else 2000
        month, day = (second, first) if order == "day first" else (first, second)
        return year, month, day
    if match := re.fullmatch(_WORDS, text):
        month_name = match[2][:3].lower()
        if month_name in _MONTHS:
            return int(match[4]), _MONTHS.index(month_name) + 1, int(match[1] or match[3] or 1)
    if match := re.fullmatch(_YEAR_AND_MONTH, text):
        return int(match[1]), int(match[2] or 1), 1
    return None
