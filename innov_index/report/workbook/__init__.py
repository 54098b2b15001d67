"""The index as a workbook with live formulas: every step a sheet, its cells formulas of the sheet before."""

from __future__ import annotations

from innov_index.index import Index
from innov_index.report.workbook.added_columns import added_page
from innov_index.report.workbook.framework import BODY, DIRECTION, STATED, Tree, tree_page
from innov_index.report.workbook.indicator_pages import (
    denominated_page,
    imputed_page,
    raw_page,
    screened_page,
    unit_page,
)
from innov_index.report.workbook.levels import level_pages
from innov_index.report.workbook.method import method_page
from innov_index.report.workbook.normalisation import normalised_page
from innov_index.report.workbook.ranks import compared_page, rank_page, ranking_page, score_page
from innov_index.report.workbook.save import to_bytes
from innov_index.report.workbook.sheet_cells import Page, UnitPage
from innov_index.report.workbook.source import Source
from innov_index.report.workbook.treatment import treated_page


def workbook(index: Index, edition: str | None = None) -> bytes:
    """One edition of an index as an .xlsx file that recalculates to the engine's numbers.

    Parameters
    ----------
    index : Index
    edition : str, optional
        The last one by default.
    """
    scores = index.score()
    source = Source(index, scores, scores.edition_position(edition))
    tree = tree_page(source)
    units = unit_page(source)
    steps = _steps(source, units)
    directions = {int(leaf): tree.direction(int(leaf)) for leaf in source.framework.leaves}
    normalised = normalised_page(source, steps[-1], directions)
    levels = level_pages(source, normalised, tree)
    final = score_page(source, levels)
    compared = compared_page(source, final)
    ranks = rank_page(source, compared, final)
    added = added_page(source, units, compared, ranks)
    computed: list[Page] = [*steps, normalised, *levels.pages, final, compared, ranks]
    computed += [added] if added else []
    ranking = ranking_page(source, final, ranks, added)
    explained: list[Page] = [ranking, tree.page, units, *computed]
    method = method_page(source, explained)
    return to_bytes(
        [ranking, method, *explained[1:]], _names(source, tree, steps[0], final, ranks), scores.name
    )


def _steps(source: Source, units: UnitPage) -> list[UnitPage]:
    """Raw to treated; a step that does nothing has no sheet."""
    pages = [raw_page(source)]
    for step in (denominated_page, imputed_page):
        page = step(source, pages[-1], units)
        pages += [page] if page else []
    screened = screened_page(source, pages[-1], pages[0])
    pages += [screened] if screened else []
    return [*pages, treated_page(source, pages[-1])]


def _names(source: Source, tree: Tree, raw: UnitPage, scores: UnitPage, ranks: UnitPage) -> dict[str, str]:
    """Names for the areas that people and scripts look for."""
    last = BODY + len(source.framework) - 1

    def whole(page: UnitPage, columns: int) -> str:
        first = page.at(page.body, page.LEFT, fixed="both")
        end = page.at(page.last, page.LEFT + columns - 1, fixed="both")
        return f"{first}:{end.removeprefix(page.prefix)}"

    def column(page: Page, place: int) -> str:
        first = page.at(BODY, place, fixed="both")
        return f"{first}:{page.at(last, place, fixed='both').removeprefix(page.prefix)}"

    inner = len(source.framework.inner)
    return {
        "Raw_values": whole(raw, len(source.framework.leaves)),
        "Directions": column(tree.page, DIRECTION),
        "Stated_weights": column(tree.page, STATED),
        "Index_scores": whole(scores, 1),
        "Index_ranks": whole(ranks, 1),
        "All_scores": whole(scores, inner),
        "All_ranks": whole(ranks, inner),
    }
