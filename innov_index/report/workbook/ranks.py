"""Scores as printed, ranks, and the ranking sorted by formulas."""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels.ranks import round_significant
from innov_index.model.arrays import Floats
from innov_index.report.workbook.excel_formulas import if_number, rounded_to_digits
from innov_index.report.workbook.levels import Levels, rounded
from innov_index.report.workbook.sheet_cells import (
    FIRST,
    Cell,
    Page,
    Rule,
    UnitPage,
    figure,
    head_height,
    text,
)
from innov_index.report.workbook.source import Source


def score_page(source: Source, levels: Levels) -> UnitPage:
    """Scores of the index and of every dimension."""
    nodes = [int(node) for node in source.framework.inner]
    page = UnitPage(
        "Scores", "The index and its dimensions.", source.units, [source.titles(node) for node in nodes]
    )
    for column, node in enumerate(nodes):
        below, place = levels.places[node]
        call = source.plan.rounding.get(node)
        for row, value in enumerate(source.final[:, node]):
            cell = below.of(row, place)
            shown = cell
            if call is not None and call.step_options["used_for"] == "scores":
                shown = rounded(call, cell)
            page.put(row, column, figure(float(value), if_number(cell, shown)))
    page.mark_columns("scale")
    return page


def compared_page(source: Source, scores: UnitPage) -> UnitPage:
    """What is compared: scores rounded to significant digits, of the units that are ranked."""
    digits = int(source.plan.ranking.call.options["digits"])
    page = UnitPage(
        "Compared",
        f"What ranks are taken from: scores to {digits} significant digits, so that noise decides nothing.",
        source.units,
        scores.columns,
    )
    for column, node in enumerate(source.framework.inner):
        call = source.plan.ranking.rounded.get(int(node))
        values = source.final[:, node] if call is None else np.asarray(call(source.final[:, node]))
        values = round_significant(values, digits)
        for row, value in enumerate(values):
            if source.plan.ranking.among is not None and not source.plan.ranking.among[source.rows[row]]:
                # a formula, as COUNTIF finds no empty cell
                page.put(row, column, figure(np.nan, '=""', style="marked"))
                continue
            cell = scores.of(row, column)
            printed = cell if call is None else rounded(call, cell)
            page.put(row, column, figure(float(value), if_number(cell, rounded_to_digits(printed, digits))))
    return page


def rank_page(source: Source, compared: UnitPage, scores: UnitPage) -> UnitPage:
    """Ranks of every node; the last column is the order in which the ranking lists the units."""
    ties = source.plan.ranking.call.method.name
    nodes = [int(node) for node in source.framework.inner]
    page = UnitPage(
        "Ranks",
        f"Ranks, 1 is the highest score; equal scores: {ties}.",
        source.units,
        [*compared.columns, ("order", "place in the list")],
    )
    for column, node in enumerate(nodes):
        for row, value in enumerate(source.ranks[:, node]):
            cell, area = compared.of(row, column), compared.over(column)
            formula = if_number(cell, _rank(ties, cell, area, compared, row, column))
            page.put(row, column, figure(float(value), formula, "rank"))
    for row, place in enumerate(_order(source)):
        cell, area = page.of(row, 0), page.over(0)
        score, all_scores = scores.of(row, 0), scores.over(0)
        before = f'COUNTIF({area},"<"&{cell})+SUMPRODUCT(({area}={cell})*({all_scores}>{score}))'
        above, scores_above = (_down_to(row, sheet) for sheet in (page, scores))
        same = f"SUMPRODUCT(({above}={cell})*({scores_above}={score}))"
        page.put(row, len(nodes), figure(float(place), if_number(cell, f"{before}+{same}"), "rank"))
    end = (page.last, page.LEFT + len(nodes) - 1)
    page.rules.append(Rule("ranks", (page.body, page.LEFT), end))
    return page


def _down_to(row: int, page: UnitPage) -> str:
    """Reference to the first column from the first unit to this one."""
    first = page.at(page.body, page.LEFT, fixed="row")
    return f"{first}:{page.of(row, 0).removeprefix(page.prefix)}"


def _rank(ties: str, cell: str, area: str, compared: UnitPage, row: int, column: int) -> str:
    if ties == "min":
        return f"RANK({cell},{area},0)"
    if ties == "average":
        return f"_xlfn.RANK.AVG({cell},{area},0)"
    if ties == "max":
        return f"COUNT({area})+1-RANK({cell},{area},1)"
    if ties == "ordinal":
        first = compared.at(compared.body, compared.LEFT + column, fixed="row")
        earlier = f"{first}:{cell.removeprefix(compared.prefix)}"
        return f"RANK({cell},{area},0)+COUNTIF({earlier},{cell})-1"
    higher = f"ISNUMBER({area})*({area}>{cell})/COUNTIF({area},{area})"
    return f"1+ROUND(SUMPRODUCT({higher}),0)"


def _order(source: Source) -> Floats:
    """Place of each unit in the list: by rank, then by score, then in the order of the data."""
    ranks, scores = source.ranks[:, 0], source.final[:, 0]
    places = np.full(len(ranks), np.nan)
    known = np.flatnonzero(~np.isnan(ranks))
    places[known[np.lexsort((known, -scores[known], ranks[known]))]] = np.arange(1, len(known) + 1)
    return places


def ranking_page(source: Source, scores: UnitPage, ranks: UnitPage, added: UnitPage | None) -> Page:
    """The units from the best to the worst: sorted by formulas, so that a change sorts them anew."""
    framework = source.framework
    dimensions = [i for i, node in enumerate(framework.inner) if framework.nodes[int(node)].level == 1]
    shown = [(scores, place) for place in (0, *dimensions)]
    shown[1:1] = [(added, place) for place in range(len(added.columns))] if added else []
    page = Page(
        "Ranking",
        source.scores.name,
        "Sorted by formulas: change a weight, a direction or a raw value and the list follows.",
    )
    titles = [sheet.columns[place] for sheet, place in shown]
    head = ["row", "rank", "unit", "name", "score", *(words for _, words in titles[1:])]
    codes = ["", "", "", "", *(code for code, _ in titles)]
    for column, (code, words) in enumerate(zip(codes, head, strict=True)):
        page.cells[FIRST, column] = text(code, "head")
        page.cells[FIRST + 1, column] = text(words, "head")
        page.widths[column] = 14
    page.widths |= {0: 5, 1: 7, 2: scores.widths[0], 3: scores.widths[1]}
    page.heights[FIRST + 1] = head_height(head, page.widths[4])
    page.freeze = (FIRST + 2, 4)
    order = _order(source)
    places = np.argsort(np.where(np.isnan(order), np.inf, order), kind="stable")
    for line, row in enumerate(places):
        unit = int(row) if not np.isnan(order[row]) else None
        _line(source, page, ranks, shown, line, unit)
    last = FIRST + 1 + len(places)
    page.rules.append(Rule("bar", (FIRST + 2, 4), (last, 4)))
    for column, (sheet, _) in enumerate(shown[1:], start=5):
        if sheet is scores:
            page.rules.append(Rule("scale", (FIRST + 2, column), (last, column)))
    return page


def _line(
    source: Source,
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
    code, name = source.units[unit] if unit is not None else ("", "")
    rank = float("nan") if unit is None else float(source.ranks[unit, 0])
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
