"""Normalisation: indicators in their own units → scores on one scale, more is better.

Parameters that are values of an indicator (goalposts, targets, breaks) are in the indicator's own units,
whatever its direction. A missing value stays missing and takes no part in any statistic. Statistics come from
`reference` where it is given (another edition, all editions pooled), otherwise from the values themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import Ge, Le, Len

from innov_index.errors import OptionError
from innov_index.methods import columns
from innov_index.methods.ranks import SharedTies, ascending_ranks, ranks_in_reference
from innov_index.methods.registry import Each, Step, UnitColumn, UnitPosition, constant_to_nan, oriented
from innov_index.model.arrays import Floats

normalisation = Step("normalisation")

# Handbook, Step 5, "Categorical scale".
PERCENTILES_OF_THE_HANDBOOK = [0.15, 0.25, 0.65, 0.85, 0.95]

Truncate: TypeAlias = bool | Literal["low", "high"]
Probability: TypeAlias = Annotated[float, Ge(0), Le(1)]


@normalisation.method("none")
def none(values: Floats, direction: Floats) -> Floats:
    """Leave values as they are, with the sign turned where less is better.

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


@normalisation.method("min_max")
def min_max(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    low: Each = 0.0,
    high: Each = 100.0,
    quantiles: Annotated[list[Probability], Len(2, 2)] | None = None,
    truncate: Truncate = False,
) -> Floats:
    """Stretch each indicator linearly between its extremes, or between two of its quantiles.

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
        Score of the worst and of the best unit.
    quantiles : list of two floats, optional
        Two quantiles of the indicator in its own units, e.g. [0.05, 0.95], to take the place of minimum and
        maximum.
    truncate : bool, "low" or "high"
        Whether scores beyond `low` and `high`, or beyond one of the two, are set to it.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_less("low", low, "high", high)
    x, learned = _oriented_pair(values, direction, reference)
    if quantiles is None:
        worst, best = columns.minimum(learned), columns.maximum(learned)
    else:
        _require_less("the first quantile", quantiles[0], "the second", quantiles[1])
        own_units = np.asarray(values if reference is None else reference, dtype=np.float64)
        lower, upper = columns.quantiles(own_units, quantiles)
        worst, best = _oriented_bounds(lower, upper, direction)
    return _truncated(_stretched(x, worst, best, low, high), low, high, truncate)


@normalisation.method("z_score")
def z_score(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    mean: Each = 0.0,
    sd: Each = 1.0,
    population: bool = False,
) -> Floats:
    """Give each indicator the same mean and the same standard deviation.

    Formula: s = mean + sd (x - mean of x) / (standard deviation of x), with x multiplied by its direction
    first.

    Undefined: the indicator is constant, or has a single value.

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: oecd2008 Step 5, "Standardisation (or z-scores)"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where mean and standard deviation come from; the values themselves by default.
    mean, sd : float
        Mean and standard deviation of the scores.
    population : bool
        Divide by n, not by n - 1, in the standard deviation.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(sd=sd)
    x, learned = _oriented_pair(values, direction, reference)
    return mean + sd * _standardised(x, learned, population=population)


@normalisation.method("robust_z")
def robust_z(
    values: Floats, direction: Floats, reference: Floats | None = None, *, mean: Each = 0.0, sd: Each = 1.0
) -> Floats:
    """Standardise by median and median absolute deviation, which outliers do not move.

    Formula: s = mean + sd (x - median) / (1.4826 median of |x - median|), with x multiplied by its direction
    first.

    Undefined: half of the units or more have the same value, so that the median absolute deviation is 0.

    Remedy: use z_score, min_max or rank for the indicator.

    Source: rousseeuw1993 section 1

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where both medians come from; the values themselves by default.
    mean, sd : float
        Median of the scores, and their standard deviation if the indicator were normally distributed.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(sd=sd)
    x, learned = _oriented_pair(values, direction, reference)
    centre = columns.median(learned)
    deviation = 1.4826 * columns.median(np.abs(learned - centre))
    robust: Floats = mean + sd * ((x - centre) / constant_to_nan(deviation))
    return robust


@normalisation.method("rank")
def rank(
    values: Floats, direction: Floats, reference: Floats | None = None, *, ties: SharedTies = "min"
) -> Floats:
    """Put the rank in the place of the value, counted upwards: the worst unit scores 1.

    Formula: s = 1 + number of units with a lower x (ties: min), with x multiplied by its direction first.

    Source: oecd2008 Step 5, "Ranking"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Units among which the rank is taken; the values themselves by default.
    ties : "min", "average", "max" or "dense"
        Which of their ranks equal values share.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing and is not counted.
    """
    x, learned = _oriented_pair(values, direction, reference)
    return _upward_ranks(x, learned, ties)


@normalisation.method("percentile_rank")
def percentile_rank(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    ties: SharedTies = "min",
    scale: Each = 1.0,
) -> Floats:
    """Share of the other units that a unit leaves behind: 0 for the worst, `scale` for the best.

    A value that is better than all of the reference scores as its best.

    Formula: s = scale (rank - 1) / (n - 1), with ranks counted upwards and n the number of values.

    Undefined: the indicator has a single value.

    Remedy: use goalposts, which need no other units.

    Source: coinr n_prank

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Units among which the rank is taken; the values themselves by default.
    ties : "min", "average", "max" or "dense"
        Which of their ranks equal values share.
    scale : float
        Score of the best unit.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(scale=scale)
    x, learned = _oriented_pair(values, direction, reference)
    others = constant_to_nan(columns.count(learned) - 1.0)
    position = (_upward_ranks(x, learned, ties) - 1) / others
    return scale * np.minimum(position, 1.0)


@normalisation.method("borda")
def borda(
    values: Floats, direction: Floats, reference: Floats | None = None, *, ties: SharedTies = "min"
) -> Floats:
    """Borda points: the number of units that a unit leaves behind.

    Formula: s = rank - 1, with ranks counted upwards.

    Source: coinr n_borda

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Units among which the rank is taken; the values themselves by default.
    ties : "min", "average", "max" or "dense"
        Which of their ranks equal values share.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    x, learned = _oriented_pair(values, direction, reference)
    return _upward_ranks(x, learned, ties) - 1


@normalisation.method("goalposts")
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
    """Stretch each indicator linearly between two fixed values, so that scores compare over time.

    Formula: s = low + (high - low) (x - lower) / (upper - lower); where less is better, (upper - x) takes the
    place of (x - lower).

    Source: undp2010 technical note 1

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    lower, upper : float
        The two values, in the indicator's own units; the lower one stays the lower one where less is better.
    low, high : float
        Score at the worse and at the better of the two.
    truncate : bool, "low" or "high"
        Whether scores beyond `low` and `high`, or beyond one of the two, are set to it.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_less("low", low, "high", high)
    _require_less("lower", lower, "upper", upper)
    x, _ = _oriented_pair(values, direction)
    worst, best = _oriented_bounds(np.asarray(lower), np.asarray(upper), direction)
    return _truncated(_stretched(x, worst, best, low, high), low, high, truncate)


@normalisation.method("goalposts_by_unit")
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
    """Goalposts that differ between units, e.g. by group or by sex, read from two columns.

    Formula: s = low + (high - low) (x - lower) / (upper - lower); where less is better, (upper - x) takes the
    place of (x - lower).

    Undefined: a unit's lower goalpost is missing or is not below its upper one.

    Remedy: correct the two columns that hold the goalposts.

    Source: undp2014 Gender Development Index

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    lower, upper : (..., units, 1 or indicators)
        The two values of each unit, in the indicator's own units.
    low, high : float
        Score at the worse and at the better of the two.
    truncate : bool, "low" or "high"
        Whether scores beyond `low` and `high`, or beyond one of the two, are set to it.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_less("low", low, "high", high)
    x, _ = _oriented_pair(values, direction)
    worst, best = _oriented_bounds(lower, upper, direction)
    return _truncated(_stretched(x, worst, best, low, high), low, high, truncate)


@normalisation.method("distance_to_target")
def distance_to_target(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    target: Each,
    cap: bool = False,
    scale: Each = 1.0,
) -> Floats:
    """How far each unit is on the way from the worst unit to a target.

    Formula: s = scale (1 - (target - x) / (target - min)), with x and target multiplied by the direction
    first.

    Undefined: the target is not better than the worst unit.

    Remedy: set a target that is better than the worst value, or use goalposts.

    Source: coinr n_dist2targ

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the minimum comes from; the values themselves by default.
    target : float
        In the indicator's own units.
    cap : bool
        Whether units that are better get no more than `scale`.
    scale : float
        Score at the target.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(scale=scale)
    x, learned = _oriented_pair(values, direction, reference)
    reached = _stretched(x, columns.minimum(learned), target * direction, 0.0, scale)
    return _truncated(reached, 0.0, scale, "high" if cap else False)


@normalisation.method("distance_to_reference")
def distance_to_reference(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    unit: UnitPosition,
    cap: bool = False,
    scale: Each = 1.0,
) -> Floats:
    """How far each unit is on the way from the worst unit to a chosen one.

    Formula: s = scale (1 - (x of unit - x) / (x of unit - min)), with x multiplied by its direction first.

    Undefined: the chosen unit has no value, or is the worst.

    Remedy: choose another unit, or use distance_to_best for the indicator.

    Source: coinr n_dist2ref

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the minimum comes from; the values themselves by default.
    unit : int
        Position of the chosen unit.
    cap : bool
        Whether units that are better get no more than `scale`.
    scale : float
        Score of the chosen unit.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(scale=scale)
    x, learned = _oriented_pair(values, direction, reference)
    chosen = x[..., unit, np.newaxis, :]
    reached = _stretched(x, columns.minimum(learned), chosen, 0.0, scale)
    return _truncated(reached, 0.0, scale, "high" if cap else False)


@normalisation.method("distance_to_best")
def distance_to_best(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Distance to the best unit, as a share of the way from worst to best: min_max from 0 to `scale`.

    Formula: s = scale (1 - (max - x) / (max - min)), with x multiplied by its direction first.

    Undefined: the indicator is constant (minimum = maximum).

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: coinr n_dist2max

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where minimum and maximum come from; the values themselves by default.
    scale : float
        Score of the best unit.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(scale=scale)
    x, learned = _oriented_pair(values, direction, reference)
    return _stretched(x, columns.minimum(learned), columns.maximum(learned), 0.0, scale)


@normalisation.method("share_of_best")
def share_of_best(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Each value as a share of the best one; the best one as a share of each value where less is better.

    Formula: s = scale x / max of x; where less is better, s = scale (min of x) / x.

    Undefined: the maximum is not positive, or less is better and a value is not positive.

    Remedy: use min_max or rank for an indicator that can be zero or negative.

    Source: hwang1981 linear scale transformation

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where maximum or minimum comes from; the values themselves by default.
    scale : float
        Score of the best unit.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(scale=scale)
    x, learned = _reciprocal_pair(values, direction, reference)
    return scale * (x / _positive_or_nan(columns.maximum(learned)))


@normalisation.method("share_of_total")
def share_of_total(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Each unit's share of the sum over all units; of the sum of reciprocals where less is better.

    Formula: s = scale x / sum of x; where less is better, s = scale (1 / x) / sum of (1 / x).

    Undefined: the sum is not positive, or less is better and a value is not positive.

    Remedy: use min_max or rank for an indicator that can be zero or negative.

    Source: pymcdm2023 sum_normalization

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the sum comes from; the values themselves by default.
    scale : float
        Sum of the scores.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(scale=scale)
    x, learned = _reciprocal_pair(values, direction, reference)
    return scale * x / _positive_or_nan(columns.total(learned))


@normalisation.method("vector")
def vector(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Divide by the Euclidean norm; where less is better take the complement to 1, which keeps distances.

    Formula: s = scale x / sqrt(sum of x²); where less is better, s = scale (1 - x / sqrt(sum of x²)).

    Undefined: every value is 0.

    Remedy: leave the indicator out.

    Source: pymcdm2023 vector_normalization

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the norm comes from; the values themselves by default.
    scale : float
        Factor of all scores.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(scale=scale)
    plain = np.asarray(values, dtype=np.float64)
    learned = plain if reference is None else np.asarray(reference, dtype=np.float64)
    norm = constant_to_nan(np.sqrt(columns.total(learned**2)))
    complement_of = np.where(direction > 0, 0.0, 1.0)
    return scale * (complement_of + oriented(plain, direction) / norm)


@normalisation.method("logistic")
def logistic(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    steepness: Each = 1.0,
    scale: Each = 1.0,
) -> Floats:
    """Bend z-scores into the range from 0 to `scale`, so that outliers count less and less.

    Formula: s = scale / (1 + exp(-steepness z)), with z the z-score (sample standard deviation).

    Undefined: the indicator is constant, or has a single value.

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: theodoridis2009 "Data Normalization", softmax scaling

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where mean and standard deviation come from; the values themselves by default.
    steepness : float
        Four times the slope at the mean, in shares of `scale` a standard deviation.
    scale : float
        Score that the best units come near to.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(steepness=steepness, scale=scale)
    z = _standardised(*_oriented_pair(values, direction, reference))
    with np.errstate(over="ignore"):
        return scale / (1.0 + np.exp(-steepness * z))


@normalisation.method("tanh")
def tanh(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    steepness: Each = 0.01,
    scale: Each = 1.0,
) -> Floats:
    """Bend z-scores into the range from 0 to `scale` by the hyperbolic tangent.

    The source takes mean and standard deviation from Hampel estimators; here they are the plain ones.

    Formula: s = scale (tanh(steepness z) + 1) / 2, with z the z-score (sample standard deviation).

    Undefined: the indicator is constant, or has a single value.

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: jain2005 "tanh-estimators"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where mean and standard deviation come from; the values themselves by default.
    steepness : float
        Twice the slope at the mean, in shares of `scale` a standard deviation.
    scale : float
        Score that the best units come near to.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(steepness=steepness, scale=scale)
    z = _standardised(*_oriented_pair(values, direction, reference))
    return scale * (np.tanh(steepness * z) + 1) / 2


@normalisation.method("above_below_mean")
def above_below_mean(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    threshold: Annotated[float, Ge(0)] = 0.0,
) -> Floats:
    """Score 1 clearly above the mean, -1 clearly below it, and 0 around it.

    Formula: s = 1 if x > mean + threshold |mean|, -1 if x < mean - threshold |mean|, otherwise 0, with x
    multiplied by its direction first.

    Source: oecd2008 Step 5, "Indicators above or below the mean"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the mean comes from; the values themselves by default.
    threshold : float
        Half the width of the band around the mean that scores 0, as a share of the mean.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    x, learned = _oriented_pair(values, direction, reference)
    mean = columns.mean(learned)
    distance = x - mean
    return np.where(np.abs(distance) <= threshold * np.abs(mean), 0.0, np.sign(distance))


@normalisation.method("classes")
def classes(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    quantiles: Annotated[int, Ge(2)] | list[Probability] = PERCENTILES_OF_THE_HANDBOOK,
    scores: list[float] | None = None,
) -> Floats:
    """Score by class, with classes that are cut at quantiles of the indicator.

    Formula: s = score of the class, which is the number of quantiles that x reaches, with x multiplied by its
    direction first.

    Undefined: the indicator is constant (minimum = maximum).

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: oecd2008 Step 5, "Categorical scale"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the quantiles come from; the values themselves by default.
    quantiles : int or list of float
        Where classes are cut, counted from the worst unit to the best (0.95 cuts off the best twentieth); or
        the number of classes of equal size.
    scores : list of float, optional
        One score a class, from the worst to the best; evenly spaced from 0 to 100 by default.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    x, learned = _oriented_pair(values, direction, reference)
    cuts = _cuts(quantiles)
    varies = columns.maximum(learned) > columns.minimum(learned)
    return _scored_by_class(np.where(varies, x, np.nan), columns.quantiles(learned, cuts), scores)


@normalisation.method("breaks")
def breaks(
    values: Floats,
    direction: Floats,
    *,
    breaks: Annotated[list[float], Len(1)],
    scores: list[float] | None = None,
) -> Floats:
    """Score by class, with classes that are cut at given values.

    Formula: s = score of the class, which is the number of breaks that x reaches (x >= break, or x <= break
    where less is better).

    Source: oecd2008 Step 5, "Categorical scale"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    breaks : list of float
        Where classes are cut, in the indicator's own units, ascending.
    scores : list of float, optional
        One score a class, from the worst to the best; evenly spaced from 0 to 100 by default.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_ascending("breaks", breaks)
    x, _ = _oriented_pair(values, direction)
    return _scored_by_class(x, [cut * direction for cut in breaks], scores)


@normalisation.method("linear")
def linear(values: Floats, direction: Floats, *, factor: Each = 1.0, offset: Each = 0.0) -> Floats:
    """Multiply by a factor and add an offset, both given.

    Formula: s = offset + factor direction x, with a positive factor.

    Source: oecd2008 Step 5

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    factor, offset : float
        The factor is positive: less is better is said by the direction alone.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_positive(factor=factor)
    return offset + factor * _oriented_pair(values, direction)[0]


def _oriented_pair(
    values: Floats, direction: Floats, reference: Floats | None = None
) -> tuple[Floats, Floats]:
    """Values, and what statistics are learned from (the reference, or else the values), more is better."""
    x = oriented(np.asarray(values, dtype=np.float64), direction)
    return x, x if reference is None else oriented(np.asarray(reference, dtype=np.float64), direction)


def _reciprocal_pair(
    values: Floats, direction: Floats, reference: Floats | None = None
) -> tuple[Floats, Floats]:
    """As `_oriented_pair`, but with reciprocals where less is better: ratios do not survive a change of sign.

    A column whose reciprocals have no meaning, since a value is not positive, becomes NaN.
    """
    x = _reciprocal_if_less_is_better(np.asarray(values, dtype=np.float64), direction)
    if reference is None:
        return x, x
    return x, _reciprocal_if_less_is_better(np.asarray(reference, dtype=np.float64), direction)


def _reciprocal_if_less_is_better(values: Floats, direction: Floats) -> Floats:
    if np.all(direction > 0):
        return values
    reciprocal = 1.0 / _positive_or_nan(values)
    meaningful = columns.minimum(values) > 0
    return np.where(direction > 0, values, np.where(meaningful, reciprocal, np.nan))


def _oriented_bounds(lower: Floats, upper: Floats, direction: Floats) -> tuple[Floats, Floats]:
    """The worse and the better of two bounds given in own units, on the scale of oriented values."""
    return np.where(direction > 0, lower, -upper), np.where(direction > 0, upper, -lower)


def _stretched(x: Floats, worst: Floats, best: Floats, low: Each, high: Each) -> Floats:
    """Linear map that takes `worst` to `low` and `best` to `high`; NaN where worst is not below best."""
    stretched: Floats = x - worst
    stretched /= constant_to_nan(best - worst)
    stretched *= high - low
    stretched += low
    return stretched


def _standardised(x: Floats, learned: Floats, *, population: bool = False) -> Floats:
    spread = columns.standard_deviation(learned, population=population)
    standardised: Floats = (x - columns.mean(learned)) / constant_to_nan(spread)
    return standardised


def _upward_ranks(x: Floats, learned: Floats, ties: SharedTies) -> Floats:
    """Ranks among the learned values, the lowest first; directly where the values are learned from."""
    return ascending_ranks(x, ties) if learned is x else ranks_in_reference(x, learned, ties)


def _cuts(quantiles: int | list[float]) -> list[float]:
    """Probabilities at which classes are cut; for a number of classes, of equal size."""
    if isinstance(quantiles, int):
        return [cut / quantiles for cut in range(1, quantiles)]
    _require_ascending("quantiles", quantiles)
    return quantiles


def _scored_by_class(x: Floats, cuts: Sequence[Floats], scores: list[float] | None) -> Floats:
    """The score of each value's class: the number of cuts that it reaches."""
    if scores is None:
        scores = [100 * reached / len(cuts) for reached in range(len(cuts) + 1)]
    if len(scores) != len(cuts) + 1:
        raise OptionError(
            f"{len(cuts)} cuts make {len(cuts) + 1} classes, but there are {len(scores)} scores."
        )
    _require_ascending("scores", scores)
    reached = np.zeros(x.shape, dtype=np.intp)
    for cut in cuts:
        reached += x >= cut
    return np.where(np.isnan(x), np.nan, np.asarray(scores, dtype=np.float64)[reached])


def _truncated(scores: Floats, low: Each, high: Each, truncate: Truncate) -> Floats:
    if truncate in (True, "low"):
        scores = np.maximum(scores, low)
    if truncate in (True, "high"):
        scores = np.minimum(scores, high)
    return scores


def _positive_or_nan(values: Floats) -> Floats:
    return np.where(values > 0, values, np.nan)


def _require_positive(**numbers: Each) -> None:
    """Raise unless each number is positive for every indicator: otherwise more would not be better."""
    for name, number in numbers.items():
        if np.any(np.asarray(number) <= 0):
            raise OptionError(f"{name} must be positive; got {number}.")


def _require_less(smaller: str, less: Each, greater: str, more: Each) -> None:
    """Raise unless, for every indicator, the first of two named numbers is less than the second."""
    if np.any(np.asarray(less) >= np.asarray(more)):
        raise OptionError(f"{smaller} must be less than {greater}; got {less} and {more}.")


def _require_ascending(name: str, numbers: Sequence[float]) -> None:
    """Raise unless each number is greater than the one before it."""
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise OptionError(f"{name} must ascend; got {', '.join(map(str, numbers))}.")
