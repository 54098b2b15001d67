"""`innov-index plot`: figures to print."""

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
from innov_index.cli.showing import announce_document
from innov_index.parameters import FIGURES
from innov_index.wording import visible


@click.command(short_help="Draw a figure as SVG, PNG or PDF.")
@click.argument("kind", type=click.Choice(FIGURES))
@config_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="File to write: .svg, .png or .pdf; provenance goes beside it.",
)
@question_options("plot")
@scheme_option
@setting_option
def plot(
    kind: str,
    config: Path,
    output: Path,
    width: float,
    top: int | None,
    unit: str | None,
    node: str | None,
    against: str | None,
    edition: str | None,
    scheme: str | None,
    settings: tuple[str, ...],
) -> None:
    """Draw a figure of the index that CONFIG states.

    Text has the same size at every width, the colours are distinguishable with colour blindness, and the file
    holds a description of what it shows.

    \b
    innov-index plot scores configs/2020.yaml -o scores.svg
    innov-index plot profile configs/2020.yaml --unit Beijing --width 84 -o beijing.png
    innov-index plot slope configs/2020.yaml --against entropy -o entropy.pdf
    """
    from innov_index.errors import load_extra

    load_extra("matplotlib", "drawing figures", "report")
    from innov_index.analysis.answers import Answers
    from innov_index.report.figures.kinds import Request, draw
    from innov_index.report.on_disk import FIGURE_FORMATS, write_figure

    announce_document(output, *FIGURE_FORMATS)
    index = varied_index(config, scheme, settings)
    picture = draw(kind, Request(Answers(index, edition), top, unit, node, against, width))
    click.echo(f"wrote {write_figure(index, output, picture)}", err=True)
    click.echo(visible(picture.description), err=True)
