"""`innov-index methods`: the catalogue."""

from __future__ import annotations

import click

from innov_index.cli.options import FORMATS, print_sheet


@click.command()
@click.argument("step", required=False)
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help="How to print.")
def methods(step: str | None, name: str | None, form: str) -> None:
    """List the methods of every STEP, or one method with its options, formula and source.

    \b
    innov-index methods
    innov-index methods normalisation
    innov-index methods normalisation min_max
    """
    from innov_index.report.catalogue import chosen_methods, describe, method_sheet, overview_sheet
    from innov_index.report.terminal import print_table

    found = chosen_methods(step, name)
    if form != "table":
        print_sheet(method_sheet(found), form)
    elif name is not None:
        click.echo(describe(found[0]))
    else:
        print_table(overview_sheet(found))
