"""`Table`: named columns of cells that know their place in the file, as texts and as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from innov_index.errors import DataError, Mark, Problem, not_found
from innov_index.frozen import frozen
from innov_index.intake.arrow_column import ArrowColumn
from innov_index.intake.number_columns import NumberColumn, decimal_mark, read_numbers, texts_of
from innov_index.intake.number_texts import (
    COMMA,
    POINT,
    Conventions,
    Evidence,
    evidence_of,
    mostly_numbers,
    parse,
)
from innov_index.intake.raw_sheet import ErrorValue, SheetPlaces, are_texts
from innov_index.intake.row_filters import Condition
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.result import Remark
from innov_index.model.sheet import to_text
from innov_index.wording import counted, listed

_SHOWN_CELLS = 20


@frozen
class Column:
    """Cells under a title.

    `at` is the position of the column in the sheet, or of each cell's. `flags` are the cells of a column that
    holds marks about these. `parts` are the titles of a header of several rows.
    """

    name: str
    cells: Sequence[object]
    at: int | Ints
    parts: tuple[str, ...] = ()
    flags: Sequence[object] | None = None

    def only(self, rows: Ints) -> Column:
        """The column in some of the rows."""
        chosen = rows.tolist()
        texts = self.cells
        return replace(
            self,
            cells=texts.only(rows) if isinstance(texts, ArrowColumn) else [texts[row] for row in chosen],
            at=self.at if isinstance(self.at, int) else self.at[rows],
            flags=None if self.flags is None else [self.flags[row] for row in chosen],
        )


@frozen
class Table:
    """Columns of equal length.

    Texts and numbers are made on request, so that only cells in use can be wrong. `said` collects what was
    detected, left out or read in an unusual way.

    Attributes
    ----------
    places
        Of the sheet that the cells stand in.
    lines : (rows,)
        Position of each row in the sheet.
    header_at
        Position of the row with the titles.
    found
        All columns in the order of the file; several may have one name, and none of them can be used.
    plain
        The decimal mark where nothing shows it.
    comma_likely
        Whether files like this one often have decimal commas, so that a point may group thousands.
    sheet
        Name of the sheet of a workbook.
    titles
        What rows above the header say in two cells: `Sex`, `Females`.
    """

    places: SheetPlaces
    lines: Ints
    header_at: int
    found: tuple[Column, ...]
    conventions: Conventions = field(default_factory=Conventions)
    plain: str = POINT
    comma_likely: bool = False
    sheet: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    said: dict[str, None] = field(default_factory=dict, compare=False)
    notes: dict[tuple[int, str], str] = field(default_factory=dict, compare=False)
    commas: list[str] = field(default_factory=list, compare=False)
    _texts: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    _keys: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    @property
    def file(self) -> str:
        """The path as stated by a person."""
        return self.places.file

    @property
    def remarks(self) -> tuple[str, ...]:
        return tuple(self.said)

    @property
    def rows(self) -> int:
        return len(self.lines)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of columns, in file order."""
        return tuple(dict.fromkeys(column.name for column in self.found))

    @cached_property
    def _by_name(self) -> Mapping[str, list[Column]]:
        """Columns by their names, and by a title of one row of the header that no other column has."""
        known: dict[str, list[Column]] = {}
        for column in self.found:
            known.setdefault(column.name, []).append(column)
        titles = Counter(part for column in self.found for part in column.parts)
        for column in self.found:
            for part in column.parts:
                if titles[part] == 1 and part not in known:
                    known[part] = [column]
        return known

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def column(self, name: str) -> Column:
        """The column of this name; an error if there is none, or several."""
        self.require([name])
        return self._by_name[name][0]

    def mark(self, row: int, column: str) -> Mark:
        """Place of a cell in the file; `row` is counted from 0 below the header."""
        at = self._by_name[column][0].at
        return self.places.mark(int(self.lines[row]), at if isinstance(at, int) else int(at[row]))

    def row_words(self, row: int) -> str:
        """A row in words, as a person finds it: `line 4`."""
        return self.places.row(int(self.lines[row]))

    def require(self, columns: Iterable[str], why: str = "") -> None:
        """Raise one `DataError` that names all `columns` that are missing or that the table has twice."""
        names = list(dict.fromkeys(columns))
        reason = f"({why})" if why else ""
        place = self.places.mark(self.header_at, 0)
        problems = [
            Problem(not_found("column", name, self.columns, reason), place)
            for name in names
            if name not in self._by_name
        ]
        problems += [
            Problem(f"two columns are named '{name}'", self.places.mark(self.header_at, _first_at(twice[1])))
            for name in names
            if len(twice := self._by_name.get(name, [])) > 1
        ]
        DataError.raise_if(problems)

    def text(self, column: str) -> tuple[str, ...]:
        """The column as trimmed text; "007" and "NA" are left as they are."""
        if column not in self._texts:
            self._texts[column] = self._as_text(column)
        return self._texts[column]

    def is_key(self, column: str) -> bool:
        """Whether each row has a text of its own in a column."""
        if column not in self._keys:
            texts = set(self.text(column))
            self._keys[column] = len(texts) == self.rows and "" not in texts
        return self._keys[column]

    def _as_text(self, column: str) -> tuple[str, ...]:
        found = self.column(column)
        if isinstance(found.cells, ArrowColumn):
            return self._unmarked(column, found.cells.texts)
        if are_texts(found.cells):
            return self._unmarked(column, tuple(map(str.strip, found.cells)))  # type: ignore[arg-type]
        failed = [row for row, cell in enumerate(found.cells) if isinstance(cell, ErrorValue)]
        missing = self.conventions.missing or ()
        wrong = [(row, column) for row in failed if found.cells[row] not in missing]
        if wrong:
            raise self._unusable(dict.fromkeys(wrong, "it is a spreadsheet error; correct the formula"))
        return self._unmarked(column, tuple(map(to_text, found.cells)))

    def _unmarked(self, column: str, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Without the apostrophes that keep a spreadsheet from taking codes such as '040 for numbers."""
        if not texts or not all(not text or (text[0] == "'" and text[1:].isdigit()) for text in texts):
            return texts
        if any(texts):
            self.said[
                f"{Path(self.file).name}: codes in {column} are read without the apostrophe before them"
            ] = None
        return tuple(text.removeprefix("'") for text in texts)

    def numbers(self, columns: Sequence[str]) -> Floats:
        """The columns as numbers (rows, columns); missing cells are NaN.

        What stands beside numbers is kept in `notes`, and what was read as missing is told.

        Raises
        ------
        DataError
            Some cells are not numbers; all of them are counted and the first twenty named.
        """
        self.require(columns)
        values = np.empty((len(columns), self.rows)).T
        wrong: dict[tuple[int, str], str] = {}
        account = _Account()
        for index, name in enumerate(columns):
            found = self._read(name)
            values[:, index] = found.values
            wrong |= {(row, name): reason for row, reason in found.wrong.items()}
            account.add(name, found)
            self.notes.update({(row, name): note for row, note in found.notes.items()})
            self._note_flags(name)
        if wrong:
            raise self._unusable(dict(sorted(wrong.items())))
        if self.commas:
            said = (
                f"{Path(self.file).name}: ',' is the decimal mark in {listed(dict.fromkeys(self.commas), 5)}"
            )
            self.said[said] = None
        self.said.update(dict.fromkeys(account.remarks(self)))
        return values

    def _read(self, name: str) -> NumberColumn:
        column = self.column(name)
        mark = self.conventions.decimal
        if mark is None:
            decided = decimal_mark(column.cells, lambda: self.evidence, self.plain)
            mark = decided.mark
            if mark == COMMA:
                self.commas.append(name)
            if decided.settled is not None:
                self._tell_settled(name, mark, *decided.settled)
            if decided.conflict is not None:
                return self._contradicting(column, *decided.conflict)
            if decided.doubtful and (refused := self._doubtful(column, decided.doubtful)):
                return refused
        return read_numbers(column.cells, self.conventions, mark)

    def _tell_settled(self, name: str, mark: str, text: str, other: str) -> None:
        """Say how a mark was read that the column leaves open, and what decided."""
        try:
            value = parse(text, mark, Conventions()).value
        except ValueError:  # a text with a number in it, which is refused with its cell when it is read
            return
        read = f"'{text}' in {name} is read as {value:.15g}, as '{other}' in another column shows"
        said = f"{Path(self.file).name}: {read}"
        self.said[Remark(said, kind="columns whose marks another column decides")] = None

    @cached_property
    def evidence(self) -> Evidence:
        """What the columns of the table that hold numbers show of the decimal mark."""
        texts = [texts_of(column.cells) for column in self.found]
        found = [evidence_of(each) for each in texts if mostly_numbers(each)]
        comma = next((each.comma for each in found if each.comma and not each.point), "")
        point = next((each.point for each in found if each.point and not each.comma), "")
        return Evidence(comma, point)

    def _contradicting(self, column: Column, comma: str, point: str) -> NumberColumn:
        """No mark fits the column."""
        reason = f"its decimal mark contradicts that of '{point if comma else comma}'"
        wrong = {
            row: f"'{comma}' and '{point}' have different decimal marks; set `decimal`"
            for row, cell in enumerate(column.cells)
            if isinstance(cell, str) and cell.strip() in (comma, point)
        }
        return NumberColumn(np.full(self.rows, np.nan), wrong=wrong or {0: reason})

    def _doubtful(self, column: Column, text: str) -> NumberColumn | None:
        """A mark that nothing decides: told for a point, refused for a comma, which may be either."""
        plain = text.replace(".", "").replace(",", "")
        if "," in text:
            reason = f"it is {text.replace(',', '.')} or {plain}: set `decimal: ','` or `decimal: '.'`"
            wrong = {
                row: reason
                for row, cell in enumerate(column.cells)
                if isinstance(cell, str) and cell.strip() == text
            }
            return NumberColumn(np.full(self.rows, np.nan), wrong=wrong)
        if self.comma_likely:
            name = f"{Path(self.file).name}, {column.name}"
            self.said[f"{name}: '{text}' is read with a decimal point, not as {plain}; state `decimal`"] = (
                None
            )
        return None

    def _note_flags(self, name: str) -> None:
        """Keep the marks of the column that stands for flags of another."""
        flags = self.column(name).flags
        for row, cell in enumerate(() if flags is None else flags):
            if text := to_text(cell):
                own = self.notes.get((row, name))
                self.notes[row, name] = f"{own},{text}" if own else text

    def rows_where(self, stated: Mapping[str, Condition]) -> Bools:
        """Which rows meet all conditions on columns."""
        chosen = np.ones(self.rows, dtype=np.bool_)
        for column, condition in stated.items():
            chosen &= condition.holds(self.text(column))
        return chosen

    def where(self, stated: Mapping[str, Condition]) -> Table:
        """Select the rows that meet all conditions.

        Raises
        ------
        DataError
            No row does.
        """
        if not stated:
            return self
        rows = np.flatnonzero(self.rows_where(stated))
        if not len(rows):
            conditions = ", ".join(f"{column} {condition}" for column, condition in stated.items())
            raise DataError(f"{self.file}: no row with {conditions}")
        return self.only(rows)

    def only(self, rows: Ints) -> Table:
        """Some of the rows."""
        found = tuple(column.only(rows) for column in self.found)
        return replace(self, lines=self.lines[rows], found=found, notes={}, _texts={}, _keys={})

    def with_text(self, column: str, texts: Sequence[object]) -> Table:
        """The table with other texts in a column; places are those of the cells in the file."""
        changed = replace(self.column(column), cells=list(texts))
        found = tuple(changed if each is self.column(column) else each for each in self.found)
        return replace(self, found=found, _texts={}, _keys={})

    def _unusable(self, reasons: dict[tuple[int, str], str]) -> DataError:
        """Make one error for all unusable cells (row, column)."""
        shown = islice(reasons.items(), _SHOWN_CELLS)
        problems = [self._problem(row, column, reason) for (row, column), reason in shown]
        if len(reasons) > _SHOWN_CELLS:
            problems.append(Problem(f"and {len(reasons) - _SHOWN_CELLS} more cells"))
        return DataError(problems)

    def _problem(self, row: int, column: str, reason: str) -> Problem:
        found = to_text(self._by_name[column][0].cells[row])
        return Problem(f"column '{column}': found {_shortened(found)!r}: {reason}", self.mark(row, column))


def _first_at(column: Column) -> int:
    return column.at if isinstance(column.at, int) else int(column.at[0])


class _Account:
    """What was read in an unusual way, over several columns."""

    def __init__(self) -> None:
        self.missing: Counter[str] = Counter()
        self.errors: list[tuple[str, int, str]] = []
        self.notes: Counter[str] = Counter()
        self.percents = 0
        self.durations = 0
        self.suspected: dict[float, str] = {}

    def add(self, name: str, found: NumberColumn) -> None:
        self.suspected.update(dict.fromkeys(suspected(found.values), name))
        self.percents += found.percents
        self.durations += found.durations
        self.notes.update(found.notes.values())
        for row, text in found.missing.items():
            if text.startswith("#"):
                self.errors.append((name, row, text))
            else:
                self.missing[text] += 1

    def remarks(self, table: Table) -> list[str]:
        file = Path(table.file).name
        said = []
        if self.missing and table.conventions.missing is None:
            marks = listed(
                [f"'{text}' ({counted(count, 'cell')})" for text, count in self.missing.most_common()], 8
            )
            zero = "; '-' may also mean zero" if self.missing.keys() & {"-", "–", "—"} else ""
            said.append(f"{file}: read as missing: {marks}{zero}; `missing` states it")
        if self.errors:
            cells = listed([f"{text} in {table.mark(row, name)}" for name, row, text in self.errors], 5)
            said.append(f"{file}: results of formulas that failed are missing: {cells}")
        if self.notes:
            marks = listed([f"{note} ({count})" for note, count in self.notes.most_common()], 8)
            said.append(f"{file}: marks beside values are kept as notes: {marks}")
        for number, name in self.suspected.items():
            said.append(
                f"{file}: {number:g} in {name} is far from all other values; if it means a missing value, "
                "list it under `missing`"
            )
        if self.percents:
            said.append(
                f"{file}: {counted(self.percents, 'cell')} with a percent sign, read as the number before it"
            )
        if self.durations:
            said.append(f"{file}: {counted(self.durations, 'duration')} read as numbers of days")
        return said


_CODES_OF_MISSING = np.array([-9999, -999, -99, 9999, 99999, 999999], dtype=np.float64)


def suspected(values: Floats) -> list[float]:
    """Numbers that may stand for a missing value: of the usual ones, and far outside the others."""
    codes = np.array([code for code in _CODES_OF_MISSING if (values == code).any()])
    if not len(codes):
        return []
    finite = values[np.isfinite(values)]
    others = finite[~np.isin(finite, codes)]
    if len(others) < 3:
        return []
    low, high = float(others.min()), float(others.max())
    width = high - low
    return [code for code in codes.tolist() if code < low - width or code > high + width]


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
