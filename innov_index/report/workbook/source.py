"""What the workbook is made from: one edition of an index, its plan, and the units that have a row in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from innov_index.index import Index
from innov_index.methods.normalisation import normalisation
from innov_index.model.arrays import Floats, Ints
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.calls import Call
from innov_index.pipeline.levels import aggregate
from innov_index.pipeline.undefined import Counted


@dataclass(frozen=True)
class ColumnCall:
    """A call as it concerns one indicator: its options are single numbers."""

    call: Call
    options: Mapping[str, Any]

    @property
    def method(self) -> str:
        return self.call.method.name

    @property
    def reference(self) -> str:
        """Where statistics are learned: own, pooled, edition or group."""
        stated = self.call.step_options.get("reference", "own")
        return stated if isinstance(stated, str) else str(stated[0])


@dataclass(frozen=True)
class Source:
    """One edition of an index. Rows are the units that are present in it, in the order of the data."""

    index: Index
    scores: Scores
    edition: int

    @property
    def framework(self) -> Framework:
        """The tree as this edition has it: weights and directions may be its own."""
        return self.plan.framework

    @cached_property
    def plan(self) -> Plan:
        """The plan by which this edition is computed."""
        whole = bind(self.index.config.recipe, self.index.dataset)
        return dict(whole.editions).get(self.edition, whole)

    @cached_property
    def rows(self) -> Ints:
        return np.flatnonzero(self.index.dataset.present[self.edition])

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        known = self.scores.units
        return [(known.codes[unit], known.names[unit]) for unit in self.rows]

    @cached_property
    def leaf_columns(self) -> list[tuple[str, str]]:
        return [self.titles(int(node)) for node in self.framework.leaves]

    def titles(self, node: int) -> tuple[str, str]:
        entry = self.framework.nodes[node]
        return entry.code, entry.name

    def step(self, name: str) -> Floats:
        """Values after a step, (units, indicators)."""
        return np.asarray(self.scores.steps[name][self.edition][self.rows])

    def calls(self, step: str) -> list[ColumnCall]:
        """The call of a step that concerns each indicator, in the order of the columns."""
        found: list[ColumnCall | None] = [None] * len(self.framework.leaves)
        for call in self.plan.leaf_steps[step]:
            columns = np.arange(len(found))[call.columns]
            for place, column in enumerate(columns):
                found[column] = ColumnCall(call, _single(call, place))
        return [call for call in found if call is not None]

    def learned_by(self, call: ColumnCall, step: str, column: int) -> Floats | None:
        """Values of other editions that statistics come from; None where they are the column's own."""
        if call.reference == "own":
            return None
        values = np.asarray(self.scores.steps[step])[..., column]
        if call.reference == "edition":
            return np.asarray(values[call.call.step_options["reference"][1]])
        return values

    @cached_property
    def exact(self) -> Floats:
        """Scores of the nodes as parents get them, without rounding that is for print alone."""
        return self._aggregated(replace(self.plan, rounding=self._for_parents, editions=()))

    @property
    def _for_parents(self) -> dict[int, Call]:
        rounding = self.plan.rounding.items()
        return {node: call for node, call in rounding if call.step_options["used_for"] == "parents"}

    def _aggregated(self, plan: Plan) -> Floats:
        normalised = np.asarray(self.scores.steps["normalised"])
        tree = aggregate(plan, normalised, self.scores.weights, Counted(len(normalised)))
        return np.asarray(tree.scores[self.edition, self.rows])

    def before_rescaling(self, index: int) -> Floats:
        """Scores of an inner node as its aggregation gives them, (units,)."""
        node = int(self.framework.inner[index])
        untouched = replace(
            self.plan.rescaling[index], method=normalisation["none"], options={}, step_options={}
        )
        plan = replace(
            self.plan,
            rescaling=(*self.plan.rescaling[:index], untouched, *self.plan.rescaling[index + 1 :]),
            rounding={other: call for other, call in self._for_parents.items() if other != node},
            editions=(),
        )
        return self._aggregated(plan)[:, node]

    @cached_property
    def final(self) -> Floats:
        """Scores of every node, (units, nodes)."""
        return np.asarray(self.scores.scores[self.edition][self.rows])

    @cached_property
    def ranks(self) -> Floats:
        return np.asarray(self.scores.ranks[self.edition][self.rows])


def _single(call: Call, place: int) -> dict[str, Any]:
    """Options of a call for one of its indicators."""
    single = {}
    for name, value in call.options.items():
        resolved = call.method.options[name].resolved
        stacked = resolved is not None and resolved.kind == "each" and isinstance(value, np.ndarray)
        single[name] = float(value[place]) if stacked else value
    return single
