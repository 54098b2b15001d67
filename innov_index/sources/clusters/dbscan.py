"""Weighted DBSCAN on the sphere: core points, how they are linked to clusters, and the points at borders."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from innov_index.errors import OptionError
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints, read_only
from innov_index.sources.clusters.ball_tree import BallTree, PartPairs, spatial_order
from innov_index.sources.clusters.sphere import Reach, are_coordinates

ROUNDING = 1e-12
"""Relative tolerance within which a sum of weights counts as reaching the minimum."""

MOST_PAIRS = 1 << 20
"""Pairs of parts that are kept at a time; this bounds memory."""


def core_points(tree: BallTree, weight: Floats, reach: Reach, minimum: float) -> Bools:
    """Return which points have a weight of at least `minimum` within reach, their own included.

    A part is decided as a whole once the weight certainly within reach of all its points is enough, or the
    weight possibly within reach of any of them is too small.
    """
    minimum *= 1 - ROUNDING
    totals = tree.totals(weight)
    sure = [np.zeros(len(starts) - 1) for starts in tree.starts]
    is_core = [np.zeros(len(starts) - 1, bool) for starts in tree.starts]
    core = np.zeros(len(weight), bool)
    waiting = [PartPairs.roots(tree, tree)]
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


def _split(pairs: PartPairs) -> list[PartPairs]:
    """Split into pieces of bounded length; all pairs of a part stay in one piece."""
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
    pairs: PartPairs, weight: Floats, totals: Floats, sure: Floats, reach: Reach, minimum: float
) -> Ints:
    """Add up weights point by point, the nearest leaves first, and return the core points.

    `totals` is the weight of each leaf, `sure` the weight within reach of all its points apart from the
    pairs.
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


MOST_LINKS = 1 << 22
"""Links that are kept before points are joined; this bounds memory."""

APART = -1


def linked_groups(tree: BallTree, reach: Reach) -> Ints:
    """Return a number for each point, the same for points connected by steps within reach.

    Two parts entirely within reach of each other form one group without comparing their points; parts of the
    same group need not be compared at all.
    """
    pairs = PartPairs.roots(tree, tree)
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
    """Join groups of parts along links; a part with neither link nor group stays `APART`."""
    members = np.flatnonzero(group != APART)
    # one part represents its group
    _, stand_in, which = np.unique(group[members], return_index=True, return_inverse=True)
    together = group != APART
    together[first] = together[second] = True
    label = components(
        len(group),
        np.concatenate([first, members]),
        np.concatenate([second, members[stand_in][which]]),
    )
    return np.where(together, label, APART)


def _link_points(pairs: PartPairs, group: Ints, reach: Reach) -> Ints:
    """Refine groups of leaves to groups of points."""
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


def _links(pairs: PartPairs, label: Ints, reach: Reach) -> Iterator[Ints]:
    """Yield pairs of points (links, 2) within reach of each other whose labels differ."""
    slots = pairs.tree.slots
    for block, within in pairs.point_pairs(reach):
        pair, row, column = np.nonzero(within)
        one = slots[pairs.first[block][pair], row]
        other = slots[pairs.second[block][pair], column]
        differ = label[one] != label[other]
        yield np.stack([one[differ], other[differ]], axis=1)


def _joined_points(label: Ints, total: int, waiting: list[Ints]) -> Ints:
    """Join the labels of linked points and clear the links."""
    if not any(map(len, waiting)):
        return label
    one, other = label[np.concatenate(waiting)].T
    waiting.clear()
    return components(total, one, other)[label]


def components(size: int, first: Ints, second: Ints) -> Ints:
    """Return a number for each of 0 … size - 1, the same for those connected by links."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def lowest_label_in_reach(tree: BallTree, cores: BallTree, label: Ints, reach: Reach) -> Ints:
    """Return for each point of `tree` the lowest label among core points within reach, or -1."""
    none = int(label.max()) + 1
    least = cores.least(label)
    pairs = PartPairs.roots(tree, cores)
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


NOISE = -1


@frozen
class Clustering:
    """The cluster of each point.

    Parameters
    ----------
    label : (points,)
        0, 1, …: clusters in the order of their first core points; -1: noise, in no cluster.
    core : (points,)
        Whether the point is a core point.
    """

    label: Ints
    core: Bools

    def __post_init__(self) -> None:
        read_only(self.label)
        read_only(self.core)

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return int(self.label.max(initial=NOISE)) + 1


def dbscan(
    latitude: Floats,
    longitude: Floats,
    *,
    radius_km: float,
    minimum: float,
    weight: Floats | None = None,
) -> Clustering:
    """Find clusters of points by density (Ester, Kriegel, Sander and Xu 1996, KDD-96, 226-231).

    A point is a core point if the weights of the points within the radius, including its own, add up to at
    least the minimum. Core points within the radius of each other are in one cluster. Any other point
    belongs to the cluster of a core point within the radius; if several clusters qualify, to the one whose
    first core point comes first. All other points are noise.

    Labels are those of scikit-learn's DBSCAN with the haversine metric.

    Parameters
    ----------
    latitude, longitude : (points,)
        In degrees; longitudes from -180 to 360.
    radius_km : float
        Great-circle distance on a sphere with radius 6371.0088 km; this distance itself is within.
    minimum : float
        Weight within the radius that makes a point a core point.
    weight : (points,), optional
        Not negative; 1 each by default.
    """
    if not radius_km > 0:
        raise OptionError(f"the radius must be above 0 km; got {radius_km}")
    if not minimum > 0:
        raise OptionError(f"the minimum density must be above 0; got {minimum}")
    latitude, longitude = np.asarray(latitude, np.float64), np.asarray(longitude, np.float64)
    if not are_coordinates(latitude, longitude).all():
        raise ValueError("coordinates out of range; leave such points out first")
    if not len(latitude):
        return Clustering(np.empty(0, np.int64), np.empty(0, bool))
    weight = np.ones(len(latitude)) if weight is None else np.asarray(weight, np.float64)
    if not np.all(weight >= 0):
        raise ValueError("weights must not be negative or missing")
    first, place = _distinct(latitude, longitude)
    mass = np.bincount(place, weights=weight).astype(np.float64)
    result = _cluster(latitude[first], longitude[first], mass, first, Reach.of(radius_km), minimum)
    return Clustering(result.label[place], result.core[place])


def _distinct(latitude: Floats, longitude: Floats) -> tuple[Ints, Ints]:
    """Return the first point at each distinct place, and the place of each point."""
    order = np.lexsort((longitude, latitude))
    is_new = np.ones(len(order), bool)
    is_new[1:] = np.diff(latitude[order]) != 0
    is_new[1:] |= np.diff(longitude[order]) != 0
    place = np.empty(len(order), np.int64)
    place[order] = np.cumsum(is_new) - 1
    return order[is_new], place


def _cluster(
    latitude: Floats, longitude: Floats, mass: Floats, first: Ints, reach: Reach, minimum: float
) -> Clustering:
    """Cluster points at distinct places; `first` is the order in which they were given."""
    order = spatial_order(latitude, longitude)
    latitude, longitude = latitude[order], longitude[order]
    core = core_points(BallTree(latitude, longitude), mass[order], reach, minimum)
    label = np.full(len(order), NOISE, np.int64)
    if core.any():
        cores = BallTree(latitude[core], longitude[core])
        label[core] = _numbered(linked_groups(cores, reach), first[order][core])
        if not core.all():
            others = BallTree(latitude[~core], longitude[~core])
            label[~core] = lowest_label_in_reach(others, cores, label[core], reach)
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return Clustering(label[back], core[back])


def _numbered(group: Ints, met: Ints) -> Ints:
    """Number groups 0, 1, … in the order of their first points."""
    names, which = np.unique(group, return_inverse=True)
    earliest = np.full(len(names), met.max(initial=0))
    np.minimum.at(earliest, which, met)
    number = np.empty(len(names), np.int64)
    number[np.argsort(earliest)] = np.arange(len(names))
    return number[which]
