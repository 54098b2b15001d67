"""The setting of each step for every indicator and node: a config without its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property

import numpy as np

from innov_index.config.located import Located
from innov_index.config.messages import unknown
from innov_index.config.named_nodes import formula_problems
from innov_index.config.nodes import (
    Kind,
    NodeArithmetic,
    Rounding,
    Weights,
    formula_of,
    node_arithmetic,
    rounding_of,
)
from innov_index.config.overrides import merge_step
from innov_index.config.settings import Setting, read_named, read_setting, texts_of
from innov_index.config.step_table import LEAF_STEPS, NODE_STEPS
from innov_index.config.tree import StatedTree
from innov_index.errors import Mark, Problem
from innov_index.frozen import frozen
from innov_index.methods import catalogue
from innov_index.methods.registry import Method
from innov_index.model.arrays import Floats
from innov_index.model.framework import Framework


@frozen
class Recipe:
    """The tree, and the setting of each step.

    `leaf_steps` holds one setting a leaf, in the order of `framework.leaves`; `node_steps` one an inner node,
    in the order of `framework.inner`. Both hold the rounding. `screening` holds what is screened (units,
    indicators). `applies_to` holds, for nodes that only some units have, group columns and the texts they
    must hold; `lacking` those of them that other units lack. `editions` holds the recipe of each edition that
    differs, over the same tree.
    """

    framework: Framework
    leaf_steps: Mapping[str, tuple[Setting, ...]]
    node_steps: Mapping[str, tuple[Setting, ...]]
    screening: Mapping[str, Setting]
    ranking: Setting
    applies_to: Mapping[int, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    lacking: frozenset[int] = frozenset()
    editions: Mapping[str, Recipe] = field(default_factory=dict)

    def of_edition(self, editions: Sequence[str], position: int) -> Recipe:
        """The recipe of one of the editions of the data (none where they have no such column)."""
        return self.editions.get(editions[position], self) if editions else self

    @cached_property
    def nodes(self) -> tuple[NodeArithmetic, ...]:
        """What each inner node does with its children, in the order of `framework.inner`."""
        # nodes mostly share their settings; what a formula means depends on the node's children too
        worked_out: dict[tuple[int, ...], NodeArithmetic] = {}
        found = []
        steps = (self.node_steps[step] for step in ("weighting", "aggregation", "rescaling", "rounding"))
        for node, *settings in zip(self.framework.inner.tolist(), *steps, strict=True):
            weighting, aggregation, rescaling, rounding = settings
            key = (*map(id, settings), *([node] if formula_of(aggregation) else []))
            if key not in worked_out:
                codes = [self.framework.codes[child] for child in self.framework.children[node]]
                worked_out[key] = node_arithmetic(weighting, aggregation, rescaling, rounding, codes)
            found.append(worked_out[key])
        return tuple(found)

    def node(self, position: int) -> NodeArithmetic:
        """What the inner node at a position of the tree does with its children."""
        return self.nodes[int(np.searchsorted(self.framework.inner, position))]

    def stated_weights(self, position: int) -> Floats:
        """Stated weights of the children of an inner node, or the numbers in the formula of its sum."""
        terms = self.node(position).terms
        if terms is None:
            return self.framework.stated_weights(position)
        return np.array([float(term) for term in terms.values()])

    @property
    def without_weights(self) -> tuple[int, ...]:
        """Inner nodes whose children have no weights: the formula or method there uses none."""
        nodes = zip(self.framework.inner.tolist(), self.nodes, strict=True)
        return tuple(
            node
            for node, account in nodes
            if not account.uses_weights
            and (account.kind is Kind.FORMULA or len(self.framework.children[node]) > 1)
        )

    def setting(self, step: str, position: int) -> Setting:
        """The setting of a step for the leaf or inner node at a position of the tree."""
        if self.framework.nodes[position].is_leaf:
            return self.leaf_steps[step][int(np.searchsorted(self.framework.leaves, position))]
        return self.node_steps[step][int(np.searchsorted(self.framework.inner, position))]

    def rounding(self, position: int) -> Rounding:
        """How far the rounded score of a leaf or inner node goes."""
        return rounding_of(self.setting("rounding", position))

    @property
    def methods(self) -> frozenset[Method]:
        """Every method that a step of an edition uses."""
        found: set[Method] = set()
        for recipe in (self, *self.editions.values()):
            rows = (*recipe.leaf_steps.values(), *recipe.node_steps.values(), recipe.screening.values())
            settings = [recipe.ranking, *(setting for row in rows for setting in row)]
            while settings:
                setting = settings.pop()
                found.add(setting.method)
                settings += [own for own in (setting.fallback, setting.classes) if own is not None]
        return frozenset(found)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that options ask for (denominators, outcomes …)."""
        return self.columns_of(*self.leaf_steps, *self.node_steps)

    def columns_of(self, *steps: str) -> tuple[str, ...]:
        """Names of the columns that options of these steps ask for."""
        recipes = (self, *self.editions.values())
        rows = (
            held[step]
            for recipe in recipes
            for held in (recipe.leaf_steps, recipe.node_steps)
            for step in steps
            if step in held
        )
        # indicators mostly share one setting
        settings = {id(setting): setting for row in rows for setting in row}
        named = {
            str(setting.options[name]): None
            for setting in settings.values()
            for name, option in setting.method.options.items()
            if option.resolved and option.resolved.kind == "column" and setting.options[name] is not None
        }
        return tuple(named)

    @property
    def group_columns(self) -> dict[str, tuple[str, ...]]:
        """Columns with groups of units that steps read, and the steps that read them."""
        found: dict[str, dict[str, None]] = {}
        for held in (self.leaf_steps, self.node_steps):
            for row in held.values():
                for setting in {id(setting): setting for setting in row}.values():
                    for column in setting.group_columns:
                        found.setdefault(column, {})[f"{setting.step} {setting.method.name}"] = None
        for column in self.ranking.group_columns:
            found.setdefault(column, {})["ranking within groups"] = None
        return {column: tuple(uses) for column, uses in found.items()}

    @property
    def ignored_weights(self) -> tuple[str, ...]:
        """Codes of the nodes whose children state weights that neither weighting nor aggregation use."""
        weightings = zip(self.framework.inner, self.node_steps["weighting"], self.nodes, strict=True)
        return tuple(
            self.framework.codes[node]
            for node, weighting, account in weightings
            if "given" not in weighting.method.inputs
            and account.weights is not Weights.AS_STATED
            and any(self.framework.nodes[child].weight is not None for child in self.framework.children[node])
        )


@frozen
class Previous:
    """A document that was read without problems, its tree, and its recipe."""

    document: Located
    tree: StatedTree
    recipe: Recipe

    def unchanged(self, document: Located, tree: StatedTree) -> frozenset[str]:
        """Steps that another document over the same tree states by the very same entries."""
        stated, known = document.mapping, self.document.mapping
        if tree is not self.tree or stated.get("levels") is not known.get("levels"):
            return frozenset()
        return frozenset(s for s in (*LEAF_STEPS, *NODE_STEPS) if stated.get(s) is known.get(s))


def read_recipe(
    document: Located, tree: StatedTree, previous: Previous | None = None
) -> tuple[Recipe | None, list[Problem]]:
    """Read the steps of a config for each indicator and node of its tree; return them, or the problems.

    Steps stated as in the `previous` document are taken from its recipe.
    """
    reader = _Reader(document, tree)
    framework = tree.framework
    leaf_steps: dict[str, tuple[Setting | None, ...]] = {}
    node_steps: dict[str, tuple[Setting | None, ...]] = {}
    if previous is not None:
        unchanged = previous.unchanged(document, tree)
        leaf_steps |= {s: row for s, row in previous.recipe.leaf_steps.items() if s in unchanged}
        node_steps |= {s: row for s, row in previous.recipe.node_steps.items() if s in unchanged}
    for step in (*LEAF_STEPS, "rounding"):
        if step not in leaf_steps:
            read = reader.leaf if step in LEAF_STEPS else reader.node
            leaf_steps[step] = tuple(read(step, int(position)) for position in framework.leaves)
    for step in NODE_STEPS:
        if step not in node_steps:
            node_steps[step] = tuple(reader.node(step, int(position)) for position in framework.inner)
    screening = reader.screening()
    ranking = reader.ranking()
    applies_to = reader.applies_to()
    lacking = reader.lacking(applies_to)
    if reader.problems:
        return None, list(dict.fromkeys(reader.problems))
    return Recipe(
        framework,
        {step: _complete(settings) for step, settings in leaf_steps.items()},
        {step: _complete(settings) for step, settings in node_steps.items()},
        screening,
        _complete((ranking,))[0],
        applies_to,
        lacking,
    ), []


def step_problems(document: Located) -> list[Problem]:
    """What is wrong with the steps stated for all nodes: asked where the tree itself cannot be read."""
    stated = {step: document.mapping[step] for step in (*LEAF_STEPS, *NODE_STEPS) if step in document.mapping}
    return [
        problem
        for step, entry in stated.items()
        if entry.value is not None
        for problem in read_setting(step, entry, step)[1]
    ]


def _complete(settings: tuple[Setting | None, ...]) -> tuple[Setting, ...]:
    return tuple(setting for setting in settings if setting is not None)


class _Reader:
    """Reads settings, each stated block once, and collects the problems."""

    def __init__(self, document: Located, tree: StatedTree) -> None:
        self.document = document
        self.tree = tree
        self.problems: list[Problem] = []
        self._read: dict[tuple[str, int], Setting | None] = {}
        self._kept: list[Located] = []
        self._everywhere = _with_values(document)
        levels = document.mapping.get("levels")
        blocks = {} if levels is None else levels.mapping
        self._at_level = {level: _with_values(block) for level, block in blocks.items()}
        self._check_levels()

    def leaf(self, step: str, position: int) -> Setting | None:
        block = self.tree.blocks[position]
        stated = self._everywhere.get(step)
        own = _denomination_of(block) if step == "denomination" else self._stated(block, step)
        return self._setting(step, merge_step(step, stated, own), own, position)

    def node(self, step: str, position: int) -> Setting | None:
        level = str(self.tree.framework.nodes[position].level)
        stated = self._everywhere.get(step)
        at_level = self._at_level[level].get(step) if level in self._at_level else None
        own = self._stated(self.tree.blocks[position], step)
        merged = merge_step(step, merge_step(step, stated, at_level), own)
        setting = self._setting(step, merged, own, position)
        if setting is not None and merged is not None:
            self.problems += formula_problems(setting, merged, self.tree.framework, position)
        return setting

    def applies_to(self) -> dict[int, Mapping[str, tuple[str, ...]]]:
        """For each node that only some units have: group columns, and the texts that they must hold."""
        found: dict[int, Mapping[str, tuple[str, ...]]] = {}
        for position, block in enumerate(self.tree.blocks):
            stated = block.mapping.get("applies_to")
            if stated is None or stated.value is None:
                continue
            if position == 0:
                self.problems.append(Problem("the root applies to every unit", stated.mark))
            found[position] = {column: texts_of(entry.plain()) for column, entry in stated.mapping.items()}
        return found

    def lacking(self, applies_to: Mapping[int, object]) -> frozenset[int]:
        """Nodes that units lack to which they do not apply."""
        found = set()
        for position, block in enumerate(self.tree.blocks):
            stated = block.mapping.get("elsewhere")
            if stated is None or stated.value is None:
                continue
            if position not in applies_to:
                message = "elsewhere is about the units that applies_to leaves out: state applies_to, too"
                self.problems.append(Problem(message, stated.mark))
            if stated.value == "missing":
                found.add(position)
        return frozenset(found)

    def screening(self) -> dict[str, Setting]:
        stated = self._everywhere.get("screening")
        settings: dict[str, Setting] = {}
        known = catalogue.step("screening")
        for name, entry in (stated.mapping if stated else {}).items():
            where = f"screening.{name}"
            if name not in known:
                message = unknown("key", name, known.names, "screening")
                self.problems.append(Problem(message, stated.keys[name] if stated else None))
                continue
            setting, problems = read_named("screening", name, entry, where)
            self.problems += problems
            if setting is not None:
                settings[name] = setting
        return settings

    def ranking(self) -> Setting | None:
        stated = self._everywhere.get("ranking")
        setting, problems = read_setting("ranking", stated, "ranking")
        self.problems += problems
        if setting is not None and setting.classes is not None and stated is not None:
            self.problems += _name_problems(setting.classes, stated.at(("classes", "names")).mark)
        return setting

    def _setting(
        self, step: str, stated: Located | None, own: Located | None, position: int
    ) -> Setting | None:
        key = (step, id(stated))
        if key not in self._read:
            code = self.tree.framework.codes[position]
            where = step if own is None else f"{step}[{code}]"
            setting, problems = read_setting(step, stated, where)
            self.problems += problems
            self._read[key] = setting
            if stated is not None:
                self._kept.append(stated)  # keeps its id from being used again
        return self._read[key]

    def _stated(self, holder: Located, step: str) -> Located | None:
        stated = holder.mapping.get(step)
        return None if stated is None or stated.value is None else stated

    def _check_levels(self) -> None:
        levels = self.document.mapping.get("levels")
        deepest = int(self.tree.framework.levels.max()) - 1
        for key in levels.mapping if levels else ():
            if not (key.isdigit() and int(key) <= deepest):
                message = f"levels.{key}: dimensions of this tree stand at levels 0 (the root) to {deepest}"
                self.problems.append(Problem(message, levels.keys[key] if levels else None))


def _with_values(block: Located) -> dict[str, Located]:
    """What stands in a block, without keys that nothing follows."""
    return {key: entry for key, entry in block.mapping.items() if entry.value is not None}


def _name_problems(classes: Setting, mark: Mark) -> list[Problem]:
    """What is wrong with the names of the classes: one for each, all different."""
    names = classes.step_options["names"]
    assert classes.method.count is not None
    count = classes.method.count(**classes.options)
    if names is None or (len(names) == count and len(set(names)) == count):
        return []
    message = f"ranking.classes.names must be {count} different names, the highest class first; got {names}"
    return [Problem(message, mark)]


def _denomination_of(block: Located) -> Located | None:
    """What a leaf states of its denomination; `per` and `scale` are short for the method ratio."""
    stated = block.mapping.get("denomination")
    if "per" not in block.mapping:
        return stated
    per = block.mapping["per"]
    mark: Mark = per.mark
    short = Located({}, mark).with_entry("method", Located("ratio", mark)).with_entry("by", per)
    if "scale" in block.mapping:
        short = short.with_entry("scale", block.mapping["scale"])
    return merge_step("denomination", short, stated)
