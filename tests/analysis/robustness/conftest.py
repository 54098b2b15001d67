"""Exhaustive answers for small cases, in exact numbers, by another way than the package's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.weight_sets import WeightSet


def solve_square(
    rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]
) -> tuple[Fraction, ...] | None:
    """Gauss in fractions; None where there is not exactly one solution."""
    size = len(rows)
    table = [[*map(Fraction, row), Fraction(b)] for row, b in zip(rows, right, strict=True)]
    for k in range(size):
        pivot = next((r for r in range(k, size) if table[r][k]), None)
        if pivot is None:
            return None
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [entry / table[k][k] for entry in table[k]]
        for r in range(size):
            if r != k and table[r][k]:
                table[r] = [a - table[r][k] * b for a, b in zip(table[r], table[k], strict=True)]
    return tuple(row[-1] for row in table)


def arrangement_vertices(
    planes: Sequence[Sequence[Fraction]], weights: WeightSet
) -> list[tuple[Fraction, ...]]:
    """All points of a set of weights where enough planes and faces meet."""
    size = len(weights)
    walls = list({tuple(plane) for plane in (*planes, *weights.inequalities) if any(plane)})
    found = set()
    for chosen in combinations(walls, size - 1):
        point = solve_square([*chosen, [Fraction(1)] * size], [Fraction(0)] * (size - 1) + [Fraction(1)])
        if point is not None and weights.contains(point):
            found.add(point)
    return sorted(found)


def exhaustive_ranks(linear: LinearScores, weights: WeightSet, unit: int) -> tuple[int, int]:
    """Best and worst rank by visiting every cell of the arrangement of one unit.

    The number of units strictly ahead is smallest at a vertex of the arrangement (going to a corner of its
    cell turns no rival from "not ahead" to "ahead"), and largest inside a cell: the mean of some of its
    corners, at most as many as there are weights, lies there.
    """
    values = [[Fraction(int(entry)) for entry in row] for row in linear.values]
    planes = [
        tuple(a - b for a, b in zip(row, values[unit], strict=True))
        for rival, row in enumerate(values)
        if rival != unit
    ]
    vertices = arrangement_vertices(planes, weights)
    heights = [[sum(a * b for a, b in zip(plane, v, strict=True)) for v in vertices] for plane in planes]
    best = min(sum(row[k] > 0 for row in heights) for k in range(len(vertices)))
    worst = 0
    for count in range(1, len(weights) + 1):
        for chosen in combinations(range(len(vertices)), count):
            worst = max(worst, sum(sum(row[k] for k in chosen) > 0 for row in heights))
    return 1 + best, 1 + worst


@pytest.fixture(scope="session")
def exhaustive() -> Callable[[LinearScores, WeightSet, int], tuple[int, int]]:
    return exhaustive_ranks


@pytest.fixture(scope="session")
def draw_weights() -> Callable[..., np.ndarray]:
    """Factory of float weights inside a set: mixtures of its corners, many of them near the border."""

    def draw(weights: WeightSet, count: int, seed: int = 0) -> np.ndarray:
        rng = np.random.default_rng(seed)
        corners = np.array([[float(entry) for entry in corner] for corner in weights.corners])
        return rng.dirichlet(np.full(len(corners), 0.5), count) @ corners

    return draw
