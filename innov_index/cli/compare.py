"""`innov-index compare`: the schemes of a config side by side."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import (
    config_argument,
    count_of,
    engine_options,
    output_options,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_results, show
from innov_index.limits import Rows


@click.command(short_help="Compare rankings under schemes or combinations of choices.")
@config_argument
@click.option("--scheme", "schemes", multiple=True, metavar="NAME", help="Only this scheme; may be repeated.")
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
@click.option("--top", type=count_of(Rows), metavar="N", help="Only the first N units.")
@setting_option
@engine_options
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

    Prints ranks, scores and shifts of every unit, and how well the ranking of each scheme agrees with that of
    the config as it stands: Kendall's tau-b, Spearman's rho, a tau that gives the first places more weight,
    rank-biased overlap, the mean shift, and the number of units in another quarter. With `--product` or
    `--across`, compares all combinations and says which single choice moves each unit most.

    \b
    innov-index compare configs/2020.yaml
    innov-index compare configs/2020.yaml --scheme entropy --scheme z-scores -o schemes.csv
    innov-index compare configs/2020.yaml --product
    innov-index compare configs/2020.yaml --across "weighting.method=[equal, entropy, critic]"
    """
    from innov_index.analysis.compare.run import compare as compare_with_schemes
    from innov_index.analysis.compare.run import compare_combinations

    announce_results(output, form=form)
    if schemes and (full or across):
        raise click.UsageError("--scheme cannot be combined with --product or --across")
    index = varied_index(config, None, settings)
    if full or across:
        result = compare_combinations(index, across, edition=edition, top=top)
    else:
        result = compare_with_schemes(index, schemes, edition=edition, top=top)
    show(result, output=output, form=form)
