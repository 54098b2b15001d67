"""`innov-index sensitivity`: which choice causes the uncertainty."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import (
    config_argument,
    count_of,
    engine_options,
    holds_every_table,
    is_for_screen,
    output_options,
    refuse_unused,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_results, show
from innov_index.limits import BaseRuns, Rows, Seed, Threads

TABLES = ("indices", "pairs", "tornado")


@click.command(short_help="Say which choice moves the ranks: Sobol indices, tornado.")
@config_argument
@click.option(
    "--runs",
    type=count_of(BaseRuns),
    default=1024,
    metavar="N",
    help="Base runs, a power of two; 1024 by default. Each input adds as many evaluations.",
)
@click.option("--seed", type=count_of(Seed), metavar="S", help="The config's by default.")
@click.option("--each", is_flag=True, help="Study each variation by itself, not by step.")
@click.option("--pairs", is_flag=True, help="Also estimate what two inputs cause only together.")
@click.option("--top", type=count_of(Rows), default=10, metavar="K", help="Units to show; 10 by default.")
@click.option("--edition", metavar="NAME", help="The edition to study; the last one by default.")
@click.option("--threads", type=count_of(Threads), metavar="N", help="All processors by default.")
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default="indices",
    help="Table to print or write; an .xlsx file gets them all.",
)
@scheme_option
@setting_option
@engine_options
@output_options
def sensitivity(
    config: Path,
    runs: int,
    seed: int | None,
    each: bool,
    pairs: bool,
    top: int,
    edition: str | None,
    threads: int | None,
    table: str,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Say which of the choices that CONFIG lists under `uncertainty:` moves the ranks.

    Prints Sobol indices of the mean absolute rank shift and of each unit's rank: the share of the variance
    that an input causes alone (first order) and together with all others (total). Then what each setting does
    if nothing else changes (tornado).

    \b
    innov-index sensitivity configs/2020.yaml
    innov-index sensitivity configs/2020.yaml --runs 4096 --pairs -o sobol.xlsx
    innov-index sensitivity configs/2020.yaml --table tornado --format csv
    """
    from innov_index.analysis.sensitivity.run import sensitivity as sensitivity_of

    if not is_for_screen(output, form) or table != "indices":
        refuse_unused("away from the screen of indices", "top")
    if table == "tornado" and not holds_every_table(output):
        refuse_unused("on the tornado", "runs", "each", "pairs")
    announce_results(output, form=form)
    result = sensitivity_of(
        varied_index(config, scheme, settings),
        runs=runs,
        seed=seed,
        by_variation=each,
        second_order=pairs or table == "pairs",
        edition=edition,
        threads=threads,
        top=top,
    )
    show(result, output=output, form=form, table=table)
