"""The second opinion: an index scored by the reference, edition by edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import attrgetter

import numpy as np

from innov_index.analysis.selftest.plain import column_of, statement_of, tables_of
from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.scores import Scores
from innov_index.pipeline import score
from innov_index.reference import places
from innov_index.reference.indicator_steps import Claimed, Handed, Panels, Steps, as_found, indicator_steps
from innov_index.reference.statement import Column, Panel, Statement, Tables, Value
from innov_index.reference.tree import Claim, Tree, tree_scores

NOISE = Statement.noise
"""Share of the largest operand below which a difference is rounding error to the reference."""
STEPS = ("denominated", "imputed", "screened", "treated", "normalised")


@frozen
class Opinion:
    """What the reference finds, in the form of `Scores`: panels by step and node."""

    steps: dict[str, dict[int, Panel]]
    kept: list[list[bool]]
    weights: list[list[Value]]
    scores: dict[int, Panel]
    ranks: dict[int, Panel]
    columns: dict[str, list[Sequence[Value | str]]]
    claims: list[Claim]
    not_covered: tuple[str, ...]


def opinion_of(
    index: Index,
    passed: Scores,
    handed: Handed = as_found,
    stated: Tables | None = None,
    noise: float = NOISE,
) -> Opinion:
    """Score an index anew; results of searches are taken from the engine, to be checked.

    Each edition follows its own statement where the config has one for it.

    Parameters
    ----------
    index : Index
    passed : Scores
        The engine's scores as parents get them (`passed_on`).
    handed : callable
        What each step takes in place of what the step before it found.
    stated : Tables, optional
        Other tables than those of the index.
    noise : float
        Share of the largest number that two were computed from below which they do not differ.
    """
    recipe, dataset = index.config.recipe, index.dataset
    tables = tables_of(dataset) if stated is None else stated
    own = [recipe.of_edition(dataset.editions, e) for e in range(len(tables.editions))]
    claimed = _claims_of(passed)
    statements = {id(r): replace(statement_of(r), noise=noise) for r in own}
    walked = {
        key: indicator_steps(statement, tables, claimed, handed) for key, statement in statements.items()
    }
    steps = _merged_steps([walked[id(r)] for r in own])
    before = handed("normalised", steps["normalised"])
    trees = {
        key: tree_scores(statement, tables, before, claimed, handed=handed)
        for key, statement in statements.items()
    }
    chosen = [(statements[id(r)], trees[id(r)]) for r in own]
    nodes = range(len(passed.framework))
    found, settled = (
        {node: [of(tree)[node][e] for e, (_, tree) in enumerate(chosen)] for node in nodes}
        for of in (attrgetter("found"), attrgetter("scores"))
    )
    ranking = statements.get(id(recipe)) or statement_of(recipe)
    return Opinion(
        steps=steps,
        kept=[walked[id(r)].kept[e] for e, r in enumerate(own)],
        weights=[_acting(statement, tree, e) for e, (statement, tree) in enumerate(chosen)],
        scores=found,
        ranks={node: ranks_of(ranking, tables, node, panel) for node, panel in settled.items()},
        columns=columns_of(ranking, tables, settled[0]),
        not_covered=tuple(dict.fromkeys(m for own in walked.values() for m in own.not_covered)),
        claims=[c for e, (_, tree) in enumerate(chosen) for c in tree.claims if c.edition == e],
    )


def _merged_steps(by_edition: Sequence[Steps]) -> dict[str, dict[int, Panel]]:
    return {
        step: {
            leaf: [own.values[step][leaf][e] for e, own in enumerate(by_edition)]
            for leaf in by_edition[0].values[step]
        }
        for step in STEPS
    }


def passed_on(index: Index) -> Scores:
    """The engine's scores as parents get them: without rounding for those who read them."""
    recipe = index.config.recipe
    unrounded = _not_rounded(recipe)
    return index.score() if unrounded is recipe else score(unrounded, index.dataset)


def _not_rounded(recipe: Recipe) -> Recipe:
    """The recipe with roundings of scores that nobody but the reader gets said of ranks alone."""

    def of(setting: Setting) -> Setting:
        if setting.step_options.get("used_for") != "scores":
            return setting
        return replace(setting, step_options={**setting.step_options, "used_for": "ranks"})

    leaves, nodes = (
        {**held, "rounding": tuple(map(of, held["rounding"]))}
        for held in (recipe.leaf_steps, recipe.node_steps)
    )
    editions = {name: _not_rounded(own) for name, own in recipe.editions.items()}
    changed = (leaves, nodes) != (recipe.leaf_steps, recipe.node_steps)
    changed |= any(own is not recipe.editions[name] for name, own in editions.items())
    return replace(recipe, leaf_steps=leaves, node_steps=nodes, editions=editions) if changed else recipe


def step_by_step(passed: Scores, change: Callable[[Column], Column] = list) -> Handed:
    """Each step takes what the engine found in the step before it, changed in some way.

    So each formula is judged by itself, whatever rounding did before it.
    """
    framework = passed.framework

    def handed(step: str, found: Panels) -> Panels:
        values = passed.scores if step in ("normalised", "scores") else passed.steps[step]
        by_leaf = values is not passed.scores
        return {
            node: [
                change(column_of(own[:, np.searchsorted(framework.leaves, node) if by_leaf else node]))
                for own in values
            ]
            for node in found
        }

    return handed


def _claims_of(scores: Scores) -> Claimed:
    """What the engine found, for what the reference has no formula of its own."""
    framework = scores.framework

    def claimed(step: str, node: int, edition: int) -> Column:
        if step == "weighting":
            return column_of(scores.weights[edition, framework.children[node]])
        if step in STEPS:
            return column_of(scores.steps[step][edition, :, np.searchsorted(framework.leaves, node)])
        return column_of(scores.scores[edition, :, node])

    return claimed


def _acting(statement: Statement, tree: Tree, edition: int) -> list[Value]:
    """Weights of nodes among their siblings; None where the node above uses none."""
    weights = list(tree.weights[edition])
    for node in {own.parent for own in statement.nodes[1:]}:
        if not tree.uses_weights(node):
            for child in statement.children(node):
                weights[child] = None
    return [None if w is not None and np.isnan(w) else w for w in weights]


def compared(statement: Statement, tables: Tables, node: int, column: Column) -> Column:
    """What is ranked: scores, with the opposite sign where less is better."""
    sign = statement.nodes[0].sign
    return [None if v is None else sign * v for v in rounded(statement, tables, node, column)]


def rounded(statement: Statement, tables: Tables, node: int, column: Column) -> Column:
    """Scores as they are ranked: rounded where that is stated, of the units that are ranked."""
    setting = statement.steps["rounding"][node]
    among = statement.ranking.of_step["among"] or {}
    ranked = [
        all(tables.groups[name][unit] in texts for name, texts in among.items())
        for unit in range(len(column))
    ]
    round_off = places.ROUNDINGS[setting.rule]
    return [
        round_off(v, **setting.options) if v is not None and own else None
        for v, own in zip(column, ranked, strict=True)
    ]


def ranks_of(statement: Statement, tables: Tables, node: int, panel: Panel) -> Panel:
    """Ranks of a node in every edition."""
    rule, digits = statement.ranking.rule, statement.ranking.options["digits"]
    return [places.ranks(compared(statement, tables, node, column), rule, digits) for column in panel]


def columns_of(statement: Statement, tables: Tables, panel: Panel) -> dict[str, list[Sequence[Value | str]]]:
    """Classes of the index, and its ranks inside groups, as the ranking shows them."""
    rule, digits = statement.ranking.rule, statement.ranking.options["digits"]
    root = [compared(statement, tables, 0, column) for column in panel]
    found: dict[str, list[Sequence[Value | str]]] = {}
    if statement.classes is not None:
        cut, names = places.CLASSES[statement.classes.rule], statement.classes.of_step["names"]
        options = dict(statement.classes.options)
        if "breaks" in options:
            options["breaks"] = [statement.nodes[0].sign * cut for cut in options["breaks"]]
        found["class"] = [places.named(cut(c, digits, **options), names) for c in root]
    for name in statement.ranking.of_step["within"] or ():
        groups = tables.groups[name]
        found[f"rank_in_{name}"] = [places.ranks_inside(c, groups, rule, digits) for c in root]
    return found
