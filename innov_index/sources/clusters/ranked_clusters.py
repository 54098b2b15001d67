"""Named clusters, ranked by the sum of their shares of the world's patents and publications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints
from innov_index.sources.clusters.dbscan import dbscan
from innov_index.sources.clusters.merging import Partners, merge_neighbours, neighbours
from innov_index.sources.clusters.sphere import unit_vectors
from innov_index.sources.networks.joint_documents import pair_counts

DIGITS = 12
"""Significant digits that are compared, so that the order of addition never decides."""


def comparable(totals: Floats) -> Floats:
    """Return the totals rounded to `DIGITS` significant digits, so that equal sums are equal numbers."""
    return np.array([float(f"{total:.{DIGITS}g}") for total in totals.tolist()])


def largest_members(
    label: Ints, clusters: int, member: Sequence[str], weight: Floats, *, most: int, at_least: float
) -> list[list[str]]:
    """Return the heaviest members (cities, countries) of each cluster, the heaviest first.

    Parameters
    ----------
    label : (points,)
        Cluster of each point; negative: in none.
    clusters : int
        Number of clusters.
    member : (points,)
        Its city, or whatever clusters are to be named after; empty if unknown.
    weight : (points,)
    most : int
        Largest number of members.
    at_least : float
        Smallest weight of further members, as a share of that of the heaviest.

    Returns
    -------
    list
        Members of equal weight are in alphabetical order.
    """
    names = sorted(set(member))
    position = {name: i for i, name in enumerate(names)}
    code = np.fromiter((position[name] for name in member), np.int64, len(member))
    counted = (label >= 0) & (code != position.get("", -1))
    pair, place = np.unique(label[counted] * len(names) + code[counted], return_inverse=True)
    total = comparable(np.bincount(place, weights=weight[counted], minlength=len(pair)).astype(float))
    owner = pair // len(names)
    found: list[list[str]] = [[] for _ in range(clusters)]
    heaviest = np.zeros(clusters)
    for entry in np.lexsort((pair, -total, owner)).tolist():
        cluster = int(owner[entry])
        heaviest[cluster] = heaviest[cluster] or total[entry]
        if len(found[cluster]) < most and total[entry] >= at_least * heaviest[cluster]:
            found[cluster].append(names[pair[entry] % len(names)])
    return found


def cluster_names(
    label: Ints,
    clusters: int,
    city: Sequence[str],
    weight: Floats,
    latitude: Floats,
    longitude: Floats,
    *,
    most: int = 3,
    at_least: float = 0.25,
) -> list[str]:
    """Return a unique name for each cluster: its largest cities, joined by a dash.

    A cluster without a named city gets the coordinates of its centre. If names repeat, the second and further
    ones get a number.
    """
    cities = largest_members(label, clusters, city, weight, most=most, at_least=at_least)
    middles = _middles(label, clusters, latitude, longitude)
    seen: Counter[str] = Counter()
    names = []
    for members, middle in zip(cities, middles, strict=True):
        name = "–".join(members) or middle
        seen[name] += 1
        while seen[name] > 1:
            name = f"{name} ({seen[name]})"
            seen[name] += 1
        names.append(name)
    return names


def _middles(label: Ints, clusters: int, latitude: Floats, longitude: Floats) -> list[str]:
    inside = label >= 0
    points = unit_vectors(latitude[inside], longitude[inside])
    x, y, z = (np.bincount(label[inside], weights=points[:, i], minlength=clusters) for i in range(3))
    north, east = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    return [
        f"{abs(n):.2f}°{'S' if n < 0 else 'N'} {abs(e):.2f}°{'W' if e < 0 else 'E'}"
        for n, e in zip(north.tolist(), east.tolist(), strict=True)
    ]


@frozen
class Points:
    """Inventors and authors on the map, in an order chosen by the caller (which numbers the clusters).

    Parameters
    ----------
    latitude, longitude : (points,)
        In degrees.
    metric : (points,)
        What the point counts towards: 0, 1, … for patents, publications, …
    amount : (points,)
        The part of a document that the point represents, such as 1 / number of inventors.
    document : (points,)
        Number of the document; points of one document link their clusters. Metrics share no numbers.
    city, economy : (points,)
        Names; empty if unknown.
    """

    latitude: Floats
    longitude: Floats
    metric: Ints
    amount: Floats
    document: Ints
    city: Sequence[str]
    economy: Sequence[str]


@frozen
class RankedClusters:
    """Clusters with their share of the world in each metric.

    Parameters
    ----------
    label : (points,)
        Cluster of each point; -1: in none.
    names, economies : (clusters,)
    shares : (clusters, metrics)
        In percent.
    """

    label: Ints
    names: Sequence[str]
    economies: Sequence[str]
    shares: Floats

    @property
    def score(self) -> Floats:
        """Sum of the shares of each cluster."""
        return np.asarray(self.shares.sum(axis=-1), np.float64)


def rank_clusters(
    points: Points,
    *,
    radius_km: float = 15,
    minimum: float = 4500,
    merge_within_km: float = 5,
    partners: Partners = "mutual",
    most_cities: int = 3,
    at_least: float = 0.25,
) -> RankedClusters:
    """Find, merge, name and rank clusters of points; the default radius and density are WIPO's since 2018.

    Every point counts 1 towards the density, whatever its amount. Clusters are merged if their nearest
    points are within `merge_within_km` and they are partners by joint documents (see `merging`).
    """
    latitude, longitude = points.latitude, points.longitude
    found = dbscan(latitude, longitude, radius_km=radius_km, minimum=minimum)
    first, second, _ = neighbours(latitude, longitude, found.label, merge_within_km)
    label = found.label.copy()
    if len(first):
        ties = joint_documents(points.document, label, found.clusters)
        number = merge_neighbours(ties, first, second, partners=partners)
        label[label >= 0] = number[label[label >= 0]]
    clusters = int(label.max(initial=-1)) + 1
    counts = np.ones(len(label))
    economies = largest_members(label, clusters, points.economy, counts, most=clusters, at_least=0)
    names = cluster_names(
        label, clusters, points.city, counts, latitude, longitude, most=most_cities, at_least=at_least
    )
    shares = world_shares(label, clusters, points.metric, points.amount)
    return RankedClusters(label, names, ["/".join(found) for found in economies], shares)


def joint_documents(document: NDArray[np.integer], label: Ints, clusters: int) -> Floats:
    """Return the number of documents that each pair of clusters shares (clusters, clusters)."""
    counts = pair_counts(document, label, clusters)
    ties = np.zeros((clusters, clusters))
    np.add.at(ties, (counts.first, counts.second), counts.documents)
    return ties + ties.T


def world_shares(label: Ints, clusters: int, metric: Ints, amount: Floats) -> Floats:
    """Return the share of each cluster in the world's amount, in percent (clusters, metrics).

    The world is all points, including those in no cluster.
    """
    metrics = int(metric.max(initial=-1)) + 1
    world = np.bincount(metric, weights=amount, minlength=metrics)
    inside = label >= 0
    cell = label[inside] * metrics + metric[inside]
    totals = np.bincount(cell, weights=amount[inside], minlength=clusters * metrics)
    return 100 * totals.reshape(clusters, metrics) / np.where(world > 0, world, np.nan)
