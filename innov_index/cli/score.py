"""`innov-index score`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from innov_index.cli.arguments import (
    config_argument,
    engine_options,
    output_options,
    question_options,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_results, show


@click.command(short_help="Print scores and ranks.")
@config_argument
@question_options("score")
@scheme_option
@setting_option
@engine_options
@output_options
def score(
    config: Path,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
    **stated: Any,
) -> None:
    """Print scores and ranks of the index that CONFIG states.

    \b
    innov-index score configs/2020.yaml --top 10
    innov-index score configs/2020.yaml -o hubs.csv
    innov-index score configs/2020.yaml --full --format json

    If the config imputes or treats values, -o also writes every cell that changed, before and after: as a
    second sheet of a workbook, or as hubs.changed.csv beside hubs.csv. Where methods tell more of a unit than
    its score (weights of its own, margins of error), -o writes it likewise, as hubs.figures.csv.
    """
    announce_results(output, form=form)
    show(varied_index(config, scheme, settings).ranking(**stated), output=output, form=form)
