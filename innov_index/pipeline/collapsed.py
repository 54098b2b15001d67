"""The root's scores as a few matrix products in the weights: what makes a weight simulation fast.

Means of the same power nest: a run of levels with one power is f⁻¹(Σ w f(x)), w being products of local
weights. So the tree falls into *runs*; a run ends at the root, where the power changes, and where scores are
rescaled.
Units with the same gaps share their weights. The numbers are those of `levels.aggregate` up to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from innov_index.config.nodes import Gaps, Rescaling, Rounding
from innov_index.frozen import frozen
from innov_index.methods.kernels.exactness import (
    FEW,
    ROUNDOFF,
    ColumnBounds,
    column_bounds,
    settled,
)
from innov_index.methods.kernels.powers import ARITHMETIC, Transform, transforms
from innov_index.methods.registry import Trait
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.pipeline.binding import Plan
from innov_index.pipeline.bounds import of_scaled, share_of_mean
from innov_index.pipeline.calls import with_reference
from innov_index.pipeline.levels import enough_children
from innov_index.pipeline.undefined import Undefined

Positions: TypeAlias = Ints | slice
"""Rows of an array: a slice where they lie side by side, as a slice is no copy."""

_Family: TypeAlias = tuple[int, Positions]
"""A node and its children."""

_MOST_PATTERNS = 8
"""With more different patterns of gaps than this the levels themselves are faster."""


@frozen
class _Pattern:
    """Units with the same gaps, and what a run computes with for them.

    `families` holds each inner node and its children that are present, parents first; `changed` those among
    them whose weights are not what they are in the run's first pattern. `table` (units, leaves) holds
    the transformed scores of the `leaves` among the inputs, `ends` the inputs that end other runs. All are
    positions among the run's nodes.
    """

    units: Positions
    complete: bool
    families: tuple[_Family, ...]
    leaves: Positions
    table: Floats
    ends: tuple[int, ...]
    changed: tuple[_Family, ...] = ()


@frozen
class _Run:
    """A run: the node that ends it, first of its `nodes`, inner nodes, leaves, and ends of other runs.

    The first of its `patterns` is computed for all units, the others then for their own, as that saves a copy
    of nearly everything. Units `without` have no score. `doubts` (units,) is the largest bound of the scores
    of its leaves, with the roundings of the run; where its mean is not arithmetic, as a share of the score.
    `of_leaves` holds the bounds of the leaves among the nodes, (units, nodes), of an arithmetic mean.
    """

    index: int
    nodes: Ints
    backward: Transform
    forward: Transform
    patterns: tuple[_Pattern, ...]
    without: Ints
    doubts: Floats
    errors: float
    of_leaves: Floats | None = None

    @property
    def node(self) -> int:
        return int(self.nodes[0])


@frozen
class Collapsed:
    """Scores of the root in one edition as a function of all local weights."""

    plan: Plan
    runs: tuple[_Run, ...]
    present: Bools

    def scores(self, weights: Floats, undefined: Undefined) -> tuple[Floats, Floats]:
        """Scores of the root, and bounds of their rounding errors that hold for all draws.

        Parameters
        ----------
        weights : (nodes, draws)
            Local weights; those of siblings sum to 1.

        Returns
        -------
        (draws, units), (units,)
            Scores that rounding does not tell apart are not settled: whoever ranks them does it.
        """
        found: dict[int, Floats] = {}
        bounds: dict[int, Floats] = {}
        for run in self.runs:
            scores, heaviest = self._of_run(run, weights, found)
            doubts = self._doubts_of_run(run, scores, heaviest, found, bounds)
            found[run.node], bounds[run.node] = self._rescaled(run, scores, doubts)
        root = found[0]
        if not np.isfinite(root).all():
            self._report(found, undefined)
        return np.ascontiguousarray(root.T), bounds[0]

    def _doubts_of_run(
        self,
        run: _Run,
        scores: Floats,
        heaviest: Floats | None,
        found: Mapping[int, Floats],
        bounds: Mapping[int, Floats],
    ) -> Floats:
        """A bound of each unit's score that holds for all draws, (units,).

        Of a mean that is not arithmetic it is that of the unit's lowest score: nothing cancels there, so that
        the significant digits of the ranking cover what higher scores add.
        """
        doubts = run.doubts
        if heaviest is not None and run.of_leaves is not None:
            doubts = np.fmin(doubts, (run.of_leaves * heaviest).sum(axis=1))
        ends = sorted({int(run.nodes[node]) for pattern in run.patterns for node in pattern.ends})
        if self.plan.nodes[run.index].mean == ARITHMETIC:
            for end in ends:
                largest = np.fmax.reduce(np.abs(found[end]), axis=-1)
                doubts = np.fmax(doubts, bounds[end] + run.errors * ROUNDOFF * largest)
            return doubts
        with np.errstate(all="ignore"):
            for end in ends:
                lowest = np.fmin.reduce(np.abs(found[end]), axis=-1)
                doubts = np.fmax(doubts, np.where(bounds[end] < lowest, bounds[end] / lowest, 0.0))
        return np.asarray(doubts * np.fmin.reduce(np.abs(scores), axis=-1))

    def _rescaled(self, run: _Run, scores: Floats, doubts: Floats) -> tuple[Floats, Floats]:
        """Scores (units, draws) and bounds (units,) of a run's last node after its rescaling."""
        if self.plan.nodes[run.index].rescaling is Rescaling.NONE:
            return scores, doubts
        before = settled(scores.T, doubts).T
        direction = np.ones(scores.shape[1])
        with np.errstate(all="ignore"):
            # each draw is a column of its own to the method
            after = with_reference(self.plan.rescaling[run.index], before, {"direction": direction})
        largest = np.full(len(direction), np.fmax.reduce(doubts, initial=0.0))
        of_draws = of_scaled(self.plan.rescaling[run.index], before, after, largest, {"direction": direction})
        return after, np.fmax.reduce(of_draws.of(after), axis=-1)

    def _of_run(self, run: _Run, weights: Floats, found: dict[int, Floats]) -> tuple[Floats, Floats | None]:
        """Scores of a run's last node before its rescaling, (units, draws), and the heaviest weights.

        Scores are NaN where it has none. A node's heaviest weight is the largest of any draw, (units, nodes).
        """
        own = weights[run.nodes]
        first, *others = run.patterns
        effective = _effective(first, own)
        totals = _of_pattern(run, first, effective, found)
        heaviest = None
        if run.of_leaves is not None:
            heaviest = np.tile(effective.max(axis=1), (len(run.of_leaves), 1))
        positive = bool(others) and own.min() > 0
        for pattern in others:
            changed = (
                _shared_out(pattern.changed, own, effective.copy()) if positive else _effective(pattern, own)
            )
            totals[pattern.units] = _of_pattern(run, pattern, changed, found)
            if heaviest is not None:
                heaviest[pattern.units] = changed.max(axis=1)
        if len(run.without):
            totals[run.without] = np.nan
        with np.errstate(all="ignore"):
            return run.backward(totals), heaviest

    def _report(self, found: Mapping[int, Floats], undefined: Undefined) -> None:
        """Report the first nodes that have no score although the units have children."""
        for run in self.runs:
            without = ~np.isfinite(found[run.node]) & self.present[:, run.node, None]
            if without.any():
                scores = found[run.node].T[..., None]
                call = self.plan.aggregation[run.index]
                undefined.node(self.plan, call, run.node, without.T, scores, ~np.isfinite(scores))


def _of_pattern(run: _Run, pattern: _Pattern, effective: Floats, found: Mapping[int, Floats]) -> Floats:
    """Transformed scores of the units of a pattern, (units, draws); `effective` (nodes of the run, draws)."""
    total: Floats = pattern.table @ effective[pattern.leaves]
    for node in pattern.ends:
        total += effective[node] * run.forward(found[int(run.nodes[node])][pattern.units])
    return total


def collapse(plan: Plan, normalised: Floats, bounds: ColumnBounds | None = None) -> Collapsed | None:
    """Collapse a plan for one edition, where it can be.

    Parameters
    ----------
    plan : Plan
    normalised : (units, indicators)
    bounds : ColumnBounds, optional
        How far rounding can have moved them, as for `levels.aggregate`.

    Returns
    -------
    Collapsed or None
        None where a node is not a plain power mean, is rounded, or has children that have no such power.
    """
    links = [node.mean for node in plan.nodes if node.mean is not None]
    if len(links) < len(plan.nodes) or not _is_plain(plan):
        return None
    framework = plan.framework
    known = column_bounds(normalised) if bounds is None else bounds
    position = {int(node): index for index, node in enumerate(framework.inner)}
    present = _presence(plan, normalised)
    ends = [node for node, index in position.items() if _ends_run(plan, node, index, position)]
    runs = []
    for node in reversed(ends):
        index = position[node]
        forward, backward = transforms(links[index].power)
        inner, inputs = _members(plan, node, set(ends), position)
        with np.errstate(all="ignore"):
            # gaps of units whose own patterns overwrite the result
            transformed = np.where(np.isnan(normalised), 0.0, forward(normalised))
        patterns = _patterns(plan, inner, inputs, present, node, transformed)
        finite = all(np.isfinite(pattern.table).all() for pattern in patterns)
        if not (finite and 0 < len(patterns) <= _MOST_PATTERNS):
            return None
        without = np.flatnonzero(~present[:, node])
        errors = FEW * len(inner) + len(inputs)
        nodes = np.array([*inner, *inputs])
        own = np.flatnonzero(np.isin(framework.leaves, inputs))
        of_leaves = known.of(normalised[:, own], own)
        doubts = _doubts_of_leaves(plan, index, normalised[:, own], of_leaves, errors)
        of_nodes = None
        if links[index] == ARITHMETIC:
            of_nodes = np.zeros((len(normalised), len(nodes)))
            with_roundings = of_leaves + errors * ROUNDOFF * np.abs(normalised[:, own])
            of_nodes[:, np.isin(nodes, framework.leaves[own])] = np.nan_to_num(with_roundings)
        runs.append(_Run(index, nodes, backward, forward, patterns, without, doubts, errors, of_nodes))
    return Collapsed(plan, tuple(runs), present)


def _doubts_of_leaves(plan: Plan, index: int, values: Floats, bounds: Floats, errors: float) -> Floats:
    """The largest bound of a score of some leaves, (units,), with the roundings of a run."""
    if not values.shape[1]:
        return np.zeros(len(values))
    node = plan.nodes[index]
    if node.mean is None or node.mean == ARITHMETIC:
        return np.asarray(np.fmax.reduce(bounds + errors * ROUNDOFF * np.abs(values), axis=-1))
    return share_of_mean(values, bounds, node.mean.power, errors)


def _is_plain(plan: Plan) -> bool:
    """Whether nothing but means and rescaling happens above the leaves, the same in every edition."""
    return (
        all(node.mean is not None and node.mean.is_plain and not node.mean.zeros for node in plan.nodes)
        and plan.has is None
        and not plan.editions
        and all(node.gaps is not Gaps.GROUP_MEAN for node in plan.nodes)
        and all(call.step_options.get("reference", "own") == "own" for call in plan.rescaling)
        and not any(call.stated_columns for call in plan.rescaling)
        and not any(Trait.PANEL in call.method.traits for call in plan.rescaling)
        and all(plan.recipe.rounding(node) is Rounding.RANKS for node in plan.rounding)
    )


def _presence(plan: Plan, normalised: Floats) -> Bools:
    """(units, nodes): which scores exist, whatever the weights."""
    framework = plan.framework
    present = np.zeros((len(normalised), len(framework)), dtype=np.bool_)
    present[:, framework.leaves] = ~np.isnan(normalised)
    for index in reversed(range(len(framework.inner))):
        node = int(framework.inner[index])
        present[:, node] = enough_children(plan.nodes[index], present[:, framework.children[node]], None)
    return present


def _ends_run(plan: Plan, node: int, index: int, position: dict[int, int]) -> bool:
    if node == 0 or plan.nodes[index].rescaling is not Rescaling.NONE:
        return True
    return plan.nodes[index].mean != plan.nodes[position[plan.framework.nodes[node].parent]].mean


def _members(plan: Plan, end: int, ends: set[int], position: dict[int, int]) -> tuple[list[int], list[int]]:
    """Inner nodes of a run, parents first, and its inputs."""
    inner, inputs, pending = [], [], [end]
    while pending:
        node = pending.pop()
        if node != end and (node in ends or node not in position):
            inputs.append(node)
        else:
            inner.append(node)
            pending.extend(int(child) for child in plan.framework.children[node])
    return sorted(inner), sorted(inputs)


def _patterns(
    plan: Plan, inner: Sequence[int], inputs: Sequence[int], present: Bools, end: int, transformed: Floats
) -> tuple[_Pattern, ...]:
    """Groups of the units that have a score, by which nodes of the run they have; the largest first."""
    units = np.flatnonzero(present[:, end])
    nodes = np.array([*inner, *inputs], dtype=np.int64)
    if not len(units):
        return ()
    groups: dict[bytes, list[int]] = {}
    for unit in units.tolist():
        groups.setdefault(present[unit, nodes].tobytes(), []).append(unit)
    patterns: list[_Pattern] = []
    for members in sorted(groups.values(), key=len, reverse=True):
        own: Positions = np.array(members, dtype=np.int64) if patterns else slice(None)
        has = dict(zip(nodes.tolist(), present[members[0], nodes].tolist(), strict=True))
        patterns.append(_pattern(plan, inner, inputs, has, own, transformed))
    return tuple(replace(pattern, changed=_changed(pattern, patterns[0])) for pattern in patterns)


def _pattern(
    plan: Plan,
    inner: Sequence[int],
    inputs: Sequence[int],
    has: dict[int, bool],
    units: Positions,
    transformed: Floats,
) -> _Pattern:
    framework = plan.framework
    position = {node: place for place, node in enumerate((*inner, *inputs))}
    families = tuple(
        (
            position[node],
            _side_by_side([position[child] for child in framework.children[node].tolist() if has[child]]),
        )
        for node in inner
        if has[node]
    )
    used = [node for node in inputs if has[node]]
    leaves = [node for node in used if framework.nodes[node].is_leaf]
    table = np.ascontiguousarray(transformed[units][:, np.searchsorted(framework.leaves, leaves)])
    ends = tuple(position[node] for node in used if not framework.nodes[node].is_leaf)
    places = _side_by_side([position[node] for node in leaves])
    return _Pattern(units, all(has.values()), families, places, table, ends)


def _changed(pattern: _Pattern, first: _Pattern) -> tuple[_Family, ...]:
    """Families that are not as in the first pattern, and all below them."""
    known = {node: _listed(children) for node, children in first.families}
    changed: list[_Family] = []
    below: set[int] = set()
    for node, children in pattern.families:
        own = _listed(children)
        if node in below or own != known.get(node):
            changed.append((node, children))
            below.update(own)
    return tuple(changed)


def _listed(positions: Positions) -> list[int]:
    return (
        list(range(positions.start, positions.stop)) if isinstance(positions, slice) else positions.tolist()
    )


def _side_by_side(positions: list[int]) -> Positions:
    if positions and positions == list(range(positions[0], positions[-1] + 1)):
        return slice(positions[0], positions[-1] + 1)
    return np.array(positions, dtype=np.int64)


def _effective(pattern: _Pattern, weights: Floats) -> Floats:
    """Weights of the nodes of a run in its first, (nodes, draws); siblings that are present share all."""
    effective = np.zeros(weights.shape)
    effective[0] = 1.0
    if pattern.complete:
        for node, children in pattern.families:
            effective[children] = effective[node] * weights[children]
        return effective
    if weights.min() > 0:
        return _shared_out(pattern.families, weights, effective)
    return _effective_with_zeros(pattern, weights, effective)


def _shared_out(families: tuple[_Family, ...], weights: Floats, effective: Floats) -> Floats:
    """Fill in the weights in the run of some children, who share out all that their parent has."""
    for node, children in families:
        own = weights[children]
        effective[children] = own * (effective[node] / own.sum(axis=0))
    return effective


def _effective_with_zeros(pattern: _Pattern, weights: Floats, effective: Floats) -> Floats:
    """The same where weights may be 0: nothing is shared out below a node that counts for nothing."""
    counted = weights.copy()
    for node, children in reversed(pattern.families):
        # where only children of weight 0 are present, the node counts for nothing either
        counted[node] *= counted[children].any(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        for node, children in pattern.families:
            local = counted[children] / counted[children].sum(axis=0)
            effective[children] = np.where(effective[node] > 0, effective[node] * local, 0.0)
    return effective
