"""Filters of a source and of single indicators: which records count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Annotated, Protocol, TypeAlias

import numpy as np
from annotated_types import Len, MinLen

from innov_index.frozen import frozen
from innov_index.intake.options import options
from innov_index.intake.patterns import expression
from innov_index.intake.records.parsing import day_number, day_or_nan, number, year_of_date
from innov_index.intake.records.text_columns import SEVERAL, Texts
from innov_index.intake.row_filters import Condition as TextCondition
from innov_index.model.arrays import Bools, Floats


class Cells(Protocol):
    """The records that filters select from."""

    def column(self, role: str) -> Texts:
        """A column as texts."""

    def days(self, role: str) -> Floats:
        """A column of dates as numbers of days, NaN for none."""


CODE_SEPARATORS = r"[;|,]"


@options
class CellTest:
    """A test of one column; every condition stated must hold.

    Attributes
    ----------
    min, max
        the number is at least (at most) this
    above, below
        the number is above (below) this
    one_of
        the text is one of these; ZZ* is a pattern, numbers are equal however written
    none_of, not
        the text is not one of these
    starts
        the text, or a part of it separated by `;`, starts with one of these
    contains
        the text contains one of these, regardless of case
    matches
        the text matches this regular expression somewhere
    differs_from, same_as
        the named column of the same record holds a different text (the same text)
    until, not_until
        the date is this day or an earlier one (is a later one, or there is none)
    filled
        the cell is filled (true) or empty (false)
    split
        text between the values of a cell, such as `;` or a line break: one of them must pass all
        conditions, and where they only say what must not be there, all
    """

    min: float | None = None
    max: float | None = None
    above: float | None = None
    below: float | None = None
    one_of: list[str | int] | None = None
    none_of: list[str | int] | None = None
    not_: str | int | bool | list[str | int] | None = None
    starts: list[str] | None = None
    contains: list[str] | None = None
    matches: str | None = None
    differs_from: str | None = None
    same_as: str | None = None
    until: str | None = None
    not_until: str | None = None
    filled: bool | None = None
    split: Annotated[str, MinLen(1)] | None = None

    def __post_init__(self) -> None:
        if self.matches is not None:
            try:
                expression(self.matches)
            except ValueError as error:
                raise ValueError(f"a regular expression ({error})") from None
        for text in filter(None, (self.until, self.not_until)):
            if day_number(text, "month first") is None:
                raise ValueError(f"a date such as 2020-06-30 in until and not_until; '{text}' is not one")

    @property
    def only_excludes(self) -> bool:
        """Whether the test says only what must not be there."""
        stated = {name for name, value in vars(self).items() if value is not None} - {"split"}
        return stated <= {"none_of", "not_"} or self.filled is False


Condition: TypeAlias = str | int | bool | list[str | int] | CellTest


@options
class Filters:
    """Which records count; every filter stated must hold.

    Attributes
    ----------
    years
        first and last year, both included (column `year`, or the year of the column `date`)
    classes
        prefixes of IPC, CPC or other classification codes, such as G06N (column `class`, codes separated by
        `;`)
    venues
        journals or conferences (column `venue`), regardless of case
    keywords
        words, at least one of which the column `keywords` contains, regardless of case
    status
        accepted values of the column `status`
    where
        conditions by column: a text, a list of texts, {not: …}, or a test such as {min: 5}; ZZ* is a pattern
    any_of
        conditions as in `where`, of which one must hold: [{title: {contains: [robot]}}, {class: B25J*}]
    """

    years: Annotated[list[int], Len(2, 2)] | None = None
    classes: list[str] | None = None
    venues: list[str] | None = None
    keywords: list[str] | None = None
    status: list[str] | None = None
    where: dict[str, Condition] | None = None
    any_of: Annotated[list[Annotated[dict[str, Condition], MinLen(1)]], MinLen(1)] | None = None

    def columns_used(self, stated: Mapping[str, object]) -> tuple[str, ...]:
        """Columns that the filters use; `stated` are the columns that the source has."""
        names = [column for column, _, _ in self._tests()]
        names += [column for conditions in self.any_of or () for column in conditions]
        if self.years is not None:
            names.append("date" if "date" in stated and "year" not in stated else "year")
        tests = [test for _, _, test in self._tests()]
        tests += [_as_test(own) for conditions in self.any_of or () for own in conditions.values()]
        others = [name for test in tests for name in (test.differs_from, test.same_as) if name]
        return tuple(dict.fromkeys([*names, *others]))

    def columns_split_by(self, separator: str) -> set[str]:
        """Columns of which a test takes the values between separators."""
        tests = [(column, test) for column, _, test in self._tests()]
        tests += [(name, _as_test(own)) for stated in self.any_of or () for name, own in stated.items()]
        return {column for column, test in tests if test.split == separator}

    def _tests(self) -> Iterator[tuple[str, str, CellTest]]:
        """(column, name of the filter, test) for each test of a text."""
        if self.classes is not None:
            yield "class", "classes", CellTest(starts=self.classes)
        for column, name, texts in (("venue", "venues", self.venues), ("status", "status", self.status)):
            if texts is not None:
                yield column, name, CellTest(matches="(?i)^(" + "|".join(map(re.escape, texts)) + ")$")
        if self.keywords is not None:
            yield "keywords", "keywords", CellTest(contains=self.keywords)
        for column, condition in (self.where or {}).items():
            yield column, f"where {column}", _as_test(condition)

    def column_of_filter(self, name: str, stated: Mapping[str, object]) -> str:
        """The column that a filter looks at, or the first of several."""
        of_tests = {cause: column for column, cause, _ in self._tests()}
        return of_tests.get(name) or next(
            column for column in self.columns_used(stated) if column not in of_tests.values()
        )

    def masks(self, cells: Cells, stated: Mapping[str, object]) -> Iterator[tuple[str, Bools]]:
        """The name of each filter and the rows for which it holds."""
        column = cells.column
        if self.years is not None:
            yield "years", self._in_years(column, stated)
        for name, cause, test in self._tests():
            yield cause, _holds(test, name, cells)
        if self.any_of is not None:
            yield "any_of", np.logical_or.reduce([_all_hold(own, cells) for own in self.any_of])

    def _in_years(self, column: Callable[[str], Texts], stated: Mapping[str, object]) -> Bools:
        low, high = self.years or (0, 0)
        from_date = "date" in stated and "year" not in stated
        years = column("date").numbers(year_of_date) if from_date else column("year").numbers(year_of)
        return np.asarray((years >= low) & (years <= high))


def year_of(text: str) -> float:
    """The year at the beginning of a text, or that of a date."""
    match = re.match(r"\d{4}(?!\d)", text)
    return float(match[0]) if match else year_of_date(text)


def year_text(text: str) -> str:
    """As `year_of`, as a text; empty where there is none."""
    year = year_of(text)
    return "" if year != year else f"{year:.0f}"


def _as_test(condition: Condition) -> CellTest:
    if isinstance(condition, CellTest):
        return condition
    if isinstance(condition, list):
        return CellTest(one_of=condition)
    if isinstance(condition, bool):
        return CellTest(matches="(?i)^(true|yes|1)$" if condition else "(?i)^(false|no|0|)$")
    return CellTest(one_of=[condition])


def _holds(test: CellTest, name: str, cells: Cells) -> Bools:
    texts = cells.column(name)
    holds = texts.flags(_CellCheck.of(test, texts.values))
    for other, same in ((test.differs_from, False), (test.same_as, True)):
        if other is not None:
            compared = np.array(cells.column(other).cells(), dtype=object)
            holds &= (np.array(texts.cells(), dtype=object) == compared) == same
    for day, until in ((test.until, True), (test.not_until, False)):
        if day is not None:
            holds &= (cells.days(name) <= day_or_nan(day, "month first")) == until
    return holds


def _all_hold(conditions: Mapping[str, Condition], cells: Cells) -> Bools:
    holds = [_holds(_as_test(own), name, cells) for name, own in conditions.items()]
    return np.asarray(np.logical_and.reduce(holds))


@frozen
class _CellCheck:
    """A test of a single cell.

    Of a cell with several values, one must pass it; where it only says what must not be there, all must.
    """

    test: CellTest
    matching: frozenset[str] = frozenset()
    """The values that the regular expression of the test is found in."""

    @classmethod
    def of(cls, test: CellTest, texts: Iterable[str]) -> _CellCheck:
        """The test of these texts, in all of which the regular expression is searched for at once."""
        if test.matches is None:
            return cls(test)
        values = chain.from_iterable(_values(text, test.split) for text in texts)
        return cls(test, expression(test.matches).found_in(values))

    def __call__(self, text: str) -> bool:
        values = _values(text, self.test.split)
        if len(values) == 1:
            return self._passes(values[0])
        enough = all if self.test.only_excludes else any
        return enough(map(self._passes, values))

    def _passes(self, text: str) -> bool:
        if self.test.matches is not None and text not in self.matching:
            return False
        return all(check(self.test, text) for check in (_numeric, _listed, _within))


def _values(text: str, separator: str | None) -> Sequence[str]:
    """The values of a cell: those of a list, and what stands between separators in each."""
    if separator is None:
        return text.split(SEVERAL) if SEVERAL in text else (text,)
    return [part.strip() for value in text.split(SEVERAL) for part in value.split(separator)]


def _numeric(test: CellTest, text: str) -> bool:
    limits = (test.min, test.max, test.above, test.below)
    if all(limit is None for limit in limits):
        return True
    value = number(text)
    return (
        value == value
        and (test.min is None or value >= test.min)
        and (test.max is None or value <= test.max)
        and (test.above is None or value > test.above)
        and (test.below is None or value < test.below)
    )


def _listed(test: CellTest, text: str) -> bool:
    others = [*(test.none_of or ()), *_several(test.not_)]
    return (test.one_of is None or _texts(tuple(map(str, test.one_of))).meets(text)) and not (
        others and _texts(tuple(map(str, others))).meets(text)
    )


def _several(stated: str | int | bool | list[str | int] | None) -> list[str | int]:
    return stated if isinstance(stated, list) else [] if stated is None else [stated]


@cache
def _texts(texts: tuple[str, ...]) -> TextCondition:
    """The condition that a text is one of these, as for rows of tables."""
    return TextCondition(texts)


def _within(test: CellTest, text: str) -> bool:
    if test.filled is not None and bool(text) is not test.filled:
        return False
    if test.contains is not None and not any(word.casefold() in text.casefold() for word in test.contains):
        return False
    if test.starts is None:
        return True
    codes = [code.strip() for code in re.split(CODE_SEPARATORS, text)]
    return any(code.startswith(prefix) for code in codes for prefix in test.starts)
