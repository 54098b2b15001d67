"""Which units, or which columns, resemble each other: a tree of mergers, and groups around means."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints

Linkage: TypeAlias = Literal["single", "complete", "average", "ward"]

STARTS = 100
SEED = 20_081
ROUNDS = 300
CELLS = 4_000_000


@frozen
class Tree:
    """Mergers of a hierarchical clustering, the nearest first.

    Attributes
    ----------
    mergers : (items - 1, 4)
        As scipy's linkage: the two that merge (items first, then earlier mergers), height, size.
    order : (items,)
        Items as a dendrogram lists them, so that no two branches cross.
    """

    mergers: Floats
    order: Ints

    @property
    def heights(self) -> Floats:
        return np.asarray(self.mergers[:, 2])

    def groups(self, number: int) -> Ints:
        """Group of each item, from 1 in the order of the first item, after all but number - 1 mergers."""
        items = len(self.order)
        leaders = list(range(2 * items - 1))
        for merger in range(max(0, items - number)):
            for joined in self.mergers[merger, :2].astype(np.int64):
                leaders[joined] = items + merger
        return numbered([_leader(leaders, item) for item in range(items)])

    def widest_gap(self) -> int:
        """Number of groups before the merger that is the furthest above the one before it."""
        heights = self.heights
        if len(heights) < 2:
            return len(self.order)
        return len(heights) - int(np.argmax(np.diff(heights)))


def _leader(leaders: list[int], item: int) -> int:
    while leaders[item] != item:
        item = leaders[item]
    return item


def numbered(labels: list[int] | Ints) -> Ints:
    """Labels as numbers from 1, in the order in which they first occur."""
    numbers: dict[int, int] = {}
    return np.array([numbers.setdefault(int(label), len(numbers) + 1) for label in labels], dtype=np.int64)


def cluster_units(standardised: Floats, linkage: Linkage = "ward") -> Tree:
    """Mergers of the units of (units, columns) by squared Euclidean distance.

    Ward's criterion merges by Euclidean distance, as in scipy and in R's ward.D2.
    """
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import pdist

    distances = pdist(standardised, "euclidean" if linkage == "ward" else "sqeuclidean")
    mergers = hierarchy.linkage(distances, linkage)
    return Tree(mergers, np.asarray(hierarchy.leaves_list(mergers), dtype=np.int64))


def cluster_columns(matrix: Floats, linkage: Linkage = "average") -> Tree:
    """Mergers of columns by 1 - r, r their correlations (columns, columns)."""
    from scipy.cluster import hierarchy
    from scipy.spatial.distance import squareform

    distances = np.maximum(1 - matrix, 0.0)
    np.fill_diagonal(distances, 0.0)
    mergers = hierarchy.linkage(squareform((distances + distances.T) / 2, checks=False), linkage)
    return Tree(mergers, np.asarray(hierarchy.leaves_list(mergers), dtype=np.int64))


@frozen
class Means:
    """Groups around means (k-means), and how sure it is that no other groups are tighter.

    Attributes
    ----------
    groups : (units,)
        From 1, in the order of the first unit.
    within : float
        Sum of squared distances from the means of the groups: the smallest of all starts.
    starts, reached : int
        Starts of the search, and how many of them ended there.
    optima : int
        Different ends: local optima, from which no single step leads to tighter groups.
    """

    groups: Ints
    within: float
    starts: int
    reached: int
    optima: int


def group_by_means(standardised: Floats, number: int, starts: int = STARTS) -> Means:
    """k-means of (units, columns): Lloyd's steps from several starts, drawn from the units by a fixed seed.

    A group that would lose its last unit keeps its mean.
    """
    units = len(standardised)
    generator = np.random.default_rng(SEED)
    chosen = np.argsort(generator.random((starts, units)), axis=1)[:, :number]
    block = max(1, CELLS // max(1, units * number))
    groups = np.concatenate(
        [_settled(standardised, standardised[chosen[at : at + block]]) for at in range(0, starts, block)]
    )
    within = np.array([_within(standardised, one, number) for one in groups])
    best = int(np.argmin(within))
    ends = np.round(within / max(within[best], 1e-300), 9)
    return Means(
        numbered(groups[best]),
        float(within[best]),
        starts,
        int((ends == ends[best]).sum()),
        len(np.unique(ends)),
    )


def _settled(values: Floats, means: Floats) -> Ints:
    """Groups (starts, units) that repeat themselves, from means (starts, groups, columns)."""
    starts, number = means.shape[:2]
    groups = np.full((starts, len(values)), -1)
    active = np.arange(starts)
    for _ in range(ROUNDS):
        own = means[active]
        distances = (own**2).sum(axis=2)[:, None, :] - 2 * (own @ values.T).swapaxes(1, 2)
        found = distances.argmin(axis=2)
        moved = (found != groups[active]).any(axis=1)
        groups[active] = found
        active = active[moved]
        if not len(active):
            break
        member = (groups[active][:, None, :] == np.arange(number)[:, None]).astype(np.float64)
        sizes = member.sum(axis=2)[..., None]
        means[active] = np.where(sizes > 0, (member @ values) / np.maximum(sizes, 1), means[active])
    return groups


def _within(values: Floats, groups: Ints, number: int) -> float:
    member = (groups == np.arange(number)[:, None]).astype(np.float64)
    sizes = np.maximum(member.sum(axis=1, keepdims=True), 1)
    return float(((values - (member @ values / sizes)[groups]) ** 2).sum())
