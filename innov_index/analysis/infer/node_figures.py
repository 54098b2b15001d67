"""What the figures of nodes stand for, printed or computed: intervals of the scores behind them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from innov_index.analysis.infer.order_of_units import RoundedFirst
from innov_index.analysis.infer.stated_arithmetic import StatedArithmetic
from innov_index.analysis.reproduce.input_bounds import Bounds, input_bounds
from innov_index.config.nodes import Gaps, Rounding
from innov_index.dataset.printed_figures import (
    Intervals,
    between,
    decimals_at,
    known,
    printed,
    printed_child,
    side_by_side,
)
from innov_index.dataset.published import Published
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats


@frozen
class NodeFigures:
    """Figures of the nodes of an index: as published, or where they are not, as computed."""

    arithmetic: StatedArithmetic

    @cached_property
    def _bounds(self) -> Bounds:
        """Between what the computed scores may lie, because the inputs are printed."""
        return input_bounds(self.arithmetic.index, self.arithmetic.scores.scores)

    def published(self, published: Published, node: int, edition: int) -> Intervals:
        """What a node's published scores stand for before the config rounds them."""
        announced = published.scores[edition, :, node]
        shown = printed(announced, self._printed_decimals(published, node, edition))
        rounded = self.arithmetic.decimals(node, edition)
        return shown if rounded is None else shown.before_rounding(rounded)

    def ranked(self, published: Published, node: int, edition: int, rounding: RoundedFirst) -> Intervals:
        """What is printed of the rounded scores of a node that its ranks are taken from."""
        announced = published.scores[edition, :, node]
        shown = printed(announced, self._printed_decimals(published, node, edition))
        if self.arithmetic.decimals(node, edition) is None:  # the scores themselves are not rounded
            low, high = rounding.rule(shown.low), rounding.rule(shown.high)
        else:
            fine = shown.unit < 1.5 * rounding.step
            low, high = (np.where(fine, announced, end) for end in (shown.low, shown.high))
            low = np.ceil(low / rounding.step - 1e-6) * rounding.step
            high = np.floor(high / rounding.step + 1e-6) * rounding.step
        low, high = (np.round(end, 12) for end in (low, np.maximum(low, high)))
        return Intervals(low, high, shown.unit.copy())

    def of_children(
        self, node: int, children: Sequence[int], published: Published | None, edition: int
    ) -> tuple[Intervals, list[int]]:
        """The children's figures as the node gets them, and the children whose figures are computed."""
        columns: list[Intervals] = []
        computed: list[int] = []
        for child in children:
            if published is None or np.isnan(published.scores[edition, :, child]).all():
                computed.append(child)
                columns.append(self._computed(child, edition))
            else:
                columns.append(self._announced(published, child, edition))
        return self._without_unknown(node, children, edition, side_by_side(columns)), computed

    def as_in_data(self, nodes: Sequence[int], edition: int) -> bool:
        """Whether computed scores are the very numbers of the data, so that no rounding error is in them."""
        index, framework = self.arithmetic.index, self.arithmetic.framework
        leaves = framework.leaves.tolist()
        if not set(nodes) <= set(leaves):
            return False
        columns = [leaves.index(node) for node in nodes]
        data = index.dataset.columns(framework.indicators)[edition][:, columns]
        scores = self.arithmetic.scores.scores[edition][:, nodes]
        return bool(np.array_equal(data, scores, equal_nan=True))

    def _announced(self, published: Published, child: int, edition: int) -> Intervals:
        """A child's published figures as its parent gets them."""
        announced = published.scores[edition, :, child]
        if self.arithmetic.decimals(child, edition) is not None:
            return self._as_passed_on(child, edition, announced, self.published(published, child, edition))
        return printed_child(announced, self._printed_decimals(published, child, edition))

    def _printed_decimals(self, published: Published, node: int, edition: int) -> int | None:
        name = self.arithmetic.scores.edition_name(edition)
        return decimals_at(published.block.decimals, name, self.arithmetic.framework.codes[node])

    def _as_passed_on(self, child: int, edition: int, announced: Floats, ends: Intervals) -> Intervals:
        """A child's figures as its parent gets them: exactly those printed where it gets them rounded so."""
        if self.arithmetic.recipe(edition).rounding(child) is not Rounding.PARENTS:
            return ends
        inwards = (ends.high - ends.low) * 1e-6
        rounding = self.arithmetic.plan(edition).rounding[child]
        lowest, highest = rounding(ends.low + inwards), rounding(ends.high - inwards)
        return known(announced) if np.array_equal(lowest, highest, equal_nan=True) else ends

    def _computed(self, child: int, edition: int) -> Intervals:
        """A child's computed figures as its parent gets them."""
        low, high = self._bounds.low[edition, :, child], self._bounds.high[edition, :, child]
        if self.arithmetic.recipe(edition).rounding(child) is not Rounding.SCORES:
            return between(low, high)
        decimals = self.arithmetic.decimals(child, edition)
        return between(printed(low, decimals).low, printed(high, decimals).high)

    def _without_unknown(
        self, node: int, children: Sequence[int], edition: int, figures: Intervals
    ) -> Intervals:
        """Drop units whose gaps have no known meaning for the node.

        A gap is closed by the weights of the siblings where the config says so and the siblings are children
        of the node itself; and where the unit has no such child, rather than no printed figure for it.
        """
        gaps = figures.missing
        if not gaps.any():
            return figures
        reweights = self.arithmetic.account(node, edition).gaps is not Gaps.GROUP_MEAN
        if reweights and not self.arithmetic.skipped(node, children):
            gaps = gaps & ~np.isnan(self.arithmetic.scores.scores[edition][:, children])
        return figures.of(np.asarray(~gaps.any(axis=1)))
