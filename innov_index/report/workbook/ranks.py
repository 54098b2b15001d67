"""Scores as printed, ranks, and the ranking sorted by formulas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.analysis.workings.run import Workings
from innov_index.config.nodes import Rounding
from innov_index.config.settings import Setting
from innov_index.frozen import frozen
from innov_index.methods import ranking
from innov_index.report.workbook.column import Formulas
from innov_index.report.workbook.levels import Levels, rounded
from innov_index.report.workbook.sheet_cells import (
    FIRST,
    Cell,
    Page,
    Rule,
    UnitPage,
    figure,
    head_height,
    if_number,
    rounded_to_digits,
    text,
)

FORMULAS: Formulas[Callable[[UnitPage, int, int], str]] = Formulas()
"""The rank of one unit, by row and column of the sheet of what is compared."""


def score_page(workings: Workings, levels: Levels) -> UnitPage:
    """Scores of the index and of every dimension."""
    nodes = [int(node) for node in workings.framework.inner]
    page = UnitPage(
        "Scores", "The index and its dimensions.", workings.units, [workings.title(node) for node in nodes]
    )
    for column, node in enumerate(nodes):
        below, place = levels.places[node]
        setting = None
        if workings.recipe.rounding(node) is Rounding.SCORES:
            setting = workings.recipe.setting("rounding", node)
        for row, value in enumerate(workings.final[:, node]):
            page.put(row, column, _rounded_cell(below.of(row, place), setting, float(value)))
    page.mark_columns("scale")
    return page


def doubt_page(workings: Workings) -> UnitPage | None:
    """How far rounding can have moved each score, where that decides ties; None where it decides none."""
    nodes = workings.framework.inner.tolist()
    doubtful = [column for column in range(len(nodes)) if workings.has_doubtful_ties(column)]
    if not doubtful:
        return None
    page = UnitPage(
        "Rounding error",
        "How far rounding can have moved scores so near zero that it decides what is equal.",
        workings.units,
        [workings.title(node) for node in nodes],
    )
    for column in doubtful:
        for row, doubt in enumerate(workings.doubts_of_scores(column)):
            page.put(row, column, figure(float(doubt), style="marked"))
    return page


def settled_page(workings: Workings, scores: UnitPage, doubts: UnitPage | None) -> UnitPage:
    """Scores, with those made equal that rounding error does not tell apart.

    The sheet of the scores itself where there is no doubt.
    """
    if doubts is None:
        return scores
    page = UnitPage(
        "Settled",
        "The scores, with those made equal that rounding error does not tell apart.",
        workings.units,
        scores.columns,
    )
    for column, node in enumerate(map(int, workings.framework.inner)):
        doubtful = workings.has_doubtful_ties(column)
        for row, value in enumerate(workings.final[:, node]):
            cell = scores.of(row, column)
            formula = _settled(scores, doubts, row, column) if doubtful else cell
            page.put(row, column, figure(float(value), if_number(cell, formula), array=doubtful))
    return page


def _settled(scores: UnitPage, doubts: UnitPage, row: int, column: int) -> str:
    """Zero where a score may be zero; then the highest of the scores from which it is not told apart."""
    cell, own = scores.of(row, column), doubts.of(row, column)
    area, others = scores.over(column), doubts.over(column)
    here = f"IF(ABS({cell})<={own},0,{cell})"
    # texts in the area are compared, never added: they would be errors
    nonzero = f"({area}>{others})+({area}<-{others})"
    equal = "IF(({there}>={here})*({there}<={here}+{others}+{own}),{there})"
    there, at_zero = (equal.format(there=there, here=here, others=others, own=own) for there in (area, "0"))
    return f"MAX({here},IF(ISNUMBER({area}),IF({nonzero},{there},{at_zero})))"


def compared_page(workings: Workings, scores: UnitPage) -> UnitPage:
    """What is compared: settled scores rounded to significant digits, of the units that are ranked."""
    digits = int(workings.recipe.ranking.options["digits"])
    falling = workings.framework.direction < 0
    signed = "; with the opposite sign, as less is better" if falling else ""
    page = UnitPage(
        "Compared",
        f"What ranks are taken from: scores to {digits} significant digits, so that noise decides nothing"
        f"{signed}.",
        workings.units,
        scores.columns,
    )
    for column, node in enumerate(map(int, workings.framework.inner)):
        only_ranks = workings.recipe.rounding(node) is Rounding.RANKS
        rounding = workings.recipe.setting("rounding", node) if only_ranks else None
        for row, value in enumerate(workings.compared[:, node]):
            if not workings.ranked[row]:
                # a formula, as COUNTIF finds no empty cell
                page.put(row, column, figure(np.nan, '=""', style="marked"))
                continue
            cell = f"{'-' if falling else ''}{scores.of(row, column)}"
            page.put(row, column, _rounded_cell(cell, rounding, float(value), digits))
    return page


def _rounded_cell(cell: str, rounding: Setting | None, value: float, digits: int = 0) -> Cell:
    """A score rounded as the config says, then to significant digits; a value where that has no formula."""
    shown = cell if rounding is None else rounded(rounding, cell)
    if shown is None:
        return figure(value, style="marked")
    return figure(value, if_number(cell, rounded_to_digits(shown, digits)))


def rank_page(workings: Workings, compared: UnitPage, scores: UnitPage) -> UnitPage:
    """Ranks of every node; the last column is the order in which the ranking lists the units."""
    ties, up = workings.recipe.ranking.method, workings.framework.direction > 0
    nodes = [int(node) for node in workings.framework.inner]
    page = UnitPage(
        "Ranks",
        f"Ranks, 1 is the {'highest' if up else 'lowest'} score; equal scores: {ties.name}.",
        workings.units,
        [*compared.columns, ("order", "place in the list")],
    )
    rank = FORMULAS.get(ties)
    for column, node in enumerate(nodes):
        for row, value in enumerate(workings.ranks[:, node]):
            formula = "" if rank is None else if_number(compared.of(row, column), rank(compared, row, column))
            page.put(row, column, figure(float(value), formula, "rank" if formula else "marked"))
    for row, place in enumerate(workings.places):
        cell, area = page.of(row, 0), page.over(0)
        score, all_scores, better = scores.of(row, 0), scores.over(0), ">" if up else "<"
        before = f'COUNTIF({area},"<"&{cell})+SUMPRODUCT(({area}={cell})*({all_scores}{better}{score}))'
        above, scores_above = (_down_to(row, sheet) for sheet in (page, scores))
        same = f"SUMPRODUCT(({above}={cell})*({scores_above}={score}))"
        page.put(row, len(nodes), figure(float(place), if_number(cell, f"{before}+{same}"), "rank"))
    end = (page.last, page.LEFT + len(nodes) - 1)
    page.rules.append(Rule("ranks", (page.body, page.LEFT), end))
    return page


def _down_to(row: int, page: UnitPage, column: int = 0) -> str:
    """Reference to a column from the first unit to this one."""
    first = page.at(page.body, page.LEFT + column, fixed="row")
    return f"{first}:{page.of(row, column).removeprefix(page.prefix)}"


@FORMULAS.of(ranking.ties_min)
def _ties_min(compared: UnitPage, row: int, column: int) -> str:
    return f"RANK({compared.of(row, column)},{compared.over(column)},0)"


@FORMULAS.of(ranking.ties_average)
def _ties_average(compared: UnitPage, row: int, column: int) -> str:
    return f"_xlfn.RANK.AVG({compared.of(row, column)},{compared.over(column)},0)"


@FORMULAS.of(ranking.ties_max)
def _ties_max(compared: UnitPage, row: int, column: int) -> str:
    area = compared.over(column)
    return f"COUNT({area})+1-RANK({compared.of(row, column)},{area},1)"


@FORMULAS.of(ranking.ties_ordinal)
def _ties_ordinal(compared: UnitPage, row: int, column: int) -> str:
    cell, earlier = compared.of(row, column), _down_to(row, compared, column)
    return f"RANK({cell},{compared.over(column)},0)+COUNTIF({earlier},{cell})-1"


@FORMULAS.of(ranking.ties_dense)
def _ties_dense(compared: UnitPage, row: int, column: int) -> str:
    area = compared.over(column)
    higher = f"ISNUMBER({area})*({area}>{compared.of(row, column)})/COUNTIF({area},{area})"
    return f"1+ROUND(SUMPRODUCT({higher}),0)"


@frozen
class Filled:
    """The sheets of the indicators before imputation, with gaps, and of the values that are scored."""

    before: UnitPage
    after: UnitPage

    def counted(self, here: str) -> str:
        """How many indicators are imputed of the unit in a row, which a cell names."""
        columns = len(self.after.columns) - 1
        before, after = (
            f"ISNUMBER(INDEX({page.area((page.body, page.LEFT), (page.last, page.LEFT + columns))},{here},0))"
            for page in (self.before, self.after)
        )
        return f"SUMPRODUCT({after}*(1-{before}))"


def ranking_page(
    workings: Workings, scores: UnitPage, ranks: UnitPage, added: UnitPage | None, filled: Filled | None
) -> Page:
    """The units from the best to the worst: sorted by formulas, so that a change sorts them anew.

    Where gaps are filled, the last column counts the imputed indicators of each unit.
    """
    framework = workings.framework
    dimensions = [i for i, node in enumerate(framework.inner) if framework.nodes[int(node)].level == 1]
    shown = [(scores, place) for place in (0, *dimensions)]
    shown[1:1] = [(added, place) for place in range(len(added.columns))] if added else []
    page = Page(
        "Ranking",
        workings.scores.titled(workings.edition),
        "Sorted by formulas: change a weight, a direction or a raw value and the list follows.",
    )
    titles = [sheet.columns[place] for sheet, place in shown]
    head = ["row", "rank", "unit", "name", "score", *(words for _, words in titles[1:])]
    codes = ["", "", "", "", *(code for code, _ in titles)]
    if filled is not None:
        head, codes = [*head, "imputed indicators"], [*codes, ""]
    for column, (code, words) in enumerate(zip(codes, head, strict=True)):
        page.cells[FIRST, column] = text(code, "head")
        page.cells[FIRST + 1, column] = text(words, "head")
        page.widths[column] = 14
    page.widths |= {0: 5, 1: 7, 2: scores.widths[0], 3: scores.widths[1]}
    page.heights[FIRST + 1] = head_height(head, page.widths[4])
    page.freeze = (FIRST + 2, 4)
    places = workings.places
    for line, row in enumerate(np.argsort(np.where(np.isnan(places), np.inf, places), kind="stable")):
        unit = int(row) if not np.isnan(places[row]) else None
        _line(workings, page, ranks, shown, line, unit)
        if filled is not None:
            here = page.at(FIRST + 2 + line, 0, fixed="both")
            imputed = float("nan") if unit is None else float(workings.imputed[unit])
            counted = figure(imputed, if_number(here, filled.counted(here)), "count")
            page.cells[FIRST + 2 + line, len(head) - 1] = counted
    last = FIRST + 1 + len(places)
    page.rules.append(Rule("bar", (FIRST + 2, 4), (last, 4)))
    for column, (sheet, _) in enumerate(shown[1:], start=5):
        if sheet is scores:
            page.rules.append(Rule("scale", (FIRST + 2, column), (last, column)))
    return page


def _line(
    workings: Workings,
    page: Page,
    ranks: UnitPage,
    shown: list[tuple[UnitPage, int]],
    line: int,
    unit: int | None,
) -> None:
    """One place of the ranking: `shown` are columns of other sheets, the first of them the score."""
    row = FIRST + 2 + line
    order = ranks.over(len(ranks.columns) - 1)
    page.cells[row, 0] = Cell(
        "" if unit is None else unit + 1, f'=IFERROR(MATCH({line + 1},{order},0),"")', "faint"
    )
    here = page.at(row, 0, fixed="both")
    scores, _ = shown[0]
    units = [scores.area((scores.body, column), (scores.last, column)) for column in (0, 1)]
    code, name = workings.units[unit] if unit is not None else ("", "")
    rank = float("nan") if unit is None else float(workings.ranks[unit, 0])
    page.cells[row, 1] = figure(rank, if_number(here, f"INDEX({ranks.over(0)},{here})"), "rank")
    page.cells[row, 2] = Cell(code, if_number(here, f"INDEX({units[0]},{here})"), "text")
    page.cells[row, 3] = Cell(name, if_number(here, f"INDEX({units[1]},{here})"), "text")
    for column, (sheet, place) in enumerate(shown, start=4):
        known = Cell("") if unit is None else sheet.cells[sheet.body + unit, sheet.LEFT + place]
        there = f"INDEX({sheet.over(place)},{here})"
        # an empty cell of the other sheet would be a 0 here
        formula = if_number(here, there if sheet is scores else f'IF({there}="","",{there})')
        style = known.style
        if style == "marked":
            style = "word" if isinstance(known.value, str) else "rank"
        page.cells[row, column] = Cell(known.value, formula, style)
