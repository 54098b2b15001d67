"""The steps before treatment: raw values, denominators, filled gaps, screening."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.pipeline.calls import Call
from innov_index.report.workbook.excel_formulas import if_number, literal
from innov_index.report.workbook.sheet_cells import Cell, UnitPage, figure, text
from innov_index.report.workbook.source import ColumnCall, Source

GROUP_MEANS = {"mean": "AVERAGE", "median": "MEDIAN"}


def unit_page(source: Source) -> UnitPage:
    """Codes, names, groups and numeric columns of the units."""
    units = source.scores.units
    stated = {name: values[source.edition] for name, values in units.columns.items()}
    dataset = source.index.dataset
    for name in source.plan.recipe.columns:
        if name in dataset.indicators:
            stated[name] = dataset.columns((name,))[source.edition, :, 0]
    titles = [*units.groups, *stated]
    page = UnitPage(
        "Units", "Who is ranked, and what is known of them.", source.units, [(t, "") for t in titles]
    )
    for column, title in enumerate(titles):
        for row, unit in enumerate(source.rows):
            if title in units.groups and column < len(units.groups):
                page.put(row, column, text(units.groups[title][unit]))
            else:
                page.put(row, column, _given(float(stated[title][unit])))
    return page


def raw_page(source: Source) -> UnitPage:
    """Values as the data hold them."""
    page = UnitPage(
        "Raw",
        "The values as the data hold them; an empty cell is a gap. Change a cell and everything follows.",
        source.units,
        source.leaf_columns,
        ["measured in"],
    )
    for column, leaf in enumerate(source.framework.leaves):
        page.set("measured in", column, text(source.framework.nodes[leaf].unit, "note"))
    _fill(page, source.step("raw"), lambda row, column, value: _given(value))
    page.mark("gap")
    return page


def denominated_page(source: Source, before: UnitPage, units: UnitPage) -> UnitPage | None:
    """Values divided by the size of the unit; None where no indicator is."""
    calls = source.calls("denomination")
    if all(call.method == "none" for call in calls):
        return None
    page = UnitPage(
        "Denominated",
        "Indicators of size divided by what makes units comparable.",
        source.units,
        source.leaf_columns,
        ["method", "divided by", "times"],
    )
    values = source.step("denominated")
    for column, call in enumerate(calls):
        stated = source.plan.recipe.leaf_steps["denomination"][column].options
        page.set("method", column, text(call.method, "note"))
        if call.method != "none":
            page.set("times", column, figure(call.options["scale"], style="input"))
        if call.method == "constant":
            page.set("divided by", column, figure(call.options["divisor"], style="input"))
        elif call.method != "none":
            page.set("divided by", column, text(str(stated["by"]), "note"))
        for row in range(len(source.units)):
            cell = before.of(row, column)
            size = _size_of(page, units, stated, call, row, column)
            formula = _denominated(call.method, cell, size, page.parameter("times", column))
            page.put(row, column, figure(values[row, column], formula))
    return page


def _size_of(
    page: UnitPage, units: UnitPage, stated: Mapping[str, object], call: ColumnCall, row: int, column: int
) -> str:
    if call.method == "constant":
        return page.parameter("divided by", column)
    if call.method == "none":
        return ""
    titles = [code for code, _ in units.columns]
    place = len(titles) - 1 - titles[::-1].index(str(stated["by"]))
    return units.of(row, place)


def _denominated(method: str, cell: str, size: str, scale: str) -> str:
    if method == "none":
        return if_number(cell, cell)
    ratio = f"{cell}/{size}*{scale}"
    if method == "log_ratio":
        ratio = f"LN({ratio})"
    return f'=IF(AND(ISNUMBER({cell}),ISNUMBER({size})),{ratio},"")'


def imputed_page(source: Source, before: UnitPage, units: UnitPage) -> UnitPage | None:
    """Gaps filled; None where nothing is imputed."""
    calls = source.calls("imputation")
    if all(call.method == "none" for call in calls):
        return None
    page = UnitPage(
        "Imputed",
        "Gaps filled; filled cells are set off. Where the method has no formula its estimates are values.",
        source.units,
        source.leaf_columns,
        ["method"],
    )
    values, earlier = source.step("imputed"), source.step("denominated")
    for column, call in enumerate(calls):
        page.set("method", column, text(call.method, "note"))
        stated = source.plan.recipe.leaf_steps["imputation"][column].options
        for row in range(len(source.units)):
            cell, value = before.of(row, column), float(values[row, column])
            gap = bool(np.isnan(earlier[row, column]))
            page.put(row, column, _imputed(call, stated, cell, before, units, (row, column), value, gap))
    page.mark_changed(before, "AND(ISNUMBER({now}),NOT(ISNUMBER({was})))")
    return page


def _imputed(
    call: ColumnCall,
    stated: Mapping[str, object],
    cell: str,
    before: UnitPage,
    units: UnitPage,
    place: tuple[int, int],
    value: float,
    gap: bool,
) -> Cell:
    row, column = place
    area = before.over(column)
    if call.method == "none":
        return figure(value, if_number(cell, cell))
    if call.method == "constant":
        filling = literal(float(call.options["value"]))
    elif call.method in GROUP_MEANS:
        filling = f"{GROUP_MEANS[call.method]}({area})"
    elif call.method == "group_mean":
        groups = [code for code, _ in units.columns].index(str(stated["by"]))
        own = f"--EXACT({units.over(groups)},{units.of(row, groups)}),--ISNUMBER({area})"
        fallback = GROUP_MEANS.get(call.options["otherwise"])
        otherwise = f"{fallback}({area})" if fallback else '""'
        filling = f"IF(SUMPRODUCT({own})=0,{otherwise},SUMPRODUCT({own},{area})/SUMPRODUCT({own}))"
    elif gap:
        return figure(value, style="marked")
    else:
        filling = '""'
    return figure(value, f"=IF(ISNUMBER({cell}),{cell},{filling})")


def screened_page(source: Source, before: UnitPage, raw: UnitPage) -> UnitPage | None:
    """Units and indicators with too few data left out; None where none is screened."""
    screening = source.plan.screening
    if not screening:
        return None
    extra = [("coverage", "share that is there"), ("kept", "1 where the unit stays")]
    page = UnitPage(
        "Screened",
        "Units and indicators with too few data are left out from here on.",
        source.units,
        [*source.leaf_columns, *extra],
        ["at least", "kept"],
    )
    count = len(source.leaf_columns)
    call = screening.get("units")
    counted = raw if call is not None and call.step_options["count"] == "measured" else before
    if call is not None:
        page.set("at least", count, figure(float(call.options["min_coverage"]), style="input"))
    _screened_units(source, page, counted, call, count)
    _kept_indicators(source, page)
    _fill(
        page,
        source.step("screened"),
        lambda row, column, value: figure(
            value,
            f"=IF(AND(ISNUMBER({before.of(row, column)}),{page.of(row, count + 1)}=1,"
            f'{page.parameter("kept", column)}=1),{before.of(row, column)},"")',
        ),
    )
    return page


def _screened_units(source: Source, page: UnitPage, counted: UnitPage, call: Call | None, count: int) -> None:
    values = source.step("raw" if counted.title == "Raw" else "imputed")
    kept = source.scores.kept[source.edition][source.rows]
    for row in range(len(source.units)):
        across = counted.across(row, 0, count - 1)
        share = float((~np.isnan(values[row])).mean())
        page.put(row, count, figure(share, f"=COUNT({across})/{count}", "share"))
        enough = f"{page.of(row, count)}>={page.parameter('at least', count)}"
        page.put(row, count + 1, _kept(call, enough, across, bool(kept[row])))


def _kept(call: Call | None, enough: str, across: str, kept: bool) -> Cell:
    if call is None:
        return Cell(1, "", "input")
    special = any(call.options[name] is not None for name in ("keep", "drop", "level"))
    if special:
        return Cell(int(kept), "", "marked")
    nonzero = float(call.options["min_nonzero"])
    if nonzero > 0:
        filled = f"COUNT({across})"
        share = f"1-COUNTIF({across},0)/MAX({filled},1)>={literal(nonzero)}"
        return Cell(int(kept), f"=IF(AND({enough},{filled}>0,{share}),1,0)")
    return Cell(int(kept), f"=IF({enough},1,0)")


def _kept_indicators(source: Source, page: UnitPage) -> None:
    there, stays = source.step("imputed"), source.step("screened")
    for column in range(len(source.leaf_columns)):
        dropped = bool(np.isnan(stays[:, column]).all() and not np.isnan(there[:, column]).all())
        style = "marked" if "indicators" in source.plan.screening else "input"
        page.set("kept", column, Cell(0 if dropped else 1, "", style))


def _fill(page: UnitPage, values: Floats, make: Callable[[int, int, float], Cell]) -> None:
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            page.put(row, column, make(row, column, float(value)))


def _given(value: float) -> Cell:
    """A number of the data; a gap is an empty cell that can be filled in."""
    return Cell(None if np.isnan(value) else value, "", "input")
