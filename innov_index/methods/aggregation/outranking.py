"""Outranking: units are compared in pairs, child by child (Borda, Copeland, PROMETHEE II)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from innov_index.errors import OptionError
from innov_index.methods.kernels.column_statistics import count
from innov_index.methods.kernels.preparation import complete
from innov_index.methods.kernels.ranks import ascending_ranks, round_significant
from innov_index.methods.registry import NonNegative, Positive, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats

Preference: TypeAlias = Literal["usual", "u_shape", "v_shape", "level", "linear", "gaussian"]

DIGITS = 12
"""Significant digits to which scores are rounded before they are compared, as in ranking."""

TIE = 1e-12
"""Sums of weights that differ by less than this are equal, so that no rounding error decides a pair."""

FLOW_DECIMALS = 14
"""Decimals of flows between -1 and 1. Where flows cancel, only the rounding noise of their sums is left, and
near zero it would decide ranks, since significant digits do not hide it there."""

BLOCK = 2**18
"""Pairs that are compared at once: few enough for the processor's cache."""


@aggregation.method(
    "borda", Trait.COMPARES_UNITS, properties="monotone scale common_scale shift unique alike"
)
def borda(values: Floats, weights: Floats) -> Floats:
    """Borda count: on each child a unit scores a point for every unit it beats, and half a point for a tie.

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


@aggregation.method(
    "copeland", Trait.COMPARES_UNITS, properties="monotone scale common_scale shift unique alike"
)
def copeland(values: Floats, weights: Floats) -> Floats:
    """Copeland: the number of units that a unit beats minus the number that beat it.

    A unit beats another if the children on which it is higher weigh more than those on which it is lower.
    Missing children are left out of a pair's comparison; a pair without a common child is a draw, and a unit
    without children is missing.

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
    for start, stop in blocks_of_pairs(scores):
        decided = margins(known[..., start:stop, :], known[..., start:, :], weights)
        won = (decided > TIE).view(np.int8) - (decided < -TIE).view(np.int8)
        scores[..., start:stop] += won.sum(axis=-1)
        scores[..., stop:] -= won[..., stop - start :].sum(axis=-2)
    return np.where(np.isnan(known).all(axis=-1), np.nan, scores)


@aggregation.method(
    "promethee_ii", Trait.COMPARES_UNITS, properties="monotone scale common_scale shift unique alike"
)
def promethee_ii(
    values: Floats,
    weights: Floats,
    *,
    preference: Preference | list[Preference] = "usual",
    q: NonNegative | list[NonNegative | None] | None = None,
    p: Positive | list[Positive | None] | None = None,
    s: Positive | list[Positive | None] | None = None,
) -> Floats:
    """PROMETHEE II: mean preference for a unit over the others minus that for the others over it.

    The source's types I to VI of preference are usual, u_shape, v_shape, level, linear and gaussian; each
    child may have its own, with its own thresholds.

    A unit with a missing child is missing, and left out of the others' comparisons.

    Formula: y = Σ_b Σ w (P(x - x_b) - P(x_b - x)) / (n - 1), with P(d) = 0 for d ≤ 0 and else: usual 1;
    u_shape [d > q]; v_shape min(d/p, 1); level ([d > q] + [d > p])/2; linear (d - q)/(p - q) kept within
    0..1; gaussian 1 - exp(-d²/2s²)

    Undefined: there is only one unit.

    Remedy: use arithmetic.

    Source: brans1985

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    preference : str
        The preference function P: one for all children, or one for each in their order; so the thresholds.
    q : float
        Indifference threshold: the largest difference without preference (u_shape, level, linear); null for a
        child without one.
    p : float
        Preference threshold: the difference beyond which preference is full (v_shape, level, linear).
    s : float
        The difference at the inflection point of the gaussian function.

    Returns
    -------
    (..., units)
    """
    known = complete(values)
    kinds: Sequence[Preference] = _each_child("preference", preference, values)
    thresholds_of = {name: _each_child(name, own, values) for name, own in (("q", q), ("p", p), ("s", s))}
    net = _net_wins(known)
    for child, kind in enumerate(kinds):
        thresholds = _thresholds(kind, {name: own[child] for name, own in thresholds_of.items()})
        if kind != "usual":
            net[..., child] = _net_preference(known[..., child], PREFERENCES[kind], thresholds)
    flows = _weighted(net / np.where(count(known) > 1, count(known) - 1, np.nan), weights)
    return np.round(flows, FLOW_DECIMALS)


def _each_child(name: str, stated: Any, values: Floats) -> Sequence[Any]:
    """What is stated for each child; an option that is not a list holds for all."""
    children = values.shape[-1]
    if not isinstance(stated, list):
        return [stated] * children
    if len(stated) != children:
        raise OptionError(f"promethee_ii: {name} gives {len(stated)} entries for {children} children")
    return stated


def margins(values: Floats, rivals: Floats, weights: Floats) -> Floats:
    """Weight of the children on which a unit is above a rival minus that of those on which it is below.

    A child that is missing for either of them counts for neither.

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
    """Values rounded so that noise in their last digits does not put one unit above another."""
    return round_significant(np.asarray(values, dtype=np.float64), DIGITS)


def _net_wins(values: Floats) -> Floats:
    """On each child the number of units below minus the number above: from the ranks, without pairs."""
    return 2 * ascending_ranks(comparable(values), "average") - 1 - count(values)


def _net_preference(
    column: Floats, preference: Callable[..., Floats], thresholds: Mapping[str, float]
) -> Floats:
    """On one child the sum, over all other units, of the preference for a unit minus that for the other."""
    net = np.zeros(column.shape)
    for start, stop in blocks_of_pairs(column):
        difference = column[..., start:stop, None] - column[..., None, start:]
        # P(d) - P(-d) is P of the absolute difference, with the sign of the difference
        signed = np.copysign(preference(np.abs(difference), **thresholds), difference)
        signed[np.isnan(difference)] = 0.0
        net[..., start:stop] += signed.sum(axis=-1)
        net[..., stop:] -= signed[..., stop - start :].sum(axis=-2)
    return np.where(np.isnan(column), np.nan, net)


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
    """The thresholds that the preference function needs, checked to be stated."""
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


def blocks_of_pairs(scores: Floats) -> Iterator[tuple[int, int]]:
    """Ranges of units, each small enough for a comparison with all units at once; scores (..., units)."""
    size = max(1, BLOCK // max(scores.size, 1))
    for start in range(0, scores.shape[-1], size):
        yield start, start + size
