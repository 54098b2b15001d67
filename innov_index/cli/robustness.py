"""`innov-index robustness`: what holds for all weights of a set, exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from innov_index.cli.arguments import (
    config_argument,
    engine_options,
    holds_every_table,
    is_for_screen,
    output_options,
    question_options,
    refuse_unused,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_document, announce_results, show, write_file
from innov_index.wording import counted

TABLES = ("ranks", "stability", "preferences", "published", "volumes", "pair")


@click.command(short_help="Say what holds for all weights of a set, exactly.")
@config_argument
@question_options("robustness")
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default="ranks",
    help="Table to print or write; an .xlsx file gets them all.",
)
@click.option("--proof", type=click.Path(path_type=Path), help="Write the certificates to a .json file.")
@scheme_option
@setting_option
@engine_options
@output_options
def robustness(
    config: Path,
    table: str,
    proof: Path | None,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
    **stated: Any,
) -> None:
    """Say what holds for all weights of a set, exactly: nothing is sampled.

    Prints the best and worst rank of every unit, how far all weights may move before the first place, the top
    or the order changes, and whether a published rank can be reached. By default the set holds all weights
    within 20 % of the given ones. Every "cannot" carries a certificate (`--proof`, `--check`).

    \b
    innov-index robustness configs/2020.yaml
    innov-index robustness configs/2020.yaml --simplex --volumes
    innov-index robustness configs/2020.yaml --order 'RI>=IE>=EC' --pair Beijing,Tokyo
    innov-index robustness configs/2020.yaml --level 2 --within 30% -o ranges.csv
    """
    _refuse_unused(stated["nodes"], table, output, form)
    announce_results(output, form=form)
    announce_document(proof, ".json")
    stated["volumes"] = stated["volumes"] or table == "volumes"
    result = varied_index(config, scheme, settings).robustness(**stated)
    show(result, output=output, form=form, table=table)
    if proof is not None:
        from innov_index.analysis.robustness.certificates import proofs_json

        ranges = result.facts.ranges
        claims = proofs_json(ranges.proved_in, ranges.weights, ranges.claims)
        write_file(proof, claims, f"2 x {counted(len(ranges.best), 'claim')}")


def _refuse_unused(nodes: tuple[str, ...], table: str, output: Path | None, form: str | None) -> None:
    if nodes:
        refuse_unused("with --nodes", "level")
    on_screen = is_for_screen(output, form) and table in ("ranks", "pair")
    if not (on_screen or table == "volumes" or holds_every_table(output)):
        refuse_unused(f"here: the table of {table} is without shares; state --table volumes", "volumes")
