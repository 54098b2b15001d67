"""`innov-index robustness`: what holds for all weights of a set, exactly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from innov_index.cli.options import (
    config_argument,
    output_options,
    print_sheet,
    refuse_early,
    scheme_option,
    setting_option,
    varied_index,
    write_result,
    write_workbook,
)

if TYPE_CHECKING:
    from innov_index.analysis.robustness.run import Robustness
    from innov_index.index import Index

TABLES = ("ranks", "stability", "preferences", "published", "volumes", "pair")


@click.command()
@config_argument
@click.option("--within", metavar="SHARE", help="Each weight at most this share of itself away, e.g. 20%.")
@click.option("--simplex", is_flag=True, help="Any weights at all.")
@click.option("--order", "orders", multiple=True, metavar="'A>=B>=C'", help="An order of the weights.")
@click.option(
    "--bounds", multiple=True, metavar="A=LOW..HIGH", help="Bounds on one weight, e.g. RI=0.2..0.5."
)
@click.option(
    "--ratio", "ratios", multiple=True, metavar="A/B=LOW..HIGH", help="How many times B's weight A's may be."
)
@click.option(
    "--level",
    type=click.IntRange(min=1),
    metavar="N",
    help="Weights of the nodes of this level; 1 by default.",
)
@click.option("--nodes", metavar="CODE,…", help="Weights of these nodes in place of a level.")
@click.option("--edition", metavar="NAME", help="This edition; the last one by default.")
@click.option(
    "--top", type=click.IntRange(min=1), default=10, metavar="K", help="Which top is watched; 10 by default."
)
@click.option(
    "--pair", metavar="A,B", help="Two units, by code or name: what it takes for one to pass the other."
)
@click.option(
    "--volumes", is_flag=True, help="Share of the weights that gives each rank (up to four weights)."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    default=60.0,
    metavar="SECONDS",
    help="Then bounds are given in place of ranks; 60 by default.",
)
@click.option(
    "--table",
    type=click.Choice(TABLES),
    default="ranks",
    help="What -o and --format write; an .xlsx file gets all.",
)
@click.option("--check", is_flag=True, help="Check every certificate again in exact numbers.")
@click.option("--proof", type=click.Path(path_type=Path), help="Write the certificates to a .json file.")
@scheme_option
@setting_option
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

    Best and worst rank of every unit, how far all weights may move before the first place, the top or the
    order changes, and whether an announced rank can be had. Without a set of weights: within 20 % of the
    given ones. Every "cannot" carries a certificate (`--proof`, `--check`).

    \b
    innov-index robustness configs/2020.yaml
    innov-index robustness configs/2020.yaml --simplex --volumes
    innov-index robustness configs/2020.yaml --order 'RI>=IE>=EC' --pair Beijing,Tokyo
    innov-index robustness configs/2020.yaml --level 2 --within 30% -o ranges.csv
    """
    from innov_index.analysis.robustness.run import study
    from innov_index.analysis.robustness.statements import Statements

    refuse_early(output)
    refuse_early(proof)
    _refuse_together(simplex, within)
    stated = Statements(within, bounds, orders, ratios)
    index = varied_index(config, scheme, settings)
    result = study(
        index,
        stated if simplex or stated != Statements() else Statements("20%"),
        level=level,
        nodes=_listed(nodes),
        edition=edition,
        top=top,
        pair=_two(pair),
        volumes=volumes or table == "volumes",
        time_limit=time_limit,
    )
    checked = [f"All {result.check()} certificates hold in exact numbers."] if check else []
    _show(index, result, checked, table, output, form)
    if proof is not None:
        _write_proofs(result, proof)


def _show(
    index: Index, result: Robustness, checked: list[str], table: str, output: Path | None, form: str | None
) -> None:
    from innov_index.report.robustness import SHEETS, headlines, pair_sentences
    from innov_index.report.terminal import print_remarks

    sentences = [*headlines(result), *checked]
    if result.pair is not None:
        sentences += pair_sentences(result, result.pair)
    if output is not None:
        if output.suffix.lower() == ".xlsx":
            write_workbook(index, {name: make(result) for name, make in SHEETS.items()}, output, sentences)
        else:
            write_result(index, SHEETS[table](result), output, sentences)
        print_remarks(sentences, err=True)
    elif form in (None, "table"):
        _print_tables(result, table)
        print_remarks(sentences)
    else:
        print_sheet(SHEETS[table](result), str(form))
        print_remarks(sentences, err=True)


def _print_tables(result: Robustness, table: str) -> None:
    from innov_index.report.robustness import SHEETS, pair_table, ranges_table, volumes_table
    from innov_index.report.terminal import print_table

    if table in ("stability", "preferences", "published"):
        print_table(SHEETS[table](result))
        return
    print_table(ranges_table(result, None), title=result.scores.name)
    if result.volumes is not None:
        print_table(volumes_table(result, len(result.linear)), title="Share of the weights")
    if result.pair is not None and result.pair.improvements:
        print_table(pair_table(result.pair), title="Single improvements that bring the two level")


def _write_proofs(result: Robustness, path: Path) -> None:
    from innov_index.io.writing import write_all
    from innov_index.report.rank_proofs import proofs_json

    write_all({path: proofs_json(result.ranges)})
    click.echo(f"wrote {path} (2 x {len(result.linear)} claims)", err=True)


def _refuse_together(simplex: bool, within: str | None) -> None:
    if simplex and within:
        raise click.UsageError("--simplex and --within exclude each other")


def _listed(codes: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in codes.split(",")) if codes else ()


def _two(pair: str | None) -> tuple[str, str] | None:
    if pair is None:
        return None
    first, comma, second = pair.partition(",")
    if not comma or not first.strip() or not second.strip():
        raise click.UsageError(f"--pair {pair}: expected two units with a comma between them")
    return first.strip(), second.strip()
