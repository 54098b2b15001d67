"""The content of one cell of a small table as text and as a number.

Text files have only cells of text; workbooks and Parquet files also have numbers, booleans and dates.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Collection, Sequence
from decimal import Decimal

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.model.sheet import to_text

_NUMBER = {
    ".": re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII),
    ",": re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?", re.ASCII),
}
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,.'’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?", re.ASCII)
_OTHER_MARK = re.compile(r"[+-]?\d*[.,]\d+(?:[eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_MISSING = "if it means a missing value, list it under `missing`"


class ErrorValue(str):
    """The result of a spreadsheet formula that failed, such as #N/A."""

    __slots__ = ()


def to_number(cell: object, decimal: str = ".") -> float:
    """Return the cell as a number.

    Raises
    ------
    ValueError
        The cell is not a finite number; the message says why, as a clause.
    """
    if isinstance(cell, str):
        return _parse(cell.strip(), decimal)
    if isinstance(cell, bool):
        raise ValueError("it is a boolean")
    if isinstance(cell, datetime.date | datetime.time):
        raise ValueError("it is a date or a time")
    if not isinstance(cell, int | float | Decimal):
        raise ValueError("it is an empty cell" if cell is None else f"it is a {type(cell).__name__}")
    return _finite(cell)


def to_numbers(
    cells: Sequence[object], missing: Collection[str], decimal: str
) -> tuple[Floats, dict[int, str]]:
    """Return the numbers in many cells, and a reason for each cell (by position) that is not a number.

    A cell whose text is in `missing` is NaN; a number in `missing`, such as -999, is missing however written.
    """
    values = _plain_numbers(cells, missing, decimal)
    wrong: dict[int, str] = {}
    if values is None:
        values, wrong = _any_numbers(cells, missing, decimal)
    for text in missing:
        if _NUMBER[decimal].fullmatch(text):
            values[values == float(text.replace(",", "."))] = np.nan
    return values, wrong


def _any_numbers(
    cells: Sequence[object], missing: Collection[str], decimal: str
) -> tuple[Floats, dict[int, str]]:
    """Convert cells one by one."""
    values = np.full(len(cells), np.nan)
    wrong = {}
    for index, cell in enumerate(cells):
        try:
            values[index] = to_number(cell, decimal)
        except ValueError as error:
            if to_text(cell) not in missing:
                wrong[index] = str(error)
    return values, wrong


def _plain_numbers(cells: Sequence[object], missing: Collection[str], decimal: str) -> Floats | None:
    """Convert cells of text all at once, or return None if some need to be converted one by one."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) < len(cells):
        return None
    joined = "\n".join(texts)
    # float() accepts more than we do: 1_000, digits of other scripts, nan, inf
    if not joined.isascii() or "_" in joined or (decimal == "," and "." in joined):
        return None
    if decimal == ",":
        texts = [text if text in missing else text.replace(",", ".") for text in texts]
    try:
        values = np.array([math.nan if text in missing else float(text) for text in texts])
    except ValueError:
        return None
    unknown = np.flatnonzero(~np.isfinite(values))
    return values if all(texts[index] in missing for index in unknown) else None


def _parse(text: str, decimal: str) -> float:
    if _NUMBER[decimal].fullmatch(text):
        return _finite(float(text.replace(",", ".")))
    raise ValueError(_why_not(text, decimal))


def _finite(number: float | Decimal) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise ValueError("it is not finite or too large")
    return value


def _why_not(text: str, decimal: str) -> str:
    if isinstance(text, ErrorValue) or text.startswith("#"):
        return f"it is a spreadsheet error; correct the formula, or {_MISSING}"
    if not text:
        return 'the cell is empty; if gaps are allowed, list "" under `missing`'
    if _NOT_FINITE.fullmatch(text):
        return f"it is not finite; {_MISSING}"
    other = "," if decimal == "." else "."
    if _GROUPED.fullmatch(text):
        also = f", or set `decimal: '{other}'`" if re.fullmatch(rf"[+-]?\d+[{other}]\d+", text) else ""
        return f"thousands separators are not accepted; remove them{also}"
    if _OTHER_MARK.fullmatch(text):
        return f"the decimal mark is '{decimal}' here; set `decimal: '{other}'` if it should be '{other}'"
    if text[0] in "−–—" and text[1:2].isdigit():
        return "its minus sign is a dash; use a plain '-'"
    if text.endswith("%"):
        return "remove the percent sign"
    return f"not a number; {_MISSING}"
