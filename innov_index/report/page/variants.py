"""Every combination of scheme and normalisation that the page offers, as columns of one pool."""

from __future__ import annotations

from typing import Any

from innov_index.analysis.compare.alternatives import Alternatives, Normalised, Scheme
from innov_index.analysis.compare.choices import AGGREGATIONS
from innov_index.report.page.arithmetic import arithmetic_of
from innov_index.report.page.edits import Edit, edits_between
from innov_index.report.page.pool import ColumnPool

POOL_LIMIT = 400_000
"""Bytes of arrays up to which combinations beside the main ones are added to the page."""


class Variants:
    """Tables of normalised indicators by scheme and normalisation."""

    def __init__(self, alternatives: Alternatives, pool: ColumnPool) -> None:
        self.alternatives = alternatives
        self.pool = pool
        self.document = alternatives.schemes[0].index.config.document.plain()
        self.tables: dict[str, dict[str, Any]] = {}
        for found in alternatives.normalised():
            self._add(found)

    def payload(self) -> dict[str, Any]:
        """What the page needs to know of its choices."""
        offered = {key.split("|")[1] for key in self.tables}
        return {
            "schemes": [self._scheme(scheme) for scheme in self.alternatives.schemes],
            "normalisations": [
                {"key": choice.key, "label": choice.label}
                for choice in self.alternatives.normalisations
                if choice.key in offered
            ],
            "tables": self.tables,
        }

    def _add(self, found: Normalised) -> None:
        main = found.scheme == 0 or found.stated
        if not main and self.pool.size + self.pool.growth(found.values) > POOL_LIMIT:
            return
        scheme = self.alternatives.schemes[found.scheme]
        arithmetic = arithmetic_of(found.config.recipe, scheme.editions)
        if not arithmetic.known_but_means and not found.stated:
            return
        table: dict[str, Any] = {
            "columns": self.pool.add(found.values),
            "rescalings": arithmetic.rescalings if arithmetic.known_but_means else None,
            "edits": edits_between(self.document, found.config.document.plain()),
        }
        if found.stated and not arithmetic.known:
            table["frozen"] = self.pool.add(scheme.scores[:, scheme.index.framework.inner])
            table["ranks"] = self.pool.add(scheme.ranks[:, None])[0]
        self.tables[f"{found.scheme}|{found.choice.key}"] = table

    def _scheme(self, scheme: Scheme) -> dict[str, Any]:
        base = self.alternatives.schemes[0].index.framework.nodes
        arithmetic = arithmetic_of(scheme.index.config.recipe, scheme.editions)
        return {
            "name": scheme.name,
            "description": scheme.description,
            "weights": [float(weight) for weight in scheme.weights],
            "means": arithmetic.means,
            "gaps": arithmetic.gaps,
            "keeps_weighting": scheme.keeps_weighting,
            "names": {
                position: node.name
                for position, node in enumerate(scheme.index.framework.nodes)
                if node.name != base[position].name
            },
            "aggregations": {method: _means_edits(scheme, method) for method in AGGREGATIONS},
        }


def _means_edits(scheme: Scheme, method: str) -> list[Edit] | None:
    """Edits of the scheme's config that give every node this mean; None where there is no such config."""
    varied = scheme.with_means(method)
    if varied is None:
        return None
    return edits_between(scheme.index.config.document.plain(), varied.document.plain())
