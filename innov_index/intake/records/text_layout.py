"""How a large text file is to be read in batches, from its beginning and its end alone."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.encodings import Decoded, decode
from innov_index.intake.formats.archives import is_compressed, open_decompressed
from innov_index.intake.formats.kinds import Kind, kind_of
from innov_index.intake.formats.text_table import LinePlaces, read_text_table
from innov_index.intake.number_texts import Evidence
from innov_index.intake.raw_sheet import RawSheet
from innov_index.intake.reading import TableOptions
from innov_index.intake.records.wanted_columns import WantedColumns, require_names
from innov_index.intake.shape.data_rows import NOTES
from innov_index.intake.shape.header_rows import Header, is_blank
from innov_index.intake.shape.sheet_tables import Asked, Shape, tables_of
from innov_index.intake.shape.uneven_rows import OTHER_NUMBER
from innov_index.intake.table import Table

_HEAD = 1 << 16
TAIL = 1 << 14
_UTF_8 = ("utf-8", "utf-8-sig")


@frozen
class TextLayout:
    """Where the records of a text file are.

    Attributes
    ----------
    path
    delimiter
    encoding
        None: UTF-8, or Windows-1252 in lines that are not.
    first
        Line of the first record.
    header
        Titles of columns by their positions; empty where a column has none.
    positions
        Position of each role's column.
    width
        Number of cells of most rows.
    compressed
    plain
        Whether its beginning is in UTF-8, with quotes only around whole cells.
    said
        Choices that were made.
    evidence
        What the beginning shows of the decimal mark.
    """

    path: Path
    delimiter: str
    encoding: str | None
    first: int
    header: Header
    positions: dict[str, int]
    width: int
    compressed: bool
    plain: bool
    said: tuple[str, ...]
    evidence: Callable[[], Evidence]

    def has_notes(self, end: bytes) -> bool:
        """Whether rows that are no records stand at the end of a file, of which some bytes are given."""
        text = end[end.find(b"\n") + 1 :].decode("utf-8", "replace")
        if not text.strip():
            return False
        titles = [name or f"column {at}" for at, name in enumerate(self.header.names, 1)]
        options = Shape(titles=tuple(titles), uneven="keep")
        try:
            sheet, _ = read_text_table(self.path, self.path, Decoded(text, "utf-8"), self.delimiter)
            found = tables_of(sheet, options, Asked(), TableOptions().conventions)
        except DataError:
            return False  # it begins inside a cell in quotes
        last = max(at for at, row in enumerate(sheet.rows) if not all(map(is_blank, row)))
        return len(found) > 1 or int(found[0].lines[-1]) < last


def text_layout(path: Path, wanted: WantedColumns, options: TableOptions) -> TextLayout | None:
    """The layout of a text file, or None if it can only be read whole."""
    if options.shape.range is not None or options.shape.transposed:
        return None
    with open_decompressed(path) as (name, file):
        head = file.read(_HEAD)
    if kind_of(head) is not Kind.TEXT or b"\0" in head or (b"\r" in head and b"\n" not in head):
        return None
    for size in (_HEAD, _HEAD // 4, _HEAD // 16):
        # a cell in quotes may go on over the end of what is looked at
        part = head[: head.rfind(b"\n", 0, size) + 1]
        try:
            decoded = decode(path, part, options.encoding)
            if options.encoding is None:
                decoded = replace(decoded, said="")  # it is said of the whole file when that has been read
            sheet, delimiter = read_text_table(path.with_name(name), path, decoded, options.delimiter)
            asked = Asked(names=tuple(name for names in wanted.values() for name in names))
            found = tables_of(sheet, options.shape, asked, options.conventions, comma_likely=delimiter == ";")
        except DataError:
            continue
        return _layout(path, sheet, delimiter, decoded, found, wanted, options)
    return None


def _layout(
    path: Path,
    sheet: RawSheet,
    delimiter: str,
    decoded: Decoded,
    found: list[Table],
    wanted: WantedColumns,
    options: TableOptions,
) -> TextLayout | None:
    table, *others = found
    places = table.places
    if others or not isinstance(places, LinePlaces) or _has_gaps(sheet, table):
        return None
    at = {column.name: column.at for column in reversed(table.found) if isinstance(column.at, int)}
    at |= {part: at[column.name] for column in table.found for part in column.parts if part not in at}
    width = max(at.values()) + 1
    names = [""] * width
    for column in table.found:
        names[int(column.at)] = column.name
    titles = [*names, *(name for name in at if name not in names)]
    required = require_names(titles, wanted, places.mark(table.header_at, 0))
    widths = Counter(len(sheet.rows[row]) for row in table.lines.tolist())
    return TextLayout(
        path,
        delimiter,
        options.encoding,
        places.lines[int(table.lines[0])],
        Header((0,), tuple(names), ((),) * width),
        {role: at[name] for role, name in required.items()},
        max(width, widths.most_common(1)[0][0]),
        is_compressed(path),
        decoded.encoding in _UTF_8 and _is_plain(decoded.text, delimiter),
        # what is said of the end of the part may not hold for the file
        tuple(said for said in table.said if NOTES not in said and OTHER_NUMBER not in said),
        lambda: table.evidence,
    )


def _has_gaps(sheet: RawSheet, table: Table) -> bool:
    """Whether rows between the first and the last one of the table were left out."""
    lines = table.lines.tolist()
    kept = set(lines)
    between = range(lines[0], lines[-1])
    return any(row not in kept and not all(map(is_blank, sheet.rows[row])) for row in between)


def _is_plain(text: str, delimiter: str) -> bool:
    """Whether quotes stand only around whole cells, so that any reader finds the same cells."""
    if '"' not in text:
        return True
    if re.search(rf'{re.escape(delimiter)} +"', text):
        return False
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return False
    return True
