"""`innov-index schema`: the JSON Schema that editors check and complete a config with."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.showing import announce_document, write_file


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file.")
def schema(output: Path | None) -> None:
    """Print the JSON Schema of the config language.

    Editors use it when the config begins with
    `# yaml-language-server: $schema=./innov-index.schema.json`.
    """
    from innov_index.config.json_schema import json_schema_text

    announce_document(output, ".json")
    text = json_schema_text()
    if output is None:
        click.echo(text, nl=False)
    else:
        write_file(output, text, f"{len(text) / 1e3:.0f} kB")
