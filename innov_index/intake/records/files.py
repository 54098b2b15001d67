"""The files that `file:` names → partitions, which can be read independently, also in other processes."""

from __future__ import annotations

import csv
import glob
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

from annotated_types import MinLen

from innov_index.errors import DataError
from innov_index.intake.formats.text_table import find_delimiter
from innov_index.intake.opening import read_bytes
from innov_index.intake.options import options
from innov_index.intake.records.batch import Batch, WantedColumns
from innov_index.intake.records.header import SEARCHED, delimiter_of_header, find_header
from innov_index.io.file_roles import is_pipe, note_input
from innov_index.wording import listed

State = TypeVar("State")
Merge: TypeAlias = Callable[[State, State], State]

TEXT = (".csv", ".tsv", ".txt", ".dat", ".csv.gz", ".tsv.gz", ".txt.gz", ".dat.gz")
JSON_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
ENDINGS = (*TEXT, *JSON_LINES, ".parquet", ".xlsx")

LARGE = 8 << 20
"""Text files from this size on are read by pyarrow."""

_SAMPLE = 1 << 18


@options
class FileOptions:
    """Where records are and how they are read.

    Attributes
    ----------
    file
        a file, a folder, a pattern such as `papers/*.parquet`, the URL of a database, or a list of these
    sheet
        sheet of a workbook; the first by default
    delimiter
        delimiter of a text file; detected by default
    encoding
        encoding of a text file; UTF-8 by default, with lines in Windows-1252 accepted
    header
        names of columns for a text file without a header
    table
        table of a database
    query
        query to a database, instead of a table
    """

    file: Annotated[str, MinLen(1)] | Annotated[list[str], MinLen(1)]
    sheet: str | None = None
    delimiter: Annotated[str, MinLen(1)] | None = None
    encoding: str | None = None
    header: list[str] | None = None
    table: str | None = None
    query: str | None = None


@dataclass(frozen=True)
class Partition:
    """Part of a source that is read as a unit: a file, some row groups of a file, or a database."""

    location: str
    shown: str
    reading: FileOptions
    groups: tuple[int, ...] = ()

    def reduce(
        self, wanted: WantedColumns, partial: Callable[[Batch], State], merge: Merge[State]
    ) -> State | None:
        """The merged partial results of all batches; None if there are no records."""
        try:
            return _merged(map(partial, self.batches(wanted)), merge)
        except _needs_tolerant_reader():
            return _merged(map(partial, self.batches(wanted, tolerant=True)), merge)

    def batches(self, wanted: WantedColumns, *, tolerant: bool = False) -> Iterator[Batch]:
        """Read the wanted columns.

        Parameters
        ----------
        wanted : Wanted
        careful : bool
            Read even large text files row by row, which uneven rows require.

        Raises
        ------
        DataError
            The file cannot be read or lacks a column; the message names it.
        """
        from innov_index.intake.records import row_by_row

        reading = self.reading
        if "://" in self.location:
            return row_by_row.read_database(self.location, wanted, reading.table, reading.query)
        path = Path(self.location)
        name = path.name.lower()
        if name.endswith(".parquet"):
            from innov_index.intake.records.arrow import read_parquet

            return read_parquet(path, self.shown, wanted, self.groups)
        if name.endswith(".xlsx"):
            return row_by_row.read_workbook(path, self.shown, wanted, reading.sheet)
        if name.endswith(JSON_LINES):
            return row_by_row.read_json_lines(path, self.shown, wanted)
        return self._text(path, wanted, tolerant)

    def _text(self, path: Path, wanted: WantedColumns, tolerant: bool) -> Iterator[Batch]:
        from innov_index.intake.records.text_files import read_delimited

        reading = self.reading
        if (
            not tolerant
            and _is_large(path)
            and (layout := _layout(path, self.shown, wanted, reading)) is not None
        ):
            from innov_index.intake.records.arrow import read_csv

            skipped, names, delimiter = layout
            return read_csv(path, self.shown, wanted, skipped_lines=skipped, names=names, delimiter=delimiter)
        return read_delimited(
            path,
            self.shown,
            wanted,
            delimiter=reading.delimiter,
            encoding=reading.encoding,
            header=reading.header,
        )


def _merged(states: Iterator[State], merge: Merge[State]) -> State | None:
    first = next(states, None)
    return None if first is None else reduce(merge, states, first)


def _needs_tolerant_reader() -> type[Exception]:
    from innov_index.intake.records.arrow import NeedsTolerantReader

    return NeedsTolerantReader


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
    return tuple(dict.fromkeys(Path(part.location) for part in parts if "://" not in part.location))


def _named(name: str, reading: FileOptions, folder: Path) -> Iterator[Partition]:
    if "://" in name:
        if name.startswith("sqlite:///"):
            database = folder / name.removeprefix("sqlite:///")
            note_input(database)
            name = f"sqlite:///{database}"
        from innov_index.intake.records.row_by_row import shown_url

        yield Partition(name, shown_url(name), reading)
        return
    for path, shown in _paths(name, folder):
        note_input(path)
        if path.name.lower().endswith(".parquet"):
            from innov_index.intake.records.arrow import row_groups

            for groups in row_groups(path):
                yield Partition(str(path), shown, reading, groups)
        else:
            yield Partition(str(path), shown, reading)


def _paths(name: str, folder: Path) -> list[tuple[Path, str]]:
    path = folder / name  # os.path, as pathlib does not take a name that is too long for any file
    if os.path.isdir(path):
        inside = sorted(entry for entry in path.rglob("*") if entry.name.lower().endswith(ENDINGS))
        if not inside:
            raise DataError(f"{path}: no readable file in this folder; known formats are {listed(ENDINGS)}")
        return [(entry, f"{name.rstrip('/')}/{entry.relative_to(path).as_posix()}") for entry in inside]
    if glob.has_magic(name) and not os.path.exists(path):
        matching = sorted(glob.glob(str(path), recursive=True))
        if not matching:
            raise DataError(f"{path}: no file matches this pattern")
        return [(Path(entry), Path(entry).name) for entry in matching]
    if not path.name.lower().endswith(ENDINGS):
        raise DataError(f"{path}: unknown file format; known formats are {listed(ENDINGS)}")
    if is_pipe(path):
        raise DataError(f"{path}: this is a pipe; records are read more than once, from a file")
    if not os.path.isfile(path):
        read_bytes(path)  # raises the error that says why not
    return [(path, name)]


def _is_large(path: Path) -> bool:
    try:
        return path.stat().st_size >= (LARGE // 4 if path.suffix == ".gz" else LARGE)
    except OSError:
        return False


def _layout(
    path: Path, shown: str, wanted: WantedColumns, reading: FileOptions
) -> tuple[int, list[str], str] | None:
    """Lines to skip, names and delimiter of a large file; None if only the tolerant reader can read it."""
    import gzip
    import importlib.util
    import zlib

    if importlib.util.find_spec("pyarrow") is None or reading.encoding not in (None, "utf-8"):
        return None
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            sample = file.read(_SAMPLE)
        text = sample[: sample.rfind(b"\n") + 1].decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        return None
    if reading.header is not None:
        return 0, reading.header, reading.delimiter or find_delimiter(text)
    delimiter = reading.delimiter or delimiter_of_header(text, wanted)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    first = list(islice(((row, rows.line_num) for row in rows), SEARCHED + 1))
    at, _ = find_header(shown, ((line, row) for row, line in first), wanted)
    return first[at][1], first[at][0], delimiter
