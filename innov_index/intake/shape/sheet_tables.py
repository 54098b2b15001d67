"""A sheet → its tables: header, data, columns with their marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Literal

import numpy as np

from innov_index.errors import DataError, Mark
from innov_index.frozen import frozen
from innov_index.intake.formats.sheet_places import column_number
from innov_index.intake.number_texts import Conventions
from innov_index.intake.raw_sheet import Merged, RawSheet, SheetPlaces
from innov_index.intake.shape.data_rows import Body, find_body
from innov_index.intake.shape.header_rows import Header, Rows, find_header, is_blank, name_of, stated_header
from innov_index.intake.shape.uneven_rows import kept_uneven, refuse_uneven, uneven_rows
from innov_index.intake.table import Column, Table
from innov_index.wording import listed

_FLAGS = r"[a-zA-Z*†‡§](?:[a-zA-Z*†‡§,; ]{0,5})"
_AREA = r"(?i)\$?([A-Z]{1,3})\$?([1-9]\d{0,6}):\$?([A-Z]{1,3})\$?([1-9]\d{0,6})"


@frozen
class Shape:
    """What a person says of the form of a table; what is not said is found.

    Attributes
    ----------
    range
        Cells such as A4:H60, of text files too, whose columns are counted as those of a sheet.
    skip
        Rows above the header that are left out.
    header
        Rows with the titles, counted from 1 as in the file.
    transposed
        Units stand in columns, so that rows and columns change places.
    titles
        Titles of the columns, where the file has none.
    uneven
        Whether rows of a text file with other numbers of cells than the header are refused, as a delimiter
        may have shifted their cells, or kept: gaps are empty cells, and cells beyond the header are left out.
    """

    range: str | None = None
    skip: int = 0
    header: tuple[int, ...] = ()
    transposed: bool = False
    titles: tuple[str, ...] = ()
    uneven: Literal["refuse", "keep"] = "refuse"


class NoRows(DataError):
    """A table has a header, with these titles, and nothing below it."""

    def __init__(self, file: str, titles: Sequence[str]) -> None:
        self.titles = tuple(titles)
        super().__init__(f"{file}: the file has a header but no rows")


@frozen
class Asked:
    """Names that a config expects: `keys` of columns that identify rows, and `names` of any columns.

    `numbers` are those of columns that are read as numbers alone, whose texts nobody asks for.
    """

    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.keys, *self.names)


@frozen
class TurnedPlaces:
    """Places of a sheet whose rows and columns have changed places."""

    places: SheetPlaces

    @property
    def file(self) -> str:
        return self.places.file

    def mark(self, row: int, column: int) -> Mark:
        return self.places.mark(column, row)

    def row(self, row: int) -> str:
        return f"column {row + 1}"


def tables_of(
    sheet: RawSheet, shape: Shape, asked: Asked, conventions: Conventions, *, comma_likely: bool = False
) -> list[Table]:
    """The tables in a sheet: one, or several one below another that have a column in common.

    Raises
    ------
    DataError
        The sheet has no table.
    """
    sheet = _split(_in_range(sheet, shape.range))
    if shape.transposed:
        sheet = _turned(sheet)
    cells = _with_merged(sheet)
    # in a text of one column a missing value is written "" and is a row
    single = sheet.cut and max(map(len, cells), default=0) == 1
    rows: Rows = [
        (at, row)
        for at, row in enumerate(cells)
        if at >= shape.skip and (not all(map(is_blank, row)) or (single and len(row) == 1))
    ]
    if not rows:
        raise DataError(f"{sheet.places.file}: {_nothing(sheet, shape)}")
    if shape.titles:
        rows = [(-1, shape.titles), *rows]
    found: list[Table] = []
    while rows:
        header = _header(sheet, rows, shape, asked)
        body = find_body(rows, header, asked.keys, conventions.missing, asked.names)
        uneven = uneven_rows(header, [rows[at] for at in body.rows]) if sheet.cut else []
        if shape.uneven == "refuse":
            refuse_uneven(sheet.places, header, uneven)
        table = _table(sheet, rows, header, body, conventions, asked)
        said = dict.fromkeys(_remarks(sheet, table, rows, header, body))
        if uneven:
            said[kept_uneven(sheet.places, uneven)] = None
        table = replace(table, comma_likely=comma_likely, said=said)
        found.append(table)
        rows = [] if body.next is None else rows[body.next :]
    return found


def _nothing(sheet: RawSheet, shape: Shape) -> str:
    where = f"sheet '{sheet.name}' has" if sheet.name else "the file has"
    limits = " in this range" if shape.range else f" below the first {shape.skip} rows" if shape.skip else ""
    return f"{where} no cells with content{limits}"


def _header(sheet: RawSheet, rows: Rows, shape: Shape, asked: Asked) -> Header:
    if shape.titles:
        return stated_header(rows, (-1,))
    if not shape.header:
        return find_header(rows, asked.keys, asked.names)
    chosen = {row - 1 for row in shape.header}
    absent = chosen - {position for position, _ in rows}
    if absent:
        empty = listed(sorted(row + 1 for row in absent))
        raise DataError(f"{sheet.places.file}: `header` names row {empty}, which has no content")
    return stated_header(rows, chosen)


def _in_range(sheet: RawSheet, area: str | None) -> RawSheet:
    if area is None:
        return sheet
    found = re.fullmatch(_AREA, area.strip())
    if found is None:
        raise DataError(f"{sheet.places.file}: `range` must be cells such as A1:D20; got {area!r}")
    left, right = column_number(found[1]), column_number(found[3])
    top, bottom = int(found[2]) - 1, int(found[4]) - 1
    if right < left or bottom < top:
        raise DataError(f"{sheet.places.file}: `range` must run from top left to bottom right; got {area!r}")
    # rows and columns outside are emptied, so that positions stay those of the file
    rows = [
        (None,) * left + tuple(row[left : right + 1]) if top <= at <= bottom else ()
        for at, row in enumerate(sheet.rows[: bottom + 1])
    ]
    return replace(sheet, rows=rows)


_JOINED_TITLES = r"(?P<names>\w+(?:,\w+)+)\\\w+"


@frozen
class SplitPlaces:
    """Places of a sheet whose first column was split into several."""

    places: SheetPlaces
    more: int

    @property
    def file(self) -> str:
        return self.places.file

    def mark(self, row: int, column: int) -> Mark:
        return self.places.mark(row, max(column - self.more, 0))

    def row(self, row: int) -> str:
        return self.places.row(row)


def _split(sheet: RawSheet) -> RawSheet:
    """Split the first column of Eurostat's tables, with all dimensions: `freq,unit,geo\\TIME_PERIOD`."""
    first = next((row for row in sheet.rows if not all(map(is_blank, row))), ())
    title = name_of(first[0]) if first else ""
    found = re.fullmatch(_JOINED_TITLES, title) if "\\" in title else None
    if found is None:
        return sheet
    names = found["names"].split(",")
    rows = []
    for row in sheet.rows:
        parts = names if row is first else name_of(row[0]).split(",") if row else []
        rows.append((*parts, *(None,) * (len(names) - len(parts)), *row[1:]))
    remark = f"{Path(sheet.places.file).name}: the first column is split into {listed(names)}"
    return replace(
        sheet, rows=rows, places=SplitPlaces(sheet.places, len(names) - 1), remarks=(*sheet.remarks, remark)
    )


def _turned(sheet: RawSheet) -> RawSheet:
    width = max(map(len, sheet.rows), default=0)
    even = [tuple(row) + (None,) * (width - len(row)) for row in sheet.rows]
    merged = tuple(Merged(each.left, each.top, each.right, each.bottom) for each in sheet.merged)
    turned = TurnedPlaces(sheet.places)
    return replace(
        sheet, rows=list(zip(*even, strict=True)), places=turned, merged=merged, hidden=frozenset()
    )


def _with_merged(sheet: RawSheet) -> Sequence[Sequence[object]]:
    """The rows, with the text of merged cells in each of them; a merged number counts once."""
    if not sheet.merged:
        return sheet.rows
    rows = [list(row) for row in sheet.rows]
    for area in sheet.merged:
        if area.top >= len(rows) or area.left >= len(rows[area.top]):
            continue
        content = rows[area.top][area.left]
        if not isinstance(content, str) or is_blank(content):
            continue
        for row in rows[area.top : area.bottom + 1]:
            row += [None] * (area.right + 1 - len(row))
            row[area.left : area.right + 1] = [content] * (area.right + 1 - area.left)
    return rows


def _table(
    sheet: RawSheet, rows: Rows, header: Header, body: Body, conventions: Conventions, asked: Asked
) -> Table:
    chosen = [rows[at] for at in body.rows]
    columns = tuple(_columns(sheet, header, [row for _, row in chosen], asked))
    if not columns:
        raise DataError(f"{sheet.places.file}: the file has no named columns")
    if not chosen:
        raise NoRows(sheet.places.file, [column.name for column in columns])
    return Table(
        places=sheet.places,
        lines=np.array([position for position, _ in chosen], dtype=np.int64),
        header_at=rows[header.rows[-1]][0],
        found=columns,
        conventions=conventions,
        sheet=sheet.name,
        titles=_titles(rows, header),
    )


def _titles(rows: Rows, header: Header) -> dict[str, str]:
    """What rows above the header say in two cells."""
    found = {}
    for _, row in rows[: header.rows[0]]:
        texts = [text for text in map(name_of, row) if text]
        if len(texts) == 2:
            found[texts[0]] = texts[1]
    return found


def _columns(
    sheet: RawSheet, header: Header, rows: Sequence[Sequence[object]], asked: Asked
) -> Iterator[Column]:
    """Columns with a name; one without that holds marks belongs to the column before it."""
    columns = list(zip_longest(*rows))
    made: list[Column] = []
    for at, (name, parts) in enumerate(zip(header.names, header.parts, strict=True)):
        if at in sheet.hidden and name not in asked.all:
            continue
        cells = columns[at] if at < len(columns) else (None,) * len(rows)
        follows = bool(made) and made[-1].at == at - 1
        if follows and name in ("", made[-1].name) and _are_flags(cells):
            made[-1] = replace(made[-1], flags=cells)
        elif follows and name and name == made[-1].name and _is_merged(sheet, header, at):
            made.append(Column(f"{name}.1", cells, at))
        elif name:
            made.append(Column(name, cells, at, parts))
    by_name = {column.name: column for column in made}
    for column in made:
        beside = next((by_name[name] for name in _names_of_flags(column.name) if name in by_name), None)
        yield column if beside is None else replace(column, flags=beside.cells)


def _names_of_flags(name: str) -> Iterator[str]:
    """Titles of a column with marks about another."""
    for end in ("_flag", " flag", " flags", " footnotes", " Footnotes", " notes", "_note"):
        yield name + end
    if name.startswith("Y") and re.fullmatch(r"Y\d{4}", name):
        yield f"{name}F"


def _is_merged(sheet: RawSheet, header: Header, at: int) -> bool:
    """Whether a title is merged over this column and the one before it."""
    return any(area.left < at <= area.right and area.top <= area.bottom for area in sheet.merged)


def _are_flags(cells: Sequence[object]) -> bool:
    given = [name_of(cell) for cell in cells if not is_blank(cell)]
    return bool(given) and all(re.fullmatch(_FLAGS, text) for text in given)


def _remarks(sheet: RawSheet, table: Table, rows: Rows, header: Header, body: Body) -> Iterator[str]:
    file = Path(sheet.places.file).name + (f", sheet {sheet.name}" if sheet.name else "")
    yield from sheet.remarks
    first = header.rows[0]
    if first or len(header.rows) > 1:
        places = listed([sheet.places.row(rows[at][0]) for at in header.rows])
        yield f"{file}: the header is {places}"
    for what, left in body.left_out.items():
        yield f"{file}: left out as {what}: {in_words(sheet.places, [rows[at] for at in left])}"
    if body.next is not None:
        yield f"{file}: another table begins in {sheet.places.row(rows[body.next][0])}; it is read as well"
    hidden = sorted(at for at in sheet.hidden if at < len(header.names) and header.names[at])
    if hidden:
        yield f"{file}: hidden columns are left out: {listed([header.names[at] for at in hidden], 5)}"
    used = {column.at for column in table.found} | {
        column.at + 1 for column in table.found if column.flags is not None and isinstance(column.at, int)
    }
    body_rows = [rows[at][1] for at in body.rows]
    # of a text file, cells beyond the header are those of uneven rows
    width = len(header.names) if sheet.cut else max(map(len, body_rows), default=0)
    for at in range(width):
        named = at < len(header.names) and header.names[at]
        if not named and at not in used and any(at < len(row) and not is_blank(row[at]) for row in body_rows):
            yield f"{file}: column {at + 1} has no name and is left out"


def in_words(places: SheetPlaces, rows: Rows) -> str:
    """Some rows by their places and first texts."""
    return listed([_in_words(places, *each) for each in rows], 3)


def _in_words(places: SheetPlaces, position: int, row: Sequence[object]) -> str:
    text = next((name_of(cell) for cell in row if not is_blank(cell)), "")
    text = text if len(text) <= 40 else text[:39] + "…"
    return f"{places.row(position)} ('{text}')"
