"""`innov-index selftest`: a second opinion on every number of an index."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import click

from innov_index.cli.arguments import (
    output_options,
    question_options,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_results, show


@click.command(short_help="Check every number against an independent reference.")
@click.argument("config", type=click.Path(path_type=Path), required=False)
@click.option("--differences", is_flag=True, help="Every number that differs, with both values.")
@question_options("selftest")
@scheme_option
@setting_option
@output_options
@click.pass_context
def selftest(
    ctx: click.Context,
    config: Path | None,
    differences: bool,
    outputs: bool,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Score CONFIG anew with a reference that shares no code with the engine, and compare every number.

    The reference is plain Python over units and nodes, one short function a method, written from the
    published formulas. Compares values after each step, weights, scores, ranks and classes of all nodes and
    editions, for the config as it stands and each of its schemes (only one with --scheme), and says to which
    digit they agree and what it could not check. What a search found, such as a linear program's optimum, is
    checked with another solver. Then tries relations that must hold on the index: units and children in
    another order, other codes, indicators multiplied by powers of two, a unit twice, a leaf split in two,
    edition by edition, schemes as files, some draws of the simulation. Without CONFIG, checks the starter
    config that comes with the program. With --outputs, also recalculates the workbook of the last edition in
    LibreOffice, and lets the page compute in Chromium, Chrome or Edge: as it is opened, under each scheme,
    normalisation and mean that it offers, and after weights have moved. What is not installed is told. Exit
    code 0: everything agrees; 1: a number differs.

    \b
    innov-index selftest
    innov-index selftest configs/2020.yaml
    innov-index selftest configs/2020.yaml --differences -o differences.csv
    """
    announce_results(output, form=form)
    with as_file(files("innov_index.config").joinpath("starter")) as starter:
        index = varied_index(config or starter / "index.yaml", scheme, settings)
        result = index.selftest(outputs=outputs)
        show(result, output=output, form=form, table="differences" if differences else None)
    if not result.holds:
        ctx.exit(1)
