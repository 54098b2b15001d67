"""Relations that must hold: what does not change when the inputs change in some way.

Each scores the index again under one change and compares. A relation that the index's methods do not promise
is tried all the same, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from innov_index.analysis.selftest.changed_inputs import (
    children_reversed,
    document_of,
    first_half,
    leaf_split,
    read_again,
    with_codes,
    with_edition,
    with_second_half,
    with_units,
    with_values,
    worst_values,
)
from innov_index.analysis.selftest.changed_scores import Relation, Tried, apart, compared
from innov_index.analysis.selftest.differences import AGREEMENT, NOISE, Difference
from innov_index.analysis.selftest.plain import statement_of, tables_of
from innov_index.config.nodes import Gaps, Kind, Weights, formula_of
from innov_index.config.recipe import Recipe
from innov_index.errors import InnovIndexError
from innov_index.index import Index
from innov_index.methods.kernels.ranks import ascending_ranks, round_significant
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Floats
from innov_index.model.dataset import Dataset
from innov_index.pipeline.binding import bind
from innov_index.reference.indicator_steps import indicator_steps
from innov_index.reference.statement import Panel
from innov_index.wording import counted

MOST_EDITIONS = 5
POWERS = (1, -3, 7, 2)
"""Powers of two that indicators are multiplied by, in turn."""


def relations(index: Index) -> list[Relation]:
    """Try every relation on an index."""
    tried = Tried(index, index.score())
    found = []
    for name, relation in _RELATIONS.items():
        try:
            own = relation(tried)
        except InnovIndexError as error:
            own = Relation(name, told=f"it has no scores then: {error.problems[0].message}")
        found.append(replace(own, name=name))
    return [*found, *_schemes(tried)]


def _depends_on_order(tried: Tried) -> bool:
    return Trait.ORDER_DEPENDENT in tried.recipe.ranking.method.traits


def _names_units(tried: Tried) -> bool:
    """Whether some option names a unit."""
    return any(
        option.resolved is not None
        and option.resolved.kind in ("unit", "units")
        and setting.options[name] is not None
        for setting in tried.settings
        for name, option in setting.method.options.items()
    )


def _units_reversed(tried: Tried) -> Relation:
    order = np.arange(len(tried.dataset.units))[::-1]
    codes = [tried.dataset.units.codes[unit] for unit in order]
    other = tried.again(dataset=with_units(tried.dataset, order, codes))
    if _depends_on_order(tried):
        return Relation("", told="ranks follow the order of units, as the rule for ties says")
    return compared(tried, other, units=order)


def _children_reversed(tried: Tried) -> Relation:
    if any(
        isinstance(value, list)
        for row in tried.recipe.node_steps.values()
        for s in row
        for value in s.options.values()
    ):
        return Relation("", told="some option lists a number for each child, in their order")
    document = document_of(tried.index.config)
    children_reversed(document["index"])
    recipe = read_again(document, tried.index.config).recipe
    position = recipe.framework.position
    nodes = np.array([position[code] for code in tried.recipe.framework.codes])
    return compared(tried, tried.again(recipe=recipe), nodes=nodes)


def _other_codes(tried: Tried) -> Relation:
    if _names_units(tried):
        return Relation("", told="some option names a unit")
    if (
        any(formula_of(s) is not None for s in tried.recipe.node_steps["aggregation"])
        or tried.recipe.screening
    ):
        return Relation("", told="formulas or screening name nodes")
    number = len(tried.dataset.units)
    codes = [f"{number - unit:06d} renamed" for unit in range(number)]
    nodes = [f"{place:06d}" for place in range(len(tried.recipe.framework))][::-1]
    dataset = with_units(tried.dataset, np.arange(number), codes)
    return compared(tried, tried.again(with_codes(tried.recipe, nodes), dataset))


def _powers_of_two(tried: Tried) -> Relation:
    """The reference says for which indicators it must change nothing."""
    before = _normalised(tried, tried.dataset)
    names = sorted(set(tried.recipe.framework.indicators) - set(tried.recipe.columns))
    free = (
        {
            name
            for name, factor in zip(names, _factors(names), strict=True)
            if _same(before, _normalised(tried, _multiplied(tried.dataset, {name: factor})))
        }
        if len(names) <= 6
        else _free_at_once(tried, before, names)
    )
    if not free:
        return Relation("", told="no indicator's scale is free of the unit of measurement")
    factors = {name: factor for name, factor in zip(names, _factors(names), strict=True) if name in free}
    dataset = _multiplied(tried.dataset, factors)
    if not _same(before, _normalised(tried, dataset)):
        return Relation("", told="indicators are imputed from each other, on their own scales")
    return compared(tried, tried.again(dataset=dataset))


def _free_at_once(tried: Tried, before: dict[int, Panel], names: Sequence[str]) -> set[str]:
    """Indicators whose normalised values stay as they are when all are multiplied."""
    factors = dict(zip(names, _factors(names), strict=True))
    after = _normalised(tried, _multiplied(tried.dataset, factors))
    nodes = tried.recipe.framework.nodes
    changed = {
        nodes[leaf].indicator for leaf in before if not _same({leaf: before[leaf]}, {leaf: after[leaf]})
    }
    return set(names) - {str(name) for name in changed}


def _factors(names: Sequence[str]) -> list[float]:
    return [2.0 ** POWERS[place % len(POWERS)] for place in range(len(names))]


def _multiplied(dataset: Dataset, factors: dict[str, float]) -> Dataset:
    def change(values: Floats, names: Sequence[str]) -> None:
        for place, name in enumerate(names):
            values[..., place] *= factors.get(name, 1.0)

    return with_values(dataset, change)


def _normalised(tried: Tried, dataset: Dataset) -> dict[int, Panel]:
    """Normalised values by the reference; methods without a formula there give nothing."""
    nothing = [None] * len(dataset.units)
    steps = indicator_steps(statement_of(tried.recipe), tables_of(dataset), lambda *_: list(nothing))
    return dict(steps.values["normalised"])


def _same(before: dict[int, Panel], after: dict[int, Panel]) -> bool:
    """Whether panels are the same but for rounding, small beside the spread of their edition; ties too."""
    first, second = (
        np.array([[[np.nan if v is None else v for v in c] for c in p] for p in panels.values()], dtype=float)
        for panels in (before, after)
    )
    least, most = (np.nan_to_num(f.reduce(first, axis=2, keepdims=True)) for f in (np.fmin, np.fmax))
    spread = np.where(most > least, most - least, np.abs(most))
    with np.errstate(invalid="ignore"):
        moved = np.abs(first - second) > AGREEMENT * spread
    places = (np.moveaxis(round_significant(own, 12), -1, -2) for own in (first, second))
    ranks = [ascending_ranks(own, "min") for own in places]
    return not moved.any() and np.array_equal(ranks[0], ranks[1], equal_nan=True)


def _unit_twice(tried: Tried) -> Relation:
    if _depends_on_order(tried):
        return Relation("", told="ranks follow the order of units, as the rule for ties says")
    order = tried.scores.order(len(tried.scores.scores) - 1)
    if not len(order):
        return Relation("", told="no unit is kept")
    twin, number = int(order[len(order) // 2]), len(tried.dataset.units)
    chosen = np.append(np.arange(number), twin)
    dataset = with_units(tried.dataset, chosen, [*tried.dataset.units.codes, "a twin of it"])
    other = tried.again(dataset=dataset)
    alone = Tried(tried.index, other)
    units = np.full(number + 1, -1)
    units[twin] = number
    return compared(alone, other, units=units)


def _dominated_added(tried: Tried) -> Relation:
    """A unit with the worst value of every indicator; ranks stay where nothing else is learned from it."""
    if any(not s.method.is_identity for s in tried.recipe.leaf_steps["denomination"]):
        return Relation("", told="indicators are divided by a size of the unit")
    number, order = len(tried.dataset.units), tried.scores.order(len(tried.scores.scores) - 1)
    if not len(order):
        return Relation("", told="no unit is kept")
    last = int(order[-1])
    chosen = np.append(np.arange(number), last)
    dataset = with_units(tried.dataset, chosen, [*tried.dataset.units.codes, "worst of all"])
    framework = tried.recipe.framework
    better = framework.direction
    worst = worst_values(tried.scores.steps["raw"], better * framework.directions)

    def change(values: Floats, names: Sequence[str]) -> None:
        for leaf, name in enumerate(framework.indicators):
            values[:, number, names.index(name)] = worst[:, leaf]

    other = tried.again(dataset=with_values(dataset, change))
    before, after = tried.scores.steps["normalised"], other.steps["normalised"][:, :number]
    if apart(before, after, NOISE).any() or not _by_itself(tried.recipe):
        moved = _moved(tried.scores.index_ranks, other.index_ranks[:, :number])
        return Relation("", told=f"the methods do not promise it; {counted(moved, 'unit')} changed rank")
    # a unit with gaps may stand below it, by the children that it has, and one may share a place with it
    above = better * tried.scores.scores > better * other.scores[:, number:]
    above &= other.ranks[:, :number] != other.ranks[:, number:]
    first = tried.scores.with_ranks(np.where(above, tried.scores.ranks, np.nan))
    second = other.with_ranks(np.where(above, other.ranks[:, :number], np.nan))
    return compared(Tried(tried.index, first), second)


def _by_itself(recipe: Recipe) -> bool:
    """Whether a unit's scores depend on its own normalised values alone."""
    recipes = (recipe, *recipe.editions.values())
    aggregations = [s.method for own in recipes for s in own.node_steps["aggregation"]]
    learned = any(node.weights is Weights.LEARNED for own in recipes for node in own.nodes)
    filled = any(node.gaps is Gaps.GROUP_MEAN for own in recipes for node in own.nodes)
    rescaled = any(not s.method.is_identity for own in recipes for s in own.node_steps["rescaling"])
    compares = any(Trait.COMPARES_UNITS in method.traits for method in aggregations)
    return not (learned or filled or rescaled or compares)


def _moved(before: Floats, after: Floats) -> int:
    """Units of the last edition whose rank is another."""
    return int(apart(before[-1], after[-1], 0.0).sum())


def _node_split(tried: Tried) -> Relation:
    """A leaf below a mean, and twice the same leaf with half of its weight each."""
    recipe, framework = tried.recipe, tried.recipe.framework
    if recipe.screening or recipe.editions:
        return Relation("", told="screening counts indicators, or editions have settings of their own")
    for node, account in zip(framework.inner.tolist(), recipe.nodes, strict=True):
        children = framework.children[node]
        leaves = [child for child in children.tolist() if framework.nodes[child].is_leaf]
        plain = account.kind is Kind.MEAN and account.weights is Weights.AS_STATED
        if not (plain and leaves and account.min_coverage == 0) or _counted_above(recipe, node):
            continue
        document = document_of(tried.index.config)
        weights = framework.stated_weights(node).tolist()
        indicator = leaf_split(document["index"], framework.codes[node], weights)
        if not indicator:
            continue
        split = read_again(document, tried.index.config).recipe
        other = tried.again(split, with_second_half(tried.dataset, indicator))
        position = other.framework.position
        nodes = np.array([position.get(code, position.get(first_half(code), -1)) for code in framework.codes])
        kept = framework.leaves.tolist()
        before, after = tried.scores.scores[..., kept], other.scores[..., nodes[kept]]
        if any(Trait.COMPARES_UNITS in s.method.traits for s in recipe.leaf_steps["imputation"]) and (
            apart(before, after, NOISE * np.nanmax(np.abs(before), initial=0.0)).any()
        ):
            return Relation("", told="indicators are imputed from each other")
        return compared(tried, other, nodes=nodes)
    return Relation("", told="no leaf stands below a mean with stated weights")


def _counted_above(recipe: Recipe, node: int) -> bool:
    """Whether a weight on the way from a node to the root is by the number of indicators below."""
    framework, settings = recipe.framework, recipe.node_steps["weighting"]
    counting = {
        int(above)
        for above, setting in zip(framework.inner, settings, strict=True)
        if setting.options.get("per") == "indicator"
    }
    while node:
        node = framework.nodes[node].parent
        if node in counting:
            return True
    return False


def _edition_by_edition(tried: Tried) -> Relation:
    editions = tried.dataset.editions
    if len(editions) < 2:
        return Relation("", told="the data have no two editions")
    if not bind(tried.recipe, tried.dataset).editions_apart:
        return Relation("", told="something is learned from other editions")
    number = 0
    differences: list[Difference] = []
    for edition in np.unique(np.linspace(0, len(editions) - 1, MOST_EDITIONS).astype(int)).tolist():
        recipe = replace(tried.recipe.of_edition(editions, edition), editions={})
        other = tried.again(recipe, with_edition(tried.dataset, edition))
        own = compared(tried, other, edition=edition)
        number += own.compared
        differences += own.differences
    return Relation("", number, differences)


def _edited_by_hand(tried: Tried) -> Relation:
    """`--set ranking.ties=dense` beside a file that says so."""
    document = document_of(tried.index.config)
    stated = document.get("ranking") or {}
    document["ranking"] = {**stated, "ties": "dense"}
    edited = tried.again(recipe=read_again(document, tried.index.config).recipe)
    own = tried.index.varied(None, ["ranking.ties=dense"])
    return compared(Tried(own, own.score()), edited)


def _schemes(tried: Tried) -> Iterator[Relation]:
    """Each scheme beside a file of its own that states the same."""
    for name in tried.index.schemes:
        title = f"scheme {name} as a file of its own"
        try:
            own = tried.index.varied(name)
            recipe = read_again(document_of(own.config), own.config).recipe
            scheme = Tried(own, own.score())
            yield replace(compared(scheme, scheme.again(recipe=recipe)), name=title)
        except InnovIndexError as error:
            yield Relation(title, told=f"it has no scores: {error.problems[0].message}")


_RELATIONS: dict[str, Callable[[Tried], Relation]] = {
    "units in the reverse order": _units_reversed,
    "children in the reverse order": _children_reversed,
    "other codes of units and nodes": _other_codes,
    "indicators multiplied by powers of two": _powers_of_two,
    "a unit twice": _unit_twice,
    "a unit that is worst in everything": _dominated_added,
    "a leaf split in two with its weight": _node_split,
    "edition by edition": _edition_by_edition,
    "--set beside an edited file": _edited_by_hand,
}
