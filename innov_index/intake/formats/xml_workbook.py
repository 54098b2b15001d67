"""Excel 2003 XML workbooks, one XML file that is often named .xls or .xml: many databases export it.

No kept library reads them (calamine and openpyxl do not). Numbers are stored as Excel computes with them, so
that percentages are shares, as in the other workbooks.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from innov_index.errors import DataError
from innov_index.intake.formats.sheet_places import (
    NOT_CALCULATED,
    ensure_dense,
)
from innov_index.intake.formats.whole_sheets import Page, WholeSheets
from innov_index.intake.formats.zip_parts import ensure_no_entities
from innov_index.intake.raw_sheet import ErrorValue, Merged

_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"

_COLUMNS_A_ROW = 16_384
_ROWS = 1 << 20


@dataclass
class _Page(Page):
    row: int = 0


class XmlWorkbook(WholeSheets):
    """An Excel 2003 XML workbook."""

    def __init__(self, path: Path, content: bytes) -> None:
        ensure_no_entities(path, content)
        try:
            super().__init__(path, _pages(path, content))
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise DataError(
                f"{path}: this Excel 2003 XML workbook is damaged or truncated ({error})"
            ) from None


def _pages(path: Path, content: bytes) -> Iterator[_Page]:
    page: _Page | None = None
    for event, element in ElementTree.iterparse(io.BytesIO(content), events=("start", "end")):
        if event == "start":
            if element.tag == _SHEET + "Worksheet":
                page = _Page(element.get(_SHEET + "Name", ""))
        elif page is None:
            continue
        elif element.tag == _SHEET + "Column":
            _add_columns(page, element)
        elif element.tag == _SHEET + "Row":
            _add_row(path, page, element)
            element.clear()
        elif element.tag == _EXCEL + "Visible":
            page.hidden = (element.text or "").strip() in ("SheetHidden", "SheetVeryHidden")
        elif element.tag == _SHEET + "Worksheet":
            yield page
            page = None
            element.clear()


def _number(element: ElementTree.Element, name: str, otherwise: int, most: int) -> int:
    text = element.get(_SHEET + name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() else otherwise


def _is_hidden(element: ElementTree.Element) -> bool:
    return element.get(_SHEET + "Hidden") == "1"


def _add_columns(page: _Page, element: ElementTree.Element) -> None:
    first = max(_number(element, "Index", page.columns + 1, _COLUMNS_A_ROW), 1) - 1
    page.columns = first + 1 + _number(element, "Span", 0, _COLUMNS_A_ROW)
    if _is_hidden(element):
        page.layout.hidden.append((first, page.columns - 1))


def _add_row(path: Path, page: _Page, element: ElementTree.Element) -> None:
    """Put a row in its place; those before it that are not in the file are blank."""
    row = max(_number(element, "Index", page.row + 1, _ROWS), 1) - 1
    page.row = row + 1 + _number(element, "Span", 0, _ROWS)
    cells = _cells(page, element, row)
    if _is_hidden(element):
        page.layout.hidden_rows += page.row - row
    if not cells:
        return
    page.width = max(page.width, len(cells))
    page.filled += sum(cell is not None for cell in cells)
    ensure_dense(path, page.name, row + 1, page.width, page.filled)
    page.rows.extend([] for _ in range(row + 1 - len(page.rows)))
    page.rows[row] = cells


def _cells(page: _Page, row: ElementTree.Element, number: int) -> list[object]:
    """The cells of a row up to the last filled one."""
    cells: list[object] = []
    at = 0
    for element in row:
        if element.tag != _SHEET + "Cell":
            continue
        at = max(_number(element, "Index", at + 1, _COLUMNS_A_ROW), 1) - 1
        across, down = (_number(element, f"Merge{way}", 0, _ROWS) for way in ("Across", "Down"))
        if across or down:
            right = min(at + across, _COLUMNS_A_ROW - 1)
            page.layout.merged.append(Merged(number, at, min(number + down, _ROWS - 1), right))
        value = _value(element)
        if value is not None:
            cells.extend([None] * (at + 1 - len(cells)))
            cells[at] = value
        at += 1 + across
    return cells


def _value(element: ElementTree.Element) -> object:
    data = element.find(_SHEET + "Data")
    if data is None:
        return NOT_CALCULATED if element.get(_SHEET + "Formula") else None
    text = "".join(data.itertext())
    kind = data.get(_SHEET + "Type", "String")
    if kind == "Number":
        return float(text)
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "Error":
        return ErrorValue(text.strip() or "#VALUE!")
    if kind == "DateTime":
        return _moment(text.strip())
    if not text and element.get(_SHEET + "Formula"):
        return NOT_CALCULATED
    return text or None


def _moment(text: str) -> object:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return text or None
    if moment.date() == datetime.date(1899, 12, 31):  # a time of the day
        return moment.time()
    return moment.date() if moment.time() == datetime.time.min else moment
