"""Writing Excel workbooks."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from innov_index.io.extras import load_extra
from innov_index.model.sheet import Sheet

_TITLE = re.compile(r"[\[\]:*?/\\]")


def to_xlsx(sheet: Sheet) -> bytes:
    """Write a workbook of one sheet; text stays text, also where it looks like a formula."""
    return to_workbook({"Sheet1": sheet})


def to_workbook(sheets: Mapping[str, Sheet]) -> bytes:
    """Write a workbook of several sheets by their titles, shortened to what Excel allows (31 characters)."""
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
