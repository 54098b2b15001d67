"""Workbooks with one thing changed as people and programs change it."""

from __future__ import annotations

import datetime
import io
import random
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.campaign.intended import Allowed, Intended, Outcome, Written

NONE = float("nan")
NAME = "data.xlsx"
SHEET = "Values"

READ_AS: Mapping[str, tuple[Any, float]] = {
    "text of a number": ("7.5", 7.5),
    "text with spaces": (" 7 ", 7.0),
    "whole number": (7, 7.0),
    "large whole number": (10**20, 1e20),
    "huge": (1e308, 1e308),
    "tiny": (5e-324, 5e-324),
    "nothing": (None, NONE),
    "empty text": ("", NONE),
    "spaces": ("  ", NONE),
}
MAY_READ_AS: Mapping[str, tuple[Any, float]] = {
    "#N/A": ("#N/A", NONE),
    "#DIV/0!": ("#DIV/0!", NONE),
    "#SPILL!": ("#SPILL!", NONE),
    "thousands": ("1,234", 1234.0),
    "percent": ("12%", 12.0),
    "decimal comma": ("1,5", 1.5),
    "dash": ("–", NONE),
    "nan": ("nan", NONE),
    "not available": ("n/a", NONE),
    "number with a note": ("7*", 7.0),
}
NO_NUMBERS: Mapping[str, Any] = {
    "true": True,
    "false": False,
    "date": datetime.date(2020, 1, 2),
    "moment": datetime.datetime(2020, 1, 2, 3, 4),
    "time of day": datetime.time(3, 4),
    "formula without a result": "=1+1",
    "bound": "<5",
    "range": "5-7",
}
FORMATS = ("0%", "0.00", "#,##0", "[$€-2] #,##0", "@", "0.00E+00", "# ?/?", "General;-General;-")
DATE_FORMATS = ("yyyy-mm-dd", "h:mm", "mmm yy")
DURATION = "[h]:mm"
DAY = 86_400


def as_workbook(meant: Intended, rng: random.Random) -> Written:
    """One of the changes."""
    return rng.choice(CHANGES)(meant, rng)


def sheet_of(meant: Intended) -> tuple[Any, Any]:
    """A book and its only sheet, with the table."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = SHEET
    page.append(["unit", *meant.codes])
    for unit, row in zip(meant.units, meant.values.tolist(), strict=True):
        page.append([unit, *(None if value != value else value for value in row)])
    return book, page


def content_of(book: Any) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _place(row: int, column: int) -> str:
    return rf"{SHEET}!{openpyxl.utils.get_column_letter(column)}{row}\b"


def _cell(meant: Intended, rng: random.Random) -> Written:
    """Another cell of numbers."""
    book, page = sheet_of(meant)
    unit, column = rng.randrange(len(meant.units)), rng.randrange(len(meant.codes))
    cell = page.cell(unit + 2, column + 2)
    here = (meant.units[unit], meant.codes[column])
    if rng.random() < 0.35:
        name = rng.choice([*READ_AS])
        cell.value, number = READ_AS[name]
        return Written(f"cell {name}", NAME, content_of(book), allowed={here: (number,)})
    if rng.random() < 0.5:
        name = rng.choice([*MAY_READ_AS])
        cell.value, number = MAY_READ_AS[name]
        allowed = {here: (number,)}
        return Written(f"cell {name}", NAME, content_of(book), Outcome.EITHER, allowed)
    name = rng.choice([*NO_NUMBERS])
    cell.value = NO_NUMBERS[name]
    return Written(
        f"cell {name}", NAME, content_of(book), Outcome.REFUSED, place=_place(unit + 2, column + 2)
    )


def _look(meant: Intended, rng: random.Random) -> Written:
    """What is shown differs from what is stored."""
    book, page = sheet_of(meant)
    filled = [
        (u, c)
        for u in range(len(meant.units))
        for c in range(len(meant.codes))
        if meant.values[u, c] == meant.values[u, c]
    ]
    unit, column = rng.choice(filled)
    cell = page.cell(unit + 2, column + 2)
    kind = rng.randrange(6)
    if kind == 0:
        cell.number_format = rng.choice(FORMATS)
        return Written(f"shown as {cell.number_format}", NAME, content_of(book))
    if kind == 1 and rng.random() < 0.25:
        cell.number_format = DURATION
        # a number of days, to a millisecond
        days = datetime.timedelta(milliseconds=round(cell.value * DAY * 1000)).total_seconds() / DAY
        allowed = {(meant.units[unit], meant.codes[column]): (cell.value, days)}
        return Written(f"shown as {DURATION}", NAME, content_of(book), Outcome.EITHER, allowed)
    if kind == 1:
        cell.number_format = rng.choice(DATE_FORMATS)
        return Written(f"shown as {cell.number_format}", NAME, content_of(book), Outcome.REFUSED)
    if kind == 2:
        cell.comment = Comment("checked", "somebody")
        return Written("a comment", NAME, content_of(book))
    if kind == 3:
        page.row_dimensions[unit + 2].hidden = True
        page.column_dimensions["B"].hidden = True
        return Written("hidden", NAME, content_of(book))
    if kind == 4:
        page.cell(unit + 2, 1).font = Font(bold=True)
        return Written("bold letters", NAME, content_of(book))
    page.auto_filter.ref = page.dimensions
    page.freeze_panes = "B2"
    return Written("a filter", NAME, content_of(book))


def _structure(meant: Intended, rng: random.Random) -> Written:
    """Rows, columns and sheets more, less, merged or elsewhere."""
    book, page = sheet_of(meant)
    row, column = rng.randrange(2, len(meant.units) + 2), rng.randrange(2, len(meant.codes) + 2)
    last = len(meant.codes) + 1
    changes: list[tuple[str, Callable[[], object], Outcome, dict[tuple[str, str], Allowed], str]] = []

    def add(change: str, act: Callable[[], object], outcome: Outcome = Outcome.READ, place: str = "") -> None:
        changes.append((change, act, outcome, {}, place))

    add("an empty sheet first", lambda: book.create_sheet("Empty", 0))
    add("a second sheet", lambda: book.create_sheet("More").append(["x", 1]))
    add("an empty column before", lambda: page.insert_cols(1))
    add("an empty row before", lambda: page.insert_rows(1))
    add("an empty row between", lambda: page.insert_rows(row))
    add("an empty column between", lambda: page.insert_cols(column))
    add("a title", lambda: (page.insert_rows(1), page.cell(1, 1, "Table 1")))
    add("a column twice", lambda: page.cell(1, last + 1, meant.codes[0]), Outcome.REFUSED)
    add("a column more", lambda: page.cell(1, last + 1, "more"))
    add("a column without a name", lambda: page.cell(row, last + 1, "note"))
    add("a row twice", lambda: page.append([meant.units[0], 1]), Outcome.REFUSED)
    add("no unit", lambda: page.append([None, 1]))
    add("a column left out", lambda: page.delete_cols(column), Outcome.REFUSED)
    add("no rows", lambda: page.delete_rows(2, 100), Outcome.REFUSED)
    add("nothing", lambda: page.delete_rows(1, 100), Outcome.REFUSED)
    add("a header of numbers", lambda: page.cell(1, column, 7), Outcome.REFUSED)
    if column > 2:
        gone: dict[tuple[str, str], Allowed] = {(meant.units[row - 2], meant.codes[column - 2]): (NONE,)}
        merge = {"start_row": row, "end_row": row, "start_column": column - 1, "end_column": column}
        changes.append(("merged cells", lambda: page.merge_cells(**merge), Outcome.READ, gone, ""))
    if row > 2:
        below = {"start_row": row - 1, "end_row": row, "start_column": 1, "end_column": 1}
        add("merged units", lambda: page.merge_cells(**below), Outcome.REFUSED)
    change, act, outcome, allowed, place = rng.choice(changes)
    act()
    return Written(change, NAME, content_of(book), outcome, allowed, place)


def _range(meant: Intended, rng: random.Random) -> Written:
    """A range or a sheet is stated."""
    book, _ = sheet_of(meant)
    across = openpyxl.utils.get_column_letter(len(meant.codes) + 1)
    end = f"{across}{len(meant.units) + 1}"
    options, outcome = rng.choice(
        [
            (f", range: A1:{end}", Outcome.READ),
            (f", range: $A$1:${across}${len(meant.units) + 1}", Outcome.READ),
            (f", range: a1:{end.lower()}, sheet: {SHEET}", Outcome.READ),
            (f", range: A1:{across}500", Outcome.READ),
            (f", range: {end}:A1", Outcome.REFUSED),
            (", range: A1", Outcome.REFUSED),
            (f", range: B1:{end}", Outcome.REFUSED),
            (", range: Z90:AA99", Outcome.REFUSED),
            (", sheet: Value", Outcome.REFUSED),
            (", sheet: ''", Outcome.REFUSED),
            (", delimiter: ';'", Outcome.REFUSED),
            (", encoding: utf-8", Outcome.REFUSED),
        ]
    )
    return Written(
        f"stated {options[2:].split(':')[0]} {outcome.value}",
        NAME,
        content_of(book),
        outcome,
        options=options,
    )


def _damaged(meant: Intended, rng: random.Random) -> Written:
    """A bit turned, bytes zeroed, an end cut off: parts have check sums: it is read right or not."""
    content = content_of(sheet_of(meant)[0])
    at = rng.randrange(len(content))
    size = rng.choice([1, 16, 512])
    damaged = rng.choice(
        [
            content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :],
            content[:at] + b"\0" * size + content[at + size :],
            content[:at],
            content[:at] + content[at + size :],
            content + b"\0" * size,
            rng.randbytes(size) + content,
        ]
    )
    return Written("damaged", NAME, damaged, Outcome.EITHER)


def _other(meant: Intended, rng: random.Random) -> Written:
    """No workbook."""
    name, content = rng.choice(
        [
            ("a page", b"<html><table><tr><td>unit</td></tr></table></html>"),
            ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
            ("nothing", b""),
            ("text", b"unit,a\nx,1\n"),
            ("an archive", b"PK\x05\x06" + b"\0" * 18),
        ]
    )
    return Written(name, NAME, content, Outcome.REFUSED)


CHANGES: tuple[Callable[[Intended, random.Random], Written], ...] = (
    _cell, _cell, _cell, _look, _structure, _structure, _structure, _range, _damaged, _damaged, _damaged,
    _other,
)  # fmt: skip
