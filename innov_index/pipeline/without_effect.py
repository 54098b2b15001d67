"""Choices of a config that have no effect on these data."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from innov_index.config.nodes import Weights, weights_of
from innov_index.methods.kernels.preparation import present
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Floats
from innov_index.model.result import Gravity, Remark
from innov_index.pipeline.binding import Plan
from innov_index.wording import counted


def without_effect(plan: Plan, before: Floats, after: Floats) -> tuple[Remark, ...]:
    """One line for each choice that changes nothing, with the reason.

    Parameters
    ----------
    plan : Plan
    before, after : (editions, units, indicators)
        Values before and after imputation.
    """
    texts = (*_weights(plan), *_imputation(plan, before, after))
    return tuple(Remark(text, Gravity.CHOICE, "choices without effect") for text in texts)


def _weights(plan: Plan) -> Iterator[str]:
    """Weightings and stated weights that no node uses."""
    recipe, framework = plan.recipe, plan.framework
    ignored = recipe.ignored_weights
    if ignored:
        methods = sorted({call.method.name for call in plan.weighting if "given" not in call.method.inputs})
        yield f"weighting {', '.join(methods)} does not use the weights stated below {_nodes(ignored)}"
    as_stated: dict[tuple[str, str], list[str]] = {}
    blind: dict[str, list[str]] = {}
    in_formulas: list[str] = []
    steps = (recipe.node_steps["weighting"], recipe.node_steps["aggregation"], recipe.nodes)
    for node, weighting, aggregation, account in zip(framework.inner, *steps, strict=True):
        code, family = framework.codes[node], framework.children[node]
        stated = any(framework.nodes[child].weight is not None for child in family)
        if account.terms is not None:
            if stated or weights_of(weighting.method) is Weights.LEARNED:
                in_formulas.append(code)
        elif aggregation.method.takes_stated_weights and Trait.AS_STATED not in weighting.method.traits:
            as_stated.setdefault((weighting.method.name, aggregation.method.name), []).append(code)
        elif (
            not account.uses_weights
            and len(family) > 1
            and (account.weights is Weights.LEARNED or (stated and code not in ignored))
        ):
            blind.setdefault(aggregation.method.name, []).append(code)
    for (unused, name), codes in as_stated.items():
        yield f"weighting {unused} has no effect below {_nodes(codes)}: {name} takes the weights as stated"
    if in_formulas:
        yield f"weights have no effect below {_nodes(in_formulas)}: they stand in the formula there"
    for name, codes in blind.items():
        yield f"weights have no effect below {_nodes(codes)}: {name} does not use them"


def _nodes(codes: list[str] | tuple[str, ...]) -> str:
    return ", ".join(codes[:5]) + (", …" if len(codes) > 5 else "")


def _imputation(plan: Plan, before: Floats, after: Floats) -> Iterator[str]:
    """Imputations that fill nothing."""
    plans = (plan, *(own for _, own in plan.editions))
    if len(plan.dataset.editions) < 2:
        calls = [call for own in plans for call in own.leaf_steps["imputation"]]
        for name in sorted({call.method.name for call in calls if Trait.PANEL in call.method.traits}):
            yield f"imputation {name} has no effect: it needs editions, and the data have none"
    gaps = ~present(before) & plan.present[..., None]
    filled = gaps & present(after)
    by_method: dict[str, list[int]] = {}
    leaves = np.arange(before.shape[-1])
    for call in plan.leaf_steps["imputation"]:
        if not call.method.is_identity and Trait.PANEL not in call.method.traits:
            by_method.setdefault(call.method.name, []).extend(leaves[call.columns].tolist())
    for name, columns in by_method.items():
        if not gaps[..., columns].any():
            yield f"imputation {name} has no effect: no value is missing"
        elif not filled[..., columns].any():
            number = counted(int(gaps[..., columns].sum()), "gap")
            yield f"imputation {name} has no effect: it can fill none of {number}"
