"""A sheet of the workbook before it is written: cells, each with a formula and its present result.

Formulas are such that Excel and LibreOffice both read them: functions of 2007 and one of 2010, English names.
A missing score is an empty text, which SUM, COUNT, MIN, LARGE, RANK … leave out of ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, isnan
from typing import TypeAlias

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

Value: TypeAlias = str | float | int | None

TITLE, SENTENCE, FIRST = 0, 1, 3
"""Rows of a sheet, counted from 0: its title, what it shows, the first of its table."""


SMALLEST = 2.2251e-308
"""Spreadsheets have no smaller numbers."""

SMALLEST_SQUARED, LARGEST_SQUARED = 1e-130, 1e140
"""Magnitudes of columns whose squared deviations a spreadsheet can hold, and add up."""

HALVES_SEEN = 10
"""Significant digits up to which a half is told from rounding error."""

LINE_HEIGHT, MOST_LINES = 15.0, 4
"""Points of a line, and lines of a heading at most."""

COLUMN, NARROWEST, WIDEST = 12.0, 9.0, 30.0
"""Widths in letters: of a column of numbers, and of columns of texts."""


def head_height(words: Iterable[str], letters: float) -> float:
    """Height of a row of headings that are broken into lines of this many letters."""
    longest = max(map(len, words), default=0)
    return LINE_HEIGHT * min(ceil(1.25 * longest / letters) or 1, MOST_LINES)


def text_width(texts: Iterable[str]) -> float:
    """Width of a column that holds these texts."""
    return min(max(NARROWEST, 2.0 + 1.1 * max(map(len, texts), default=0)), WIDEST)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, or a formula and its present result; `style` says how it looks and what it is for."""

    value: Value
    formula: str = ""
    style: str = "number"
    array: bool = False


def figure(value: float, formula: str = "", style: str = "number", *, array: bool = False) -> Cell:
    """A number or its formula; a missing number is an empty text, as the formulas give it."""
    return Cell("" if isnan(value) else float(value) + 0.0, formula, style, array)


def text(value: str, style: str = "text") -> Cell:
    """A text as it stands; never a formula."""
    return Cell(value, "", style)


@frozen
class Rule:
    """A conditional format: over which rows and columns (first and last), and what it does there."""

    kind: str
    first: tuple[int, int]
    last: tuple[int, int]
    formula: str = ""


@dataclass
class Page:
    """One sheet: cells by row and column, and how it is laid out."""

    title: str
    heading: str
    sentence: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    freeze: tuple[int, int] = (FIRST, 0)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    repeats: bool = True

    def __post_init__(self) -> None:
        self.cells[TITLE, 0] = text(self.heading, "title")
        self.cells[SENTENCE, 0] = text(self.sentence, "sentence")

    def at(self, row: int, column: int, *, fixed: str = "") -> str:
        """Reference to a cell from any sheet; `fixed` has $ for the parts that do not move: "row", "both"."""
        letters = column_letters(column)
        across = "$" if fixed == "both" else ""
        down = "$" if fixed else ""
        return f"{self.prefix}{across}{letters}{down}{row + 1}"

    def area(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """Reference to a rectangle that does not move down."""
        left, right = column_letters(first[1]), column_letters(last[1])
        return f"{self.prefix}{left}${first[0] + 1}:{right}${last[0] + 1}"

    @property
    def prefix(self) -> str:
        return f"'{self.title}'!" if " " in self.title else f"{self.title}!"


class UnitPage(Page):
    """A sheet with one row a unit: codes, names, then one column an indicator or node.

    What the formulas of a column need (limits, weights, directions) stands above it, one labelled row each.
    """

    LEFT = 2

    def __init__(
        self,
        title: str,
        sentence: str,
        units: Sequence[tuple[str, str]],
        columns: Sequence[tuple[str, str]],
        labels: Sequence[str] = (),
    ) -> None:
        super().__init__(title, title, sentence)
        self.units = units
        self.columns = columns
        self.rows = {label: FIRST + i for i, label in enumerate(dict.fromkeys(labels))}
        self.head = FIRST + len(self.rows)
        self.body = self.head + 2
        self.freeze = (self.body, self.LEFT)
        self.widths = {
            0: text_width(code for code, _ in units),
            1: text_width([*labels, *(name for _, name in units)]),
        }
        self.heights = {self.head + 1: head_height((name for _, name in columns), COLUMN)}
        self._frame()

    def _frame(self) -> None:
        for label, row in self.rows.items():
            self.cells[row, 1] = text(label, "label")
        for column, (code, name) in enumerate(self.columns, start=self.LEFT):
            self.cells[self.head, column] = text(code, "head")
            self.cells[self.head + 1, column] = text(name, "head")
            self.widths[column] = COLUMN
        for column, words in enumerate(("unit", "name")):
            self.cells[self.head + 1, column] = text(words, "head")
            self.cells[self.head, column] = text("", "head")
        for row, (code, name) in enumerate(self.units, start=self.body):
            self.cells[row, 0] = text(code)
            self.cells[row, 1] = text(name)

    @property
    def last(self) -> int:
        """Row of the last unit."""
        return self.body + len(self.units) - 1

    def put(self, unit: int, column: int, cell: Cell) -> None:
        self.cells[self.body + unit, self.LEFT + column] = cell

    def set(self, label: str, column: int, cell: Cell) -> None:
        self.cells[self.rows[label], self.LEFT + column] = cell

    def of(self, unit: int, column: int) -> str:
        """Reference to the cell of a unit."""
        return self.at(self.body + unit, self.LEFT + column)

    def over(self, column: int) -> str:
        """Reference to a column over all units."""
        return self.area((self.body, self.LEFT + column), (self.last, self.LEFT + column))

    def parameter(self, label: str, column: int) -> str:
        """Reference to what stands above a column."""
        return self.at(self.rows[label], self.LEFT + column, fixed="row")

    def across(self, unit: int, first: int, last: int) -> str:
        """Reference to neighbouring columns of one unit."""
        row = self.body + unit + 1
        left, right = column_letters(self.LEFT + first), column_letters(self.LEFT + last)
        return f"{self.prefix}{left}{row}:{right}{row}"

    def parameters(self, label: str, first: int, last: int) -> str:
        """Reference to what stands above neighbouring columns."""
        row = self.rows[label]
        return self.area((row, self.LEFT + first), (row, self.LEFT + last))

    def mark(self, kind: str, formula: str = "") -> None:
        """Add a conditional format to the cells of all units."""
        end = (self.last, self.LEFT + len(self.columns) - 1)
        self.rules.append(Rule(kind, (self.body, self.LEFT), end, formula))

    def mark_columns(self, kind: str) -> None:
        """Add a conditional format to each column by itself."""
        for column in range(self.LEFT, self.LEFT + len(self.columns)):
            self.rules.append(Rule(kind, (self.body, column), (self.last, column)))

    def mark_imputed(self, gaps: UnitPage, columns: int) -> None:
        """Set off the first columns' numbers where the sheet of before the imputation has none."""
        end = (self.last, self.LEFT + columns - 1)
        now, was = (f"{page.prefix}{column_letters(page.LEFT)}{page.body + 1}" for page in (self, gaps))
        formula = f"=AND(ISNUMBER({now.removeprefix(self.prefix)}),NOT(ISNUMBER({was})))"
        self.rules.append(Rule("imputed", (self.body, self.LEFT), end, formula))
        self.cells[SENTENCE, 0] = text(f"{self.sentence} Italics: imputed values.", "sentence")

    def mark_changed(self, before: UnitPage, condition: str) -> None:
        """Set off the cells for which the condition on the value `now` and the one it `was` holds."""
        now = f"{column_letters(self.LEFT)}{self.body + 1}"
        was = f"{before.prefix}{column_letters(before.LEFT)}{before.body + 1}"
        self.mark("changed", "=" + condition.format(now=now, was=was))


def column_letters(column: int) -> str:
    """Name of a column counted from 0: A, B, …, Z, AA, …"""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def literal(number: float) -> str:
    """A number as it stands in a formula, every digit of it; 0 for what a spreadsheet takes for it."""
    if abs(number) < SMALLEST:
        return "0"
    shown = repr(float(number))
    return shown.removesuffix(".0")


def if_number(cell: str, then: str) -> str:
    """The formula where the cell holds a number; a gap stays a gap."""
    return f'=IF(ISNUMBER({cell}),{then},"")'


def within(formula: str, low: str | None, high: str | None) -> str:
    """The formula limited to two bounds."""
    if low:
        formula = f"MAX({formula},{low})"
    return f"MIN({formula},{high})" if high else formula


def rounded_to_digits(cell: str, digits: int) -> str:
    """A score rounded to significant digits, halves to even, so that noise in the last bits decides no rank.

    ROUND takes halves away from zero; of an even number and a half, ROUNDDOWN gives the even number, of an
    odd one and a half ROUNDUP.
    """
    if digits == 0:
        return cell
    decimals = f"{digits - 1}-INT(LOG10(ABS({cell})))"
    formula = f"ROUND({cell},{decimals})"
    if digits <= HALVES_SEEN:
        whole = f"ABS({cell})*10^({decimals})"
        beyond_even, noise = f"{whole}-2*INT({whole}/2)", f"1E{digits - 14}"
        formula = f"IF(ABS({beyond_even}-1.5)<{noise},ROUNDUP({cell},{decimals}),{formula})"
        formula = f"IF(ABS({beyond_even}-0.5)<{noise},ROUNDDOWN({cell},{decimals}),{formula})"
    return f"IF(ABS({cell})<1E-290,{cell},{formula})"


def of_squares(name: str, area: str, values: Floats) -> tuple[str, bool]:
    """STDEV, STDEVP, SKEW or KURT of an area that holds these values; whether it is an array formula.

    The squares of very small numbers are 0 and those of very large ones are errors: such numbers are divided
    by a power of ten first. SKEW and KURT are the same for any unit, a standard deviation is multiplied back.
    """
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0.0 or SMALLEST_SQUARED < largest < LARGEST_SQUARED:
        return f"{name}({area})", False
    unit = f"1E{int(np.floor(np.log10(largest)))}"
    back = f"*{unit}" if name.startswith("STDEV") else ""
    return f'{name}(IF(ISNUMBER({area}),{area}/{unit},"")){back}', True


def joined(parts: Sequence[str]) -> str:
    """Sum of several parts."""
    return "+".join(parts)


def sum_of(cells: Sequence[str]) -> str:
    """SUM of many areas: no call has more than 200 of them."""
    if len(cells) <= 200:
        return f"SUM({','.join(cells)})"
    chunks = [cells[start : start + 200] for start in range(0, len(cells), 200)]
    return f"SUM({','.join(sum_of(chunk) for chunk in chunks)})"
