"""A recipe and its dataset as plain data, as the reference takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting, texts_of
from innov_index.model.arrays import Floats
from innov_index.model.dataset import Dataset
from innov_index.model.framework import Framework, Node
from innov_index.reference.statement import Column, Panel, StatedNode, Statement, Tables
from innov_index.reference.statement import Setting as Stated


def statement_of(recipe: Recipe) -> Statement:
    """The tree and the settings of every node."""
    framework = recipe.framework
    steps: dict[str, dict[int, Stated]] = {}
    for positions, held in ((framework.leaves, recipe.leaf_steps), (framework.inner, recipe.node_steps)):
        for step, settings in held.items():
            own = steps.setdefault(step, {})
            own |= {int(p): stated(s) for p, s in zip(positions, settings, strict=True)}
    nodes = [
        StatedNode(node.code, node.parent, node.level, node.indicator, _sign(framework, node), node.weight)
        for node in framework.nodes
    ]
    return Statement(
        nodes=[_root(nodes[0]), *nodes[1:]],
        steps=steps,
        screening={what: stated(setting) for what, setting in recipe.screening.items()},
        ranking=stated(recipe.ranking),
        classes=None if recipe.ranking.classes is None else stated(recipe.ranking.classes),
        applies_to=recipe.applies_to,
        lacking=recipe.lacking,
    )


def _sign(framework: Framework, node: Node) -> int:
    """-1 for an indicator whose score falls with its values, and for the index where less is better."""
    of_index = framework.nodes[0].direction
    return int(node.direction * of_index if node.is_leaf else of_index if node.level == 0 else 1)


def _root(node: StatedNode) -> StatedNode:
    return StatedNode(node.code, -1, 0, node.indicator, node.sign, node.weight)


def stated(setting: Setting) -> Stated:
    """A setting by the names in it."""
    of_step: dict[str, Any] = dict(setting.step_options)
    for name in ("within", "among"):
        if isinstance(of_step.get(name), Mapping):
            of_step[name] = {column: texts_of(texts) for column, texts in of_step[name].items()}
        elif of_step.get(name) is not None:
            of_step[name] = texts_of(of_step[name])
    fallback = None if setting.fallback is None else stated(setting.fallback)
    return Stated(setting.method.name, dict(setting.options), of_step, fallback)


def tables_of(dataset: Dataset) -> Tables:
    """Values, columns and groups of the units."""
    columns = {name: panel_of(values) for name, values in dataset.units.columns.items()}
    columns |= {name: panel_of(dataset.values[..., place]) for place, name in enumerate(dataset.indicators)}
    return Tables(
        units=dataset.units.codes,
        editions=dataset.editions or ("",),
        rows=dataset.present.tolist(),
        columns=columns,
        groups=dataset.units.groups,
    )


def panel_of(values: Floats) -> Panel:
    """Values (editions, units) as columns, None where one is missing."""
    return [column_of(edition) for edition in values]


def column_of(values: Floats) -> Column:
    """Values (units,) as a list, None where one is missing."""
    return [None if value != value else value for value in values.tolist()]
