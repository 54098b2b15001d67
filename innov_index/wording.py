"""Lists, plurals, ordinals, percentages and decimals in messages, sentences, tables and figures."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

_BREAKING = r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+"
_URL = r"""[A-Za-z][\w.+-]*://(?:[^\n]*@)?[^\s"'<>{}|]*"""
_OPTIONS = r"[?#;&]"
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+"


_LONG = 200
"""Letters of a name from which on its end is left out; cells may be of any length."""


def listed(names: Iterable[object], most: int | None = None, last: str = "and") -> str:
    """Return "A and B" or "A, B and C"; beyond `most` names "A, B and 7 more"; "none" if empty.

    `last` is the word before the last name: "or" for a choice.
    """
    texts = [text if len(text := str(name)) <= _LONG else f"{text[:_LONG]}…" for name in names]
    if not texts:
        return "none"
    if most is not None and len(texts) > most:
        return f"{', '.join(texts[:most])} and {len(texts) - most} more"
    return f" {last} ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return "1 record" or "1,204 records"; `plural` unless it is the noun with an s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def ordinal(rank: float) -> str:
    """Return "1st", "2nd", "3rd" …; "2.5th" for a rank shared by two."""
    if not float(rank).is_integer():
        return f"{rank:g}th"
    number = int(rank)
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def percent(share: float, decimals: int = 0) -> str:
    """Return a share, such as 0.12, as "12 %"."""
    return f"{float(share) * 100:.{decimals}f} %"


def visible(text: str) -> str:
    """Return a text without what a terminal would act on: control characters, but line ends and tabs."""
    return re.sub(_CONTROL, " ", text)


def without_credentials(text: str) -> str:
    """Return a text in which URLs have no user, password and options, whichever of them is secret."""
    return re.sub(_URL, lambda url: without_secrets(url[0]), text) if "://" in text else text


def without_secrets(url: str) -> str:
    """Return a URL without user, password and options.

    A password may hold any sign, also one that ends it elsewhere; where it may, the scheme alone is left.
    """
    scheme, _, rest = url.partition("://")
    before, at, place = rest.rpartition("@")
    if re.search(_OPTIONS, before):
        return f"{scheme}://…"
    shown = re.split(_OPTIONS, place)[0]
    return f"{scheme}://{'…@' if at else ''}{shown}{'' if shown == place else '?…'}"


def one_line(text: str) -> str:
    """Return a text without control characters, line ends included."""
    return re.sub(_BREAKING, " ", text)


FEWEST_DECIMALS, MOST_DECIMALS = 2, 10
_SPLITTING = 2
"""Decimals beyond a thousandth of the spread that are shown to tell neighbours apart."""
_TOO_LARGE = 1e15


def decimals_of(numbers: Iterable[float | None]) -> int:
    """Return the decimals with which a column of numbers is shown, on a terminal, a page, a figure, a sheet.

    They show a thousandth of the column's spread, and up to two more where different numbers would read the
    same. Zeros that all numbers end in are dropped.
    """
    stated = (number for number in numbers if number is not None and abs(number) < math.inf)
    known = sorted({float(f"{number:.12g}") for number in stated})
    spread = known[-1] - known[0] or abs(known[0]) if known else 0.0
    if not 0 < spread < math.inf:
        return FEWEST_DECIMALS
    steps = 3 - math.floor(math.log10(spread))
    decimals = min(max(steps, FEWEST_DECIMALS), MOST_DECIMALS)
    most = min(decimals + _SPLITTING, MOST_DECIMALS)
    while decimals < most and len({f"{number:.{decimals}f}" for number in known}) < len(known):
        decimals += 1
    while decimals > FEWEST_DECIMALS and all(f"{number:.{decimals}f}"[-1] == "0" for number in known):
        decimals -= 1
    return decimals


def decimal_text(number: float, decimals: int, *, thousands: str = "") -> str:
    """Return a number with these decimals; with two digits of its own where it would read as 0."""
    if abs(number) >= _TOO_LARGE:
        return f"{number:.6g}"
    text = f"{number:{thousands}.{decimals}f}"
    if not text.strip("-0.,"):
        return f"{number:.2g}" if number else text.lstrip("-")
    return text
