"""Weighting and aggregation: one sheet a level of the tree, from the deepest to the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from innov_index.analysis.workings.run import Workings
from innov_index.config.nodes import Gaps, Kind, NodeArithmetic, Rescaling, Rounding
from innov_index.config.settings import Setting
from innov_index.frozen import frozen
from innov_index.methods import rounding
from innov_index.methods.aggregation import ordered_means
from innov_index.methods.kernels.powers import ARITHMETIC, Link
from innov_index.methods.registry import Method
from innov_index.report.workbook import normalisation
from innov_index.report.workbook.column import Column, Formulas
from innov_index.report.workbook.framework import FrameworkPage
from innov_index.report.workbook.sheet_cells import UnitPage, figure, joined, literal, text

Place = tuple[UnitPage, int]
Mean = Callable[[int], str]
"""The formula of a node's score, given the row of a unit."""

SMALL_POWER = 0.05
"""Below it a mean is raised to such a power that what vanishes is an error in LibreOffice."""

SMALLEST_POWER = 1e-6
"""Nearer to 0 the powers of all numbers are so close to 1 that a spreadsheet loses their digits."""

AGGREGATED = ("aggregation", "children at least", "weight", "stated weight")


@frozen
class Run:
    """Neighbouring columns of one sheet that hold children of a node."""

    page: UnitPage
    first: int
    last: int

    def values(self, unit: int) -> str:
        return self.page.across(unit, self.first, self.last)

    def above(self, label: str) -> str:
        return self.page.parameters(label, self.first, self.last)


@dataclass
class Levels:
    """The sheets of the levels, and where the scores of each node stand."""

    pages: list[UnitPage] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)


FORMULAS: Formulas[Callable[[list[Run]], Mean]] = Formulas()
"""Of aggregations that are neither power means nor sums."""

ROUNDINGS: Formulas[Callable[[str, int], str]] = Formulas()
"""A score, in which noise is rounded off already, rounded to decimals."""


def level_pages(workings: Workings, normalised: UnitPage, framework: FrameworkPage) -> Levels:
    """Scores of all inner nodes, each level from the one below."""
    levels = Levels()
    leaves = [int(leaf) for leaf in workings.framework.leaves]
    for column, leaf in enumerate(leaves):
        _empty_where_not_applicable(workings, normalised, column, leaf)
        levels.places[leaf] = _passed_on(workings, normalised, column, leaf)
    _weights_above(workings, normalised, framework, leaves)
    inner_levels = workings.framework.levels[workings.framework.inner]
    for level in range(int(inner_levels.max()), -1, -1):
        _level(workings, framework, levels, level, [int(i) for i in np.flatnonzero(inner_levels == level)])
    return levels


def has_formula(node: NodeArithmetic, aggregation: Method) -> bool:
    """Whether the aggregation of a node is written as a formula."""
    written = node.kind in (Kind.MEAN, Kind.SUM) or aggregation in FORMULAS
    if node.mean is not None and (node.mean.zeros or 0 < abs(node.mean.power) < SMALLEST_POWER):
        return False
    return written and node.gaps is not Gaps.GROUP_MEAN


def _level(
    workings: Workings, framework: FrameworkPage, levels: Levels, level: int, indices: list[int]
) -> None:
    nodes = [int(workings.framework.inner[index]) for index in indices]
    rescaled = any(workings.nodes[index].rescaling is not Rescaling.NONE for index in indices)
    title = f"Level {level}" if level else "Index"
    means = _page(workings, f"{title} mean" if rescaled else title, nodes, rescaled)
    for column, index in enumerate(indices):
        _aggregated(workings, levels, means, column, index)
    levels.pages.append(means)
    page = means
    if rescaled:
        settings = [workings.recipe.node_steps["rescaling"][index] for index in indices]
        sentence = "The scores of the level, brought to a common scale before they are weighted."
        page = UnitPage(title, sentence, workings.units, means.columns, normalisation.labels_of(settings))
        for column, index in enumerate(indices):
            _rescaled(workings, means, page, column, index)
        levels.pages.append(page)
    for column, node in enumerate(nodes):
        levels.places[node] = _passed_on(workings, page, column, node)
    _weights_above(workings, page, framework, nodes)
    page.mark_columns("scale")


def _page(workings: Workings, title: str, nodes: list[int], before_rescaling: bool) -> UnitPage:
    words = "Means over the children (weights stand above them in the sheet they come from)"
    end = ", before rescaling." if before_rescaling else "."
    columns = [workings.title(node) for node in nodes]
    return UnitPage(title, words + end, workings.units, columns, AGGREGATED)


def _aggregated(workings: Workings, levels: Levels, page: UnitPage, column: int, index: int) -> None:
    account, setting = workings.nodes[index], workings.recipe.node_steps["aggregation"][index]
    node = int(workings.framework.inner[index])
    values = workings.passed_on[:, node]
    if account.rescaling is not Rescaling.NONE:
        values = workings.before_rescaling(index)
    page.set("aggregation", column, text(setting.method.name, "note"))
    if not has_formula(account, setting.method):
        for row, value in enumerate(values):
            page.put(row, column, figure(float(value), style="marked"))
        return
    page.set("children at least", column, figure(account.min_coverage, style="input"))
    runs = _runs([levels.places[int(child)] for child in workings.framework.children[node]])
    formula, array = _formula(account, setting.method, runs)
    least = page.parameter("children at least", column)
    for row, value in enumerate(values):
        enough = _enough(workings, index, row, runs, least)
        whole = f'=IF({enough},{formula(row)},"")' if enough else '=""'
        page.put(row, column, figure(float(value), whole, array=array))


def _enough(workings: Workings, index: int, row: int, runs: list[Run], least: str) -> str:
    """Condition that enough children are present; empty: the node does not apply to the unit."""
    node = int(workings.framework.inner[index])
    children = workings.framework.children[node]
    applicable = len(children)
    if workings.has is not None and workings.applies is not None:
        if not workings.has[row, node]:
            return ""
        applicable = int(workings.applies[row, children].sum())
    available = f"COUNT({','.join(run.values(row) for run in runs)})"
    if workings.nodes[index].gaps is Gaps.PROPAGATE:
        return f"AND({available}>0,{available}={applicable})"
    return f"AND({available}>0,{available}/{max(applicable, 1)}>={least}-1E-12)"


def _formula(node: NodeArithmetic, aggregation: Method, runs: list[Run]) -> tuple[Mean, bool]:
    """Formula of a unit's score, and whether it is an array formula."""
    if node.kind is Kind.SUM:
        return lambda row: _sum(row, runs, float(node.constant)), False
    mean = node.mean
    if mean is None:
        return FORMULAS[aggregation](runs), False
    if mean == ARITHMETIC:
        return lambda row: f"{_weighted(row, runs)}/{_weight_there(row, runs)}", False
    return lambda row: _off_line(_power_mean(row, runs, mean), mean), True


@FORMULAS.of(ordered_means.minimum)
def _minimum(runs: list[Run]) -> Mean:
    return lambda row: f"MIN({','.join(run.values(row) for run in runs)})"


@FORMULAS.of(ordered_means.maximum)
def _maximum(runs: list[Run]) -> Mean:
    return lambda row: f"MAX({','.join(run.values(row) for run in runs)})"


def _weighted(row: int, runs: list[Run], label: str = "weight") -> str:
    return "(" + joined([f"SUMPRODUCT({run.above(label)},{run.values(row)})" for run in runs]) + ")"


def _weight_there(row: int, runs: list[Run]) -> str:
    parts = [f"SUMPRODUCT({run.above('weight')},--ISNUMBER({run.values(row)}))" for run in runs]
    return "(" + joined(parts) + ")"


def _sum(row: int, runs: list[Run], constant: float) -> str:
    gaps = joined(
        [f"SUMPRODUCT(--({r.above('stated weight')}<>0),--NOT(ISNUMBER({r.values(row)})))" for r in runs]
    )
    terms = _weighted(row, runs, "stated weight")
    return f'IF({gaps}>0,"",{joined([terms, literal(constant)]) if constant else terms})'


def _off_line(formula: str, mean: Link) -> str:
    """The score that a number on a line stands for."""
    return formula if mean.is_plain else f"(({formula})-({literal(mean.offset)}))/({literal(mean.factor)})"


def _power_mean(row: int, runs: list[Run], mean: Link) -> str:
    """The power mean, on the line, of the children that are present and have a weight."""
    power, exponent = mean.power, literal(mean.power)
    parts = []
    for run in runs:
        cells, weights = run.values(row), run.above("weight")
        numbers = cells if mean.is_plain else f"{literal(mean.offset)}+({literal(mean.factor)})*{cells}"
        forward = f"LN({numbers})" if power == 0 else f"({numbers})^({exponent})"
        parts.append(f"SUM(IF(ISNUMBER({cells})*({weights}<>0),{weights}*{forward},0))")
    found = f"({joined(parts)})/{_weight_there(row, runs)}"
    if power == 0:
        return f"EXP({found})"
    if 0 < power < SMALL_POWER:
        return f"EXP(LN(MAX({found},1E-300))/{exponent})"
    return f"({found})^(1/({exponent}))"


def _rescaled(workings: Workings, means: UnitPage, page: UnitPage, column: int, index: int) -> None:
    node, setting = int(workings.framework.inner[index]), workings.recipe.node_steps["rescaling"][index]
    identity = workings.nodes[index].rescaling is Rescaling.NONE
    after = workings.passed_on[:, node]
    before = after if identity else workings.before_rescaling(index)
    one = Column(
        means, page, column, setting.options, before, after, doubt=workings.doubt_before_rescaling(index)
    )
    if identity:
        one.words("method", setting.method.name)
        one.write(lambda cell: cell)
    elif setting.step_options["reference"] == "own":
        normalisation.write(one, setting, "1")
    else:
        one.words("method", setting.method.name)
        one.write_values()


def _empty_where_not_applicable(workings: Workings, page: UnitPage, column: int, leaf: int) -> None:
    """An indicator that does not apply to a unit has no score, whatever the data hold."""
    if workings.has is None:
        return
    for row in np.flatnonzero(~workings.has[:, leaf]):
        page.put(int(row), column, figure(np.nan, style="marked"))


def _passed_on(workings: Workings, page: UnitPage, column: int, node: int) -> Place:
    """Where parents find the scores of a node; rounded there, if rounding goes that far."""
    if workings.recipe.rounding(node) is Rounding.PARENTS:
        setting = workings.recipe.setting("rounding", node)
        for row in range(len(workings.units)):
            cell = page.cells[page.body + row, page.LEFT + column]
            inner = cell.formula.removeprefix("=")
            if not inner:
                continue
            value, formula = float(workings.passed_on[row, node]), rounded(setting, inner)
            if formula is None:
                page.put(row, column, figure(value, style="marked"))
            else:
                whole = f'=IF(ISNUMBER({inner}),{formula},"")'
                page.put(row, column, figure(value, whole, array=cell.array))
    return page, column


def rounded(setting: Setting, formula: str) -> str | None:
    """A score rounded to decimals; None where the method has no formula."""
    writer = ROUNDINGS.get(setting.method)
    if writer is None:
        return None
    decimals = int(setting.options["decimals"])
    # noise beyond 14 digits does not decide a half
    return writer(f"ROUND({formula},{decimals + 6})", decimals)


@ROUNDINGS.of(rounding.half_up)
def _half_up(near: str, decimals: int) -> str:
    return f"ROUND({near},{decimals})"


@ROUNDINGS.of(rounding.half_even)
def _half_even(near: str, decimals: int) -> str:
    shifted = f"({near}*{10**decimals})"
    is_half = f"ABS(ABS({shifted})-INT(ABS({shifted}))-0.5)<1E-6"
    return f"IF({is_half},2*ROUND({shifted}/2,0),ROUND({shifted},0))/{10**decimals}"


def _weights_above(
    workings: Workings, page: UnitPage, framework: FrameworkPage, nodes: Sequence[int]
) -> None:
    """The weights of the nodes above their scores, for the level that takes them."""
    for column, node in enumerate(nodes):
        if np.isnan(workings.weights[node]):
            continue
        page.set(
            "weight", column, figure(float(workings.weights[node]), f"={framework.weight(node)}", "share")
        )
        stated = framework.stated_value(node)
        if stated is not None:
            page.set("stated weight", column, figure(stated, f"={framework.stated(node)}"))


def _runs(places: list[Place]) -> list[Run]:
    runs: list[Run] = []
    for page, column in places:
        if runs and runs[-1].page is page and runs[-1].last == column - 1:
            runs[-1] = Run(page, runs[-1].first, column)
        else:
            runs.append(Run(page, column, column))
    return runs
