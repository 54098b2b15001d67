"""`innov-index score`: the main job."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import (
    config_argument,
    count_of,
    engine_options,
    output_options,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_results, show
from innov_index.limits import Rows


@click.command(short_help="Print scores and ranks.")
@config_argument
@click.option("--top", type=count_of(Rows), metavar="N", help="Only the first N units.")
@click.option("--edition", metavar="NAME", help="Only this edition.")
@click.option("--full", is_flag=True, help="Every node and indicator, one row each, with coverage and notes.")
@scheme_option
@setting_option
@engine_options
@output_options
def score(
    config: Path,
    top: int | None,
    edition: str | None,
    full: bool,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Print scores and ranks of the index that CONFIG states.

    \b
    innov-index score configs/2020.yaml --top 10
    innov-index score configs/2020.yaml -o hubs.csv
    innov-index score configs/2020.yaml --full --format json

    If the config imputes or treats values, -o also writes every cell that changed, before and after: as a
    second sheet of a workbook, or as hubs.changed.csv beside hubs.csv.
    """
    from innov_index.analysis.ranking.run import node_scores, ranking

    announce_results(output, form=form)
    index = varied_index(config, scheme, settings)
    result = (node_scores if full else ranking)(index, edition=edition, top=top)
    show(result, output=output, form=form)
