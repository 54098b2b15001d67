"""A batch of records of one file, as columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.errors import load_extra
from innov_index.frozen import frozen
from innov_index.intake.number_texts import Conventions, Evidence
from innov_index.intake.records.nested_columns import NestedColumn, with_rows_of_years
from innov_index.intake.records.parsing import clean_lines, clean_text
from innov_index.intake.records.text_columns import (
    Hashes,
    Numbers,
    Texts,
    hash_bytes,
    hash_integers,
    hash_texts,
)
from innov_index.intake.records.year_columns import OF_YEAR
from innov_index.model.arrays import Bools, Ints
from innov_index.model.sheet import to_text
from innov_index.wording import listed


@frozen
class IdentifierRuns:
    """Identifiers of rows, run-length encoded: row r has `hashes[run[r]]`."""

    run: Ints
    hashes: Hashes


@frozen
class RawRows:
    """Complete rows as texts, made when they are asked for, and the position of each role's column."""

    header: tuple[str, ...]
    make: Callable[[], list[list[str]]]
    positions: Mapping[str, int]

    @cached_property
    def cells(self) -> list[list[str]]:
        return self.make()

    def columns(self) -> dict[str, list[str]]:
        """The column of each role."""
        return {role: [row[position] for row in self.cells] for role, position in self.positions.items()}


class RawColumn:
    """A column as it was read; decoded on first use, once for all sources that use it.

    Of a nested column, texts and runs are those of its leaves.
    """

    def __init__(self, raw: Any) -> None:
        self.nested = raw if isinstance(raw, NestedColumn) else None
        self.raw = raw if self.nested is None else self.nested.leaves

    @cached_property
    def texts(self) -> Texts:
        """The column as cleaned text; missing values are empty."""
        return self._cleaned(clean_text)

    @cached_property
    def lined_texts(self) -> Texts:
        """The column as cleaned text that keeps its line breaks, for values on lines of their own."""
        return self._cleaned(clean_lines)

    def _cleaned(self, clean: Callable[[str], str]) -> Texts:
        raw = self.raw
        if isinstance(raw, Texts):
            return raw
        if isinstance(raw, list):
            return Texts.of(raw).map(clean)
        near = _numbers_near_each_other(raw)
        if near is not None:
            return Texts(near[0], tuple(map(str, near[1])))
        encoded = raw.dictionary_encode()
        values = [clean(to_text(value)) for value in encoded.dictionary.to_pylist()]
        # to_numpy() and fill_null() would import pandas
        if not encoded.null_count:
            return Texts(np.from_dlpack(encoded.indices).astype(np.int32, copy=False), tuple(values))
        indices = encoded.indices
        kind = np.dtype(str(indices.type))
        numbers = np.frombuffer(indices.buffers()[1], kind)[indices.offset : indices.offset + len(indices)]
        codes = np.where(_flags(indices.is_valid()), numbers, len(values)).astype(np.int32)
        return Texts(codes, (*values, ""))

    def runs(self, rows: Ints | None) -> IdentifierRuns:
        """The column as identifiers of some rows, or of all."""
        if not isinstance(self.raw, list | Texts):
            return _arrow_runs(self.raw, rows)
        texts = self.texts if rows is None else self.texts.take(rows)
        starts = np.diff(texts.codes, prepend=-1) != 0
        distinct = hash_texts(texts.values)
        return IdentifierRuns(np.cumsum(starts) - 1, distinct[texts.codes[starts]])


@frozen
class Batch:
    """Columns by their role, each a list of texts, an Arrow array or a `NestedColumn`, as `RawColumn`.

    Attributes
    ----------
    file
        Name of the file, as a person stated it.
    lines
        Line or row of each record; in large text files, line breaks inside quotes are not counted.
    columns
    said
        Choices that were made in reading; the same words as for a table.
    sheet
        Name of the sheet of a workbook.
    rows
        Complete rows, where they are read whole.
    conventions
        How numbers are printed in the file, where the file itself says so, as a data package does.
    evidence
        What the table, or the beginning of a large one, shows of its decimal mark.
    """

    file: str
    lines: Ints
    columns: Mapping[str, Any]
    said: tuple[str, ...] = ()
    sheet: str = ""
    rows: RawRows | None = None
    conventions: Conventions | None = None
    evidence: Callable[[], Evidence] = Evidence

    def __post_init__(self) -> None:
        cells = {
            role: raw if isinstance(raw, RawColumn) else RawColumn(raw) for role, raw in self.columns.items()
        }
        object.__setattr__(self, "columns", cells)

    def __len__(self) -> int:
        return len(self.lines)

    def with_rows_of_years(self) -> Batch:
        """With the columns of years, if there are some, as lists."""
        of_years = {role: column.texts for role, column in self.columns.items() if OF_YEAR in role}
        if not of_years:
            return self
        return replace(self, columns=with_rows_of_years(self.columns, of_years), rows=None)

    def with_empty(self, roles: Mapping[str, str]) -> Batch:
        """With empty columns that the file lacks, which is told; by role the name that it might have had."""
        empty = {role: Texts.constant("", len(self)) for role in roles}
        names = listed(sorted(map(repr, set(roles.values()))), 10)
        said = (*self.said, f"{self.file}: the file has no column {names}")
        return replace(self, columns={**self.columns, **empty}, said=said)

    def texts(self, role: str) -> Texts:
        """A column as cleaned text; missing values are empty."""
        texts: Texts = self.columns[role].texts
        return texts

    def runs(self, roles: Sequence[str], rows: Ints | None = None) -> IdentifierRuns:
        """One or several columns as identifiers of some rows, or of all."""
        parts: list[IdentifierRuns] = [self.columns[role].runs(rows) for role in roles]
        if len(parts) == 1:
            return parts[0]
        hashes = [part.hashes[part.run] for part in parts]
        joined = np.concatenate(hashes, axis=1)
        offsets = np.arange(len(joined) + 1, dtype=np.int64) * joined.shape[1] * 8
        whole = hash_bytes(np.ascontiguousarray(joined).view(np.uint8).reshape(-1), offsets)
        return IdentifierRuns(np.arange(len(joined), dtype=np.int64), whole)


MOST_NUMBERS = 4096
"""Distance of the largest integer of a column from the smallest one up to which each between is a text."""


def _numbers_near_each_other(column: Any) -> tuple[Numbers, range] | None:
    """The position of each cell in a range of integers; None for a column of another kind."""
    arrow = load_extra("pyarrow", "reading this file", "parquet")
    if not arrow.types.is_integer(column.type) or column.null_count or not len(column):
        return None
    numbers: Numbers = np.asarray(np.from_dlpack(column))
    low, high = int(numbers.min()), int(numbers.max())
    if high - low > MOST_NUMBERS:
        return None
    wide = numbers.astype(np.int32) if numbers.dtype.itemsize < 4 else numbers
    return (wide - low).astype(np.int32, copy=False), range(low, high + 1)


def _arrow_runs(column: Any, rows: Ints | None) -> IdentifierRuns:
    arrow = load_extra("pyarrow", "reading this file", "parquet")
    compute = load_extra("pyarrow.compute", "reading this file", "parquet")
    if arrow.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if arrow.types.is_integer(column.type) and not column.null_count:
        cells = np.from_dlpack(column)
    else:
        starts = np.ones(len(column), dtype=np.bool_)
        starts[1:] = _changes(column, compute)
        cells = np.cumsum(starts, dtype=np.int32)
    cells = cells if rows is None else cells[rows]
    starts = np.ones(len(cells), dtype=np.bool_)
    starts[1:] = cells[1:] != cells[:-1]
    first = np.flatnonzero(starts)
    own = column.take(_positions(first if rows is None else rows[first], arrow))
    return IdentifierRuns(np.cumsum(starts) - 1, _arrow_hashes(own, arrow, compute))


def _changes(column: Any, compute: Any) -> Bools:
    """Whether each cell after the first differs from the previous one; missing values always differ."""
    if len(column) < 2:
        return np.zeros(0, dtype=np.bool_)
    changed = compute.not_equal(column[1:], column[:-1])
    return _flags(compute.or_kleene(changed, changed.is_null()) if changed.null_count else changed)


def _flags(bits: Any) -> Bools:
    """Convert an Arrow array of booleans without nulls."""
    whole = np.unpackbits(np.frombuffer(bits.buffers()[1], np.uint8), bitorder="little")
    return whole[bits.offset : bits.offset + len(bits)].view(np.bool_)


def _arrow_hashes(values: Any, arrow: Any, compute: Any) -> Hashes:
    """The hashes of an Arrow array of texts or integers."""
    if arrow.types.is_integer(values.type) and not values.null_count:
        numbers: Ints = np.from_dlpack(values.cast(arrow.int64())).astype(np.int64)
        if not len(numbers) or (numbers.min() >= 0 and numbers.max() < 10**18):
            return hash_integers(numbers)
    texts = values.cast(arrow.large_string())
    if texts.null_count:
        texts = texts.fill_null("")
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = texts.buffers()[2]
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    plain = _plain_integers(letters, offsets)
    if plain is None:
        plain = _flags(compute.match_substring_regex(texts, "^(0|[1-9][0-9]{0,17})$"))
    if plain.all():
        return hash_integers(_integers(texts, arrow))
    hashes = hash_bytes(letters, offsets)
    if plain.any():
        hashes[plain] = hash_integers(_integers(texts.take(_positions(np.flatnonzero(plain), arrow)), arrow))
    return hashes


def _plain_integers(letters: NDArray[np.uint8], offsets: Ints) -> Bools | None:
    """Which texts are integers (see `is_plain_integer`); None where some have other signs than digits."""
    inside = letters[offsets[0] : offsets[-1]]
    if len(inside) and (inside.min() < ord("0") or inside.max() > ord("9")):
        return None
    lengths = np.diff(offsets)
    first = letters[np.minimum(offsets[:-1], max(len(letters) - 1, 0))] if len(letters) else lengths
    return np.asarray((lengths == 1) | ((lengths > 1) & (lengths < 19) & (first != ord("0"))))


def _integers(texts: Any, arrow: Any) -> Ints:
    return np.from_dlpack(texts.cast(arrow.int64())).astype(np.int64)


def _positions(rows: Ints, arrow: Any) -> Any:
    """Positions as an Arrow array; pyarrow.array() would import pandas."""
    return arrow.Array.from_buffers(arrow.int64(), len(rows), [None, arrow.py_buffer(rows)])
