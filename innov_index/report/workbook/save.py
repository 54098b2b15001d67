"""Pages → the bytes of a workbook: how cells look, and the present result of every formula beside it.

The same pages give the same bytes: no time, no author.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from innov_index.io.extras import load_extra
from innov_index.report.workbook.sheet_cells import FIRST, Cell, Page, Rule

LONGEST_TEXT = 32_767
_FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_TIME = datetime.datetime(2000, 1, 1)

# colours mean one thing each and are told apart by colour-blind people too
_STYLES: dict[str, dict[str, Any]] = {
    "number": {"num_format": "#,##0.000"},
    "count": {"num_format": "0", "align": "center"},
    "share": {"num_format": "0.00%"},
    "rank": {"num_format": "0.#", "align": "center"},
    "faint": {"num_format": "0", "font_color": "#808080", "align": "center"},
    "text": {"num_format": "@"},
    "word": {"num_format": "@", "align": "center"},
    "wrapped": {"num_format": "@", "text_wrap": True, "valign": "top"},
    "note": {"num_format": "@", "font_color": "#595959", "align": "right"},
    "label": {"num_format": "@", "font_color": "#595959", "align": "right"},
    "head": {
        "num_format": "@",
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "align": "center",
        "bg_color": "#E7E9EC",
        "bottom": 1,
    },
    "section": {"bold": True, "font_size": 12, "bottom": 1, "num_format": "@"},
    "title": {"bold": True, "font_size": 14, "num_format": "@"},
    "sentence": {"font_color": "#595959", "num_format": "@"},
    "input": {"num_format": "General", "bg_color": "#FFF6CC", "locked": False},
    "marked": {"num_format": "General", "bg_color": "#FBD9B5", "italic": True},
    "changed": {"bg_color": "#CFE3F5"},
}

_HIGHLIGHT = {"bg_color": "#CFE3F5"}
_GAP = {"bg_color": "#F2F2F2", "pattern": 1}
_BAR = {"type": "data_bar", "bar_color": "#9CC3E6", "bar_solid": True, "min_type": "num", "min_value": 0}
_SCALE = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#7FB2DA"}
_RANKS = {
    "type": "3_color_scale",
    "min_color": "#7FB2DA",
    "mid_color": "#FFFFFF",
    "max_color": "#F3C08A",
    "mid_type": "percentile",
    "mid_value": 50,
}


def to_bytes(pages: Sequence[Page], names: Mapping[str, str], title: str) -> bytes:
    """Write the pages in order; `names` are defined names and what they refer to."""
    library = load_extra("xlsxwriter", "writing a workbook with formulas", "report")
    stream = io.BytesIO()
    book = library.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": _clean(title), "created": _NO_TIME})
    formats = _Formats(book)
    for page in pages:
        _write_page(book.add_worksheet(page.title), page, formats)
    for name, area in names.items():
        book.define_name(name, f"={area}")
    book.close()
    return stream.getvalue()


class _Formats:
    """Each style once, and once more for text that looks like a formula."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}

    def __call__(self, style: str, *, quoted: bool = False) -> Any:
        if (style, quoted) not in self._made:
            properties = {**_STYLES[style], **({"quote_prefix": True} if quoted else {})}
            self._made[style, quoted] = self._book.add_format(properties)
        return self._made[style, quoted]

    def highlight(self, properties: Mapping[str, Any]) -> Any:
        return self._book.add_format(dict(properties))


def _write_page(sheet: Any, page: Page, formats: _Formats) -> None:
    for (row, column), cell in page.cells.items():
        _write_cell(sheet, row, column, cell, formats)
    for column, width in page.widths.items():
        sheet.set_column(column, column, width)
    sheet.freeze_panes(*page.freeze)
    for row, height in page.heights.items():
        sheet.set_row(row, height)
    for rule in page.rules:
        _write_rule(sheet, rule, formats)
    _set_up_print(sheet, page)


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if cell.formula and cell.array:
        formula = "{" + cell.formula + "}"
        sheet.write_array_formula(row, column, row, column, formula, formats(cell.style), cell.value)
    elif cell.formula:
        value = _clean(cell.value) if isinstance(cell.value, str) else cell.value
        sheet.write_formula(row, column, cell.formula, formats(cell.style), value)
    elif isinstance(cell.value, str):
        _write_text(sheet, row, column, cell, formats)
    elif cell.value is None:
        sheet.write_blank(row, column, None, formats(cell.style))
    else:
        sheet.write_number(row, column, cell.value, formats(cell.style))


def _write_text(sheet: Any, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    """Text stays text, also after somebody edits the cell, and where it looks like a formula or a link."""
    text = _clean(str(cell.value))
    form = formats(cell.style, quoted=text.lstrip().startswith(_FORMULA_LIKE))
    if text:
        sheet.write_string(row, column, text, form)
    else:
        sheet.write_blank(row, column, None, form)


def _clean(text: str) -> str:
    """Text without the characters that no spreadsheet file can hold, and not longer than a cell can be."""
    return _CONTROL.sub("", text)[:LONGEST_TEXT]


def _write_rule(sheet: Any, rule: Rule, formats: _Formats) -> None:
    known: dict[str, dict[str, Any]] = {"bar": _BAR, "scale": _SCALE, "ranks": _RANKS}
    if rule.kind == "changed":
        options = {"type": "formula", "criteria": rule.formula, "format": formats.highlight(_HIGHLIGHT)}
    elif rule.kind == "gap":
        options = {"type": "blanks", "format": formats.highlight(_GAP)}
    else:
        options = known[rule.kind]
    sheet.conditional_format(*rule.first, *rule.last, options)


def _set_up_print(sheet: Any, page: Page) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    if page.repeats:
        sheet.repeat_rows(FIRST, max(page.freeze[0] - 1, FIRST))
    sheet.set_footer("&L&A&R&P / &N")
    sheet.set_margins(left=0.5, right=0.5)
