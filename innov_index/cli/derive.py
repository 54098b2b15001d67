"""`innov-index derive`: from raw records to the table of indicators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from innov_index.cli.arguments import (
    config_argument,
    engine_options,
    output_options,
    question_options,
    refuse_unused,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_folder, announce_results, show
from innov_index.wording import visible

if TYPE_CHECKING:
    from innov_index.index import Index
    from innov_index.model.result import Result


@click.command(short_help="Derive indicators from raw records.")
@config_argument
@question_options("derive")
@click.option("--review", type=click.Path(path_type=Path), help="Write the decisions left to a person.")
@click.option(
    "--export",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write networks, clusters, and which record is in which.",
)
@click.option("--full", is_flag=True, help="One row a value: number of records, file, filters.")
@setting_option
@engine_options
@output_options
def derive(
    config: Path,
    trace: tuple[str, str] | None,
    review: Path | None,
    export: Path | None,
    full: bool,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Derive the indicators that CONFIG derives from raw records (its `places` and `sources`).

    Accounts for every record: placed, elsewhere, unplaced, or left out and why.

    \b
    innov-index derive configs/examples/companies.yaml
    innov-index derive configs/examples/companies.yaml --trace Beijing unicorns
    innov-index derive configs/examples/companies.yaml -o indicators.csv --review review.csv
    innov-index derive big.yaml --engine dask --scheduler tcp://10.0.0.1:8786 -o indicators.csv
    """
    if trace is not None:
        refuse_unused("with --trace", "review", "export", "full")
    announce_results(output, review, form=form)
    announce_folder(export)
    index = varied_index(config, None, settings)
    if trace is not None:
        result = index.derive(trace=trace)
        click.echo(visible(result.title), err=True)
        show(result, output=output, form=form)
        return
    with _progress() as progress:
        result = index.derive(progress=progress)
    _write_beside(index, result, review, export)
    show(result, output=output, form=form, table="values" if full else "indicators")


def _write_beside(index: Index, result: Result, review: Path | None, export: Path | None) -> None:
    from innov_index.analysis.derive.tables import exported_files, review_sheet
    from innov_index.io.file_roles import ensure_beside
    from innov_index.io.rendering import render
    from innov_index.io.writing import make_folder, write_all

    contents: dict[Path, str | bytes] = {}
    if review is not None:
        contents[review] = render(review_sheet(result.facts, index.config), review)
    if export is not None:
        exported = {export / name: content for name, content in exported_files(result.facts).items()}
        ensure_beside(exported)
        make_folder(export)
        contents |= exported
    write_all(contents)
    for path in contents:
        click.echo(f"wrote {path}", err=True)


@contextmanager
def _progress() -> Iterator[Callable[[int], None] | None]:
    """A bar with records a second, on a terminal only."""
    import sys

    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    speed = TextColumn("{task.completed:,.0f} records, {task.speed:,.0f} a second")
    with Bar(
        SpinnerColumn(), speed, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("records", total=None)
        yield lambda records: bar.advance(task, records)
