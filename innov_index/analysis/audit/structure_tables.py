"""The multivariate part of an audit as tables: one row a node, a child, a component, a unit or a merger."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.analysis.audit.audited import Audit
from innov_index.analysis.audit.multivariate.factor_count import RULES
from innov_index.model.sheet import Cell, Sheet


def adequacy_sheet(audit: Audit) -> Sheet:
    """One row a node: whether the correlations of its children are fit for a factor analysis."""
    rows: list[list[Cell]] = [
        [
            audit.framework.codes[node],
            found.units,
            found.columns,
            found.cases,
            found.kmo,
            found.chi_square,
            found.degrees,
            found.p,
            _largest(found.inflation),
            found.condition if np.isfinite(found.condition) else None,
        ]
        for node, found in audit.structure.adequacy.items()
    ]
    columns = ["node", "units", "children", "units per child", "KMO", "Bartlett", "df", "p"]
    return Sheet([*columns, "largest VIF", "condition number"], rows)


def siblings_sheet(audit: Audit) -> Sheet:
    """One row a child: how it belongs to its siblings."""
    rows: list[list[Cell]] = []
    for node, found in audit.structure.reliability.items():
        tests = audit.structure.adequacy[node]
        for row, child in enumerate(audit.framework.children[node]):
            rows.append(
                [
                    audit.framework.codes[node],
                    audit.framework.codes[child],
                    float(found.with_rest[row]),
                    float(found.alpha_without[row]),
                    float(tests.kmo_of_each[row]),
                    float(tests.inflation[row]),
                ]
            )
    return Sheet(["node", "child", "correlation with the rest", "alpha without", "KMO", "VIF"], rows)


def factor_count_sheet(audit: Audit) -> Sheet:
    """One row a component of the children of a node: its eigenvalue, its limits, and what keeps it."""
    rows: list[list[Cell]] = []
    for node, found in audit.structure.counts.items():
        kept = {rule: found.number(rule) for rule in RULES}
        for at, eigenvalue in enumerate(found.eigenvalues):
            limits = [float(one[at]) for one in (found.chance, found.low, found.high)]
            by = ", ".join(rule for rule in RULES if at < kept[rule])
            rows.append([audit.framework.codes[node], at + 1, float(eigenvalue), *limits, by])
    limit_names = ["by chance, 95 %", "sampled, 5 %", "sampled, 95 %"]
    return Sheet(["node", "component", "eigenvalue", *limit_names, "kept by"], rows)


def factors_sheet(audit: Audit) -> Sheet:
    """One row a child of a node: its loadings and its communality; below them what each factor explains."""
    solutions = audit.structure.factors
    most = max(
        (len(found.explained) for found in solutions.values() if not isinstance(found, str)), default=0
    )
    rows: list[list[Cell]] = []
    for node, found in solutions.items():
        code = audit.framework.codes[node]
        if isinstance(found, str):
            rows.append([code, "", *[None] * (most + 1), f"no factors: {found}"])
            continue
        gaps = [None] * (most - len(found.explained))
        for row, child in enumerate(audit.framework.children[node]):
            loadings = [float(one) for one in found.loadings[row]]
            note = "Heywood case" if found.heywood[row] else ""
            cells = [*loadings, *gaps, float(found.communalities[row]), note]
            rows.append([code, audit.framework.codes[child], *cells])
        explained = [float(one) for one in found.explained]
        note = "" if found.settled else "the search did not settle"
        rows.append([code, "variance explained", *explained, *gaps, float(found.explained.sum()), note])
    names = [f"factor {at + 1}" for at in range(most)]
    return Sheet(["node", "child", *names, "communality", "note"], rows)


def outlying_sheet(audit: Audit) -> Sheet:
    """One row a unit and node: its distance from the mean of the node's children, the furthest first."""
    rows: list[list[Cell]] = []
    units = audit.scores.units
    for node, (distances, probabilities) in audit.structure.outlying.items():
        for row in np.argsort(-np.nan_to_num(distances, nan=-1.0), kind="stable"):
            if np.isnan(distances[row]):
                break
            unit = int(audit.units[row])
            figures = float(distances[row]), float(probabilities[row])
            rows.append([audit.framework.codes[node], units.codes[unit], units.names[unit], *figures])
    return Sheet(["node", "unit", "name", "squared distance", "p"], rows)


def clusters_sheet(audit: Audit) -> Sheet:
    """One row a unit and node, as a dendrogram lists the units: its group by mergers and around means."""
    rows: list[list[Cell]] = []
    units = audit.scores.units
    for node, tree in audit.structure.trees.items():
        kept = audit.units[audit.structure.usable[node].units]
        merged, means = tree.groups(audit.choices.groups), audit.structure.means.get(node)
        for at in tree.order:
            unit = int(kept[at])
            around = None if means is None else int(means.groups[at])
            groups = int(merged[at]), around
            rows.append([audit.framework.codes[node], units.codes[unit], units.names[unit], *groups])
    return Sheet(["node", "unit", "name", "group by mergers", "group around means"], rows)


def mergers_sheet(audit: Audit) -> Sheet:
    """One row a merger of units or of children, the nearest first: the dendrogram in numbers."""
    rows: list[list[Cell]] = []
    for node, found in audit.structure.usable.items():
        units = [audit.scores.units.codes[int(unit)] for unit in audit.units[found.units]]
        children = [audit.framework.codes[audit.framework.children[node][column]] for column in found.columns]
        trees = (
            ("units", units, audit.structure.trees),
            ("children", children, audit.structure.column_trees),
        )
        for what, names, mergers in trees:
            texts = list(names)
            for at, (first, second, height, size) in enumerate(mergers[node].mergers):
                pair = texts[int(first)], texts[int(second)]
                texts.append(f"merger {at + 1}")
                rows.append([audit.framework.codes[node], what, at + 1, *pair, float(height), int(size)])
    return Sheet(["node", "of", "merger", "first", "second", "height", "size"], rows)


def importance_sheet(audit: Audit) -> Sheet:
    """One row a child: what it contributes to the scores of its node, beside its weight."""
    rows: list[list[Cell]] = []
    for node, found in audit.structure.contributions.items():
        used = audit.structure.usable[node].columns
        for at, column in enumerate(used):
            child = audit.framework.children[node][column]
            figures = (found.direct, found.coefficients, found.shares, found.errors)
            cells = [float(one[at]) for one in figures]
            weight = float(audit.weights[child])
            rows.append([audit.framework.codes[node], audit.framework.codes[child], weight, *cells])
    columns = ["node", "child", "weight", "correlation", "coefficient", "share of R²", "standard error"]
    return Sheet(columns, rows)


STRUCTURE_SECTIONS: dict[str, tuple[str, Callable[[Audit], Sheet]]] = {
    "adequacy": ("Are the children fit for a factor analysis", adequacy_sheet),
    "siblings": ("Each child among its siblings", siblings_sheet),
    "factor-count": ("How many factors", factor_count_sheet),
    "factors": ("Rotated factors", factors_sheet),
    "outlying": ("Units out of line", outlying_sheet),
    "clusters": ("Groups of units", clusters_sheet),
    "mergers": ("Mergers of units, and of children", mergers_sheet),
    "importance": ("What each child contributes", importance_sheet),
}
"""Title and table of each section, in the order of display."""


def _largest(values: np.ndarray) -> float:
    return float("nan") if np.isnan(values).all() else float(np.nanmax(values))
