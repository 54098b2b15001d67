"""An audit as tables: one a section, one unit in detail, ranks inside groups."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.analysis.audit.audited import Audit
from innov_index.analysis.audit.correlations import ancestor_pairs, pair_counts, same_level_pairs
from innov_index.analysis.audit.findings import by_shift, influence_flag, largest_shift, leaf_codes
from innov_index.analysis.audit.structure_tables import STRUCTURE_SECTIONS
from innov_index.analysis.audit.votes import VOTE_SECTIONS
from innov_index.model.arrays import Floats
from innov_index.model.sheet import Cell, Sheet, rank_cell
from innov_index.wording import counted


def statistics_sheet(audit: Audit) -> Sheet:
    """One row an indicator: its distribution and its flags."""
    found, flags = audit.statistics, audit.flags
    figures = {
        "min": found.minimum,
        "max": found.maximum,
        "mean": found.mean,
        "median": found.median,
        "sd": found.deviation,
        "skewness": found.skewness,
        "kurtosis": found.kurtosis,
        "available": found.available_share,
        "non-zero": found.non_zero_share,
        "different": found.unique_share,
        "most frequent": found.most_frequent_share,
    }
    words = {
        "outliers": flags.outliers,
        "few values": flags.few_values,
        "many zeros": flags.many_zeros,
        "few distinct values": flags.few_different,
    }
    rows: list[list[Cell]] = [
        [
            code,
            *(float(values[i]) for values in figures.values()),
            int(audit.scores.treated[audit.edition][:, i].sum()),
            "; ".join(word for word, mask in words.items() if mask[i]),
        ]
        for i, code in enumerate(leaf_codes(audit))
    ]
    return Sheet(["indicator", *figures, "treated cells", "flags"], rows)


def availability_sheet(audit: Audit) -> Sheet:
    """One row a unit: its missing values, overall and below each inner node."""
    found, inner = audit.availability, audit.framework.inner
    rows: list[list[Cell]] = [
        [
            audit.scores.units.codes[unit],
            audit.scores.units.names[unit],
            int(found.missing[row]),
            int(found.zero[row]),
            float(found.coverage[row]),
            float(found.nonzero[row]),
            *(float(audit.node_availability[row, node]) for node in inner[1:]),
        ]
        for row, unit in enumerate(audit.units)
    ]
    nodes = [audit.framework.codes[node] for node in inner[1:]]
    return Sheet(["unit", "name", "missing", "zeros", "available", "non-zero", *nodes], rows)


def correlations_sheet(audit: Audit) -> Sheet:
    """One row a pair of nodes: each with its ancestors, and all pairs of one level, in tree order."""
    framework, counts = audit.framework, pair_counts(audit.node_values)
    rows: list[list[Cell]] = []
    for node, ancestor in ancestor_pairs(framework):
        relation = "parent" if framework.nodes[node].parent == ancestor else "ancestor"
        rows.append(_pair_row(audit, counts, node, ancestor, relation))
    for first, second in same_level_pairs(framework):
        siblings = framework.nodes[first].parent == framework.nodes[second].parent
        rows.append(_pair_row(audit, counts, first, second, "siblings" if siblings else "same level"))
    return Sheet(["node", "with", "relation", "correlation", "p", "units", "flag"], rows)


def reliability_sheet(audit: Audit) -> Sheet:
    """One row an inner node: alpha of its children, as they are and standardised; omega."""
    children, leaves = audit.alphas
    framework = audit.framework
    standardised = {node: (found.alpha, found.omega) for node, found in audit.structure.reliability.items()}
    rows: list[list[Cell]] = [
        [
            framework.codes[node],
            int(framework.levels[node]),
            len(framework.children[node]),
            float(children[node]),
            *standardised.get(int(node), (float("nan"),) * 2),
            int(framework.leaf_matrix[:, node].sum()),
            float(leaves[node]),
            "low" if children[node] < audit.limits.alpha else "",
        ]
        for node in framework.inner
    ]
    columns = ["node", "level", "children", "alpha", "standardised alpha", "omega"]
    return Sheet([*columns, "indicators", "alpha of indicators", "flag"], rows)


def components_sheet(audit: Audit) -> Sheet:
    """One row a principal component of the children of a node."""
    rows: list[list[Cell]] = []
    for node, found in audit.components.items():
        for component, eigenvalue in enumerate(found.eigenvalues):
            rows.append(
                [
                    audit.framework.codes[node],
                    int(found.units),
                    component + 1,
                    float(eigenvalue),
                    float(found.shares[component]),
                    float(found.shares[: component + 1].sum()),
                ]
            )
    return Sheet(["node", "units", "component", "eigenvalue", "share", "cumulative"], rows)


def loadings_sheet(audit: Audit) -> Sheet:
    """One row a child and component."""
    rows: list[list[Cell]] = []
    for node, found in audit.components.items():
        for component in range(len(found.eigenvalues)):
            for row, child in enumerate(audit.framework.children[node]):
                loading = float(found.loadings[row, component])
                codes = (audit.framework.codes[node], audit.framework.codes[child])
                rows.append([*codes, component + 1, loading])
    return Sheet(["node", "child", "component", "loading"], rows)


def influence_sheet(audit: Audit) -> Sheet:
    """One row a node: its weight, and its correlation with the index."""
    framework, found = audit.framework, audit.influence
    rows: list[list[Cell]] = [
        [
            framework.codes[node],
            int(framework.levels[node]),
            framework.codes[framework.nodes[node].parent],
            float(audit.weights[node]),
            float(found.importance[node]),
            float(found.with_parent[node]),
            float(audit.effective_weights[node]),
            float(found.with_index[node]),
            influence_flag(audit, node),
        ]
        for node in range(1, len(framework))
    ]
    columns = [
        "node",
        "level",
        "parent",
        "weight",
        "importance",
        "with parent",
        "effective weight",
        "with index",
    ]
    return Sheet([*columns, "flag"], rows)


def removal_sheet(audit: Audit) -> Sheet:
    """One row a node: how ranks shift when it is left out, the largest mean shift first."""
    found, framework = audit.removal, audit.framework
    rows: list[list[Cell]] = []
    for row in by_shift(audit):
        node = int(found.elements[row])
        shifts = found.shifts[row, audit.edition]
        most, unit = largest_shift(shifts)
        rows.append(
            [
                framework.codes[node],
                int(framework.levels[node]),
                float(audit.effective_weights[node]),
                float(found.mean_shift[row, audit.edition]),
                rank_cell(most),
                "" if unit is None else audit.scores.units.names[unit],
                found.refused.get(node, "") or _vanished(int(found.vanished[row, audit.edition])),
            ]
        )
    columns = ["without", "level", "effective weight", "mean shift", "largest shift", "of unit", "remark"]
    return Sheet(columns, rows)


def _vanished(vanished: int) -> str:
    """How many units the removal of an element leaves without a rank; "" for none."""
    have = "has" if vanished == 1 else "have"
    return f"{counted(vanished, 'unit')} {have} no rank without it" if vanished else ""


def denominators_sheet(audit: Audit) -> Sheet:
    """One row an indicator: its correlation with each denominator."""
    rows: list[list[Cell]] = [
        [code, *(float(value) for value in audit.denominators[i])] for i, code in enumerate(leaf_codes(audit))
    ]
    return Sheet(["indicator", *audit.denominator_names], rows)


def group_sheet(audit: Audit, column: str) -> Sheet:
    """One row a unit: its ranks among the units of its group, in the index and in every inner node."""
    ranks = audit.group_ranks(column)
    labels = audit.index.dataset.units.groups[column]
    inner = audit.framework.inner
    order = [int(unit) for unit in audit.scores.order(audit.edition) if labels[unit]]
    order.sort(key=lambda unit: labels[unit])
    rows: list[list[Cell]] = [
        [
            labels[unit],
            audit.scores.units.codes[unit],
            audit.scores.units.names[unit],
            *(rank_cell(ranks[unit, node]) for node in inner),
        ]
        for unit in order
    ]
    return Sheet(["group", "unit", "name", *(audit.framework.codes[node] for node in inner)], rows)


def unit_summary_sheet(audit: Audit, unit: int, group: str | None = None) -> Sheet:
    """One row an inner node: score and rank of one unit, and its rank in its group."""
    framework, scores = audit.framework, audit.scores
    in_group = None if group is None else audit.group_ranks(group)[unit]
    rows: list[list[Cell]] = [
        [
            framework.codes[node],
            framework.nodes[node].name,
            int(framework.levels[node]),
            float(scores.scores[audit.edition, unit, node]),
            rank_cell(scores.ranks[audit.edition, unit, node]),
            float(scores.coverage[audit.edition, unit, node]),
            *([] if in_group is None else [rank_cell(in_group[node])]),
        ]
        for node in sorted(framework.inner, key=lambda node: int(framework.levels[node]))
    ]
    columns = ["node", "name", "level", "score", "rank", "coverage"]
    return Sheet([*columns, *([] if group is None else [f"rank in {group}"])], rows)


def strengths_sheet(audit: Audit, unit: int) -> Sheet:
    """Strengths and weaknesses of one unit, best first and worst first."""
    found = audit.profile_of(unit)
    values = audit.values("raw")[int(np.searchsorted(audit.units, unit))]
    rows: list[list[Cell]] = []
    for kind, positions in (("strength", found.strengths), ("weakness", found.weaknesses)):
        for column in positions:
            node = audit.framework.nodes[audit.framework.leaves[column]]
            rank = rank_cell(found.ranks[column])
            parent = audit.framework.codes[node.parent]
            note = audit.scores.note(audit.edition, unit, int(audit.framework.leaves[column]))
            rows.append([kind, node.code, node.name, parent, rank, float(values[column]), node.unit, note])
    return Sheet(["kind", "indicator", "name", "dimension", "rank", "value", "unit", "note"], rows)


SECTIONS: dict[str, tuple[str, Callable[[Audit], Sheet]]] = {
    "statistics": ("Indicators one by one", statistics_sheet),
    "availability": ("Data availability of units", availability_sheet),
    "correlations": ("Correlations", correlations_sheet),
    "reliability": ("Cronbach's alpha", reliability_sheet),
    "components": ("Principal components", components_sheet),
    "loadings": ("Loadings of the components", loadings_sheet),
    "influence": ("Weights against correlations", influence_sheet),
    "removal": ("The index without each element", removal_sheet),
    "denominators": ("Indicators that grow with size", denominators_sheet),
    **STRUCTURE_SECTIONS,
    **VOTE_SECTIONS,
}
"""Title and table of each section, in the order of display."""


def _pair_row(audit: Audit, counts: Floats, first: int, second: int, relation: str) -> list[Cell]:
    value = float(audit.correlations[first, second])
    codes = audit.framework.codes
    p = float(audit.p_values[first, second])
    units = int(counts[first, second])
    return [codes[first], codes[second], relation, value, p, units, _pair_flag(audit, value, relation)]


def _pair_flag(audit: Audit, value: float, relation: str) -> str:
    limits = audit.limits
    if relation in ("parent", "ancestor"):
        return "negative" if value < 0 else "weak" if value < limits.weak else ""
    if relation == "siblings":
        return "collinear" if value > limits.collinear else "in conflict" if value < limits.opposed else ""
    return ""
