"""The sheet of the tree with its directions and weights: the cells that people change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.analysis.workings.run import Workings
from innov_index.config.nodes import NodeArithmetic, Weights
from innov_index.config.settings import Setting
from innov_index.frozen import frozen
from innov_index.methods.weighting import stated
from innov_index.model.framework import Node
from innov_index.report.workbook.column import Formulas
from innov_index.report.workbook.sheet_cells import FIRST, Cell, Page, figure, sum_of, text

COLUMNS = (
    ("code", 10),
    ("name", 44),
    ("level", 7),
    ("belongs to", 12),
    ("direction", 11),
    ("stated weight", 14),
    ("weight", 12),
    ("effective weight", 16),
    ("weighting", 16),
    ("aggregation of its children", 26),
    ("note", 30),
)
DIRECTION, STATED, LOCAL, EFFECTIVE = 4, 5, 6, 7
BODY = FIRST + 1


FORMULAS: Formulas[Callable[[Workings, Setting, int], float]] = Formulas()
"""The number to state for a node with each weighting that does not look at scores, by the method."""


@frozen
class FrameworkPage:
    """The sheet, and where the other sheets find what they need of a node."""

    page: Page

    def direction(self, node: int) -> str:
        return self.page.at(BODY + node, DIRECTION, fixed="both")

    def stated(self, node: int) -> str:
        return self.page.at(BODY + node, STATED, fixed="both")

    def stated_value(self, node: int) -> float | None:
        """None below a node that uses no weights."""
        value = self.page.cells[BODY + node, STATED].value
        return float(value) if isinstance(value, float | int) else None

    def weight(self, node: int) -> str:
        return self.page.at(BODY + node, LOCAL, fixed="both")


def framework_page(workings: Workings) -> FrameworkPage:
    """One row a node, in tree order."""
    page = Page(
        "Framework",
        "Framework",
        "The tree. Yellow cells can be changed: direction (1: more is better, -1: less) and weight.",
        freeze=(BODY, 2),
        widths={column: width for column, (_, width) in enumerate(COLUMNS)},
    )
    for column, (words, _) in enumerate(COLUMNS):
        page.cells[FIRST, column] = text(words, "head")
    framework = FrameworkPage(page)
    for node in range(len(workings.framework)):
        for column, cell in enumerate(_row(workings, page, node)):
            page.cells[BODY + node, column] = cell
    return framework


def has_formula(node: NodeArithmetic, weighting: Setting) -> bool:
    """Whether the weights below a node can be changed: they are not learned from the data."""
    return node.weights is Weights.AS_STATED or weighting.method in FORMULAS


def _row(workings: Workings, page: Page, node: int) -> list[Cell]:
    framework = workings.framework
    entry = framework.nodes[node]
    methods = ["", ""]
    if not entry.is_leaf:
        methods = [workings.recipe.setting(step, node).method.name for step in ("weighting", "aggregation")]
    return [
        text(entry.code),
        text("  " * entry.level + entry.name),
        Cell(entry.level, "", "count"),
        text(framework.codes[entry.parent] if node else ""),
        _direction(entry),
        *_weights(workings, page, node),
        *(text(words, "note") for words in methods),
        text("; ".join(entry.flags)),
    ]


def _direction(node: Node) -> Cell:
    """An indicator's can be changed; the index's is said where it is -1."""
    if node.is_leaf:
        return Cell(node.direction, "", "input")
    return Cell(node.direction, "", "count") if node.level == 0 and node.direction < 0 else text("")


def _weights(workings: Workings, page: Page, node: int) -> list[Cell]:
    """Stated, local and effective weight of a node."""
    if node == 0:
        return [text(""), Cell(1, "", "share"), Cell(1, "", "share")]
    effective = float(workings.scores.effective_weights[workings.edition, node])
    parent = workings.framework.nodes[node].parent
    if np.isnan(workings.weights[node]):
        return [text(""), text(""), text("")]
    siblings = [int(sibling) for sibling in workings.framework.children[parent]]
    total, above = sum_of(_areas(page, siblings)), page.at(BODY + parent, EFFECTIVE)
    return [
        _stated(workings, parent, node),
        figure(float(workings.weights[node]), f"={page.at(BODY + node, STATED)}/{total}", "share"),
        text("")
        if np.isnan(effective)
        else figure(effective, f"={page.at(BODY + node, LOCAL)}*{above}", "share"),
    ]


def _stated(workings: Workings, parent: int, node: int) -> Cell:
    setting = workings.recipe.setting("weighting", parent)
    if workings.recipe.node(parent).weights is Weights.AS_STATED:
        return Cell(_as_stated(workings, setting, node), "", "input")
    if setting.method in FORMULAS:
        return Cell(FORMULAS[setting.method](workings, setting, node), "", "input")
    return Cell(float(workings.weights[node]), "", "marked")


@FORMULAS.of(stated.given)
def _as_stated(workings: Workings, setting: Setting, node: int) -> float:
    framework = workings.framework
    parent = framework.nodes[node].parent
    place = int(np.flatnonzero(framework.children[parent] == node)[0])
    return float(workings.recipe.stated_weights(parent)[place])


@FORMULAS.of(stated.equal)
def _equal(workings: Workings, setting: Setting, node: int) -> float:
    by_indicator = setting.options["per"] == "indicator"
    return float(workings.framework.leaf_matrix.sum(axis=0)[node]) if by_indicator else 1.0


def _areas(page: Page, nodes: list[int]) -> list[str]:
    """The stated weights of nodes, neighbours as one area."""
    runs: list[list[int]] = []
    for node in nodes:
        if runs and node == runs[-1][-1] + 1:
            runs[-1].append(node)
        else:
            runs.append([node])
    return [page.area((BODY + run[0], STATED), (BODY + run[-1], STATED)) for run in runs]
