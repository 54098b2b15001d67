"""The tables of indicators that a config names → values by edition, unit and indicator."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from innov_index.config.language import IndicatorsBlock, OriginBlock, YearOfBlock
from innov_index.dataset.config_tables import (
    MOST,
    codes_of_units,
    in_order,
    positions_in,
    same_rows,
    tell_rows_without,
)
from innov_index.dataset.name_matching import nearest
from innov_index.errors import DataError, Problem
from innov_index.frozen import frozen
from innov_index.intake.arrangement import Arrangement, Stated, arrange, lacking, note_of, years_of_names
from innov_index.intake.table import Table
from innov_index.model.arrays import Bools, Floats, Ints, missing
from innov_index.model.result import Gravity, Remark
from innov_index.wording import listed


@frozen
class IndicatorValues:
    """Values (editions, units, indicators), and what was found in reading them.

    `present`, (editions, units), marks units with a row. `notes` are marks beside values, by edition, unit
    and indicator.
    """

    editions: tuple[str, ...]
    matrix: Floats
    present: Bools
    notes: Mapping[tuple[int, int, int], str]
    remarks: tuple[str, ...]


def unit_columns(block: IndicatorsBlock, unit: str) -> tuple[str, ...]:
    """Columns with the unit, of which a table has one."""
    stated = block.unit or unit
    return (stated,) if isinstance(stated, str) else tuple(stated)


def unit_column(table: Table, block: IndicatorsBlock, unit: str) -> str:
    """The column of a table with the unit."""
    named = unit_columns(block, unit)
    return next((name for name in named if name in table), named[0])


def stated_places(block: IndicatorsBlock, unit: str) -> Stated:
    """What a config says of where values are, in a table whose units are in the column `unit`."""
    indicator = block.indicator
    edition = block.edition
    several = () if indicator is None or isinstance(indicator, OriginBlock) else indicator
    return Stated(
        unit=unit,
        edition=edition.year_of
        if isinstance(edition, YearOfBlock)
        else edition
        if isinstance(edition, str)
        else None,
        year_of=isinstance(edition, YearOfBlock),
        edition_from=edition.of if isinstance(edition, OriginBlock) else None,
        indicator=(several,) if isinstance(several, str) else tuple(several),
        joint=block.joint,
        indicator_from=indicator.of if isinstance(indicator, OriginBlock) else None,
        value=block.value,
    )


def arranged(
    tables: Sequence[Table], block: IndicatorsBlock, unit: str, wanted: Collection[str]
) -> list[Arrangement]:
    """Where the values are in each table; editions may also follow from the names of files or sheets."""
    stated = stated_places(block, unit)
    found = [
        arrange(table, replace(stated, unit=unit_column(table, block, unit)), wanted) for table in tables
    ]
    if (
        stated.edition is None
        and stated.edition_from is None
        and not any(each.has_editions for each in found)
    ):
        years = years_of_names(tables)
        if years is not None:
            for table, year in zip(tables, years, strict=True):
                table.said[f"the edition of {Path(table.file).name} is {year}, by its name"] = None
            return [
                replace(each, editions=(year,) * each.table.rows)
                for each, year in zip(found, years, strict=True)
            ]
    return found


def units_of(found: Sequence[Arrangement]) -> tuple[str, ...]:
    """Codes of all units that have a row, in order of appearance."""
    if len(found) == 1:
        return codes_of_units(found[0].table, found[0].unit, repeated=True)[0]
    codes: dict[str, None] = {}
    for each in found:
        codes |= dict.fromkeys(codes_of_units(each.table, each.unit, repeated=True)[0])
    return tuple(codes)


def gather(found: Sequence[Arrangement], wanted: tuple[str, ...], codes: tuple[str, ...]) -> IndicatorValues:
    """Put the values of all tables in one array.

    Raises
    ------
    DataError
        An indicator is in no table, or a value is there twice.
    """
    DataError.raise_if(lacking(found, wanted)[:MOST])
    editions = in_order(
        [
            edition
            for each in found
            for edition in (
                *(each.editions or ()),
                *(value.edition for value in each.values if value.edition),
            )
        ]
    )
    if len(found) == 1 and not editions and _is_whole(found[0], wanted, codes):
        return _as_it_stands(found[0], wanted, codes)
    shape = (max(len(editions), 1), len(codes))
    target = _Target(
        editions,
        codes,
        {name: at for at, name in enumerate(wanted)},
        missing((*shape, len(wanted))),
        np.zeros(shape, dtype=np.bool_),
        {},
    )
    for each in found:
        target.enter(each)
        if editions and not each.has_editions:
            name = Path(each.table.file).name
            each.table.said[f"{name} has no editions; its values stand in every edition"] = None
    remarks = tuple(_left_out(found, codes, target.present))
    return IndicatorValues(editions, target.matrix, target.present, target.notes, remarks)


def _is_whole(each: Arrangement, wanted: tuple[str, ...], codes: tuple[str, ...]) -> bool:
    """Whether a table has a row for each unit, in their order, and a column for each indicator, in theirs."""
    return (
        each.table.text(each.unit) is codes
        and each.indicators is None
        and wanted == tuple(value.indicator for value in each.values)
    )


def _as_it_stands(each: Arrangement, wanted: tuple[str, ...], codes: tuple[str, ...]) -> IndicatorValues:
    """The values of a whole table without editions: its numbers, which may be many, are not copied."""
    columns = [value.column for value in each.values]
    numbers = each.table.numbers(columns)[None]
    indicators = {name: at for at, name in enumerate(wanted)}
    target = _Target((), codes, indicators, numbers, np.ones(numbers.shape[:2], dtype=np.bool_), {})
    flags = None if each.flags is None else each.table.text(each.flags)
    for at, column in enumerate(columns):
        target.note(each.table, column, 0, np.arange(len(codes)), at, flags)
    return IndicatorValues((), target.matrix, target.present, target.notes, ())


def _joint(keys: Sequence[Ints]) -> Ints:
    """One number for several, of which none is below -1."""
    joint = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        joint = joint * (int(key.max(initial=-1)) + 2) + key + 1
    return joint


def _repeats(key: Ints) -> bool:
    ordered = np.sort(key)
    return bool((ordered[1:] == ordered[:-1]).any())


def _left_out(found: Sequence[Arrangement], codes: Sequence[str], present: Bools) -> list[Remark]:
    """Remarks on rows about units that are not ranked, one for each table."""
    absent = [code for code, here in zip(codes, np.asarray(present.any(axis=0)), strict=True) if not here]
    remarks = []
    known = set(codes)
    for each in found:
        texts = each.table.text(each.unit)
        if texts == codes:
            continue
        others = [text for text in dict.fromkeys(texts) if text and text not in known]
        if not others:
            continue
        if not known & set(texts):
            row = texts.index(others[0])
            message = (
                f"no row is about one of the units ({listed(codes, 3)}); the first is about '{others[0]}'; "
                "name another column with `unit`, or set `units: {names: countries}` for names of countries"
            )
            raise DataError(Problem(message, each.table.mark(row, each.unit)))
        near = {text: match for text in others if (match := nearest(text, absent))}
        doubts = listed([f"'{text}' may be '{match[0]}'" for text, match in near.items()], 5)
        text = (
            f"{Path(each.table.file).name}: left out, as they are not among the units: {listed(others, 10)}"
        )
        remarks.append(
            Remark(f"{text}; {doubts}" if near else text, Gravity.FIGURE if near else Gravity.DATA)
        )
    return remarks


@frozen
class _Target:
    """The array that values are put into; `indicators` says at which position each name is."""

    editions: tuple[str, ...]
    codes: tuple[str, ...]
    indicators: Mapping[str, int]
    matrix: Floats
    present: Bools
    notes: dict[tuple[int, int, int], str]

    def enter(self, each: Arrangement) -> None:
        """Add the values of a table."""
        tell_rows_without(each.table, each.unit, "the code of a unit")
        units = positions_in(self.codes, each.table.text(each.unit))
        used = units >= 0
        if each.indicators is not None:
            used &= positions_in(tuple(self.indicators), each.indicators) >= 0
            self._mark_present(each, units)
        rows = np.flatnonzero(used)
        table = each.table if len(rows) == each.table.rows else each.table.only(rows)
        if not len(rows) or not each.values:
            return
        editions = self._editions_of(each, rows)
        rows_kept = self._without_repeated(each, table, units[rows], editions, rows)
        if len(rows_kept) < len(rows):
            table, rows, editions = table.only(rows_kept), rows[rows_kept], editions[rows_kept]
        numbers = table.numbers([value.column for value in each.values])
        flags = None if each.flags is None else table.text(each.flags)
        for at, value in enumerate(each.values):
            edition = editions if value.edition is None else self.editions.index(value.edition)
            if value.indicator is None:
                names = [(each.indicators or ())[row] for row in rows.tolist()]
                indicator: Ints | int = positions_in(tuple(self.indicators), names)
            else:
                indicator = self.indicators[value.indicator]
            self._put(table, value.column, numbers[:, at], edition, units[rows], indicator, flags)

    def _mark_present(self, each: Arrangement, units: Ints) -> None:
        """In a long table any row of a unit shows that it is there, also one about another indicator."""
        rows = np.flatnonzero(units >= 0)
        if not any(value.edition is not None for value in each.values):
            self._mark(self._editions_of(each, rows), units[rows])

    def _editions_of(self, each: Arrangement, rows: Ints) -> Ints:
        """The edition of each of some rows; -1: of all editions."""
        if each.editions is None:
            return np.full(len(rows), -1 if len(self.editions) > 0 else 0, dtype=np.int64)
        return positions_in(self.editions, each.editions)[rows]

    def _without_repeated(
        self, each: Arrangement, table: Table, units: Ints, editions: Ints, rows: Ints
    ) -> Ints:
        """The rows, as positions among those used, without those that are the same word for word."""
        keys = [editions, units]
        if each.indicators is not None:
            names = [each.indicators[row] for row in rows.tolist()]
            keys.append(positions_in(tuple(self.indicators), names))
        key = _joint(keys)
        if not _repeats(key):
            return np.arange(len(rows))
        _, inverse = np.unique(key, return_inverse=True)
        first: dict[int, int] = {}
        kept, problems, dropped = [], [], []
        what = " and ".join(
            ["unit", *(["edition"] if self.editions else []), *(["indicator"] if each.indicators else [])]
        )
        for row, same in enumerate(inverse.reshape(-1).tolist()):
            if same not in first:
                first[same] = row
                kept.append(row)
            elif same_rows(table, first[same], row):
                dropped.append(row)
            else:
                where = table.row_words(first[same])
                message = f"a second row for the same {what}; the first is in {where}{self._way_out(each)}"
                problems.append(Problem(message, table.mark(row, each.unit)))
        DataError.raise_if(problems[:MOST])
        words = listed([table.row_words(row) for row in dropped], 5)
        each.table.said[
            f"{Path(table.file).name}: rows that are there twice, word for word, count once: {words}"
        ] = None
        return np.array(kept, dtype=np.int64)

    def _way_out(self, each: Arrangement) -> str:
        if self.editions or each.has_editions:
            return ""
        return (
            "; if rows are of several editions, name their column with `edition`, or choose rows with `where`"
        )

    def _put(
        self,
        table: Table,
        column: str,
        numbers: Floats,
        editions: Ints | int,
        units: Ints,
        indicators: Ints | int,
        flags: Sequence[str] | None,
    ) -> None:
        if isinstance(editions, np.ndarray) and (same := _only(editions)) is not None:
            editions = same
        whole: Sequence[Ints | int] = range(len(self.matrix)) if _is_every(editions) else [editions]
        for edition in whole:
            before = self.matrix[edition, units, indicators]
            twice = ~np.isnan(before)
            if twice.any() and (twice := twice & ~np.isnan(numbers) & (before != numbers)).any():
                row = int(np.flatnonzero(twice)[0])
                name = list(self.indicators)[_at(indicators, row)]
                message = (
                    f"{name} of '{self.codes[int(units[row])]}' is {numbers[row]:g} here and {before[row]:g} "
                    "in another table"
                )
                raise DataError(Problem(message, table.mark(row, column)))
            self.matrix[edition, units, indicators] = np.where(np.isnan(numbers), before, numbers)
            self._mark(edition, units)
            self.note(table, column, edition, units, indicators, flags)

    def _mark(self, editions: Ints | int, units: Ints) -> None:
        if _is_every(editions):
            self.present[:, units] = True
        else:
            self.present[editions, units] = True

    def note(
        self,
        table: Table,
        column: str,
        editions: Ints | int,
        units: Ints,
        indicators: Ints | int,
        flags: Sequence[str] | None,
    ) -> None:
        found = {row: note for (row, name), note in table.notes.items() if name == column}
        if flags is not None:
            found |= {row: note for row, text in enumerate(flags) if (note := note_of(text))}
        for row, note in found.items():
            self.notes[_at(editions, row), int(units[row]), _at(indicators, row)] = note


def _only(positions: Ints) -> int | None:
    """The position that all of them are, if there is one."""
    first = int(positions[0]) if len(positions) else 0
    return first if (positions == first).all() else None


def _is_every(editions: Ints | int) -> bool:
    """Whether rows are about every edition, as `_editions_of` says it."""
    return (editions if isinstance(editions, int) else int(editions[0]) if len(editions) else 0) < 0


def _at(positions: Ints | int, row: int) -> int:
    return positions if isinstance(positions, int) else int(positions[row])
