"""Scores with the weights that favour each unit most (benefit of the doubt)."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from innov_index.engine.loops import each, each_table
from innov_index.errors import OptionError
from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.frontier import (
    beyond_limits,
    bod_scores,
    column_scale,
    have_several_weights,
)
from innov_index.methods.kernels.simplex import AS_GOOD, Simplex
from innov_index.methods.kernels.weight_limits import limits_of
from innov_index.methods.registry import (
    SEVERAL_ANSWERS,
    Finding,
    NonNegative,
    Positive,
    Share,
    Trait,
    UnitPosition,
)
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Bools, Floats

Shares: TypeAlias = Share | list[Share]
Sizes: TypeAlias = NonNegative | list[NonNegative]


def _cannot_hold(values: Floats, *, base: UnitPosition | None = None, **stated: Any) -> Bools:
    """Whether no weights hold the limits of a unit's shares, (..., units)."""
    limits = limits_of(values.shape[-1], **stated)
    if limits.of_score and limits.of_weights:
        return np.asarray((bod_scores(values, limits)[0] == 0) & (values > 0).any(axis=-1))
    return beyond_limits(values, limits)


LIMITS_NOT_HELD = Finding(
    _cannot_hold,
    "a child at 0 contributes nothing whatever its weight, and a missing one has none, so that no weights "
    "hold the limits of the shares, and the score is 0",
    "nodes where limits of shares cannot be held",
)


def _own_weights(values: Floats, **stated: Any) -> dict[str, Floats | Bools]:
    """The weights of each unit, their shares of all and of the score, and whether others are as good."""
    limits = limits_of(values.shape[-1], **stated)
    scores, weights = bod_scores(values, limits)
    total = weights.sum(axis=-1)[..., None]
    return {
        "weight": weights,
        "share_of_weight": weights / np.where(total > 0, total, np.nan),
        **_own_shares(values, scores, weights),
        "other_weights": have_several_weights(values, limits),
    }


def _own_shares(values: Floats, scores: Floats, weights: Floats) -> dict[str, Floats | Bools]:
    parts = np.where(np.isnan(values), 0.0, values) * weights
    return {"share_of_score": parts / np.where(scores > 0, scores, np.nan)[..., None]}


@aggregation.method(
    "bod",
    Trait.HIGH_IS_GOOD,
    Trait.COMPARES_UNITS,
    Trait.LOOPED,
    Trait.IGNORES_WEIGHTS,
    findings=(LIMITS_NOT_HELD,),
    workings=_own_weights,
    properties="monotone compensating scale common_scale unique alike",
)
def bod(
    values: Floats,
    *,
    lower_share: Shares | None = None,
    upper_share: Shares | None = None,
    lower_weight_share: Shares | None = None,
    upper_weight_share: Shares | None = None,
    lower_weight: Sizes | None = None,
    upper_weight: Sizes | None = None,
    ranks: list[Positive | None] | None = None,
) -> Floats:
    """Benefit of the doubt: score each unit with the weights that favour it most.

    A missing child counts as zero: it earns nothing, and has no weight. A unit without children is missing.

    Formula: y_i = max Σ v x_i such that Σ v x ≤ 1 for every unit, v ≥ 0, and, where limits are stated,
    lower_share ≤ v_j x_ij / y_i ≤ upper_share, lower_weight_share ≤ v_j / Σ v ≤ upper_weight_share,
    lower_weight ≤ v_j ≤ upper_weight, v_j ≥ v_k where the rank of j is before that of k

    Undefined: a child's score is negative, or with the lowest weights a unit scores above 1.

    Remedy: normalise to a range of zero and more, e.g. min_max, and state lower limits that leave room.

    Source: cherchye2007

    Limits of weights depend on the children's scales, limits of shares of the score do not.

    Parameters
    ----------
    values : (..., units, children)
    lower_share, upper_share : float or list of float, optional
        Limits of the share that each child contributes to the unit's own score, for all or for each child. A
        unit scores 0 where no weights hold them: where a child is 0 below a lower limit, or too few are above
        0 for the upper one.
    lower_weight_share, upper_weight_share : float or list of float, optional
        Limits of each weight as a share of the sum of the unit's weights, for all or for each child.
    lower_weight, upper_weight : float or list of float, optional
        Limits of the weights themselves, for all or for each child.
    ranks : list of float, optional
        The place of each child by weight: 1 for the largest. A weight is at least that of every later place;
        children of one place are not compared, nor is a child with null.

    Returns
    -------
    (..., units)
        1 for units that no other unit surpasses with their own weights.
    """
    limits = limits_of(
        values.shape[-1],
        lower_share=lower_share,
        upper_share=upper_share,
        lower_weight_share=lower_weight_share,
        upper_weight_share=upper_weight_share,
        lower_weight=lower_weight,
        upper_weight=upper_weight,
        ranks=ranks,
    )
    return bod_scores(values, limits)[0]


@aggregation.method(
    "directional_bod",
    Trait.HIGH_IS_GOOD,
    Trait.COMPARES_UNITS,
    Trait.LOOPED,
    Trait.IGNORES_WEIGHTS,
    example={"steps": [1.0, 1.0, 1.0, 1.0]},
    properties="monotone compensating common_scale shift unique alike",
)
def directional_bod(values: Floats, *, steps: list[NonNegative]) -> Floats:
    """Directional benefit of the doubt: distance to the best mixtures of units along a stated direction.

    A missing child counts as zero. A unit without children is missing.

    Formula: y = 1 / (1 + b), b the largest number such that a mixture of units reaches x + b g

    Undefined: a child's score is negative.

    Remedy: normalise to a range of zero and more, e.g. min_max.

    Source: fusco2015

    Parameters
    ----------
    values : (..., units, children)
    steps : list of float
        The direction g: a step for each child, in the unit of the scores.

    Returns
    -------
    (..., units)
    """
    step = np.asarray(steps, dtype=np.float64)
    if len(step) != values.shape[-1] or np.any(step < 0) or not np.any(step > 0):
        raise OptionError(
            f"steps must give {values.shape[-1]} numbers of zero or more, one for each child, not all zero"
        )
    filled = np.where(np.isnan(values), 0.0, values).astype(np.float64)

    def scores_of(place: tuple[int, ...]) -> Floats:
        table = filled[place]
        negative = np.any(table < 0)
        return np.full(len(table), np.nan) if negative else 1.0 / (1.0 + _distances(table, step))

    scores = each_table(values.shape[:-2], values.shape[-2:-1], scores_of)
    return np.where(np.isnan(values).all(axis=-1), np.nan, scores)


def _are_several(
    values: Floats,
    *,
    base: UnitPosition | None = None,
    lower_share: Shares | None = None,
    upper_share: Shares | None = None,
) -> Bools:
    """Whether a unit has several scores, (..., units)."""
    highest, lowest = (_by_best_shares(values, base, lower_share, upper_share, sign) for sign in (1, -1))
    with np.errstate(invalid="ignore"):
        return np.asarray(highest > lowest * (1 + AS_GOOD))


def _exponents(
    values: Floats,
    *,
    base: UnitPosition | None = None,
    lower_share: Shares | None = None,
    upper_share: Shares | None = None,
) -> dict[str, Floats | Bools]:
    """The shares of each unit's children in its bod score, and whether others are as good."""
    scores, weights = _with_best_logarithms(values, _logarithms(values, base), lower_share, upper_share)
    limits = limits_of(values.shape[-1], lower_share=lower_share, upper_share=upper_share)
    several = have_several_weights(values, limits)
    return {**_own_shares(values, scores, weights), "other_weights": several}


@aggregation.method(
    "geometric_bod",
    Trait.HIGH_IS_GOOD,
    Trait.COMPARES_UNITS,
    Trait.LOOPED,
    Trait.IGNORES_WEIGHTS,
    findings=(
        Finding(
            _are_several,
            "equally good shares give some units different scores, of which the highest are shown",
            SEVERAL_ANSWERS,
        ),
        LIMITS_NOT_HELD,
    ),
    workings=_exponents,
    properties="compensating scale common_scale alike",
)
def geometric_bod(
    values: Floats,
    *,
    base: UnitPosition | None = None,
    lower_share: Shares | None = None,
    upper_share: Shares | None = None,
) -> Floats:
    """Geometric mean relative to a base unit, weighted by each unit's own benefit-of-the-doubt shares.

    A missing child has share zero. A unit without children is missing. Where several shares are best in bod,
    those count that give the highest score.

    Formula: y = Π (x / b)^s, with b the base unit's children and s the shares of the children in bod

    Undefined: a child's score is zero or negative.

    Remedy: normalise to a range that begins above zero (e.g. min_max with low: 1).

    Source: vanpuyenbroeck2017

    Parameters
    ----------
    values : (..., units, children)
    base : unit, optional
        The unit that scores 1; by default the average of all units.
    lower_share, upper_share : float or list of float, optional
        As in bod.

    Returns
    -------
    (..., units)
    """
    return _by_best_shares(values, base, lower_share, upper_share)


def _by_best_shares(
    values: Floats, base: UnitPosition | None, lower: Shares | None, upper: Shares | None, sign: int = 1
) -> Floats:
    """The highest scores that best shares give, (..., units); the lowest for sign -1."""
    logs = _logarithms(values, base)
    scores, weights = _with_best_logarithms(values, sign * logs, lower, upper)
    shares = _own_shares(values, scores, weights)["share_of_score"]
    return np.asarray(np.exp(np.sum(shares * logs, axis=-1)))


def _logarithms(values: Floats, base: UnitPosition | None) -> Floats:
    """Logarithms of the ratios to the base unit; 0 for a missing child."""
    reference = column_statistics.mean(values)[..., 0, :] if base is None else values[..., base, :]
    ratio = np.where(values > 0, values, np.nan) / np.where(reference > 0, reference, np.nan)[..., None, :]
    return np.where(np.isnan(values), 0.0, np.log(ratio))


def _with_best_logarithms(
    values: Floats, logs: Floats, lower: Shares | None, upper: Shares | None
) -> tuple[Floats, Floats]:
    """Scores of bod, and of the weights that give them those with the largest mean logarithm."""
    limits = limits_of(values.shape[-1], lower_share=lower, upper_share=upper)
    return bod_scores(values, limits, np.nan_to_num(logs))


def _distances(table: Floats, step: Floats) -> Floats:
    """For each unit the largest b such that x_i + b·step is reached, (units,).

    Solved as the dual: minimise v - x_i·w such that x_r·w <= v for every unit r, step·w = 1, w >= 0. The
    weight of the child with the largest step is expressed by the others.
    """
    scale = column_scale(table)
    table, step = table / scale, step / scale
    lead = int(np.argmax(step))
    others = np.delete(np.arange(len(step)), lead)
    slope = step[others] / step[lead]
    own = table[:, lead] / step[lead]
    rows = table[:, others] - table[:, [lead]] * slope
    start = Simplex(
        np.vstack([np.column_stack([rows, -np.ones(len(table))]), np.append(step[others], 0.0)]),
        np.append(-own, 1.0),
    )
    # all bounds are non-negative only with v in the basis, at the largest own value
    start.exchange(int(np.argmax(own)), len(others))

    def distance(unit: int) -> float:
        found = start.copy().maximise(np.append(rows[unit], -1.0))
        return float(found[-1] - own[unit] - rows[unit] @ found[:-1])

    return np.maximum(each(distance, range(len(table))), 0.0)
