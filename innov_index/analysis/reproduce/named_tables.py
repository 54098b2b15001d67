"""Tables that others print about an index, computed: one function a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

import numpy as np

from innov_index.analysis.audit.audited import Audit
from innov_index.analysis.audit.multivariate.clusters import cluster_units
from innov_index.analysis.audit.multivariate.contributions import contributions, with_outcome
from innov_index.analysis.audit.multivariate.solution import Choices, Solution, solve
from innov_index.analysis.audit.social_choice import MOST_ORDERED, frequencies, outranking, support_of
from innov_index.analysis.ranking.unit_figures import Figures
from innov_index.config.language import PrintedTableBlock
from innov_index.errors import InnovIndexError, UndefinedError, look_up
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

BETWEEN = "|"
"""Stands between the units of an order in the name of its row."""


@frozen
class Computed:
    """A table by the names of its rows and columns.

    Attributes
    ----------
    figures : (rows, columns)
    factors : int
        The first columns, which have no order and no sign of their own: they are compared as they fit best.
    signed : names of rows
        Whose figures change sign with their factor.
    running : names of rows
        Whose figures are summed from column to column once the factors are in order.
    labels : bool
        The figures only say what belongs together.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    figures: Floats
    factors: int = 0
    signed: frozenset[str] = field(default_factory=frozenset)
    running: frozenset[str] = field(default_factory=frozenset)
    labels: bool = False


@frozen
class _Node:
    """What the tables are made of: the children of one node in one edition."""

    audit: Audit
    of: PrintedTableBlock
    node: int

    @property
    def children(self) -> list[str]:
        return [self.audit.framework.codes[child] for child in self.audit.framework.children[self.node]]

    @property
    def values(self) -> Floats:
        return self.audit.node_values[:, self.audit.framework.children[self.node]]

    @property
    def weights(self) -> Floats:
        return self.audit.weights[self.audit.framework.children[self.node]]

    @property
    def units(self) -> list[str]:
        return [self.audit.scores.units.codes[int(unit)] for unit in self.audit.units]


def compute(audit: Audit, of: PrintedTableBlock) -> Computed:
    """The table that a block asks for.

    Raises
    ------
    InnovIndexError
        The index has no such node or column, or no such table.
    """
    position = audit.framework.position
    node = 0 if of.node is None else look_up(position, of.node, "node")
    if len(audit.framework.children[node]) < 2:
        raise InnovIndexError(f"{audit.framework.codes[node]}: '{of.table}' needs at least two children")
    stated = of.model_fields_set - {"table", "node", "scale"}
    if useless := sorted(stated - _CHOICES.get(of.table, frozenset())):
        raise InnovIndexError(f"`{useless[0]}` has no effect on the table '{of.table}'")
    found = TABLES[of.table](_Node(audit, of, node))
    return found if found.labels else _scaled(found, of.scale)


def _scaled(found: Computed, scale: float) -> Computed:
    from dataclasses import replace

    return found if scale == 1 else replace(found, figures=found.figures * scale)


def _correlations(node: _Node) -> Computed:
    at = node.audit.framework.children[node.node]
    return Computed(node.children, node.children, node.audit.correlations[np.ix_(at, at)])


def _eigenvalues(node: _Node) -> Computed:
    found = node.audit.components[node.node]
    percent = 100 * found.shares
    figures = np.stack([found.eigenvalues, percent, percent.cumsum()], axis=-1)
    return Computed(
        [str(at + 1) for at in range(len(percent))], ("eigenvalue", "percent", "cumulative"), figures
    )


def _solution(node: _Node) -> Solution:
    of = node.of
    floor: float | Floats = 0.005
    if isinstance(of.uniqueness, float):
        floor = of.uniqueness
    else:
        for child in of.uniqueness:
            look_up({name: name for name in node.children}, child, "child")
        floor = np.array([of.uniqueness.get(child, 0.005) for child in node.children])
    choices = Choices(of.extraction, of.rotation, of.factors)
    try:
        return solve(node.audit.structure.complete[node.node], len(node.children), choices, floor)
    except UndefinedError as refusal:
        code = node.audit.framework.codes[node.node]
        raise InnovIndexError(f"{code}: no '{of.table}': {refusal}") from refusal


def _factor_names(found: Solution) -> list[str]:
    return [f"factor {at + 1}" for at in range(len(found.explained))]


def _loadings(node: _Node) -> Computed:
    found = _solution(node)
    share = 100 * found.explained / np.isfinite(found.communalities).sum()
    unknown = np.full(2, np.nan)
    figures = np.column_stack(
        [np.vstack([found.loadings, found.explained, share]), np.append(found.communalities, unknown)]
    )
    return Computed(
        [*node.children, "variance explained", "cumulative percent"],
        [*_factor_names(found), "communality"],
        figures,
        len(found.explained),
        frozenset(node.children),
        frozenset({"cumulative percent"}),
    )


def _squared_loadings(node: _Node) -> Computed:
    found = _solution(node)
    squares = found.loadings**2 / (found.loadings**2).sum(axis=0)
    rows = [*node.children, "share of explained"]
    figures = np.vstack([squares, found.explained / found.explained.sum()])
    return Computed(rows, _factor_names(found), figures, len(found.explained))


def _reliability(node: _Node) -> Computed:
    found = node.audit.structure.reliability[node.node]
    figures = np.stack([found.with_rest, found.alpha_without], axis=-1)
    columns = ("correlation with the rest", "alpha")
    return Computed([*node.children, "all"], columns, np.vstack([figures, [np.nan, found.alpha]]))


def _groups(node: _Node) -> Computed:
    found = node.audit.structure.complete[node.node]
    tree = cluster_units(found.standardised, node.of.linkage)
    rows = [node.units[int(unit)] for unit in found.units]
    return Computed(rows, ("group",), tree.groups(node.of.groups)[:, None].astype(np.float64), labels=True)


def _weights(node: _Node) -> Computed:
    return Computed(node.children, ("weight",), node.weights[:, None])


def _weights_of_units(node: _Node) -> Computed:
    """Weights that differ from unit to unit, as benefit of the doubt gives them."""
    audit = node.audit
    found = Figures(audit.index, audit.scores).of_nodes(audit.edition).get("weight", {})
    columns = [found.get(int(child)) for child in audit.framework.children[node.node]]
    if any(column is None for column in columns):
        code = audit.framework.codes[node.node]
        raise InnovIndexError(f"{code}: its method gives all units the same weights; use the table 'weights'")
    figures = [[float(column[int(unit)]) for column in columns] for unit in audit.units]  # type: ignore[index, arg-type]
    return Computed(node.units, node.children, np.array(figures))


def _contributions(node: _Node) -> Computed:
    one = node.audit.structure.complete[node.node]
    if node.of.outcome is None:
        outcome = node.audit.node_values[:, node.node]
    else:
        column = look_up(node.audit.index.dataset.units.columns, node.of.outcome, "column of the units")
        outcome = column[node.audit.edition][node.audit.rows]
    correlations = with_outcome(one, outcome)
    if correlations is None:
        raise InnovIndexError("the outcome of the table 'contributions' does not vary, or has gaps")
    found = contributions(one.matrix, correlations)
    order = np.argsort(np.argsort(-found.coefficients, kind="stable")) + 1.0
    figures = np.full((len(node.children), 5), np.nan)
    percent = 100 * found.direct / found.direct.sum()
    figures[one.columns] = np.stack([found.direct, percent, found.coefficients, order, found.shares], axis=-1)
    columns = ("correlation", "percent of correlations", "coefficient", "order of coefficients", "share")
    return Computed(node.children, columns, figures)


def _concordance(node: _Node) -> Computed:
    """Of two children: for each unit, those below it in the first that are below it in the second too."""
    first, second = node.values[:, 0], node.values[:, 1]
    after = (first[None, :] < first[:, None]) & (second[None, :] < second[:, None])
    counts, units = after.sum(axis=1), len(first)
    tau = 4 * counts.sum() / (units * (units - 1)) - 1
    return Computed([*node.units, "coefficient"], ("contribution",), np.append(counts, tau)[:, None])


def _outranking(node: _Node) -> Computed:
    return Computed(node.units, node.units, outranking(node.values, node.weights))


def _frequencies(node: _Node) -> Computed:
    places = [str(place + 1) for place in range(len(node.units))]
    return Computed(places, node.units, frequencies(node.values, node.weights))


def _support_of_orders(node: _Node) -> Computed:
    """Of every order of up to `MOST_ORDERED` units."""
    from itertools import permutations

    matrix = outranking(node.values, node.weights)
    if len(matrix) > MOST_ORDERED:
        raise InnovIndexError(
            f"the support of every order is told of up to {MOST_ORDERED} units; here are {len(matrix)}"
        )
    orders = list(permutations(range(len(matrix))))
    figures = [support_of(matrix, np.array(order)) for order in orders]
    return Computed([_name(node, order) for order in orders], ("support",), np.array(figures)[:, None])


def _name(node: _Node, order: Sequence[int]) -> str:
    return BETWEEN.join(node.units[unit] for unit in order)


_FACTORS = frozenset({"factors", "extraction", "rotation", "uniqueness"})
_CHOICES: Mapping[str, frozenset[str]] = {
    "loadings": _FACTORS,
    "squared loadings": _FACTORS,
    "groups": frozenset({"linkage", "groups"}),
    "contributions": frozenset({"outcome"}),
}
"""Choices that have an effect on each table."""

TABLES: Mapping[str, Callable[[_Node], Computed]] = {
    "correlations": _correlations,
    "eigenvalues": _eigenvalues,
    "loadings": _loadings,
    "squared loadings": _squared_loadings,
    "reliability": _reliability,
    "groups": _groups,
    "weights": _weights,
    "weights of units": _weights_of_units,
    "contributions": _contributions,
    "concordance": _concordance,
    "frequencies": _frequencies,
    "outranking": _outranking,
    "support of orders": _support_of_orders,
}
