"""The smallest improvement of one node or indicator that brings a unit level with another.

All else stays as it is: the other units, the weights, and the scale (what normalisation learned).
"""

from __future__ import annotations

import numpy as np

from innov_index.analysis.robustness.linear import LinearScores, linked, unlinked
from innov_index.config.nodes import Gaps, Kind, Rescaling, Rounding
from innov_index.config.recipe import Recipe
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.methods.kernels.powers import ARITHMETIC, Link
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores


@frozen
class Improvement:
    """One node or indicator, and what it would have to be.

    `score` is on the normalised scale. `raw` and `raw_needed` are in the indicator's own units, None where
    treatment or normalisation cannot be undone. `beyond` says that no unit is that good: the scale may end
    before it (goalposts), and a normalisation that learns from the data would learn another scale. `note`
    says what the score now rests on: imputed or treated values, doubtful ones.
    """

    node: str
    name: str
    score: float
    score_needed: float
    raw: float | None
    raw_needed: float | None
    beyond: bool
    note: str


def least_improvements(
    index: Index, scores: Scores, linear: LinearScores, unit: int, rival: int, edition: str | None = None
) -> tuple[Improvement, ...]:
    """Find how much better each varied node, and each indicator below by arithmetic means or sums, must be.

    The smallest share of the spread between the units comes first, what no unit reaches last. Empty where
    `unit` is not behind.
    """
    at = scores.edition_position(edition)
    given = [float(weight) for weight in linear.given]
    gap = float((linear.values[rival] - linear.values[unit]) @ np.array(given)) * linear.step
    if gap <= 0:
        return ()
    row = scores.units.position[linear.units[unit]]
    found: list[tuple[float, Improvement]] = []
    for k, code in enumerate(linear.nodes):
        node = scores.framework.position[code]
        if given[k] <= 0:
            continue
        needed = linear.direction * gap / given[k]
        found += _of_node(scores, at, row, node, needed, linear.link)
        if linear.link == ARITHMETIC and not scores.framework.nodes[node].is_leaf:
            found += _below(index, scores, at, row, node, needed)
    found.sort(key=lambda entry: (entry[1].beyond, entry[0]))
    return tuple(improvement for _, improvement in found)


def _of_node(
    scores: Scores, at: int, row: int, node: int, needed: float, link: Link
) -> list[tuple[float, Improvement]]:
    """The node's improvement by a difference of its `linked` score, which is negative where less is better.

    None where no score is that good, as a harmonic mean stays below a limit.
    """
    values = scores.scores[at, :, node]
    now = float(values[row])
    then = now + needed if link == ARITHMETIC else float(unlinked(linked(values[row], link) + needed, link))
    if not np.isfinite(then):
        return []
    entry = scores.framework.nodes[node]
    raw: tuple[float | None, float | None] = (None, None)
    if entry.is_leaf:
        raw = _raw(scores, at, row, node, then)
    spread = float(np.nanmax(values) - np.nanmin(values)) or 1.0
    direction = scores.framework.direction
    beyond = bool(direction * then > float(np.nanmax(direction * values)) + 1e-9 * spread)
    note = scores.note(at, row, node)
    found = Improvement(entry.code, entry.name, now, then, *raw, beyond, note)
    return [(direction * (then - now) / spread, found)]


def _below(
    index: Index, scores: Scores, at: int, row: int, top: int, needed: float
) -> list[tuple[float, Improvement]]:
    """The indicators below a node, as far as every node on the way is an arithmetic mean or a sum."""
    recipe = index.config.recipe.of_edition(scores.editions, at)
    found = []
    waiting = [(top, needed)]
    while waiting:
        node, change = waiting.pop()
        slope = _slope(recipe, scores, at, node)
        if slope is None:
            continue
        children = scores.framework.children[node]
        there = ~np.isnan(scores.scores[at, row, children])
        weights = np.where(there, scores.weights[at, children], 0.0)
        for child, weight in zip(children, weights / weights.sum(), strict=True):
            if weight <= 0 or recipe.rounding(int(child)) is Rounding.PARENTS:
                continue
            if scores.framework.nodes[child].is_leaf:
                found += _of_node(scores, at, row, int(child), change / (slope * weight), ARITHMETIC)
            else:
                waiting.append((int(child), change / (slope * weight)))
    return found


def _slope(recipe: Recipe, scores: Scores, at: int, node: int) -> float | None:
    """How much a node's score rises with the weighted mean of its children.

    The factor of its sum, or of its rescaling. None where there is no such number, as where gaps are filled
    with the mean of a group, which any unit's improvement changes.
    """
    account = recipe.node(node)
    children = scores.framework.children[node]
    values = scores.scores[at][:, children]
    if account.link != ARITHMETIC or (account.gaps is Gaps.GROUP_MEAN and bool(np.isnan(values).any())):
        return None
    if account.rescaling is not Rescaling.NONE:
        weights = np.where(np.isnan(values), 0.0, scores.weights[at, children])
        with np.errstate(all="ignore"):
            means = (np.nan_to_num(values) * weights).sum(axis=1) / weights.sum(axis=1)
        return _line(means, scores.scores[at, :, node])
    return float(recipe.stated_weights(node).sum()) if account.kind is Kind.SUM else 1.0


def _line(inputs: Floats, outputs: Floats) -> float | None:
    """Slope of outputs over inputs where they lie on one rising or falling line; else None."""
    there = np.isfinite(inputs) & np.isfinite(outputs)
    inputs, outputs = inputs[there], outputs[there]
    if len(inputs) < 2 or np.ptp(inputs) == 0:
        return None
    low, high = int(inputs.argmin()), int(inputs.argmax())
    slope = float((outputs[high] - outputs[low]) / (inputs[high] - inputs[low]))
    off = np.abs(outputs - outputs[low] - slope * (inputs - inputs[low])).max()
    return slope if slope and off <= 1e-9 * max(float(np.ptp(outputs)), 1e-300) else None


def _raw(scores: Scores, at: int, row: int, node: int, needed: float) -> tuple[float | None, float | None]:
    """The value now and the value needed, in the indicator's own units."""
    column = int(np.searchsorted(scores.framework.leaves, node))
    if scores.treated[at, :, column].any() or scores.imputed[at, row, column]:
        return None, None
    raw = scores.steps["denominated"][at, :, column]
    normalised = scores.steps["normalised"][at, :, column]
    slope = _line(raw, normalised)
    if slope is None:
        return float(raw[row]), None
    return float(raw[row]), float(raw[row] + (needed - normalised[row]) / slope)
