"""`innov-index compare`: the schemes of a config side by side."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.options import (
    config_argument,
    output_options,
    print_sheet,
    refuse_early,
    setting_option,
    write_result,
)


@click.command()
@config_argument
@click.option(
    "--scheme", "schemes", multiple=True, metavar="NAME", help="Only these schemes (several times)."
)
@click.option("--edition", metavar="NAME", help="Only this edition; the last one by default.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N units.")
@setting_option
@output_options
def compare(
    config: Path,
    schemes: tuple[str, ...],
    edition: str | None,
    top: int | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Score CONFIG as it stands and under each of its schemes, side by side.

    Prints ranks, scores and shifts of every unit, and how well each scheme's ranking agrees with the one of
    the config itself (Kendall's tau-b, Spearman's rho).

    \b
    innov-index compare configs/2020.yaml
    innov-index compare configs/2020.yaml --scheme equal --scheme entropy -o schemes.csv
    """
    from innov_index.analysis.compare import compare_schemes
    from innov_index.report.comparison import agreement_sheet, comparison_sheet, ranks_sheet
    from innov_index.report.terminal import print_remarks, print_table

    refuse_early(output)
    from innov_index.cli.options import varied_index

    index = varied_index(config, None, settings)
    comparison = compare_schemes(index, schemes, edition)
    sheet = comparison_sheet(comparison, top)
    if output is not None:
        write_result(index, sheet, output, comparison.remarks)
        print_remarks(comparison.remarks, err=True)
    elif form in (None, "table"):
        print_table(ranks_sheet(comparison, top))
        print_table(agreement_sheet(comparison))
        print_remarks(comparison.remarks)
    else:
        print_sheet(sheet, str(form))
        print_remarks(comparison.remarks, err=True)
