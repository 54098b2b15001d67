"""`innov-index infer`: the weights behind a published ranking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from innov_index.cli.arguments import (
    config_argument,
    output_options,
    refuse_unused,
    scheme_option,
    separate,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_document, announce_results, show, write_file
from innov_index.wording import counted

if TYPE_CHECKING:
    from innov_index.model.result import Result


@click.command(short_help="Find the weights behind published figures, or prove none exist.")
@config_argument
@click.option("--node", "nodes", multiple=True, metavar="CODE", help="Only this node (repeatable).")
@click.option(
    "--children", metavar="CODE,…", help="Weights of these nodes; the nearest published ones by default."
)
@click.option(
    "--from",
    "figures",
    type=click.Choice(["scores", "ranks"]),
    help="Use the node's published scores or ranks alone; by default both together.",
)
@click.option(
    "--order",
    "orders",
    multiple=True,
    metavar="'A > B > C'",
    help="Use this order of units instead of published figures; = between equals (repeatable).",
)
@click.option("--published", metavar="NAME", help="Only these published figures.")
@click.option(
    "--edition",
    metavar="NAME",
    help="Only this edition; by default those with the same weights, together.",
)
@click.option("--computed", is_flag=True, help="Use computed scores of the children, not published ones.")
@click.option("--rest-last", is_flag=True, help="Place units without a published rank behind all others.")
@click.option(
    "--scaling",
    type=click.Choice(["none", "ratio", "affine"]),
    help="Also find b in published = b × mean (ratio), or a and b in a + b × mean (affine).",
)
@click.option(
    "--power",
    metavar="NAME",
    help="arithmetic, geometric, harmonic, a number, or any (searched for); the config's by default.",
)
@click.option(
    "--proof", type=click.Path(path_type=Path), help="Write the proofs that no weights exist to a .json file."
)
@scheme_option
@setting_option
@output_options
@click.pass_context
def infer(
    context: click.Context,
    config: Path,
    nodes: tuple[str, ...],
    children: str | None,
    figures: Literal["scores", "ranks"] | None,
    orders: tuple[str, ...],
    published: str | None,
    edition: str | None,
    computed: bool,
    rest_last: bool,
    scaling: Literal["none", "ratio", "affine"] | None,
    power: str | None,
    proof: Path | None,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Find the weights that agree with what CONFIG says was published, or prove that none do.

    Every printed figure stands for the interval of numbers that round to it. Prints for each child of a node
    the smallest and the largest weight that agree with all figures. Where none agree, prints the units whose
    figures contradict each other and the smallest correction that removes the contradiction. Exit code 1: no
    weights exist for some node.

    \b
    innov-index infer configs/published/gii-2022.yaml --node GII
    innov-index infer configs/published/gii-2022.yaml --node OUT.7 --children OUT.7.1,OUT.7.2,OUT.7.3
    innov-index infer configs/2020.yaml --published "GIHI 2021, top 20"
    innov-index infer configs/2020.yaml --order "Beijing > Tokyo > Seoul"
    """
    from innov_index.analysis.infer.queries import Query
    from innov_index.analysis.infer.run import infer as infer_weights

    if orders:
        refuse_unused("with --order", "published", "figures", "computed", "rest_last")
        if len(nodes) > 1:
            raise click.UsageError("--order is about one --node")
    elif figures == "scores":
        refuse_unused("with --from scores", "rest_last")
    announce_results(output, form=form)
    announce_document(proof, ".json")
    query = Query(
        nodes=nodes,
        children=separate(children),
        figures=figures,
        published=published,
        edition=edition,
        computed=computed,
        rest_last=rest_last,
        orders=orders,
        power=_power(power),
        scaling=scaling,
    )
    result = infer_weights(varied_index(config, scheme, settings), query)
    if proof is not None:
        _write_proofs(proof, result)
    show(result, output=output, form=form)
    if not result.holds:
        context.exit(1)


def _write_proofs(path: Path, result: Result) -> None:
    import json

    from innov_index.analysis.infer.proofs import proofs_of

    proofs = proofs_of(result.facts)
    write_file(path, json.dumps(proofs, indent=1, ensure_ascii=False) + "\n", counted(len(proofs), "proof"))


def _power(text: str | None) -> float | Literal["search"] | None:
    from innov_index.analysis.infer.power_means import NAMED

    if text is None or text in NAMED:
        return NAMED.get(text) if text else None
    if text == "any":
        return "search"
    try:
        return float(text)
    except ValueError:
        known = ", ".join([*NAMED, "any"])
        raise click.BadParameter(
            f"'{text}' is neither a number nor one of {known}", param_hint="--power"
        ) from None
