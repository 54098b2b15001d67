"""Merging of clusters that are next to each other and work together."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.clusters.ball_tree import BallTree, PartPairs, spatial_order
from innov_index.sources.clusters.dbscan import components
from innov_index.sources.clusters.sphere import Reach, great_circle

Partners: TypeAlias = Literal["mutual", "main", "any"]


def neighbours(
    latitude: Floats, longitude: Floats, label: Ints, within_km: float
) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of clusters whose nearest points are within a distance.

    Parameters
    ----------
    latitude, longitude : (points,)
    label : (points,)
        Cluster of each point; negative: in none.
    within_km : float

    Returns
    -------
    tuple
        First and second cluster of each pair (first < second, sorted), and the distance in km.
    """
    members = np.flatnonzero(label >= 0)
    members = members[spatial_order(latitude[members], longitude[members])]
    if not len(members):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    label = label[members]
    tree, reach = BallTree(latitude[members], longitude[members]), Reach.of(within_km)
    least, most = tree.least(label), tree.most(label)
    pairs = PartPairs.roots(tree, tree)
    while True:
        within, partly = pairs.sorted_out(reach)
        lowest = np.minimum(least[pairs.level][pairs.first], least[pairs.level][pairs.second])
        highest = np.maximum(most[pairs.level][pairs.first], most[pairs.level][pairs.second])
        pairs = pairs.where((within | partly) & (lowest < highest) & (pairs.first <= pairs.second))
        if pairs.are_leaves:
            return _nearest(*_edge_points(pairs, label, reach), label)
        pairs = pairs.halved()


def merge_neighbours(ties: Floats, first: Ints, second: Ints, *, partners: Partners = "mutual") -> Ints:
    """Return the new number of each cluster after neighbours that work together are merged.

    Repeated until nothing changes: a merged cluster has the neighbours and ties of its parts.

    Parameters
    ----------
    ties : (clusters, clusters)
        Symmetric: strength of collaboration, such as joint documents.
    first, second : (pairs,)
        The neighbours.
    partners : {"mutual", "main", "any"}
        Merge if each is the other's strongest partner of all clusters, if at least one is, or always. Among
        partners with equal ties, the one with the lowest number is the strongest.

    Returns
    -------
    (clusters,)
        Numbers 0, 1, … in the order of the lowest old number in each.
    """
    number = np.arange(len(ties))
    ties = np.where(np.eye(len(ties), dtype=bool), 0.0, ties)
    while True:
        chosen = _chosen(ties, first, second, partners)
        if not chosen.any():
            return number
        step = _in_order(components(len(ties), first[chosen], second[chosen]))
        number = step[number]
        first, second = step[first], step[second]
        apart = first != second
        first, second = first[apart], second[apart]
        ties = _summed(ties, step)


def _chosen(ties: Floats, first: Ints, second: Ints, partners: Partners) -> Bools:
    if partners == "any":
        return np.ones(len(first), bool)
    if not len(first):
        return np.zeros(0, bool)
    strongest = np.where(ties.max(axis=1) > 0, ties.argmax(axis=1), -1)
    forward, backward = strongest[first] == second, strongest[second] == first
    return np.asarray(forward & backward if partners == "mutual" else forward | backward)


def _summed(ties: Floats, step: Ints) -> Floats:
    new = np.zeros((step.max() + 1, step.max() + 1))
    np.add.at(new, (step[:, None], step[None, :]), ties)
    np.fill_diagonal(new, 0)
    return new


def _in_order(label: Ints) -> Ints:
    """Renumber by first appearance."""
    _, firsts, which = np.unique(label, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(firsts))[which]


def _edge_points(pairs: PartPairs, label: Ints, reach: Reach) -> tuple[Ints, Ints, Floats]:
    """Return pairs of points of different clusters within reach of each other, and their distances."""
    tree = pairs.tree
    found = [np.empty((0, 2), np.int64)]
    for block, within in pairs.point_pairs(reach):
        pair, row, column = np.nonzero(within)
        points = np.stack(
            [tree.slots[pairs.first[block][pair], row], tree.slots[pairs.second[block][pair], column]], axis=1
        )
        found.append(points[label[points[:, 0]] != label[points[:, 1]]])
    one, other = np.concatenate(found).T
    return one, other, great_circle(tree.north[one], tree.east[one], tree.north[other], tree.east[other])


def _nearest(one: Ints, other: Ints, distance: Floats, label: Ints) -> tuple[Ints, Ints, Floats]:
    """Keep the smallest distance of each pair of clusters."""
    first, second = np.minimum(label[one], label[other]), np.maximum(label[one], label[other])
    order = np.lexsort((distance, second, first))
    first, second, distance = first[order], second[order], distance[order]
    kept = np.ones(len(order), bool)
    kept[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return first[kept], second[kept], distance[kept]
