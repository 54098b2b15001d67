"""`innov-index infer`: the weights behind a published ranking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from innov_index.cli.arguments import (
    config_argument,
    output_options,
    question_options,
    refuse_unused,
    scheme_option,
    setting_option,
    varied_index,
)
from innov_index.cli.showing import announce_document, announce_results, show, write_file
from innov_index.wording import counted

if TYPE_CHECKING:
    from innov_index.model.result import Result


@click.command(short_help="Find the weights behind published figures, or prove none exist.")
@config_argument
@question_options("infer")
@click.option(
    "--proof", type=click.Path(path_type=Path), help="Write the proofs that no weights exist to a .json file."
)
@scheme_option
@setting_option
@output_options
def infer(
    config: Path,
    proof: Path | None,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
    **stated: Any,
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
    if stated["orders"]:
        refuse_unused("with --order", "published", "figures", "computed", "rest_last")
    elif stated["figures"] == "scores":
        refuse_unused("with --from scores", "rest_last")
    announce_results(output, form=form)
    announce_document(proof, ".json")
    result = varied_index(config, scheme, settings).infer(**stated)
    if proof is not None:
        _write_proofs(proof, result)
    show(result, output=output, form=form)
    if not result.holds:
        click.get_current_context().exit(1)


def _write_proofs(path: Path, result: Result) -> None:
    import json

    from innov_index.analysis.infer.proofs import proofs_of

    proofs = proofs_of(result.facts)
    write_file(path, json.dumps(proofs, indent=1, ensure_ascii=False) + "\n", counted(len(proofs), "proof"))
