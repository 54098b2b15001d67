"""A large text file row by row, in batches: whatever its rows are, they know their lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import IO, TypeAlias

import numpy as np

from innov_index.errors import DataError, Mark, Problem
from innov_index.frozen import frozen
from innov_index.intake.encodings import windows_1252
from innov_index.intake.formats.archives import open_decompressed
from innov_index.intake.formats.text_table import not_closed
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.rows_in_batches import ROWS_A_BATCH, batch_of_texts
from innov_index.intake.records.text_layout import TextLayout
from innov_index.intake.shape.data_rows import NOTES, REPEATED, without_notes
from innov_index.intake.shape.sheet_tables import in_words
from innov_index.intake.shape.uneven_rows import Uneven, kept_uneven

_BLOCK = 1 << 20
_LOOKED_BACK = 100
"""Rows at the end of a file among which notes are looked for."""


def read_rows(layout: TextLayout, shown: str) -> Iterator[Batch]:
    """The records of a text file in batches; notes below them are left out, and told."""
    titles, positions = layout.header.names, layout.positions
    with open_decompressed(layout.path) as (_, file):
        reading = _Reading(layout)
        rows = reading.rows(file)
        part = list(islice(rows, ROWS_A_BATCH))
        while part:
            following = list(islice(rows, ROWS_A_BATCH))
            if len(following) < _LOOKED_BACK:
                part, following = [*part, *following], []
            if not following:
                part = reading.without_notes(part)
            cells = reading.even([cells for _, _, cells in part], [line for _, line, _ in part])
            said = () if following else reading.remarks()
            lines = np.array([line for _, line, _ in part], dtype=np.int64)
            batch = batch_of_texts(shown, lines, cells, titles, positions)
            yield replace(batch, said=said, evidence=layout.evidence)
            part = following


_Row: TypeAlias = tuple[int, int, list[str]]
"""Place among all rows, blank ones too; line; cells."""


@frozen
class _Lines:
    """Places of rows that are known by their lines."""

    file: str

    def mark(self, row: int, column: int) -> Mark:
        return Mark(self.file, row)

    def row(self, row: int) -> str:
        return f"line {row}"


@dataclass
class _Reading:
    """What is found on the way."""

    layout: TextLayout
    uneven: list[Uneven] = field(default_factory=list)
    repeated: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    ours: int = 0
    said: list[str] = field(default_factory=list)

    def rows(self, file: IO[bytes]) -> Iterator[_Row]:
        """The rows below the header that are not blank, without those that say again what the header says."""
        layout = self.layout
        first, header = layout.first, list(layout.header.names)
        reader = csv.reader(
            chain.from_iterable(self._lines(file)),
            delimiter=layout.delimiter,
            skipinitialspace=True,
            strict=True,
        )
        begin = 1
        try:
            for place, cells in enumerate(reader):
                if begin >= first and any(map(str.strip, cells)):
                    if cells == header:
                        self.repeated.append((begin, cells))
                    else:
                        yield place, begin, cells
                begin = reader.line_num + 1
        except csv.Error as error:
            raise DataError(not_closed(Mark(str(layout.path), begin), error)) from None

    def _lines(self, file: IO[bytes]) -> Iterator[Sequence[str]]:
        """The lines as text: in the stated encoding; or UTF-8, with lines in Windows-1252."""
        encoding, before = self.layout.encoding, 0
        while lines := file.readlines(_BLOCK):
            try:
                texts = [line.decode(encoding or "utf-8") for line in lines]
                self.ours += len(lines) - sum(map(bytes.isascii, lines))
            except UnicodeDecodeError:
                texts = [self._text(number, line) for number, line in enumerate(lines, before + 1)]
            if not before:
                texts[0] = texts[0].removeprefix("\ufeff")
            before += len(lines)
            yield texts

    def _text(self, number: int, line: bytes) -> str:
        encoding = self.layout.encoding
        try:
            text = line.decode(encoding or "utf-8")
        except UnicodeDecodeError as error:
            if encoding is not None:
                mark = Mark(str(self.layout.path), number)
                raise DataError(Problem(f"not {encoding} text ({error.reason})", mark)) from None
            self.other.append(number)
            return line.decode("cp1252", errors="replace")
        self.ours += not line.isascii()
        return text

    def even(self, rows: list[list[str]], lines: Sequence[int]) -> list[list[str]]:
        """The rows, none shorter than the header; those of another width than it are noted."""
        names = self.layout.header.names
        named = max(at for at, name in enumerate(names, 1) if name)
        width = len(names)
        if set(map(len, rows)) == {width}:
            return rows
        for at, row in enumerate(rows):
            if len(row) < named or any(map(str.strip, row[width:])):
                self.uneven.append((lines[at], len(row)))
            if len(row) < width:
                rows[at] = row + [""] * (width - len(row))
        return rows

    def without_notes(self, rows: list[_Row]) -> list[_Row]:
        first = max(len(rows) - _LOOKED_BACK, 0)
        last = [(place, cells) for place, _, cells in rows[first:]]
        kept, notes = without_notes(last, self.layout.header, list(range(len(last))))
        if not notes:
            return rows
        places = _Lines(str(self.layout.path))
        shown = in_words(places, [(line, cells) for _, line, cells in rows[first + len(kept) :]])
        self.said.append(f"{self.layout.path.name}: left out as {NOTES}: {shown}")
        return rows[: first + len(kept)]

    def remarks(self) -> tuple[str, ...]:
        """What is to be said of the whole file."""
        path = self.layout.path
        said = [*self.layout.said, *self.said]
        if self.repeated:
            said.append(f"{path.name}: left out as {REPEATED}: {in_words(_Lines(str(path)), self.repeated)}")
        if self.other:
            said.insert(0, f"{path.name}: read with {windows_1252(self.other, self.ours)}")
        if self.uneven:
            said.append(kept_uneven(_Lines(str(path)), self.uneven))
        return tuple(said)
