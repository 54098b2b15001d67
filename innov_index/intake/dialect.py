"""Detection of the delimiter of a text table and of the decimal mark of its numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice

# The first wins ties: the comma comes last, as names and numbers contain it most often.
DELIMITERS = ("\t", ";", "|", ",")
NAMES = {"\t": "a tab", " ": "a space"}

_SAMPLE_ROWS = 20
_SAMPLE_CHARACTERS = 200_000
_SIGNED = r"\s*[+-]?"
# "0,25", "1,5" and "1.234,5" can only have decimal commas; "1,234" may also be one thousand and more.
_SURELY_DECIMAL_COMMA = re.compile(
    _SIGNED + r"(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+|\d{1,3}(?:\.\d{3})+,\d+)(?:[eE][+-]?\d+)?\s*",
    re.ASCII,
)
_SURELY_DECIMAL_POINT = re.compile(
    _SIGNED + r"(?:\d*\.(?:\d{1,2}|\d{4,})|0?\.\d+|\d{4,}\.\d+|\d{1,3}(?:,\d{3})+\.\d+)(?:[eE][+-]?\d+)?\s*",
    re.ASCII,
)


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that gives the header the most cells, and the first rows the same number."""
    sample = text
    if len(text) > _SAMPLE_CHARACTERS:
        # up to the last complete line; a first line longer than the sample is used as it is
        sample = text[: text.rfind("\n", 0, _SAMPLE_CHARACTERS) + 1] or text
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def sniff_decimal(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    """Return "," if some numbers need a decimal comma and none a decimal point, otherwise "."."""
    if delimiter == ",":
        return "."
    cells = list(chain.from_iterable(rows))
    if not any(_SURELY_DECIMAL_COMMA.fullmatch(cell) for cell in cells if "," in cell):
        return "."
    return "." if any(_SURELY_DECIMAL_POINT.fullmatch(cell) for cell in cells if "." in cell) else ","


def _fit(text: str, delimiter: str) -> tuple[bool, bool, int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        widths = [len(row) for row in islice(filter(None, reader), _SAMPLE_ROWS)]
    except csv.Error:
        return False, False, 0
    width = widths[0] if widths else 0
    return width > 1, len(set(widths)) == 1, width
