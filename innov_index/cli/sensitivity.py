"""`innov-index sensitivity`: which choice causes the uncertainty."""

from __future__ import annotations

from pathlib import Path

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

TABLES = ("indices", "pairs", "tornado")


@click.command()
@config_argument
@click.option(
    "--runs",
    type=click.IntRange(min=16),
    default=1024,
    metavar="N",
    help="Base runs, a power of two; 1024 by default. Each input adds as many evaluations.",
)
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="Start of the random numbers.")
@click.option("--each", is_flag=True, help="Every variation by itself, not together with those of its step.")
@click.option("--pairs", is_flag=True, help="Second orders too: what two inputs do together only.")
@click.option(
    "--top", type=click.IntRange(min=1), default=10, metavar="K", help="Units shown; 10 by default."
)
@click.option("--edition", metavar="NAME", help="This edition; the last one by default.")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="All processors by default.")
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default="indices",
    help="What -o and --format write; an .xlsx file gets all.",
)
@scheme_option
@setting_option
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

    Sobol indices of the mean absolute rank shift, and of each unit's score and rank: the share of the
    variance that an input causes alone (first order), and with all others (total). Then one input at a time
    (tornado).

    \b
    innov-index sensitivity configs/2020.yaml
    innov-index sensitivity configs/2020.yaml --runs 4096 --pairs -o sobol.xlsx
    innov-index sensitivity configs/2020.yaml --table tornado --format csv
    """
    from innov_index.analysis.sensitivity.run import sensitivity as indices_of
    from innov_index.analysis.sensitivity.tornado import tornado
    from innov_index.analysis.uncertainty.model import Model
    from innov_index.engine.progress import progress_of
    from innov_index.report import sensitivity as report
    from innov_index.report.terminal import print_remarks, print_table

    refuse_early(output)
    index = varied_index(config, scheme, settings)
    model = Model(index, edition)
    block = index.config.block.uncertainty
    assert block is not None  # Model has refused a config without it
    start = block.seed if seed is None else seed
    inputs = len(model.variations.all) if each else len(model.variations.by_step)
    second = pairs or table == "pairs"
    with progress_of(runs * (2 + inputs * (2 if second else 1)), "evaluations") as progress:
        result = indices_of(
            model,
            runs,
            start,
            by_variation=each,
            second_order=second,
            threads=threads,
            progress=progress,
        )
    lines = tornado(model, start)
    remarks = [*result.remarks, f"{result.evaluations:,} evaluations, seed {start}; ± are 95 % intervals"]
    if output is not None:
        if output.suffix.lower() == ".xlsx":
            write_workbook(
                index, {n: make(result, lines) for n, make in report.SHEETS.items()}, output, remarks
            )
        else:
            write_result(index, report.SHEETS[table](result, lines), output, remarks)
        print_remarks(remarks, err=True)
    elif form in (None, "table"):
        print_table(report.shares_table(result), title="Share of the variance of the mean rank shift")
        if second:
            print_table(report.pairs_sheet(result))
        print_table(report.units_table(result, top), title="Total index of each rank")
        print_table(report.tornado_table(lines))
        print_remarks(remarks)
    else:
        print_sheet(report.SHEETS[table](result, lines), str(form))
        print_remarks(remarks, err=True)
