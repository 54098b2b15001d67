"""`innov-index uncertainty`: how certain the ranks are."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import (
    config_argument,
    count_of,
    engine_options,
    is_for_screen,
    number_of,
    output_options,
    refuse_unused,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_document, announce_results, show
from innov_index.limits import DrawNumber, Draws, Rows, Seed, StandardError, Threads

TABLES = ("ranks", "frequencies", "pairs", "central weights")
INTERRUPTED = 130


@click.command(short_help="Say how certain each rank is when the stated choices vary.")
@config_argument
@click.option("--draws", type=count_of(Draws), metavar="N", help="Number of draws; the config's by default.")
@click.option("--seed", type=count_of(Seed), metavar="S", help="The config's by default.")
@click.option(
    "--until",
    type=number_of(StandardError),
    metavar="E",
    help="Draw until no probability of a rank has a standard error above E, e.g. 0.005.",
)
@click.option(
    "--top", type=count_of(Rows), default=10, metavar="K", help="Units to show, and size of the top."
)
@click.option("--unit", "unit", metavar="NAME", help="Show the sentence of this unit only, by code or name.")
@click.option("--edition", metavar="NAME", help="The edition to study; the last one by default.")
@click.option(
    "--threads", type=count_of(Threads), metavar="N", help="All processors by default; same result."
)
@click.option(
    "--draws-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write every draw to a .parquet file.",
)
@click.option(
    "--replay",
    type=count_of(DrawNumber),
    metavar="D",
    help="Show draw D alone: settings, scores, ranks.",
)
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
    draws: int | None,
    seed: int | None,
    until: float | None,
    top: int,
    unit: str | None,
    edition: str | None,
    threads: int | None,
    draws_file: Path | None,
    replay: int | None,
    table: str,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
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
    from innov_index.analysis.uncertainty.run import uncertainty as uncertainty_of

    if replay is not None:
        refuse_unused("with --replay", "draws", "until", "top", "unit", "threads", "draws_file", "table")
    elif not is_for_screen(output, form) or table != "ranks":
        refuse_unused("away from the screen of ranks", "unit", "top")
    elif unit is not None:
        refuse_unused("with --unit", "top")
    announce_results(output, form=form)
    announce_document(draws_file, ".parquet")
    index = varied_index(config, scheme, settings)
    if replay is not None:
        from innov_index.analysis.uncertainty.draws import one_draw

        show(one_draw(index, replay, seed=seed, edition=edition), output=output, form=form)
        return
    result = uncertainty_of(
        index,
        draws=draws,
        seed=seed,
        until=until,
        edition=edition,
        threads=threads,
        draws_file=draws_file,
        top=top,
        unit=unit,
        explain=is_for_screen(output, form) and table == "ranks",
    )
    tally = result.facts.tally
    if draws_file is not None:
        click.echo(f"wrote {draws_file} ({tally.asked:,} draws)", err=True)
    show(result, output=output, form=form, table=table)
    if not tally.complete:
        click.get_current_context().exit(INTERRUPTED)
