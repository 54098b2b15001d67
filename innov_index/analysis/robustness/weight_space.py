"""Scores over a set of weights, in the form that search needs: floats for speed, exact numbers for claims.

Where the set has few corners, a unit is its scores at the corners, and weights are mixtures of corners; with
bounds on many weights a unit is its node scores, and weights are the weights themselves.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.analysis.robustness import games
from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.weight_sets import Point, WeightSet
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

NOISE = 1e-12
"""A bound on the rounding error of a mixture of differences of payoffs between -1 and 1."""

CLOSE = 1e-8
"""A value of the float solver nearer to 0 than this is decided exactly."""

MIXTURE_UNITS = 2**30


@frozen
class Outcome:
    """The best that weights can do about several linear functions.

    `value` is the smallest possible largest of them; `multipliers` (one a function) show that it is no
    smaller, `weights` reach it as nearly as floats do.
    """

    value: float
    weights: Point
    multipliers: Floats


class WeightSpace(ABC):
    """Payoffs of units in a set of weights: (units, columns)."""

    def __init__(self, linear: LinearScores, weights: WeightSet) -> None:
        self.linear = linear
        self.weights = weights

    @property
    @abstractmethod
    def payoffs(self) -> Floats:
        """Between -1 and 1."""

    @abstractmethod
    def least(self, vectors: Floats) -> Floats:
        """Smallest value of payoff vectors over the set: (..., columns) → (...)."""

    @abstractmethod
    def samples(self, count: int, rng: np.random.Generator) -> Floats:
        """Mixtures or weights, (samples, columns), corners first."""

    @abstractmethod
    def weights_of(self, mixture: Floats) -> Point:
        """Exact weights in the set, as near as can be to a mixture."""

    @abstractmethod
    def solve(self, functions: Floats) -> Outcome | None:
        """Make the largest of several payoff vectors, (functions, columns), as small as possible."""

    @abstractmethod
    def solve_exactly(self, unit: int, rivals: Sequence[int], sign: int) -> ExactOutcome | None:
        """The same for sign · (rival - unit), exactly; None where that is not possible."""

    @abstractmethod
    def pairs(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """Share of `first` in its best mixture with `second` (largest smallest value), and that value."""


@frozen
class ExactOutcome:
    """As `Outcome`, in exact numbers."""

    value: Fraction
    weights: Point
    multipliers: tuple[Fraction, ...]


class CornerSpace(WeightSpace):
    """A set of weights with few corners: columns are corners."""

    @property
    def unit(self) -> int:
        """Common denominator of the corners."""
        return self.weights.whole_corners[1]

    @cached_property
    def corner_weights(self) -> NDArray[Any]:
        """(corners, weights) whole numbers: multiples of 1 / unit."""
        return np.array(self.weights.whole_corners[0], dtype=object)

    @cached_property
    def exact_payoffs(self) -> NDArray[Any]:
        """(units, corners) whole numbers."""
        values = self.linear.values
        largest = int(np.abs(values).max(initial=1)) * self.unit
        if largest < 2**60:
            return values @ self.corner_weights.astype(np.int64).T
        return np.asarray(values.astype(object) @ self.corner_weights.T)

    @cached_property
    def payoffs(self) -> Floats:
        exact = self.exact_payoffs
        largest = max(float(np.abs(exact).max(initial=1)), 1.0)
        return np.asarray(exact.astype(np.float64) / largest, dtype=np.float64)

    def least(self, vectors: Floats) -> Floats:
        return np.asarray(vectors.min(axis=-1))

    def samples(self, count: int, rng: np.random.Generator) -> Floats:
        corners = len(self.weights.corners)
        mixtures = [np.eye(corners)]
        for few in (2, 3, max(len(self.weights), 3)):
            few = min(few, corners)
            mixture = np.zeros((count // 3, corners))
            picked = rng.integers(corners, size=(count // 3, few))
            np.add.at(
                mixture, (np.arange(count // 3)[:, None], picked), rng.integers(1, 64, size=picked.shape)
            )
            mixtures.append(mixture / mixture.sum(axis=1, keepdims=True))
        return np.concatenate(mixtures)

    def weights_of(self, mixture: Floats) -> Point:
        shares = np.rint(np.maximum(mixture, 0.0) * MIXTURE_UNITS)
        used = np.flatnonzero(shares)
        total = int(shares[used].sum()) * self.unit
        numbers = shares[used].astype(np.int64).astype(object) @ self.corner_weights[used]
        return tuple(Fraction(int(number), total) for number in numbers)

    def solve(self, functions: Floats) -> Outcome | None:
        solved = games.solve(functions)
        if solved is None:
            return None
        return Outcome(float(solved.value), self.weights_of(solved.mixture), solved.multipliers)

    def solve_exactly(self, unit: int, rivals: Sequence[int], sign: int) -> ExactOutcome | None:
        exact = self.exact_payoffs.astype(object)
        functions = sign * (exact[list(rivals)] - exact[unit])
        solved = games.solve_exactly(functions * Fraction(1))
        mixed = [
            sum(
                (
                    share * corner[k]
                    for share, corner in zip(solved.mixture, self.weights.corners, strict=True)
                ),
                Fraction(),
            )
            for k in range(len(self.weights))
        ]
        return ExactOutcome(
            Fraction(solved.value),
            tuple(mixed),
            tuple(Fraction(multiplier) for multiplier in solved.multipliers),
        )

    def pairs(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        return games.pair_multipliers(first, second)


class BoxSpace(WeightSpace):
    """Bounds on many weights: columns are the nodes."""

    @cached_property
    def payoffs(self) -> Floats:
        values = self.linear.values.astype(np.float64)
        return np.asarray(values / max(float(np.abs(values).max(initial=1.0)), 1.0))

    def least(self, vectors: Floats) -> Floats:
        return self.weights.box_least(vectors)

    def samples(self, count: int, rng: np.random.Generator) -> Floats:
        lower, room = self.weights.lower_array, self.weights.upper_array - self.weights.lower_array
        shuffled = rng.permuted(np.tile(np.arange(len(room)), (count, 1)), axis=1)
        before = np.cumsum(room[shuffled], axis=1) - room[shuffled]
        added = np.clip(1.0 - lower.sum() - before, 0.0, room[shuffled])
        corners = np.tile(lower, (count, 1))
        np.put_along_axis(corners, shuffled, np.take_along_axis(corners, shuffled, 1) + added, axis=1)
        mixing = rng.dirichlet(np.full(4, 0.7), count)
        picked = corners[rng.integers(count, size=(count, 4))]
        return np.concatenate([corners, np.einsum("sk,skd->sd", mixing, picked)])

    def weights_of(self, mixture: Floats) -> Point:
        """Weights near a bound are at it; the rounding goes to those with room."""
        weights = [
            low
            if value <= float(low) + 1e-9
            else high
            if value >= float(high) - 1e-9
            else Fraction(round(value * 2**40), 2**40)
            for value, low, high in zip(mixture, self.weights.lower, self.weights.upper, strict=True)
        ]
        left = 1 - sum(weights, Fraction())
        room = [
            (high - weight if left > 0 else weight - low)
            for weight, low, high in zip(weights, self.weights.lower, self.weights.upper, strict=True)
        ]
        for k in sorted(range(len(weights)), key=lambda k: -_inner_room(weights[k], self.weights, k)):
            moved = min(room[k], abs(left)) * (1 if left > 0 else -1)
            weights[k] += moved
            left -= moved
        return tuple(weights)

    def solve(self, functions: Floats) -> Outcome | None:
        from scipy.optimize import linprog

        count, size = functions.shape
        bounds = [*zip(self.weights.lower_array, self.weights.upper_array, strict=True), (None, None)]
        found = linprog(
            np.append(np.zeros(size), 1.0),
            A_ub=np.hstack([functions, -np.ones((count, 1))]),
            b_ub=np.zeros(count),
            A_eq=np.append(np.ones(size), 0.0)[None],
            b_eq=[1.0],
            bounds=bounds,
            method="highs-ds",
        )
        if found.status != 0:
            return None
        multipliers = np.maximum(-found.ineqlin.marginals, 0.0)
        return Outcome(
            float(found.fun or 0.0),
            self.weights_of(np.asarray(found.x)[:size]),
            multipliers / multipliers.sum(),
        )

    def solve_exactly(self, unit: int, rivals: Sequence[int], sign: int) -> ExactOutcome | None:
        return None

    def pairs(self, first: Floats, second: Floats) -> tuple[Floats, Floats]:
        """By golden section: the smallest value is a concave function of the share."""
        ratio = (5**0.5 - 1) / 2
        low, high = np.zeros(len(first)), np.ones(len(first))
        best, best_value = np.zeros(len(first)), np.full(len(first), -np.inf)
        for _ in range(30):
            inner, outer = high - ratio * (high - low), low + ratio * (high - low)
            at_inner, at_outer = (
                self.least(share[:, None] * first + (1 - share)[:, None] * second) for share in (inner, outer)
            )
            for share, value in ((inner, at_inner), (outer, at_outer)):
                better = value > best_value
                best, best_value = np.where(better, share, best), np.where(better, value, best_value)
            low, high = np.where(at_inner < at_outer, inner, low), np.where(at_inner < at_outer, high, outer)
        return best, best_value


def _inner_room(weight: Fraction, weights: WeightSet, k: int) -> Fraction:
    return min(weight - weights.lower[k], weights.upper[k] - weight)


def space(linear: LinearScores, weights: WeightSet) -> WeightSpace:
    """The space that suits a set of weights."""
    return (CornerSpace if weights.corners else BoxSpace)(linear, weights)
