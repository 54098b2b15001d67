"""The workings of one edition: the array after every step, and the setting that made it of the array before.

What a workbook writes out in cells. Rows are the units that are present in the edition, in the order of the
data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from innov_index.config.nodes import NodeArithmetic, Rounding
from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.methods.kernels.exactness import ROUNDOFF, errors_of_sum
from innov_index.methods.kernels.ranks import round_significant
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.indicators import IndicatorSteps, run_indicator_steps
from innov_index.pipeline.levels import TreeScores, aggregate, before_rescaling, operand_scores
from innov_index.pipeline.undefined import REFUSED, Counted, of_edition

ALL_DIGITS = 17
"""Significant digits of a double."""


def workings_of(index: Index, edition: str | None = None) -> Workings:
    """The workings of an edition of an index, by default the last one.

    Raises
    ------
    InnovIndexError
        There is no such edition, or the index has no scores.
    """
    scores = index.score_edition(edition)
    return Workings(index, scores, scores.edition_position(edition))


@frozen
class Workings:
    """One edition of an index, step by step."""

    index: Index
    scores: Scores
    edition: int

    @cached_property
    def recipe(self) -> Recipe:
        """The recipe of this edition."""
        return self.index.config.recipe.of_edition(self.scores.editions, self.edition)

    @property
    def framework(self) -> Framework:
        """The tree as this edition has it: weights and directions may be its own."""
        return self.recipe.framework

    @property
    def nodes(self) -> tuple[NodeArithmetic, ...]:
        """What each inner node does with its children, in the order of `framework.inner`."""
        return self.recipe.nodes

    @cached_property
    def rows(self) -> Ints:
        """Positions of the units that are present."""
        return np.flatnonzero(self.index.dataset.present[self.edition])

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        """Code and name of each unit."""
        known = self.scores.units
        return [(known.codes[unit], known.names[unit]) for unit in self.rows]

    @cached_property
    def indicators(self) -> list[tuple[str, str]]:
        """Code and name of each indicator."""
        return [self.title(int(node)) for node in self.framework.leaves]

    def title(self, node: int) -> tuple[str, str]:
        """Code and name of a node."""
        entry = self.framework.nodes[node]
        return entry.code, entry.name

    def settings(self, step: str) -> tuple[Setting, ...]:
        """The setting of a step for each indicator."""
        return self.recipe.leaf_steps[step]

    def after(self, step: str) -> Floats:
        """Values after a step ("raw", "denominated", "imputed", …), (units, indicators)."""
        return np.asarray(self.scores.steps[step][self.edition][self.rows])

    @property
    def imputed(self) -> Ints:
        """How many indicators of each unit are imputed."""
        return np.asarray(self.scores.imputed_indicators[self.edition, self.rows])

    def learned_from(self, setting: Setting, step: str, column: int) -> Floats | None:
        """Values of an indicator after `step` that statistics come from; None: those of this edition."""
        reference = setting.step_options["reference"]
        if reference == "own":
            return None
        values = np.asarray(self.scores.steps[step])[..., column]
        if isinstance(reference, dict) and "edition" in reference:
            return np.asarray(values[self.scores.editions.index(str(reference["edition"]))])
        return values

    @property
    def fell_back(self) -> Bools:
        """(indicators,): whether the fallback of its treatment was used."""
        return np.asarray(self._steps.fallen_back[self.edition])

    @property
    def doubts(self) -> Floats:
        """(indicators,): at most how far rounding can have moved a value before normalisation."""
        return np.asarray(self._steps.doubts[self.edition])

    @property
    def doubts_normalised(self) -> Floats:
        """(units, indicators): how far rounding can have moved the normalised values."""
        bounds = self._steps.bounds.of(np.asarray(self.scores.steps["normalised"]))
        return np.asarray(bounds[self.edition, self.rows])

    @cached_property
    def kept(self) -> Bools:
        """(units,): False for a unit that screening removed."""
        return np.asarray(self.scores.kept[self.edition][self.rows])

    @cached_property
    def has(self) -> Bools | None:
        """(units, nodes): whether the unit has the node; None: all do."""
        return None if self._plan.has is None else self._plan.has[self.rows]

    @cached_property
    def applies(self) -> Bools | None:
        """(units, nodes): whether the unit has the node or lacks it; None: all do."""
        return None if self._plan.applies is None else self._plan.applies[self.rows]

    @cached_property
    def weights(self) -> Floats:
        """Weight of each node among its siblings."""
        return np.asarray(self.scores.weights[self.edition])

    @cached_property
    def passed_on(self) -> Floats:
        """Scores of the nodes as their parents get them, (units, nodes)."""
        return np.asarray(self._tree.scores[self.edition, self.rows])

    def before_rescaling(self, index: int) -> Floats:
        """Scores of an inner node as its aggregation gives them, (units,)."""
        operands, tree = self._plan.operands[index], self._tree
        children, weights = tree.scores[..., operands], tree.weights[..., operands]
        undefined = Counted(len(children))
        found = before_rescaling(self._plan, index, operands, children, weights, undefined)
        return np.asarray(found[self.edition, self.rows])

    def figures(self, index: int) -> Mapping[str, Floats]:
        """What the aggregation of an inner node tells of each unit beside its score, (units,) by name."""
        call = self._plan.aggregation[index]
        if call.method.figures is None:
            return {}
        found = call.method.figures(self._operands(index), **call.options)
        return {name: np.asarray(figure)[self.rows] for name, figure in found.items()}

    def rests_on(self, index: int) -> Mapping[str, Floats | Bools]:
        """What the score of an inner node rests on, (units, children) or (units,) by name."""
        call = self._plan.aggregation[index]
        if call.method.workings is None:
            return {}
        found = call.method.workings(self._operands(index), **call.options)
        return {name: figure[self.rows] for name, figure in found.items()}

    def _operands(self, index: int) -> Floats:
        """What the aggregation of an inner node takes, of all units, (units, operands)."""
        return np.asarray(operand_scores(self._plan, index, self._tree.scores)[self.edition])

    def doubt_before_rescaling(self, index: int) -> float:
        """At most how far rounding can have moved a score of an inner node as its aggregation gives it."""
        children = self.passed_on[:, self._plan.operands[index]]
        magnitude = np.nanmax(np.abs(children), initial=0.0)
        return float(errors_of_sum(children.shape[1]) * ROUNDOFF * magnitude)

    @cached_property
    def final(self) -> Floats:
        """Scores of the nodes, (units, nodes)."""
        return np.asarray(self.scores.scores[self.edition][self.rows])

    @cached_property
    def ranked(self) -> Bools:
        """(units,): whether the unit is among those that are ranked."""
        among = self._plan.ranking.among
        return np.ones(len(self.rows), dtype=np.bool_) if among is None else among[self.rows]

    @cached_property
    def compared(self) -> Floats:
        """What ranks are taken from, (units, nodes): rounded scores of the units that are ranked."""
        compared = self._plan.ranking.compared(self.scores.scores[self.edition])[self.rows]
        return round_significant(compared, int(self.recipe.ranking.options["digits"]))

    def doubts_of_scores(self, index: int) -> Floats:
        """(units,): how far rounding can have moved the scores of an inner node; 0 where a unit has none."""
        return np.asarray(np.nan_to_num(self.scores.bounds[self.edition][self.rows, index]))

    def has_doubtful_ties(self, index: int) -> bool:
        """Whether rounding error reaches the digits of an inner node's scores that ranks are taken from.

        Rounding to decimals leaves none of it.
        """
        if self.recipe.rounding(int(self.framework.inner[index])) in (Rounding.SCORES, Rounding.PARENTS):
            return False
        digits = int(self.recipe.ranking.options["digits"]) or ALL_DIGITS
        reach = 4 * self.doubts_of_scores(index) * 10.0**digits
        return bool((np.abs(self.final[:, self.framework.inner[index]]) < reach).any())

    @cached_property
    def ranks(self) -> Floats:
        """Ranks of the nodes, (units, nodes)."""
        return np.asarray(self.scores.ranks[self.edition][self.rows])

    @cached_property
    def places(self) -> Floats:
        """Place of each unit in the list: by rank, then by score, then in the order of the data."""
        ranks, scores = self.ranks[:, 0], self.framework.direction * self.final[:, 0]
        places = np.full(len(ranks), np.nan)
        known = np.flatnonzero(~np.isnan(ranks))
        places[known[np.lexsort((known, -scores[known], ranks[known]))]] = np.arange(1, len(known) + 1)
        return places

    @cached_property
    def _steps(self) -> IndicatorSteps:
        """The steps over indicators, of all editions by the rules of this one."""
        plan, raw = self._plan, np.asarray(self.scores.steps["raw"])
        return run_indicator_steps(plan, raw, of_edition(plan, REFUSED, self.edition))

    @cached_property
    def _plan(self) -> Plan:
        """The plan by which this edition is computed."""
        whole = bind(self.index.config.recipe, self.index.dataset)
        return replace(dict(whole.editions).get(self.edition, whole), editions=())

    @cached_property
    def _tree(self) -> TreeScores:
        """Scores of all editions by the rules of this one, without rounding that no parent gets."""
        rounding = {
            node: call
            for node, call in self._plan.rounding.items()
            if self.recipe.rounding(node) is Rounding.PARENTS
        }
        plan = replace(self._plan, rounding=rounding)
        normalised = np.asarray(self.scores.steps["normalised"])
        undefined = Counted(len(normalised))
        return aggregate(plan, normalised, self.scores.weights, undefined, bounds=self._steps.bounds)
