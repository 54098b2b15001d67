"""Imputation from a joint normal distribution, estimated with the EM algorithm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.limits import AtLeastOne, Few, Seed
from innov_index.methods.imputation.normal_distribution import (
    Settings,
    bootstrap_draws,
    conditional_draws,
    conditional_means,
)
from innov_index.methods.registry import Positive, Share, Trait
from innov_index.methods.steps import imputation
from innov_index.model.arrays import Floats, doubles


@imputation.method("em", Trait.COMPARES_UNITS, Trait.LOOPED, properties="scale shift alike")
def expectation_maximisation(
    values: Floats,
    *,
    tolerance: Positive = 1e-10,
    max_iterations: AtLeastOne = 5000,
    shrinkage: Share = 0.0,
) -> Floats:
    """Fill a gap with its expectation given the unit's other values, for jointly normal indicators.

    Mean and covariance are maximum-likelihood estimates, found with the EM algorithm.

    Formula: E(x_missing | x_available) = μ_m + Σ_ma Σ_aa⁻¹ (x_a - μ_a)

    Undefined: the covariance is singular (too few units for the number of indicators, or indicators that
    determine each other), the algorithm does not converge, or the indicator is constant.

    Remedy: state a shrinkage such as 0.1, impute fewer indicators together, or raise max_iterations.

    Source: dempster1977 section 4.1

    Parameters
    ----------
    values : (..., units, indicators)
    tolerance : float
        The algorithm stops when no mean or covariance changes by more, in standard deviations.
    max_iterations : int
        Number of rounds after which it gives up.
    shrinkage : float
        Share by which correlations are shrunk towards zero in each round; use more than zero with few units.

    Returns
    -------
    (..., units, indicators)
    """
    settings = Settings(tolerance, max_iterations, shrinkage)
    x = doubles(values)
    return each_table(x.shape[:-2], x.shape[-2:], lambda place: conditional_means(x[place], settings))


@imputation.method(
    "em_draws",
    Trait.COMPARES_UNITS,
    Trait.LOOPED,
    Trait.ADDS_DRAWS,
    Trait.RANDOM,
    example={"draws": 20},
    properties="scale shift",
)
def em_draws(
    values: Floats,
    *,
    draws: Few = 100,
    seed: Seed = 0,
    tolerance: Positive = 1e-10,
    max_iterations: AtLeastOne = 5000,
    shrinkage: Share = 0.0,
) -> Floats:
    """Draw gaps from their distribution given the unit's other values (multiple imputation).

    The estimated distribution is treated as known; em_bootstrap also varies it. Draw d does not depend on the
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
        Seed of the random numbers.
    tolerance : float
        The algorithm stops when no mean or covariance changes by more, in standard deviations.
    max_iterations : int
        Number of rounds after which it gives up.
    shrinkage : float
        Share by which correlations are shrunk towards zero in each round.

    Returns
    -------
    (draws, ..., units, indicators)
    """
    settings = Settings(tolerance, max_iterations, shrinkage)
    return _drawn(values, draws, seed, lambda table, rngs: conditional_draws(table, settings, rngs))


@imputation.method(
    "em_bootstrap",
    Trait.COMPARES_UNITS,
    Trait.LOOPED,
    Trait.ADDS_DRAWS,
    Trait.RANDOM,
    example={"draws": 20, "shrinkage": 0.2},
    properties="scale shift",
)
def em_bootstrap(
    values: Floats,
    *,
    draws: Few = 100,
    seed: Seed = 0,
    tolerance: Positive = 1e-6,
    max_iterations: AtLeastOne = 5000,
    shrinkage: Share = 0.0,
) -> Floats:
    """Draw gaps as em_draws does, each time from the distribution of resampled units (as in Amelia).

    A resample has fewer distinct units, so shrinkage is needed unless there are many more units than
    indicators.

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
        Seed of the random numbers.
    tolerance : float
        The algorithm stops when no mean or covariance changes by more, in standard deviations.
    max_iterations : int
        Number of rounds after which it gives up.
    shrinkage : float
        Share by which correlations are shrunk towards zero in each round.

    Returns
    -------
    (draws, ..., units, indicators)
    """
    settings = Settings(tolerance, max_iterations, shrinkage)
    return _drawn(values, draws, seed, lambda table, rngs: bootstrap_draws(table, settings, rngs))


def _drawn(
    values: Floats,
    draws: int,
    seed: int,
    draw: Callable[[Floats, list[np.random.Generator]], Floats],
) -> Floats:
    """Draws for every table, with an independent stream of random numbers for each table and draw."""
    x = doubles(values)
    leading = x.shape[:-2]
    number_of = {place: number for number, place in enumerate(np.ndindex(leading))}

    def draws_of(place: tuple[int, ...]) -> Floats:
        table = number_of[place]
        keys = [np.random.SeedSequence(seed, spawn_key=(table, number)) for number in range(draws)]
        return draw(x[place], [np.random.default_rng(key) for key in keys])

    return np.moveaxis(each_table(leading, (draws, *x.shape[-2:]), draws_of), len(leading), 0)
