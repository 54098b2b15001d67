"""Every combination of scheme and normalisation that the page offers: the engine's numbers for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from innov_index.config.load import Config
from innov_index.config.recipe import Recipe
from innov_index.errors import InnovIndexError
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.model.dataset import Dataset
from innov_index.pipeline import score
from innov_index.pipeline.binding import bind
from innov_index.pipeline.indicators import run_indicator_steps
from innov_index.report.page.alternatives import AGGREGATIONS, Alternative, aggregation, normalisations
from innov_index.report.page.arithmetic import Arithmetic, arithmetic_of
from innov_index.report.page.edits import Edit, edits_between
from innov_index.report.page.pool import ColumnPool

POOL_LIMIT = 400_000
"""Bytes of arrays up to which combinations beside the main ones are added to the page."""

FIXED_WEIGHTS = ("given", "equal")
"""Weighting methods that do not look at the scores: a config may keep them whatever else changes."""


@dataclass(frozen=True)
class Scheme:
    """A scheme of the config (the first one: the config as it stands) in numbers."""

    name: str
    description: str
    index: Index
    dataset: Dataset
    arithmetic: Arithmetic
    weights: Floats
    scores: Floats
    ranks: Floats

    @property
    def keeps_weighting(self) -> bool:
        """Whether its weights stay what they are when normalisation or aggregation change."""
        steps = self.index.config.recipe.node_steps
        sums = any(setting.method.name == "sum" for setting in steps["aggregation"])
        return not sums and all(setting.method.name in FIXED_WEIGHTS for setting in steps["weighting"])


def schemes_of(index: Index, edition: int) -> tuple[list[Scheme], list[str]]:
    """The config as it stands and its schemes; and in sentences which of them are left out, and why."""
    found, left_out = [_scheme(index, "", edition)], []
    for name in index.schemes:
        try:
            scheme = _scheme(index, name, edition)
        except InnovIndexError as error:
            left_out.append(f"Scheme “{name}” has no result: {error.problems[0].message}")
            continue
        if scheme.index.framework.codes != index.framework.codes:
            left_out.append(f"Scheme “{name}” has another tree; the page does not show it.")
            continue
        found.append(scheme)
    return found, left_out


def _scheme(index: Index, name: str, edition: int) -> Scheme:
    varied = index.varied(scheme=name) if name else index
    dataset = index.dataset if _reads_the_same(index.config, varied.config) else varied.dataset
    scores = score(varied.config.recipe, dataset, index.name)
    stated = index.config.block.schemes.get(name, {}).get("description")
    return Scheme(
        name=name,
        description=str(stated or ""),
        index=varied,
        dataset=dataset,
        arithmetic=arithmetic_of(varied.config.recipe, len(scores.scores)),
        weights=scores.weights[edition],
        scores=scores.scores[edition],
        ranks=scores.ranks[edition, :, 0],
    )


def _reads_the_same(base: Config, other: Config) -> bool:
    """Whether two configs read the same columns of the same data."""
    own, others = base.recipe, other.recipe
    same = own.framework.indicators == others.framework.indicators and own.columns == others.columns
    return same and base.reads_the_data_of(other)


class Variants:
    """Tables of normalised indicators by scheme and normalisation, as columns of one pool."""

    def __init__(self, schemes: list[Scheme], edition: int, pool: ColumnPool) -> None:
        self.schemes = schemes
        self.edition = edition
        self.pool = pool
        self.document = schemes[0].index.config.document.plain()
        self.normalisations = normalisations(schemes[0].index.config)
        self.tables: dict[str, dict[str, Any]] = {}
        for position, alternative in self._in_order_of_use():
            self._add(position, alternative)

    def payload(self) -> dict[str, Any]:
        """What the page needs to know of its choices."""
        offered = {key.split("|")[1] for key in self.tables}
        return {
            "schemes": [self._scheme(scheme) for scheme in self.schemes],
            "normalisations": [
                {"key": entry.key, "label": entry.label}
                for entry in self.normalisations
                if entry.key in offered
            ],
            "tables": self.tables,
        }

    def _in_order_of_use(self) -> Iterator[tuple[int, Alternative]]:
        """The config with each normalisation, each scheme as it is, then each scheme with each other one."""
        stated, *others = self.normalisations
        yield 0, stated
        yield from ((0, other) for other in others)
        yield from ((position, stated) for position in range(1, len(self.schemes)))
        for position in range(1, len(self.schemes)):
            for other in normalisations(self.schemes[position].index.config)[1:]:
                yield position, other

    def _add(self, position: int, alternative: Alternative) -> None:
        scheme = self.schemes[position]
        stated = alternative.key == "stated"
        try:
            index = scheme.index.varied(settings=alternative.settings) if not stated else scheme.index
            columns = self._normalised(index.config.recipe, scheme.dataset)
        except InnovIndexError:
            return
        main = position == 0 or stated
        if not main and self.pool.size + self.pool.growth(columns) > POOL_LIMIT:
            return
        arithmetic = arithmetic_of(index.config.recipe, max(len(scheme.dataset.editions), 1))
        if not arithmetic.known_but_means and not stated:
            return
        table: dict[str, Any] = {
            "columns": self.pool.add(columns),
            "rescalings": arithmetic.rescalings if arithmetic.known_but_means else None,
            "edits": edits_between(self.document, index.config.document.plain()),
        }
        if stated and not scheme.arithmetic.known:
            table["frozen"] = self.pool.add(scheme.scores[:, scheme.index.framework.inner])
            table["ranks"] = self.pool.add(scheme.ranks[:, None])[0]
        self.tables[f"{position}|{alternative.key}"] = table

    def _normalised(self, recipe: Recipe, dataset: Dataset) -> Floats:
        plan = bind(recipe, dataset)
        raw = dataset.columns(recipe.framework.indicators)
        return np.asarray(run_indicator_steps(plan, raw).normalised[self.edition])

    def _scheme(self, scheme: Scheme) -> dict[str, Any]:
        base = self.schemes[0].index.framework.nodes
        return {
            "name": scheme.name,
            "description": scheme.description,
            "weights": [float(weight) for weight in scheme.weights],
            "means": scheme.arithmetic.means,
            "gaps": scheme.arithmetic.gaps,
            "keeps_weighting": scheme.keeps_weighting,
            "names": {
                position: node.name
                for position, node in enumerate(scheme.index.framework.nodes)
                if node.name != base[position].name
            },
            "aggregations": {method: self._aggregation(scheme, method) for method in AGGREGATIONS},
        }

    def _aggregation(self, scheme: Scheme, method: str) -> list[Edit] | None:
        """Edits of the scheme's config that give every node this mean; None where there is no such config."""
        config = scheme.index.config
        try:
            varied = config.varied(settings=aggregation(config, method).settings)
        except InnovIndexError:
            return None
        return edits_between(config.document.plain(), varied.document.plain())
