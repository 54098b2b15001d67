"""`innov-index init`: a starter config that scores at once."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

_FILES = ("index.yaml", "cities.csv")
"""The starter config comes first: it is what is scored next."""


@click.command(short_help="Write a starter config, with a small data file or for files of your own.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a config that reads this file; may be repeated.",
)
def init(folder: Path, sources: tuple[Path, ...]) -> None:
    """Write a commented starter config with a small data file into FOLDER.

    With `--from`, the config reads files of your own: units, indicators and editions are guessed, dimensions
    from what titles have in common, published figures from columns that look like a score and its rank.
    `innov-index look FILE` shows what the guesses rest on.

    \b
    innov-index init my-index
    innov-index score my-index/index.yaml
    innov-index init my-hubs --from data/hubs-2020/indicators.csv.gz
    """
    from innov_index.config.json_schema import json_schema_text
    from innov_index.io.writing import write_new

    contents = _for_files(folder, sources) if sources else _example()
    written = write_new(folder, {**contents, "innov-index.schema.json": json_schema_text()})
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"next: innov-index score {written[0]}")


def _example() -> dict[str, str]:
    starter = files("innov_index.config").joinpath("starter")
    return {name: starter.joinpath(name).read_text("utf-8") for name in _FILES}


def _for_files(folder: Path, sources: tuple[Path, ...]) -> dict[str, str]:
    """A config that reads some files, with a line on each guess."""
    from innov_index.analysis.look.run import looked_at
    from innov_index.errors import DataError

    seen = looked_at(sources, folder)
    if seen.config is None:
        raise DataError(
            f"{sources[0]}: no column of units and indicators was found; `innov-index look` shows what is "
            "there"
        )
    return {_FILES[0]: seen.config.config(folder.resolve().name)}
