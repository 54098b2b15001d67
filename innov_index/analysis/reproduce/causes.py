"""Why published figures differ: the usual causes, each tried by computing the index again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from innov_index.analysis.reproduce.compared_figures import Cells
from innov_index.analysis.reproduce.input_bounds import Bounds
from innov_index.config.located import located
from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting, read_setting
from innov_index.errors import InnovIndexError, Mark
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.methods import catalogue
from innov_index.methods.kernels.ranks import RULES
from innov_index.methods.ranking import descending_ranks
from innov_index.model.arrays import Bools, Floats
from innov_index.model.dataset import Dataset
from innov_index.model.framework import Direction, Framework
from innov_index.model.scores import Scores
from innov_index.pipeline import score

MOST_RUNS = 400
"""Largest number of indicators reversed, and of units left out, in search of a cause."""


@frozen
class Cause:
    """A change of the method under which fewer figures fail: the number before and after."""

    description: str
    before: int
    after: int

    @property
    def explains(self) -> bool:
        return self.after == 0


def likely_causes(index: Index, scores: Scores, cells: Cells, most: int = 3) -> tuple[Cause, ...]:
    """The changes that leave the fewest figures unexplained, best first; only those that explain half."""
    before = int(cells.failing.sum())
    if not before:
        return ()
    causes = _of_ranks(scores, cells)
    if not _only_ranking_fails(cells):
        causes += [
            Cause(description, before, int(changed.failing.sum()))
            for description, changed in _of_scores(index, cells)
        ]
    causes = [cause for cause in causes if cause.after <= cause.before / 2]
    return tuple(sorted(causes, key=lambda cause: (cause.after, -cause.before))[:most])


def _only_ranking_fails(cells: Cells) -> bool:
    """Whether no other score can be the cause.

    That is so where every failing rank comes with a score that is reproduced, and every unit ranked here was
    ranked there.
    """
    failing_nodes = cells.failing.any(axis=1, keepdims=True)
    unannounced = failing_nodes & ~np.isnan(cells.scores) & np.isnan(cells.published.scores)
    return not (cells.failing & ~(cells.compared & cells.within)).any() and not unannounced.any()


Changed = Iterator[tuple[str, Cells]]


def _of_ranks(scores: Scores, cells: Cells) -> list[Cause]:
    """The same scores ranked by other rules, node by node."""
    failing = cells.failing & cells.other_rank
    causes = []
    for node in np.flatnonzero(failing.any(axis=(0, 1))):
        before = int(failing[..., node].sum())
        announced = cells.published.ranks[..., node : node + 1]
        last = cells.published.last_ranks[..., node : node + 1]
        own = scores.scores[..., node : node + 1]
        for description, ranks in _other_rankings(own, announced, cells.direction):
            given = (announced <= ranks) & (ranks <= last)
            wrong = ~np.isnan(announced) & ~given & ~cells.published.excepted[..., [node]]
            text = f"'{scores.framework.codes[node]}': {description}"
            causes.append(Cause(text, before, int(wrong.sum())))
    return causes


def _other_rankings(scores: Floats, announced: Floats, direction: Direction) -> Iterator[tuple[str, Floats]]:
    """Ranks of a node's scores, (editions, units, 1), by other rules; the simplest first."""
    half_up = catalogue.method("rounding", "half_up").function
    better = direction * scores
    for decimals in range(5):
        yield (
            f"ranks taken from scores rounded to {decimals} decimals",
            descending_ranks(direction * half_up(scores, decimals=decimals), "min"),
        )
    for ties in RULES:
        yield f"ties ranked by the rule {ties}", descending_ranks(better, ties)
    among = np.where(np.isnan(announced), np.nan, better)
    yield "ranks only among the published units", descending_ranks(among, "min")
    first = "lowest" if direction > 0 else "highest"
    yield f"ranks reversed (1 is the {first} score)", descending_ranks(-better, "min")
    for decimals in range(5):
        for ties in [rule for rule in RULES if rule != "min"]:
            yield (
                f"ranks taken from scores rounded to {decimals} decimals, ties by the rule {ties}",
                descending_ranks(direction * half_up(scores, decimals=decimals), ties),
            )


def _of_scores(index: Index, cells: Cells) -> Changed:
    """The index computed again with one thing changed."""
    recipe, dataset = index.config.recipe, index.dataset
    for description, changed in _other_rules(recipe):
        yield from _tried(description, changed, dataset, cells)
    suspects = _leaves_below(recipe.framework, np.asarray(cells.failing.any(axis=(0, 1))))
    for leaf in suspects[:MOST_RUNS]:
        code = recipe.framework.codes[leaf]
        yield from _tried(f"direction of '{code}' swapped", _turned(recipe, leaf), dataset, cells)
    announced = ~np.isnan(cells.published.scores) | ~np.isnan(cells.published.ranks)
    for unit in np.flatnonzero(~announced.any(axis=(0, 2)))[:MOST_RUNS]:
        description = f"unit '{dataset.units.codes[unit]}' left out"
        yield from _tried(description, recipe, _without(dataset, int(unit)), cells)


def _tried(description: str, recipe: Recipe, dataset: Dataset, cells: Cells) -> Changed:
    """The figures under a change; nothing where it cannot be computed."""
    try:
        scores = score(recipe, dataset)
    except InnovIndexError:
        return
    moved = scores.scores - cells.scores
    bounds = Bounds(cells.bounds.low + moved, cells.bounds.high + moved)
    yield description, replace(cells, scores=scores.scores, ranks=scores.ranks, bounds=bounds)


def _other_rules(recipe: Recipe) -> Iterator[tuple[str, Recipe]]:
    for rule in ("propagate", "reweight"):
        yield f"missing children: {rule}", _changed(recipe, "aggregation", _with_missing(rule))
    for name in ("mean", "median"):
        setting, _ = read_setting("imputation", located({"method": name}, Mark("")), "imputation")
        if setting is not None:
            yield f"gaps filled with the {name}", _changed(recipe, "imputation", _always(setting))
    for step in (*recipe.leaf_steps, *recipe.node_steps):
        changed = _changed(recipe, step, _with_other_moments)
        if changed is not recipe:
            yield f"population instead of sample moments (or the reverse) in {step}", changed


def _changed(recipe: Recipe, step: str, change: Callable[[Setting], Setting]) -> Recipe:
    """The recipe with every setting of a step changed; the same object where nothing changes."""
    group = "leaf_steps" if step in recipe.leaf_steps else "node_steps"
    steps: Mapping[str, tuple[Setting, ...]] = getattr(recipe, group)
    settings = tuple(change(setting) for setting in steps[step])
    if all(new is old for new, old in zip(settings, steps[step], strict=True)):
        return recipe
    editions = {name: _changed(own, step, change) for name, own in recipe.editions.items()}
    changed: Any = {group: {**steps, step: settings}, "editions": editions}
    return replace(recipe, **changed)


def _always(setting: Setting) -> Callable[[Setting], Setting]:
    return lambda _: setting


def _with_missing(rule: str) -> Callable[[Setting], Setting]:
    return lambda setting: replace(setting, step_options={**setting.step_options, "missing": rule})


def _with_other_moments(setting: Setting) -> Setting:
    if "population" in setting.options:
        return replace(setting, options={**setting.options, "population": not setting.options["population"]})
    if "ddof" in setting.options:
        return replace(setting, options={**setting.options, "ddof": 1 - setting.options["ddof"]})
    return setting


def _leaves_below(framework: Framework, failing: Bools) -> list[int]:
    """Leaves below (or at) a node with a failing figure."""
    reached = np.asarray(framework.leaf_matrix[:, failing].any(axis=1))
    return [int(leaf) for leaf, below in zip(framework.leaves, reached, strict=True) if below]


def _turned(recipe: Recipe, leaf: int) -> Recipe:
    """The recipe with the direction of one indicator swapped."""
    nodes = list(recipe.framework.nodes)
    nodes[leaf] = replace(nodes[leaf], direction=-1 if nodes[leaf].direction == 1 else 1)
    framework = Framework(tuple(nodes))
    editions = {name: _turned(own, leaf) for name, own in recipe.editions.items()}
    return replace(recipe, framework=framework, editions=editions)


def _without(dataset: Dataset, unit: int) -> Dataset:
    """The dataset in which one unit has no row."""
    present = dataset.present.copy()
    present[:, unit] = False
    values = dataset.values.copy()
    values[:, unit] = np.nan
    return replace(dataset, values=values, present=present)
