"""Which unit is ahead of which whatever the weights, and the nearest weights that make two level."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.weight_sets import Point, WeightSet
from innov_index.analysis.robustness.weight_space import CornerSpace, WeightSpace
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

UNSURE = 1e-12
"""A float margin nearer to 0 than this gets its sign from exact numbers."""


@frozen
class Preferences:
    """Necessary and possible preference of every pair.

    `worst_sign[a, b]` is the sign of the smallest lead of a over b in the set of weights: at least 0 where a
    is necessarily as good as b, 1 where it is always ahead.
    """

    worst_sign: NDArray[np.int8]


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


@frozen
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


@frozen
class NearestWeights:
    """Weights at which the unit draws level, the nearest by one distance; a little further it is ahead.

    `norm` is 1 (sum of absolute changes) or 2 (root of the sum of squared changes). Floats, right to 1e-9.
    """

    norm: int
    distance: float
    weights: Floats


def nearest_weights(
    linear: LinearScores, weights: WeightSet, unit: int, rival: int
) -> tuple[NearestWeights, NearestWeights] | None:
    """Find the nearest weights of a set that put `unit` level with `rival`, by both distances.

    Returns
    -------
    (L1, L2), or None where the unit is behind at all weights of the set
    """
    lead = (linear.values[unit] - linear.values[rival]).astype(np.float64)
    lead = lead / max(float(np.abs(lead).max()), 1.0)
    given = np.array([float(weight) for weight in linear.given])
    limits, bounds = _inequalities(weights, lead)
    first = _least_sum(given, limits, bounds)
    if first is None:
        return None
    second = _least_squares(given, limits, bounds)
    return (
        NearestWeights(1, float(np.abs(first - given).sum()), first),
        NearestWeights(2, float(np.sqrt(((second - given) ** 2).sum())), second),
    )


def _inequalities(weights: WeightSet, lead: Floats) -> tuple[Floats, Floats]:
    """limits @ w ≤ bounds: the set, and that the lead is not negative."""
    size = len(weights)
    rows = np.array([[float(entry) for entry in row] for row in weights.rows]).reshape(-1, size)
    limits = np.concatenate([-lead[None], -np.eye(size), np.eye(size), rows])
    bounds = np.concatenate([[0.0], -weights.lower_array, weights.upper_array, np.zeros(len(rows))])
    return limits, bounds


def _least_sum(given: Floats, limits: Floats, bounds: Floats) -> Floats | None:
    """min sum |w - given|, a linear program in w and the sizes of the changes."""
    from scipy.optimize import linprog

    size = len(given)
    change = np.eye(size)
    rows = np.block([[limits, np.zeros((len(limits), size))], [change, -change], [-change, -change]])
    found = linprog(
        np.concatenate([np.zeros(size), np.ones(size)]),
        A_ub=rows,
        b_ub=np.concatenate([bounds, given, -given]),
        A_eq=np.concatenate([np.ones(size), np.zeros(size)])[None],
        b_eq=[1.0],
        bounds=[(0, None)] * (2 * size),
    )
    return np.asarray(found.x)[:size] if found.status == 0 else None


def _least_squares(given: Floats, limits: Floats, bounds: Floats) -> Floats:
    """min |w - given|, as Lawson and Hanson's least distance problem: one non-negative least squares."""
    from scipy.linalg import null_space
    from scipy.optimize import nnls

    free = null_space(np.ones((1, len(given))))
    within = -limits @ free
    needed = limits @ given - bounds
    system = np.concatenate([within.T, needed[None]])
    target = np.zeros(len(system))
    target[-1] = 1.0
    multipliers, _ = nnls(system, target)
    residual = system @ multipliers - target
    return np.asarray(given - free @ (residual[:-1] / residual[-1]))
