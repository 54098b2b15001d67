"""`innov-index audit`: what to look at before trusting an index."""

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
from innov_index.cli.showing import announce_results, print_said, print_sheet, show
from innov_index.errors import InnovIndexError
from innov_index.wording import listed

if TYPE_CHECKING:
    from innov_index.model.result import Result

OF_KINDS = frozenset({"correlations", "influence", "denominators"})
"""Sections that hold correlations of a kind."""

OF_NO_STEP = frozenset({"availability", "influence", "removal"})
"""Sections about the values as they were read, or about scores."""

OF_GROUPS = {
    "extraction": frozenset({"factors"}),
    "rotation": frozenset({"factors"}),
    "factors": frozenset({"factors"}),
    "linkage": frozenset({"clusters", "mergers"}),
    "groups": frozenset({"clusters"}),
}
"""Sections that each choice of factors and groups has an effect on."""


@click.command(short_help="Check data, correlations, weights and elements.")
@config_argument
@question_options("audit")
@scheme_option
@setting_option
@output_options
def audit(
    config: Path,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
    **stated: Any,
) -> None:
    """Audit the index that CONFIG states: data, correlations, weights, elements.

    Without options, lists the findings of every section: outliers, gaps, collinear and conflicting
    indicators, dimensions whose indicators do not measure one thing, weights without influence, the
    elements whose removal shifts the ranks most, units out of line, and groups of units that are not sure.

    \b
    innov-index audit configs/2020.yaml
    innov-index audit configs/2020.yaml --section correlations --kind spearman -o correlations.csv
    innov-index audit configs/2020.yaml --unit Boston --group region
    innov-index audit configs/2020.yaml --section factors --extraction "maximum likelihood" --factors 2
    innov-index audit configs/2020.yaml -o audit.xlsx
    """
    _refuse_unused(stated["sections"], stated["unit"], stated["group"])
    announce_results(output, form=form)
    result = varied_index(config, scheme, settings).audit(**stated)
    if len(result.tables) > 1 and "findings" not in result.tables:
        _refuse_several(result, output, form)
        if output is None and form == "markdown":
            _print_markdown(result)
            return
    show(result, output=output, form=form)


def _refuse_unused(sections: tuple[str, ...], unit: str | None, group: str | None) -> None:
    """Raise where options were stated that none of the tables asked for takes into account."""
    about = [*sections, *(["a unit"] if unit else []), *(["a group"] if group and not unit else [])]
    if not about:
        return  # the findings of all sections
    if not OF_KINDS & set(sections):
        refuse_unused(f"on {listed(about)}", "kind")
    if unit is None and set(sections) <= OF_NO_STEP:
        refuse_unused(f"on {listed(about)}", "step")
    for choice, concerned in OF_GROUPS.items():
        if not concerned & set(sections):
            refuse_unused(f"on {listed(about)}", choice)


def _refuse_several(result: Result, output: Path | None, form: str | None) -> None:
    """Raise where several tables were asked for, but the format holds one."""
    advice = ""
    if output is not None and not output.name.lower().endswith(".xlsx"):
        advice = f"{output.name} holds one: write a workbook (.xlsx)"
    elif output is None and form in ("csv", "json"):
        advice = f"--format {form} prints one: use markdown, or -o FILE.xlsx"
    if advice:
        names = ", ".join(result.tables)
        raise InnovIndexError(f"{names} are {len(result.tables)} tables; {advice}, or ask for one of them")


def _print_markdown(result: Result) -> None:
    """One table after another, each with a heading; remarks go to stderr."""
    for title, sheet in result.tables.items():
        click.echo(f"## {title}\n")
        print_sheet(sheet, "markdown")
        click.echo()
    print_said(result)
