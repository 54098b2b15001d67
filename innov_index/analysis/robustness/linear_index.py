"""Reading an index as linear in the weights of some of its nodes; refusing where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from innov_index.analysis.robustness.linear import DIGITS, LinearScores, exact_weights, integers
from innov_index.config.nodes import Gaps, Kind, Rescaling, Rounding
from innov_index.config.recipe import Recipe
from innov_index.errors import InnovIndexError, did_you_mean
from innov_index.index import Index
from innov_index.methods.imputation.centre import group_mean
from innov_index.model.arrays import Floats, Ints
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import bind

LINKS = {1.0: "arithmetic", 0.0: "geometric"}
"""What the nodes above the varied weights may be, by the power of their link."""


def linear_scores(
    index: Index,
    level: int | None = None,
    nodes: Sequence[str] = (),
    edition: str | None = None,
    scores: Scores | None = None,
) -> LinearScores:
    """Read an index as linear in the weights of some nodes.

    Parameters
    ----------
    index : Index
    level : int, optional
        The nodes at this distance from the root (a leaf above it stands for itself); 1, the root's
        children, by default.
    nodes : codes, optional
        These nodes in place of a level; every indicator must stand below exactly one of them.
    edition : str, optional
        The last one by default.
    scores : Scores, optional
        The index's scores, where they are known already.

    Raises
    ------
    InnovIndexError
        The score is not linear in these weights; the message says where and why.
    """
    scores = index.score_edition(edition) if scores is None else scores
    framework = index.framework
    chosen = _chosen(framework, level, nodes)
    at = scores.scored_edition(edition)
    recipe = index.config.recipe.of_edition(scores.editions, at)
    geometric = _link_above(recipe, chosen) == 0
    _refuse_rounding(recipe, framework, chosen)
    _refuse_few_digits(recipe)
    rows = np.flatnonzero(~np.isnan(scores.ranks[at, :, 0]))
    table = _with_group_means(index, recipe, scores.scores[at], chosen)[rows]
    _refuse_gaps(recipe, scores, at, rows, chosen, table)
    if geometric:
        table = np.log(table)
    given = exact_weights(_shares(recipe, scores.weights[at], chosen))
    values, step = integers(table)
    found = LinearScores(
        tuple(scores.units.codes[row] for row in rows),
        tuple(scores.units.names[row] for row in rows),
        tuple(framework.codes[node] for node in chosen),
        values,
        step,
        given,
        geometric,
    )
    _refuse_other_order(found, scores.scores[at, rows, 0])
    return found


def _chosen(framework: Framework, level: int | None, codes: Sequence[str]) -> list[int]:
    """Positions of the nodes whose weights vary: every leaf stands below exactly one."""
    if not codes:
        asked = 1 if level is None else level
        deepest = int(framework.levels.max())
        if not 1 <= asked <= deepest:
            raise InnovIndexError(f"level {asked}: the nodes of this tree stand at levels 1 to {deepest}")
        return sorted({int(node) for node in framework.ancestors_at(asked)})
    unknown = [code for code in codes if code not in framework.position]
    if unknown:
        suggestion = did_you_mean(unknown[0], framework.codes)
        raise InnovIndexError(f"no node '{unknown[0]}' in the index.{suggestion}")
    chosen = sorted({framework.position[code] for code in codes})
    covered = framework.leaf_matrix[:, chosen].sum(axis=1)
    for leaf, times in zip(framework.leaves, covered, strict=True):
        if times != 1:
            code = framework.codes[leaf]
            what = "below none of them" if times == 0 else "below several of them"
            raise InnovIndexError(f"nodes {', '.join(codes)}: indicator {code} stands {what}")
    return chosen


def _link_above(recipe: Recipe, chosen: Sequence[int]) -> float:
    """The one link that takes the chosen nodes to the root: 1 the identity, 0 the logarithm."""
    framework = recipe.framework
    above = sorted({node for start in chosen for node in framework.lineage(start)[1:]})
    links: dict[str, float] = {}
    for node in above:
        link, code = recipe.node(node).link, framework.codes[node]
        if link not in LINKS:
            raise InnovIndexError(
                f"aggregation[{code}] is {recipe.setting('aggregation', node).method.name}: exact statements "
                "need every node above the varied weights to be arithmetic (a mean or a sum), or every one "
                "geometric"
            )
        links[code] = link
        _refuse_rescaling(recipe, node)
    if len(set(links.values())) > 1:
        mixed = ", ".join(f"{code} {LINKS[link]}" for code, link in links.items())
        raise InnovIndexError(
            f"arithmetic and geometric means above the varied weights ({mixed}): scores are not linear in "
            "them; vary the weights of a level with one kind of mean above it"
        )
    return next(iter(links.values()))


def _refuse_rescaling(recipe: Recipe, node: int) -> None:
    """Raise unless the node is not rescaled, or is the root and rescaled by a straight line."""
    rescaling, setting = recipe.node(node).rescaling, recipe.setting("rescaling", node)
    code, name = recipe.framework.codes[node], setting.method.name
    if rescaling is Rescaling.NONE or (node == 0 and rescaling is Rescaling.AFFINE):
        return
    if rescaling is Rescaling.CUT_OFF and node == 0:
        raise InnovIndexError(
            f"rescaling[{code}] cuts scores off, so that some are equal whose means are not: no exact "
            f"statement can be made; state it without `{setting.method.cut_by}`"
        )
    if node == 0:
        raise InnovIndexError(
            f"rescaling[{code}] is {name}: exact statements need scores that lie on a straight line over the "
            "means, as by min_max or z_score"
        )
    raise InnovIndexError(
        f"rescaling[{code}] is {name}: it depends on the weights below it, so scores are not linear in them; "
        "choose that node, or nodes above it"
    )


def _shares(recipe: Recipe, local: Floats, chosen: Sequence[int]) -> list[float]:
    """Shares of the chosen nodes in the index; a sum counts as often as its stated weights add up to."""
    framework = recipe.framework
    factors = local.copy()
    for node, account in zip(framework.inner.tolist(), recipe.nodes, strict=True):
        if account.kind is Kind.SUM:
            factors[framework.children[node]] *= recipe.stated_weights(node).sum()
    products = [float(np.prod(factors[framework.lineage(node)])) for node in chosen]
    return [product / sum(products) for product in products]


def _refuse_rounding(recipe: Recipe, framework: Framework, chosen: Sequence[int]) -> None:
    """Raise where ranks, or scores on the way to them, are rounded: statements are about unrounded ones."""
    between = {node for start in chosen for node in framework.lineage(start)[1:-1]}
    # what is ranked at the root, what is passed on in between, and what is read of the chosen nodes
    matters: list[tuple[int, tuple[Rounding, ...]]]
    matters = [(0, (Rounding.RANKS, Rounding.SCORES, Rounding.PARENTS))]
    matters += [(node, (Rounding.PARENTS,)) for node in sorted(between)]
    matters += [(node, (Rounding.SCORES,)) for node in chosen]
    for node, uses in matters:
        if recipe.rounding(node) in uses:
            code = framework.codes[node]
            raise InnovIndexError(
                f"rounding[{code}]: exact statements are about scores before they are rounded; to get them "
                f"state --set 'rounding[{code}]={{method: none}}'"
            )


def _refuse_few_digits(recipe: Recipe) -> None:
    digits = recipe.ranking.options["digits"]
    if 0 < digits < DIGITS:
        raise InnovIndexError(
            f"ranking.digits is {digits}: exact statements tell scores apart to {DIGITS} digits; to get them "
            f"state --set ranking.digits={DIGITS}"
        )


def _with_group_means(index: Index, recipe: Recipe, scores: Floats, chosen: Sequence[int]) -> Floats:
    """Scores of the chosen nodes, (units, chosen), with gaps filled as their parents fill them.

    A mean of the unit's group is a constant in the weights above: no weight goes to another node.
    """
    plan = bind(replace(recipe, editions={}), index.dataset)
    table = scores[:, list(chosen)].copy()
    for column, node in enumerate(chosen):
        parent = recipe.framework.nodes[node].parent
        if node and recipe.node(parent).gaps is Gaps.GROUP_MEAN:
            by = plan.aggregation[recipe.framework.inner.tolist().index(parent)].step_options["missing"]
            filled = group_mean(table[:, [column]], by=by)[:, 0]
            applies = True if plan.applies is None else plan.applies[:, node]
            table[:, column] = np.where(applies, filled, table[:, column])
    return table


def _refuse_gaps(
    recipe: Recipe, scores: Scores, at: int, rows: Ints, chosen: Sequence[int], table: Floats
) -> None:
    gaps = np.argwhere(np.isnan(table))
    if not len(gaps):
        return
    unit, node = rows[gaps[0][0]], chosen[gaps[0][1]]
    more = f" ({len(gaps)} such gaps)" if len(gaps) > 1 else ""
    raise InnovIndexError(
        f"{scores.units.names[unit]} has no score for {scores.framework.codes[node]}{more}: "
        f"{_why_not_linear(recipe, scores.scores[at, unit], node)}, so the score is not linear in the "
        "weights; choose a higher level, impute, or screen the unit out"
    )


def _why_not_linear(recipe: Recipe, scores: Floats, node: int) -> str:
    """What closes a unit's gap at a node, or at the highest node above it that is missing too."""
    framework = recipe.framework
    missing = node
    while np.isnan(scores[framework.nodes[missing].parent]):
        missing = framework.nodes[missing].parent
    above = framework.nodes[missing].parent
    if recipe.node(above).gaps is not Gaps.GROUP_MEAN:
        return "its weight goes to the other nodes"
    rule = f"aggregation[{framework.codes[above]}].missing: mean_of"
    if missing == node:
        return f"its group has no mean there ({rule}) and its weight goes to the other nodes"
    code = framework.codes[missing]
    return f"the mean of its group takes the place of {code} ({rule}) and depends on these weights too"


def _refuse_other_order(linear: LinearScores, scores: Floats) -> None:
    """Raise where the linear reading does not give the index's own order: then it is not that index."""
    ours = np.array([float(score) for score in linear.exact_scores(linear.given)]) * linear.step
    spread = max(float(np.ptp(ours)), 1e-300)
    order = np.lexsort((ours, scores))
    if (np.diff(ours[order]) < -1e-7 * spread).any():
        raise InnovIndexError(
            "the scores of this index are not a weighted mean of the chosen nodes, so no exact statement "
            "about their weights can be made"
        )
