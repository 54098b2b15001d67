"""Imputation by a constant, or by the centre of an indicator, a group of units or a unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.preparation import into_gaps, oriented
from innov_index.methods.registry import Each, IndicatorGroups, Trait, UnitGroups
from innov_index.methods.steps import imputation
from innov_index.model.arrays import Floats, Ints, doubles

Centre: TypeAlias = Callable[[Floats], Floats]
Otherwise: TypeAlias = Literal["missing", "mean", "median"]


@imputation.method("none", Trait.IDENTITY, properties="scale shift independent alike")
def none(values: Floats) -> Floats:
    """Leave missing values missing.

    Formula: x

    Source: oecd2008 section 1.3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return doubles(values)


@imputation.method("constant", example={"value": 10.0}, properties="independent alike")
def constant(values: Floats, *, value: Each) -> Floats:
    """Fill gaps with a stated number.

    Formula: value

    Source: oecd2008 section 1.3

    Parameters
    ----------
    values : (..., units, indicators)
    value : float
        The number, in the indicator's own units.

    Returns
    -------
    (..., units, indicators)
    """
    return into_gaps(values, np.asarray(value, dtype=np.float64))


@imputation.method("mean", Trait.COMPARES_UNITS, properties="scale shift alike")
def mean(values: Floats) -> Floats:
    """Fill gaps with the mean of the indicator.

    Formula: mean of the available values of the indicator

    Undefined: the indicator has no values.

    Remedy: leave the indicator out.

    Source: oecd2008 section 1.3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return into_gaps(values, column_statistics.mean(doubles(values)))


@imputation.method("median", Trait.COMPARES_UNITS, properties="scale shift alike")
def median(values: Floats) -> Floats:
    """Fill gaps with the median of the indicator.

    Formula: median of the available values of the indicator

    Undefined: the indicator has no values.

    Remedy: leave the indicator out.

    Source: oecd2008 section 1.3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return into_gaps(values, column_statistics.median(doubles(values)))


@imputation.method(
    "group_mean", Trait.COMPARES_UNITS, example={"by": "region"}, properties="scale shift alike"
)
def group_mean(values: Floats, *, by: UnitGroups, otherwise: Otherwise = "missing") -> Floats:
    """Fill gaps with the mean of the indicator within the unit's group.

    Formula: mean of the available values of the indicator in the group

    Undefined: no unit of the group has the indicator, or the unit has no group.

    Remedy: set otherwise to mean or median, or use larger groups.

    Source: coinr i_mean_grp

    Parameters
    ----------
    values : (..., units, indicators)
    by : group column
        Groups of units; a negative code is a unit without a group.
    otherwise : {"missing", "mean", "median"}
        What fills a gap without a group mean: nothing (as in COINr), or the mean or median of the indicator.

    Returns
    -------
    (..., units, indicators)
    """
    return _group_imputed(values, by, column_statistics.mean, otherwise)


@imputation.method(
    "group_median", Trait.COMPARES_UNITS, example={"by": "region"}, properties="scale shift alike"
)
def group_median(values: Floats, *, by: UnitGroups, otherwise: Otherwise = "missing") -> Floats:
    """Fill gaps with the median of the indicator within the unit's group.

    Formula: median of the available values of the indicator in the group

    Undefined: no unit of the group has the indicator, or the unit has no group.

    Remedy: set otherwise to mean or median, or use larger groups.

    Source: coinr i_median_grp

    Parameters
    ----------
    values : (..., units, indicators)
    by : group column
        Groups of units; a negative code is a unit without a group.
    otherwise : {"missing", "mean", "median"}
        What fills a gap without a group median: nothing (as in COINr), or the mean or median of the
        indicator.

    Returns
    -------
    (..., units, indicators)
    """
    return _group_imputed(values, by, column_statistics.median, otherwise)


@imputation.method("unit_mean", Trait.COMPARES_UNITS, properties="scale shift alike")
def unit_mean(values: Floats, direction: Floats, *, level: IndicatorGroups | None = None) -> Floats:
    """Place a gap in the indicator's range where the unit is on average in its other indicators.

    Indicators are scaled to 0 … 1 (min-max, more is better), the unit's available scores in the dimension are
    averaged, and the average is converted back to the indicator's own scale. A constant indicator is left out
    of the average; its gaps are filled with the constant.

    Formula: x = direction (min + (max - min) mean of (x_k direction_k - min_k) / (max_k - min_k)), over the
    unit's available indicators k of the dimension

    Undefined: the unit has no other indicator in the dimension, or no unit has the indicator.

    Remedy: use a higher level of the tree.

    Source: coinr Impute (impute_by = "row")

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    level : level of the tree, optional
        Average within the dimensions of this level; by default over all indicators.

    Returns
    -------
    (..., units, indicators)
    """
    return _unit_imputed(values, direction, level, column_statistics.mean)


@imputation.method("unit_median", Trait.COMPARES_UNITS, properties="scale shift alike")
def unit_median(values: Floats, direction: Floats, *, level: IndicatorGroups | None = None) -> Floats:
    """As unit_mean, with the median of the unit's scores.

    Formula: x = direction (min + (max - min) median of (x_k direction_k - min_k) / (max_k - min_k)), over the
    unit's available indicators k of the dimension

    Undefined: the unit has no other indicator in the dimension, or no unit has the indicator.

    Remedy: use a higher level of the tree.

    Source: coinr Impute (impute_by = "row")

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    level : level of the tree, optional
        Take medians within the dimensions of this level; by default over all indicators.

    Returns
    -------
    (..., units, indicators)
    """
    return _unit_imputed(values, direction, level, column_statistics.median)


def _group_imputed(values: Floats, groups: Ints, centre: Centre, otherwise: Otherwise) -> Floats:
    x = doubles(values)
    filled = x.copy()
    for group in np.unique(groups[groups >= 0]):
        members = groups == group
        block = x[..., members, :]
        filled[..., members, :] = into_gaps(block, centre(block))
    if otherwise == "missing":
        return filled
    return into_gaps(
        filled, column_statistics.mean(x) if otherwise == "mean" else column_statistics.median(x)
    )


def _unit_imputed(values: Floats, direction: Floats, level: Ints | None, centre: Centre) -> Floats:
    x = oriented(doubles(values), direction)
    low = column_statistics.minimum(x)
    spread = column_statistics.maximum(x) - low
    scores = np.swapaxes((x - low) / np.where(spread > 0, spread, np.nan), -1, -2)
    dimensions = np.zeros(x.shape[-1], dtype=np.int64) if level is None else level
    places = np.empty_like(x)
    for dimension in np.unique(dimensions):
        members = dimensions == dimension
        places[..., members] = np.swapaxes(centre(scores[..., members, :]), -1, -2)
    estimates = np.where(spread > 0, low + spread * places, low)
    return into_gaps(values, oriented(estimates, direction))
