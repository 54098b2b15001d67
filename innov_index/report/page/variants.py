"""Every combination of scheme and normalisation that the page offers.

Its indicators are columns of one pool, its config is a list of edits of the page's copy of the config.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from innov_index.analysis.compare.alternatives import Alternatives, Normalised, Scheme
from innov_index.analysis.compare.choices import AGGREGATIONS
from innov_index.model.arrays import Floats
from innov_index.report.page.arithmetic import arithmetic_of
from innov_index.wording import decimals_of

POOL_LIMIT = 400_000
"""Combinations beside the main ones are added to the page up to this many bytes of arrays."""

Edit: TypeAlias = list[Any]
"""[path, value] sets what stands at the path; [path] alone removes it."""


class ColumnPool:
    """Distinct columns over the units, written as float64 in base64.

    Their bytes are little-endian, the order of JavaScript's typed arrays on nearly every machine.
    """

    def __init__(self) -> None:
        self._positions: dict[bytes, int] = {}

    def add(self, columns: Floats) -> list[int]:
        """Positions of the columns of (units, columns) in the pool."""
        keys = self._keys(columns)
        return [self._positions.setdefault(key, len(self._positions)) for key in keys]

    def growth(self, columns: Floats) -> int:
        """Bytes by which adding these columns would make the pool larger."""
        return sum(len(key) for key in set(self._keys(columns)) if key not in self._positions)

    @property
    def size(self) -> int:
        """Bytes in the pool."""
        return sum(len(key) for key in self._positions)

    def encoded(self) -> str:
        """All columns one after the other."""
        return b64encode(b"".join(self._positions)).decode("ascii")

    @staticmethod
    def _keys(columns: Floats) -> list[bytes]:
        return [np.ascontiguousarray(column, dtype="<f8").tobytes() for column in np.asarray(columns).T]


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
            "relative": [_shortened(bound) for bound in found.bounds.relative],
            "absolute": [_shortened(bound) for bound in found.bounds.absolute],
            "rescalings": arithmetic.rescalings if arithmetic.known_but_means else None,
            "edits": edits_between(self.document, found.config.document.plain()),
            "decimals": decimals_of(_like_the_index(found, scheme)),
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
            "weights": scheme.weights_of_means.tolist(),
            "weightless": np.flatnonzero(np.isnan(scheme.weights)).tolist(),
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


def _shortened(bound: float) -> float:
    """A bound in two digits, rounded up by a little: the page holds one for each indicator and choice."""
    return float(f"{1.05 * bound:.1e}")


def _like_the_index(found: Normalised, scheme: Scheme) -> list[float]:
    """The scores of the index, or numbers on its scale where only its indicators are known."""
    if found.stated:
        return [float(score) for score in scheme.scores[:, 0]]
    known = ~np.isnan(found.values)
    counts = known.sum(axis=1)
    sums = np.sum(found.values, axis=1, where=known)
    return [float(total / count) for total, count in zip(sums, counts, strict=True) if count]


def _means_edits(scheme: Scheme, method: str) -> list[Edit] | None:
    """Edits of the scheme's config that give every node this mean; None where there is no such config."""
    varied = scheme.with_means(method)
    if varied is None:
        return None
    return edits_between(scheme.index.config.document.plain(), varied.document.plain())


def edits_between(before: Any, after: Any) -> list[Edit]:
    """Assignments and removals that turn `before` into `after`, both plain data."""
    return list(_edits(before, after, []))


def _edits(before: Any, after: Any, path: list[str | int]) -> Iterator[Edit]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before:
            if key not in after:
                yield [[*path, key]]
        for key, value in after.items():
            if key in before:
                yield from _edits(before[key], value, [*path, key])
            else:
                yield [[*path, key], value]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _edits(old, new, [*path, index])
    elif before != after or type(before) is not type(after):
        yield [path, after]
