"""`innov-index validate`: is a config right, and do its data fit it?"""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import config_argument


@click.command(short_help="Check a config, its schemes and its data.")
@config_argument
def validate(config: Path) -> None:
    """Check CONFIG and its data for everything that another command would refuse; write nothing.

    Scores every edition of the config as it stands and under each of its schemes, and tries every alternative
    under `uncertainty:`. Lists every problem, with file, line and column where it has a place; says
    what a reader of the ranking must know. Exit code 2: problems were found.
    """
    from innov_index.analysis.validity import validate as tried
    from innov_index.cli.showing import show
    from innov_index.index import load

    show(tried(load(config)), output=None, form=None)
