"""The tree with its directions and weights: the cells that people change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.pipeline.calls import Call
from innov_index.report.workbook.excel_formulas import sum_of
from innov_index.report.workbook.sheet_cells import FIRST, Cell, Page, figure, text
from innov_index.report.workbook.source import Source

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


@dataclass(frozen=True)
class Tree:
    """The sheet, and where the other sheets find what they need of a node."""

    page: Page

    def direction(self, node: int) -> str:
        return self.page.at(BODY + node, DIRECTION, fixed="both")

    def stated(self, node: int) -> str:
        return self.page.at(BODY + node, STATED, fixed="both")

    def stated_value(self, node: int) -> float:
        value = self.page.cells[BODY + node, STATED].value
        assert isinstance(value, float | int)
        return float(value)

    def weight(self, node: int) -> str:
        return self.page.at(BODY + node, LOCAL, fixed="both")


def tree_page(source: Source) -> Tree:
    """One row a node, in tree order."""
    page = Page(
        "Framework",
        "Framework",
        "The tree. Yellow cells are to be changed: direction (1: more is better, -1: less) and weight.",
        freeze=(BODY, 2),
        widths={column: width for column, (_, width) in enumerate(COLUMNS)},
    )
    for column, (words, _) in enumerate(COLUMNS):
        page.cells[FIRST, column] = text(words, "head")
    tree = Tree(page)
    weighted = {
        int(node): call for node, call in zip(source.framework.inner, source.plan.weighting, strict=True)
    }
    for node in range(len(source.framework)):
        _row(source, tree, node, weighted)
    return tree


def is_stated(call: Call) -> bool:
    """Whether the weights are those a person stated (or equal ones), not learned from the data."""
    return call.method.name in ("given", "equal")


def _row(source: Source, tree: Tree, node: int, weighting: dict[int, Call]) -> None:
    framework, page, row = source.framework, tree.page, BODY + node
    entry = framework.nodes[node]
    parent = framework.codes[entry.parent] if node else ""
    cells: list[Cell] = [
        text(entry.code),
        text("  " * entry.level + entry.name),
        Cell(entry.level, "", "count"),
    ]
    cells.append(text(parent))
    cells.append(Cell(entry.direction, "", "input") if entry.is_leaf else text(""))
    cells += _weights(source, tree, node, weighting)
    if entry.is_leaf:
        cells += [text("", "note"), text("", "note")]
    else:
        place = int(np.searchsorted(framework.inner, node))
        methods = (weighting[node].method.name, source.plan.aggregation[place].method.name)
        cells += [text(words, "note") for words in methods]
    cells.append(text("; ".join(entry.flags)))
    for column, cell in enumerate(cells):
        page.cells[row, column] = cell


def _weights(source: Source, tree: Tree, node: int, weighting: dict[int, Call]) -> list[Cell]:
    local = float(source.scores.weights[source.edition, node])
    effective = float(source.scores.effective_weights[source.edition, node])
    if node == 0:
        return [text(""), Cell(1, "", "share"), Cell(1, "", "share")]
    parent = source.framework.nodes[node].parent
    siblings = source.framework.children[parent]
    total = sum_of(_areas(tree, [int(sibling) for sibling in siblings]))
    call = weighting[parent]
    above = tree.page.at(BODY + parent, EFFECTIVE)
    return [
        _stated(source, call, parent, node, local),
        figure(local, f"={tree.page.at(BODY + node, STATED)}/{total}", "share"),
        figure(effective, f"={tree.page.at(BODY + node, LOCAL)}*{above}", "share"),
    ]


def _stated(source: Source, call: Call, parent: int, node: int, local: float) -> Cell:
    framework = source.framework
    place = int(np.flatnonzero(framework.children[parent] == node)[0])
    if call.method.name == "given":
        return Cell(float(framework.stated_weights(parent)[place]), "", "input")
    if call.method.name == "equal":
        below = framework.leaf_matrix.sum(axis=0)[node] if call.options["per"] == "indicator" else 1.0
        return Cell(float(below), "", "input")
    return Cell(local, "", "marked")


def _areas(tree: Tree, nodes: list[int]) -> list[str]:
    """The stated weights of nodes, neighbours as one area."""
    runs: list[list[int]] = []
    for node in nodes:
        if runs and node == runs[-1][-1] + 1:
            runs[-1].append(node)
        else:
            runs.append([node])
    return [tree.page.area((BODY + run[0], STATED), (BODY + run[-1], STATED)) for run in runs]
