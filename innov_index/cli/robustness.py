"""`innov-index robustness`: what holds for all weights of a set, exactly."""

from __future__ import annotations

from pathlib import Path

import click

from innov_index.cli.arguments import (
    config_argument,
    count_of,
    engine_options,
    holds_every_table,
    is_for_screen,
    number_of,
    output_options,
    refuse_unused,
    scheme_option,
    separate,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_document, announce_results, show, write_file
from innov_index.limits import Level, Rows, Seconds
from innov_index.wording import counted

TABLES = ("ranks", "stability", "preferences", "published", "volumes", "pair")


@click.command(short_help="Say what holds for all weights of a set, exactly.")
@config_argument
@click.option("--within", metavar="SHARE", help="Each weight moves by at most this share, e.g. 20%.")
@click.option("--simplex", is_flag=True, help="Any weights at all.")
@click.option("--order", "orders", multiple=True, metavar="'A>=B>=C'", help="An order of the weights.")
@click.option(
    "--bounds",
    multiple=True,
    metavar="A=LOW..HIGH",
    help="Bounds on one weight, e.g. RI=0.2..0.5.",
)
@click.option(
    "--ratio",
    "ratios",
    multiple=True,
    metavar="A/B=LOW..HIGH",
    help="A's weight as a multiple of B's.",
)
@click.option(
    "--level",
    type=count_of(Level),
    metavar="N",
    help="Vary the weights of the nodes at this level; 1 by default.",
)
@click.option("--nodes", metavar="CODE,…", help="Vary the weights of these nodes instead of a level.")
@click.option("--edition", metavar="NAME", help="The edition to study; the last one by default.")
@click.option(
    "--top",
    type=count_of(Rows),
    default=10,
    metavar="K",
    help="Size of the top; 10 by default.",
)
@click.option(
    "--pair", metavar="A,B", help="Two units, by code or name: say what it takes for one to pass the other."
)
@click.option(
    "--volumes",
    is_flag=True,
    help="Measure the share of weights that gives each rank (up to four weights).",
)
@click.option(
    "--time-limit",
    type=number_of(Seconds),
    default=60.0,
    metavar="SECONDS",
    help="After this time, give bounds where ranks are not settled; 60 by default.",
)
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default="ranks",
    help="Table to print or write; an .xlsx file gets them all.",
)
@click.option("--check", is_flag=True, help="Check every certificate again in exact numbers.")
@click.option("--proof", type=click.Path(path_type=Path), help="Write the certificates to a .json file.")
@scheme_option
@setting_option
@engine_options
@output_options
def robustness(
    config: Path,
    within: str | None,
    simplex: bool,
    orders: tuple[str, ...],
    bounds: tuple[str, ...],
    ratios: tuple[str, ...],
    level: int | None,
    nodes: str | None,
    edition: str | None,
    top: int,
    pair: str | None,
    volumes: bool,
    time_limit: float,
    table: str,
    check: bool,
    proof: Path | None,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
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
    from innov_index.analysis.robustness.run import DEFAULT
    from innov_index.analysis.robustness.run import robustness as robustness_of
    from innov_index.analysis.robustness.weight_sets import Statements

    _refuse_unused(nodes, table, output, form)
    announce_results(output, form=form)
    announce_document(proof, ".json")
    _refuse_together(simplex, within)
    stated = Statements(within, bounds, orders, ratios)
    result = robustness_of(
        varied_index(config, scheme, settings),
        stated if simplex or stated != Statements() else DEFAULT,
        level=level,
        nodes=separate(nodes),
        edition=edition,
        top=top,
        pair=_two(pair),
        volumes=volumes or table == "volumes",
        time_limit=time_limit,
        check=check,
    )
    show(result, output=output, form=form, table=table)
    if proof is not None:
        from innov_index.analysis.robustness.certificates import proofs_json

        ranges = result.facts.ranges
        claims = proofs_json(ranges.proved_in, ranges.weights, ranges.claims)
        write_file(proof, claims, f"2 x {counted(len(ranges.best), 'claim')}")


def _refuse_unused(nodes: str | None, table: str, output: Path | None, form: str | None) -> None:
    if nodes is not None:
        refuse_unused("with --nodes", "level")
    on_screen = is_for_screen(output, form) and table in ("ranks", "pair")
    if not (on_screen or table == "volumes" or holds_every_table(output)):
        refuse_unused(f"here: the table of {table} is without shares; state --table volumes", "volumes")


def _refuse_together(simplex: bool, within: str | None) -> None:
    if simplex and within:
        raise click.UsageError("--simplex and --within exclude each other")


def _two(pair: str | None) -> tuple[str, str] | None:
    if pair is None:
        return None
    first, comma, second = pair.partition(",")
    if not comma or not first.strip() or not second.strip():
        raise click.UsageError(f"--pair {pair}: expected two units with a comma between them")
    return first.strip(), second.strip()
