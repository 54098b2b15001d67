"""Round weights inside the set: halves, thirds, …, multiples of 0.05; then any other common denominator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from typing import TypeAlias

import numpy as np

from innov_index.model.arrays import Floats, Ints

DENOMINATORS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20)
"""Weights are tried as multiples of 1/d, simple ones first; 20 stands for 0.05."""

LARGEST = 100
"""After these, weights are tried as multiples of 1/d for any other d up to this one, such as 37."""

MOST = 5
"""At most this many are reported."""

LATTICE = 50_000
"""With more points than this between the bounds only the one nearest to the centre is tried."""

TRIED = 2000
"""This many points of a usual denominator, the nearest to the centre, are checked against the rows."""

TRIED_OF_OTHERS = 300
"""This many of all other denominators together: each may be a linear program."""

Weights: TypeAlias = tuple[Fraction, ...]


def simple_weights(
    smallest: Floats, largest: Floats, centre: Floats, inside: Callable[[Weights], bool]
) -> tuple[Weights, ...]:
    """Find weights that are multiples of 1/d inside the set, for the first d that has any.

    First come the usual denominators and the number of children, then all others, each from small to large.

    Parameters
    ----------
    smallest, largest, centre : (children,)
    inside : whether weights lie in the set

    Returns
    -------
    Up to five, those nearest to the centre first; weights of 0 only if no others exist.
    """
    usual = sorted({*DENOMINATORS, len(centre)})
    others = [d for d in range(1, LARGEST + 1) if d not in usual]
    for denominators, least in ((usual, 1), (usual, 0), (others, 1), (others, 0)):
        left = TRIED_OF_OTHERS if denominators is others else TRIED * len(usual)
        for d in denominators:
            low = np.maximum(np.ceil(smallest * d - 1e-9).astype(np.int64), least)
            high = np.floor(largest * d + 1e-9).astype(np.int64)
            if (low <= high).all() and low.sum() <= d <= high.sum():
                parts = _parts(low, high, d, centre * d)
                found = _inside_first(parts, d, centre, inside, min(left, TRIED))
                if found:
                    return found
                left = max(left - len(parts), 0)
    return ()


def _inside_first(
    parts: Ints, d: int, centre: Floats, inside: Callable[[Weights], bool], most: int
) -> tuple[Weights, ...]:
    """The first few multiples of 1/d inside, of the `most` nearest to the centre."""
    distance = ((parts - centre * d) ** 2).sum(axis=1)
    nearest = np.argsort(np.round(distance, 9), kind="stable")[:most]
    candidates = (tuple(Fraction(part, d) for part in parts[row].tolist()) for row in nearest)
    return tuple(islice(filter(inside, candidates), MOST))


def _parts(low: Ints, high: Ints, total: int, centre: Floats) -> Ints:
    """Whole numbers between the bounds that add up to `total`."""
    if _count(low, high, total) > LATTICE:
        return _rounded(centre, low, high, total)
    points = list(_compositions(low.tolist(), high.tolist(), total))
    return np.array(points, dtype=np.int64).reshape(-1, len(low))


def _count(low: Ints, high: Ints, total: int) -> float:
    """The number of such points: a coefficient of the product of the children's polynomials."""
    ways = np.ones(1)
    for child in range(len(low)):
        ways = np.convolve(ways, np.ones(high[child] - low[child] + 1))[: total + 1]
    rest = total - int(low.sum())
    return float(ways[rest]) if rest < len(ways) else 0.0


def _compositions(low: list[int], high: list[int], total: int) -> Iterator[list[int]]:
    if len(low) == 1:
        if low[0] <= total <= high[0]:
            yield [total]
        return
    rest_low, rest_high = sum(low[1:]), sum(high[1:])
    for first in range(max(low[0], total - rest_high), min(high[0], total - rest_low) + 1):
        for rest in _compositions(low[1:], high[1:], total - first):
            yield [first, *rest]


def _rounded(centre: Floats, low: Ints, high: Ints, total: int) -> Ints:
    """The centre rounded so that the sum stays: the largest remainders are rounded up."""
    parts = np.clip(np.floor(centre).astype(np.int64), low, high)
    for child in np.argsort(parts - centre, kind="stable"):
        if parts.sum() < total and parts[child] < high[child]:
            parts[child] += 1
    return parts[None, :] if parts.sum() == total else np.empty((0, len(low)), dtype=np.int64)
