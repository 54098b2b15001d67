"""Tables of an HTML page: what many statistical offices name `.xls`, as Excel opens it without a word.

Python's own parser takes any page, however broken. Cells stay texts: the page says nothing about numbers.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from innov_index.errors import DataError
from innov_index.intake.formats.sheet_places import SheetCells
from innov_index.intake.opening import ensure_few_cells
from innov_index.intake.raw_sheet import Merged, RawSheet, SheetTitle

_MOST_COLUMNS = 1_000
_MOST_ROWS = 65_534
"""How far a cell may span, by the HTML standard."""

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_STATED = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\r\n\f\u00a0]+")
_SILENT = ("script", "style", "template", "title")


@dataclass
class _Page:
    """A table while it is read."""

    name: str = ""
    rows: list[list[object]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)
    """Columns that a cell above spans, and the last row that it reaches."""
    filled: int = 0


@dataclass
class _Open:
    """A table whose end tag has not come yet, and its open cell."""

    page: _Page
    pieces: list[str] | None = None
    spans: tuple[int, int] = (1, 1)
    caption: list[str] | None = None
    in_row: bool = False


class HtmlTables:
    """The tables of a page that have a filled cell, one a sheet."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        reader = _Reader(path)
        reader.feed(_text(path, content))
        reader.close()
        self._pages = dict(_named(reader.finished()))
        if not self._pages:
            raise DataError(f"{path}: this is an HTML page without a table")

    @property
    def titles(self) -> tuple[SheetTitle, ...]:
        """The tables in order, by their captions; others are numbered."""
        return tuple(SheetTitle(name, False) for name in self._pages)

    def sheet(self, name: str) -> RawSheet:
        """One table; a cell of its `row` and `column` has the place that a spreadsheet would give it."""
        page = self._pages[name]
        return RawSheet(name, page.rows, SheetCells(str(self._path), name), tuple(page.merged))


def _text(path: Path, content: bytes) -> str:
    """The page in the encoding that it states, else in UTF-8."""
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    said = _STATED.search(content[:4096])
    encoding = _MARKS[mark] if mark else said[1].decode("ascii", "replace") if said else "utf-8"
    try:
        return content[len(mark) :].decode(encoding)
    except LookupError:
        raise DataError(f"{path}: unknown encoding '{encoding}', which the page states") from None
    except UnicodeError as error:
        stated = "as the page states" if said or mark else "and the page states no encoding"
        raise DataError(f"{path}: not {encoding} text, {stated} ({error}); save it as UTF-8") from None


def _named(pages: list[_Page]) -> Iterator[tuple[str, _Page]]:
    names: set[str] = set()
    for number, page in enumerate(pages, start=1):
        name = page.name if page.name and page.name not in names else f"table {number}"
        names.add(name)
        yield name, page


class _Reader(HTMLParser):
    """Collects tables; end tags of cells and rows may be left out, and tables may stand in cells."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self._path = path
        self._done: list[_Page] = []
        self._open: list[_Open] = []
        self._silent = 0

    def finished(self) -> list[_Page]:
        """Tables with a filled cell."""
        while self._open:
            self._end_table()
        return [page for page in self._done if page.filled]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._open.append(_Open(_Page()))
            self._done.append(self._open[-1].page)
        elif self._open:
            self._start_inside(self._open[-1], tag, dict(attrs))

    def _start_inside(self, table: _Open, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "tr":
            self._start_row(table)
        elif tag in ("td", "th"):
            self._end_cell(table)
            if not table.in_row:
                self._start_row(table)
            table.pieces = []
            table.spans = (
                _span(attributes.get("rowspan"), _MOST_ROWS),
                _span(attributes.get("colspan"), _MOST_COLUMNS),
            )
        elif tag == "caption":
            table.caption = []
        elif tag in ("br", "p", "div", "li") or (tag == "sup" and _ends_in_digit(table.pieces)):
            # a footnote mark after a number would become its last digit
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif not self._open:
            return
        elif tag == "table":
            self._end_table()
        elif tag in ("td", "th"):
            self._end_cell(self._open[-1])
        elif tag == "tr":
            self._end_row(self._open[-1])
        elif tag == "caption":
            table = self._open[-1]
            table.page.name = _plain(table.caption or [])
            table.caption = None

    def handle_data(self, data: str) -> None:
        if self._silent or not self._open:
            return
        table = self._open[-1]
        if table.caption is not None:
            table.caption.append(data)
        elif table.pieces is not None:
            table.pieces.append(data)

    def _start_row(self, table: _Open) -> None:
        self._end_row(table)
        table.page.rows.append([])
        table.in_row = True

    def _end_row(self, table: _Open) -> None:
        self._end_cell(table)
        table.in_row = False

    def _end_table(self) -> None:
        self._end_row(self._open[-1])
        self._open.pop()

    def _end_cell(self, table: _Open) -> None:
        """Put the open cell beside the last one, after columns that cells above span."""
        if table.pieces is None:
            return
        text, (down, across) = _plain(table.pieces), table.spans
        table.pieces = None
        page = table.page
        row, number = page.rows[-1], len(page.rows) - 1
        while page.taken.get(len(row), -1) >= number:
            row.append(None)
        left = len(row)
        row.append(text or None)
        row.extend([None] * (across - 1))
        page.filled += len(row) - left
        ensure_few_cells(self._path, page.filled)
        if down > 1 or across > 1:
            page.merged.append(Merged(number, left, number + down - 1, left + across - 1))
        if down > 1:
            page.taken.update(dict.fromkeys(range(left, left + across), number + down - 1))


def _span(text: str | None, most: int) -> int:
    number = int(text) if text and text.strip().isascii() and text.strip().isdigit() and len(text) < 10 else 1
    return min(max(number, 1), most)


def _plain(pieces: list[str]) -> str:
    return _BLANK.sub(" ", "".join(pieces)).strip()


def _ends_in_digit(pieces: list[str] | None) -> bool:
    return bool(pieces) and "".join((pieces or [])[-2:]).rstrip()[-1:].isdigit()
