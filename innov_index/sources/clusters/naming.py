"""Names of clusters, after their largest cities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from innov_index.model.arrays import Floats, Ints
from innov_index.sources.clusters.sphere import unit_vectors

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
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
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
