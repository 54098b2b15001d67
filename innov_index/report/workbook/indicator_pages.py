"""The steps before treatment: raw values, denominators, filled gaps, screening."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.analysis.workings.run import Workings
from innov_index.config.settings import Setting
from innov_index.frozen import frozen
from innov_index.methods import denomination
from innov_index.methods.imputation import centre
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Floats
from innov_index.report.workbook.column import Formulas
from innov_index.report.workbook.sheet_cells import Cell, UnitPage, figure, if_number, literal, text

IMPUTED = "Imputed"
"""Title of the sheet in which gaps are filled."""

_CENTRES = {"mean": "AVERAGE", "median": "MEDIAN"}


@frozen
class _Gap:
    """A cell that may have to be filled: the area of its indicator, and the sheet of units."""

    setting: Setting
    area: str
    units: UnitPage
    row: int


FILLINGS: Formulas[Callable[[_Gap], str]] = Formulas()
"""What fills a gap."""

DENOMINATED: Formulas[Callable[[str], str]] = Formulas()
"""A value, given its ratio to the denominator."""


def unit_page(workings: Workings) -> UnitPage:
    """Codes, names, groups and numeric columns of the units."""
    units = workings.scores.units
    stated = {name: values[workings.edition] for name, values in units.columns.items()}
    dataset = workings.index.dataset
    for name in workings.recipe.columns:
        if name in dataset.indicators:
            stated[name] = dataset.columns((name,))[workings.edition, :, 0]
    titles = [*units.groups, *stated]
    page = UnitPage(
        "Units", "Who is ranked, and what is known of them.", workings.units, [(t, "") for t in titles]
    )
    for column, title in enumerate(titles):
        for row, unit in enumerate(workings.rows):
            if title in units.groups and column < len(units.groups):
                page.put(row, column, text(units.groups[title][unit]))
            else:
                page.put(row, column, _given(float(stated[title][unit])))
    return page


def raw_page(workings: Workings) -> UnitPage:
    """Values as the data hold them."""
    page = UnitPage(
        "Raw",
        "The values as the data hold them; an empty cell is a gap. Change a cell and everything follows.",
        workings.units,
        workings.indicators,
        ["measured in"],
    )
    for column, leaf in enumerate(workings.framework.leaves):
        page.set("measured in", column, text(workings.framework.nodes[leaf].unit, "note"))
    _fill(page, workings.after("raw"), lambda row, column, value: _given(value))
    page.mark("gap")
    return page


def denominated_page(workings: Workings, before: UnitPage, units: UnitPage) -> UnitPage | None:
    """Values divided by the size of the unit; None where no indicator is."""
    settings = workings.settings("denomination")
    if all(setting.method.is_identity for setting in settings):
        return None
    page = UnitPage(
        "Denominated",
        "Indicators of size divided by what makes units comparable.",
        workings.units,
        workings.indicators,
        ["method", "divided by", "times"],
    )
    for column, setting in enumerate(settings):
        page.set("method", column, text(setting.method.name, "note"))
        _denominate(workings, page, before, units, column)
    return page


def _denominate(workings: Workings, page: UnitPage, before: UnitPage, units: UnitPage, column: int) -> None:
    """Write one column: each value times a factor, over a stated number or a column of the units."""
    setting = workings.settings("denomination")[column]
    options, values = setting.options, workings.after("denominated")[:, column]
    writer = DENOMINATED.get(setting.method)
    if "divisor" in options:
        page.set("divided by", column, figure(options["divisor"], style="input"))
    elif "by" in options:
        page.set("divided by", column, text(str(options["by"]), "note"))
    if "scale" in options:
        page.set("times", column, figure(options["scale"], style="input"))
    for row, value in enumerate(values):
        cell = before.of(row, column)
        if setting.method.is_identity:
            page.put(row, column, figure(value, if_number(cell, cell)))
        elif writer is None:
            page.put(row, column, figure(value, style="marked"))
        else:
            size = page.parameter("divided by", column)
            if "by" in options:
                size = units.of(row, _last_titled(units, str(options["by"])))
            ratio = writer(f"{cell}/{size}*{page.parameter('times', column)}")
            formula = f'=IF(AND(ISNUMBER({cell}),ISNUMBER({size})),{ratio},"")'
            page.put(row, column, figure(value, formula))


def _last_titled(units: UnitPage, title: str) -> int:
    """The last column of that title: numeric columns stand after groups."""
    titles = [code for code, _ in units.columns]
    return len(titles) - 1 - titles[::-1].index(title)


@DENOMINATED.of(denomination.ratio, denomination.constant)
def _ratio(ratio: str) -> str:
    return ratio


@DENOMINATED.of(denomination.log_ratio)
def _log_ratio(ratio: str) -> str:
    return f"LN({ratio})"


def imputed_page(workings: Workings, before: UnitPage, units: UnitPage) -> UnitPage | None:
    """Gaps filled; None where nothing is imputed."""
    settings = workings.settings("imputation")
    if all(setting.method.is_identity for setting in settings):
        return None
    page = UnitPage(
        IMPUTED,
        "Gaps filled; filled cells are set off. Where the method has no formula its estimates are values.",
        workings.units,
        workings.indicators,
        ["method"],
    )
    values, gaps = workings.after("imputed"), np.isnan(workings.after("denominated"))
    for column, setting in enumerate(settings):
        page.set("method", column, text(setting.method.name, "note"))
        for row, value in enumerate(values[:, column]):
            cell = before.of(row, column)
            if setting.method.is_identity:
                page.put(row, column, figure(value, if_number(cell, cell)))
                continue
            filling = '""'
            if setting.method in FILLINGS:
                filling = FILLINGS[setting.method](_Gap(setting, before.over(column), units, row))
                if np.isnan(value):
                    # the indicator has no number to fill it from
                    filling = f'IFERROR({filling},"")'
            elif gaps[row, column]:
                page.put(row, column, figure(value, style="marked"))
                continue
            page.put(row, column, figure(value, f"=IF(ISNUMBER({cell}),{cell},{filling})"))
    page.mark_changed(before, "AND(ISNUMBER({now}),NOT(ISNUMBER({was})))")
    return page


def has_filling(imputation: Setting) -> bool:
    """Whether what fills the gaps is a formula, or nothing does."""
    return imputation.method.is_identity or imputation.method in FILLINGS


@FILLINGS.of(centre.constant)
def _constant(gap: _Gap) -> str:
    return literal(float(gap.setting.options["value"]))


@FILLINGS.of(centre.mean)
def _mean(gap: _Gap) -> str:
    return f"AVERAGE({gap.area})"


@FILLINGS.of(centre.median)
def _median(gap: _Gap) -> str:
    return f"MEDIAN({gap.area})"


@FILLINGS.of(centre.group_mean)
def _group_mean(gap: _Gap) -> str:
    groups = [code for code, _ in gap.units.columns].index(str(gap.setting.options["by"]))
    group = gap.units.of(gap.row, groups)
    own = f"--EXACT({gap.units.over(groups)},{group}),--ISNUMBER({gap.area})"
    fallback = _CENTRES.get(gap.setting.options["otherwise"])
    otherwise = f"{fallback}({gap.area})" if fallback else '""'
    return (
        f'IF(OR({group}="",SUMPRODUCT({own})=0),{otherwise},SUMPRODUCT({own},{gap.area})/SUMPRODUCT({own}))'
    )


def screened_page(workings: Workings, before: UnitPage, raw: UnitPage) -> UnitPage | None:
    """Units and indicators with too few data left out; None where none is screened."""
    if not workings.recipe.screening:
        return None
    extra = [("coverage", "share that is present"), ("kept", "1 where the unit stays")]
    page = UnitPage(
        "Screened",
        "Units and indicators with too few data are left out from here on.",
        workings.units,
        [*workings.indicators, *extra],
        ["at least", "kept"],
    )
    count = len(workings.indicators)
    setting = next((s for s in _screenings(workings) if Trait.SCREENS_UNITS in s.method.traits), None)
    counted = raw if setting is not None and setting.step_options["count"] == "measured" else before
    if setting is not None:
        page.set("at least", count, figure(float(setting.options["min_coverage"]), style="input"))
    _screened_units(workings, page, counted, setting, count)
    _kept_indicators(workings, page)
    _fill(
        page,
        workings.after("screened"),
        lambda row, column, value: figure(
            value,
            f"=IF(AND(ISNUMBER({before.of(row, column)}),{page.of(row, count + 1)}=1,"
            f'{page.parameter("kept", column)}=1),{before.of(row, column)},"")',
        ),
    )
    return page


def _screenings(workings: Workings) -> list[Setting]:
    return list(workings.recipe.screening.values())


def _screened_units(
    workings: Workings, page: UnitPage, counted: UnitPage, setting: Setting | None, count: int
) -> None:
    values = workings.after("raw" if counted.title == "Raw" else "imputed")
    for row in range(len(workings.units)):
        across = counted.across(row, 0, count - 1)
        share = float((~np.isnan(values[row])).mean())
        page.put(row, count, figure(share, f"=COUNT({across})/{count}", "share"))
        enough = f"{page.of(row, count)}>={page.parameter('at least', count)}"
        page.put(row, count + 1, _kept(setting, enough, across, bool(workings.kept[row])))


def _kept(setting: Setting | None, enough: str, across: str, kept: bool) -> Cell:
    if setting is None:
        return Cell(1, "", "input")
    special = any(setting.options[name] is not None for name in ("keep", "drop", "level"))
    if special:
        return Cell(int(kept), "", "marked")
    nonzero = float(setting.options["min_nonzero"])
    if nonzero > 0:
        filled = f"COUNT({across})"
        share = f"1-COUNTIF({across},0)/MAX({filled},1)>={literal(nonzero)}"
        return Cell(int(kept), f"=IF(AND({enough},{filled}>0,{share}),1,0)")
    return Cell(int(kept), f"=IF({enough},1,0)")


def _kept_indicators(workings: Workings, page: UnitPage) -> None:
    values, stays = workings.after("imputed"), workings.after("screened")
    screened = any(Trait.SCREENS_UNITS not in s.method.traits for s in _screenings(workings))
    for column in range(len(workings.indicators)):
        dropped = bool(np.isnan(stays[:, column]).all() and not np.isnan(values[:, column]).all())
        style = "marked" if screened else "input"
        page.set("kept", column, Cell(0 if dropped else 1, "", style))


def _fill(page: UnitPage, values: Floats, make: Callable[[int, int, float], Cell]) -> None:
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            page.put(row, column, make(row, column, float(value)))


def _given(value: float) -> Cell:
    """A number of the data; a gap is an empty cell that can be filled in."""
    return Cell(None if np.isnan(value) else value, "", "input")
