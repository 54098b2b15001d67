"""Where a result goes: to the screen, to a pipe in a format, or to a file. Every command ends here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from innov_index.cli.arguments import is_for_screen, lines_of_remarks, refuse_unused
from innov_index.wording import visible

if TYPE_CHECKING:
    from innov_index.model.result import Result
    from innov_index.model.sheet import Sheet


_ENDINGS = {"csv": (".csv", ".csv.gz"), "json": (".json",), "markdown": (".md",), "table": ()}


def show(result: Result, *, output: Path | None, form: str | None, table: str | None = None) -> None:
    """Show one table of a result, the first by default, and what the result says.

    Parameters
    ----------
    result : Result
    output : path, optional
        Write to this file; what the result says goes to stderr.
    form : str, optional
        Print as csv, json or markdown; what the result says goes to stderr. A person's screen otherwise.
    table : str, optional
    """
    from innov_index.report.terminal import print_screen

    if output is not None:
        from innov_index.io.results import write_result

        click.echo(f"wrote {write_result(result, output, table)}", err=True)
        print_said(result)
    elif is_for_screen(output, form):
        print_screen(result.screen(table), lines_of_remarks())
    else:
        print_sheet(result.table(table), str(form))
        print_said(result)


def print_said(result: Result) -> None:
    """Print on stderr what a result says of itself, where its table goes elsewhere."""
    from innov_index.report.terminal import print_items, print_remarks

    print_items(result.findings, err=True)
    print_remarks(result.remarks, lines_of_remarks(), err=True)


def print_sheet(sheet: Sheet, form: str) -> None:
    """Print a table as csv, json or markdown; what a terminal would act on is kept for pipes and files."""
    from innov_index.io.rendering import to_csv, to_json, to_markdown

    text = {"csv": to_csv, "json": to_json, "markdown": to_markdown}[form](sheet)
    click.echo(visible(text) if sys.stdout.isatty() else text, nl=False)


def write_file(path: Path, content: str | bytes, what: str) -> None:
    """Write a file that a command was asked for beside its result, and say what is in it."""
    from innov_index.io.writing import write_atomically

    write_atomically(path, content)
    click.echo(f"wrote {path} ({what})", err=True)


def announce_results(output: Path | None, *others: Path | None, form: str | None) -> None:
    """Say which tables will be written; raise before the work is done where one cannot be.

    A format that is stated beside an output of another format has no effect.
    """
    if output is not None and form is not None and not output.name.lower().endswith(_ENDINGS[form]):
        refuse_unused(f"with -o {output.name}: the ending of the name decides", "form")
    stated = [path for path in (output, *others) if path is not None]
    if stated:
        from innov_index.io import results

        results.announce_results(*stated)


def announce_folder(folder: Path | None) -> None:
    """Say that files will be written into a folder; raise where its name is taken by a file."""
    if folder is not None:
        from innov_index.io.file_roles import announce_outputs
        from innov_index.io.writing import ensure_folder

        ensure_folder(folder)
        announce_outputs(folder)


def announce_document(path: Path | None, *extensions: str) -> None:
    """Say which page, workbook, figure or proof will be written, as `announce_results` does for tables."""
    if path is not None:
        from innov_index.io import results

        results.announce_document(path, extensions)
