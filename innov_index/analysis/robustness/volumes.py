"""Exact shares of the weights that give a unit each rank, for up to four weights.

For each rival the set of weights is cut by the plane where both scores are equal; the number of rivals ahead
is constant within a cell. The volume of all cells with the same number comes from the divergence theorem: the
dimension times a volume is the sum over the faces of (distance of the face from the origin) x (its area), and
the areas are volumes one dimension lower. On a line they are lengths between sorted crossings.
"""

from __future__ import annotations

import numpy as np

from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.weight_sets import WeightSet
from innov_index.errors import InnovIndexError
from innov_index.model.arrays import Floats

MOST_WEIGHTS = 4

PARALLEL = 1e-10

NUDGE = 1e-11
"""Planes move by about this much, so that no three walls meet in a line; volumes move as little."""


def rank_volumes(linear: LinearScores, weights: WeightSet) -> Floats:
    """Share of the set of weights at which each unit has each rank.

    Parameters
    ----------
    linear : LinearScores
    weights : WeightSet
        Over at most four weights, and with an inside (no weight is fixed).

    Returns
    -------
    (units, ranks)
        Rows sum to 1; right to about 1e-9.
    """
    size = len(weights)
    if size > MOST_WEIGHTS:
        raise InnovIndexError(
            f"exact shares of ranks are for at most {MOST_WEIGHTS} weights, not {size}; use `innov-index "
            "uncertainty` for more"
        )
    if size > 1 and np.linalg.matrix_rank(_corners(weights)) < size:
        raise InnovIndexError("a weight is fixed by these statements: the set of weights has no volume")
    if size == 1:
        return _of_fixed_weights(linear)
    limits = _facets(weights)
    # weights in the chart w = (u, 1 - sum of u)
    faces, offsets = limits[:, :-1] - limits[:, -1:], -limits[:, -1]
    centre = _corners(weights).mean(axis=0)[:-1]
    offsets = offsets - faces @ centre
    values = linear.values / max(float(np.abs(linear.values).max()), 1.0)
    shares = np.zeros((len(linear), len(linear)))
    whole = _volumes(np.empty((0, size - 1)), np.empty(0), faces, offsets, 0)[0]
    for unit in range(len(linear)):
        gaps = np.delete(values, unit, axis=0) - values[unit]
        shares[unit] = _of_unit(gaps, faces, offsets, centre, weights) / whole
    return np.clip(shares, 0.0, 1.0)


def _of_fixed_weights(linear: LinearScores) -> Floats:
    """One weight is 1: each unit has one rank."""
    shares = np.zeros((len(linear), len(linear)))
    shares[np.arange(len(linear)), np.array(linear.ranks(linear.given)) - 1] = 1.0
    return shares


def _corners(weights: WeightSet) -> Floats:
    return np.array([[float(entry) for entry in corner] for corner in weights.corners])


def _facets(weights: WeightSet) -> Floats:
    """The inequalities that bound the set: those that hold with equality on a whole side of it, once each."""
    corners = weights.corners
    sides: dict[tuple[int, ...], list[float]] = {}
    for row in weights.inequalities:
        tight = tuple(
            k for k, corner in enumerate(corners) if not sum(a * b for a, b in zip(row, corner, strict=True))
        )
        at = np.array([[float(entry) for entry in corners[k]] for k in tight]).reshape(-1, len(weights))
        if len(tight) and np.linalg.matrix_rank(at) == len(weights) - 1:
            sides.setdefault(tight, [float(entry) for entry in row])
    return np.array(list(sides.values()))


def _of_unit(gaps: Floats, faces: Floats, offsets: Floats, centre: Floats, weights: WeightSet) -> Floats:
    """(ranks,) volumes of one unit; rivals that are always or never ahead only shift its rank."""
    at_corners = gaps @ _corners(weights).T
    tie = 1e-13
    always = (at_corners >= -tie).all(axis=1) & (at_corners > tie).any(axis=1)
    open_rivals = ~always & (at_corners > tie).any(axis=1)
    planes = gaps[open_rivals, :-1] - gaps[open_rivals, -1:]
    levels = -gaps[open_rivals, -1] - planes @ centre
    volumes = np.zeros(len(gaps) + 1)
    planes, levels = _scaled(planes, levels)
    levels = levels + NUDGE * np.linspace(0.5, 1.0, len(levels))
    counted = _volumes(planes, levels, faces, offsets, len(levels))
    start = int(always.sum())
    volumes[start : start + len(counted)] = counted
    return volumes


def _scaled(normals: Floats, levels: Floats) -> tuple[Floats, Floats]:
    """Normals of length 1; one of nearly 0 (of a plane parallel to the section) becomes 0."""
    length = np.sqrt((normals**2).sum(axis=1))
    parallel = length < PARALLEL
    length[parallel] = 1.0
    return np.where(parallel[:, None], 0.0, normals / length[:, None]), levels / length


def _volumes(planes: Floats, levels: Floats, faces: Floats, offsets: Floats, most: int) -> Floats:
    """Volume of {faces · u ≤ offsets} by the number of planes with planes · u > levels: (most + 1,)."""
    dimension = faces.shape[1]
    planes, levels = _scaled(planes, levels)
    faces, offsets = _scaled(faces, offsets)
    if dimension == 1:
        lengths = _on_lines(planes[None, :, 0], levels[None], faces[None, :, 0], offsets[None], most)
        return np.asarray(lengths[0])
    if dimension == 2:
        return _in_plane(planes, levels, faces, offsets, most)
    volumes = np.zeros(most + 1)
    for k in range(len(faces)):
        rest = np.arange(len(faces)) != k
        section = _section(faces[k], offsets[k], planes, levels, faces[rest], offsets[rest])
        volumes += offsets[k] * _volumes(*section, most)
    for k in range(len(planes)):
        rest = np.arange(len(planes)) != k
        area = _volumes(*_section(planes[k], levels[k], planes[rest], levels[rest], faces, offsets), most - 1)
        volumes[:-1] += levels[k] * area
        volumes[1:] -= levels[k] * area
    return np.asarray(volumes / dimension)


def _section(
    normal: Floats, level: float, planes: Floats, levels: Floats, faces: Floats, offsets: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Planes and faces as seen in the plane normal · u = level, with the foot of the origin as its origin."""
    basis = np.linalg.svd(normal[None])[2][1:].T
    foot = normal * level
    return planes @ basis, levels - planes @ foot, faces @ basis, offsets - faces @ foot


def _in_plane(planes: Floats, levels: Floats, faces: Floats, offsets: Floats, most: int) -> Floats:
    """Areas by number, all lines at once: faces first, then planes."""
    lines = np.concatenate([faces, planes])
    places = np.concatenate([offsets, levels])
    along = np.stack([-lines[:, 1], lines[:, 0]], axis=1)
    feet = lines * places[:, None]
    lengths = _on_lines(
        along @ planes.T,
        levels - feet @ planes.T,
        along @ faces.T,
        offsets - feet @ faces.T,
        most,
        own_plane=len(faces),
    )
    areas = places[: len(faces)] @ lengths[: len(faces)]
    inner = places[len(faces) :] @ lengths[len(faces) :]
    areas[:-1] += inner[:-1]
    areas[1:] -= inner[:-1]
    return areas / 2


def _on_lines(
    slopes: Floats,
    levels: Floats,
    face_slopes: Floats,
    offsets: Floats,
    most: int,
    own_plane: int | None = None,
) -> Floats:
    """Lengths on many lines by the number of planes with slope · t > level: (lines, most + 1).

    `own_plane`: lines before it are faces, line own_plane + k is plane k; a line does not count itself.
    """
    lines, planes = slopes.shape
    if own_plane is not None:
        slopes, levels = slopes.copy(), levels.copy()
        own = np.arange(planes)
        slopes[own_plane + own, own], levels[own_plane + own, own] = 0.0, 1.0
        faces = np.arange(own_plane)
        face_slopes, offsets = face_slopes.copy(), offsets.copy()
        face_slopes[faces, faces], offsets[faces, faces] = 0.0, 1.0
    low, high = _ends(face_slopes, offsets)
    with np.errstate(all="ignore"):
        crossings = levels / slopes
    flat = np.abs(slopes) < 1e-14
    crossings = np.where(flat, np.inf, crossings)
    crossings = np.clip(crossings, low[:, None], high[:, None])
    # at the low end a plane counts where it is falling (ahead until its crossing) or flat and ahead
    start = np.where(flat, levels < 0, slopes < 0).sum(axis=1)
    order = np.argsort(crossings, axis=1)
    steps = np.take_along_axis(np.where(flat, 0, np.sign(slopes)), order, axis=1).astype(np.int64)
    points = np.concatenate(
        [low[:, None], np.take_along_axis(crossings, order, axis=1), high[:, None]], axis=1
    )
    numbers = start[:, None] + np.concatenate(
        [np.zeros((lines, 1), np.int64), np.cumsum(steps, axis=1)], axis=1
    )
    lengths = np.diff(points, axis=1)
    place = np.arange(lines)[:, None] * (most + 1) + np.clip(numbers, 0, most)
    found = np.bincount(place.ravel(), lengths.ravel(), lines * (most + 1))
    return np.asarray(found.reshape(lines, most + 1), dtype=np.float64)


def _ends(slopes: Floats, offsets: Floats) -> tuple[Floats, Floats]:
    """Where each line enters and leaves the faces; an empty stretch has equal ends."""
    with np.errstate(all="ignore"):
        at = offsets / slopes
    high = np.where(slopes > 1e-14, at, np.inf).min(axis=1)
    low = np.where(slopes < -1e-14, at, -np.inf).max(axis=1)
    outside = ((np.abs(slopes) <= 1e-14) & (offsets < 0)).any(axis=1) | ~(low < high)
    outside |= ~np.isfinite(low) | ~np.isfinite(high)
    return np.where(outside, 0.0, low), np.where(outside, 0.0, high)
