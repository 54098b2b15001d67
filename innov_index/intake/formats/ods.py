"""OpenDocument spreadsheets (.ods), from the XML of their content.

calamine would parse them faster, but it says nothing about errors, hidden columns and merged cells, and
repeats whatever a count of repetitions asks for; a reader that finds these out has the values as well.
"""

from __future__ import annotations

import datetime
import io
import re
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
from innov_index.intake.formats.zip_parts import Parts, ensure_no_entities
from innov_index.intake.raw_sheet import Duration, ErrorValue, Merged

_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:"
_TABLE = _SPACE + "table:1.0}"
_OFFICE = _SPACE + "office:1.0}"
_TEXT = _SPACE + "text:1.0}"
_STYLE = _SPACE + "style:1.0}"
_KIND_EXTENDED = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"

_COLUMNS_A_ROW = 16_384
_ROWS = 1 << 20


@dataclass
class _Page(Page):
    blank: int = 0
    """Blank rows that count only if a filled one follows."""


class OpenDocument(WholeSheets):
    """An OpenDocument spreadsheet."""

    def __init__(self, path: Path, content: bytes) -> None:
        super().__init__(path, _pages(path, content))


def _pages(path: Path, content: bytes) -> Iterator[_Page]:
    parts = Parts(path, content)
    if "META-INF/manifest.xml" in parts and b"encryption-data" in parts.read("META-INF/manifest.xml"):
        raise DataError(f"{path}: this spreadsheet has a password; save it without one")
    xml = parts.read("content.xml")
    ensure_no_entities(path, xml)
    try:
        yield from _read(path, xml)
    except (ElementTree.ParseError, ValueError, OverflowError) as error:
        raise DataError(f"{path}: its XML is damaged ({error})") from None


def _read(path: Path, xml: bytes) -> Iterator[_Page]:
    page: _Page | None = None
    hidden_styles: set[str] = set()
    depth = 0
    for event, element in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag == _TABLE + "table":
                depth += 1
                if depth == 1:
                    hidden = element.get(_TABLE + "style-name") in hidden_styles
                    page = _Page(element.get(_TABLE + "name", ""), hidden)
        elif tag == _STYLE + "style":
            if any(child.get(_TABLE + "display") == "false" for child in element):
                hidden_styles.add(element.get(_STYLE + "name", ""))
        elif page is None or depth > 1:
            depth -= tag == _TABLE + "table"
        elif tag == _TABLE + "table-column":
            _add_columns(page, element)
        elif tag == _TABLE + "table-row":
            _add_rows(path, page, element)
            element.clear()
        elif tag == _TABLE + "table":
            depth = 0
            yield page
            page = None
            element.clear()


def _add_columns(page: _Page, element: ElementTree.Element) -> None:
    count = _count(element, "number-columns-repeated", _COLUMNS_A_ROW)
    if element.get(_TABLE + "visibility", "visible") != "visible":
        page.layout.hidden.append((page.columns, page.columns + count - 1))
    page.columns += count


def _count(element: ElementTree.Element, name: str, most: int) -> int:
    text = element.get(_TABLE + name, "1")
    return min(max(int(text), 1), most) if text.isdigit() else 1


def _add_rows(path: Path, page: _Page, element: ElementTree.Element) -> None:
    """Append a row as often as it is repeated; blank ones only as soon as a filled one follows."""
    repeated = _count(element, "number-rows-repeated", _ROWS)
    top = len(page.rows) + page.blank
    cells = _cells(page, element, top)
    if not cells:
        page.blank += repeated
        return
    if element.get(_TABLE + "visibility", "visible") != "visible":
        page.layout.hidden_rows += repeated
    page.width = max(page.width, len(cells))
    page.filled += sum(cell is not None for cell in cells) * repeated
    if top + repeated > _ROWS:
        raise DataError(f"{path}: sheet '{page.name}' has more than {_ROWS:,} rows")
    ensure_dense(path, page.name, top + repeated, page.width, page.filled)
    page.rows.extend([] for _ in range(page.blank))
    page.rows.extend([cells] * repeated)
    page.blank = 0


def _cells(page: _Page, row: ElementTree.Element, top: int) -> list[object]:
    """The cells of a row up to the last filled one."""
    cells: list[object] = []
    blank = 0
    for element in row:
        if element.tag not in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            continue
        repeated = _count(element, "number-columns-repeated", _COLUMNS_A_ROW)
        covered = element.tag == _TABLE + "covered-table-cell"
        value = None if covered else _value(element)
        _add_merged(page, element, top, len(cells) + blank)
        if value is None:
            blank += repeated
        else:
            cells += [None] * blank + [value] * repeated
            blank = 0
        if len(cells) + blank > _COLUMNS_A_ROW:
            blank = max(_COLUMNS_A_ROW - len(cells), 0)
    return cells


def _add_merged(page: _Page, element: ElementTree.Element, top: int, left: int) -> None:
    columns = _count(element, "number-columns-spanned", _COLUMNS_A_ROW)
    rows = _count(element, "number-rows-spanned", _ROWS)
    if columns > 1 or rows > 1:
        page.layout.merged.append(Merged(top, left, top + rows - 1, left + columns - 1))


def _value(element: ElementTree.Element) -> object:
    kind = element.get(_OFFICE + "value-type")
    if element.get(_KIND_EXTENDED) == "error":
        return ErrorValue(_text(element) or "#VALUE!")
    if kind in ("float", "percentage", "currency"):
        return float(element.get(_OFFICE + "value", "nan"))
    if kind == "boolean":
        return element.get(_OFFICE + "boolean-value") == "true"
    if kind == "date":
        return _date(element.get(_OFFICE + "date-value", "")) or _text(element) or None
    if kind == "time":
        return _time(element.get(_OFFICE + "time-value", ""))
    text = _text(element) or element.get(_OFFICE + "string-value", "")
    if kind is None and not text:
        return NOT_CALCULATED if element.get(_TABLE + "formula") else None
    return text or None


def _date(text: str) -> datetime.date | None:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if "T" in text and moment.time() != datetime.time.min else moment.date()


_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S")


def _time(text: str) -> object:
    """A time of the day; a longer duration is a number of days, as Excel stores it."""
    found = _DURATION.fullmatch(text)
    if not found:
        return text or None
    seconds = 3600 * int(found[1]) + 60 * int(found[2]) + float(found[3])
    if seconds >= 86_400:
        return Duration(seconds / 86_400)
    return (datetime.datetime.min + datetime.timedelta(seconds=seconds)).time()


def _text(element: ElementTree.Element) -> str:
    """The paragraphs of a cell, one a line, without comments."""
    return "\n".join("".join(_pieces(child)) for child in element if child.tag == _TEXT + "p")


def _pieces(element: ElementTree.Element) -> Iterator[str]:
    if element.tag == _TEXT + "s":
        count = element.get(_TEXT + "c", "1")
        yield " " * (int(count) if count.isdigit() and len(count) < 6 else 1)
    elif element.tag == _TEXT + "tab":
        yield "\t"
    elif element.tag == _TEXT + "line-break":
        yield "\n"
    elif element.tag != _OFFICE + "annotation":
        yield element.text or ""
        for child in element:
            yield from _pieces(child)
            yield child.tail or ""
