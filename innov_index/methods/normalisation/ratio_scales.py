"""Normalisation by ratios and relative differences: to the best, the worst, the mean, the total, a unit."""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.preparation import constant_to_nan, oriented
from innov_index.methods.normalisation.scales import require_positive
from innov_index.methods.registry import Each, Trait, UnitPosition
from innov_index.methods.steps import normalisation
from innov_index.model.arrays import Floats


@normalisation.method("share_of_best", Trait.AFFINE, properties="monotone scale alike")
def share_of_best(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Divide each value by the best one; where less is better, the best one by each value.

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
    require_positive(scale=scale)
    x, learned = _reciprocal_pair(values, direction, reference)
    return scale * (x / _positive_or_nan(column_statistics.maximum(learned)))


@normalisation.method(
    "share_of_total",
    Trait.AFFINE,
    in_words="taking the share of the total",
    properties="monotone scale alike",
)
def share_of_total(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Share of the sum over all units; where less is better, of the sum of reciprocals.

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
    require_positive(scale=scale)
    x, learned = _reciprocal_pair(values, direction, reference)
    return scale * x / _positive_or_nan(column_statistics.total(learned))


@normalisation.method("vector", Trait.AFFINE, properties="monotone scale alike")
def vector(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Divide by the Euclidean norm; where less is better, take the complement to 1, which keeps distances.

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
    require_positive(scale=scale)
    plain = np.asarray(values, dtype=np.float64)
    learned = plain if reference is None else np.asarray(reference, dtype=np.float64)
    norm = constant_to_nan(column_statistics.norm(learned))
    complement_of = np.where(direction > 0, 0.0, 1.0)
    return scale * (complement_of + oriented(plain, direction) / norm)


@normalisation.method("ratio_to_mean", Trait.AFFINE, properties="monotone scale alike")
def ratio_to_mean(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    scale: Each = 1.0,
) -> Floats:
    """Divide each value by the mean; where less is better, the mean by each value.

    Formula: s = scale x / (mean of x); where less is better, s = scale (mean of x) / x.

    Undefined: the mean is not positive, or less is better and a value is not positive.

    Remedy: use z_score or min_max for an indicator that can be zero or negative.

    Source: oecd2008 Step 5, "Distance to a reference"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the mean comes from; the values themselves by default.
    scale : float
        Score of the mean.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    return scale * _ratio(values, direction, _mean_of(values, reference))


@normalisation.method("difference_to_mean", Trait.AFFINE, properties="monotone scale alike")
def difference_to_mean(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    scale: Each = 1.0,
) -> Floats:
    """Difference from the mean, as a share of it: 0 there, below zero on the worse side.

    Formula: s = scale direction (x - mean of x) / (mean of x)

    Undefined: the mean is not positive.

    Remedy: use z_score or min_max for an indicator that can be zero or negative.

    Source: oecd2008 Step 5, "Distance to a reference"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the mean comes from; the values themselves by default.
    scale : float
        Score of a difference as large as the mean itself.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    return scale * _difference(values, direction, _mean_of(values, reference))


@normalisation.method("ratio_to_worst", Trait.AFFINE, properties="monotone scale alike")
def ratio_to_worst(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    scale: Each = 1.0,
) -> Floats:
    """Divide each value by the worst value; where less is better, the worst value by each value.

    Formula: s = scale x / (worst x); where less is better, s = scale (worst x) / x.

    Undefined: the worst value is not positive, or less is better and a value is not positive.

    Remedy: use z_score or min_max for an indicator that can be zero or negative.

    Source: oecd2008 Step 5, "Distance to a reference"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the worst value comes from; the values themselves by default.
    scale : float
        Score of the worst value.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    return scale * _ratio(values, direction, _worst_of(values, direction, reference))


@normalisation.method("difference_to_worst", Trait.AFFINE, properties="monotone scale alike")
def difference_to_worst(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    scale: Each = 1.0,
) -> Floats:
    """Difference from the worst value, as a share of it: 0 there, below zero on the worse side.

    Formula: s = scale direction (x - worst x) / (worst x)

    Undefined: the worst value is not positive.

    Remedy: use z_score or min_max for an indicator that can be zero or negative.

    Source: oecd2008 Step 5, "Distance to a reference"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the worst value comes from; the values themselves by default.
    scale : float
        Score of a difference as large as the worst value itself.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    return scale * _difference(values, direction, _worst_of(values, direction, reference))


@normalisation.method(
    "ratio_to_unit", Trait.AFFINE, example={"unit": "CH"}, properties="monotone scale independent alike"
)
def ratio_to_unit(
    values: Floats,
    direction: Floats,
    *,
    unit: UnitPosition,
    scale: Each = 1.0,
) -> Floats:
    """Divide each value by that of a chosen unit; where less is better, that of the unit by each value.

    Formula: s = scale x / (x of unit); where less is better, s = scale (x of unit) / x.

    Undefined: the chosen unit has no value above zero, or less is better and a value is not positive.

    Remedy: use z_score or min_max for an indicator that can be zero or negative.

    Source: oecd2008 Step 5, "Distance to a reference"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    unit : int
        Position of the chosen unit.
    scale : float
        Score of the chosen unit.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    return scale * _ratio(values, direction, np.asarray(values, dtype=np.float64)[..., unit, np.newaxis, :])


@normalisation.method(
    "difference_to_unit", Trait.AFFINE, example={"unit": "CH"}, properties="monotone scale independent alike"
)
def difference_to_unit(
    values: Floats,
    direction: Floats,
    *,
    unit: UnitPosition,
    scale: Each = 1.0,
) -> Floats:
    """Difference from the value of a chosen unit, as a share of it: 0 there, below zero on the worse side.

    Formula: s = scale direction (x - x of unit) / (x of unit)

    Undefined: the chosen unit has no value above zero.

    Remedy: use z_score or min_max for an indicator that can be zero or negative.

    Source: oecd2008 Step 5, "Distance to a reference"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    unit : int
        Position of the chosen unit.
    scale : float
        Score of a difference as large as the value of the chosen unit.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    return scale * _difference(
        values, direction, np.asarray(values, dtype=np.float64)[..., unit, np.newaxis, :]
    )


def _ratio(values: Floats, direction: Floats, of: Floats) -> Floats:
    """x / c for c > 0; where less is better c / x, and NaN for a column with a value that is not positive."""
    turned = _reciprocal_if_less_is_better(np.asarray(values, dtype=np.float64), direction)
    base = _positive_or_nan(of)
    # Each column meets only its own operation: the other one could overflow where values are large or small.
    better_more = direction > 0
    return turned / np.where(better_more, base, 1.0) * np.where(better_more, 1.0, base)


def _difference(values: Floats, direction: Floats, of: Floats) -> Floats:
    """direction (x - c) / c, for c > 0."""
    base = _positive_or_nan(of)
    return oriented((np.asarray(values, dtype=np.float64) - base) / base, direction)


def _mean_of(values: Floats, reference: Floats | None) -> Floats:
    return column_statistics.mean(np.asarray(values if reference is None else reference, dtype=np.float64))


def _worst_of(values: Floats, direction: Floats, reference: Floats | None) -> Floats:
    learned = np.asarray(values if reference is None else reference, dtype=np.float64)
    lowest, highest = column_statistics.minimum(learned), column_statistics.maximum(learned)
    return np.where(direction > 0, lowest, highest)


def _reciprocal_pair(
    values: Floats, direction: Floats, reference: Floats | None = None
) -> tuple[Floats, Floats]:
    """As `oriented_pair`, but with reciprocals where less is better: ratios do not survive a change of sign.

    A column becomes NaN if its reciprocals are meaningless, because a value is not positive.
    """
    x = _reciprocal_if_less_is_better(np.asarray(values, dtype=np.float64), direction)
    if reference is None:
        return x, x
    return x, _reciprocal_if_less_is_better(np.asarray(reference, dtype=np.float64), direction)


def _reciprocal_if_less_is_better(values: Floats, direction: Floats) -> Floats:
    if np.all(direction > 0):
        return values
    reciprocal = 1.0 / _positive_or_nan(values)
    meaningful = column_statistics.minimum(values) > 0
    return np.where(direction > 0, values, np.where(meaningful, reciprocal, np.nan))


def _positive_or_nan(values: Floats) -> Floats:
    return np.where(values > 0, values, np.nan)
