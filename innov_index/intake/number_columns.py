"""Columns of cells → numbers: as a whole where all cells are plain, by distinct texts where they are not."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from innov_index.frozen import frozen
from innov_index.intake.arrow_column import ArrowColumn
from innov_index.intake.formats.sheet_places import NOT_CALCULATED
from innov_index.intake.number_texts import COMMA, POINT, Conventions, Evidence, Parsed, evidence_of, parse
from innov_index.intake.raw_sheet import Duration, ErrorValue
from innov_index.model.arrays import Floats


@dataclass
class NumberColumn:
    """The numbers of a column, and what was found in reading them, by the position of the cell.

    Attributes
    ----------
    values : (rows,)
        NaN where a value is missing or wrong.
    notes
        Marks beside numbers and beside marks of missing.
    wrong
        Why a cell is no number.
    missing
        Cells read as missing, other than empty ones, with their text.
    percents
        Number of cells with a percent sign.
    durations
        Number of cells with a duration.
    """

    values: Floats
    notes: dict[int, str] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)
    percents: int = 0
    durations: int = 0


def read_numbers(cells: Sequence[object], conventions: Conventions, decimal: str) -> NumberColumn:
    """The numbers in the cells of a column."""
    values = _plain(cells, conventions, decimal)
    found = _cell_by_cell(cells, conventions, decimal) if values is None else NumberColumn(values)
    for number in _stated_numbers(conventions, decimal):
        for row in np.flatnonzero(found.values == number).tolist():
            found.values[row] = np.nan
            found.missing[row] = _text(cells[row])
    return found


def _stated_numbers(conventions: Conventions, decimal: str) -> Iterator[float]:
    """Numbers listed as missing, such as -999: they are missing however written."""
    for text in conventions.missing or ():
        try:
            number = parse(text, decimal, Conventions(missing=frozenset())).value
        except ValueError:
            continue
        yield number


def _plain(cells: Sequence[object], conventions: Conventions, decimal: str) -> Floats | None:
    """Convert plain cells all at once, or return None if some have to be looked at."""
    blank = conventions.missing is None or "" in conventions.missing
    if isinstance(cells, ArrowColumn):
        values = cells.numbers(blank=blank) if decimal == POINT or not cells.is_text else None
        if values is not None:
            return values
    kinds = set(map(type, cells))
    if kinds <= {float, int} or (blank and kinds <= {float, int, type(None)}):
        values = np.array(cells, dtype=object).astype(np.float64)
        return None if np.isinf(values).any() else values
    if kinds != {str}:
        return None
    texts: list[str] = list(cells)  # type: ignore[arg-type]
    joined = "\n".join(texts)
    # float() accepts more than tables mean: 1_000, digits of other scripts, nan, inf
    if not joined.isascii() or "_" in joined or (decimal == COMMA and POINT in joined):
        return None
    if decimal == COMMA:
        texts = [text.replace(COMMA, POINT) for text in texts]
    gaps = blank and "" in texts
    try:
        values = np.array(
            [float(text) if text else math.nan for text in texts] if gaps else [*map(float, texts)]
        )
    except ValueError:
        return None
    unknown = np.flatnonzero(~np.isfinite(values)).tolist()
    return values if not any(texts[row] for row in unknown) else None


def _cell_by_cell(cells: Sequence[object], conventions: Conventions, decimal: str) -> NumberColumn:
    """Convert cells one by one, each distinct text once."""
    found = NumberColumn(np.full(len(cells), np.nan))
    known: dict[str, Parsed | str] = {}
    for row, cell in enumerate(cells):
        if isinstance(cell, str) and not isinstance(cell, ErrorValue):
            if cell not in known:
                known[cell] = _parsed(cell.strip(), decimal, conventions)
            _enter(found, row, known[cell])
        else:
            _enter(found, row, _of_cell(cell, conventions))
    return found


def _enter(found: NumberColumn, row: int, parsed: Parsed | str) -> None:
    if isinstance(parsed, str):
        found.wrong[row] = parsed
        return
    found.values[row] = parsed.value
    found.percents += parsed.percent
    found.durations += parsed.duration
    if parsed.note:
        found.notes[row] = parsed.note
    if parsed.missing:
        found.missing[row] = parsed.missing


def _parsed(text: str, decimal: str, conventions: Conventions) -> Parsed | str:
    try:
        return parse(text, decimal, conventions)
    except ValueError as error:
        return str(error)


def _of_cell(cell: object, conventions: Conventions) -> Parsed | str:
    """A cell that is no text: a number, an error of a formula, a boolean or a date."""
    if cell is None:
        return _parsed("", POINT, conventions)
    if isinstance(cell, ErrorValue):
        return _of_error(cell, conventions)
    if isinstance(cell, bool | np.bool_):
        words = dict(conventions.words)
        text = "true" if cell else "false"
        return (
            Parsed(words[text])
            if text in words
            else "it is a boolean; say with `map` which numbers it stands for"
        )
    if isinstance(cell, datetime.date | datetime.time):
        return "it is a date or a time"
    if not isinstance(cell, int | float | Decimal | np.number):
        return f"it is a {type(cell).__name__}"
    if isinstance(cell, Duration):
        return Parsed(float(cell), duration=True)
    return _finite(cell)


def _of_error(cell: ErrorValue, conventions: Conventions) -> Parsed | str:
    """An error value is missing, and told; a formula that was never calculated may have any value."""
    if cell == NOT_CALCULATED:
        return (
            "its formula has no stored result; save the workbook in a spreadsheet program, or replace "
            "formulas by values"
        )
    if conventions.missing is not None and cell not in conventions.missing:
        return "it is a spreadsheet error; correct the formula, or list it under `missing`"
    return Parsed(math.nan, missing=str(cell))


def _finite(number: float | Decimal | np.number[Any]) -> Parsed | str:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if math.isnan(value):
        return Parsed(math.nan)
    return Parsed(value) if math.isfinite(value) else "it is not finite or too large"


def _text(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else str(cell)


def texts_of(cells: Sequence[object]) -> list[str]:
    """The distinct texts of a column, trimmed, in order of appearance."""
    if isinstance(cells, ArrowColumn) and not cells.is_text:
        return []
    return [cell.strip() for cell in dict.fromkeys(map(_if_text, cells)) if cell]


def _if_text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


FIRST = 64
"""Cells of a column that are looked at first: most columns show their decimal mark there."""


@frozen
class DecimalMark:
    """The decimal mark of a column, and texts that could be read otherwise.

    `doubtful` is such a text, if nothing decides; `settled` is one with the text of another column that
    decides; `conflict` are two texts of the column that contradict each other.
    """

    mark: str
    doubtful: str = ""
    settled: tuple[str, str] | None = None
    conflict: tuple[str, str] | None = None


def decimal_mark(cells: Sequence[object], others: Callable[[], Evidence], plain: str = POINT) -> DecimalMark:
    """The decimal mark of a column, from its own texts, or from the other columns of the table.

    Texts of the column that could group thousands are not read so where other columns have the mark that
    would make them decimals: one mistyped number, 1,5 for 1.5, would make thousands of all.

    Parameters
    ----------
    cells : the column
    others
        What the other columns show, if the column leaves it open.
    plain
        The mark where nothing shows it.
    """
    if isinstance(cells, ArrowColumn) and not cells.has(COMMA):
        if not cells.has(POINT):
            return DecimalMark(plain)
        if evidence_of(str(text or "").strip() for text in cells.first(FIRST)).point:
            return DecimalMark(POINT)
    kinds = set(map(type, cells))
    texts: Sequence[Any] = cells if kinds == {str} else [cell for cell in cells if type(cell) is str]
    joined = "".join(texts)
    if POINT not in joined and COMMA not in joined:
        return DecimalMark(plain)
    if COMMA not in joined and any(evidence_of([text.strip()]).point for text in texts[:FIRST]):
        return DecimalMark(POINT)
    marked = [text for text in texts if POINT in text or COMMA in text]
    own = evidence_of(dict.fromkeys(text.strip() for text in marked))
    if own.comma and own.point:
        return DecimalMark(plain, conflict=(own.comma, own.point))
    if own.comma or own.point:
        grouped, against = (own.open_point, "point") if own.comma else (own.open_comma, "comma")
        if grouped and (other := getattr(others(), against)):
            return DecimalMark(plain, conflict=(own.comma or other, own.point or other))
        return DecimalMark(COMMA if own.comma else POINT)
    if not own.open_comma and not own.open_point:
        return DecimalMark(plain)
    shown = others()
    if bool(shown.comma) != bool(shown.point):
        mark = COMMA if shown.comma else POINT
        return DecimalMark(mark, settled=(own.open_comma or own.open_point, shown.comma or shown.point))
    if own.open_comma and own.open_point:
        return DecimalMark(plain, conflict=(own.open_comma, own.open_point))
    return DecimalMark(plain, doubtful=own.open_comma or own.open_point)
