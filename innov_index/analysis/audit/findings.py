"""What in an audit deserves a second look, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from innov_index.analysis.audit.audited import Audit
from innov_index.analysis.audit.correlations import pairs_above, pairs_below
from innov_index.analysis.audit.structure_findings import STRUCTURE_FINDINGS, Finding
from innov_index.analysis.audit.votes import vote_findings
from innov_index.model.arrays import Floats
from innov_index.model.sheet import Cell, Sheet

_MOST_REMOVALS = 5


def findings_sheet(audit: Audit) -> Sheet:
    """One row a finding, over all sections."""
    rows: list[list[Cell]] = [
        [section, found.element, found.figure, found.text]
        for section in FINDINGS
        for found in FINDINGS[section](audit)
    ]
    return Sheet(["section", "element", "figure", "finding"], rows)


def section_findings_sheet(audit: Audit, section: str) -> Sheet:
    """One row a finding of one section."""
    rows: list[list[Cell]] = [[f.element, f.figure, f.text] for f in FINDINGS[section](audit)]
    return Sheet(["element", "figure", "finding"], rows)


def leaf_codes(audit: Audit) -> list[str]:
    return [audit.framework.codes[leaf] for leaf in audit.framework.leaves]


def influence_flag(audit: Audit, node: int) -> str:
    value = float(audit.influence.with_index[node])
    return "negative" if value < 0 else "weak" if value < audit.limits.weak else ""


def by_shift(audit: Audit) -> list[int]:
    """Rows of the removal, those that move ranks most first."""
    shifts = audit.removal.mean_shift[:, audit.edition]
    return [int(row) for row in np.argsort(-np.nan_to_num(shifts, nan=-1.0), kind="stable")]


def largest_shift(shifts: Floats) -> tuple[float, int | None]:
    """The largest shift and its unit."""
    if np.isnan(shifts).all():
        return float("nan"), None
    unit = int(np.nanargmax(np.abs(shifts)))
    return float(shifts[unit]), unit


def _statistics_findings(audit: Audit) -> Iterator[Finding]:
    found, flags = audit.statistics, audit.flags
    for i, code in enumerate(leaf_codes(audit)):
        if flags.outliers[i]:
            text = f"outliers: kurtosis {found.kurtosis[i]:.1f}"
            if audit.step in (None, "raw", "denominated", "imputed", "screened"):
                text += ", even after treatment" if audit.still_outlying[i] else ", treated"
            yield Finding(code, float(found.skewness[i]), f"skewness; {text}")
        if flags.few_values[i]:
            yield Finding(code, float(found.available_share[i]), "share of units with a value is low")
        if flags.many_zeros[i]:
            yield Finding(code, float(found.non_zero_share[i]), "share of non-zero values is low")
        if flags.few_different[i]:
            yield Finding(code, float(found.unique_share[i]), "few distinct values")


def _availability_findings(audit: Audit) -> Iterator[Finding]:
    for row, unit in enumerate(audit.units):
        share = float(audit.availability.coverage[row])
        if share < audit.limits.unit_available:
            yield Finding(audit.scores.units.codes[unit], share, "share of indicators with a value is low")


def _correlation_findings(audit: Audit) -> Iterator[Finding]:
    codes, limits = audit.framework.codes, audit.limits
    for pair in pairs_above(audit.correlations, audit.framework, limits.collinear):
        element = f"{codes[pair.first]} and {codes[pair.second]}"
        yield Finding(element, pair.correlation, "collinear siblings: they may count double")
    for pair in pairs_below(audit.correlations, audit.framework, limits.opposed):
        element = f"{codes[pair.first]} and {codes[pair.second]}"
        yield Finding(element, pair.correlation, "siblings in conflict: their mean says little about either")


def _reliability_findings(audit: Audit) -> Iterator[Finding]:
    for node in audit.framework.inner:
        alpha = float(audit.alphas[0][node])
        if alpha < audit.limits.alpha:
            text = "children oppose each other" if alpha < 0 else "children have little in common"
            yield Finding(audit.framework.codes[node], alpha, f"Cronbach's alpha is low: {text}")


def _component_findings(audit: Audit) -> Iterator[Finding]:
    for node, found in audit.components.items():
        share = float(found.shares[0])
        if share < audit.limits.first_component:
            several, all_of_them = int((found.eigenvalues > 1).sum()), len(found.eigenvalues)
            text = f"share of the first component is low; eigenvalues above 1: {several} of {all_of_them}"
            yield Finding(audit.framework.codes[node], share, text)


def _influence_findings(audit: Audit) -> Iterator[Finding]:
    for node in range(1, len(audit.framework)):
        flag = influence_flag(audit, node)
        if flag:
            weight = audit.effective_weights[node]
            text = f"correlation with the index: {flag}"
            text += "" if np.isnan(weight) else f", effective weight {weight:.3f}"
            yield Finding(audit.framework.codes[node], float(audit.influence.with_index[node]), text)


def _removal_findings(audit: Audit) -> Iterator[Finding]:
    found = audit.removal
    for row in by_shift(audit)[:_MOST_REMOVALS]:
        mean = float(found.mean_shift[row, audit.edition])
        most, unit = largest_shift(found.shifts[row, audit.edition])
        if unit is None or not mean > 0:
            continue
        name = audit.scores.units.names[unit]
        text = f"mean shift of ranks when it is left out; the largest is {int(most):+d}, of {name}"
        yield Finding(audit.framework.codes[int(found.elements[row])], mean, text)


def _denominator_findings(audit: Audit) -> Iterator[Finding]:
    """Only indicators without a denominator."""
    settings = audit.index.config.recipe.leaf_steps["denomination"]
    for i, code in enumerate(leaf_codes(audit)):
        for j, name in enumerate(audit.denominator_names):
            value = float(audit.denominators[i, j])
            if settings[i].method.is_identity and abs(value) > audit.limits.denominator:
                yield Finding(code, value, f"correlation with {name}: the indicator may need a denominator")


FINDINGS: dict[str, Callable[[Audit], Iterable[Finding]]] = {
    "statistics": _statistics_findings,
    "availability": _availability_findings,
    "correlations": _correlation_findings,
    "reliability": _reliability_findings,
    "components": _component_findings,
    "influence": _influence_findings,
    "removal": _removal_findings,
    "denominators": _denominator_findings,
    **STRUCTURE_FINDINGS,
    "votes": vote_findings,
}
"""The findings of each section, in the order of display."""
