"""`innov-index uncertainty`: how sure the ranks are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from innov_index.cli.options import (
    config_argument,
    output_options,
    print_sheet,
    refuse_early,
    scheme_option,
    setting_option,
    varied_index,
    write_result,
    write_workbook,
)

if TYPE_CHECKING:
    from innov_index.analysis.uncertainty.model import Model
    from innov_index.analysis.uncertainty.summary import Uncertainty
    from innov_index.index import Index

TABLES = ("ranks", "frequencies", "pairs", "central weights")
INTERRUPTED = 130
MOST_DRAWS = 10_000_000
CAUSE_RUNS = 256
"""Base runs for the sentence on what matters most; `innov-index sensitivity` takes more."""


@click.command()
@config_argument
@click.option(
    "--draws", type=click.IntRange(min=1), metavar="N", help="Variants; those of the config by default."
)
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="Start of the random numbers.")
@click.option(
    "--until",
    type=click.FloatRange(min=0, min_open=True),
    metavar="E",
    help="Draw until no probability of a rank has a standard error above E, e.g. 0.005.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=10, metavar="K", help="Units shown, and the top watched."
)
@click.option("--unit", "unit", metavar="NAME", help="Only this unit's sentence, by code or name.")
@click.option("--edition", metavar="NAME", help="This edition; the last one by default.")
@click.option(
    "--threads", type=click.IntRange(min=1), metavar="N", help="All processors by default; same result."
)
@click.option(
    "--draws-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write every variant to a .parquet file.",
)
@click.option(
    "--replay",
    type=click.IntRange(min=0),
    metavar="D",
    help="Show variant D alone: its settings, scores, ranks.",
)
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default="ranks",
    help="What -o and --format write; an .xlsx file gets all.",
)
@scheme_option
@setting_option
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
    """Say how sure each rank is when the choices that CONFIG lists under `uncertainty:` vary.

    Every variant draws one setting of each step, weights and errors, and is scored and ranked. Printed are
    where each unit's rank lies, what matters most, and what holds whatever the weights. Ctrl-C prints what is
    known so far.

    \b
    innov-index uncertainty configs/2020.yaml
    innov-index uncertainty configs/2020.yaml --draws 100000 --seed 7 -o ranks.csv
    innov-index uncertainty configs/2020.yaml --until 0.005 --table frequencies --format csv
    innov-index uncertainty configs/2020.yaml --draws-file variants.parquet
    innov-index uncertainty configs/2020.yaml --replay 123
    """
    from innov_index.analysis.uncertainty.model import Model

    refuse_early(output)
    refuse_early(draws_file)
    index = varied_index(config, scheme, settings)
    model = Model(index, edition)
    block = index.config.block.uncertainty
    assert block is not None  # Model has refused a config without it
    start = block.seed if seed is None else seed
    if replay is not None:
        _replay(model, replay, start, output, form)
        return
    count = draws if draws is not None else MOST_DRAWS if until is not None else block.draws
    result = _simulated(model, count, start, until, threads, draws_file)
    _show(index, result, top, unit, table, threads, output, form)
    if not result.tally.complete:
        click.get_current_context().exit(INTERRUPTED)


def _simulated(
    model: Model, draws: int, seed: int, until: float | None, threads: int | None, draws_file: Path | None
) -> Uncertainty:
    from contextlib import ExitStack

    from innov_index.analysis.uncertainty.draws_file import DrawsFile
    from innov_index.analysis.uncertainty.simulation import simulate
    from innov_index.analysis.uncertainty.summary import summarise
    from innov_index.engine.progress import progress_of

    with ExitStack() as stack:
        keep = stack.enter_context(DrawsFile(draws_file, model)).keep if draws_file else None
        progress = stack.enter_context(progress_of(draws, "variants"))
        tally = simulate(model, draws, seed, threads=threads, until=until, progress=progress, keep=keep)
    if draws_file is not None:
        click.echo(f"wrote {draws_file} ({tally.asked:,} variants)", err=True)
    return summarise(model, tally, seed)


def _show(
    index: Index,
    result: Uncertainty,
    top: int,
    unit: str | None,
    table: str,
    threads: int | None,
    output: Path | None,
    form: str | None,
) -> None:
    from innov_index.report import uncertainty as report
    from innov_index.report.terminal import print_remarks, print_table

    remarks = [*result.remarks, report.exactness(result)]
    if output is not None:
        if output.suffix.lower() == ".xlsx":
            write_workbook(
                index, {name: make(result) for name, make in report.SHEETS.items()}, output, remarks
            )
        else:
            write_result(index, report.SHEETS[table](result), output, remarks)
        print_remarks(remarks, err=True)
    elif form not in (None, "table"):
        print_sheet(report.SHEETS[table](result), str(form))
        print_remarks(remarks, err=True)
    elif table != "ranks":
        print_table(report.SHEETS[table](result))
        print_remarks(remarks)
    else:
        chosen = _chosen(result, unit, top)
        causes, why = _causes(result, threads)
        worst, about = report.worst_ranks(result) if result.tally.complete else ({}, "")
        for sentence in report.page(result, causes, chosen, worst):
            click.echo(sentence)
        if unit is None:
            print_table(report.ranks_table(result, top, top))
        click.echo("What varied:")
        print_remarks(report.varied(result.model.variations))
        click.echo("How to read it:")
        print_remarks([*(remark for remark in (about, why) if remark), *remarks])


def _chosen(result: Uncertainty, unit: str | None, top: int) -> list[int]:
    """Positions of the units that get a sentence."""
    if unit is None:
        return [int(position) for position in result.order[:top]]
    from innov_index.errors import InnovIndexError, did_you_mean

    codes = [result.model.base.units.codes[position] for position in result.model.units]
    for known in (codes, list(result.names)):
        if unit in known:
            return [known.index(unit)]
    raise InnovIndexError(f"no ranked unit '{unit}'.{did_you_mean(unit, [*codes, *result.names])}")


def _causes(result: Uncertainty, threads: int | None):  # type: ignore[no-untyped-def]
    """Sobol indices by step for the sentence on what matters most, and why there are none."""
    from innov_index.analysis.sensitivity.run import sensitivity
    from innov_index.errors import InnovIndexError

    if not result.tally.complete:
        return None, ""
    try:
        return sensitivity(result.model, CAUSE_RUNS, result.seed, threads=threads), ""
    except InnovIndexError as error:
        return None, error.problems[0].message


def _replay(model: Model, draw: int, seed: int, output: Path | None, form: str | None) -> None:
    from innov_index.analysis.uncertainty.simulation import replay
    from innov_index.report.replay import replay_sheet, settings_of
    from innov_index.report.terminal import print_remarks, print_table

    point, evaluated = replay(model, draw, seed)
    sheet = replay_sheet(model, evaluated)
    settings = [f"variant {draw} of seed {seed}", *settings_of(model, point, evaluated)]
    if output is not None:
        write_result(model.index, sheet, output, settings)
        print_remarks(settings, err=True)
    elif form in (None, "table"):
        print_table(sheet)
        print_remarks(settings)
    else:
        print_sheet(sheet, str(form))
        print_remarks(settings, err=True)
