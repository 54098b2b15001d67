"""`innov-index report`: the web page."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import (
    config_argument,
    engine_options,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_document, write_document


@click.command(short_help="Write a web page to explore the index.")
@config_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("report.html"),
    show_default=True,
    help="The page, a single self-contained file; provenance goes beside it.",
)
@click.option("--edition", metavar="NAME", help="The edition to show; the last one by default.")
@scheme_option
@setting_option
@engine_options
def report(
    config: Path, output: Path, edition: str | None, scheme: str | None, settings: tuple[str, ...]
) -> None:
    """Write a web page to explore the index that CONFIG states.

    \b
    innov-index report configs/2020.yaml -o report.html
    """
    from innov_index.errors import load_extra

    load_extra("matplotlib", "drawing the figures of the page", "report")
    from innov_index.analysis.answers import Answers
    from innov_index.report.page import page

    announce_document(output, ".html")
    index = varied_index(config, scheme, settings)
    html = page(Answers(index, edition))
    write_document(index, output, html, f"{len(html.encode()) / 1e6:.2f} MB")
