"""`innov-index init`: a starter config that scores at once."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(short_help="Write a commented starter config with a small data file.")
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write a commented starter config with a small data file into FOLDER.

    \b
    innov-index init my-index
    innov-index score my-index/index.yaml
    """
    from innov_index.config.starter import write_starter

    written = write_starter(folder)
    for path in written:
        click.echo(f"wrote {path}")
    click.echo(f"next: innov-index score {written[0]}")
