"""`innov-index report`: the web page."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import (
    config_argument,
    engine_options,
    question_options,
    scheme_option,
    setting_option,
    varied_index,
)


@click.command(short_help="Write a web page to explore the index.")
@config_argument
@question_options("report")
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
    from innov_index.report.on_disk import write_page

    click.echo(f"wrote {write_page(varied_index(config, scheme, settings), output, edition)}", err=True)
