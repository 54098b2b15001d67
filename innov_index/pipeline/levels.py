"""Weighting and aggregation, from the deepest level up to the root.

The scores of a level are slices of one array. All nodes of a level that are power means with the same power
are one matrix product; any other method runs once a node.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.config.nodes import Gaps, NodeArithmetic, Rescaling
from innov_index.frozen import frozen
from innov_index.methods.imputation.centre import group_mean
from innov_index.methods.kernels.exactness import (
    ColumnBounds,
    column_bounds,
    onto_halves,
    settled,
)
from innov_index.methods.kernels.powers import ARITHMETIC, Link, power_means
from innov_index.methods.kernels.preparation import present
from innov_index.methods.kernels.ranks import round_significant
from innov_index.model.arrays import Bools, Floats, Ints, missing
from innov_index.pipeline.binding import Plan
from innov_index.pipeline.bounds import (
    TreeBounds,
    compares_editions,
    errors_of,
    of_node,
    of_scaled,
    settled_over_editions,
)
from innov_index.pipeline.calls import Call, with_reference
from innov_index.pipeline.undefined import REFUSED, Undefined, of_edition, of_plan, undefined_values


@frozen
class TreeScores:
    """Scores of every node, (..., units, nodes), and the weight of each among its siblings, (..., nodes).

    `bounds` (..., units, inner nodes): how far rounding can have moved the scores of inner nodes. Scores that
    it does not tell apart are equal; `joined`, like `bounds`, marks those that the significant digits of the
    ranking would have told apart.
    """

    scores: Floats
    bounds: Floats
    joined: Bools
    weights: Floats


def aggregate(
    plan: Plan,
    normalised: Floats,
    weights: Floats | None = None,
    undefined: Undefined = REFUSED,
    *,
    bounds: ColumnBounds | None = None,
) -> TreeScores:
    """Take normalised indicators, (..., units, indicators), to scores of every node of the tree.

    Parameters
    ----------
    plan : Plan
    normalised : (..., units, indicators)
    weights : (..., nodes), optional
        Local weights from elsewhere, such as a simulation's, with the leading axes of `normalised` or more;
        where those of siblings are NaN, the weighting method gives them.
    undefined : Undefined
        What to do where a method has no result: refuse by default.
    bounds : ColumnBounds, optional
        How far rounding can have moved the normalised values; by default as far as a few operations do.
    """
    doubts = column_bounds(normalised) if bounds is None else bounds
    tree = _aggregate_all(plan, normalised, doubts, weights, of_plan(plan, undefined))
    for edition, own in plan.editions:
        other = aggregate(own, normalised, weights, of_edition(plan, undefined, edition), bounds=doubts)
        tree.scores[..., edition, :, :] = other.scores[..., edition, :, :]
        tree.bounds[..., edition, :, :] = other.bounds[..., edition, :, :]
        tree.joined[..., edition, :, :] = other.joined[..., edition, :, :]
        tree.weights[..., edition, :] = other.weights[..., edition, :]
    return tree


def _aggregate_all(
    plan: Plan, normalised: Floats, doubts: ColumnBounds, weights: Floats | None, undefined: Undefined
) -> TreeScores:
    """Scores of every node, by the same rules in every edition."""
    framework = plan.framework
    given = np.full((1, len(framework)), np.nan) if weights is None else weights
    leading = np.broadcast_shapes(normalised.shape[:-2], given.shape[:-1])
    scores = missing((*leading, normalised.shape[-2], len(framework)))
    scores[..., framework.leaves] = normalised
    bounds = TreeBounds(framework, doubts, np.full((*scores.shape[:-1], len(framework.inner)), np.nan))
    joined = np.zeros(bounds.inner.shape, dtype=np.bool_)
    for column, leaf in enumerate(map(int, framework.leaves)):
        if leaf in plan.rounding:
            own = doubts.of(scores[..., leaf, None], slice(column, column + 1))[..., 0]
            scores[..., leaf] = _passed_on(plan, leaf, scores[..., leaf], own)
    if plan.has is not None:
        scores[..., ~plan.has] = np.nan
    local = np.ones((*leading, len(framework)))
    node_levels = framework.levels[framework.inner]
    for level in range(int(node_levels.max()), -1, -1):
        at_level = np.flatnonzero(node_levels == level)
        for index in at_level:
            children = framework.children[int(framework.inner[index])]
            stated = given[..., children]
            if np.isnan(stated).any():
                stated = _weights(plan, int(index), scores[..., children], undefined)
            local[..., children] = stated
        _aggregate_level(plan, at_level, scores, bounds, local, undefined)
        for position in map(int, at_level):
            node, found = int(framework.inner[position]), bounds.inner[..., position]
            before = scores[..., node]
            same = settled(before, found)
            if same is not before:
                joined[..., position] = _differ(plan, before, same)
            rescaled, found = _rescaled(plan, position, same, found, undefined)
            scores[..., node] = _passed_on(plan, node, rescaled, found)
            bounds.inner[..., position] = found
    for node, call in plan.rounding.items():
        if call.step_options["used_for"] == "scores":
            own = bounds.of(np.array([node]), scores[..., node, None])[..., 0]
            scores[..., node] = _rounded(call, scores[..., node], own)
    return TreeScores(scores, bounds.inner, joined, local)


def _differ(plan: Plan, before: Floats, after: Floats) -> Bools:
    """Whether scores differ in the digits that ranks are taken from."""
    digits = int(plan.ranking.call.options["digits"])
    differ: Bools = present(before) & (before != after)
    rounded = (round_significant(scores[differ], digits) for scores in (before, after))
    differ[differ] = np.not_equal(*rounded)
    return differ


def aggregate_node(
    plan: Plan, index: int, children: Ints, values: Floats, weights: Floats, undefined: Undefined = REFUSED
) -> Floats:
    """Scores of one inner node from all or some of its children, as its parent gets them from `aggregate`.

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
    undefined : Undefined
        What to do where a method has no result: refuse by default.

    Returns
    -------
    (..., editions, units)
    """
    ruled = of_plan(plan, undefined)
    aggregated = before_rescaling(plan, index, children, values, weights, ruled)
    node, account = int(plan.framework.inner[index]), plan.nodes[index]
    operands, taken = values, weights
    if account.mean is None:
        _, operands, taken = _operands(plan, index, children, values, weights)
    multiplied = _multipliers(plan, index, taken)
    found = of_node(
        account,
        plan.aggregation[index],
        operands,
        column_bounds(operands).of(operands),
        multiplied,
        aggregated,
    )
    rescaled, found = _rescaled(plan, index, settled(aggregated, found), found, ruled)
    result = _passed_on(plan, node, rescaled, found)
    for edition, own in plan.editions:
        other = aggregate_node(own, index, children, values, weights, of_edition(plan, undefined, edition))
        result[..., edition, :] = other[..., edition, :]
    return result


def before_rescaling(
    plan: Plan, index: int, children: Ints, values: Floats, weights: Floats, undefined: Undefined = REFUSED
) -> Floats:
    """Scores of one inner node as its aggregation gives them, by the same rules in each edition.

    Parameters are those of `aggregate_node`; `children` may be the nodes that a formula names.
    """
    mean = plan.nodes[index].mean
    if mean is None:
        nodes, values, weights = _operands(plan, index, children, values, weights)
        result = _one_node(plan, index, nodes, values, weights)
    else:
        nodes, values = children, _filled(plan, index, children, values)
        result = power_means(values, weights[..., None], mean)[..., 0]
    return _settled(plan, index, nodes, values, result, undefined)


def _operands(
    plan: Plan, index: int, nodes: Ints, values: Floats, weights: Floats
) -> tuple[Ints, Floats, Floats]:
    """What an aggregation takes of `nodes`: their scores and weights, or those that its formula names.

    A node that is named and not among them is missing to a formula, and no term of a sum.
    """
    operands = plan.operands[index]
    if operands is plan.framework.children[plan.framework.inner[index]]:
        return nodes, _filled(plan, index, nodes, values), weights
    place = {node: column for column, node in enumerate(nodes.tolist())}
    if plan.nodes[index].terms is not None:
        named = [place[operand] for operand in operands.tolist() if operand in place]
        return nodes[named], _filled(plan, index, nodes, values)[..., named], weights[..., named]
    taken = np.full((*values.shape[:-1], len(operands)), np.nan)
    for column, operand in enumerate(operands.tolist()):
        if operand in place:
            taken[..., column] = values[..., place[operand]]
    return operands, taken, weights


def operand_scores(plan: Plan, index: int, scores: Floats) -> Floats:
    """What the aggregation of an inner node takes of the nodes' scores, (..., editions, units, operands)."""
    operands = plan.operands[index]
    return _filled(plan, index, operands, scores[..., operands])


def _filled(plan: Plan, index: int, nodes: Ints, values: Floats) -> Floats:
    """Scores of nodes, their gaps filled with the mean of the unit's group where that is the rule."""
    if plan.nodes[index].gaps is not Gaps.GROUP_MEAN:
        return values
    filled = group_mean(values, by=plan.aggregation[index].step_options["missing"])
    return filled if plan.applies is None else np.where(plan.applies[:, nodes], filled, np.nan)


def group_filled(plan: Plan, scores: Floats) -> Bools | None:
    """(editions, units, nodes): where a score is missing and its parent takes the mean of the unit's group.

    None where no node has that rule.
    """
    plans = (plan, *(own for _, own in plan.editions))
    if all(node.gaps is not Gaps.GROUP_MEAN for own in plans for node in own.nodes):
        return None
    found = np.zeros(scores.shape, dtype=np.bool_)
    for index, operands in enumerate(plan.operands):
        values = scores[..., operands]
        found[..., operands] |= np.isnan(values) & ~np.isnan(_filled(plan, index, operands, values))
    found &= plan.present[..., None]
    for edition, own in plan.editions:
        others = group_filled(own, scores)
        found[edition] = False if others is None else others[edition]
    return found


def _weights(plan: Plan, index: int, values: Floats, undefined: Undefined) -> Floats:
    """Local weights of the children of an inner node, summing to 1: (..., children)."""
    framework, call = plan.framework, plan.weighting[index]
    node = int(framework.inner[index])
    children = framework.children[node]
    inputs = {
        "given": plan.recipe.stated_weights(node),
        "leaves": framework.leaf_matrix.sum(axis=0)[children],
        "direction": framework.signs[children],
    }
    learned_from = plan.learned_from(values)
    weights = np.asarray(call(values if learned_from is None else learned_from, **inputs))
    weights = np.broadcast_to(weights, (*values.shape[:-2], len(children)))
    undefined.weights(call, values, weights)
    return weights


def _aggregate_level(
    plan: Plan, at_level: Ints, scores: Floats, bounds: TreeBounds, weights: Floats, undefined: Undefined
) -> None:
    """Fill in the scores of the nodes of one level, and their bounds."""
    by_link: dict[Link, list[int]] = {}
    for index in map(int, at_level):
        mean = plan.nodes[index].mean
        if mean is not None:
            by_link.setdefault(mean, []).append(index)
            continue
        nodes = plan.operands[index]
        given = scores[..., nodes]
        values = _filled(plan, index, nodes, given)
        result = _one_node(plan, index, nodes, values, weights[..., nodes])
        _finish(plan, [index], scores, result[..., None], undefined)
        _bound_node(plan, index, nodes, values, scores, bounds, weights)
    for mean, group in by_link.items():
        _group_of_means(plan, group, mean, scores, bounds, weights, undefined)


def _bound_node(
    plan: Plan, index: int, nodes: Ints, values: Floats, scores: Floats, bounds: TreeBounds, weights: Floats
) -> None:
    """Fill in the bounds of an inner node, given the scores that it was computed from."""
    bounds.inner[..., index] = of_node(
        plan.nodes[index],
        plan.aggregation[index],
        values,
        _filled(plan, index, nodes, bounds.of(nodes, values)),
        _multipliers(plan, index, weights[..., nodes]),
        scores[..., plan.framework.inner[index]],
    )


def _multipliers(plan: Plan, index: int, weights: Floats) -> Floats:
    """The numbers that a sum multiplies by: weights on the scale of the stated ones."""
    return np.asarray(weights * plan.recipe.stated_weights(int(plan.framework.inner[index])).sum())


def _group_of_means(
    plan: Plan,
    group: Sequence[int],
    mean: Link,
    scores: Floats,
    bounds: TreeBounds,
    weights: Floats,
    undefined: Undefined,
) -> None:
    """Fill in the scores of several means through the same link at once, and their bounds."""
    framework = plan.framework
    nodes = framework.inner[list(group)]
    families = [framework.children[node] for node in nodes]
    children = np.concatenate(families)
    matrix = np.zeros((*weights.shape[:-1], len(children), len(group)))
    start = 0
    for column, family in enumerate(families):
        rows = slice(start, start + len(family))
        matrix[..., rows, column] = weights[..., family]
        start += len(family)
    values = _filled_group(plan, group, families, scores)
    _finish(plan, group, scores, power_means(values, matrix, mean), undefined)
    if mean == ARITHMETIC:
        errors = max(
            errors_of(plan.nodes[i], values.shape[-2], len(f)) for i, f in zip(group, families, strict=True)
        )
        bounds.inner[..., list(group)] = bounds.of_means(families, values, matrix, scores[..., nodes], errors)
        return
    for index, family in zip(group, families, strict=True):
        _bound_node(plan, index, family, values[..., np.isin(children, family)], scores, bounds, weights)


def _filled_group(plan: Plan, group: Sequence[int], families: Sequence[Ints], scores: Floats) -> Floats:
    """Scores of the children of several nodes side by side, with gaps filled where a node's rule says so."""
    if all(plan.nodes[index].gaps is not Gaps.GROUP_MEAN for index in group):
        return scores[..., without_gaps(np.concatenate(families))]
    nodes = zip(group, families, strict=True)
    return np.concatenate([_filled(plan, i, family, scores[..., family]) for i, family in nodes], axis=-1)


def without_gaps(positions: Ints) -> Ints | slice:
    """Positions, as a slice where they follow each other: a part of an array that needs no copy."""
    first, number = int(positions[0]), len(positions)
    return (
        slice(first, first + number) if (positions == np.arange(first, first + number)).all() else positions
    )


def _one_node(plan: Plan, index: int, nodes: Ints, values: Floats, weights: Floats) -> Floats:
    """Scores of a node that is no power mean, from those of its operands, or of some of them."""
    call, account, framework = plan.aggregation[index], plan.nodes[index], plan.framework
    node = int(framework.inner[index])
    stated = plan.recipe.stated_weights(node)
    own = dict(zip(framework.children[node].tolist(), stated.tolist(), strict=True))
    given = np.array([own.get(operand, 0.0) for operand in nodes.tolist()])
    takes_stated = call.method.takes_stated_weights or account.terms is not None
    as_stated = not takes_stated or _in_proportion(weights, given)
    if not as_stated:
        given = weights * stated.sum()
    if account.terms is None or (as_stated and len(nodes) == len(plan.operands[index])):
        return with_reference(call, values, {"weights": weights, "given": given})
    # other weights than those in the formula, or one of its terms left out
    terms = np.where(given[..., None, :] == 0, 0.0, values)
    return np.asarray((terms @ given[..., None])[..., 0] + float(account.constant))


def _in_proportion(weights: Floats, stated: Floats) -> bool:
    """Whether the weights, (..., children), are the stated ones, so not varied."""
    shares, own = stated * weights.sum(axis=-1, keepdims=True), weights * stated.sum()
    return bool(np.allclose(own, shares, rtol=1e-13, atol=0.0))


def _finish(plan: Plan, group: Sequence[int], scores: Floats, results: Floats, undefined: Undefined) -> None:
    """Store the scores of nodes, settled."""
    framework = plan.framework
    for column, index in enumerate(group):
        nodes = plan.operands[index]
        values = _filled(plan, index, nodes, scores[..., without_gaps(nodes)])
        settled = _settled(plan, index, nodes, values, results[..., column], undefined)
        scores[..., framework.inner[index]] = settled


def _settled(
    plan: Plan, index: int, nodes: Ints, values: Floats, result: Floats, undefined: Undefined
) -> Floats:
    """A node's scores under its rule for missing children; what is undefined is reported."""
    call, node = plan.aggregation[index], int(plan.framework.inner[index])
    there = ~np.isnan(values)
    if there.all() and plan.has is None:
        _report(plan, call, node, ~np.isfinite(result), values, undefined)
        return result
    account = plan.nodes[index]
    enough = enough_children(account, there, None if plan.applies is None else plan.applies[:, nodes])
    if plan.has is not None:
        enough = enough & plan.has[:, node]
    # a method that needs every child has no result where one is missing, and that is no fault
    needed = there.all(axis=-1) if account.needs_all else there.any(axis=-1)
    _report(plan, call, node, enough & ~np.isfinite(result) & needed, values, undefined)
    return np.where(enough, result, np.nan)


def enough_children(node: NodeArithmetic, there: Bools, applies: Bools | None) -> Bools:
    """Whether enough children are present for a score, of those that apply to the unit."""
    any_there = there.any(axis=-1)
    if node.gaps is Gaps.PROPAGATE:
        settled = there if applies is None else there | ~applies
        return np.asarray(any_there & settled.all(axis=-1))
    if applies is None:
        share = there.mean(axis=-1)
    else:
        share = there.sum(axis=-1) / np.maximum(applies.sum(axis=-1), 1)
    return np.asarray(any_there & (share >= node.min_coverage - 1e-12))


def _report(
    plan: Plan, call: Call, node: int, without: Bools, children: Floats, undefined: Undefined
) -> None:
    if without.any():
        mean = plan.recipe.node(node).mean or ARITHMETIC
        on_line = mean.on_line(children)
        limit = on_line <= 0 if mean.power <= 0 and not mean.zeros else on_line < 0
        undefined.node(plan, call, node, without, children, np.asarray(limit))


def _passed_on(plan: Plan, node: int, scores: Floats, bounds: Floats) -> Floats:
    """The scores of a node as its parent gets them: rounded where the rounding goes that far."""
    call = plan.rounding.get(node)
    passed_on = call is not None and call.step_options["used_for"] == "parents"
    return _rounded(call, scores, bounds) if call is not None and passed_on else scores


def fixed_line(plan: Plan, index: int) -> tuple[float, float] | None:
    """Factor and offset of the line by which an inner node is rescaled; None where it depends on the scores.

    What is cut off at the ends of a scale is left out of account.
    """
    call, shape = plan.rescaling[index], (*plan.present.shape, 1)
    if shape[1] < 2:
        return None
    lines = []
    for first, last in ((1.0, 2.0), (3.0, 7.0)):
        values = np.broadcast_to(np.linspace(first, last, shape[1])[:, None], shape)
        scores = call(values, direction=np.ones(1), reference=values)[0, :, 0]
        factor = (scores[-1] - scores[0]) / (last - first)
        lines.append((float(np.round(factor, 12)), float(np.round(scores[0] - factor * first, 9))))
    return lines[0] if lines[0] == lines[1] and lines[0][0] > 0 else None


def _rounded(call: Call, scores: Floats, bounds: Floats) -> Floats:
    return np.asarray(call(onto_halves(scores, bounds, call.options["decimals"])))


def _rescaled(
    plan: Plan, index: int, scores: Floats, bounds: Floats, undefined: Undefined
) -> tuple[Floats, Floats]:
    """Scores of a node, (..., units), stretched by a normalisation method with direction +1; their bounds."""
    call = plan.rescaling[index]
    if plan.nodes[index].rescaling is Rescaling.NONE:
        return scores, bounds
    node = int(plan.framework.inner[index])
    values = (settled_over_editions(scores, bounds) if compares_editions(call) else scores)[..., None]
    learned_from = plan.learned_from(values)
    inputs = {"direction": np.ones(1), "years": plan.years}
    if learned_from is not None:
        inputs["reference"] = learned_from
    result = with_reference(call, values, inputs)
    without = undefined_values(call, values, result)
    undefined.node(plan, call, node, without[..., 0], values, np.zeros_like(without))
    before = np.fmax.reduce(bounds, axis=-1)[..., None]
    found = of_scaled(call, values, result, before, inputs).of(result)
    return settled(result[..., 0], found[..., 0]), np.asarray(found[..., 0])
