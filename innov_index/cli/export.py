"""`innov-index export`: the workbook with live formulas."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import config_argument, scheme_option, setting_option, varied_index
from innov_index.cli.showing import announce_document, write_document


@click.command(short_help="Write a workbook with live formulas.")
@config_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("index.xlsx"),
    show_default=True,
    help="The workbook; provenance goes beside it.",
)
@click.option("--edition", metavar="NAME", help="The edition to write; the last one by default.")
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
    from innov_index.report.workbook import workbook

    announce_document(output, ".xlsx")
    index = varied_index(config, scheme, settings)
    content = workbook(index, edition)
    write_document(index, output, content, f"{len(content) / 1e6:.2f} MB")
