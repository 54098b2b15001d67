"""Pages → the bytes of a workbook: how cells look, and the present result of every formula beside it.

The same pages give the same bytes: no time, no author.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from innov_index.errors import load_extra
from innov_index.report.workbook.sheet_cells import FIRST, Cell, Page, Rule
from innov_index.wording import decimals_of

LONGEST_TEXT = 32_767
_FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_TIME = datetime.datetime(2000, 1, 1)

_ANY = "General"
"""The format that shows any number."""

_SMALLEST_SHARE = 0.00005
"""A smaller share would read as 0.00 %."""

# colours mean one thing each and are told apart by colour-blind people too
_STYLES: dict[str, dict[str, Any]] = {
    "number": {},
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
_IMPUTED = {"italic": True, "font_color": "#8A3FA0"}
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
    """Each style once, once more for text that looks like a formula, and once for each format of numbers."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool, str], Any] = {}

    def __call__(self, style: str, *, quoted: bool = False, number: str = "") -> Any:
        key = style, quoted, number
        if key not in self._made:
            properties = {**_STYLES[style], **({"quote_prefix": True} if quoted else {})}
            self._made[key] = self._book.add_format(properties | ({"num_format": number} if number else {}))
        return self._made[key]

    def highlight(self, properties: Mapping[str, Any]) -> Any:
        return self._book.add_format(dict(properties))


def _write_page(sheet: Any, page: Page, formats: _Formats) -> None:
    decimals = _decimals(page)
    for (row, column), cell in page.cells.items():
        look = formats(cell.style, number=_number_format(cell, decimals.get(column, 0)))
        _write_cell(sheet, row, column, cell, look, formats)
    for column, width in page.widths.items():
        sheet.set_column(column, column, width)
    sheet.freeze_panes(*page.freeze)
    for row, height in page.heights.items():
        sheet.set_row(row, height)
    for rule in page.rules:
        _write_rule(sheet, rule, formats)
    _set_up_print(sheet, page)


def _decimals(page: Page) -> dict[int, int]:
    """Decimals of each column that holds numbers."""
    numbers: dict[int, list[float]] = {}
    for (_, column), cell in page.cells.items():
        if cell.style == "number" and isinstance(cell.value, float):
            numbers.setdefault(column, []).append(cell.value)
    return {column: decimals_of(values) for column, values in numbers.items()}


def _number_format(cell: Cell, decimals: int) -> str:
    """How a number looks, where that is not said by its style alone; no number but 0 reads as 0."""
    if not isinstance(cell.value, float):
        return ""
    if cell.style == "share":
        return _ANY if 0 < abs(cell.value) < _SMALLEST_SHARE else ""
    if cell.style != "number":
        return ""
    return _ANY if 0 < abs(cell.value) < 0.5 * 10**-decimals else "#,##0." + "0" * decimals


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, look: Any, formats: _Formats) -> None:
    if cell.formula and cell.array:
        formula = "{" + cell.formula + "}"
        sheet.write_array_formula(row, column, row, column, formula, look, cell.value)
    elif cell.formula:
        value = _clean(cell.value) if isinstance(cell.value, str) else cell.value
        sheet.write_formula(row, column, cell.formula, look, value)
    elif isinstance(cell.value, str):
        _write_text(sheet, row, column, cell, formats)
    elif cell.value is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, cell.value, look)


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
    elif rule.kind == "imputed":
        options = {"type": "formula", "criteria": rule.formula, "format": formats.highlight(_IMPUTED)}
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
