"""`innov-index import`: from an index of another tool to a config."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import lines_of_remarks, remarks_option


@click.command("import", short_help="Convert an index of COINr or the COIN Tool to a config.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for index.yaml, framework.csv and data.csv; existing files are not replaced.",
)
@remarks_option
def import_(files: tuple[Path, ...], folder: Path) -> None:
    """Convert FILES of COINr or the COIN Tool to a config with its data.

    FILES are COINr's tables iData and iMeta, one workbook with both as sheets, or one of the JRC's COIN Tool.

    \b
    innov-index import iData.csv iMeta.csv -o my-index
    innov-index import COIN_Tool.xlsm -o my-index
    """
    from innov_index.dataset.importing.index_folder import import_index
    from innov_index.report.terminal import print_remarks

    written = import_index(files, folder)
    for path in written.files:
        click.echo(f"wrote {path}")
    print_remarks(written.remarks, lines_of_remarks())
    click.echo(f"next: innov-index validate {written.files[0]}")
