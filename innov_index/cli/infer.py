"""`innov-index infer`: the weights behind a published ranking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

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
)

if TYPE_CHECKING:
    from innov_index.analysis.infer.questions import Answer
    from innov_index.index import Index


@click.command()
@config_argument
@click.option("--node", "nodes", multiple=True, metavar="CODE", help="Only this node (several times).")
@click.option(
    "--children", metavar="CODE,…", help="Weights of these nodes; the nearest published by default."
)
@click.option(
    "--from",
    "figures",
    type=click.Choice(["scores", "ranks"]),
    help="What of the node was published; its scores by default, if there are any.",
)
@click.option(
    "--order",
    "orders",
    multiple=True,
    metavar="'A > B > C'",
    help="An order of units in place of what was published; = between equals (several times).",
)
@click.option("--published", metavar="NAME", help="Only these published figures.")
@click.option("--edition", metavar="NAME", help="This edition; the last one with figures by default.")
@click.option("--computed", is_flag=True, help="Take the children's scores as computed, not as published.")
@click.option("--rest-last", is_flag=True, help="Units without a published rank stand behind the others.")
@click.option(
    "--scaling",
    type=click.Choice(["none", "ratio", "affine"]),
    help="Recover b of published = b × mean (ratio), or a and b of a + b × mean (affine).",
)
@click.option(
    "--power",
    metavar="NAME",
    help="arithmetic, geometric, harmonic, a number, or any (searched); the config's by default.",
)
@click.option(
    "--proof", type=click.Path(path_type=Path), help="Write proofs that no weights exist to a .json file."
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

    Every printed figure is the interval of the numbers that print as it. For each child of a node: the
    smallest and the largest weight that agree with all figures. Where none agree: units whose figures
    contradict each other, and the least change that mends it. Exit code 1: no weights exist for some node.

    \b
    innov-index infer configs/published/gii-2022.yaml --node GII
    innov-index infer configs/published/gii-2022.yaml --node OUT.7 --children OUT.7.1,OUT.7.2,OUT.7.3
    innov-index infer configs/2020.yaml --published "GIHI 2021, top 20"
    innov-index infer configs/2020.yaml --order "Beijing > Tokyo > Seoul"
    """
    from innov_index.analysis.infer.queries import Query, questions_of
    from innov_index.analysis.infer.questions import answers
    from innov_index.report.inference import sentences, weights_sheet
    from innov_index.report.terminal import print_remarks

    refuse_early(output)
    index = varied_index(config, scheme, settings)
    query = Query(
        nodes=nodes,
        children=tuple(code.strip() for code in children.split(",")) if children else (),
        figures=figures,
        published=published,
        edition=edition,
        computed=computed,
        rest_last=rest_last,
        orders=orders,
        power=_power(power),
        scaling=scaling,
    )
    found = answers(questions_of(index, query))
    if proof is not None:
        _write_proofs(proof, found)
    matching = _matching(index, found)
    remarks = [f"{answer.question.node}: {text}" for answer in found for text in sentences(answer)]
    if output is not None:
        write_result(index, weights_sheet(found), output, [*remarks, *matching])
    elif form not in (None, "table"):
        print_sheet(weights_sheet(found), str(form))
    else:
        _print(found)
        print_remarks(matching)
    if not all(answer.exists for answer in found):
        context.exit(1)


def _print(found: tuple[Answer, ...]) -> None:
    from innov_index.report.inference import answer_sheet, contradiction_sheet, sentences, title
    from innov_index.report.terminal import print_remarks, print_table

    for answer in found:
        print_table(answer_sheet(answer), title=title(answer))
        contradiction = contradiction_sheet(answer)
        if contradiction is not None:
            print_table(contradiction)
        print_remarks(sentences(answer))
        click.echo()


def _matching(index: Index, found: tuple[Answer, ...]) -> list[str]:
    """Whose figures were taken or left out, once for each announcement that was asked."""
    from innov_index.report.matching import matching_sentences

    sources = {answer.question.source for answer in found}
    return [
        f"{published.name}: {text}"
        for published in index.published
        if published.name in sources
        for text in matching_sentences(published)
    ]


def _write_proofs(path: Path, found: tuple[Answer, ...]) -> None:
    import json

    from innov_index.io.writing import write_atomically
    from innov_index.report.inference import proof

    proofs = [entry for entry in map(proof, found) if entry is not None]
    write_atomically(path, json.dumps(proofs, indent=1, ensure_ascii=False) + "\n")
    click.echo(f"wrote {path} ({len(proofs)} proofs)", err=True)


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
            f"'{text}' is none of {known}, and no number", param_hint="--power"
        ) from None
