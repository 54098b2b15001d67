"""Normalisation on a linear scale: unchanged, by a stated factor, between extremes or between goalposts."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Len

from innov_index.errors import ColumnsError
from innov_index.methods.kernels import column_statistics
from innov_index.methods.normalisation.scales import (
    Truncate,
    oriented_pair,
    require_positive,
    stretched,
    truncated,
)
from innov_index.methods.registry import Each, Share, Trait, UnitColumn
from innov_index.methods.steps import normalisation
from innov_index.model.arrays import Floats


@normalisation.method("none", Trait.IDENTITY, properties="monotone independent alike")
def none(values: Floats, direction: Floats) -> Floats:
    """Leave values as they are, with the opposite sign where less is better.

    Formula: s = direction x

    Source: coinr Normalise

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    minus_zero_becomes_zero = 0.0
    return np.asarray(values, dtype=np.float64) * direction + minus_zero_becomes_zero


@normalisation.method("linear", Trait.AFFINE, properties="monotone independent alike")
def linear(values: Floats, direction: Floats, *, factor: Each = 1.0, offset: Each = 0.0) -> Floats:
    """Multiply by a stated factor and add a stated offset.

    Formula: s = offset + factor direction x, with a positive factor.

    Source: oecd2008 Step 5

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    factor, offset : float
        The factor is positive: only the direction states that less is better.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(factor=factor)
    return offset + factor * oriented_pair(values, direction)[0]


@normalisation.method(
    "min_max",
    Trait.AFFINE,
    cut_by="truncate",
    in_words="stretching each from its lowest to its highest value",
    properties="monotone scale shift alike",
)
def min_max(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    low: Each = 0.0,
    high: Each = 100.0,
    quantiles: Annotated[list[Share], Len(2, 2)] | None = None,
    truncate: Truncate = False,
) -> Floats:
    """Stretch each indicator linearly between its extremes or two of its quantiles.

    Formula: s = low + (high - low) (x - min) / (max - min), with x multiplied by its direction first.

    Undefined: the indicator is constant (minimum = maximum).

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: oecd2008 Step 5, "Min-Max"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where minimum and maximum come from; the values themselves by default.
    low, high : float
        Scores of the worst and of the best unit.
    quantiles : list of two floats, optional
        Two quantiles of the indicator in its own units, e.g. [0.05, 0.95], instead of minimum and maximum.
    truncate : bool, "low" or "high"
        Whether scores beyond `low` and `high`, or beyond one of them, are set to that bound.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_less("low", low, "high", high)
    x, learned = oriented_pair(values, direction, reference)
    if quantiles is None:
        worst, best = column_statistics.minimum(learned), column_statistics.maximum(learned)
    else:
        _require_less("the first quantile", quantiles[0], "the second", quantiles[1])
        own_units = np.asarray(values if reference is None else reference, dtype=np.float64)
        lower, upper = column_statistics.quantiles(own_units, quantiles)
        worst, best = _oriented_bounds(lower, upper, direction)
    return truncated(stretched(x, worst, best, low, high), low, high, truncate)


@normalisation.method(
    "goalposts",
    Trait.AFFINE,
    example={"lower": 0.0, "upper": 100.0},
    cut_by="truncate",
    in_words="measuring each between two fixed goalposts",
    properties="monotone independent alike",
)
def goalposts(
    values: Floats,
    direction: Floats,
    *,
    lower: Each,
    upper: Each,
    low: Each = 0.0,
    high: Each = 100.0,
    truncate: Truncate = True,
) -> Floats:
    """Stretch each indicator linearly between two fixed values, so that scores are comparable over time.

    Formula: s = low + (high - low) (x - lower) / (upper - lower); where less is better, (upper - x) replaces
    (x - lower).

    Source: undp2010 technical note 1

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    lower, upper : float
        The two values, in the indicator's own units; lower is the lower one even where less is better.
    low, high : float
        Scores at the worse and at the better of the two.
    truncate : bool, "low" or "high"
        Whether scores beyond `low` and `high`, or beyond one of them, are set to that bound.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_less("low", low, "high", high)
    _require_less("lower", lower, "upper", upper)
    x, _ = oriented_pair(values, direction)
    worst, best = _oriented_bounds(np.asarray(lower), np.asarray(upper), direction)
    return truncated(stretched(x, worst, best, low, high), low, high, truncate)


@normalisation.method(
    "goalposts_by_unit",
    example={"lower": "worst_case", "upper": "best_case"},
    properties="monotone independent alike",
)
def goalposts_by_unit(
    values: Floats,
    direction: Floats,
    *,
    lower: UnitColumn,
    upper: UnitColumn,
    low: Each = 0.0,
    high: Each = 100.0,
    truncate: Truncate = True,
) -> Floats:
    """Stretch each indicator linearly between goalposts that differ between units, read from two columns.

    Formula: s = low + (high - low) (x - lower) / (upper - lower); where less is better, (upper - x) replaces
    (x - lower).

    Undefined: a unit's lower goalpost is missing or is not below its upper one.

    Remedy: correct the two columns with the goalposts.

    Source: undp2014 Gender Development Index

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    lower, upper : (..., units, 1 or indicators)
        The two values of each unit, in the indicator's own units.
    low, high : float
        Scores at the worse and at the better of the two.
    truncate : bool, "low" or "high"
        Whether scores beyond `low` and `high`, or beyond one of them, are set to that bound.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_less("low", low, "high", high)
    x, _ = oriented_pair(values, direction)
    worst, best = _oriented_bounds(lower, upper, direction)
    return truncated(stretched(x, worst, best, low, high), low, high, truncate)


def _oriented_bounds(lower: Floats, upper: Floats, direction: Floats) -> tuple[Floats, Floats]:
    """The worse and the better of two bounds in own units, on the scale of oriented values."""
    return np.where(direction > 0, lower, -upper), np.where(direction > 0, upper, -lower)


def _require_less(smaller: str, less: Each, greater: str, more: Each) -> None:
    """Raise unless, for every indicator, the first of the two named numbers is less than the second."""
    first, second = np.broadcast_arrays(np.atleast_1d(less), np.atleast_1d(more))
    wrong = np.flatnonzero(first >= second)
    if len(wrong):
        raise ColumnsError(
            {
                int(column): f"{smaller} ({first[column]:g}) must be less than {greater} ({second[column]:g})"
                for column in wrong
            }
        )
