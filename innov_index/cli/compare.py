"""`innov-index compare`: the schemes of a config side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from innov_index.cli.arguments import (
    config_argument,
    engine_options,
    output_options,
    question_options,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_results, show


@click.command(short_help="Compare rankings under schemes or combinations of choices.")
@config_argument
@question_options("compare")
@setting_option
@engine_options
@output_options
def compare(
    config: Path, settings: tuple[str, ...], output: Path | None, form: str | None, **stated: Any
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
    announce_results(output, form=form)
    show(varied_index(config, None, settings).compare(**stated), output=output, form=form)
