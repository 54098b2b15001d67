"""The index as a workbook with live formulas: every step a sheet, its cells formulas of the sheet before."""

from __future__ import annotations

from itertools import pairwise

from innov_index.analysis.workings.run import Workings, workings_of
from innov_index.index import Index
from innov_index.report.workbook.added_columns import added_page
from innov_index.report.workbook.framework import (
    BODY,
    DIRECTION,
    STATED,
    FrameworkPage,
    framework_page,
)
from innov_index.report.workbook.indicator_pages import (
    IMPUTED,
    denominated_page,
    imputed_page,
    raw_page,
    screened_page,
    unit_page,
)
from innov_index.report.workbook.levels import level_pages
from innov_index.report.workbook.method import method_page
from innov_index.report.workbook.normalisation import normalised_page
from innov_index.report.workbook.ranks import (
    Filled,
    compared_page,
    doubt_page,
    rank_page,
    ranking_page,
    score_page,
    settled_page,
)
from innov_index.report.workbook.save import to_bytes
from innov_index.report.workbook.sheet_cells import Page, UnitPage
from innov_index.report.workbook.treatment import treated_page


def workbook(index: Index, edition: str | None = None) -> bytes:
    """One edition of an index as an .xlsx file that recalculates to the engine's numbers.

    Parameters
    ----------
    index : Index
    edition : str, optional
        The last one by default.
    """
    workings = workings_of(index, edition)
    framework = framework_page(workings)
    units = unit_page(workings)
    steps = _steps(workings, units)
    gaps = next((before for before, page in pairwise(steps) if page.title == IMPUTED), None)
    directions = {int(leaf): framework.direction(int(leaf)) for leaf in workings.framework.leaves}
    normalised = normalised_page(workings, steps[-1], directions)
    if gaps is not None:
        for page in (*steps[steps.index(gaps) + 2 :], normalised):
            page.mark_imputed(gaps, len(workings.indicators))
    levels = level_pages(workings, normalised, framework)
    final = score_page(workings, levels)
    doubts = doubt_page(workings)
    settled = settled_page(workings, final, doubts)
    compared = compared_page(workings, settled)
    ranks = rank_page(workings, compared, settled)
    added = added_page(workings, units, compared, ranks)
    computed: list[Page] = [*steps, normalised, *levels.pages, final]
    computed += [doubts, settled] if doubts else []
    computed += [compared, ranks]
    computed += [added] if added else []
    filled = None if gaps is None else Filled(gaps, steps[-1])
    ranking = ranking_page(workings, final, ranks, added, filled)
    explained: list[Page] = [ranking, framework.page, units, *computed]
    method = method_page(workings, explained)
    names = _names(workings, framework, steps[0], final, ranks)
    return to_bytes([ranking, method, *explained[1:]], names, workings.scores.name)


def _steps(workings: Workings, units: UnitPage) -> list[UnitPage]:
    """Raw to treated; a step that does nothing has no sheet."""
    pages = [raw_page(workings)]
    for step in (denominated_page, imputed_page):
        page = step(workings, pages[-1], units)
        pages += [page] if page else []
    screened = screened_page(workings, pages[-1], pages[0])
    pages += [screened] if screened else []
    return [*pages, treated_page(workings, pages[-1])]


def _names(
    workings: Workings, framework: FrameworkPage, raw: UnitPage, scores: UnitPage, ranks: UnitPage
) -> dict[str, str]:
    """Names for the areas that people and scripts look for."""
    last = BODY + len(workings.framework) - 1

    def whole(page: UnitPage, columns: int) -> str:
        first = page.at(page.body, page.LEFT, fixed="both")
        end = page.at(page.last, page.LEFT + columns - 1, fixed="both")
        return f"{first}:{end.removeprefix(page.prefix)}"

    def column(page: Page, place: int) -> str:
        first = page.at(BODY, place, fixed="both")
        return f"{first}:{page.at(last, place, fixed='both').removeprefix(page.prefix)}"

    inner = len(workings.framework.inner)
    return {
        "Raw_values": whole(raw, len(workings.framework.leaves)),
        "Directions": column(framework.page, DIRECTION),
        "Stated_weights": column(framework.page, STATED),
        "Index_scores": whole(scores, 1),
        "Index_ranks": whole(ranks, 1),
        "All_scores": whole(scores, inner),
        "All_ranks": whole(ranks, inner),
    }
