"""Weighting and aggregation: one sheet a level of the tree, from the deepest to the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from innov_index.pipeline.calls import Call
from innov_index.pipeline.levels import power_of
from innov_index.report.workbook import normalisation
from innov_index.report.workbook.column import Column
from innov_index.report.workbook.excel_formulas import joined, literal
from innov_index.report.workbook.framework import Tree
from innov_index.report.workbook.sheet_cells import UnitPage, figure, text
from innov_index.report.workbook.source import ColumnCall, Source

Place = tuple[UnitPage, int]
AGGREGATED = ("aggregation", "children at least", "weight", "stated weight")


@dataclass(frozen=True)
class Run:
    """Neighbouring columns of one sheet that hold children of a node."""

    page: UnitPage
    first: int
    last: int

    def values(self, unit: int) -> str:
        return self.page.across(unit, self.first, self.last)

    def above(self, label: str) -> str:
        return self.page.parameters(label, self.first, self.last)

    def __len__(self) -> int:
        return self.last - self.first + 1


@dataclass
class Levels:
    """The sheets of the levels, and where the scores of each node stand."""

    pages: list[UnitPage] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)


def level_pages(source: Source, normalised: UnitPage, tree: Tree) -> Levels:
    """Scores of all inner nodes, each level from the one below."""
    levels = Levels()
    for column, leaf in enumerate(source.framework.leaves):
        _empty_where_not_applicable(source, normalised, column, int(leaf))
        levels.places[int(leaf)] = _passed_on(source, normalised, column, int(leaf))
    _weights_above(source, normalised, tree, [int(leaf) for leaf in source.framework.leaves])
    inner_levels = source.framework.levels[source.framework.inner]
    for level in range(int(inner_levels.max()), -1, -1):
        _level(source, tree, levels, level, [int(i) for i in np.flatnonzero(inner_levels == level)])
    return levels


def has_formula(call: Call) -> bool:
    """Whether the aggregation is written as a formula."""
    if isinstance(call.step_options["missing"], np.ndarray):
        return False
    return power_of(call) is not None or call.method.name in ("sum", "minimum", "maximum")


def _level(source: Source, tree: Tree, levels: Levels, level: int, indices: list[int]) -> None:
    nodes = [int(source.framework.inner[index]) for index in indices]
    changed = [index for index in indices if source.plan.rescaling[index].method.name != "none"]
    title = f"Level {level}" if level else "Index"
    means = _page(source, f"{title} mean" if changed else title, nodes, bool(changed))
    for column, index in enumerate(indices):
        _aggregated(source, levels, means, column, index, rescaled=index in changed)
    levels.pages.append(means)
    page = means
    if changed:
        methods = [source.plan.rescaling[index].method.name for index in indices]
        sentence = "The scores of the level, brought to a common scale before they are weighed."
        page = UnitPage(title, sentence, source.units, means.columns, normalisation.labels_of(methods))
        for column, index in enumerate(indices):
            _rescaled(source, means, page, column, index)
        levels.pages.append(page)
    for column, node in enumerate(nodes):
        levels.places[node] = _passed_on(source, page, column, node)
    _weights_above(source, page, tree, nodes)
    page.mark_columns("scale")


def _page(source: Source, title: str, nodes: list[int], before_rescaling: bool) -> UnitPage:
    words = "Means over the children (weights stand above them in the sheet they come from)."
    if before_rescaling:
        words = words[:-1] + ", before rescaling."
    columns = [source.titles(node) for node in nodes]
    return UnitPage(title, words, source.units, columns, AGGREGATED)


def _aggregated(
    source: Source, levels: Levels, page: UnitPage, column: int, index: int, *, rescaled: bool
) -> None:
    call = source.plan.aggregation[index]
    node = int(source.framework.inner[index])
    values = source.before_rescaling(index) if rescaled else source.exact[:, node]
    page.set("aggregation", column, text(call.method.name, "note"))
    if not has_formula(call):
        for row, value in enumerate(values):
            page.put(row, column, figure(float(value), style="marked"))
        return
    page.set("children at least", column, figure(float(call.step_options["min_coverage"]), style="input"))
    runs = _runs([levels.places[int(child)] for child in source.framework.children[node]])
    formula, array = _mean(call, runs)
    least = page.parameter("children at least", column)
    for row, value in enumerate(values):
        enough = _enough(source, call, node, row, runs, least)
        whole = f'=IF({enough},{formula(row)},"")' if enough else '=""'
        page.put(row, column, figure(float(value), whole, array=array))


def _enough(source: Source, call: Call, node: int, row: int, runs: list[Run], least: str) -> str:
    """Condition that enough children are there; empty: the unit does not have the node."""
    children = source.framework.children[node]
    applicable = len(children)
    if source.plan.applies is not None:
        unit = source.rows[row]
        if not source.plan.applies[unit, node]:
            return ""
        applicable = int(source.plan.applies[unit, children].sum())
    there = f"COUNT({','.join(run.values(row) for run in runs)})"
    if call.step_options["missing"] == "propagate":
        return f"AND({there}>0,{there}={applicable})"
    return f"AND({there}>0,{there}/{max(applicable, 1)}>={least}-1E-12)"


def _mean(call: Call, runs: list[Run]) -> tuple[Callable[[int], str], bool]:
    """Formula of a unit's mean, and whether it is an array formula."""
    if call.method.name in ("minimum", "maximum"):
        name = "MIN" if call.method.name == "minimum" else "MAX"
        return lambda row: f"{name}({','.join(run.values(row) for run in runs)})", False
    if call.method.name == "sum":
        return lambda row: _sum(row, runs), False
    power = power_of(call)
    assert power is not None
    if power == 1:
        return lambda row: f"{_weighted(row, runs)}/{_weight_there(row, runs)}", False
    return lambda row: _power_mean(row, runs, power), True


def _weighted(row: int, runs: list[Run], label: str = "weight") -> str:
    return "(" + joined([f"SUMPRODUCT({run.above(label)},{run.values(row)})" for run in runs]) + ")"


def _weight_there(row: int, runs: list[Run]) -> str:
    parts = [f"SUMPRODUCT({run.above('weight')},--ISNUMBER({run.values(row)}))" for run in runs]
    return "(" + joined(parts) + ")"


def _sum(row: int, runs: list[Run]) -> str:
    gaps = joined(
        [f"SUMPRODUCT(--({r.above('stated weight')}<>0),--NOT(ISNUMBER({r.values(row)})))" for r in runs]
    )
    return f'IF({gaps}>0,"",{_weighted(row, runs, "stated weight")})'


def _power_mean(row: int, runs: list[Run], power: float) -> str:
    """f⁻¹ of the weighted mean of f over the children that are there."""
    exponent = literal(power)
    parts = []
    for run in runs:
        cells = run.values(row)
        forward = f"LN({cells})" if power == 0 else f"({cells})^({exponent})"
        parts.append(f"SUM(IF(ISNUMBER({cells}),{run.above('weight')}*{forward},0))")
    mean = f"({joined(parts)})/{_weight_there(row, runs)}"
    return f"EXP({mean})" if power == 0 else f"({mean})^(1/({exponent}))"


def _rescaled(source: Source, means: UnitPage, page: UnitPage, column: int, index: int) -> None:
    call = source.plan.rescaling[index]
    node = int(source.framework.inner[index])
    stated = ColumnCall(call, {name: _scalar(value) for name, value in call.options.items()})
    own = stated.reference == "own"
    one = Column(means, page, column, stated.options, source.before_rescaling(index), source.exact[:, node])
    if call.method.name == "none":
        one.words("method", "none")
        one.write(lambda cell: cell)
    elif own:
        normalisation.write(one, call.method.name, "1", "own")
    else:
        one.words("method", call.method.name)
        one.write_values()


def _empty_where_not_applicable(source: Source, page: UnitPage, column: int, leaf: int) -> None:
    """Units that do not have an indicator have no score of it, whatever the data hold."""
    if source.plan.applies is None:
        return
    for row in np.flatnonzero(~source.plan.applies[source.rows, leaf]):
        page.put(int(row), column, figure(np.nan, style="marked"))


def _passed_on(source: Source, page: UnitPage, column: int, node: int) -> Place:
    """Where parents find the scores of a node; rounded there, if rounding goes that far."""
    call = source.plan.rounding.get(node)
    if call is not None and call.step_options["used_for"] == "parents":
        for row in range(len(source.units)):
            cell = page.cells[page.body + row, page.LEFT + column]
            inner = cell.formula.removeprefix("=")
            if inner:
                formula = f'=IF(ISNUMBER({inner}),{rounded(call, inner)},"")'
                page.put(row, column, figure(float(source.exact[row, node]), formula, array=cell.array))
    return page, column


def rounded(call: Call, formula: str) -> str:
    """A score rounded to decimals; noise beyond 14 digits does not decide a half."""
    decimals = int(call.options["decimals"])
    near = f"ROUND({formula},{decimals + 6})"
    if call.method.name == "half_up":
        return f"ROUND({near},{decimals})"
    shifted = f"({near}*{10**decimals})"
    is_half = f"ABS(ABS({shifted})-INT(ABS({shifted}))-0.5)<1E-6"
    return f"IF({is_half},2*ROUND({shifted}/2,0),ROUND({shifted},0))/{10**decimals}"


def _weights_above(source: Source, page: UnitPage, tree: Tree, nodes: Sequence[int]) -> None:
    """The weights of the nodes above their scores, for the level that takes them."""
    for column, node in enumerate(nodes):
        weight = float(source.scores.weights[source.edition, node])
        page.set("weight", column, figure(weight, f"={tree.weight(node)}", "share"))
        if node:
            stated = tree.stated_value(node)
            page.set("stated weight", column, figure(stated, f"={tree.stated(node)}"))


def _runs(places: list[Place]) -> list[Run]:
    runs: list[Run] = []
    for page, column in places:
        if runs and runs[-1].page is page and runs[-1].last == column - 1:
            runs[-1] = Run(page, runs[-1].first, column)
        else:
            runs.append(Run(page, column, column))
    return runs


def _scalar(value: object) -> object:
    return float(value.ravel()[0]) if isinstance(value, np.ndarray) and value.size == 1 else value
