"""Ranks of an index whose scores are not all linear in the weights: what encloses them, and what it gives.

A unit with a gap, whose weight goes to its other nodes, has the score that it would have with that score in
the gap. So it lies between two linear scores: with the lowest and with the highest that it can be in the gap.
Rounding on the way moves a score by a limited amount; rounding at the end hides leads up to a limit. The
bounds on ranks that follow are proved as those of linear scores are. That a rank is reached is seen from the
ranks that the index itself gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

import numpy as np

from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.weight_sets import WeightSet
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints, read_only


@frozen
class Gap:
    """Nodes (columns) that a unit lacks, and the `others` to which their weight goes.

    `others` is None where what stands in the gap is only known to lie between the lowest and the highest
    score of any unit in any node.
    """

    unit: int
    nodes: Ints
    others: Ints | None


@frozen
class Rows:
    """Linear scores that enclose the units': (units, nodes) each, in multiples of the step.

    `low` and `high` enclose the score. `surely` is no higher than the score with any weights of the set; far
    below where a unit may have none. Who is above `raised` is ranked ahead of the unit, rounded or not.
    """

    low: Ints
    high: Ints
    surely: Ints
    raised: Ints


@frozen
class Enclosure:
    """All ranked units of an index, and what their scores have beside the linear ones.

    Attributes
    ----------
    linear : LinearScores
        Of all ranked units; 0 in gaps.
    gaps : several
        Those of a unit with the deepest first.
    unbounded : (units,)
        Units whose score may be anything.
    below, above : (units, nodes)
        How far rounding on the way may take a score down and up, in multiples of the step.
    margin : (units,), optional
        A lead of this much over a unit is never lost to rounding at the end; None: any lead may be.
    scores_at : function of (draws, nodes)
        What the index itself compares with such weights, (draws, units); NaN where a unit has no rank.
    """

    linear: LinearScores
    gaps: tuple[Gap, ...]
    unbounded: Bools
    below: Ints
    above: Ints
    margin: Ints | None
    scores_at: Callable[[Floats], Floats]

    def __len__(self) -> int:
        return len(self.linear)

    def ranks_at(self, weights: Floats) -> Floats:
        """1 + the number of units ahead, (draws, units); NaN for a unit without a rank."""
        scores = self.scores_at(weights)
        ranks = np.full(scores.shape, np.nan)
        for draw, own in enumerate(scores):
            known = np.sort(own[~np.isnan(own)])
            ranks[draw] = 1 + len(known) - np.searchsorted(known, own, side="right")
        return np.where(np.isnan(scores), np.nan, ranks)

    def among(self, positions: Sequence[int]) -> Enclosure:
        """The same for some of the units only."""
        chosen = list(positions)
        place = {unit: at for at, unit in enumerate(chosen)}
        whole = self.scores_at
        return replace(
            self,
            linear=self.linear.among(chosen),
            gaps=tuple(replace(gap, unit=place[gap.unit]) for gap in self.gaps if gap.unit in place),
            unbounded=self.unbounded[chosen],
            below=self.below[chosen],
            above=self.above[chosen],
            margin=None if self.margin is None else self.margin[chosen],
            scores_at=lambda weights: whole(weights)[:, chosen],
        )

    def rows(self, weights: WeightSet) -> Rows:
        """What encloses the scores over a set of weights."""
        low, high = (np.array(self.linear.values) for _ in range(2))
        unsure = self.unbounded.copy()
        empty = np.zeros(low.shape, dtype=np.bool_)
        for gap in self.gaps:
            empty[gap.unit, gap.nodes] = True
        ends = (int(low[~empty].min(initial=0)), int(low[~empty].max(initial=0)))
        for gap in self.gaps:
            bottom, top = ends
            if gap.others is not None:
                may_vanish = not _least_share(weights, gap.others)
                unsure[gap.unit] |= may_vanish
                if may_vanish:
                    own = self.linear.values[gap.unit][~empty[gap.unit]]
                    bottom, top = int(own.min()), int(own.max())
                else:
                    bottom = floor(least_mean(weights, low[gap.unit], gap.others))
                    top = ceil(-least_mean(weights, -high[gap.unit], gap.others))
            low[gap.unit, gap.nodes], high[gap.unit, gap.nodes] = bottom, top
        low, high = low - self.below, high + self.above
        far = 1 + 2 * max(int(np.abs(low).max(initial=0)), int(np.abs(high).max(initial=0)))
        if self.margin is not None:
            far += 2 * int(self.margin.max(initial=0))
        low[self.unbounded], high[self.unbounded] = -far, far
        raised = np.full_like(high, far) if self.margin is None else high + self.margin[:, None]
        raised[self.unbounded] = far
        surely = np.where(unsure[:, None], -far, low)
        return Rows(*(read_only(rows) for rows in (low, high, surely, raised)))


def _least_share(weights: WeightSet, nodes: Ints) -> Fraction:
    """The smallest sum of the weights of some nodes."""
    return weights.least([int(node in nodes) for node in range(len(weights))])


def least_mean(weights: WeightSet, values: Ints, nodes: Ints) -> Fraction:
    """The smallest weighted mean of the values of some nodes, whose weights are never all 0.

    By Dinkelbach's method (1967): the smallest mean is the one for which the smallest sum of
    weight x (value - mean) is 0.
    """
    chosen = nodes.tolist()
    mean = Fraction(max(int(values[node]) for node in chosen))
    while True:
        excess = [Fraction(0)] * len(weights)
        for node in chosen:
            excess[node] = int(values[node]) - mean
        at = weights.least_at(excess)
        if sum((at[node] * excess[node] for node in chosen), Fraction(0)) >= 0:
            return mean
        total = sum((at[node] for node in chosen), Fraction(0))
        mean = sum((at[node] * int(values[node]) for node in chosen), Fraction(0)) / total
