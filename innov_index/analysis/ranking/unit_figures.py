"""What methods tell of a unit beside its score: errors, and weights that are the unit's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from innov_index.analysis.workings.run import Workings
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.methods.registry import Method
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.scores import Scores
from innov_index.model.sheet import Cell, Cells, Sheet


@frozen
class Figures:
    """The figures of an index by edition, each computed when it is asked for.

    A figure is (units,), of all units, with the position of the node that it belongs to and its name.
    """

    index: Index
    scores: Scores

    @property
    def of_index(self) -> bool:
        """Whether the index itself has figures, which stand beside its scores."""
        return any(methods[0].figures is not None for methods in self._methods())

    @property
    def of_units(self) -> bool:
        """Whether some node has figures."""
        return any(
            method.figures is not None or method.workings is not None
            for methods in self._methods()
            for method in methods
        )

    def beside_score(self, edition: int) -> Mapping[str, Cells]:
        """Figures of the index itself."""
        workings = self._workings[edition]
        found = workings.figures(0)
        return {name: self._spread(figure, workings.rows) for name, figure in found.items()}

    def of_nodes(self, edition: int) -> Mapping[str, Mapping[int, Cells]]:
        """Figures by name and by position of the node."""
        workings = self._workings[edition]
        found: dict[str, dict[int, Cells]] = {}
        for index, node in enumerate(map(int, workings.framework.inner)):
            for name, figure in workings.figures(index).items():
                found.setdefault(name, {})[node] = self._spread(figure, workings.rows)
            children = workings.framework.children[node].tolist()
            for name, parts in workings.rests_on(index).items():
                of_nodes = [(node, parts)] if parts.ndim == 1 else zip(children, parts.T, strict=True)
                found.setdefault(name, {}).update({n: self._spread(f, workings.rows) for n, f in of_nodes})
        return found

    @cached_property
    def _workings(self) -> list[Workings]:
        return [Workings(self.index, self.scores, edition) for edition in range(len(self.scores.scores))]

    def _methods(self) -> list[list[Method]]:
        """The aggregation of every inner node, in each edition."""
        recipe, editions = self.index.config.recipe, self.scores.editions
        recipes = [recipe.of_edition(editions, edition) for edition in range(len(self.scores.scores))]
        return [[setting.method for setting in own.node_steps["aggregation"]] for own in recipes]

    def _spread(self, figure: Floats | Bools, rows: Ints) -> Cells:
        """Of all units, without a value for those that are not in the edition; yes or no for what holds."""
        if figure.dtype == np.bool_:
            words: list[str | None] = [None] * len(self.scores.units)
            for row, holds in zip(rows.tolist(), figure.tolist(), strict=True):
                words[row] = "yes" if holds else "no"
            return words
        found = np.full(len(self.scores.units), np.nan)
        found[rows] = figure
        return found


def figure_cells(found: Mapping[str, Mapping[int, Cells]], unit: int, node: int) -> list[Cell]:
    """The figures of a unit and node, one a name; none where the node has none."""
    return [of_nodes[node][unit] if node in of_nodes else None for of_nodes in found.values()]


def figure_sheet(figures: Figures, editions: Sequence[int]) -> Sheet:
    """One row a unit and node that has figures: unit, (edition,) name, node, then the figures."""
    scores = figures.scores
    by_edition = {edition: figures.of_nodes(edition) for edition in editions}
    names = list(dict.fromkeys(name for found in by_edition.values() for name in found))
    rows: list[list[Cell]] = []
    for edition, found in by_edition.items():
        ordered = {name: found.get(name, {}) for name in names}
        nodes = sorted({node for of_nodes in ordered.values() for node in of_nodes})
        for unit in map(int, scores.order(edition)):
            start: list[Cell] = [scores.units.codes[unit]]
            start += [scores.editions[edition]] if scores.editions else []
            rows += [
                [*start, scores.units.names[unit], scores.framework.codes[n], *figure_cells(ordered, unit, n)]
                for n in nodes
            ]
    return Sheet(["unit", *(["edition"] if scores.editions else []), "name", "node", *names], rows)
