"""Imputation: estimates in place of missing values.

A method changes only the gaps. A gap that it has no estimate for stays missing, which is for the steps after
it to deal with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import Ge, Gt, Le

from innov_index.engine.loops import each_table
from innov_index.methods import columns, em, panel
from innov_index.methods.neighbours import Weighting, filled_from_neighbours
from innov_index.methods.registry import Each, IndicatorGroups, Step, UnitGroups, oriented
from innov_index.methods.regression import filled_by_regression
from innov_index.model.arrays import Floats, Ints

imputation = Step("imputation")

Centre: TypeAlias = Callable[[Floats], Floats]
Otherwise: TypeAlias = Literal["missing", "mean", "median"]
Positive: TypeAlias = Annotated[float, Gt(0)]
Share: TypeAlias = Annotated[float, Ge(0), Le(1)]
AtLeastOne: TypeAlias = Annotated[int, Ge(1)]
Seed: TypeAlias = Annotated[int, Ge(0)]


@imputation.method("none")
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
    return _double(values)


@imputation.method("constant")
def constant(values: Floats, *, value: Each) -> Floats:
    """Put a stated number in each gap.

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
    return _into_gaps(values, np.asarray(value, dtype=np.float64))


@imputation.method("mean")
def mean(values: Floats) -> Floats:
    """Put the indicator's mean in its gaps.

    Formula: mean of the available values of the indicator

    Undefined: the indicator has no value at all.

    Remedy: leave the indicator out.

    Source: oecd2008 section 1.3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return _into_gaps(values, columns.mean(_double(values)))


@imputation.method("median")
def median(values: Floats) -> Floats:
    """Put the indicator's median in its gaps.

    Formula: median of the available values of the indicator

    Undefined: the indicator has no value at all.

    Remedy: leave the indicator out.

    Source: oecd2008 section 1.3

    Parameters
    ----------
    values : (..., units, indicators)

    Returns
    -------
    (..., units, indicators)
    """
    return _into_gaps(values, columns.median(_double(values)))


@imputation.method("group_mean")
def group_mean(values: Floats, *, by: UnitGroups, otherwise: Otherwise = "missing") -> Floats:
    """Put the indicator's mean within the unit's group in its gaps.

    Formula: mean of the available values of the indicator in the group

    Undefined: no unit of the group has the indicator, or the unit has no group.

    Remedy: set otherwise to mean or median, or use larger groups.

    Source: coinr i_mean_grp

    Parameters
    ----------
    values : (..., units, indicators)
    by : group column
        Groups of units; a negative code is a unit without group.
    otherwise : {"missing", "mean", "median"}
        What a gap gets that has no group mean: nothing (as in COINr), or the indicator's mean or median.

    Returns
    -------
    (..., units, indicators)
    """
    return _group_imputed(values, by, columns.mean, otherwise)


@imputation.method("group_median")
def group_median(values: Floats, *, by: UnitGroups, otherwise: Otherwise = "missing") -> Floats:
    """Put the indicator's median within the unit's group in its gaps.

    Formula: median of the available values of the indicator in the group

    Undefined: no unit of the group has the indicator, or the unit has no group.

    Remedy: set otherwise to mean or median, or use larger groups.

    Source: coinr i_median_grp

    Parameters
    ----------
    values : (..., units, indicators)
    by : group column
        Groups of units; a negative code is a unit without group.
    otherwise : {"missing", "mean", "median"}
        What a gap gets that has no group median: nothing (as in COINr), or the indicator's mean or median.

    Returns
    -------
    (..., units, indicators)
    """
    return _group_imputed(values, by, columns.median, otherwise)


@imputation.method("unit_mean")
def unit_mean(values: Floats, direction: Floats, *, level: IndicatorGroups | None = None) -> Floats:
    """Give a gap the place in its indicator's range that the unit has on average in its other indicators.

    Indicators are put on 0 … 1 (min-max, more is better), the unit's available scores in the same dimension
    are averaged, and the average is put back on the indicator's own scale. A constant indicator takes no part
    in the average; a gap of it gets the constant.

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
        Level whose dimensions bound the average; by default it runs over all indicators.

    Returns
    -------
    (..., units, indicators)
    """
    return _unit_imputed(values, direction, level, columns.mean)


@imputation.method("unit_median")
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
        Level whose dimensions bound the median; by default it runs over all indicators.

    Returns
    -------
    (..., units, indicators)
    """
    return _unit_imputed(values, direction, level, columns.median)


@imputation.method("nearest_neighbours", "looped")
def nearest_neighbours(values: Floats, *, k: AtLeastOne = 5, weights: Weighting = "uniform") -> Floats:
    """Put the mean of the most similar units that have the indicator in a gap.

    Similar is a small root mean square difference over the indicators that both units have, standardised
    (z-scores). Units as far as the k-th count too, so the order of units never decides.

    Formula: Σ w_j x_j / Σ w_j over the k nearest units j; w = 1, or 1 / distance

    Undefined: no unit that has the indicator shares an indicator with this one.

    Remedy: screen out units with little data first.

    Source: troyanskaya2001 p. 521

    Parameters
    ----------
    values : (..., units, indicators)
    k : int
        Number of neighbours.
    weights : {"uniform", "distance"}
        Whether all neighbours count the same, or by one over their distance.

    Returns
    -------
    (..., units, indicators)
    """
    return _each_table(values, lambda table: filled_from_neighbours(table, k, weights))


@imputation.method("regression", "looped")
def regression(values: Floats, *, predictors: AtLeastOne | None = None) -> Floats:
    """Predict the gaps of each incomplete indicator from the complete ones.

    The incomplete indicator is regressed, by least squares with an intercept over the units that have it, on
    the indicators that no unit lacks and that vary. Collinear predictors share their effect (minimum norm).

    Formula: x = b0 + Σ b_k x_k over the complete indicators k

    Undefined: no indicator is complete, or the units that have the indicator are not more than the
    coefficients.

    Remedy: state a smaller number of predictors, or use em, which needs no complete indicator.

    Source: oecd2008 section 1.3

    Parameters
    ----------
    values : (..., units, indicators)
    predictors : int, optional
        Use only this many: those with the largest absolute correlation with the indicator.

    Returns
    -------
    (..., units, indicators)
    """
    return _each_table(values, lambda table: filled_by_regression(table, predictors))


@imputation.method("em", "looped")
def expectation_maximisation(
    values: Floats,
    *,
    tolerance: Positive = 1e-10,
    max_iterations: AtLeastOne = 5000,
    shrinkage: Share = 0.0,
) -> Floats:
    """Put the expectation given the unit's other values in a gap, for indicators that are jointly normal.

    Mean and covariance are those of maximum likelihood, found with the EM algorithm.

    Formula: E(x_missing | x_available) = μ_m + Σ_ma Σ_aa⁻¹ (x_a - μ_a)

    Undefined: the covariance is singular (too few units for the number of indicators, or indicators that
    determine each other), the algorithm did not settle, or the indicator is constant.

    Remedy: state a shrinkage such as 0.1, impute fewer indicators together, or raise max_iterations.

    Source: dempster1977 section 4.1

    Parameters
    ----------
    values : (..., units, indicators)
    tolerance : float
        Largest change of a mean or covariance, in standard deviations, at which the algorithm stops.
    max_iterations : int
        Number of rounds after which it gives up.
    shrinkage : float
        Share by which correlations are shrunk towards zero in each round; more than zero where there are few
        units.

    Returns
    -------
    (..., units, indicators)
    """
    settings = em.Settings(tolerance, max_iterations, shrinkage)
    return _each_table(values, lambda table: em.conditional_means(table, settings))


@imputation.method("em_draws", "looped", "adds_draws", "random")
def em_draws(
    values: Floats,
    *,
    draws: AtLeastOne = 100,
    seed: Seed = 0,
    tolerance: Positive = 1e-10,
    max_iterations: AtLeastOne = 5000,
    shrinkage: Share = 0.0,
) -> Floats:
    """Draw the gaps from their distribution given the unit's other values (multiple imputation).

    The estimate itself is taken as certain; em_bootstrap also lets it vary. Draw d is the same whatever the
    number of draws.

    Formula: x_missing ~ N(E(x_missing | x_available), Σ_mm - Σ_ma Σ_aa⁻¹ Σ_am)

    Undefined: as for em.

    Remedy: state a shrinkage such as 0.1, impute fewer indicators together, or raise max_iterations.

    Source: littlerubin2002 chapter 10

    Parameters
    ----------
    values : (..., units, indicators)
    draws : int
        Number of imputed tables.
    seed : int
        Start of the random numbers.
    tolerance : float
        Largest change of a mean or covariance, in standard deviations, at which the algorithm stops.
    max_iterations : int
        Number of rounds after which it gives up.
    shrinkage : float
        Share by which correlations are shrunk towards zero in each round.

    Returns
    -------
    (draws, ..., units, indicators)
    """
    settings = em.Settings(tolerance, max_iterations, shrinkage)
    return _drawn(values, draws, seed, lambda table, rngs: em.conditional_draws(table, settings, rngs))


@imputation.method("em_bootstrap", "looped", "adds_draws", "random")
def em_bootstrap(
    values: Floats,
    *,
    draws: AtLeastOne = 100,
    seed: Seed = 0,
    tolerance: Positive = 1e-6,
    max_iterations: AtLeastOne = 5000,
    shrinkage: Share = 0.0,
) -> Floats:
    """Draw the gaps as em_draws does, each time with the distribution of resampled units (as in Amelia).

    Resampling leaves fewer different units, so that a shrinkage is needed where there are not many more units
    than indicators.

    Formula: (μ, Σ) from a bootstrap sample of units, then x_missing ~ N(E(x_missing | x_available), Σ_m|a)

    Undefined: as for em, in the resampled units.

    Remedy: state a shrinkage such as 0.1, or impute fewer indicators together.

    Source: honaker2011 section 2

    Parameters
    ----------
    values : (..., units, indicators)
    draws : int
        Number of imputed tables.
    seed : int
        Start of the random numbers.
    tolerance : float
        Largest change of a mean or covariance, in standard deviations, at which the algorithm stops.
    max_iterations : int
        Number of rounds after which it gives up.
    shrinkage : float
        Share by which correlations are shrunk towards zero in each round.

    Returns
    -------
    (draws, ..., units, indicators)
    """
    settings = em.Settings(tolerance, max_iterations, shrinkage)
    return _drawn(values, draws, seed, lambda table, rngs: em.bootstrap_draws(table, settings, rngs))


@imputation.method("latest", "panel")
def latest(
    values: Floats, years: Floats | None = None, *, max_age: Annotated[int, Ge(1)] | None = None
) -> Floats:
    """Put the unit's latest earlier value in a gap.

    Formula: x_t = x_s, s the last edition before t that has the value

    Undefined: no earlier edition has the value, or only one that is too old.

    Remedy: raise max_age, or use latest_or_first.

    Source: coinr impute_panel (latest)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as numbers, ascending; by default they are one apart.
    max_age : int, optional
        How many years older than the gap the value may be.

    Returns
    -------
    (..., editions, units, indicators)
    """
    x = _double(values)
    return panel.taken(x, panel.latest_edition(x, years, max_age))


@imputation.method("latest_or_first", "panel")
def latest_or_first(values: Floats, years: Floats | None = None) -> Floats:
    """Put the unit's latest earlier value in a gap, or its first value where there is none earlier.

    Formula: x_t = x_s, s the last edition before t that has the value, or else the first after it

    Undefined: no edition has the value.

    Remedy: impute what is left with another method.

    Source: coinr impute_panel (constant)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as numbers, ascending.

    Returns
    -------
    (..., editions, units, indicators)
    """
    x = _double(values)
    carried = panel.taken(x, panel.latest_edition(x, years))
    return _into_gaps(carried, panel.taken(x, panel.next_edition(x)))


@imputation.method("linear", "panel")
def linear(values: Floats, years: Floats | None = None) -> Floats:
    """Interpolate a gap linearly between the unit's values before and after it.

    Formula: x_t = x_r + (x_s - x_r)(t - r) / (s - r), r and s the nearest editions with a value

    Undefined: there is no value before the gap, or none after it.

    Remedy: use linear_constant, which carries the first and the last value on.

    Source: coinr impute_panel (linear)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as numbers, ascending; by default they are one apart.

    Returns
    -------
    (..., editions, units, indicators)
    """
    return panel.interpolated(_double(values), years)


@imputation.method("linear_constant", "panel")
def linear_constant(values: Floats, years: Floats | None = None) -> Floats:
    """Interpolate a gap linearly, and carry the unit's first and last value to the ends.

    Formula: as linear between two values; the nearest value before the first and after the last

    Undefined: no edition has the value.

    Remedy: impute what is left with another method.

    Source: coinr impute_panel (linear)

    Parameters
    ----------
    values : (..., editions, units, indicators)
    years : (editions,), optional
        The editions as numbers, ascending; by default they are one apart.

    Returns
    -------
    (..., editions, units, indicators)
    """
    return panel.interpolated_and_carried(_double(values), years)


def _double(values: Floats) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _into_gaps(values: Floats, estimates: Floats) -> Floats:
    return np.where(np.isnan(values), estimates, _double(values))


def _group_imputed(values: Floats, groups: Ints, centre: Centre, otherwise: Otherwise) -> Floats:
    x = _double(values)
    filled = x.copy()
    for group in np.unique(groups[groups >= 0]):
        members = groups == group
        block = x[..., members, :]
        filled[..., members, :] = _into_gaps(block, centre(block))
    if otherwise == "missing":
        return filled
    return _into_gaps(filled, columns.mean(x) if otherwise == "mean" else columns.median(x))


def _unit_imputed(values: Floats, direction: Floats, level: Ints | None, centre: Centre) -> Floats:
    x = oriented(_double(values), direction)
    low = columns.minimum(x)
    spread = columns.maximum(x) - low
    scores = np.swapaxes((x - low) / np.where(spread > 0, spread, np.nan), -1, -2)
    dimensions = np.zeros(x.shape[-1], dtype=np.int64) if level is None else level
    places = np.empty_like(x)
    for dimension in np.unique(dimensions):
        members = dimensions == dimension
        places[..., members] = np.swapaxes(centre(scores[..., members, :]), -1, -2)
    estimates = np.where(spread > 0, low + spread * places, low)
    return _into_gaps(values, oriented(estimates, direction))


def _each_table(values: Floats, fill: Callable[[Floats], Floats]) -> Floats:
    """Fill every table (units, indicators) of the leading axes on its own."""
    x = _double(values)
    return each_table(x.shape[:-2], x.shape[-2:], lambda place: fill(x[place]))


def _drawn(
    values: Floats,
    draws: int,
    seed: int,
    draw: Callable[[Floats, list[np.random.Generator]], Floats],
) -> Floats:
    """Draws of every table, each with its own stream of random numbers by table and draw."""
    x = _double(values)
    leading = x.shape[:-2]
    number_of = {place: number for number, place in enumerate(np.ndindex(leading))}

    def draws_of(place: tuple[int, ...]) -> Floats:
        table = number_of[place]
        keys = [np.random.SeedSequence(seed, spawn_key=(table, number)) for number in range(draws)]
        return draw(x[place], [np.random.default_rng(key) for key in keys])

    return np.moveaxis(each_table(leading, (draws, *x.shape[-2:]), draws_of), len(leading), 0)
