"""`innov-index validate`: is a config right, and do its data fit it?"""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import config_argument


@click.command(short_help="Check a config, its schemes and its data.")
@config_argument
def validate(config: Path) -> None:
    """Check CONFIG, its schemes and its data for everything that `score` would refuse; write nothing.

    Lists every problem with file, line and column. Exit code 2: problems were found.
    """
    from innov_index.index import load

    index = load(config)
    dataset = index.dataset
    _ = index.published
    index.score()
    framework = index.framework
    counts = [
        f"{len(dataset.units)} units",
        *([f"{len(dataset.editions)} editions"] if dataset.editions else []),
        f"{len(framework.leaves)} indicators",
        f"{len(framework.inner)} dimensions with the index",
        f"{len(index.schemes)} schemes",
    ]
    click.echo(f"{config} is valid: {', '.join(counts)}")
