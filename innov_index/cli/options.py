"""Arguments and options that several commands take, and where a result goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from innov_index.index import Index
    from innov_index.model.sheet import Sheet

Command = TypeVar("Command", bound=Callable[..., Any])

FORMATS = ("table", "csv", "json", "markdown")


def config_argument(command: Command) -> Command:
    """The config file."""
    return click.argument("config", type=click.Path(path_type=Path))(command)


def setting_option(command: Command) -> Command:
    """`--set PATH=VALUE`, any number of times."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="PATH=VALUE",
        help="Change the config for this run, e.g. normalisation.method=z_score or weighting[RI]=0.5.",
    )(command)


def scheme_option(command: Command) -> Command:
    """`--scheme NAME`."""
    return click.option("--scheme", metavar="NAME", help="Apply a scheme of the config.")(command)


def output_options(command: Command) -> Command:
    """`-o FILE` and `--format`."""
    command = click.option(
        "--format", "form", type=click.Choice(FORMATS), help="How to print; a table by default."
    )(command)
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        help="Write to a file: .csv, .csv.gz, .json, .md, .xlsx or .parquet; provenance goes beside it.",
    )(command)


def varied_index(config: Path, scheme: str | None, settings: Sequence[str]) -> Index:
    """The index of a config file, with a scheme and settings applied."""
    from innov_index.index import load

    index = load(config)
    return index.varied(scheme, settings) if scheme or settings else index


def write_result(index: Index, sheet: Sheet, output: Path, remarks: Sequence[str]) -> None:
    """Write a result and its provenance, both or none."""
    from innov_index.io.rendering import render

    write_with_provenance(index, {output: render(sheet, output)}, f"{len(sheet.rows)} rows", remarks)


def write_with_changes(
    index: Index, sheet: Sheet, changed: Sheet, output: Path, remarks: Sequence[str]
) -> None:
    """Write a result, the cells that steps changed and the provenance, all or none.

    The cells are a second sheet of a workbook, and NAME.changed.csv beside a NAME.csv.
    """
    from innov_index.io.rendering import extension_of, render

    size = f"{len(sheet.rows)} rows, {len(changed.rows)} changed cells"
    extension = extension_of(output)
    if extension == ".xlsx":
        from innov_index.io.rendering import to_workbook

        content = to_workbook({"Sheet1": sheet, "Changed cells": changed})
        write_with_provenance(index, {output: content}, size, remarks)
        return
    name = output.name[: -len(extension)] + ".changed" + extension
    contents = {output: render(sheet, output), output.with_name(name): render(changed, output)}
    write_with_provenance(index, contents, size, remarks)


def write_workbook(index: Index, sheets: Mapping[str, Sheet], output: Path, remarks: Sequence[str]) -> None:
    """Write several results as sheets of one workbook, and their provenance, both or none."""
    from innov_index.io.rendering import to_workbook

    write_with_provenance(index, {output: to_workbook(sheets)}, f"{len(sheets)} sheets", remarks)


def write_with_provenance(
    index: Index, contents: Mapping[Path, str | bytes], size: str, remarks: Sequence[str]
) -> None:
    """Write files and the provenance of the first beside it, all or none; a pipe has no place beside it."""
    from innov_index.io.hashing import provenance_path
    from innov_index.io.writing import write_all

    output, *others = contents
    if output.exists() and not output.is_file():
        write_all(contents)
        return
    beside = provenance_path(output)
    write_all({**contents, beside: index.provenance(remarks).to_json()})
    names = " and ".join(path.name for path in (*others, beside))
    click.echo(f"wrote {output} ({size}) and {names}", err=True)


def print_sheet(sheet: Sheet, form: str) -> None:
    """Print a result as csv, json or markdown."""
    from innov_index.io.rendering import to_csv, to_json, to_markdown

    click.echo({"csv": to_csv, "json": to_json, "markdown": to_markdown}[form](sheet), nl=False)


def refuse_early(output: Path | None) -> None:
    """Raise before the work is done where the output cannot be written or its format is not known."""
    if output is None:
        return
    from innov_index.io.rendering import renderer_for
    from innov_index.io.writing import ensure_writable

    renderer_for(output)
    ensure_writable(output)
