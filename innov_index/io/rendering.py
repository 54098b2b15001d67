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

import numpy as np

from innov_index.errors import InnovIndexError, load_extra
from innov_index.io.arrow_lines import Lines
from innov_index.io.parquet import to_parquet
from innov_index.model.sheet import Cell, Cells, Kind, Picked, Sheet
from innov_index.wording import listed

_TITLE = r"[\[\]:*?/\\]"


def to_xlsx(sheet: Sheet) -> bytes:
    """Write a workbook with one sheet; text stays text even if it looks like a formula."""
    return to_workbook({"Sheet1": sheet})


def to_workbook(sheets: Mapping[str, Sheet]) -> bytes:
    """Write a workbook with several sheets by title, shortened to the 31 characters that Excel allows."""
    openpyxl = load_extra("openpyxl", "writing an Excel workbook", "excel")
    book = openpyxl.Workbook(write_only=True)
    for title, sheet in sheets.items():
        page = book.create_sheet(re.sub(_TITLE, " ", title)[:31])
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


_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@]")
_FIRST = 256
_ROWS = 1 << 16
MANY = 20_000
"""Rows from which on a table is worth the start of pyarrow."""

_TEXTS_FOR_A_CELL = 4
"""Up to this many known texts for each cell picked from them, all are written once and the cells picked."""

_QUOTED, _FORMULA_MARKS = ',"\r\n', "=+-@\t\r"
_FORMULA_WITHIN = re.compile(rf"\0(?:{_FORMULA.pattern})")
_MARKDOWN = r"[\\|`\[]"
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def to_csv(sheet: Sheet) -> str:
    r"""Write commas, "\n" line ends, and quotes as RFC 4180 requires; missing values are empty cells.

    Text that a spreadsheet would take for a formula (beginning with = + - @, a tab or a carriage return)
    gets a leading apostrophe. Line breaks in text become spaces.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(map(_csv_cell, sheet.columns))
    for block in sheet.blocks():
        columns, quoted = zip(*map(_csv_texts, block), strict=True)
        if len(columns) > 1 and not any(quoted):
            stream.writelines(f"{line}\n" for line in map(",".join, zip(*columns, strict=True)))
        else:
            writer.writerows(zip(*columns, strict=True))
    return stream.getvalue()


def _csv_bytes(sheet: Sheet) -> bytes:
    """The same for a file; many rows through pyarrow, where it is installed."""
    if len(sheet.rows) < MANY or len(sheet.columns) < 2:
        return to_csv(sheet).encode()
    try:
        lines = Lines()
    except ImportError:
        return to_csv(sheet).encode()
    columns = [sheet.cells(position) for position in range(len(sheet.columns))]
    known = {
        id(own): own.texts
        for own in columns
        if isinstance(own, Picked) and len(own.texts) <= _TEXTS_FOR_A_CELL * len(own)
    }
    texts = {at: lines.many(_quoted(*_csv_texts(own))) for at, own in known.items()}
    stream = io.BytesIO()
    stream.write(to_csv(Sheet(sheet.columns, ())).encode())
    for start in range(0, len(sheet.rows), _ROWS):
        made: dict[int, Any] = {}
        for cells in columns:
            if id(cells) in made:  # codes may be names, too
                continue
            here = cells[start : start + _ROWS]
            if isinstance(here, Picked) and id(cells) in texts:
                made[id(cells)] = lines.picked(texts[id(cells)], here.positions)
            else:
                made[id(cells)] = _written_cells(lines, here)
        stream.write(lines.joined([made[id(cells)] for cells in columns], ","))
    return stream.getvalue()


def _written_cells(lines: Lines, cells: Cells) -> Any:
    """A column of a CSV in Arrow's memory."""
    if isinstance(cells, np.ndarray):
        return lines.numbers(cells)
    if set(map(type, cells)) == {int}:
        with suppress(OverflowError):
            return lines.whole_numbers(np.array(cells, dtype=np.int64))
    return lines.texts(_quoted(*_csv_texts(cells)))


def _quoted(texts: Sequence[str], quoted: bool) -> Sequence[str]:
    """Texts of cells, with quotes where some need them."""
    if not quoted:
        return texts
    return ['"' + text.replace('"', '""') + '"' if _has(text, _QUOTED) else text for text in texts]


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
    ".csv": lambda sheet: _csv_bytes(sheet),
    # without time stamp, so that the same rows give the same bytes
    ".csv.gz": lambda sheet: gzip.compress(_csv_bytes(sheet), mtime=0),
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


def _csv_texts(cells: Sequence[Cell]) -> tuple[Sequence[str], bool]:
    """A column as it is written, before quotes; and whether some cell needs them."""
    kinds = set(map(type, cells))
    if kinds <= {float, type(None)} or kinds <= {int, type(None)}:
        return _number_texts(cells), False
    if kinds == {str}:
        texts: list[str] = list(cells)  # type: ignore[arg-type]
        joined = "\0".join(["", *texts, ""])
        formulas = _has(joined, _FORMULA_MARKS) and _FORMULA_WITHIN.search(joined)
        if not formulas and len(joined.splitlines()) == 1:
            return texts, _has(joined, _QUOTED)
    texts = [_csv_cell(cell) for cell in cells]
    return texts, _has("".join(texts), _QUOTED)


def _has(text: str, marks: str) -> bool:
    return any(mark in text for mark in marks)


def _number_texts(cells: Sequence[Cell]) -> Sequence[str]:
    """Numbers as Python writes them; repeated ones, such as estimates, are written once."""
    few = len(set(cells[:_FIRST])) < len(cells[:_FIRST]) // 4
    if few:
        written = {cell: _written(cell) for cell in set(cells)}
        return [written[cell] for cell in cells]
    return [*map(_written, cells)] if None in cells else [*map(repr, cells)]


def _csv_cell(cell: Cell) -> str:
    if not isinstance(cell, str):
        return _written(cell)
    return ("'" if _FORMULA.match(cell) else "") + " ".join(cell.splitlines())


def _markdown_cell(cell: Cell) -> str:
    text = re.sub(_MARKDOWN, r"\\\g<0>", " ".join(_written(cell).splitlines()))
    for character, entity in _HTML.items():
        text = text.replace(character, entity)
    return text
