"""The files that `file:` names → partitions, which can be read independently, also in other processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, TypeVar

from annotated_types import MinLen

from innov_index.engine.executors import FileRange
from innov_index.errors import DataError, Mark, why_unreadable
from innov_index.frozen import frozen
from innov_index.intake.encodings import decode
from innov_index.intake.formats.archives import is_compressed, open_decompressed
from innov_index.intake.formats.bibliographies import is_references, references
from innov_index.intake.formats.database import (
    file_of,
    is_url,
    located,
    read_database,
    shown_url,
)
from innov_index.intake.formats.json_lines import is_json_lines
from innov_index.intake.formats.kinds import Kind, kind_of, kind_of_file
from innov_index.intake.options import options
from innov_index.intake.reading import TableOptions, described_files, read_tables
from innov_index.intake.reading import files_of as files_of_names
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.rows_in_batches import batches_of_rows
from innov_index.intake.records.text_layout import text_layout
from innov_index.intake.records.text_rows import read_rows
from innov_index.intake.records.wanted_columns import IF_THERE, WantedColumns, require_names
from innov_index.intake.records.whole_tables import batch_of_table, with_columns
from innov_index.intake.shape.sheet_tables import Asked, NoRows
from innov_index.intake.stated_options import stated_options
from innov_index.io.file_roles import is_pipe, note_input
from innov_index.limits import RowNumber, RowsAbove

State = TypeVar("State")
Merge: TypeAlias = Callable[[State, State], State]

LARGE = 1 << 20
"""Bytes from which on a text file is read in batches."""

_HEAD = 1 << 16
_LONGEST_LINE = 1 << 26


@options
class FileOptions:
    """Where records are and how they are read; what is not stated is found, and told in a remark.

    Attributes
    ----------
    file
        a file, a folder, a pattern such as `papers/*.parquet`, the URL of a database, or a list of these
    sheet
        sheet of a workbook, or several, or a pattern such as 20*
    range
        cells of the table, e.g. A3:H60, of text files too; all by default
    skip
        rows above the header that are left out
    header
        row with the titles of columns, counted from 1, or several; or the titles themselves, where the file
        has none
    transposed
        records stand in columns
    delimiter
        between cells; detected by default
    decimal
        decimal mark; detected by default
    encoding
        of a text file; detected by default
    uneven
        rows with another number of cells than the header: kept, with a remark, or refused
    missing
        texts that stand for a missing number; by default empty cells and usual marks
    bounds
        what a bound such as <5 counts as; no number by default
    ranges
        what a cell of two numbers, such as 101-150, counts as; no number by default
    map
        numbers that answers and grades stand for, e.g. {Yes: 1, No: 0}
    table
        table of a database
    query
        one SELECT or WITH to a database, which is read only, instead of a table
    """

    file: Annotated[str, MinLen(1)] | Annotated[list[str], MinLen(1)]
    sheet: str | Annotated[list[str], MinLen(1)] | None = None
    range: str | None = None
    skip: RowsAbove = 0
    header: RowNumber | Annotated[list[RowNumber], MinLen(1)] | Annotated[list[str], MinLen(1)] | None = None
    transposed: bool = False
    delimiter: Annotated[str, MinLen(1)] | None = None
    decimal: Literal[".", ","] | None = None
    encoding: str | None = None
    uneven: Literal["keep", "refuse"] = "keep"
    missing: list[str] | None = None
    bounds: Literal["number", "half", "missing"] | None = None
    ranges: Literal["first", "mean", "missing"] | None = None
    map: dict[str, float] | None = None
    table: str | None = None
    query: str | None = None

    @property
    def tables(self) -> TableOptions:
        """The options as the reader of tables takes them."""
        return stated_options(self)


@frozen
class Partition:
    """Part of a source that is read as a unit: a file, some row groups of a file, or a database."""

    location: str
    shown: str
    reading: FileOptions
    groups: tuple[int, ...] = ()
    row_by_row: bool = False

    def files_read(self) -> tuple[FileRange, ...]:
        """See `ReadsFiles`."""
        if is_url(self.location):
            file = file_of(self.location)
            return () if file is None else (FileRange(file),)
        path = Path(self.location)
        if self.groups:
            from innov_index.intake.records.arrow import range_of_groups

            return range_of_groups(path, self.groups)
        return tuple(map(FileRange, (path, *described_files(path))))

    def by_line(self) -> Partition:
        """The same, read so that each record knows its line, whatever is in its cells."""
        return replace(self, row_by_row=True)

    def reduce(
        self, wanted: WantedColumns, partial: Callable[[Batch], State], merge: Merge[State]
    ) -> State | None:
        """The merged partial results of all batches; None if there are no records.

        Raises
        ------
        DataError
            The file cannot be read or lacks a column; the message names it.
        """
        from innov_index.intake.records.arrow import NotPlain

        try:
            return _merged(map(partial, self._completed(wanted)), merge)
        except NotPlain:
            return _merged(map(partial, self.by_line()._completed(wanted)), merge)

    def _completed(self, wanted: WantedColumns) -> Iterator[Batch]:
        """Batches with a row for each year, and empty columns in place of those that the file may lack."""
        for batch in self._batches(wanted):
            whole = batch.with_rows_of_years()
            absent = {
                role
                for role in wanted.keys() - whole.columns.keys()
                if not any(name.startswith(IF_THERE) for name in wanted[role])
            }
            yield whole if not absent else whole.with_empty({role: wanted[role][0] for role in absent})

    def _batches(self, wanted: WantedColumns) -> Iterator[Batch]:
        if is_url(self.location):
            return self._of_database(wanted)
        path = Path(self.location)
        if self.groups:
            from innov_index.intake.records.arrow import read_parquet

            return read_parquet(path, self.shown, wanted, self.groups)
        name, head = _beginning(path)
        kind = kind_of(head)
        if kind is Kind.TEXT and is_references(head):
            return self._references(path, wanted)
        if _is_large(path) and (layout := text_layout(path, wanted, self.reading.tables)) is not None:
            plain = layout.plain and layout.encoding is None and not self.row_by_row
            if plain and find_spec("pyarrow") is not None:
                from innov_index.intake.records.arrow import read_text

                return read_text(layout, self.shown)
            return read_rows(layout, self.shown)
        if kind in (Kind.JSON, Kind.TEXT) and is_json_lines(name, head):
            return self._json_lines(path, wanted)
        return self._json_document(path, wanted) if kind is Kind.JSON else self._whole(path, wanted)

    def _of_database(self, wanted: WantedColumns) -> Iterator[Batch]:
        rows = read_database(self.location, self.reading.table, self.reading.query)
        batches = batches_of_rows(self.shown, enumerate(rows, 1), rows.titles, wanted)
        # what is to be said of the rows is known when all have been read
        last = next(batches, None)
        for batch in batches:
            if last is not None:
                yield last
            last = batch
        if last is not None:
            yield replace(last, said=rows.said)

    def _json_lines(self, path: Path, wanted: WantedColumns) -> Iterator[Batch]:
        from innov_index.intake.records.json_records import batches_of_lines

        if _is_large(path) and not self.row_by_row and find_spec("pyarrow") is not None:
            from innov_index.intake.records.arrow_json import batches_of_large_lines

            yield from batches_of_large_lines(path, self.shown, wanted)
            return
        with open_decompressed(path) as (_, file):
            yield from batches_of_lines(self.shown, file, wanted)

    def _json_document(self, path: Path, wanted: WantedColumns) -> Iterator[Batch]:
        from innov_index.intake.records.json_records import batches_of_document, is_message

        with open_decompressed(path) as (_, file):
            content = file.read()
        if is_message(content):
            return self._whole(path, wanted)
        return batches_of_document(self.shown, content, wanted, self.reading.sheet)

    def _references(self, path: Path, wanted: WantedColumns) -> Iterator[Batch]:
        from innov_index.intake.records.json_records import batches_of_objects

        with open_decompressed(path) as (_, file):
            decoded = decode(path, file.read(), self.reading.encoding)
        said = (f"{self.shown}: {decoded.said}",) if decoded.said else ()
        return batches_of_objects(self.shown, references(self.shown, decoded.text), wanted, said)

    def _whole(self, path: Path, wanted: WantedColumns) -> Iterator[Batch]:
        """Each table of a file as a batch."""
        names = tuple(name for names in wanted.values() for name in names if name)
        try:
            tables = read_tables(path, self.reading.tables, Asked(names=names))
        except NoRows as empty:
            require_names(empty.titles, wanted, Mark(self.shown))
            return
        for table in with_columns(tables, wanted):
            yield batch_of_table(table, self.shown, wanted)


def _merged(states: Iterator[State], merge: Merge[State]) -> State | None:
    first = next(states, None)
    return None if first is None else reduce(merge, states, first)


def partitions(reading: FileOptions, folder: Path) -> list[Partition]:
    """The partitions of everything that `reading.file` names, in the order of names.

    Raises
    ------
    DataError
        A file or folder does not exist, or its format is unknown.
    """
    stated = [reading.file] if isinstance(reading.file, str) else reading.file
    found = [partition for name in stated for partition in _named(name, reading, folder)]
    return list({(part.location, part.groups): part for part in found}.values())


def files_of(parts: list[Partition]) -> tuple[Path, ...]:
    """The files among the partitions."""
    found: dict[Path, None] = {}
    for location in dict.fromkeys(part.location for part in parts):
        path = file_of(location) if is_url(location) else Path(location)
        if path is not None:
            found |= dict.fromkeys((path, *described_files(path)))
    return tuple(found)


def _named(name: str, reading: FileOptions, folder: Path) -> Iterator[Partition]:
    if is_url(name):
        url = located(name, folder)
        yield Partition(url, shown_url(url), reading)
        return
    if reading.table is not None or reading.query is not None:
        stated = "query" if reading.table is None else "table"
        raise DataError(
            f"{folder / name}: `{stated}` says nothing about a file; `file` is no URL of a database"
        )
    for path, shown in _paths(name, folder):
        note_input(path)
        if _kind(path) is Kind.PARQUET:
            from innov_index.intake.records.arrow import row_groups

            for groups in row_groups(path):
                yield Partition(str(path), shown, reading, groups)
        else:
            yield Partition(str(path), shown, reading)


def _paths(name: str, folder: Path) -> list[tuple[Path, str]]:
    """The files that a name stands for, each as messages call it."""
    path = folder / name
    if is_pipe(path):
        raise DataError(f"{path}: this is a pipe; records are read more than once, from a file")
    found = files_of_names(folder, [name])
    if found == [path]:
        return [(path, name)]
    if os.path.isdir(path):
        return [(file, f"{name.rstrip('/')}/{file.relative_to(path).as_posix()}") for file in found]
    names = [file.name for file in found]
    if len(set(names)) == len(names):
        return list(zip(found, names, strict=True))
    above = Path(os.path.commonpath(found))
    return [(file, file.relative_to(above).as_posix()) for file in found]


def _kind(path: Path) -> Kind:
    try:
        return kind_of_file(path)
    except (OSError, ValueError) as error:
        raise DataError(why_unreadable(path, error)) from None


def _beginning(path: Path) -> tuple[str, bytes]:
    """The name of a file without that of its compression, and its beginning, with the first line whole."""
    with open_decompressed(path) as (name, file):
        return name, file.readline(_LONGEST_LINE) + file.read(_HEAD)


def _is_large(path: Path) -> bool:
    return path.stat().st_size >= (LARGE // 4 if is_compressed(path) else LARGE)
