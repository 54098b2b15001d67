"""Weighting and aggregation, from the deepest level up to the root.

The scores of a level are slices of one array. All nodes of a level that are power means with the same power
are one matrix product; any other method runs once a node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from innov_index.methods.powers import power_means
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.pipeline.binding import Call, Plan
from innov_index.pipeline.indicators import with_reference
from innov_index.pipeline.undefined import refuse_undefined_node, refuse_undefined_weights


@dataclass(frozen=True)
class TreeScores:
    """Scores of every node, (..., units, nodes), and the weight of each among its siblings, (..., nodes)."""

    scores: Floats
    weights: Floats


def aggregate(plan: Plan, normalised: Floats) -> TreeScores:
    """Take normalised indicators, (..., units, indicators), to scores of every node of the tree."""
    framework = plan.framework
    scores = np.full((*normalised.shape[:-1], len(framework)), np.nan)
    scores[..., framework.leaves] = normalised
    weights = np.ones((*normalised.shape[:-2], len(framework)))
    node_levels = framework.levels[framework.inner]
    for level in range(int(node_levels.max()), -1, -1):
        at_level = np.flatnonzero(node_levels == level)
        for index in at_level:
            node = int(framework.inner[index])
            children = framework.children[node]
            weights[..., children] = _weights(plan, int(index), scores[..., children])
        _aggregate_level(plan, at_level, scores, weights)
        for index in at_level:
            node = int(framework.inner[index])
            scores[..., node] = _rescaled(plan, int(index), scores[..., node])
    return TreeScores(scores, weights)


def aggregate_node(plan: Plan, index: int, children: Ints, values: Floats, weights: Floats) -> Floats:
    """Scores of one inner node from all or some of its children, as `aggregate` would compute them.

    Parameters
    ----------
    plan : Plan
    index : int
        Of the node in `framework.inner`.
    children : (children,)
        Positions in the tree of the children that take part.
    values : (..., editions, units, children)
        Their scores.
    weights : (..., children)
        Their weights, summing to 1.

    Returns
    -------
    (..., editions, units)
    """
    power = _power(plan.aggregation[index])
    if power is None:
        result = _one_node(plan, index, children, values, weights)
    else:
        result = power_means(values, weights[..., None], power)[..., 0]
    return _rescaled(plan, index, _settled(plan, index, values, result))


def _weights(plan: Plan, index: int, values: Floats) -> Floats:
    """Local weights of the children of an inner node, summing to 1: (..., children)."""
    framework, call = plan.framework, plan.weighting[index]
    node = int(framework.inner[index])
    children = framework.children[node]
    inputs = {
        "given": framework.stated_weights(node),
        "leaves": framework.leaf_matrix.sum(axis=0)[children],
        "direction": np.array([float(framework.nodes[child].direction) for child in children]),
    }
    weights = np.asarray(call(values, **inputs))
    weights = np.broadcast_to(weights, (*values.shape[:-2], len(children)))
    refuse_undefined_weights(call, values, weights)
    return weights


def _aggregate_level(plan: Plan, at_level: Ints, scores: Floats, weights: Floats) -> None:
    """Fill in the scores of the nodes of one level."""
    by_power: dict[float, list[int]] = {}
    for index in at_level:
        power = _power(plan.aggregation[index])
        if power is None:
            children = plan.framework.children[int(plan.framework.inner[index])]
            result = _one_node(plan, int(index), children, scores[..., children], weights[..., children])
            _finish(plan, [int(index)], scores, result[..., None])
        else:
            by_power.setdefault(power, []).append(int(index))
    for power, group in by_power.items():
        _finish(plan, group, scores, _power_group(plan, group, power, scores, weights))


def _power(call: Call) -> float | None:
    """The power of a quasi-arithmetic mean; None for any other method."""
    power = call.method.attributes.get("power")
    return call.options[power] if isinstance(power, str) else power


def _power_group(plan: Plan, group: Sequence[int], power: float, scores: Floats, weights: Floats) -> Floats:
    """Scores of several nodes with the same power at once: (..., units, nodes)."""
    framework = plan.framework
    families = [framework.children[framework.inner[index]] for index in group]
    children = np.concatenate(families)
    matrix = np.zeros((*weights.shape[:-1], len(children), len(group)))
    start = 0
    for column, family in enumerate(families):
        rows = slice(start, start + len(family))
        matrix[..., rows, column] = weights[..., family]
        start += len(family)
    return power_means(scores[..., children], matrix, power)


def _one_node(plan: Plan, index: int, children: Ints, values: Floats, weights: Floats) -> Floats:
    framework, call = plan.framework, plan.aggregation[index]
    node = int(framework.inner[index])
    given = framework.stated_weights(node)[np.isin(framework.children[node], children)]
    return with_reference(call, values, {"weights": weights, "given": given})


def _finish(plan: Plan, group: Sequence[int], scores: Floats, results: Floats) -> None:
    """Store the scores of nodes, settled."""
    framework = plan.framework
    for column, index in enumerate(group):
        node = int(framework.inner[index])
        children = scores[..., framework.children[node]]
        scores[..., node] = _settled(plan, index, children, results[..., column])


def _settled(plan: Plan, index: int, children: Floats, result: Floats) -> Floats:
    """A node's scores under its rule for missing children; what is undefined is refused."""
    call, node = plan.aggregation[index], int(plan.framework.inner[index])
    there = ~np.isnan(children)
    if there.all():
        _refuse(plan, call, node, ~np.isfinite(result), children)
        return result
    enough = _enough(call, there)
    undefined = enough & ~np.isfinite(result) & _counts(call, there)
    _refuse(plan, call, node, undefined, children)
    return np.where(enough, result, np.nan)


def _enough(call: Call, there: Bools) -> Bools:
    """Whether enough children are there for a score, by the node's rule."""
    if call.step_options["missing"] == "propagate":
        return np.asarray(there.all(axis=-1))
    share = there.mean(axis=-1)
    return np.asarray((share > 0) & (share >= call.step_options["min_coverage"] - 1e-12))


def _counts(call: Call, there: Bools) -> Bools:
    """Whether a missing result is the method's doing: some methods need every child, and say so."""
    if "needs_all" in call.method.traits:
        return np.asarray(there.all(axis=-1))
    return np.asarray(there.any(axis=-1))


def _refuse(plan: Plan, call: Call, node: int, undefined: Bools, children: Floats) -> None:
    if undefined.any():
        power = _power(call)
        limit = children <= 0 if power is not None and power <= 0 else children < 0
        refuse_undefined_node(plan, call, node, undefined, children, np.asarray(limit))


def _rescaled(plan: Plan, index: int, scores: Floats) -> Floats:
    """Stretch the scores of a node, (..., units), by a normalisation method with direction +1."""
    call = plan.rescaling[index]
    if call.method.name == "none":
        return scores
    node = int(plan.framework.inner[index])
    values = scores[..., None]
    result = with_reference(call, values, {"direction": np.ones(1)})
    undefined = ~np.isfinite(result) & ~np.isnan(values)
    refuse_undefined_node(plan, call, node, undefined[..., 0], values, np.zeros_like(undefined))
    return np.asarray(result[..., 0])
