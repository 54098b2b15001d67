"""`innov-index look`: what is in some files, and the config block that reads them."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import output_options
from innov_index.cli.showing import announce_results, show


@click.command(short_help="Show what files hold, with the config block that reads them.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@output_options
def look(files: tuple[Path, ...], output: Path | None, form: str | None) -> None:
    """Show what is seen in each FILE: header, columns, years, flags, what was left out and why.

    Nothing has to be known of the file. The block of a config that reads it is printed below;
    `innov-index init --from FILE` writes a whole one.

    \b
    innov-index look data/hubs-2020/indicators.csv.gz
    """
    from innov_index.analysis.look.run import look as look_at

    announce_results(output, form=form)
    show(look_at(files, Path.cwd()), output=output, form=form)
