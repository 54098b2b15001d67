"""`innov-index validate`: is a config right, and do its data fit it?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from innov_index.cli.arguments import config_argument, remarks_option
from innov_index.parameters import FIGURES

if TYPE_CHECKING:
    from innov_index.analysis.answers import Answers
    from innov_index.index import Index


@click.command(short_help="Check a config, its schemes and its data.")
@config_argument
@click.option("--outputs", is_flag=True, help="Make the page, the workbook and every figure, too.")
@remarks_option
def validate(config: Path, outputs: bool) -> None:
    """Check CONFIG and its data for everything that another command would refuse; write nothing.

    Scores every edition of the config as it stands and under each of its schemes, and tries every alternative
    under `uncertainty:`. With --outputs also makes the page, the workbook and every figure of each edition,
    where the extras for them are installed, which takes as long as they take. Lists every problem, with file,
    line and column where it has a place; says what was not tried, and what a reader of the ranking must know.
    Exit code 2: problems were found.

    \b
    innov-index validate configs/2020.yaml
    innov-index validate configs/2020.yaml --outputs
    """
    from innov_index.analysis.validity import validate as tried
    from innov_index.cli.showing import show
    from innov_index.index import load

    index = load(config)
    show(tried(index, partial(_outputs, index) if outputs else None), output=None, form=None)


def _outputs(index: Index, edition: str | None) -> dict[str, Callable[[], object]]:
    """What other commands would write of an edition, by name."""
    from innov_index.analysis.answers import Answers

    answers = Answers(index, edition)
    figures = {f"figure {kind}": partial(_figure, answers, kind) for kind in FIGURES}
    return {"page": partial(_page, answers), "workbook": partial(_workbook, index, edition), **figures}


def _page(answers: Answers) -> None:
    from innov_index.errors import load_extra

    load_extra("matplotlib", "drawing the figures of the page", "report")
    from innov_index.report.page import page

    page(answers)


def _workbook(index: Index, edition: str | None) -> None:
    from innov_index.report.workbook import workbook

    workbook(index, edition)


def _figure(answers: Answers, kind: str) -> None:
    from innov_index.errors import load_extra

    load_extra("matplotlib", "drawing figures", "report")
    from innov_index.report.figures.kinds import Request, draw
    from innov_index.report.figures.saving import to_svg

    to_svg(draw(kind, Request(answers)))
