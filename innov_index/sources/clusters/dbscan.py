"""Weighted DBSCAN on the sphere: clusters are places where points lie dense."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.errors import OptionError
from innov_index.model.arrays import Bools, Floats, Ints, read_only
from innov_index.sources.clusters.ball_tree import BallTree, spatial_order
from innov_index.sources.clusters.borders import lowest_label_in_reach
from innov_index.sources.clusters.density import core_points
from innov_index.sources.clusters.linking import linked_groups
from innov_index.sources.clusters.sphere import Reach, are_coordinates

NOISE = -1


@dataclass(frozen=True)
class Clustering:
    """The cluster of each point.

    Parameters
    ----------
    label : (points,)
        0, 1, …: clusters in the order of their first core point; -1: noise, in no cluster.
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

    A point is core when the weights of the points within the radius, its own included, add up to at least
    the minimum. Core points within the radius of each other are in one cluster. A point that is not core
    belongs to the cluster of a core point within the radius; where there are several such clusters, to the
    one whose first core point comes first. All else is noise.

    The result is that of scikit-learn's DBSCAN with the haversine metric, label by label.

    Parameters
    ----------
    latitude, longitude : (points,)
        In degrees; longitudes from -180 or from 0 on.
    radius_km : float
        Great-circle distance on a sphere of 6371.0088 km; exactly this distance is within.
    minimum : float
        Density: weight within the radius that makes a point core.
    weight : (points,), optional
        Not negative; 1 each by default.
    """
    if not radius_km > 0:
        raise OptionError(f"the radius must be above 0 km; got {radius_km}")
    if not minimum > 0:
        raise OptionError(f"the minimum density must be above 0; got {minimum}")
    latitude, longitude = np.asarray(latitude, np.float64), np.asarray(longitude, np.float64)
    if not are_coordinates(latitude, longitude).all():
        raise ValueError("coordinates off the globe; leave such points out before")
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
    """Return the first point at each place, and the place of each point."""
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
    """Cluster points at different places; `first` says in which order they are met."""
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
    """Number groups 0, 1, … in the order in which their first point is met."""
    names, which = np.unique(group, return_inverse=True)
    earliest = np.full(len(names), met.max(initial=0))
    np.minimum.at(earliest, which, met)
    number = np.empty(len(names), np.int64)
    number[np.argsort(earliest)] = np.arange(len(names))
    return number[which]
