"""How far all weights may move at once before the order changes.

Weights within ±r of the given ones: w = g (1 + r z), |z| ≤ 1, sum of g z = 0. The smallest lead of one unit
over another falls in a straight line with r (as long as r ≤ 100 %), by the weighted mean distance of the
score differences from their weighted median. So the r at which it becomes 0 is one division.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.weight_sets import Point
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

LARGEST = Fraction(1)
"""Beyond ±100 % a weight would become negative."""


@frozen
class StableShare:
    """The largest ±share of all weights that leaves something unchanged; exact.

    At exactly this share the pair (`ahead`, `behind`) is level at `weights`; beyond it their order
    is reversed somewhere. Both are None where nothing changes up to ±100 %.
    """

    share: Fraction
    ahead: int | None
    behind: int | None
    weights: Point | None


def winner_stable(linear: LinearScores) -> StableShare:
    """Largest ± share that leaves the first place unchanged."""
    order = _order(linear)
    return _first_change(linear, [(first, other) for first in order[:1] for other in order[1:]])


def top_stable(linear: LinearScores, count: int) -> StableShare:
    """Largest ± share that leaves the same units in the first `count` places, in whatever order."""
    order = _order(linear)
    return _first_change(linear, [(a, b) for a in order[:count] for b in order[count:]])


def order_stable(linear: LinearScores) -> StableShare:
    """Largest ± share that leaves the whole order unchanged; neighbours are the first to swap."""
    order = _order(linear)
    return _first_change(linear, list(pairwise(order)))


def pair_stable(linear: LinearScores, ahead: int, behind: int) -> StableShare:
    """Largest ± share that leaves one unit ahead of another."""
    return _first_change(linear, [(ahead, behind)])


def _order(linear: LinearScores) -> list[int]:
    scores = linear.exact_scores(linear.given)
    return sorted(range(len(linear)), key=lambda unit: -scores[unit])


def _first_change(linear: LinearScores, pairs: Sequence[tuple[int, int]]) -> StableShare:
    if not pairs:
        return StableShare(LARGEST, None, None, None)
    near = _shares(linear, np.array(pairs))
    candidates = np.flatnonzero(near <= near.min() * (1 + 1e-9) + 1e-12).tolist()
    shares = [(_exact_share(linear, *pairs[k]), pairs[k]) for k in candidates]
    known = [(share, pair) for share, pair in shares if share is not None and share <= LARGEST]
    if not known:
        return StableShare(LARGEST, None, None, None)
    share, (ahead, behind) = min(known, key=lambda entry: entry[0])
    return StableShare(share, ahead, behind, _weights_at(linear, ahead, behind, share))


def _shares(linear: LinearScores, pairs: np.ndarray) -> Floats:
    """(pairs,): the share at which each pair is level, in floats; infinite where it never is."""
    given = np.array([float(weight) for weight in linear.given])
    gaps = (linear.values[pairs[:, 0]] - linear.values[pairs[:, 1]]).astype(np.float64)
    order = np.argsort(gaps, axis=1)
    reached = np.cumsum(given[order], axis=1) >= 0.5 - 1e-15
    middle = np.take_along_axis(order, reached.argmax(axis=1)[:, None], axis=1)
    spread = np.abs(gaps - np.take_along_axis(gaps, middle, axis=1)) @ given
    with np.errstate(all="ignore"):
        return np.where(spread > 0, np.maximum(gaps @ given, 0.0) / spread, np.inf)


def _exact_share(linear: LinearScores, ahead: int, behind: int) -> Fraction | None:
    gaps = _gaps(linear, ahead, behind)
    middle = gaps[_median(linear, gaps)]
    spread = sum((g * abs(gap - middle) for g, gap in zip(linear.given, gaps, strict=True)), Fraction())
    lead = sum((g * gap for g, gap in zip(linear.given, gaps, strict=True)), Fraction())
    return max(lead, Fraction()) / spread if spread else None


def _gaps(linear: LinearScores, ahead: int, behind: int) -> list[int]:
    return [int(a) - int(b) for a, b in zip(linear.values[ahead], linear.values[behind], strict=True)]


def _median(linear: LinearScores, gaps: Sequence[int]) -> int:
    """Position of the weighted median."""
    reached = Fraction()
    order = sorted(range(len(gaps)), key=lambda k: gaps[k])
    for k in order:
        reached += linear.given[k]
        if 2 * reached >= 1:
            return k
    return order[-1]


def _weights_at(linear: LinearScores, ahead: int, behind: int, share: Fraction) -> Point:
    """Weights within ± share at which the lead is smallest: less weight where `ahead` does best."""
    gaps = _gaps(linear, ahead, behind)
    middle = _median(linear, gaps)
    order = sorted(range(len(gaps)), key=lambda k: gaps[k])
    place = order.index(middle)
    moves = dict.fromkeys(order[:place], Fraction(1)) | dict.fromkeys(order[place + 1 :], Fraction(-1))
    given = linear.given
    moved = sum((given[k] * move for k, move in moves.items()), Fraction())
    moves[middle] = -moved / given[middle] if given[middle] else Fraction()
    return tuple(given[k] * (1 + share * moves[k]) for k in range(len(given)))
