"""How far printed inputs leave the computed scores open: the lowest and the highest score of each node.

Every printed value may be off by half a unit of its last decimal, by itself. So do the statistics that a
method learns: the share of a unit in the best value is lowest where the unit is low and the best one high.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from innov_index.config.nodes import Kind, NodeArithmetic, Rounding, Weights
from innov_index.config.recipe import Recipe
from innov_index.config.settings import default_setting
from innov_index.dataset.printed_figures import Intervals, check_decimals, decimals_at
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.indicators import run_indicator_steps
from innov_index.pipeline.levels import aggregate, aggregate_node
from innov_index.pipeline.undefined import Counted

_CELLS_AT_A_TIME = 2_000_000

_MOST_CELLS = 200_000_000
"""Values are moved one by one where this many cells, or fewer, have to be computed for it."""

Step: TypeAlias = Callable[[Floats], Floats]
"""Tables (moves, editions, units, columns) → results (moves, editions, units, columns, or one)."""


@frozen
class Bounds:
    """Lowest and highest score, (editions, units, nodes), that the inputs as printed leave open."""

    low: Floats
    high: Floats


def input_bounds(index: Index, scores: Floats, printed: Intervals | None = None) -> Bounds:
    """Bounds of each score; the scores themselves where no decimals of the inputs are stated.

    `printed` are published scores, (editions, units, nodes): a node counts with its children's scores as far
    as they are printed so.

    They are the exact range for weighted means and sums of columns whose normalisation moves in one direction
    with each value (min-max, shares, ranks), and correct to first order for other statistics (a standard
    deviation), for weights that are learned from scores, and for methods that are no mean. A node's own
    rounding is applied, but not to what its parent gets where this is the unrounded score.
    """
    recipe = index.config.recipe
    raw = index.dataset.columns(recipe.framework.indicators)
    half = _half_units(index, recipe.framework.indicators, raw.shape)
    if not half.any():
        return Bounds(scores, scores)
    if all(_moves_with_children(own) for one in (recipe, *recipe.editions.values()) for own in one.nodes):
        return _through_the_tree(bind(recipe, index.dataset), raw, half, printed)
    unrounded = _first_order(bind(_without_rounding(recipe), index.dataset), raw, half)
    return Bounds(np.minimum(unrounded.low, scores), np.maximum(unrounded.high, scores))


def _half_units(index: Index, columns: Sequence[str], shape: tuple[int, ...]) -> Floats:
    """Half a unit of the last decimal of each value, (editions, units, columns); 0 where it is exact."""
    stated, editions = index.config.block.indicators.decimals, index.dataset.editions
    check_decimals(stated, columns, editions, f"in `indicators: decimals` of {index.config.path.name}")
    half = np.zeros(shape)
    for edition in range(shape[0]):
        for column, name in enumerate(columns):
            decimals = decimals_at(stated, editions[edition] if editions else None, name)
            half[edition, :, column] = 0.0 if decimals is None else 0.5 * 10.0**-decimals
    return half


def _moves_with_children(node: NodeArithmetic) -> bool:
    """Whether a unit's score rises with those of its children."""
    return node.kind in (Kind.MEAN, Kind.SUM) and (
        node.weights is not Weights.LEARNED or not node.uses_weights
    )


def _through_the_tree(plan: Plan, raw: Floats, half: Floats, printed: Intervals | None) -> Bounds:
    """Bounds of the indicators, then of each node from those of its children."""
    framework = plan.framework

    def normalised(tables: Floats) -> Floats:
        return run_indicator_steps(plan, tables, Counted(len(tables))).normalised

    middle = normalised(raw[None])
    tree = aggregate(plan, middle, undefined=Counted(1))
    low, high = tree.scores[0].copy(), tree.scores[0].copy()
    ends = ranges(normalised, raw - half, raw + half, framework.directions)
    for target, end in zip((low, high), ends, strict=True):
        target[..., framework.leaves] = np.where(np.isnan(tree.scores[0][..., framework.leaves]), np.nan, end)
        for leaf in framework.leaves.tolist():
            target[..., leaf] = _passed_on(plan, leaf, target[..., leaf])
    inner_low, inner_high = low.copy(), high.copy()
    for leaf in framework.leaves.tolist():
        _narrow(plan, leaf, printed, inner_low, inner_high)
    for at in np.argsort(-framework.levels[framework.inner], kind="stable").tolist():
        node = int(framework.inner[at])
        children = framework.children[node]
        weights = tree.weights[:, :, children]

        def of_node(
            tables: Floats, at: int = at, children: Ints = children, weights: Floats = weights
        ) -> Floats:
            return aggregate_node(plan, at, children, tables, weights, Counted(len(tables)))[..., None]

        node_low, node_high = ranges(of_node, inner_low[..., children], inner_high[..., children], np.ones(1))
        missing = np.isnan(tree.scores[0][..., node])
        low[..., node] = np.where(missing, np.nan, node_low[..., 0])
        high[..., node] = np.where(missing, np.nan, node_high[..., 0])
        inner_low[..., node], inner_high[..., node] = low[..., node], high[..., node]
        _narrow(plan, node, printed, inner_low, inner_high)
        if plan.recipe.rounding(node) is Rounding.SCORES:
            low[..., node], high[..., node] = (plan.rounding[node](end[..., node]) for end in (low, high))
    return Bounds(low, high)


def _narrow(plan: Plan, node: int, printed: Intervals | None, low: Floats, high: Floats) -> None:
    """Narrow the range of what a node's parent gets, in place, to what prints as published."""
    if printed is None:
        return
    shown = printed.of_node(node)
    if plan.recipe.rounding(node) is Rounding.SCORES:
        shown = shown.before_rounding(plan.rounding[node].options["decimals"])
    low[..., node], high[..., node] = shown.narrowed(low[..., node], high[..., node])


def _node_scores(plan: Plan, at: int, weights: Floats, tables: Floats) -> Floats:
    """One inner node from the tables of its children, as one column."""
    children = plan.framework.children[int(plan.framework.inner[at])]
    return aggregate_node(plan, at, children, tables, weights, Counted(len(tables)))[..., None]


def _passed_on(plan: Plan, node: int, scores: Floats) -> Floats:
    """A leaf's scores as its parent gets them."""
    if plan.recipe.rounding(node) is not Rounding.PARENTS:
        return scores
    return np.asarray(plan.rounding[node](scores))


def ranges(step: Step, low: Floats, high: Floats, own: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest result of a step while every value moves between its ends by itself.

    Each result follows the values of its own unit in the direction `own`, where moving them shows no other,
    and those of the other units in a direction that is found by moving them. Where each column has one
    direction, the ends of the results lie at corners that are computed; otherwise they are at least as far
    out as the sum of all single effects.

    Parameters
    ----------
    step : function of (moves, editions, units, columns)
        Gives as many columns, each from the same column, or one column from all.
    low, high : (editions, units, columns)
        Infinite where nothing is known of a value: then nothing is known of what rests on it.
    own : (columns of the result,)
    """
    unknown = np.isinf(low) | np.isinf(high)
    if unknown.any():
        return _where_known(step, low, high, own, unknown)
    middle, half = (low + high) / 2, (high - low) / 2
    if not (half > 0).any():
        return (exact := step(middle[None])[0]), exact
    base = step(middle[None])[0]
    if not _units_depend_on_each_other(step, middle, half, base):
        first, last = step(np.stack([low, high]))
        return _ends(np.where(own < 0, last, first), np.where(own < 0, first, last), base)
    effects = _effects(step, middle, half)
    return _corners(step, middle, half, base, effects, own)


def _where_known(step: Step, low: Floats, high: Floats, own: Floats, unknown: Bools) -> tuple[Floats, Floats]:
    """Ranges as `ranges` finds them, without ends for units with an unknown value, or that look at others."""
    stand_in = np.where(np.isfinite(high), high, np.where(np.isfinite(low), low, 1.0))
    low, high = (np.where(unknown, stand_in, end) for end in (low, high))
    lowest, highest = ranges(step, low, high, own)
    middle = (low + high) / 2
    open_ended = unknown.any(axis=-1, keepdims=True)
    if _units_depend_on_each_other(step, middle, 1e-3 * (1 + np.abs(middle)), step(middle[None])[0]):
        open_ended = np.ones_like(open_ended)
    return np.where(open_ended, -np.inf, lowest), np.where(open_ended, np.inf, highest)


def _ends(lowest: Floats, highest: Floats, base: Floats) -> tuple[Floats, Floats]:
    """The range of each result from those at its ends; without end where an end has no result."""
    there, none = np.isfinite(base), (~np.isfinite(lowest), ~np.isfinite(highest))
    low, high = np.fmin(np.fmin(lowest, highest), base), np.fmax(np.fmax(lowest, highest), base)
    return np.where(there & none[0], -np.inf, low), np.where(there & none[1], np.inf, high)


def _sorted(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    return np.minimum(first, second), np.maximum(first, second)


def _units_depend_on_each_other(step: Step, middle: Floats, half: Floats, base: Floats) -> bool:
    """Whether moving every second unit changes a result of the others."""
    units = np.arange(middle.shape[1])
    for parity in (0, 1):
        moving = (units % 2 == parity)[:, None]
        moved = step(np.stack([middle + half * moving, middle - half * moving]))
        still = ~moving[:, 0]
        if not np.array_equal(moved[:, :, still], np.stack([base[:, still]] * 2), equal_nan=True):
            return True
    return middle.shape[0] > 1 and _editions_depend_on_each_other(step, middle, half, base)


def _editions_depend_on_each_other(step: Step, middle: Floats, half: Floats, base: Floats) -> bool:
    for edition in range(len(middle)):
        moving = (np.arange(len(middle)) == edition)[:, None, None]
        moved = step((middle + half * moving)[None])[0]
        still = ~moving[:, 0, 0]
        if not np.array_equal(moved[still], base[still], equal_nan=True):
            return True
    return False


def _effects(step: Step, middle: Floats, half: Floats) -> Floats:
    """Half the change of every result while one unit moves from end to end: (moved unit, …, columns)."""
    rows = middle.shape[0] * middle.shape[1]
    found = []
    for chosen in _blocks(rows, middle.size):
        moving = _rows_of(chosen, middle)
        change = step(middle + half * moving) - step(middle - half * moving)
        found.append(np.nan_to_num(change, posinf=0.0, neginf=0.0) / 2)
    return np.concatenate(found)


def _corners(
    step: Step, middle: Floats, half: Floats, base: Floats, effects: Floats, own: Floats
) -> tuple[Floats, Floats]:
    """Ends of every result, each computed with all values at the ends that take it there."""
    rows = middle.shape[0] * middle.shape[1]
    low, high = base.copy().reshape(rows, -1), base.copy().reshape(rows, -1)
    effects = effects.reshape(rows, rows, -1)
    itself = np.eye(rows, dtype=np.bool_)[..., None]
    others = np.sign(np.where(itself, 0.0, effects))
    rising, falling = (others > 0).any(axis=(0, 1)), (others < 0).any(axis=(0, 1))
    one_way = np.where(rising & falling, 0.0, rising.astype(float) - falling)
    signs = np.where(others == 0, one_way, others)
    signs = np.where(itself, np.where(effects == 0, own, np.sign(effects)), signs)
    for chosen in _blocks(rows, middle.size):
        towards = np.swapaxes(signs[:, chosen], 0, 1).reshape(len(chosen), *middle.shape[:2], -1) * half
        for end, tables, open_end in ((low, middle - towards, -np.inf), (high, middle + towards, np.inf)):
            results = step(tables).reshape(len(chosen), rows, -1)
            reached = results[np.arange(len(chosen)), chosen]
            open_ends = np.where(np.isfinite(end[chosen]), open_end, end[chosen])
            end[chosen] = np.where(np.isfinite(reached), reached, open_ends)
    low, high = _sorted(low, high)
    total = np.abs(effects).sum(axis=0)
    mixed = one_way == 0
    flat = base.reshape(rows, -1)
    low = np.where(mixed, np.fmin(low, flat - total), low)
    high = np.where(mixed, np.fmax(high, flat + total), high)
    return low.reshape(base.shape), high.reshape(base.shape)


def _blocks(rows: int, cells: int) -> list[Ints]:
    """The rows in blocks that fit into memory once each of them is moved by itself."""
    return np.array_split(np.arange(rows), max(1, -(-rows * cells // _CELLS_AT_A_TIME)))


def _rows_of(chosen: Ints, table: Floats) -> Bools:
    """(chosen, editions, units, 1): which row is moved."""
    rows = table.shape[0] * table.shape[1]
    moved: Bools = np.arange(rows) == chosen[:, None]
    return moved.reshape(len(chosen), *table.shape[:2], 1)


def _first_order(plan: Plan, raw: Floats, half: Floats) -> Bounds:
    """The sum of the effects of every value; of whole columns at once where there are too many values."""

    def scores(tables: Floats) -> Floats:
        counted = Counted(len(tables))
        return aggregate(
            plan, run_indicator_steps(plan, tables, counted).normalised, undefined=counted
        ).scores

    base = scores(raw[None])[0]
    total = np.zeros(base.shape)
    cells = np.argwhere(half > 0)
    moves: list[tuple[Any, ...]] = [tuple(cell) for cell in cells.tolist()]
    if len(moves) * raw.size > _MOST_CELLS:
        moves = [(slice(None), slice(None), column) for column in range(raw.shape[-1])]
    for chosen in _blocks(len(moves), raw.size):
        step = np.zeros((len(chosen), *raw.shape))
        for row, move in enumerate(chosen.tolist()):
            step[(row, *moves[move])] = half[moves[move]]
        total += np.nan_to_num(np.abs(scores(raw + step) - scores(raw - step))).sum(axis=0) / 2
    return Bounds(base - total, base + total)


def _without_rounding(recipe: Recipe) -> Recipe:
    framework, none = recipe.framework, default_setting("rounding")
    return replace(
        recipe,
        leaf_steps={**recipe.leaf_steps, "rounding": (none,) * len(framework.leaves)},
        node_steps={**recipe.node_steps, "rounding": (none,) * len(framework.inner)},
        editions={name: _without_rounding(own) for name, own in recipe.editions.items()},
    )
