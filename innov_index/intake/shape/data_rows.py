"""The rows of data below a header: without units of measurement, repeated headers, notes and sources."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import field

from innov_index.frozen import frozen
from innov_index.intake.number_texts import MISSING_MARKS
from innov_index.intake.shape.header_rows import Header, Rows, filled, is_blank, is_numeric, name_of

_NOTE = (
    r"(?:sources?|notes?|data from|last updated|footnotes?|copyright|legend|definitions?|symbols?|key|"
    r"quellen?|anmerkung(?:en)?|fußnoten?|fuentes?|notas?|fonte|remarques?)\b|\*|©|\(?[a-z0-9]{1,2}\)\s|\[[a-z0-9]{1,2}\]\s"
)


NOTES = "notes below the table"
REPEATED = "header repeated"
"""Why rows are left out."""

_FEW = 3
"""Cells of a row with more content than this are not looked at for a title."""


@frozen
class Body:
    """Places, in the list of rows, of the data; what was left out, and why; where a further table begins."""

    rows: tuple[int, ...]
    left_out: dict[str, list[int]] = field(default_factory=dict)
    next: int | None = None


def find_body(
    rows: Rows,
    header: Header,
    keys: Collection[str],
    marks: Collection[str] | None,
    names: Collection[str] = (),
) -> Body:
    """The rows below a header that are data.

    Parameters
    ----------
    rows : the rows with content, and their positions in the sheet
    header : Header
    keys : names
        Columns that identify a row: a row with such a title begins another table.
    marks : texts, optional
        Texts that a person lists as missing values.
    names
        Of any columns; a row with one of them where the header has it begins another table, without keys.
    """
    left_out: dict[str, list[int]] = {}
    first = header.rows[-1] + 1
    titled = _with_a_title(rows, header, first)
    end, following = _end(rows, header, titled, keys) if keys else _end_by_names(rows, header, titled, names)
    kept = _without_repeated_headers(rows, header, range(first, end), titled, left_out)
    if kept and _is_row_of_measures(rows, kept, header, marks):
        left_out["units of measurement"] = [kept.pop(0)]
    kept, notes = without_notes(rows, header, kept)
    if notes:
        left_out[NOTES] = notes
    sections = [at for at in kept if _is_section(rows[at][1])] if header.width > 2 else []
    if sections and len(sections) < len(kept):
        left_out["titles of sections"] = sections
        kept = [at for at in kept if at not in set(sections)]
    return Body(tuple(kept), left_out, following)


def _with_a_title(rows: Rows, header: Header, first: int) -> list[int]:
    """The rows below the header with a cell that says what one of its cells says: few or none of them."""
    titles = {cell for cell in rows[header.rows[-1]][1] if not is_blank(cell)}
    titles |= {part for parts in header.parts for part in parts}
    return [at for at in range(first, len(rows)) if not titles.isdisjoint(rows[at][1])]


def _end(rows: Rows, header: Header, titled: Sequence[int], keys: Collection[str]) -> tuple[int, int | None]:
    """Where the table ends, and where a further one begins: another header with the title of a key."""
    names = {part for parts in header.parts for part in parts}
    wanted = {name for name in keys if name in names}
    own = _texts(rows[header.rows[-1]][1])
    for at in titled:
        if wanted.isdisjoint(rows[at][1]):
            continue
        texts = _texts(rows[at][1])
        if texts != own and not any(map(is_numeric, rows[at][1])) and len(texts) > 1:
            return _below_titles(rows, header.rows[-1] + 1, at, texts), at
    return len(rows), None


def _end_by_names(
    rows: Rows, header: Header, titled: Sequence[int], names: Collection[str]
) -> tuple[int, int | None]:
    """As `_end`, where no column is known to identify rows: by titles where the header has them."""
    titles = rows[header.rows[-1]][1]
    places = [at for at, title in enumerate(titles) if name_of(title) in names]
    own = _texts(titles)
    for at in titled:
        row = rows[at][1]
        if any(place < len(row) and row[place] == titles[place] for place in places):
            texts = _texts(row)
            if texts != own and not any(map(is_numeric, row)) and len(texts) > 1:
                return _below_titles(rows, header.rows[-1] + 1, at, texts), at
    return len(rows), None


def _below_titles(rows: Rows, first: int, at: int, texts: Sequence[str]) -> int:
    """The first of the rows above a header that are its titles."""
    while at > first and filled(rows[at - 1][1]) == 1 and len(texts) > 2:
        at -= 1
    return at


def _texts(row: Sequence[object]) -> list[str]:
    return [name for name in map(name_of, row) if name]


def _without_repeated_headers(
    rows: Rows, header: Header, body: range, titled: Sequence[int], left_out: dict[str, list[int]]
) -> list[int]:
    """Leave out rows that say again what the header says, and the titles of pages above them."""
    titles = rows[header.rows[-1]][1]
    own = _texts(titles)
    first = next(at for at, cell in enumerate(titles) if not is_blank(cell))
    kept: list[int] = []
    start = body.start
    for at in titled if len(own) > 1 else ():
        row = rows[at][1]
        if at in body and first < len(row) and row[first] == titles[first] and _texts(row) == own:
            kept += range(start, at)
            start = at + 1
            left_out.setdefault(REPEATED, []).append(at)
            while kept and header.width > 2 and filled(rows[kept[-1]][1]) == 1:
                left_out.setdefault("title of a page", []).append(kept.pop())
    return [*kept, *range(start, body.stop)]


def _is_row_of_measures(
    rows: Rows, kept: Sequence[int], header: Header, marks: Collection[str] | None
) -> bool:
    """Whether the first row holds no number in columns that hold numbers below, but says something there."""
    first = rows[kept[0]][1]
    below = [rows[at][1] for at in kept[1:12]]
    if len(below) < 2:
        return False
    said = 0
    for column, cell in enumerate(first):
        cells = [row[column] for row in below if column < len(row) and not _is_mark(row[column], marks)]
        if len(cells) < 2 or 5 * sum(map(is_numeric, cells)) < 4 * len(cells):
            continue
        if is_numeric(cell):
            return False
        said += not _is_mark(cell, marks)
    return 2 * said > sum(map(bool, header.names[1:])) / 2 and said > 1


def _is_mark(cell: object, marks: Collection[str] | None) -> bool:
    if is_blank(cell):
        return True
    text = name_of(cell)
    return text.casefold() in MISSING_MARKS if marks is None else text in marks


def without_notes(rows: Rows, header: Header, kept: list[int]) -> tuple[list[int], list[int]]:
    """The rows above notes; and notes: narrow rows below an empty one, or texts that begin as notes do."""
    if header.width < 2:
        return kept, []  # where there is one column, a note cannot be told from a unit
    narrow = max(1, min(2, (header.width - 1) // 2))
    start = len(kept)
    for place in range(len(kept) - 1, -1, -1):
        row = rows[kept[place]][1]
        count = filled(row)
        if count > narrow:
            break
        if _is_note(row) or _follows_a_gap(rows, kept, place):
            start = place
    return kept[:start], kept[start:]


def _is_section(row: Sequence[object]) -> bool:
    """Whether a row is a title in capitals, of several words, and nothing else."""
    if len(row) - row.count("") - row.count(None) > _FEW:
        return False
    texts = filter(None, map(name_of, row))
    first = next(texts, "")
    return first.isupper() and len(first.split()) > 1 and next(texts, None) is None


def _follows_a_gap(rows: Rows, kept: Sequence[int], place: int) -> bool:
    return place > 0 and rows[kept[place]][0] > rows[kept[place - 1]][0] + 1


def _is_note(row: Sequence[object]) -> bool:
    texts = _texts(row)
    return len(texts) == 1 and (re.match(_NOTE, texts[0], re.IGNORECASE) is not None or len(texts[0]) > 80)
