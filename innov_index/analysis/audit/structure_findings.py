"""What in the multivariate part of an audit deserves a second look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from innov_index.analysis.audit.audited import Audit
from innov_index.frozen import frozen
from innov_index.wording import counted, listed


@frozen
class Finding:
    """An element, the figure that flags it, and why."""

    element: str
    figure: float
    text: str


def _adequacy_findings(audit: Audit) -> Iterator[Finding]:
    limits = audit.limits
    for node, found in audit.structure.adequacy.items():
        code = audit.framework.codes[node]
        if found.columns < 2:
            continue
        if not audit.structure.complete[node].regular:
            text = "one child follows from the others, or there are too few units: no KMO, Bartlett, VIF"
            yield Finding(code, found.cases, f"units per child; {text}")
            continue
        if found.cases < limits.cases:
            yield Finding(code, found.cases, "units per child: rules of thumb ask for three, five or ten")
        # of two children, KMO is a half whatever their correlation
        if found.columns > 2 and found.kmo < limits.kmo:
            text = f"KMO below {limits.kmo}: the children share too little for a factor analysis"
            yield Finding(code, found.kmo, text)
        if found.p > limits.sphericity:
            yield Finding(code, found.p, "Bartlett's p: the children may be unrelated")
        for row in np.flatnonzero(found.inflation > limits.inflation):
            child = audit.framework.codes[audit.framework.children[node][row]]
            text = "variance inflation: its siblings already say most of what it says"
            yield Finding(child, float(found.inflation[row]), text)


def _siblings_findings(audit: Audit) -> Iterator[Finding]:
    for node, found in audit.structure.reliability.items():
        if audit.structure.adequacy[node].columns < 3:
            continue
        for row, child in enumerate(audit.framework.children[node]):
            rest, without = float(found.with_rest[row]), float(found.alpha_without[row])
            if rest < 0:
                text = f"correlation with the sum of its siblings; alpha is {without:.2f} without it"
                yield Finding(audit.framework.codes[child], rest, f"{text}, {found.alpha:.2f} with it")
            elif without > found.alpha + audit.limits.gain_in_alpha:
                text = f"alpha without it, {found.alpha:.2f} with it: it measures something else"
                yield Finding(audit.framework.codes[child], without, text)


def _factor_findings(audit: Audit) -> Iterator[Finding]:
    for node, found in audit.structure.factors.items():
        if isinstance(found, str):
            yield Finding(audit.framework.codes[node], float("nan"), f"no factors: {found}")
            continue
        for row in np.flatnonzero(found.heywood):
            child = audit.framework.codes[audit.framework.children[node][row]]
            text = "communality: a Heywood case, the factors would explain all of it"
            yield Finding(child, float(found.communalities[row]), text)


def _outlying_findings(audit: Audit) -> Iterator[Finding]:
    for node, (distances, probabilities) in audit.structure.outlying.items():
        far = np.flatnonzero(probabilities < audit.limits.outlying)
        if len(far):
            far = far[np.argsort(-distances[far], kind="stable")]
            names = [audit.scores.units.names[int(audit.units[row])] for row in far]
            text = f"squared Mahalanobis distance, p < {audit.limits.outlying}: {listed(names, 5)}"
            yield Finding(audit.framework.codes[node], float(distances[far[0]]), text)


def _cluster_findings(audit: Audit) -> Iterator[Finding]:
    for node, found in audit.structure.means.items():
        if found.reached < audit.limits.reached * found.starts:
            text = (
                f"of {found.starts} starts of k-means end in the tightest {audit.choices.groups} groups, the "
                f"others in {counted(found.optima - 1, 'local optimum', 'local optima')}: no sure groups"
            )
            yield Finding(audit.framework.codes[node], float(found.reached), text)


STRUCTURE_FINDINGS: dict[str, Callable[[Audit], Iterable[Finding]]] = {
    "adequacy": _adequacy_findings,
    "siblings": _siblings_findings,
    "factors": _factor_findings,
    "outlying": _outlying_findings,
    "clusters": _cluster_findings,
}
"""The findings of each section, in the order of display."""
