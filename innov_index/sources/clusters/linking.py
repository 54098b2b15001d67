"""Which core points hang together: from each to each by steps within reach."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from innov_index.model.arrays import Ints
from innov_index.sources.clusters.ball_tree import BallTree, Parts
from innov_index.sources.clusters.sphere import Reach

MOST_LINKS = 1 << 22
"""Links that are kept before the points are joined: what bounds the memory."""

APART = -1


def linked_groups(tree: BallTree, reach: Reach) -> Ints:
    """Return a number for each point, the same for points that hang together.

    Two parts wholly within reach of each other are one group, with no look at their points; parts of the same
    group need no look at all.
    """
    pairs = Parts.roots(tree, tree)
    group = np.full(1, APART)
    while True:
        within, partly = pairs.sorted_out(reach)
        group = _joined_parts(group, pairs.first[within], pairs.second[within])
        one, other = group[pairs.first], group[pairs.second]
        pairs = pairs.where(partly & ~((one == other) & (one != APART)))
        if pairs.are_leaves:
            return _link_points(pairs, group, reach)
        pairs = pairs.halved()
        pairs = pairs.where(pairs.first <= pairs.second)
        group = np.repeat(group, 2)


def _joined_parts(group: Ints, first: Ints, second: Ints) -> Ints:
    """Join groups of parts along links; a part without a link and a group stays `APART`."""
    members = np.flatnonzero(group != APART)
    # one part stands for its group
    _, stand_in, which = np.unique(group[members], return_index=True, return_inverse=True)
    together = group != APART
    together[first] = together[second] = True
    label = components(
        len(group),
        np.concatenate([first, members]),
        np.concatenate([second, members[stand_in][which]]),
    )
    return np.where(together, label, APART)


def _link_points(pairs: Parts, group: Ints, reach: Reach) -> Ints:
    """Go on from groups of leaves to groups of points."""
    tree = pairs.tree
    sizes = np.diff(tree.starts[-1])
    label = np.repeat(group, sizes)
    alone = label == APART
    label[alone] = len(group) + np.arange(np.count_nonzero(alone))
    total = len(group) + len(label)
    for portion in pairs.rounds():
        low, high = tree.least(label)[-1], tree.most(label)[-1]
        is_one = low == high
        settled = is_one[portion.first] & is_one[portion.second]
        portion = portion.where(~(settled & (low[portion.first] == low[portion.second])))
        waiting: list[Ints] = []
        for links in _links(portion, label, reach):
            waiting.append(links)
            if sum(map(len, waiting)) > MOST_LINKS:
                label = _joined_points(label, total, waiting)
        label = _joined_points(label, total, waiting)
    return label


def _links(pairs: Parts, label: Ints, reach: Reach) -> Iterator[Ints]:
    """Return pairs of points (links, 2) within reach of each other whose labels differ."""
    slots = pairs.tree.slots
    for block, within in pairs.point_pairs(reach):
        pair, row, column = np.nonzero(within)
        one = slots[pairs.first[block][pair], row]
        other = slots[pairs.second[block][pair], column]
        differ = label[one] != label[other]
        yield np.stack([one[differ], other[differ]], axis=1)


def _joined_points(label: Ints, total: int, waiting: list[Ints]) -> Ints:
    """Join the labels of linked points, and forget the links."""
    if not any(map(len, waiting)):
        return label
    one, other = label[np.concatenate(waiting)].T
    waiting.clear()
    return components(total, one, other)[label]


def components(size: int, first: Ints, second: Ints) -> Ints:
    """Return a number for each of 0 … size - 1, the same for those that hang together by links."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)
