"""Reading a table from a sheet of an Excel workbook."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from innov_index.errors import DataError, InnovIndexError, Mark, Problem, load_extra, not_found
from innov_index.intake.cells import ErrorValue
from innov_index.intake.opening import ensure_small_archive, of_few_cells
from innov_index.intake.tables.grid import HEADER, Grid
from innov_index.wording import listed

Row: TypeAlias = tuple[object, ...]

_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"} | {
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
}
_AREA = re.compile(r"\$?[A-Z]{1,3}\$?[1-9]\d{0,6}:\$?[A-Z]{1,3}\$?[1-9]\d{0,6}", re.IGNORECASE)


@dataclass(frozen=True)
class SheetPlaces:
    """Places of cells in a sheet; `rows` are the numbers of the header row and of each row."""

    file: str
    sheet: str
    rows: tuple[int, ...]
    letters: tuple[str, ...]

    def mark(self, row: int, column: int) -> Mark:
        return Mark(f"{self.file}:{self.sheet}!{self.letters[column]}{self.rows[row - HEADER]}")


@dataclass(frozen=True)
class _Area:
    """A rectangle of a sheet, both ends included; None: to the end of the sheet."""

    left: int = 1
    top: int = 1
    right: int | None = None
    bottom: int | None = None


def read_workbook(
    path: Path, content: bytes, *, sheet: str | None, cells: str | None, decimal: str | None
) -> Grid:
    """Read one sheet, or a range such as "A1:D20"; the first row that is not blank is the header."""
    utils = load_extra("openpyxl.utils", f"{path}: reading an Excel workbook", "excel")
    area = _area(path, cells)
    title, rows = _rows(path, content, sheet, area, data_only=True)
    numbers = [number for number, row in enumerate(rows) if any(cell is not None for cell in row)]
    if not numbers:
        raise DataError(f"{path}:{title}: no cells with content{f' in {cells}' if cells else ''}")
    width = max(len(rows[number]) for number in numbers)
    letters = tuple(utils.get_column_letter(area.left + column) for column in range(width))
    places = SheetPlaces(str(path), title, tuple(area.top + number for number in numbers), letters)
    header, *body = [rows[number] + (None,) * (width - len(rows[number])) for number in numbers]
    if any(None in row for row in body):
        formulas = _rows(path, content, title, area, data_only=False)[1]
        _refuse_uncalculated([formulas[number] for number in numbers[1:]], body, places)
    return Grid(header, [tuple(map(_with_errors, row)) for row in body], places, decimal or ".")


def read_cells(path: Path, content: bytes, sheet: str, cells: str) -> list[Row]:
    """Read the rows of a range, including blank ones; formulas give their stored results."""
    return _rows(path, content, sheet, _area(path, cells), data_only=True)[1]


def column_letter(column: int) -> str:
    """Letters of a column, counted from 1."""
    utils = load_extra("openpyxl.utils", "reading an Excel workbook", "excel")
    return str(utils.get_column_letter(column))


def _area(path: Path, cells: str | None) -> _Area:
    if cells is None:
        return _Area()
    if not _AREA.fullmatch(cells.strip()):
        raise DataError(f"{path}: `cells` must be a range such as A1:D20; got {cells!r}")
    utils = load_extra("openpyxl.utils", "reading an Excel workbook", "excel")
    area = _Area(*utils.range_boundaries(cells.strip().upper()))
    if area.right is None or area.bottom is None or area.right < area.left or area.bottom < area.top:
        raise DataError(f"{path}: `cells` must run from top left to bottom right; got {cells!r}")
    return area


def _rows(
    path: Path, content: bytes, sheet: str | None, area: _Area, *, data_only: bool
) -> tuple[str, list[Row]]:
    """Title of the sheet and its rows; with `data_only`, results instead of formulas."""
    openpyxl = load_extra("openpyxl", "reading an Excel workbook", "excel")
    ensure_small_archive(path, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only)
            page = _choose(path, book, sheet)
            page.reset_dimensions()
            limits = {
                "min_row": area.top,
                "max_row": area.bottom,
                "min_col": area.left,
                "max_col": area.right,
            }
            return page.title, list(of_few_cells(path, page.iter_rows(**limits, values_only=True)))
    except InnovIndexError:
        raise
    except Exception as error:  # openpyxl has no error class for damaged files
        raise DataError(
            f"{path}: cannot be read as an Excel workbook (.xlsx); {_likely(content, error)}"
        ) from None


def _likely(content: bytes, error: Exception) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "it is an old .xls file or has a password; save it as .xlsx without a password"
    if not content.startswith(b"PK"):
        return "its content is not that of an .xlsx file"
    return f"it may be damaged ({type(error).__name__}: {error})"


def _choose(path: Path, book: Any, sheet: str | None) -> Any:
    pages = {page.title: page for page in book.worksheets}
    if sheet is not None:
        if sheet not in pages:
            raise DataError(f"{path}: {not_found('sheet', sheet, pages)}")
        return pages[sheet]
    filled = [page for page in pages.values() if page.sheet_state == "visible" and _has_content(page)]
    if len(filled) > 1:
        titles = listed(repr(page.title) for page in filled)
        raise DataError(f"{path}: the workbook has several sheets; choose one with `sheet`: {titles}")
    if not filled:
        raise DataError(f"{path}: the workbook has no visible sheet with content")
    return filled[0]


def _has_content(page: Any) -> bool:
    page.reset_dimensions()
    return any(cell is not None for row in page.iter_rows(values_only=True) for cell in row)


def _refuse_uncalculated(formulas: list[Row], body: list[Row], places: SheetPlaces) -> None:
    """Refuse a table whose formulas were never calculated, as they would be read as empty cells.

    If any formula has a result, empty results of others are intended: ="" is empty.
    """
    pairs = [
        (written, result, (row, column))
        for row, (formula_row, result_row) in enumerate(zip(formulas, body, strict=True))
        for column, (written, result) in enumerate(zip(formula_row, result_row, strict=False))
    ]
    waiting = [place for written, result, place in pairs if written is not None and result is None]
    if waiting and not any(result is not None and written != result for written, result, _ in pairs):
        more = f" (and {len(waiting) - 1} more)" if len(waiting) > 1 else ""
        advice = "save the workbook in a spreadsheet program, or replace formulas by values"
        problem = f"a formula without a stored result{more}; {advice}"
        raise DataError(Problem(problem, places.mark(*waiting[0])))


def _with_errors(cell: object) -> object:
    return ErrorValue(cell) if isinstance(cell, str) and cell in _ERRORS else cell
