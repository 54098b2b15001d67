"""One edition of an index, audited: each figure is computed when it is first asked for."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from innov_index.analysis.audit.correlations import (
    Influence,
    correlations_with_denominators,
    influence,
    p_values,
)
from innov_index.analysis.audit.dimensionality import Components, cronbach_alpha, principal_components
from innov_index.analysis.audit.multivariate.solution import Choices
from innov_index.analysis.audit.multivariate.structure import Structure
from innov_index.analysis.audit.removal import Removal, index_without_each
from innov_index.analysis.audit.statistics import (
    Flags,
    Limits,
    Profile,
    Statistics,
    flagged,
    node_availability,
    profile,
    statistics,
)
from innov_index.analysis.compare.agreement import Kind, correlation_matrix
from innov_index.errors import InnovIndexError, look_up
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.methods.screening import Coverage, coverage_table
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.ranking import group_codes

Step: TypeAlias = Literal["raw", "denominated", "imputed", "screened", "treated", "normalised"]


@frozen
class Audit:
    """One edition of an index, audited.

    Attributes
    ----------
    index, scores
        What is audited, and its scores.
    edition : int
    kind : {"pearson", "spearman", "kendall"}
        Of every correlation; principal components and alpha always rest on Pearson's.
    step : str, optional
        The step whose values are described. By default statistics, availability and denominators describe
        the raw values, and everything about relations between indicators the normalised ones.
    choices : Choices
        How factors and groups are found.
    """

    index: Index
    scores: Scores
    edition: int
    kind: Kind = "pearson"
    step: Step | None = None
    limits: Limits = field(default_factory=Limits)
    choices: Choices = field(default_factory=Choices)

    @property
    def framework(self) -> Framework:
        return self.scores.framework

    @cached_property
    def plan(self) -> Plan:
        return bind(self.index.config.recipe, self.index.dataset)

    @cached_property
    def rows(self) -> Bools:
        """Units that have a row in the edition."""
        return np.asarray(self.index.dataset.present[self.edition])

    @cached_property
    def units(self) -> Ints:
        """Positions of those units."""
        return np.flatnonzero(self.rows)

    def values(self, default: Step) -> Floats:
        """Indicators after the step of the audit, or after `default`: (units with a row, indicators)."""
        return np.asarray(self.scores.steps[self.step or default][self.edition][self.rows])

    @cached_property
    def node_values(self) -> Floats:
        """Scores of every node, (units with a row, nodes); the leaves hold the values of the step."""
        values: Floats = self.scores.scores[self.edition][self.rows].copy()
        values[:, self.framework.leaves] = self.values("normalised")
        return values

    @cached_property
    def statistics(self) -> Statistics:
        """Of each indicator."""
        return statistics(self.values("raw"))

    @cached_property
    def flags(self) -> Flags:
        """What is unusual about each indicator."""
        return flagged(self.statistics, self.limits)

    @cached_property
    def still_outlying(self) -> Bools:
        """Indicators that would be flagged for outliers after treatment."""
        treated = statistics(self.scores.steps["treated"][self.edition][self.rows])
        return flagged(treated, self.limits).outliers

    @cached_property
    def availability(self) -> Coverage:
        """Of each unit."""
        return coverage_table(self.values("raw"))

    @cached_property
    def node_availability(self) -> Floats:
        """Share of the indicators below each node that a unit has, (units with a row, nodes)."""
        return node_availability(self.values("raw"), self.framework.leaf_matrix)

    @cached_property
    def correlations(self) -> Floats:
        """Of every pair of nodes."""
        return correlation_matrix(self.node_values, self.kind)

    @cached_property
    def p_values(self) -> Floats:
        """Of every pair of nodes."""
        return p_values(self.node_values, self.correlations, self.kind)

    @cached_property
    def alphas(self) -> tuple[Floats, Floats]:
        """Cronbach's alpha of the children of each node, and of all indicators below it; NaN at a leaf."""
        children = np.full(len(self.framework), np.nan)
        leaves = children.copy()
        for node in self.framework.inner:
            below = self.framework.leaves[self.framework.leaf_matrix[:, node] > 0]
            children[node] = cronbach_alpha(self.node_values[:, self.framework.children[node]])
            leaves[node] = cronbach_alpha(self.node_values[:, below])
        return children, leaves

    @cached_property
    def components(self) -> dict[int, Components]:
        """Principal components of the children of each node that has at least two."""
        return {
            int(node): principal_components(self.node_values[:, self.framework.children[node]])
            for node in self.framework.inner
            if len(self.framework.children[node]) > 1
        }

    @cached_property
    def structure(self) -> Structure:
        """Factors, groups and outlying units: of the children of each node that has at least two."""
        nodes = [int(node) for node in self.framework.inner if len(self.framework.children[node]) > 1]
        return Structure(
            {node: self.node_values[:, self.framework.children[node]] for node in nodes},
            {node: self.node_values[:, node] for node in nodes},
            self.choices,
        )

    @cached_property
    def influence(self) -> Influence:
        """Of each node."""
        return influence(self.scores.scores[self.edition][self.rows], self.framework, self.kind)

    @property
    def weights(self) -> Floats:
        """Weight of each node among its siblings, (nodes,); NaN below a node that uses none."""
        return np.asarray(self.scores.weights[self.edition])

    @property
    def effective_weights(self) -> Floats:
        """Product of the weights from each node up to the root, (nodes,); NaN where one of them is."""
        return np.asarray(self.scores.effective_weights[self.edition])

    @property
    def remarks(self) -> tuple[str, ...]:
        """Those of the scores, and which nodes use no weights."""
        about_weights = self.scores.about_weights(self.edition)
        return (*self.scores.remarks, *([about_weights] if about_weights else []))

    @cached_property
    def removal(self) -> Removal:
        """The index without each node, in this edition only."""
        return index_without_each(self.plan, self.scores.scores, self.scores.weights)

    @cached_property
    def denominator_names(self) -> tuple[str, ...]:
        """Columns of the units that may measure size.

        They are declared under `units.denominators`, joined as denominators from another table, or used by
        the denomination of an indicator. Coordinates and columns with a negative value measure no size.
        """
        block = self.index.config.block.units
        joined = (name for table in block.joined for name in table.columns)
        used = self.index.config.recipe.columns_of("denomination")
        candidates = dict.fromkeys((*block.denominators, *joined, *used))
        coordinates = (block.latitude, block.longitude)
        columns = self.index.dataset.units.columns
        return tuple(
            name
            for name in candidates
            if name in columns and name not in coordinates and not (columns[name] < 0).any()
        )

    @cached_property
    def denominators(self) -> Floats:
        """Correlation of each indicator with each column that may measure size."""
        columns = self.index.dataset.units.columns
        values = self.values("raw")
        sizes = [columns[name][self.edition][self.rows] for name in self.denominator_names]
        sizes_table = np.stack(sizes, axis=-1) if sizes else np.empty((len(values), 0))
        return correlations_with_denominators(values, sizes_table, self.kind)

    def group_ranks(self, column: str) -> Floats:
        """Ranks of every node inside the groups of a column: (units, nodes)."""
        known = self.index.dataset.units.groups
        if not known:
            raise InnovIndexError(f"no group column '{column}'; name the columns in `units.groups`")
        groups = group_codes(look_up(known, column, "group column"))
        return np.asarray(self.plan.ranking.inside(groups, self.scores.scores)[self.edition])

    def profile_of(self, unit: int) -> Profile:
        """Strengths and weaknesses of a unit, by its ranks in the step's values (raw by default)."""
        reversed_already = self.step == "normalised"
        signs = np.ones(len(self.framework.leaves)) if reversed_already else self.framework.directions
        row = int(np.searchsorted(self.units, unit))
        # an imputed value is nobody's strength or weakness, and one that treatment changed nobody's strength
        filled = self.scores.imputed[self.edition][unit] & (np.arange(len(self.units)) == row)[:, None]
        values = np.where(filled, np.nan, self.values("raw"))
        directions = signs * self.framework.direction
        return profile(values, directions, row, doubtful=self.scores.capped(self.edition)[unit])

    def unit_position(self, name: str) -> int:
        """Position of a unit of the edition by its code or name."""
        position = self.scores.units.find(name)
        if not self.rows[position]:
            raise InnovIndexError(f"unit '{name}' has no row in edition {self.scores.editions[self.edition]}")
        return position
