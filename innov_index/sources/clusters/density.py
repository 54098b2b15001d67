"""Which points are core: those with enough weight within reach."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.clusters.ball_tree import BallTree, Parts
from innov_index.sources.clusters.sphere import Reach

ROUNDING = 1e-12
"""A sum of weights that is short of the minimum by no more than this part has reached it."""

MOST_PAIRS = 1 << 20
"""Pairs of parts that are kept at a time: what bounds the memory."""


def core_points(tree: BallTree, weight: Floats, reach: Reach, minimum: float) -> Bools:
    """Return which points have a weight of at least `minimum` within reach, their own included.

    A part is decided as a whole as soon as what is surely within reach of all its points is enough, or what
    is possibly within reach of one of them is too little.
    """
    minimum *= 1 - ROUNDING
    totals = tree.totals(weight)
    sure = [np.zeros(len(starts) - 1) for starts in tree.starts]
    is_core = [np.zeros(len(starts) - 1, bool) for starts in tree.starts]
    core = np.zeros(len(weight), bool)
    waiting = [Parts.roots(tree, tree)]
    while waiting:
        pairs = waiting.pop()
        level, lowest = pairs.level, int(pairs.first.min())
        span = slice(lowest, int(pairs.first.max()) + 1)
        mass = totals[level][pairs.second]
        within, partly = pairs.sorted_out(reach)
        own = pairs.first - lowest
        here = sure[level][span]
        here += np.bincount(own[within], mass[within], len(here))
        most = here + np.bincount(own[partly], mass[partly], len(here))
        is_core[level][span] |= here >= minimum
        is_open = (here < minimum) & (most >= minimum)
        pairs = pairs.where(partly & is_open[own])
        if not len(pairs.first):
            continue
        if pairs.are_leaves:
            core[_count_points(pairs, weight, totals[level], sure[level], reach, minimum)] = True
        else:
            sure[level + 1][2 * span.start : 2 * span.stop] = np.repeat(here, 2)
            waiting += _split(pairs.halved())
    for level in range(tree.depth):
        is_core[level + 1] |= np.repeat(is_core[level], 2)
    core |= np.repeat(is_core[-1], np.diff(tree.starts[-1]))
    return core


def _split(pairs: Parts) -> list[Parts]:
    """Cut into pieces that are not too long; all pairs of a part stay in one piece."""
    if len(pairs.first) <= MOST_PAIRS:
        return [pairs]
    middle = np.partition(pairs.first, len(pairs.first) // 2)[len(pairs.first) // 2]
    low = pairs.first < middle
    if not low.any():
        low = pairs.first <= middle
    if low.all():
        return [pairs]
    return _split(pairs.where(low)) + _split(pairs.where(~low))


def _count_points(
    pairs: Parts, weight: Floats, totals: Floats, sure: Floats, reach: Reach, minimum: float
) -> Ints:
    """Add up point by point, the nearest leaves first, and return the core points.

    `totals` is the weight of each leaf, `sure` what is within reach of all its points without the pairs.
    """
    tree = pairs.tree
    leaves, place = np.unique(pairs.first, return_inverse=True)
    slots = tree.slots[leaves]
    counted = np.where(slots >= 0, sure[leaves][:, None], np.nan)
    pending = np.bincount(place, totals[pairs.second], len(leaves))
    padded = np.where(tree.slots >= 0, weight[tree.slots], 0.0)
    for portion in pairs.rounds():
        undecided = (counted < minimum) & (counted + pending[:, None] >= minimum)
        is_open = np.any(undecided, axis=1)
        portion = portion.where(is_open[np.searchsorted(leaves, portion.first)])
        place = np.searchsorted(leaves, portion.first)
        pending -= np.bincount(place, totals[portion.second], len(leaves))
        for block, within in portion.point_pairs(reach):
            np.add.at(
                counted, place[block], np.matmul(within, padded[portion.second[block], :, None])[..., 0]
            )
    return slots[counted >= minimum]
