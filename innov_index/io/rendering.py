"""Rendering of tables as CSV, JSON, Markdown, Excel and Parquet, chosen by the extension of a file name.

Numbers are written so that they read back as the same number. Text never becomes code where the file is
opened: no formula in a spreadsheet, no markup in a page.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from innov_index.errors import InnovIndexError, load_extra
from innov_index.io.writing import Draft, explained
from innov_index.model.sheet import Cell, Kind, Sheet, to_text
from innov_index.wording import listed

_TITLE = re.compile(r"[\[\]:*?/\\]")


def to_xlsx(sheet: Sheet) -> bytes:
    """Write a workbook with one sheet; text stays text even if it looks like a formula."""
    return to_workbook({"Sheet1": sheet})


def to_workbook(sheets: Mapping[str, Sheet]) -> bytes:
    """Write a workbook with several sheets by title, shortened to the 31 characters that Excel allows."""
    openpyxl = load_extra("openpyxl", "writing an Excel workbook", "excel")
    book = openpyxl.Workbook(write_only=True)
    for title, sheet in sheets.items():
        page = book.create_sheet(_TITLE.sub(" ", title)[:31])
        page.freeze_panes = "A2"
        for row in (sheet.columns, *sheet.rows):
            page.append([_text_cell(page, cell) if isinstance(cell, str) else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _text_cell(page: Any, text: str) -> Any:
    cells = load_extra("openpyxl.cell.cell", "writing an Excel workbook", "excel")
    cell = cells.WriteOnlyCell(page, cells.ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    return cell


class ParquetStream:
    """A Parquet file written part by part, one row group each; it appears when it is closed as complete.

    Nothing is created before the first part.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() != ".parquet":
            raise InnovIndexError(f"{path}: draws are written to a .parquet file")
        self._arrow = load_extra("pyarrow", "writing a Parquet file", "parquet")
        self._parquet = load_extra("pyarrow.parquet", "writing a Parquet file", "parquet")
        self._path = path
        self._draft: Draft | None = None
        self._writer: Any = None

    def write(self, columns: Mapping[str, object]) -> None:
        """Append a part."""
        table = self._arrow.table(dict(columns))
        if self._draft is None:
            self._draft = Draft(self._path)
        with explained(self._path):
            if self._writer is None:
                self._writer = self._parquet.ParquetWriter(self._draft.file, table.schema)
            self._writer.write_table(table)

    def close(self, *, complete: bool) -> None:
        """Close the file and move it into place, or discard it if incomplete."""
        if self._draft is None:
            return
        try:
            if complete:
                with explained(self._path):
                    self._writer.close()
                self._draft.finish()
        finally:
            if self._writer is not None:
                with suppress(OSError, ValueError):  # it would try to complete the file later
                    self._writer.close()
            self._draft.discard()


def to_parquet(sheet: Sheet) -> bytes:
    """Write a Parquet file; a column of mixed kinds becomes text."""
    parquet = load_extra("pyarrow.parquet", "writing a Parquet file", "parquet")
    arrow = load_extra("pyarrow", "writing a Parquet file", "parquet")
    columns = [_one_kind([row[index] for row in sheet.rows], kind) for index, kind in enumerate(sheet.kinds)]
    stream = io.BytesIO()
    parquet.write_table(arrow.table(columns, names=list(sheet.columns)), stream)
    return stream.getvalue()


def _one_kind(cells: Sequence[Cell], kind: Kind) -> list[Cell]:
    if kind in (Kind.NUMBER, Kind.SHARE):
        return [None if cell is None else float(cell) for cell in cells]
    if kind == Kind.TEXT:
        return [cell if cell is None or isinstance(cell, str) else to_text(cell) for cell in cells]
    return list(cells)


_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@]")
_MARKDOWN = re.compile(r"[\\|`\[]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def to_csv(sheet: Sheet) -> str:
    r"""Write commas, "\n" line ends, and quotes as RFC 4180 requires; missing values are empty cells.

    Text that a spreadsheet would take for a formula (beginning with = + - @, a tab or a carriage return)
    gets a leading apostrophe. Line breaks in text become spaces.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([_csv_cell(cell) for cell in row] for row in (sheet.columns, *sheet.rows))
    return stream.getvalue()


def to_json(sheet: Sheet) -> str:
    """Write a list of objects, one per line; missing values are null.

    <, > and & are escaped, so that the text can be embedded in an HTML page.
    """
    objects = (dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows)
    lines = [json.dumps(entry, ensure_ascii=False, allow_nan=False) for entry in objects]
    return embeddable("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n")


def embeddable(text: str) -> str:
    """JSON that can stand inside an HTML element: it holds no `<` and no line separator of JavaScript."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def to_markdown(sheet: Sheet) -> str:
    """Write a table in GitHub's Markdown, with numbers aligned right; markup in text is escaped."""
    marks = ["---" if kind in (Kind.TEXT, Kind.FLAG) else "---:" for kind in sheet.kinds]
    rows = [[_markdown_cell(cell) for cell in row] for row in (sheet.columns, *sheet.rows)]
    rows.insert(1, marks)
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


RENDERERS: dict[str, Callable[[Sheet], bytes]] = {
    ".csv": lambda sheet: to_csv(sheet).encode(),
    # without time stamp, so that the same rows give the same bytes
    ".csv.gz": lambda sheet: gzip.compress(to_csv(sheet).encode(), mtime=0),
    ".json": lambda sheet: to_json(sheet).encode(),
    ".md": lambda sheet: to_markdown(sheet).encode(),
    ".xlsx": to_xlsx,
    ".parquet": to_parquet,
}
"""Function that renders a sheet, by extension of the file name."""


def renderer_for(path: Path) -> Callable[[Sheet], bytes]:
    """Return the function that renders files of this name; raises `InnovIndexError` if it is unknown."""
    return RENDERERS[extension_of(path)]


def extension_of(path: Path) -> str:
    """Return the extension that determines the format; raises `InnovIndexError` if it is unknown."""
    for extension in RENDERERS:
        if path.name.lower().endswith(extension):
            return extension
    known = listed(RENDERERS)
    raise InnovIndexError(f"{path}: unknown file format; known formats are {known}")


def render(sheet: Sheet, path: Path) -> bytes:
    """Render a sheet as the bytes of a file at `path`."""
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
