"""Which unit is ahead of which, whatever the weights."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.weight_sets import Point, WeightSet
from innov_index.analysis.robustness.weight_space import CornerSpace, WeightSpace
from innov_index.model.arrays import Bools

UNSURE = 1e-12
"""A float margin nearer to 0 than this gets its sign from exact numbers."""


@dataclass(frozen=True)
class Preferences:
    """Necessary and possible preference of every pair.

    `worst_sign[a, b]` is the sign of the smallest lead of a over b in the set of weights (-1, 0, 1).
    """

    worst_sign: NDArray[np.int8]

    @property
    def always_ahead(self) -> Bools:
        """[a, b]: a is strictly ahead of b at all weights."""
        return np.asarray(self.worst_sign > 0)

    @property
    def necessary(self) -> Bools:
        """[a, b]: a is at least as good as b at all weights."""
        return np.asarray(self.worst_sign >= 0)

    @property
    def possible(self) -> Bools:
        """[a, b]: a is at least as good as b at some weights."""
        return np.asarray(self.worst_sign.T <= 0)

    @property
    def can_be_ahead(self) -> Bools:
        """[a, b]: a is strictly ahead of b at some weights."""
        return np.asarray(self.worst_sign.T < 0)


def preferences(space: WeightSpace) -> Preferences:
    """Find the sign of the smallest lead of every pair, exactly."""
    if isinstance(space, CornerSpace):
        exact = space.exact_payoffs
        return Preferences(np.stack([_sign((row - exact).min(axis=1)) for row in exact]))
    return Preferences(np.stack([_signs(space, unit) for unit in range(len(space.linear))]))


def _sign(numbers: NDArray[Any]) -> NDArray[np.int8]:
    return np.asarray((numbers > 0).astype(np.int8) - (numbers < 0).astype(np.int8))


def _signs(space: WeightSpace, unit: int) -> NDArray[np.int8]:
    least = space.least(space.payoffs[unit] - space.payoffs)
    signs = _sign(least)
    for rival in np.flatnonzero(np.abs(least) <= UNSURE):
        exact = smallest_lead(space.linear, space.weights, unit, int(rival)).lead
        signs[rival] = (exact > 0) - (exact < 0)
    return signs


@dataclass(frozen=True)
class Lead:
    """The smallest lead of one unit over another, in score points (multiples of `step`), and where it is."""

    lead: Fraction
    weights: Point


def smallest_lead(linear: LinearScores, weights: WeightSet, ahead: int, behind: int) -> Lead:
    """The certificate of a preference: the weights where the lead is smallest, and that lead, exactly.

    A lead ≥ 0 proves that `ahead` is necessarily at least as good as `behind`; one < 0 shows weights at
    which it is not.
    """
    gap = [
        Fraction(int(a) - int(b)) for a, b in zip(linear.values[ahead], linear.values[behind], strict=True)
    ]
    at = weights.least_at(gap)
    return Lead(sum((g * w for g, w in zip(gap, at, strict=True)), Fraction()), at)
