"""How far rounding can have moved each score: bounds that run beside the values from step to step.

Values that were read are exact. A step that computes adds roundings of its own to what it was given; what
decides by these bounds is `methods/kernels/exactness.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from innov_index.config.nodes import Kind, NodeArithmetic, Weights
from innov_index.frozen import frozen
from innov_index.methods.kernels.exactness import (
    FEW,
    ROUNDOFF,
    ColumnBounds,
    column_bounds,
    errors_of_sum,
    extremes,
    magnitudes,
    propagated,
    propagated_by_learning,
    settled,
)
from innov_index.methods.kernels.formula import Formula
from innov_index.methods.kernels.powers import ARITHMETIC, NEAR_GEOMETRIC, Link, power_means
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.framework import Framework
from innov_index.pipeline.calls import Call, with_reference


def before_normalisation(
    treatments: Sequence[Call],
    denominated: Floats | None,
    screened: Floats,
    treated: Floats,
    imputed_cells: Bools,
    treated_cells: Bools,
) -> Floats:
    """The largest bound of a value of each indicator before normalisation: (..., indicators).

    Parameters
    ----------
    treatments : calls of the treatment, each of some of the indicators
    denominated : (..., units, indicators), optional
        None where there are no denominators.
    screened, treated : (..., units, indicators)
    imputed_cells, treated_cells : (..., units, indicators)
        Where a value was estimated from others, and where it was changed.
    """
    bounds = np.zeros(())
    if denominated is not None:
        bounds = FEW * ROUNDOFF * magnitudes(denominated)
    estimated = np.zeros(())
    if imputed_cells.any():
        estimated = errors_of_sum(screened.shape[-2]) * ROUNDOFF * magnitudes(screened)
        bounds = np.fmax(bounds, np.where(imputed_cells.any(axis=-2), estimated, 0.0))
    changed = np.asarray(treated_cells.any(axis=-2))
    columns = np.flatnonzero(changed.reshape(-1, changed.shape[-1]).any(axis=0))
    if len(columns):
        bounds, estimated = (np.array(np.broadcast_to(own, changed.shape)) for own in (bounds, estimated))
        own, curved = bounds[..., columns], treated[..., columns]
        low, high = (end[..., None, :] for end in extremes(curved))
        cut = treated_cells[..., columns]
        at_ends = (~cut | (curved == low) | (curved == high)).all(axis=-2)
        left = (imputed_cells[..., columns] & ~cut).any(axis=-2)
        after = np.fmax(FEW * ROUNDOFF * magnitudes(curved), np.where(left, estimated[..., columns], 0.0))
        if not at_ends.all():
            groups = _groups_of_columns(treatments, screened.shape[-1])
            cells = np.where(imputed_cells, estimated[..., None, :], 0.0)
            if denominated is not None:
                cells = np.fmax(cells, FEW * ROUNDOFF * np.abs(denominated))
            curves = [
                _after_curve(groups[column], screened[..., [column]], curved[..., [at]], cells[..., [column]])
                for at, column in enumerate(columns.tolist())
            ]
            after = np.where(at_ends, after, np.concatenate(curves, axis=-1))
        bounds[..., columns] = np.where(changed[..., columns], after, own)
    return bounds


def _groups_of_columns(calls: Sequence[Call], number: int) -> list[Ints | None]:
    """Codes of the groups of units that have a curve of their own, by column; None where all share one."""
    found: list[Ints | None] = [None] * number
    for call in calls:
        for column in np.arange(number)[call.columns].tolist():
            found[column] = _groups_of(call)
    return found


def _after_curve(groups: Ints | None, before: Floats, after: Floats, bounds: Floats) -> Floats:
    """Bounds of columns, (..., columns), after a curve that rises or falls, one for each group of units.

    `bounds` (..., units, columns) are those of the values before.
    """
    if groups is not None:
        rows = [groups == code for code in np.unique(groups)]
        parts = [
            _after_curve(None, before[..., own, :], after[..., own, :], bounds[..., own, :]) for own in rows
        ]
        return np.asarray(np.fmax.reduce(parts))
    low, _ = extremes(before)
    moved = propagated(before, after, np.zeros(low.shape), np.ones(low.shape[-1]))
    own = moved.absolute + (moved.relative + FEW * ROUNDOFF) * magnitudes(after)
    return np.asarray(own + carried(before, after, bounds))


def carried(before: Floats, after: Floats, bounds: Floats) -> Floats:
    """The most that a map makes of the bounds of its values, (..., columns): each times the slope beside it.

    Two values that only rounding tells apart show the slope at their place, however steep a curve is there.

    Parameters
    ----------
    before, after, bounds : (..., units, columns)
    """
    order = np.argsort(before, axis=-2)
    x, y, doubts = (np.take_along_axis(part, order, axis=-2) for part in (before, after, bounds))
    with np.errstate(all="ignore"):
        slopes = np.abs(np.diff(y, axis=-2) / np.diff(x, axis=-2))
        moved = slopes * np.fmax(doubts[..., 1:, :], doubts[..., :-1, :])
    usable = np.where(np.isfinite(moved), moved, 0.0)
    return np.asarray(np.max(usable, axis=-2, initial=0.0))


_SCALE = ("mean", "sd", "low", "high", "scale")


def settled_before(call: Call, values: Floats, bounds: Floats, read: Bools) -> Floats:
    """Values, (..., units, columns), as a scale is learned from them.

    Columns that may be constant become so; a method by ranks or classes gets every tie settled.

    Parameters
    ----------
    bounds : (..., columns)
        The largest bound of a value of each column.
    read : (..., units, columns)
        Where a value stands as it was read, and so is exact.
    """
    if call.method.is_identity or not bounds.any():
        return values
    if Trait.AFFINE in call.method.traits or call.method.cut_by is not None:
        low, high = extremes(values)
        if not ((high - low <= 2.0 * bounds) & (high > low)).any():
            return values
    by_column = np.ascontiguousarray(np.swapaxes(values, -1, -2))
    everywhere = np.where(np.swapaxes(read, -1, -2), 0.0, bounds[..., None] if bounds.ndim else bounds)
    if compares_editions(call):
        columns = (np.moveaxis(part, -3, -2) for part in (by_column, everywhere))
        return np.moveaxis(settled_over_editions(*columns), -2, -3).swapaxes(-1, -2)
    return np.swapaxes(settled(by_column, everywhere), -1, -2)


def compares_editions(call: Call) -> bool:
    """Whether a scale is learned from other editions, or scores rest on them: values of several compare."""
    reference = call.step_options.get("reference", "own")
    over_editions = Trait.PANEL in call.method.traits
    return bool(over_editions or reference == "pooled" or reference[0] == "edition")


def settled_over_editions(values: Floats, bounds: Floats) -> Floats:
    """Values, (..., editions, units), with what rounding does not tell apart made equal in all editions."""
    together = (*values.shape[:-2], -1)
    return settled(values.reshape(together), bounds.reshape(together)).reshape(values.shape)


def of_scaled(
    call: Call, before: Floats, after: Floats, bounds: Floats, inputs: Mapping[str, Any]
) -> ColumnBounds:
    """Bounds after a normalisation or rescaling of columns, (..., units, columns).

    Parameters
    ----------
    bounds : (..., columns)
        The largest bound of a value of each column of `before`.
    inputs : mapping
        What the method takes beside the values, such as directions.
    """
    direction = inputs["direction"]
    if call.method.is_identity:
        low, _ = extremes(after)
        return ColumnBounds(np.zeros(low.shape), np.broadcast_to(bounds, low.shape), low)
    if Trait.COUNTS in call.method.traits:
        return column_bounds(after)
    if Trait.PANEL in call.method.traits:
        return _over_editions(call, before, after, bounds, inputs)
    groups = _groups_of(call)
    if groups is None:
        return _of_scale(call, before, after, bounds, direction, before.shape[-2])
    rows = [groups == code for code in np.unique(groups)]
    parts = [
        _of_scale(call, before[..., own, :], after[..., own, :], bounds, direction, before.shape[-2])
        for own in rows
    ]
    return ColumnBounds(
        np.fmax.reduce([part.relative for part in parts]),
        np.fmax.reduce([part.absolute for part in parts]),
        np.fmin.reduce([part.low for part in parts]),
    )


def _over_editions(
    call: Call, before: Floats, after: Floats, bounds: Floats, inputs: Mapping[str, Any]
) -> ColumnBounds:
    """Bounds of scores that rest on several editions: how far the bounds of each edition can move them."""
    editions = before.shape[-3]
    found = column_bounds(after, errors_of_sum(editions))
    own = FEW * ROUNDOFF * np.abs(before) + (bounds[..., None, :] if bounds.ndim else bounds)
    moved = np.zeros(found.low.shape)
    for edition in range(editions):
        here = (np.arange(editions) == edition)[:, None, None]
        other = with_reference(call, before + np.where(here, own, 0.0), dict(inputs))
        moved = moved + np.nan_to_num(magnitudes(other - after))
    return ColumnBounds(found.relative, found.absolute + 2.0 * moved, found.low)


def _of_scale(
    call: Call, before: Floats, after: Floats, bounds: Floats, direction: Floats, units: int
) -> ColumnBounds:
    """Bounds after one scale, which may be learned from all units."""
    if "reference" not in call.method.inputs:
        return propagated(before, after, bounds, direction)
    return propagated_by_learning(before, after, bounds, direction, errors_of_sum(units), *_scale_of(call))


def _scale_of(call: Call) -> tuple[Floats, Floats]:
    """Origin and unit of a learned scale, as its options state them; 0 and the largest score, else."""
    options = {
        name: np.asarray(value, dtype=np.float64) for name, value in call.options.items() if name in _SCALE
    }
    if {"mean", "sd"} <= options.keys():
        return options["mean"], options["sd"]
    if {"low", "high"} <= options.keys():
        return options["low"], options["high"] - options["low"]
    return np.zeros(()), options.get("scale", np.ones(()))


def _groups_of(call: Call) -> Ints | None:
    """Codes of the groups that each have a scale of their own; None where all units share one."""
    reference = call.step_options.get("reference", "own")
    grouped = not isinstance(reference, str) and reference[0] == "group"
    return np.asarray(reference[1]) if grouped else None


@frozen
class TreeBounds:
    """Bounds of the scores of a tree: of an indicator by column, of an inner node by unit.

    `inner` is (..., units, inner nodes), filled in from the deepest level up.
    """

    framework: Framework
    leaves: ColumnBounds
    inner: Floats

    def of(self, nodes: Ints, scores: Floats) -> Floats:
        """Bounds of some nodes, (..., units, nodes), whose scores these are."""
        at_leaf = np.isin(nodes, self.framework.leaves)
        leaves = np.searchsorted(self.framework.leaves, nodes[at_leaf])
        if at_leaf.all():
            return self.leaves.of(scores, leaves)
        found = np.empty(scores.shape)
        found[..., at_leaf] = self.leaves.of(scores[..., at_leaf], leaves)
        found[..., ~at_leaf] = self.inner[..., np.searchsorted(self.framework.inner, nodes[~at_leaf])]
        return found

    def of_means(
        self, families: Sequence[Ints], values: Floats, weights: Floats, means: Floats, errors: float
    ) -> Floats:
        """Bounds of arithmetic means: those of the children, and roundings of each product and sum.

        Parameters
        ----------
        families : one (children,) a node
        values : (..., units, children of all nodes)
        weights : (..., children, nodes)
        means : (..., units, nodes)
        errors : float
            Roundings of weights and sums, in units of the roundoff.

        Returns
        -------
        (..., units, nodes)
        """
        children = np.concatenate(families)
        leaves = np.searchsorted(self.framework.leaves, children)
        if np.isin(children, self.framework.leaves).all() and not (self.leaves.low[..., leaves] < 0).any():
            # nothing cancels, so that the mean is the mean of the magnitudes
            relative, absolute = (
                np.stack(
                    [part[..., np.searchsorted(self.framework.leaves, own)].max(axis=-1) for own in families],
                    -1,
                )
                for part in (self.leaves.relative, self.leaves.absolute)
            )
            noise = errors * ROUNDOFF * magnitudes(means)
            if not (absolute > self._mean_absolute(leaves, weights) + noise).any():
                return np.asarray(
                    means * (relative + errors * ROUNDOFF)[..., None, :] + absolute[..., None, :]
                )
        return _of_means(values, self.of(children, values), weights, errors)

    def _mean_absolute(self, leaves: Ints, weights: Floats) -> Floats:
        """Weighted means of the absolute bounds of columns, (..., nodes), several times over.

        Where the largest is more, a column of little weight has it, which is no bound to go by.
        """
        own = self.leaves.absolute[..., None, leaves]
        with np.errstate(all="ignore"):
            return np.asarray(FEW * (own @ weights)[..., 0, :] / weights.sum(axis=-2))


def _of_means(values: Floats, bounds: Floats, weights: Floats, errors: float) -> Floats:
    return power_means(errors * ROUNDOFF * np.abs(values) + bounds, weights, 1.0)


def errors_of(node: NodeArithmetic, units: int, children: int) -> float:
    """Roundings of a node's weights and sums."""
    return errors_of_sum(units) if node.weights is Weights.LEARNED else FEW + children


def of_node(
    node: NodeArithmetic, call: Call, values: Floats, bounds: Floats, weights: Floats, result: Floats
) -> Floats:
    """Bounds of the scores that an aggregation gives.

    Parameters
    ----------
    node : NodeArithmetic
    call : Call
    values, bounds : (..., units, operands)
    weights : (..., operands)
        Of a sum: the numbers that it multiplies by.
    result : (..., units)

    Returns
    -------
    (..., units)
    """
    units, children = values.shape[-2:]
    errors = errors_of(node, units, children)
    formula = next((option for option in call.options.values() if isinstance(option, Formula)), None)
    if formula is not None and len(formula.codes) == children:
        return formula.bounds(values, bounds)
    if node.kind is Kind.SUM:
        total = weights.sum(axis=-1)[..., None]
        return np.asarray(_of_means(values, bounds, weights[..., None], errors)[..., 0] * total)
    if node.mean == ARITHMETIC:
        return _of_means(values, bounds, weights[..., None], errors)[..., 0]
    if node.mean is not None:
        return _of_link(node.mean, values, bounds, weights, errors, result)
    if Trait.CHOOSES in call.method.traits:
        # the child's own; or that of another, which rounding may have put in its place
        chosen = np.abs(values - result[..., None]) <= bounds
        return np.asarray(np.max(bounds, axis=-1, where=chosen, initial=0.0))
    left: Floats | float = 0.0
    if Trait.PENALISES in call.method.traits:
        # a large mean less a penalty of nearly the same size
        left = np.fmax.reduce(errors * ROUNDOFF * np.abs(values) + bounds, axis=-1)
    if Trait.MONOTONE in call.method.traits:
        # what roundings of the method do, some change of its children does, too
        own = errors * ROUNDOFF * np.abs(values) + bounds
        with np.errstate(all="ignore"):
            shares = weights / weights.sum(axis=-1, keepdims=True)
        ends = (call(values + own, weights=shares), call(values - own, weights=shares))
        return np.asarray(np.fmax(*(np.abs(end - result) for end in ends)) + left)
    largest = np.fmax.reduce(np.abs(result), axis=-1, keepdims=True)
    return np.asarray(errors_of_sum(units) * ROUNDOFF * (np.abs(result) + largest) + left)


def _of_link(
    link: Link, values: Floats, bounds: Floats, weights: Floats, errors: float, result: Floats
) -> Floats:
    """Bounds of a mean through a link: those on the line, and roundings on the way to it and back."""
    if link.is_plain:
        return np.asarray(share_of_mean(values, bounds, link.power, errors, weights) * np.abs(result))
    steep = abs(link.factor)
    on_line = steep * bounds + FEW * ROUNDOFF * (abs(link.offset) + steep * np.abs(values))
    share = share_of_mean(link.on_line(values), on_line, link.power, errors, weights)
    back = FEW * ROUNDOFF * (abs(link.offset) / steep + np.abs(result))
    return np.asarray(share * np.abs(link.on_line(result)) / steep + back)


def share_of_mean(
    values: Floats, bounds: Floats, power: float, errors: float, weights: Floats | None = None
) -> Floats:
    """Bounds of a power mean of positive numbers, as shares of it, (..., units).

    The sum of powers is raised to 1 / power, which multiplies its error; next to the geometric mean it is a
    sum of logarithms instead.

    Parameters
    ----------
    values, bounds : (..., units, children)
    power, errors : float
    weights : (..., children), optional
        A child counts by its part in the mean; without them the worst share of any child is taken for all.
    """
    with np.errstate(all="ignore"):
        # a zero is exact: what may be zero has been settled
        shares = np.where(values == 0, 0.0, bounds / np.abs(values))
        if abs(power) >= NEAR_GEOMETRIC:
            amplified = 1.0 + 1.0 / abs(power)
        else:
            ends = (f.reduce(values, axis=None, where=values > 0, initial=1.0) for f in (np.fmin, np.fmax))
            amplified = 1.0 + max(abs(float(np.log(end))) for end in ends)
    own = errors * ROUNDOFF * amplified
    worst = np.fmax.reduce(shares, axis=-1)
    doubtful = worst > FEW * own
    if weights is not None and doubtful.any():
        by_part = FEW * _mean_share(values, shares, power, weights)
        worst = np.where(doubtful, np.fmin(worst, by_part), worst)
    return np.asarray(worst + own)


def _mean_share(values: Floats, shares: Floats, power: float, weights: Floats) -> Floats:
    """Mean of the children's shares of error, each by its part w x^p of the sum of powers: (..., units)."""
    with np.errstate(all="ignore"):
        logs = power * np.log(values) if power else np.zeros(values.shape)
        parts = weights[..., None, :] * np.exp(logs - np.fmax.reduce(logs, axis=-1, keepdims=True))
        there = np.isfinite(values) & np.isfinite(parts)
        return np.asarray(np.sum(parts * shares, axis=-1, where=there) / np.sum(parts, axis=-1, where=there))
