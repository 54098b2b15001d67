"""Tables for a terminal: as wide as it is, colours only there; plain text in a pipe."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from innov_index.model.result import Listed, Part, Shown
from innov_index.model.sheet import Cell, Sheet
from innov_index.wording import one_line, visible

_PIPE_WIDTH = 10_000


def print_screen(parts: Sequence[Part]) -> None:
    """Print what a result shows on a screen."""
    for part in parts:
        if isinstance(part, Shown):
            print_table(part.sheet, part.title)
        elif isinstance(part, Listed):
            if part.heading is not None:
                click.echo(visible(part.heading))
            print_remarks(part.texts)
        else:
            for text in part.texts:
                click.echo(visible(text))


def print_table(sheet: Sheet, title: str | None = None) -> None:
    """Print a sheet; columns of numbers are aligned right, each with decimals of its own."""
    console = _console()
    table = Table(
        box=SIMPLE_HEAD, title=None if title is None else Text(one_line(title)), title_justify="left"
    )
    columns = list(zip(*sheet.rows, strict=True)) if sheet.rows else [() for _ in sheet.columns]
    for name, cells in zip(sheet.columns, columns, strict=True):
        numeric = any(isinstance(cell, (int, float)) for cell in cells)
        table.add_column(
            Text(one_line(name)), justify="right" if numeric else "left", no_wrap=numeric, overflow="fold"
        )
    shown = [_shown(cells) for cells in columns]
    for row in zip(*shown, strict=True):
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def print_remarks(remarks: Sequence[str], *, err: bool = False) -> None:
    """Print sentences, one a line; wrapped between words on a terminal."""
    on_terminal = (sys.stderr if err else sys.stdout).isatty()
    width = shutil.get_terminal_size().columns if on_terminal else _PIPE_WIDTH
    for remark in remarks:
        click.echo(textwrap.fill(f"- {one_line(remark)}", width, subsequent_indent="  "), err=err)


def _console() -> Console:
    on_terminal = sys.stdout.isatty()
    return Console(
        file=sys.stdout,
        width=None if on_terminal else _PIPE_WIDTH,
        highlight=False,
        soft_wrap=not on_terminal,
    )


def _shown(cells: Sequence[Cell]) -> list[str]:
    """Cells of one column as text; fractions with two decimals, up to four where all are small."""
    numbers = [abs(cell) for cell in cells if isinstance(cell, float)]
    decimals = 2
    if numbers and max(numbers) < 10:
        written = [f"{number:.4f}" for number in numbers]
        decimals = max(2, 4 - min(len(text) - len(text.rstrip("0")) for text in written))
    return [_cell(cell, decimals) for cell in cells]


def _cell(cell: Cell, decimals: int) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.{decimals}f}"
    return one_line(str(cell))
