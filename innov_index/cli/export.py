"""`innov-index export`: the workbook with live formulas."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import (
    config_argument,
    question_options,
    scheme_option,
    setting_option,
    varied_index,
)


@click.command(short_help="Write a workbook with live formulas.")
@config_argument
@question_options("export")
@scheme_option
@setting_option
def export(
    config: Path, output: Path, edition: str | None, scheme: str | None, settings: tuple[str, ...]
) -> None:
    """Write the index that CONFIG states as a workbook whose cells are formulas.

    Raw data, treatment, normalisation, weights, scores and ranks: every step is a sheet computed from the one
    before. Weights, directions and raw values can be changed; Excel and LibreOffice compute the rest.

    \b
    innov-index export configs/2020.yaml -o index.xlsx
    """
    from innov_index.report.on_disk import write_workbook

    click.echo(f"wrote {write_workbook(varied_index(config, scheme, settings), output, edition)}", err=True)
