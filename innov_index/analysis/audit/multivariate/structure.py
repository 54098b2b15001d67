"""The multivariate part of an audit: of the children of each node, each figure when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from innov_index.analysis.audit.multivariate.adequacy import Adequacy, Complete, adequacy, complete, outlying
from innov_index.analysis.audit.multivariate.clusters import (
    Means,
    Tree,
    cluster_columns,
    cluster_units,
    group_by_means,
)
from innov_index.analysis.audit.multivariate.contributions import (
    Contributions,
    contributions,
    with_outcome,
)
from innov_index.analysis.audit.multivariate.factor_count import Counts, factor_counts
from innov_index.analysis.audit.multivariate.reliability import Reliability, reliability
from innov_index.analysis.audit.multivariate.solution import Choices, Solution, solve
from innov_index.errors import UndefinedError
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats


@frozen
class Structure:
    """Relations between the children of each node.

    Attributes
    ----------
    values : mapping
        Of each node with at least two children, their values (units, children).
    outcomes : mapping
        Its own scores, (units,).
    choices : Choices
    """

    values: Mapping[int, Floats]
    outcomes: Mapping[int, Floats]
    choices: Choices = field(default_factory=Choices)

    @cached_property
    def complete(self) -> dict[int, Complete]:
        return {node: complete(values) for node, values in self.values.items()}

    @cached_property
    def usable(self) -> dict[int, Complete]:
        """Of nodes with at least two children that vary over the units that have all."""
        return {node: found for node, found in self.complete.items() if len(found.columns) > 1}

    @cached_property
    def adequacy(self) -> dict[int, Adequacy]:
        return {node: adequacy(found, self._columns(node)) for node, found in self.complete.items()}

    @cached_property
    def reliability(self) -> dict[int, Reliability]:
        return {node: reliability(found, self._columns(node)) for node, found in self.complete.items()}

    @cached_property
    def counts(self) -> dict[int, Counts]:
        return {node: factor_counts(found) for node, found in self.usable.items()}

    @cached_property
    def factors(self) -> dict[int, Solution | str]:
        """The factors of the children of each node, or why there are none."""
        return {node: self._solution(node, found) for node, found in self.usable.items()}

    def _solution(self, node: int, found: Complete) -> Solution | str:
        try:
            return solve(found, self._columns(node), self.choices)
        except UndefinedError as refusal:
            return str(refusal)

    @cached_property
    def outlying(self) -> dict[int, tuple[Floats, Floats]]:
        """Squared Mahalanobis distances of the units, and the probabilities of larger ones."""
        return {node: outlying(found, len(self.values[node])) for node, found in self.usable.items()}

    @cached_property
    def trees(self) -> dict[int, Tree]:
        """Mergers of the units that have all children."""
        return {
            node: cluster_units(found.standardised, self.choices.linkage)
            for node, found in self.usable.items()
        }

    @cached_property
    def column_trees(self) -> dict[int, Tree]:
        """Mergers of the children that vary."""
        linkage = "average" if self.choices.linkage == "ward" else self.choices.linkage
        return {node: cluster_columns(found.matrix, linkage) for node, found in self.usable.items()}

    @cached_property
    def means(self) -> dict[int, Means]:
        """Groups of the units around means, where there are more units than groups."""
        return {
            node: group_by_means(found.standardised, self.choices.groups)
            for node, found in self.usable.items()
            if len(found.values) > self.choices.groups
        }

    @cached_property
    def contributions(self) -> dict[int, Contributions]:
        """Of the children to the scores of their node, over the units with all of them."""
        found = {}
        for node, one in self.usable.items():
            outcome = with_outcome(one, self.outcomes[node])
            if outcome is not None:
                found[node] = contributions(one.matrix, outcome)
        return found

    def _columns(self, node: int) -> int:
        return int(self.values[node].shape[1])
