"""`innov-index plot`: figures to print."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import (
    config_argument,
    count_of,
    number_of,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_document, write_document
from innov_index.limits import Millimetres, Rows
from innov_index.wording import visible

KINDS = (
    "scores",
    "intervals",
    "slope",
    "heatmap",
    "correlations",
    "distribution",
    "icicle",
    "profile",
    "sensitivity",
    "map",
    "network",
)


@click.command(short_help="Draw a figure as SVG, PNG or PDF.")
@click.argument("kind", type=click.Choice(KINDS))
@config_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="File to write: .svg, .png or .pdf; provenance goes beside it.",
)
@click.option(
    "--width",
    type=number_of(Millimetres),
    default=174,
    show_default=True,
    metavar="MM",
    help="Width in millimetres: 84 is one column of a journal, 174 is two.",
)
@click.option(
    "--top",
    type=count_of(Rows),
    metavar="N",
    help="scores, intervals, slope, heatmap: only the first N units.",
)
@click.option("--unit", metavar="UNIT", help="profile: the unit, by code or name; the first by default.")
@click.option(
    "--node", metavar="CODE", help="distribution: the indicator; by default the one with most treated values."
)
@click.option("--against", metavar="NAME", help="slope: the scheme or edition to compare with.")
@click.option("--edition", metavar="NAME", help="The edition to show; the last one by default.")
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
    from innov_index.report.figures.saving import FORMATS, to_bytes

    announce_document(output, *FORMATS)
    index = varied_index(config, scheme, settings)
    picture = draw(kind, Request(Answers(index, edition), top, unit, node, against, width))
    content = to_bytes(picture, output)
    write_document(index, output, content, f"{len(content) / 1e3:.0f} kB")
    click.echo(visible(picture.description), err=True)
