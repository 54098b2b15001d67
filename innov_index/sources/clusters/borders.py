"""Points that are not core but within reach of one: which cluster they belong to."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Ints
from innov_index.sources.clusters.ball_tree import BallTree, Parts
from innov_index.sources.clusters.sphere import Reach


def lowest_label_in_reach(tree: BallTree, cores: BallTree, label: Ints, reach: Reach) -> Ints:
    """Return for each point of `tree` the lowest label of a core point within reach, or -1."""
    none = int(label.max()) + 1
    least = cores.least(label)
    pairs = Parts.roots(tree, cores)
    best = np.full(1, none)
    while True:
        within, partly = pairs.sorted_out(reach)
        lowest = least[pairs.other_level][pairs.second]
        np.minimum.at(best, pairs.first[within], lowest[within])
        pairs = pairs.where(partly & (lowest < best[pairs.first]))
        if pairs.are_leaves:
            break
        if pairs.level < tree.depth:
            best = np.repeat(best, 2)
        pairs = pairs.halved()
    found = np.repeat(best, np.diff(tree.starts[-1]))
    labels = np.where(cores.slots >= 0, label[cores.slots], none)
    for block, reached in pairs.point_pairs(reach):
        lowest = np.where(reached, labels[pairs.second[block]][:, None, :], none).min(axis=2)
        slots = tree.slots[pairs.first[block]]
        filled = slots >= 0
        np.minimum.at(found, slots[filled], lowest[filled])
    return np.where(found == none, -1, found)
