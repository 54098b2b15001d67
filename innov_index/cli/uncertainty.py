"""`innov-index uncertainty`: how certain the ranks are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from innov_index.cli.arguments import (
    config_argument,
    engine_options,
    is_for_screen,
    output_options,
    question_options,
    refuse_unused,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_document, announce_results, show

TABLES = ("ranks", "frequencies", "pairs", "central weights")
INTERRUPTED = 130


@click.command(short_help="Say how certain each rank is when the stated choices vary.")
@config_argument
@question_options("uncertainty")
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default="ranks",
    help="Table to print or write; an .xlsx file gets them all.",
)
@scheme_option
@setting_option
@engine_options
@output_options
def uncertainty(
    config: Path,
    table: str,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
    **stated: Any,
) -> None:
    """Say how certain each rank is when the choices that CONFIG lists under `uncertainty:` vary.

    Each draw takes one setting of each step, weights and errors at random, and is scored and ranked. Prints
    where each unit's rank lies, what matters most, and what holds whatever the weights. Ctrl-C prints the
    result so far.

    \b
    innov-index uncertainty configs/2020.yaml
    innov-index uncertainty configs/2020.yaml --draws 100000 --seed 7 -o ranks.csv
    innov-index uncertainty configs/2020.yaml --until 0.005 --table frequencies --format csv
    innov-index uncertainty configs/2020.yaml --draws-file draws.parquet
    innov-index uncertainty configs/2020.yaml --replay 123
    """
    on_screen = is_for_screen(output, form) and table == "ranks"
    draws_file, replay = stated["draws_file"], stated["replay"]
    if replay is not None:
        refuse_unused("with --replay", "draws", "until", "top", "unit", "threads", "draws_file", "table")
    elif not on_screen:
        refuse_unused("away from the screen of ranks", "unit", "top")
    elif stated["unit"] is not None:
        refuse_unused("with --unit", "top")
    announce_results(output, form=form)
    announce_document(draws_file, ".parquet")
    result = varied_index(config, scheme, settings).uncertainty(**stated, explain=on_screen)
    if replay is not None:
        show(result, output=output, form=form)
        return
    tally = result.facts.tally
    if draws_file is not None:
        click.echo(f"wrote {draws_file} ({tally.asked:,} draws)", err=True)
    show(result, output=output, form=form, table=table)
    if not tally.complete:
        click.get_current_context().exit(INTERRUPTED)
