"""The header of a table: which rows hold the titles of its columns, below titles and above the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from innov_index.frozen import frozen
from innov_index.intake.number_texts import COMMA, POINT, Conventions, parse
from innov_index.model.sheet import to_text

SEARCHED = 60
"""Number of first rows with content that are searched for the header."""

Rows = Sequence[tuple[int, Sequence[object]]]
"""Rows with their positions in the sheet."""


def name_of(cell: object) -> str:
    """A title: runs of blanks, also line breaks, are one blank."""
    return " ".join(to_text(cell).split())


def filled(row: Iterable[object]) -> int:
    """The number of cells with content."""
    return sum(1 for cell in row if not is_blank(cell))


def is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_numeric(cell: object) -> bool:
    """Whether a cell is a number, or a text that is one with either decimal mark."""
    if isinstance(cell, bool) or cell is None:
        return False
    if not isinstance(cell, str):
        return isinstance(cell, int | float)
    text = cell.strip()
    if not any(map(str.isdigit, text[:24])):
        return False
    if text.isascii() and text.removeprefix("-").replace(".", "", 1).isdigit():
        return True
    for decimal in (POINT, COMMA):
        try:
            return parse(text, decimal, Conventions(bounds="number", ranges="first")).value is not None
        except ValueError:
            continue
    return False


@frozen
class Header:
    """The rows of a header and the names of its columns.

    Attributes
    ----------
    rows
        Places in the list of rows, the topmost first.
    names
        Of each column; the titles of several rows are joined: `GROUP / TITLE`. Empty: the column has none.
    parts
        Of each column, its titles in each row, by any of which it can be found if no other column has it.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """The number of columns with a name."""
        return sum(map(bool, self.names))


def stated_header(rows: Rows, chosen: Collection[int]) -> Header:
    """The header in the rows of the sheet with these positions."""
    return _joined(rows, [at for at, (position, _) in enumerate(rows) if position in chosen])


def find_header(rows: Rows, keys: Collection[str], names: Collection[str]) -> Header:
    """The header: the first row with the title of a key, or the one with the most names that are asked for.

    Without any of these names it is the first row that is as wide as the table. A row right above it that
    gives titles to groups of columns belongs to it.
    """
    at = _with_key(rows, keys)
    if at is None:
        at = _with_names(rows, names)
    if at is None:
        at = _first_wide(rows)
        titles = [name_of(cell) for cell in rows[at][1]]
        if repeated_names(titles) and at + 1 < len(rows) and not any(map(is_numeric, rows[at + 1][1])):
            at += 1  # it says again and again to which group a column belongs
    groups = [at - 1] if at and _is_group_row(rows, at) else []
    return _joined(rows, [*groups, at])


def _with_key(rows: Rows, keys: Collection[str]) -> int | None:
    wanted = set(keys)
    having = (at for at, (_, row) in enumerate(rows[:SEARCHED]) if wanted & {name_of(cell) for cell in row})
    return next(having, None)


def _with_names(rows: Rows, asked: Collection[str]) -> int | None:
    """The row among the first with the most asked names."""
    wanted = set(asked)
    best, most = None, 0
    for at, (_, row) in enumerate(rows[:SEARCHED]):
        found = len(wanted & {name_of(cell) for cell in row})
        if found > most:
            best, most = at, found
    return best


def _first_wide(rows: Rows) -> int:
    """The first row that is at least half as wide as most rows with several cells are."""
    widths = [filled(row) for _, row in rows[:SEARCHED]]
    wide = sorted(width for width in widths if width > 1)
    usual = wide[len(wide) // 2] if wide else 1
    return next(at for at, width in enumerate(widths) if 2 * width >= usual and width > 0)


def _is_group_row(rows: Rows, at: int) -> bool:
    """Whether the row above the header gives titles to groups: several texts, no numbers but years."""
    (above, titles), (below, header) = rows[at - 1], rows[at]
    if above + 1 != below:
        return False
    names = [name_of(cell) for cell in titles]
    given = [name for name in names if name]
    if len(given) < 2:
        return False
    if any(is_numeric(name) and not is_year(name) for name in given):
        return False
    under = [name_of(cell) for cell in header]
    repeated = len(set(under) - {""}) < len([name for name in under if name])
    grouped = len(set(given)) < len(given) or len(given) < len(under) or repeated
    return (grouped and 2 * len(given) >= sum(map(bool, under))) or (repeated and len(given) > 1)


def is_year(name: str) -> bool:
    """Whether a title is a plain year."""
    return len(name) == 4 and name.isdigit() and name[:2] in ("17", "18", "19", "20", "21")


def _joined(rows: Rows, chosen: Sequence[int]) -> Header:
    width = max((len(rows[at][1]) for at in chosen), default=0)
    lines = []
    for at in chosen:
        cells = [name_of(cell) for cell in rows[at][1]]
        lines.append(cells + [""] * (width - len(cells)))
    for line in lines[:-1]:
        _carry_on(line, lines[-1])
    parts = tuple(tuple(dict.fromkeys(filter(None, titles))) for titles in zip(*lines, strict=True))
    return Header(tuple(chosen), tuple(" / ".join(titles) for titles in parts), parts)


def _carry_on(groups: list[str], titles: Sequence[str]) -> None:
    """Give the title of a group to the titles that follow, up to the next group."""
    for at in range(1, len(groups)):
        if not groups[at] and titles[at] and groups[at - 1]:
            groups[at] = groups[at - 1]


def repeated_names(names: Sequence[str]) -> set[str]:
    """Names that several columns have."""
    return {name for name, count in Counter(filter(None, names)).items() if count > 1}
