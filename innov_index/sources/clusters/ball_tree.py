"""A tree of balls over points on the sphere: the points are halved repeatedly, with a ball around each part.

Often the balls of two parts show that they are entirely within reach of each other, or entirely out of reach.
So pairs of parts are compared instead of pairs of points; points are compared only where balls leave it open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.clusters.sphere import COSINE_ERROR, LINE_ERROR, Reach, haversine, unit_vectors

LEAF = 16
"""Largest number of points in a part that is not halved further."""

BLOCK = 1 << 18
"""Pairs of points that are compared at a time; this many distances fit into a processor's cache."""


def spatial_order(latitude: Floats, longitude: Floats) -> Ints:
    """Return an order of the points in which repeated halving gives parts that are close together."""
    from scipy.spatial import cKDTree

    tree = cKDTree(unit_vectors(latitude, longitude), leafsize=LEAF, compact_nodes=False)
    return np.asarray(tree.indices, np.int64)


class BallTree:
    """A complete binary tree over one or more points in `spatial_order`.

    Level 0 is all points; the halves of part i of a level are the parts 2 i and 2 i + 1 of the next level.

    Parameters
    ----------
    latitude, longitude : (points,)
        In degrees.
    """

    def __init__(self, latitude: Floats, longitude: Floats) -> None:
        self.north, self.east = np.radians(latitude), np.radians(longitude)
        self.points = unit_vectors(latitude, longitude)
        self.starts = [np.array([0, len(latitude)])]
        while np.diff(self.starts[-1]).max() > LEAF:
            begin, end = self.starts[-1][:-1], self.starts[-1][1:]
            halves = np.empty(2 * len(begin) + 1, np.int64)
            halves[:-1:2], halves[1::2], halves[-1] = begin, begin + (end - begin) // 2, end[-1]
            self.starts.append(halves)
        self.depth = len(self.starts) - 1
        self.centres, self.radii = self._balls()

    def _balls(self) -> tuple[list[Floats], list[Floats]]:
        sums = np.add.reduceat(self.points, self.starts[-1][:-1], axis=0)
        centres: list[Floats] = []
        radii: list[Floats] = []
        for starts in reversed(self.starts):
            sizes = np.diff(starts)
            if centres:
                sums = sums[::2] + sums[1::2]
            centre = sums / sizes[:, None]
            away = self.points - np.repeat(centre, sizes, axis=0)
            away *= away
            centres.append(centre)
            radii.append(np.sqrt(np.maximum.reduceat(away.sum(axis=1), starts[:-1])))
        return centres[::-1], radii[::-1]

    @cached_property
    def slots(self) -> Ints:
        """Positions of the points of each leaf (leaves, most points), padded with -1."""
        starts = self.starts[-1]
        slots = starts[:-1, None] + np.arange(np.diff(starts).max())
        slots[slots >= starts[1:, None]] = -1
        return slots

    @cached_property
    def leaf_points(self) -> Floats:
        """Coordinates by leaf (leaves, most points, 3), padded with NaN, which is within reach of nothing."""
        return np.where(self.slots[:, :, None] >= 0, self.points[self.slots], np.nan)

    def totals(self, values: Floats) -> list[Floats]:
        """Return the sum of the points' values in each part, level by level."""
        return self._reduced(np.add, values)

    def least(self, values: Ints) -> list[Ints]:
        """Return the smallest of the points' values in each part, level by level."""
        return self._reduced(np.minimum, values)

    def most(self, values: Ints) -> list[Ints]:
        """Return the largest of the points' values in each part, level by level."""
        return self._reduced(np.maximum, values)

    def _reduced(self, function: np.ufunc, values: NDArray[Any]) -> list[Any]:
        levels = [function.reduceat(values, self.starts[-1][:-1])]
        for _ in range(self.depth):
            levels.append(function(levels[-1][::2], levels[-1][1::2]))
        return levels[::-1]


@frozen
class PartPairs:
    """Pairs of parts, one of each of two trees (which may be the same tree)."""

    tree: BallTree
    other: BallTree
    level: int
    other_level: int
    first: Ints
    second: Ints

    @classmethod
    def roots(cls, tree: BallTree, other: BallTree) -> PartPairs:
        """Return the pair of both trees as a whole."""
        root = np.zeros(1, np.int64)
        return cls(tree, other, 0, 0, root, root)

    @property
    def are_leaves(self) -> bool:
        """Whether no part can be halved further."""
        return self.level == self.tree.depth and self.other_level == self.other.depth

    def where(self, kept: Bools) -> PartPairs:
        """Return the pairs that are kept."""
        return replace(self, first=self.first[kept], second=self.second[kept])

    def sorted_out(self, reach: Reach) -> tuple[Bools, Bools]:
        """Return which pairs are entirely within reach and which may be partly, by their balls."""
        one, other = self.tree.centres[self.level], self.other.centres[self.other_level]
        apart = one[self.first] - other[self.second]
        apart *= apart
        distance = np.sqrt(apart.sum(axis=1))
        radius = self.tree.radii[self.level][self.first] + self.other.radii[self.other_level][self.second]
        # twice the margin of points, because balls are rounded too
        within = distance + radius <= reach.line - LINE_ERROR
        touched = distance - radius <= reach.line + LINE_ERROR
        return within, touched & ~within

    def halved(self) -> PartPairs:
        """Return the pairs of the halves of the parts."""
        first, second = self.first, self.second
        level, other_level = self.level, self.other_level
        if level < self.tree.depth:
            first, second, level = _both(first), np.repeat(second, 2), level + 1
        if other_level < self.other.depth:
            first, second, other_level = np.repeat(first, 2), _both(second), other_level + 1
        return PartPairs(self.tree, self.other, level, other_level, first, second)

    def point_pairs(self, reach: Reach) -> Iterator[tuple[slice, Bools]]:
        """Compare the points of pairs of leaves, a block at a time.

        Yields
        ------
        slice
            Which of the pairs of leaves.
        (pairs, most points, most points)
            Which points of the first are within reach of which points of the second.
        """
        one, other = self.tree.leaf_points, self.other.leaf_points
        size = max(BLOCK // (one.shape[1] * other.shape[1]), 1)
        for begin in range(0, len(self.first), size):
            block = slice(begin, begin + size)
            first, second = self.first[block], self.second[block]
            cosine = np.matmul(one[first], other[second].transpose(0, 2, 1))
            within = cosine >= reach.cosine + COSINE_ERROR
            cosine -= reach.cosine
            close = np.abs(cosine, out=cosine) < COSINE_ERROR
            if close.any():
                self._decide(within, np.nonzero(close), first, second, reach)
            yield block, within

    def _decide(
        self, within: Bools, close: tuple[Ints, ...], first: Ints, second: Ints, reach: Reach
    ) -> None:
        """Decide close cases by the haversine formula."""
        pair, row, column = close
        one = self.tree.slots[first[pair], row]
        other = self.other.slots[second[pair], column]
        angle = haversine(
            self.tree.north[one], self.tree.east[one], self.other.north[other], self.other.east[other]
        )
        within[close] = angle <= reach.haversine

    def rounds(self) -> Iterator[PartPairs]:
        """Yield the pairs in portions: the nearest two of each first part, the next two, four, eight …"""
        one, other = self.tree.centres[self.level], self.other.centres[self.other_level]
        nearness = np.einsum("ij,ij->i", one[self.first], other[self.second])
        order = np.lexsort((-nearness, self.first))
        first = self.first[order]
        begins = np.flatnonzero(np.diff(first, prepend=-1))
        place = np.arange(len(first)) - np.repeat(begins, np.diff(begins, append=len(first)))
        high = 2
        while len(order):
            portion = place < high
            yield replace(self, first=self.first[order[portion]], second=self.second[order[portion]])
            order, place = order[~portion], place[~portion]
            high *= 2


def _both(parts: Ints) -> Ints:
    """Return both halves of each part."""
    halves = np.repeat(parts * 2, 2)
    halves[1::2] += 1
    return halves
