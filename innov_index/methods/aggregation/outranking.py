"""Outranking: units compared in pairs, child by child (Borda, Copeland, PROMETHEE II)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import Ge, Gt

from innov_index.errors import OptionError
from innov_index.methods.kernels.column_statistics import count
from innov_index.methods.kernels.preparation import complete
from innov_index.methods.kernels.ranks import ascending_ranks, round_significant
from innov_index.methods.registry import Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats

Preference: TypeAlias = Literal["usual", "u_shape", "v_shape", "level", "linear", "gaussian"]

DIGITS = 12
"""Significant digits to which scores are compared, as in ranking."""

TIE = 1e-12
"""Weights that sum to 1 and differ by less than this are equal: no rounding error decides a pair."""

FLOW_DECIMALS = 14
"""Flows of -1 to 1 cancel each other: what is left of two that are equal must not be the noise of their sums,
which would decide a rank near zero, where significant digits do not hide it."""

BLOCK = 2**18
"""Pairs that are compared at once: few enough to stay in the processor's cache."""


@aggregation.method("borda", Trait.COMPARES_UNITS)
def borda(values: Floats, weights: Floats) -> Floats:
    """Borda count: on each child a unit gets a point for every unit it beats, and half a one for a tie.

    A unit with a missing child is missing, and left out of the others' comparisons.

    Formula: y = Σ w (number of lower units + half the number of equal ones)

    Source: borda1781

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    return _weighted(ascending_ranks(comparable(complete(values)), "average") - 1, weights)


@aggregation.method("copeland", Trait.COMPARES_UNITS)
def copeland(values: Floats, weights: Floats) -> Floats:
    """Copeland: the number of units that a unit beats less the number that beat it.

    A unit beats another where it is higher on children of more weight than those where it is lower. Missing
    children are left out of a pair's comparison; a pair without a common child is decided for neither, and
    a unit without any child is missing.

    Formula: y = Σ sign(Σ w [x > x'] - Σ w [x < x']) over all other units

    Source: copeland1951

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    known = comparable(values)
    shape = np.broadcast_shapes(known.shape[:-2], weights.shape[:-1])
    scores = np.zeros((*shape, known.shape[-2]))
    for start, stop in _blocks(scores):
        decided = margins(known[..., start:stop, :], known[..., start:, :], weights)
        won = (decided > TIE).view(np.int8) - (decided < -TIE).view(np.int8)
        scores[..., start:stop] += won.sum(axis=-1)
        scores[..., stop:] -= won[..., stop - start :].sum(axis=-2)
    return np.where(np.isnan(known).all(axis=-1), np.nan, scores)


@aggregation.method("promethee_ii", Trait.COMPARES_UNITS)
def promethee_ii(
    values: Floats,
    weights: Floats,
    *,
    preference: Preference = "usual",
    q: Annotated[float, Ge(0)] | None = None,
    p: Annotated[float, Gt(0)] | None = None,
    s: Annotated[float, Gt(0)] | None = None,
) -> Floats:
    """PROMETHEE II: mean preference for a unit over the others less theirs over it.

    A unit with a missing child is missing, and left out of the others' comparisons.

    Formula: y = Σ_b Σ w (P(x - x_b) - P(x_b - x)) / (n - 1), with P(d) = 0 for d ≤ 0 and else: usual 1;
    u_shape [d > q]; v_shape min(d/p, 1); level ([d > q] + [d > p])/2; linear (d - q)/(p - q) kept within
    0..1; gaussian 1 - exp(-d²/2s²)

    Undefined: there is only one unit to compare.

    Remedy: use arithmetic.

    Source: brans1985

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    preference : str
        The preference function P.
    q : float
        Indifference: the largest difference that does not matter (u_shape, level, linear).
    p : float
        Preference: the difference from which on it is complete (v_shape, level, linear).
    s : float
        The difference at which the gaussian function bends.

    Returns
    -------
    (..., units)
    """
    known = complete(values)
    thresholds = _thresholds(preference, {"q": q, "p": p, "s": s})
    if preference == "usual":
        net = _net_wins(known)
    else:
        net = _net_preference(known, PREFERENCES[preference], thresholds)
    flows = _weighted(net / np.where(count(known) > 1, count(known) - 1, np.nan), weights)
    return np.round(flows, FLOW_DECIMALS)


def margins(values: Floats, rivals: Floats, weights: Floats) -> Floats:
    """Weight of the children where a unit is above a rival less that of those where it is below.

    A child that either of them misses counts for neither.

    Parameters
    ----------
    values : (..., units, children)
    rivals : (..., rivals, children)
    weights : (..., children)

    Returns
    -------
    (..., units, rivals)
    """
    shape = np.broadcast_shapes(values.shape[:-2], weights.shape[:-1])
    total = np.zeros((*shape, values.shape[-2], rivals.shape[-2]))
    for child in range(values.shape[-1]):
        own = np.ascontiguousarray(values[..., child])[..., :, None]
        other = np.ascontiguousarray(rivals[..., child])[..., None, :]
        sign = (own > other).view(np.int8) - (own < other).view(np.int8)
        total += weights[..., child, None, None] * sign
    return total


def comparable(values: Floats) -> Floats:
    """Values rounded so that noise in their last digits makes no unit higher than another."""
    return round_significant(np.asarray(values, dtype=np.float64), DIGITS)


def _net_wins(values: Floats) -> Floats:
    """On each child the number of units below less the number above: known from the ranks, without pairs."""
    return 2 * ascending_ranks(comparable(values), "average") - 1 - count(values)


def _net_preference(
    values: Floats, preference: Callable[..., Floats], thresholds: Mapping[str, float]
) -> Floats:
    """On each child the sum over all other units of the preference for a unit less theirs over it."""
    net = np.zeros(values.shape)
    for start, stop in _blocks(values[..., 0]):
        for child in range(values.shape[-1]):
            column = values[..., child]
            difference = column[..., start:stop, None] - column[..., None, start:]
            # P(d) - P(-d) is P of the absolute difference, with the sign of the difference
            signed = np.copysign(preference(np.abs(difference), **thresholds), difference)
            signed[np.isnan(difference)] = 0.0
            net[..., start:stop, child] += signed.sum(axis=-1)
            net[..., stop:, child] -= signed[..., stop - start :].sum(axis=-2)
    return np.where(np.isnan(values), np.nan, net)


PREFERENCES: Mapping[str, Callable[..., Floats]] = {
    "u_shape": lambda d, q: np.where(d > q, 1.0, 0.0),
    "v_shape": lambda d, p: np.minimum(d / p, 1.0),
    "level": lambda d, q, p: np.where(d > q, 0.5, 0.0) + np.where(d > p, 0.5, 0.0),
    "linear": lambda d, q, p: np.clip((d - q) / (p - q), 0.0, 1.0),
    "gaussian": lambda d, s: -np.expm1(-(d**2) / (2 * s**2)),
}
"""Preference for a unit that is higher by d ≥ 0."""

THRESHOLDS = {"usual": "", "u_shape": "q", "v_shape": "p", "level": "qp", "linear": "qp", "gaussian": "s"}


def _thresholds(preference: Preference, stated: Mapping[str, float | None]) -> dict[str, float]:
    """The thresholds that the preference function takes, each of them stated."""
    needed = {name: stated[name] for name in THRESHOLDS[preference]}
    found = {name: value for name, value in needed.items() if value is not None}
    if missing := [name for name in needed if name not in found]:
        raise OptionError(f"preference '{preference}' needs {' and '.join(missing)}")
    if "q" in found and "p" in found and found["q"] >= found["p"]:
        raise OptionError(f"q ({found['q']:g}) must be less than p ({found['p']:g})")
    return found


def _weighted(points: Floats, weights: Floats) -> Floats:
    combined: Floats = np.matmul(points, weights[..., None])[..., 0]
    return combined


def _blocks(scores: Floats) -> Iterator[tuple[int, int]]:
    """Ranges of the units of (..., units), each small enough to be compared with all units at once."""
    size = max(1, BLOCK // max(scores.size, 1))
    for start in range(0, scores.shape[-1], size):
        yield start, start + size
