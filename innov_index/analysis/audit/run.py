"""What to look at before trusting an index: `audit`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from innov_index.analysis.audit.audited import Audit, Step
from innov_index.analysis.audit.findings import FINDINGS, findings_sheet, section_findings_sheet
from innov_index.analysis.audit.multivariate.solution import Choices
from innov_index.analysis.audit.tables import SECTIONS, group_sheet, strengths_sheet, unit_summary_sheet
from innov_index.analysis.compare.agreement import Kind
from innov_index.errors import look_up
from innov_index.index import Index
from innov_index.model.result import Lazy, Lines, Part, Remarks, Result, Shown
from innov_index.model.sheet import Sheet


def audit(
    index: Index,
    sections: Sequence[str] = (),
    *,
    edition: str | None = None,
    kind: Kind = "pearson",
    step: Step | None = None,
    unit: str | None = None,
    group: str | None = None,
    choices: Choices | None = None,
) -> Result:
    """Look into an index: data, correlations, weights, and what each element does.

    Parameters
    ----------
    index : Index
    sections : names, optional
        Only the tables of these sections.
    edition : str, optional
        The last one by default.
    kind : {"pearson", "spearman", "kendall"}
        Kind of correlation.
    step : str, optional
        Describe the values after this step; by default raw for statistics, normalised for relations.
    unit : str, optional
        Also one unit, by code or name: scores and ranks, strengths and weaknesses.
    group : str, optional
        Also ranks inside the groups of a column.
    choices : Choices, optional
        How factors and groups are found.

    Returns
    -------
    Result
        The tables asked for; where none is, `findings` and the table of every section. The facts are an
        `Audit`.

    Raises
    ------
    InnovIndexError
        The index has no such edition, unit or group column.
    """
    scores = index.score_edition(edition)
    found = Audit(index, scores, scores.edition_position(edition), kind, step, choices=choices or Choices())
    tables = _asked(found, sections, unit, group)
    screen = partial(_screen, found, tables)
    if not tables:
        tables = {"findings": partial(findings_sheet, found), **_asked(found, tuple(SECTIONS), None, None)}
        screen = partial(_findings_screen, found)
    return Result(
        title=scores.name,
        edition=scores.edition_name(found.edition),
        tables=Lazy(tables),
        remarks=found.remarks,
        screens=Lazy({next(iter(tables)): screen}),
        made_from=index.provenance,
        facts=found,
    )


def _asked(
    found: Audit, sections: Sequence[str], unit: str | None, group: str | None
) -> dict[str, Callable[[], Sheet]]:
    """Makers of the tables that were asked for, by title."""
    tables: dict[str, Callable[[], Sheet]] = {
        name: partial(look_up(SECTIONS, name, "section")[1], found) for name in sections
    }
    if unit is not None:
        position = found.unit_position(unit)
        tables["unit"] = partial(unit_summary_sheet, found, position, group)
        tables["strengths and weaknesses"] = partial(strengths_sheet, found, position)
    elif group is not None:
        tables[f"ranks in {group}"] = partial(group_sheet, found, group)
    return tables


def _screen(found: Audit, tables: dict[str, Callable[[], Sheet]]) -> tuple[Part, ...]:
    return *(Shown(make(), title) for title, make in tables.items()), Remarks(found.remarks)


def _findings_screen(found: Audit) -> tuple[Part, ...]:
    """The findings section by section."""
    parts: list[Part] = []
    for section in FINDINGS:
        title = f"{SECTIONS[section][0]} (--section {section})"
        sheet = section_findings_sheet(found, section)
        parts.append(Shown(sheet, title) if sheet.rows else Lines((f"{title}: no findings", "")))
    return (*parts, Remarks(found.remarks))
