"""`innov-index methods`: the catalogue."""

from __future__ import annotations

import click

from innov_index.cli.arguments import FORMATS
from innov_index.cli.showing import show


@click.command(short_help="List methods, with options, formulas and sources.")
@click.argument("step", required=False)
@click.argument("name", required=False)
@click.option(
    "--where",
    metavar="PROPERTY,...",
    help="Only methods that have these properties: monotone, compensating, fully_compensating, scale, "
    "common_scale, shift, unique, independent, alike. `methods STEP NAME` says what each means.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help="How to print.")
def methods(step: str | None, name: str | None, where: str | None, form: str) -> None:
    """List the methods of every STEP, or one method with its options, formula and source.

    \b
    innov-index methods
    innov-index methods normalisation
    innov-index methods normalisation min_max
    innov-index methods aggregation --where monotone,independent
    """
    from innov_index.methods.descriptions import described

    show(described(step, name, where), output=None, form=form)
