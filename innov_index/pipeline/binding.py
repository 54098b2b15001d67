"""Recipe + dataset → plan: names become arrays, and indicators that share a method become one call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from innov_index.config.nodes import NodeArithmetic, Weights, formula_of
from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting, texts_of
from innov_index.config.step_table import LEAF_STEPS
from innov_index.errors import DataError, look_up
from innov_index.frozen import frozen
from innov_index.methods import catalogue
from innov_index.methods.kernels.formula import read_formula
from innov_index.methods.registry import Method, Trait
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.dataset import Dataset
from innov_index.model.framework import Framework
from innov_index.pipeline.calls import ALL, Call, Columns
from innov_index.pipeline.ranking import Ranking, group_codes
from innov_index.wording import listed

STACKED = ("each", "column", "ancestor")
"""Kinds of options that hold one entry an indicator: a call may mix indicators with different ones."""


@frozen
class Plan:
    """A recipe bound to a dataset: everything that scoring needs, as arrays and calls.

    `leaf_steps` holds the calls of each step over the indicators; `weighting`, `aggregation` and `rescaling`
    one call an inner node, in the order of `framework.inner`, and `operands` the nodes whose scores its
    aggregation takes: its children, or those that a formula names. `rounding` holds the call of each node
    that is rounded. `has` (units, nodes) is False where a unit does not have a node, `applies` where it does
    not lack it either; None: every unit has every node. `editions` holds the plans of editions that differ.
    `sample` (draws, units) names the units that methods learn their statistics from; None: all.
    """

    recipe: Recipe
    dataset: Dataset
    leaf_steps: Mapping[str, tuple[Call, ...]]
    screening: Mapping[str, Call]
    weighting: tuple[Call, ...]
    aggregation: tuple[Call, ...]
    rescaling: tuple[Call, ...]
    rounding: Mapping[int, Call]
    operands: tuple[Ints, ...]
    has: Bools | None
    applies: Bools | None
    ranking: Ranking
    editions: tuple[tuple[int, Plan], ...] = ()
    sample: Ints | None = None

    def learned_from(self, values: Floats) -> Floats | None:
        """The values that statistics are learned from, where they are not the values themselves.

        Parameters
        ----------
        values : (..., editions, units, columns)

        Returns
        -------
        (draws, editions, units of the sample, columns), or None
        """
        if self.sample is None:
            return None
        drawn = values if values.ndim > 3 else values[None]
        return np.take_along_axis(drawn, self.sample[:, None, :, None], axis=-2)

    @property
    def framework(self) -> Framework:
        return self.recipe.framework

    @property
    def nodes(self) -> tuple[NodeArithmetic, ...]:
        """What each inner node does with its children, in the order of `framework.inner`."""
        return self.recipe.nodes

    @property
    def present(self) -> Bools:
        """(editions, units): False where a unit has no row in an edition."""
        return self.dataset.present

    @cached_property
    def editions_apart(self) -> bool:
        """Whether nothing of one edition enters the scores of another."""
        steps = (*self.leaf_steps.values(), self.weighting, self.aggregation, self.rescaling)
        calls = [call for step in steps for call in step]
        calls += [call.fallback for call in calls if call.fallback is not None]
        return not any(
            call.step_options.get("reference", "own") == "pooled"
            or call.step_options.get("reference", "own")[0] == "edition"
            or Trait.PANEL in call.method.traits
            for call in calls
        )

    @cached_property
    def years(self) -> Floats | None:
        """The editions as numbers; None where one is not a number."""
        try:
            return (
                np.array([float(edition) for edition in self.dataset.editions])
                if self.dataset.editions
                else None
            )
        except ValueError:
            return None


def bind(recipe: Recipe, dataset: Dataset) -> Plan:
    """Bind a recipe to the data that it is applied to.

    Raises
    ------
    InnovIndexError
        An option names a group, unit or column that the data do not have.
    """
    binder = _Binder(recipe.framework, dataset)
    framework = recipe.framework

    def of_nodes(step: str) -> tuple[Call, ...]:
        settings = zip(framework.inner, recipe.node_steps[step], strict=True)
        return tuple(binder.node_call(setting, int(node)) for node, setting in settings)

    return Plan(
        recipe=recipe,
        dataset=dataset,
        leaf_steps={step: binder.leaf_calls(recipe.leaf_steps[step]) for step in LEAF_STEPS},
        screening={name: binder.call(setting, ALL) for name, setting in recipe.screening.items()},
        weighting=tuple(
            _weighting_used(*pair) for pair in zip(of_nodes("weighting"), recipe.nodes, strict=True)
        ),
        aggregation=of_nodes("aggregation"),
        rescaling=of_nodes("rescaling"),
        rounding=(rounding := binder.rounding(recipe)),
        operands=tuple(
            binder.operands(index, setting) for index, setting in enumerate(recipe.node_steps["aggregation"])
        ),
        has=binder.scope(recipe.applies_to, recipe.applies_to),
        applies=binder.scope(recipe.applies_to, recipe.applies_to.keys() - recipe.lacking),
        ranking=binder.ranking(recipe.ranking, rounding),
        editions=tuple(
            (binder.edition(name, "editions"), bind(own, dataset)) for name, own in recipe.editions.items()
        ),
    )


def _weighting_used(weighting: Call, node: NodeArithmetic) -> Call:
    """The weighting of a node: an aggregation that takes the weights as stated leaves no choice."""
    if node.weights is not Weights.AS_STATED:
        return weighting
    return replace(weighting, method=catalogue.method("weighting", "given"), options={})


class _Binder:
    def __init__(self, framework: Framework, dataset: Dataset) -> None:
        self.framework = framework
        self.dataset = dataset

    def leaf_calls(self, settings: tuple[Setting, ...]) -> tuple[Call, ...]:
        """Group indicators whose settings differ at most in what can be stacked."""
        keys = {id(setting): _group_key(setting) for setting in {id(s): s for s in settings}.values()}
        groups: dict[str, list[int]] = {}
        for index, setting in enumerate(settings):
            groups.setdefault(keys[id(setting)], []).append(index)
        return tuple(
            self._stacked([settings[index] for index in indices], indices) for indices in groups.values()
        )

    def node_call(self, setting: Setting, node: int) -> Call:
        return self.call(setting, ALL, f"{setting.step}[{self.framework.codes[node]}]")

    def call(self, setting: Setting, columns: Columns, where: str = "") -> Call:
        """Bind one setting."""
        options = {
            name: self._resolved(setting, name, value, columns) for name, value in setting.options.items()
        }
        fallback = self.call(setting.fallback, columns) if setting.fallback else None
        label = where or setting.step
        return Call(label, setting.method, columns, options, self._step_options(setting), fallback)

    def operands(self, index: int, aggregation: Setting) -> Ints:
        """The nodes whose scores the aggregation of an inner node takes, in the order it wants them."""
        formula = formula_of(aggregation)
        if formula is None:
            children: Ints = self.framework.children[int(self.framework.inner[index])]
            return children
        codes = read_formula(formula).codes
        return np.array([self.framework.position[code] for code in codes], dtype=np.int64)

    def scope(
        self, stated: Mapping[int, Mapping[str, tuple[str, ...]]], nodes: Collection[int]
    ) -> Bools | None:
        """(units, nodes): whether a unit is in the scope of a node and of those above it, as far as asked.

        None where no scope is stated.
        """
        if not stated:
            return None
        applies = np.ones((len(self.dataset.units), len(self.framework)), dtype=np.bool_)
        for node in nodes:
            where = f"index[{self.framework.codes[node]}].applies_to"
            applies[:, node] = self._in_scope(stated[node], where)
        for position, below in enumerate(self.framework.nodes):
            applies[:, position] &= applies[:, below.parent]
        return applies

    def rounding(self, recipe: Recipe) -> dict[int, Call]:
        """The call of each node that is rounded, by its position."""
        nodes = (*self.framework.leaves, *self.framework.inner)
        settings = (*recipe.leaf_steps["rounding"], *recipe.node_steps["rounding"])
        return {
            int(node): self.node_call(setting, int(node))
            for node, setting in zip(nodes, settings, strict=True)
            if not setting.method.is_identity
        }

    def ranking(self, setting: Setting, rounded: Mapping[int, Call]) -> Ranking:
        options = setting.step_options
        among = options["among"]
        columns = {column: texts_of(texts) for column, texts in (among or {}).items()}
        within = options["within"]
        return Ranking(
            call=self.call(setting, ALL),
            rounded=rounded,
            among=None if among is None else self._in_scope(columns, "ranking.among"),
            within={
                column: group_codes(
                    look_up(self.dataset.units.groups, column, "group column", "for ranking.within")
                )
                for column in (() if within is None else texts_of(within))
            },
            direction=self.framework.direction,
            classes=None if setting.classes is None else self.call(setting.classes, ALL, "ranking.classes"),
        )

    def _in_scope(self, columns: Mapping[str, tuple[str, ...]], where: str) -> Bools:
        """(units,): whether the group columns hold one of the texts."""
        inside = np.ones(len(self.dataset.units), dtype=np.bool_)
        for column, texts in columns.items():
            labels = look_up(self.dataset.units.groups, column, "group column", f"for {where}")
            for text in texts:
                look_up(dict.fromkeys(labels), text, column, f"for {where}")
            inside &= np.isin(np.array(labels), texts)
        return inside

    def _stacked(self, settings: list[Setting], indices: list[int]) -> Call:
        whole = len(indices) == len(self.framework.leaves)
        columns: Columns = ALL if whole else np.array(indices, dtype=np.int64)
        first = self.call(settings[0], columns)
        options = dict(first.options)
        for name, option in settings[0].method.options.items():
            stated = [setting.options[name] for setting in settings]
            kind = option.resolved.kind if option.resolved else ""
            if kind == "each" and any(value != stated[0] for value in stated):
                options[name] = np.array(stated, dtype=np.float64)
            elif kind == "column" and stated[0] is not None:
                options[name] = np.stack([self._column(value, settings[0].step) for value in stated], axis=-1)
        codes = tuple(self.framework.codes[self.framework.leaves[index]] for index in indices)
        fallback = first.fallback and replace(first.fallback, codes=codes)
        return replace(first, options=options, fallback=fallback, codes=codes)

    def _resolved(self, setting: Setting, name: str, stated: Any, columns: Columns) -> Any:
        resolved = setting.method.options[name].resolved
        if resolved is None or stated is None:
            return stated
        where = f"{setting.step}.{name}"
        if resolved.kind == "group":
            return self._group_codes(stated, where)
        if resolved.kind == "unit":
            return self._unit(stated, where)
        if resolved.kind == "units":
            return np.array([self._unit(code, where) for code in stated], dtype=np.int64)
        if resolved.kind == "ancestor":
            return self.framework.ancestors_at(stated)[columns]
        if resolved.kind == "column":
            return self._column(stated, where)[..., None]
        if resolved.kind == "formula":
            return read_formula(stated)
        return stated

    def _step_options(self, setting: Setting) -> dict[str, Any]:
        """The step's own options; a reference becomes an edition's position or group codes."""
        options = dict(setting.step_options)
        reference = options.get("reference")
        if isinstance(reference, dict):
            (kind, name), *more = reference.items()
            where = f"{setting.step}.reference"
            if more:
                raise DataError(f"{where} names an edition or a group, not both")
            if kind == "group":
                codes = self._group_codes(str(name), where)
                self._refuse_without_group(codes, str(name), where)
                options["reference"] = ("group", codes)
            else:
                options["reference"] = ("edition", self.edition(str(name), where))
        missing = options.get("missing")
        if isinstance(missing, dict):
            options["missing"] = self._group_codes(missing["mean_of"], f"{setting.step}.missing")
        return options

    def _group_codes(self, name: str, where: str) -> Ints:
        return group_codes(look_up(self.dataset.units.groups, name, "group column", f"for {where}"))

    def _refuse_without_group(self, codes: Ints, column: str, where: str) -> None:
        """A unit without a group has no statistics to be measured by."""
        without = [self.dataset.units.names[unit] for unit in np.flatnonzero(codes < 0)]
        if without:
            raise DataError(
                f"{where}: group column '{column}' is empty for {listed(without, 5)}; "
                "give each unit a group, or take the statistics from all units"
            )

    def _unit(self, code: str, where: str) -> int:
        return look_up(self.dataset.units.position, code, "unit", f"for {where}")

    def edition(self, name: str, where: str) -> int:
        positions = {edition: index for index, edition in enumerate(self.dataset.editions)}
        return look_up(positions, name, "edition", f"for {where}")

    def _column(self, name: str, where: str) -> Floats:
        """(editions, units)"""
        if name in self.dataset.indicators:
            return self.dataset.columns((name,))[..., 0]
        return look_up(self.dataset.units.columns, name, "numeric column", f"for {where}")


def _group_key(setting: Setting) -> str:
    """Equal for settings that can be one call."""
    options = {
        name: value is None if _is_stacked(setting.method, name) else value
        for name, value in setting.options.items()
    }
    fallback = setting.fallback.key if setting.fallback else ""
    return repr((setting.method.name, options, setting.step_options, fallback))


def _is_stacked(method: Method, option: str) -> bool:
    resolved = method.options[option].resolved
    return resolved is not None and resolved.kind in STACKED
