"""Normalisation over editions: by the change since the edition before, or by the swings around a unit's mean.

The edition axis is -3, oldest first.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from innov_index.limits import Lead
from innov_index.methods.kernels.preparation import constant_to_nan, of_usual_size, oriented
from innov_index.methods.normalisation.scales import require_positive
from innov_index.methods.registry import Each, Trait
from innov_index.methods.steps import normalisation
from innov_index.model.arrays import Floats, doubles

_EDITIONS = -3


def of_edition_before(values: Floats, **options: Any) -> Floats:
    """For each edition the values of the one before, (..., editions, units, indicators)."""
    return _moved(values, 1)


def of_leading_edition(values: Floats, *, leads: int, **options: Any) -> Floats:
    """For each edition the values of that which an indicator with such a lead speaks of it in."""
    return _moved(values, leads)


@normalisation.method(
    "annual_change",
    Trait.PANEL,
    stands_on=of_edition_before,
    in_words="taking the change since the edition before",
    properties="monotone scale independent alike",
)
def annual_change(
    values: Floats,
    direction: Floats,
    years: Floats | None = None,
    *,
    divisor: Literal["previous", "current"] = "previous",
    scale: Each = 100.0,
) -> Floats:
    """Percentage change since the edition before, a year where editions are several years apart.

    A unit's first value has no score, nor has one after a gap: imputation over editions fills gaps.

    Formula: s = scale direction (x_t - x_{t-1}) / x_{t-1}; of current: s = scale direction (x_t - x_{t-1}) /
    x_t; over k years s = scale direction ((x_t / x_{t-k})^(1/k) - 1)

    Undefined: the value that is divided by is not positive, or that after several years is below zero.

    Remedy: use balance_of_opinions, which asks for the direction of the change alone, or another scale.

    Source: oecd2008 section 5.7 (of current: table 3)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    years : (editions,), optional
        The editions as ascending numbers; by default one apart.
    divisor : str
        Which value the change is a share of: the previous one, or the current one.
    scale : float
        Score of a change as large as the divisor: 100 for per cent.

    Returns
    -------
    (..., editions, units, indicators)
    """
    require_positive(scale=scale)
    x = doubles(values)
    before = _moved(x, 1)
    with np.errstate(all="ignore"):
        if divisor == "previous":
            change = (x - before) / np.where(before > 0, before, np.nan)
        else:
            change = (x - before) / np.where(x > 0, x, np.nan)
        apart = np.ones(x.shape[_EDITIONS]) if years is None else np.diff(years, prepend=np.nan)
        several = (apart != 1)[:, None, None]
        if several[1:].any():
            growth = (x / np.where(before > 0, before, np.nan)) ** (1.0 / apart[:, None, None])
            a_year = (
                growth - 1.0 if divisor == "previous" else 1.0 - 1.0 / np.where(growth > 0, growth, np.nan)
            )
            change = np.where(several, a_year, change)
        scores = scale * oriented(change, direction)
    return np.where(np.isfinite(scores), scores + 0.0, np.nan)


@normalisation.method(
    "balance_of_opinions",
    Trait.PANEL,
    Trait.COUNTS,
    stands_on=of_edition_before,
    in_words="taking the direction of the change since the edition before",
    properties="monotone scale shift independent alike",
)
def balance_of_opinions(values: Floats, direction: Floats, *, scale: Each = 100.0) -> Floats:
    """Score 100 for a rise since the edition before, -100 for a fall, and 0 for neither.

    The mean of such scores over the answers of several experts, an indicator each, is the balance of their
    opinions. A unit's first value has no score, nor has one after a gap.

    Formula: s = scale direction sign(x_t - x_{t-1}); the balance is the mean of s over the experts

    Source: oecd2008 section 1.5, table 3

    Parameters
    ----------
    values : (..., editions, units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    scale : float
        Score of a rise.

    Returns
    -------
    (..., editions, units, indicators)
    """
    require_positive(scale=scale)
    x = doubles(values)
    rises = np.sign(np.subtract(*np.broadcast_arrays(x, _moved(x, 1))))
    return np.asarray(scale * oriented(rises, direction)) + 0.0


@normalisation.method(
    "cyclical",
    Trait.PANEL,
    stands_on=of_leading_edition,
    in_words="taking the swings around the mean over the editions",
    properties="monotone scale shift independent alike",
)
def cyclical(
    values: Floats,
    direction: Floats,
    *,
    leads: Lead = 0,
    base: Each = 100.0,
    scale: Each = 1.0,
) -> Floats:
    """Distance from a unit's mean over the editions, in mean distances from it: for series of a cycle.

    Series that run ahead of the cycle (`leads` above 0) or behind it (below 0) are moved into step with it:
    editions that would be spoken of before the first or after the last one have no score.

    Formula: s_t = base + scale direction (x_u - E x) / E|x - E x|, u = t - leads, E the mean of the unit's
    editions

    Undefined: a unit has the same value in every edition, or one value only.

    Remedy: use another scale for the indicator, or leave out the unit.

    Source: oecd2008 section 5.6

    Parameters
    ----------
    values : (..., editions, units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    leads : int
        How many editions the indicator runs ahead of the cycle; below 0, how many it lags behind.
    base : float
        Score of a unit's mean.
    scale : float
        How much a mean distance counts.

    Returns
    -------
    (..., editions, units, indicators)
    """
    require_positive(scale=scale)
    x, _ = of_usual_size(doubles(values), _EDITIONS)
    number = np.sum(~np.isnan(x), axis=_EDITIONS, keepdims=True)
    known = np.where(number > 0, number, np.nan)
    distance = x - np.nansum(x, axis=_EDITIONS, keepdims=True) / known
    lowest, highest = (f.reduce(x, axis=_EDITIONS, keepdims=True) for f in (np.fmin, np.fmax))
    usual = np.nansum(np.abs(distance), axis=_EDITIONS, keepdims=True) / known
    swings = distance / np.where(highest > lowest, constant_to_nan(usual), np.nan)
    scores = base + scale * oriented(_moved(swings, leads), direction)
    return np.where(np.isnan(values), np.nan, scores)


def _moved(values: Floats, later: int) -> Floats:
    """The values of so many editions before, (..., editions, units, indicators); missing where none is."""
    x = doubles(values)
    moved = np.full(x.shape, np.nan)
    editions = x.shape[_EDITIONS]
    if abs(later) < editions:
        to, of = (
            slice(max(later, 0), editions + min(later, 0)),
            slice(max(-later, 0), editions - max(later, 0)),
        )
        moved[..., to, :, :] = x[..., of, :, :]
    return moved
