"""`innov-index compare`: the schemes of a config side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from innov_index.cli.options import (
    config_argument,
    output_options,
    print_sheet,
    refuse_early,
    setting_option,
    write_result,
)

if TYPE_CHECKING:
    from innov_index.analysis.uncertainty.product import Product
    from innov_index.index import Index


@click.command()
@config_argument
@click.option(
    "--scheme", "schemes", multiple=True, metavar="NAME", help="Only these schemes (several times)."
)
@click.option(
    "--product", "full", is_flag=True, help="Every combination of the alternatives under `uncertainty:`."
)
@click.option(
    "--across",
    multiple=True,
    metavar="PATH=[A, B]",
    help="Every combination of these alternatives, e.g. normalisation.method=[min_max, z_score].",
)
@click.option("--edition", metavar="NAME", help="Only this edition; the last one by default.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N units.")
@setting_option
@output_options
def compare(
    config: Path,
    schemes: tuple[str, ...],
    full: bool,
    across: tuple[str, ...],
    edition: str | None,
    top: int | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Score CONFIG as it stands and under each of its schemes, side by side.

    Prints ranks, scores and shifts of every unit, and how well each scheme's ranking agrees with the one of
    the config itself: Kendall's tau-b, Spearman's rho, a tau in which the first places count more, the
    rank-biased overlap of the tops, the mean shift, and how many units come to another quarter. With
    `--product` or `--across`, all combinations, and which single choice moves each unit most.

    \b
    innov-index compare configs/2020.yaml
    innov-index compare configs/2020.yaml --scheme entropy --scheme z-scores -o schemes.csv
    innov-index compare configs/2020.yaml --product
    innov-index compare configs/2020.yaml --across "weighting.method=[equal, entropy, critic]"
    """
    from innov_index.analysis.compare.schemes import compare_schemes
    from innov_index.report.comparison import agreement_sheet, causes_sheet, comparison_sheet, ranks_sheet
    from innov_index.report.terminal import print_remarks, print_table

    refuse_early(output)
    from innov_index.cli.options import varied_index

    index = varied_index(config, None, settings)
    product = _product(index, full, across, schemes, edition)
    comparison = compare_schemes(index, schemes, edition) if product is None else product.comparison
    sheet = comparison_sheet(comparison, top)
    if output is not None:
        write_result(index, sheet, output, comparison.remarks)
        print_remarks(comparison.remarks, err=True)
    elif form in (None, "table"):
        if product is None:
            print_table(ranks_sheet(comparison, top))
        print_table(agreement_sheet(comparison))
        if product is not None:
            print_table(causes_sheet(product, top))
        print_remarks(comparison.remarks)
    else:
        print_sheet(sheet, str(form))
        print_remarks(comparison.remarks, err=True)


def _product(
    index: Index, full: bool, across: tuple[str, ...], schemes: tuple[str, ...], edition: str | None
) -> Product | None:
    """All combinations, where they are asked for."""
    from innov_index.analysis.uncertainty.product import product

    if not full and not across:
        return None
    if schemes:
        raise click.UsageError("--scheme does not go with --product and --across")
    return product(index, across, edition)
