"""`innov-index init`: a starter config that scores at once."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

_FILES = ("index.yaml", "cities.csv")
"""The starter config comes first: it is what is scored next."""


@click.command(short_help="Write a commented starter config with a small data file.")
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write a commented starter config with a small data file into FOLDER.

    \b
    innov-index init my-index
    innov-index score my-index/index.yaml
    """
    from innov_index.config.json_schema import json_schema_text
    from innov_index.io.writing import write_new

    starter = files("innov_index.config").joinpath("starter")
    contents = {name: starter.joinpath(name).read_text("utf-8") for name in _FILES}
    written = write_new(folder, {**contents, "innov-index.schema.json": json_schema_text()})
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"next: innov-index score {written[0]}")
