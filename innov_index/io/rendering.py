"""Turning rows into the bytes of a format: CSV, JSON, Markdown, and by a file's name also Excel and Parquet.

Numbers are written so that reading them gives the same number again. What a person typed can never become
code where the result is opened: no formula in a spreadsheet, no markup in a page.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from innov_index.errors import InnovIndexError
from innov_index.io.parquet import to_parquet
from innov_index.io.xlsx import to_xlsx
from innov_index.model.sheet import Cell, Sheet

_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@]")
_MARKDOWN = re.compile(r"[\\|`\[]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def to_csv(sheet: Sheet) -> str:
    r"""Write commas, "\n" line ends, and quotes where RFC 4180 asks for them; no value is an empty cell.

    A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage return)
    gets an apostrophe in front. Line breaks inside a text become spaces.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([_csv_cell(cell) for cell in row] for row in (sheet.columns, *sheet.rows))
    return stream.getvalue()


def to_json(sheet: Sheet) -> str:
    """Write a list of objects, one a line; no value is null.

    <, > and & are escaped, so that the text may stand inside an HTML page.
    """
    objects = (dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows)
    lines = [json.dumps(entry, ensure_ascii=False, allow_nan=False) for entry in objects]
    text = "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def to_markdown(sheet: Sheet) -> str:
    """Write a table of GitHub's Markdown, columns of numbers aligned right; markup in texts is escaped."""
    marks = [
        "---:" if _is_numeric(row[i] for row in sheet.rows) else "---" for i in range(len(sheet.columns))
    ]
    rows = [[_markdown_cell(cell) for cell in row] for row in (sheet.columns, *sheet.rows)]
    rows.insert(1, marks)
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


RENDERERS: dict[str, Callable[[Sheet], bytes]] = {
    ".csv": lambda sheet: to_csv(sheet).encode(),
    # no time stamp: the same rows are the same bytes
    ".csv.gz": lambda sheet: gzip.compress(to_csv(sheet).encode(), mtime=0),
    ".json": lambda sheet: to_json(sheet).encode(),
    ".md": lambda sheet: to_markdown(sheet).encode(),
    ".xlsx": to_xlsx,
    ".parquet": to_parquet,
}
"""How to make the bytes of a file, by the end of its name."""


def renderer_for(path: Path) -> Callable[[Sheet], bytes]:
    """Return what makes the bytes of a file of this name; an unknown ending is an `InnovIndexError`."""
    return RENDERERS[extension_of(path)]


def extension_of(path: Path) -> str:
    """Return the end of a name that says the format; an unknown one is an `InnovIndexError`."""
    for extension in RENDERERS:
        if path.name.lower().endswith(extension):
            return extension
    known = ", ".join(RENDERERS)
    raise InnovIndexError(f"{path}: cannot tell the format from this name; known endings are {known}")


def render(sheet: Sheet, path: Path) -> bytes:
    """Return the bytes that a file at `path` should hold; the end of its name says the format."""
    return renderer_for(path)(sheet)


def _written(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell)


def _csv_cell(cell: Cell) -> str:
    if not isinstance(cell, str):
        return _written(cell)
    return ("'" if _FORMULA.match(cell) else "") + " ".join(cell.splitlines())


def _markdown_cell(cell: Cell) -> str:
    text = _MARKDOWN.sub(r"\\\g<0>", " ".join(_written(cell).splitlines()))
    for character, entity in _HTML.items():
        text = text.replace(character, entity)
    return text


def _is_numeric(column: Iterable[Cell]) -> bool:
    present = [cell for cell in column if cell is not None]
    return bool(present) and not any(isinstance(cell, str | bool) for cell in present)
