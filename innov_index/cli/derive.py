"""`innov-index derive`: from raw records to the table of indicators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from innov_index.cli.options import (
    config_argument,
    output_options,
    print_sheet,
    refuse_early,
    setting_option,
    varied_index,
    write_result,
)

if TYPE_CHECKING:
    from innov_index.dataset.derived import DerivedIndicators
    from innov_index.engine.executors import Executor, Progress
    from innov_index.index import Index
    from innov_index.model.sheet import Sheet


@click.command()
@config_argument
@click.option(
    "--trace", "traced", nargs=2, metavar="UNIT INDICATOR", help="List the records behind one value instead."
)
@click.option("--review", type=click.Path(path_type=Path), help="Write what a person should settle.")
@click.option("--export", type=click.Path(path_type=Path), metavar="FOLDER", help="Write networks, clusters.")
@click.option(
    "--full", is_flag=True, help="One row a value: how many records, from which file, filtered how."
)
@click.option(
    "--engine", type=click.Choice(("local", "dask")), default="local", help="Where records are counted."
)
@click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster, e.g. tcp://10.0.0.1:8786.")
@click.option(
    "--memory",
    type=click.FloatRange(min=0),
    metavar="GB",
    help="Records held at a time; more go to temporary files. An eighth of this computer's by default.",
)
@setting_option
@output_options
def derive(
    config: Path,
    traced: tuple[str, str] | None,
    review: Path | None,
    export: Path | None,
    full: bool,
    engine: str,
    scheduler: str | None,
    memory: float | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Derive the indicators that CONFIG derives from raw records (its `places` and `sources`).

    Says what became of every record: placed, elsewhere, unplaced, left out and why.

    \b
    innov-index derive configs/examples/companies.yaml
    innov-index derive configs/examples/companies.yaml --trace Beijing unicorns
    innov-index derive configs/examples/companies.yaml -o indicators.csv --review review.csv
    innov-index derive big.yaml --engine dask --scheduler tcp://10.0.0.1:8786 -o indicators.csv
    """
    from innov_index.report.terminal import print_remarks

    for path in (output, review):
        refuse_early(path)
    index = varied_index(config, None, settings)
    executor = _executor(engine, scheduler, memory)
    if traced is not None:
        _show(index, _traced(index, traced, executor), output, form, ())
        return
    with _progress() as progress:
        derived = index.derive(executor, progress)
    units = _units(index, derived)
    remarks = derived.remarks(units)
    sheet = derived.cells(units) if full else derived.sheet(units)
    _write_beside(index, derived, review, export)
    _show(index, sheet, output, form, remarks)
    if output is None and form in (None, "table"):
        _print_accounts(index, derived)
    print_remarks(remarks, err=output is not None or form not in (None, "table"))


def _executor(engine: str, scheduler: str | None, memory: float | None) -> Executor:
    if engine == "dask":
        if memory is not None:
            raise click.UsageError("--memory goes with --engine local: a Dask cluster has limits of its own")
        from innov_index.engine.dask_cluster import Dask

        if scheduler is None:
            raise click.UsageError("--engine dask needs --scheduler ADDRESS")
        return Dask(scheduler)
    if scheduler is not None:
        raise click.UsageError("--scheduler goes with --engine dask")
    from innov_index.engine.local import Local

    return Local(memory=None if memory is None else int(memory * 1e9))


def _units(index: Index, derived: DerivedIndicators) -> tuple[str, ...]:
    from innov_index.dataset.assemble import unit_codes

    return unit_codes(index.config, derived)


def _traced(index: Index, traced: tuple[str, str], executor: Executor) -> Sheet:
    from innov_index.dataset.derived import trace_value
    from innov_index.report.derivation import trace_sheet

    unit, indicator = traced
    source, records = trace_value(index.config, unit, indicator, executor)
    click.echo(f"{len(records)} records of {source.title} behind {indicator} of {unit}", err=True)
    return trace_sheet(records)


def _show(
    index: Index, sheet: Sheet, output: Path | None, form: str | None, remarks: tuple[str, ...]
) -> None:
    from innov_index.report.terminal import print_table

    if output is not None:
        write_result(index, sheet, output, remarks)
    elif form in (None, "table"):
        print_table(sheet)
    else:
        print_sheet(sheet, str(form))


def _print_accounts(index: Index, derived: DerivedIndicators) -> None:
    from innov_index.report.derivation import account_sheet, causes_sheet, unplaced_sheet
    from innov_index.report.terminal import print_table

    unplaced = unplaced_sheet(derived, index.config, most=5)
    for sheet in (account_sheet(derived), causes_sheet(derived), unplaced):
        if sheet.rows:
            print_table(sheet)


def _write_beside(index: Index, derived: DerivedIndicators, review: Path | None, export: Path | None) -> None:
    from innov_index.io.rendering import render
    from innov_index.io.writing import write_all
    from innov_index.report.derivation import export_files, review_sheet

    contents: dict[Path, str | bytes] = {}
    if review is not None:
        contents[review] = render(review_sheet(derived, index.config), review)
    if export is not None:
        export.mkdir(parents=True, exist_ok=True)
        contents |= export_files(derived, export)
    write_all(contents)
    for path in contents:
        click.echo(f"wrote {path}", err=True)


@contextmanager
def _progress() -> Iterator[Progress | None]:
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
