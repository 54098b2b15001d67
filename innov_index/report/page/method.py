"""The method in five sentences, made from the config: what a reader can repeat aloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from innov_index.config.nodes import Kind, Rescaling
from innov_index.config.recipe import Recipe
from innov_index.config.settings import Setting
from innov_index.methods.registry import Method, Trait
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.wording import counted, listed

_MOST = 3
_SHOWN_OPTIONS = 4


def five_sentences(scores: Scores, recipe: Recipe, edition: int) -> tuple[str, ...]:
    """What is ranked, what happens to gaps, to extreme values, how indicators become one scale, one score."""
    return (
        _what(scores, edition),
        _gaps(scores, recipe, edition),
        _treatment(scores, recipe, edition),
        _normalisation(scores, recipe),
        _aggregation(recipe),
    )


def _what(scores: Scores, edition: int) -> str:
    framework = scores.framework
    levels = int(framework.levels.max())
    kept = int(scores.kept[edition].sum())
    return (
        f"{scores.name} ranks {counted(kept, 'unit')} by {counted(len(framework.leaves), 'indicator')}"
        f"{_under(framework)}, in {counted(levels, 'level')} below the index."
    )


def _under(framework: Framework) -> str:
    """The dimensions, and how many indicators they hold where others stand beside them."""
    beside = [node for node in framework.children[0] if framework.nodes[node].is_leaf]
    dimensions = [framework.nodes[i].name for i in framework.children[0] if not framework.nodes[i].is_leaf]
    if not dimensions:
        return ""
    below = f"{len(framework.leaves) - len(beside)} of them " if beside else ""
    return f"{', ' if beside else ' '}{below}under {listed(dimensions)}"


def _gaps(scores: Scores, recipe: Recipe, edition: int) -> str:
    raw = scores.steps["raw"][edition][scores.kept[edition]]
    gaps, cells = int((raw != raw).sum()), raw.size
    bars = [
        _kept(setting)
        if Trait.SCREENS_UNITS in setting.method.traits
        else f"{name} are screened ({_options(setting)})"
        for name, setting in recipe.screening.items()
    ]
    screened = f"; {'; '.join(bars)}" if bars else ""
    if not gaps:
        return f"No value is missing{screened}."
    settings = recipe.leaf_steps["imputation"]
    unfilled = all(setting.method.is_identity for setting in settings)
    are = "is" if gaps == 1 else "are"
    how = f"{are} filled in ({_methods(settings)})"
    if unfilled:
        how = "is left as a gap" if gaps == 1 else "are left as gaps"
    return f"{gaps:,} of {counted(cells, 'value')} {are} missing and {how}{screened}."


def _kept(setting: Setting) -> str:
    coverage = setting.options.get("min_coverage")
    if not coverage or len(_changed(setting)) > 1:
        return f"a unit is kept with {_options(setting)}"
    return f"a unit is kept if at least {100 * coverage:g} % of its values are known"


def _treatment(scores: Scores, recipe: Recipe, edition: int) -> str:
    settings = recipe.leaf_steps["treatment"]
    if all(setting.method.is_identity for setting in settings):
        return "Extreme values are left as they are."
    changed = scores.treated[edition]
    fallbacks = {_in_words(s.fallback.method) for s in settings if s.fallback is not None}
    then = f", and where that is not enough by {listed(sorted(fallbacks))}" if fallbacks else ""
    values = counted(int(changed.sum()), "value")
    return (
        f"Extreme values are treated by {_methods(settings)}{then}: {values} of "
        f"{counted(int(changed.any(axis=0).sum()), 'indicator')} changed."
    )


def _normalisation(scores: Scores, recipe: Recipe) -> str:
    turned = _directions(scores.framework)
    settings = recipe.leaf_steps["normalisation"]
    if all(setting.method.is_identity for setting in settings):
        return f"Indicators stay on the scales they come in; {turned}."
    return f"Indicators come to one scale by {_methods(settings)}; {turned}."


def _directions(framework: Framework) -> str:
    """What is better in the indicators, and in the index where that is less."""
    falling = sum(framework.nodes[leaf].direction < 0 for leaf in framework.leaves)
    turned = f"less is better in {falling} of them" if falling else "more is better in all"
    if framework.direction > 0:
        return turned
    return f"{turned}; less is better in the index, whose scores rise with what is worse"


def _aggregation(recipe: Recipe) -> str:
    rescaled = [
        int(recipe.framework.nodes[position].level)
        for position, node in zip(recipe.framework.inner, recipe.nodes, strict=True)
        if node.rescaling is not Rescaling.NONE
    ]
    again = (
        f", nodes of level {listed(sorted({str(level) for level in rescaled}))} are rescaled"
        if rescaled
        else ""
    )
    return (
        f"Weights are {_weights(recipe)}, scores are aggregated by {_means(recipe)}{again}, and equal scores "
        f"{_in_words(recipe.ranking.method)}."
    )


def _weights(recipe: Recipe) -> str:
    settings = recipe.node_steps["weighting"]
    methods = {setting.method for setting in settings}
    plain = methods.pop().in_words if len(methods) == 1 and not any(map(_options, settings)) else ""
    return plain or f"by {_methods(settings)}"


def _means(recipe: Recipe) -> str:
    methods = _methods(recipe.node_steps["aggregation"])
    return f"{methods} means" if all(node.kind is Kind.MEAN for node in recipe.nodes) else methods


def _methods(settings: Sequence[Setting]) -> str:
    """The method with its options; where there are several, each with how many indicators or nodes use it."""
    used_by = Counter(_in_words(setting.method) for setting in settings)
    if len(used_by) > 1:
        shown = [f"{name} ({count} of {len(settings)})" for name, count in used_by.most_common(_MOST)]
        return listed(shown) + (" and others" if len(used_by) > _MOST else "")
    told = {_options(setting) for setting in settings}
    options = told.pop() if len(told) == 1 else "options by indicator"
    return next(iter(used_by)) + (f" ({options})" if options else "")


def _in_words(method: Method) -> str:
    """What a method does, or its name where nothing plainer is declared for it."""
    return method.in_words or ("no change" if method.is_identity else method.name.replace("_", "-"))


def _options(setting: Setting) -> str:
    told = [f"{name.replace('_', ' ')} {_plain(value)}" for name, value in _changed(setting).items()]
    return ", ".join(told[:_SHOWN_OPTIONS])


def _changed(setting: Setting) -> dict[str, object]:
    """Options that differ from the method's own."""
    defaults = {name: option.default for name, option in setting.method.options.items()}
    return {
        name: value
        for name, value in setting.options.items()
        if value is not None and value != defaults[name]
    }


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
