"""The corners of a set of weights, as exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import lcm

import numpy as np
from numpy.typing import NDArray

from innov_index.errors import InnovIndexError
from innov_index.model.arrays import Bools

Point = tuple[Fraction, ...]

MOST = 3_000
"""More corners than this are not enumerated."""


def simplex_corners(size: int) -> list[Point]:
    """All the weight on one node, for each node."""
    return [tuple(Fraction(int(k == at)) for k in range(size)) for at in range(size)]


def box_corners(lower: Sequence[Fraction], upper: Sequence[Fraction]) -> list[Point]:
    """Corners of {w: lower ≤ w ≤ upper, sum 1}: all but one of the weights stand at a bound."""
    size = len(lower)
    unit = lcm(*(bound.denominator for bound in (*lower, *upper)))
    low = [int(bound * unit) for bound in lower]
    high = [int(bound * unit) for bound in upper]
    found: set[tuple[int, ...]] = set()
    for free in range(size):
        others = [k for k in range(size) if k != free]
        for picked in product(*((low[k], high[k]) for k in others)):
            rest = unit - sum(picked)
            if low[free] <= rest <= high[free]:
                found.add((*picked[:free], rest, *picked[free:]))
    return [tuple(Fraction(number, unit) for number in corner) for corner in sorted(found)]


def cut(corners: Sequence[Point], row: Sequence[Fraction], rows: Sequence[Sequence[Fraction]]) -> list[Point]:
    """Corners of the part of a polytope where row · w ≤ 0.

    Parameters
    ----------
    corners : points
        All corners of the polytope.
    row : numbers
    rows : several of `numbers`
        Every inequality r · w ≤ 0 that the polytope satisfies; they tell which corners share an edge.
    """
    sides = [sum((a * b for a, b in zip(row, corner, strict=True)), Fraction()) for corner in corners]
    kept = [corner for corner, side in zip(corners, sides, strict=True) if side <= 0]
    inside = [i for i, side in enumerate(sides) if side < 0]
    outside = [i for i, side in enumerate(sides) if side > 0]
    if not inside or not outside:
        return kept
    tight = _tight(corners, rows)
    new: set[Point] = set()
    for i in inside:
        for j in _neighbours(tight, i, outside):
            share = sides[i] / (sides[i] - sides[j])
            new.add(tuple(a + share * (b - a) for a, b in zip(corners[i], corners[j], strict=True)))
    result = sorted(set(kept) | new)
    if len(result) > MOST:
        raise InnovIndexError(
            f"this set of weights has more than {MOST} corners; state fewer constraints, or vary fewer nodes"
        )
    return result


def _tight(corners: Sequence[Point], rows: Sequence[Sequence[Fraction]]) -> Bools:
    """(corners, rows): where the inequality holds with equality."""
    return np.array(
        [
            [sum((a * b for a, b in zip(row, c, strict=True)), Fraction()) == 0 for row in rows]
            for c in corners
        ],
        dtype=np.bool_,
    )


def _neighbours(tight: Bools, corner: int, others: Sequence[int]) -> list[int]:
    """Those of `others` that share an edge with a corner: no third corner has all their common equalities."""
    common = tight[others] & tight[corner]
    lacking: NDArray[np.int64] = common.astype(np.int64) @ (~tight).T.astype(np.int64)
    return [others[k] for k in np.flatnonzero((lacking == 0).sum(axis=1) == 2).tolist()]
