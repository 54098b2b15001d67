"""`innov-index audit`: what to look at before trusting an index."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

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
from innov_index.errors import InnovIndexError

if TYPE_CHECKING:
    from innov_index.analysis.audit.run import Audit, Step
    from innov_index.analysis.compare.agreement import Kind
    from innov_index.model.sheet import Sheet

SECTIONS = (
    "statistics",
    "availability",
    "correlations",
    "reliability",
    "components",
    "loadings",
    "influence",
    "removal",
    "denominators",
)
STEPS = ("raw", "denominated", "imputed", "screened", "treated", "normalised")


@click.command()
@config_argument
@click.option(
    "--section",
    "sections",
    multiple=True,
    type=click.Choice(SECTIONS),
    help="The whole table of a section, not only what is flagged (several times).",
)
@click.option("--unit", metavar="CODE", help="One unit: scores and ranks, strengths and weaknesses.")
@click.option("--group", metavar="COLUMN", help="Ranks inside the groups of a column.")
@click.option(
    "--kind",
    type=click.Choice(("pearson", "spearman", "kendall")),
    default="pearson",
    help="Kind of correlation.",
)
@click.option(
    "--step",
    type=click.Choice(STEPS),
    help="Look at the values after this step; by default raw for statistics, normalised for relations.",
)
@click.option("--edition", metavar="NAME", help="Only this edition; the last one by default.")
@scheme_option
@setting_option
@output_options
def audit(
    config: Path,
    sections: tuple[str, ...],
    unit: str | None,
    group: str | None,
    kind: str,
    step: str | None,
    edition: str | None,
    scheme: str | None,
    settings: tuple[str, ...],
    output: Path | None,
    form: str | None,
) -> None:
    """Look into the index that CONFIG states: data, correlations, weights, elements.

    Without options the findings of every section are listed: outliers, gaps, collinear and conflicting
    indicators, dimensions that do not hold together, weights without influence, elements whose removal
    moves the ranks most.

    \b
    innov-index audit configs/2020.yaml
    innov-index audit configs/2020.yaml --section correlations --kind spearman -o correlations.csv
    innov-index audit configs/2020.yaml --unit Boston --group region
    innov-index audit configs/2020.yaml -o audit.xlsx
    """
    from innov_index.analysis.audit.run import audit as make_audit
    from innov_index.report.terminal import print_remarks

    refuse_early(output)
    index = varied_index(config, scheme, settings)
    found = make_audit(index, edition, cast("Kind", kind), cast("Step | None", step))
    remarks = found.scores.remarks
    sheets = _sheets(found, sections, unit, group)
    workbook = output is not None and output.name.lower().endswith(".xlsx")
    if not sheets and (output is None or not workbook):
        sheets = {} if output is None and form in (None, "table") else {"findings": _findings(found)}
    elif not sheets:
        sheets = {"findings": _findings(found), **_sheets(found, SECTIONS, None, None)}
    if output is not None:
        if workbook:
            write_workbook(index, sheets, output, remarks)
        else:
            write_result(
                index, _only(sheets, f"{output.name} holds one: write to a workbook (.xlsx)"), output, remarks
            )
    elif form in (None, "table"):
        _print(found, sheets)
    elif form == "markdown":
        _print_markdown(sheets)
    else:
        print_sheet(_only(sheets, f"--format {form} prints one: use markdown, or -o FILE.xlsx"), str(form))
    print_remarks(remarks, err=output is not None or form not in (None, "table"))


def _findings(found: Audit) -> Sheet:
    from innov_index.report.audit_findings import findings_sheet

    return findings_sheet(found)


def _sheets(found: Audit, sections: tuple[str, ...], unit: str | None, group: str | None) -> dict[str, Sheet]:
    """The tables that were asked for, by title."""
    from innov_index.report import audit as report

    sheets = {name: report.SECTIONS[name][1](found) for name in dict.fromkeys(sections)}
    if unit is not None:
        position = found.unit_position(unit)
        sheets["unit"] = report.unit_summary_sheet(found, position, group)
        sheets["strengths and weaknesses"] = report.strengths_sheet(found, position)
    elif group is not None:
        sheets[f"ranks in {group}"] = report.group_sheet(found, group)
    return sheets


def _only(sheets: Mapping[str, Sheet], advice: str) -> Sheet:
    if len(sheets) > 1:
        raise InnovIndexError(
            f"{', '.join(sheets)} are {len(sheets)} tables; {advice}, or ask for one of them"
        )
    return next(iter(sheets.values()))


def _print_markdown(sheets: Mapping[str, Sheet]) -> None:
    """One table after another, with titles where there are several."""
    for title, sheet in sheets.items():
        if len(sheets) > 1:
            click.echo(f"## {title}\n")
        print_sheet(sheet, "markdown")
        click.echo()


def _print(found: Audit, sheets: Mapping[str, Sheet]) -> None:
    """The tables that were asked for; else what is flagged, section by section."""
    from innov_index.report.audit import SECTIONS as REPORTED
    from innov_index.report.audit_findings import FINDINGS, section_findings_sheet
    from innov_index.report.terminal import print_table

    for title, sheet in sheets.items():
        print_table(sheet, title=title)
    if sheets:
        return
    for section in FINDINGS:
        title = f"{REPORTED[section][0]} (--section {section})"
        sheet = section_findings_sheet(found, section)
        if sheet.rows:
            print_table(sheet, title=title)
        else:
            click.echo(f"{title}: nothing to remark\n")
