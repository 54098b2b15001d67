"""Tables for a terminal: as wide as it is, colours only there; plain text in a pipe.

Numbers are whole whatever the width. Text gives way first: what names a row is shortened with "…", other text
is wrapped. Columns that still find no room stand in a further block, beside the names of the rows again.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING

import click
from rich.cells import cell_len, set_cell_size

from innov_index.frozen import frozen
from innov_index.model.result import Listed, Part, Remarks, Shown
from innov_index.model.sheet import Cell, Sheet
from innov_index.wording import decimal_text, decimals_of, one_line, visible

if TYPE_CHECKING:
    from rich.text import Text

_PIPE_WIDTH = 10_000
BETWEEN, EDGES = 3, 1
"""Letters that the frame of a table takes beside each column, and once."""

_SHORTEST_NAME, _SHORTEST_TEXT, _SHORTEST_HEADING = 12, 20, 12


def print_screen(parts: Sequence[Part], most: int | None = None) -> None:
    """Print what a result shows on a screen; of its remarks about this many lines, by default all."""
    for part in parts:
        if isinstance(part, Shown):
            print_table(part.sheet, part.title)
        elif isinstance(part, Listed | Remarks):
            if part.heading is not None:
                click.echo(visible(part.heading))
            print_items(part.texts if isinstance(part, Listed) else _readable(part, most))
        else:
            for text in part.texts:
                click.echo(visible(text))


def print_remarks(remarks: Sequence[str], most: int | None = None, *, err: bool = False) -> None:
    """Print about this many lines of remarks, by default all of them."""
    print_items(_readable(Remarks(remarks), most), err=err)


def _readable(remarks: Remarks, most: int | None) -> Sequence[str]:
    return remarks.in_order if most is None else remarks.gravest(most)


def print_table(sheet: Sheet, title: str | None = None) -> None:
    """Print a sheet; columns of numbers are aligned right, each with decimals of its own.

    Where it is wider than the terminal, names are shortened with "…" and prose is wrapped; columns that still
    find no room follow in further blocks, each of which repeats the columns that name the rows. No number is
    ever cut.
    """
    width = screen_width()
    for number, block in enumerate(blocks(columns_of(sheet), width)):
        _print_block(block, width, f"{title} (continued)" if title and number else title)


def screen_width(*, err: bool = False) -> int:
    """Letters in a line of the terminal; far more than any table needs where the output goes elsewhere."""
    on_terminal = (sys.stderr if err else sys.stdout).isatty()
    return shutil.get_terminal_size().columns if on_terminal else _PIPE_WIDTH


def _print_block(columns: Sequence[Column], width: int, title: str | None) -> None:
    sizes = widths(columns, width)
    # as wide as its columns, even where the terminal is narrower: no number is cut
    whole = EDGES + sum(size + BETWEEN for size in sizes)
    if title is not None:
        for line in _folded(one_line(title), whole):
            click.echo(click.style(set_cell_size(line, whole), italic=True))
    click.echo(" " * whole)
    headings = [_folded(column.heading, size) for column, size in zip(columns, sizes, strict=True)]
    height = max(map(len, headings))
    for line in _lines([[""] * (height - len(lines)) + lines for lines in headings], columns, sizes):
        click.echo(click.style(line, bold=True))
    click.echo(f" {_rule() * (whole - 2)} ")
    cells = [column.within(size) for column, size in zip(columns, sizes, strict=True)]
    rows_of_cells = zip(*cells, strict=True)
    folded = ([_folded(cell, size) for cell, size in zip(row, sizes, strict=True)] for row in rows_of_cells)
    rows = (line for row in folded for line in _lines(row, columns, sizes))
    click.echo("\n".join([*rows, " " * whole]))


def _rule() -> str:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return "─" if encoding.lower().startswith("utf") else "-"


def _lines(row: Sequence[Sequence[str]], columns: Sequence[Column], sizes: Sequence[int]) -> Iterator[str]:
    """The lines of a row whose cells are lines of their own."""
    for parts in zip_longest(*row, fillvalue=""):
        padded = (
            " " * (size - cell_len(part)) + part if column.numeric else set_cell_size(part, size)
            for part, column, size in zip(parts, columns, sizes, strict=True)
        )
        yield f"  {'   '.join(padded)}  "


def _folded(text: str, width: int) -> list[str]:
    """A text as lines of at most this width, between words where there are any."""
    if cell_len(text) <= width:
        return [text]
    return [line.plain.rstrip() for line in _wrapped(text, width)]


def _wrapped(text: str, width: int) -> Iterator[Text]:
    # few tables are wrapped, and these take long to import
    from rich.console import Console
    from rich.text import Text

    yield from Text(text).wrap(Console(), width, overflow="fold")


def print_items(texts: Sequence[str], *, err: bool = False) -> None:
    """Print sentences, one a line; wrapped between words on a terminal."""
    width = screen_width(err=err)
    for text in texts:
        click.echo(textwrap.fill(f"- {one_line(text)}", width, subsequent_indent="  "), err=err)


@frozen
class Column:
    """Heading and cells as text, the width that shows them whole, and the least that is readable."""

    heading: str
    cells: Sequence[str]
    numeric: bool
    names_rows: bool

    @cached_property
    def longest_cell(self) -> int:
        return max(map(cell_len, self.cells), default=0)

    @cached_property
    def natural(self) -> int:
        return max(self.longest_cell, cell_len(self.heading), 1)

    @cached_property
    def least(self) -> int:
        """Numbers keep their width; headings may be wrapped."""
        word = max(map(cell_len, self.heading.split()), default=1)
        heading = min(word, _SHORTEST_HEADING)
        if self.numeric:
            return max(self.longest_cell, heading)
        shortest = _SHORTEST_NAME if self.names_rows else _SHORTEST_TEXT
        return max(min(self.longest_cell, shortest), heading)

    def within(self, width: int) -> Sequence[str]:
        """The cells in this width: names shortened, as long as different names stay different."""
        if not self.names_rows or self.numeric or self.longest_cell <= width:
            return self.cells
        short = {cell: _shortened(cell, width) for cell in self.cells}
        return [short[cell] for cell in self.cells] if len(set(short.values())) == len(short) else self.cells


def columns_of(sheet: Sheet) -> list[Column]:
    """The columns of a sheet as text, each column of numbers with the decimals that it needs."""
    cells = list(zip(*sheet.rows, strict=True)) if sheet.rows else [() for _ in sheet.columns]
    numeric = [any(isinstance(cell, int | float) for cell in column) for column in cells]
    keys = _keys(numeric)
    return [
        Column(one_line(name), _shown(column), numeric[i], i < keys)
        for i, (name, column) in enumerate(zip(sheet.columns, cells, strict=True))
    ]


def blocks(columns: Sequence[Column], width: int) -> list[list[Column]]:
    """The columns block by block, in their order; each block begins with the columns that name the rows."""
    keys = [column for column in columns if column.names_rows]
    while len(keys) > 1 and _room(keys) > width / 2:
        keys.pop()
    found = [list(keys)]
    for column in columns[len(keys) :]:
        if len(found[-1]) > len(keys) and _room([*found[-1], column]) > width:
            found.append(list(keys))
        found[-1].append(column)
    return found


def widths(columns: Sequence[Column], width: int) -> list[int]:
    """The width of each column of a block: its least, and what room is left to the narrowest first."""
    found = [column.least for column in columns]
    left = width - _room(columns)
    while left > 0:
        narrow = [i for i, column in enumerate(columns) if found[i] < column.natural]
        if not narrow:
            break
        found[min(narrow, key=found.__getitem__)] += 1
        left -= 1
    return found


def _room(columns: Sequence[Column]) -> int:
    return EDGES + sum(column.least + BETWEEN for column in columns)


def _keys(numeric: Sequence[bool]) -> int:
    """How many columns name the rows: the first ones that are text, after one of numbers such as the rank."""
    start = 1 if len(numeric) > 1 and numeric[0] and not numeric[1] else 0
    end = next((i for i in range(start, len(numeric)) if numeric[i]), None)
    # text throughout: the first column is the name, and the others say something of it
    return 1 if end is None else max(end, 1)


def _shortened(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _shown(cells: Sequence[Cell]) -> list[str]:
    decimals = decimals_of(cell for cell in cells if isinstance(cell, float))
    return [_cell(cell, decimals) for cell in cells]


def _cell(cell: Cell, decimals: int) -> str:
    if cell is None:
        return ""
    return decimal_text(cell, decimals) if isinstance(cell, float) else one_line(str(cell))
