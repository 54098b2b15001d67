"""`innov-index sensitivity`: which choice causes the uncertainty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from innov_index.cli.arguments import (
    config_argument,
    engine_options,
    holds_every_table,
    is_for_screen,
    output_options,
    question_options,
    refuse_unused,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_results, show

TABLES = ("indices", "pairs", "tornado")


@click.command(short_help="Say which choice moves the ranks: Sobol indices, tornado.")
@config_argument
@question_options("sensitivity")
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
    table: str,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
    **stated: Any,
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
    if not is_for_screen(output, form) or table != "indices":
        refuse_unused("away from the screen of indices", "top")
    if table == "tornado" and not holds_every_table(output):
        refuse_unused("on the tornado", "runs", "each", "pairs")
    announce_results(output, form=form)
    stated["pairs"] = stated["pairs"] or table == "pairs"
    result = varied_index(config, scheme, settings).sensitivity(**stated)
    show(result, output=output, form=form, table=table)
