"""Indicators and units one by one: distributions, what is unusual about them, and how much is missing."""

from __future__ import annotations

import numpy as np

from innov_index.frozen import frozen
from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.column_statistics import skewness_and_kurtosis
from innov_index.methods.kernels.ranks import ascending_ranks
from innov_index.model.arrays import Bools, Floats, Ints


@frozen
class Statistics:
    """Figures of each indicator, all of shape (..., indicators); missing values are left out.

    `deviation` is the sample standard deviation, `skewness` and `kurtosis` are sample-corrected. `available`,
    `non_zero`, `unique` and `most_frequent` (units that share the commonest value) count units.
    """

    units: int
    minimum: Floats
    maximum: Floats
    mean: Floats
    median: Floats
    deviation: Floats
    skewness: Floats
    kurtosis: Floats
    available: Floats
    non_zero: Floats
    unique: Floats
    most_frequent: Floats

    @property
    def available_share(self) -> Floats:
        """Share of the units that have a value."""
        return np.asarray(self.available / max(self.units, 1))

    @property
    def non_zero_share(self) -> Floats:
        """Share of the values that are not zero."""
        return self._of_available(self.non_zero)

    @property
    def unique_share(self) -> Floats:
        """Number of different values over the number of values."""
        return self._of_available(self.unique)

    @property
    def most_frequent_share(self) -> Floats:
        """Share of the values that equal the commonest one."""
        return self._of_available(self.most_frequent)

    def _of_available(self, counted: Floats) -> Floats:
        return np.asarray(counted / np.where(self.available > 0, self.available, np.nan))


def statistics(values: Floats) -> Statistics:
    """Describe each column. Source: oecd2008 step 4 (multivariate analysis); coinr get_stats.

    Parameters
    ----------
    values : (..., units, indicators)
    """
    values = np.asarray(values, dtype=np.float64)
    skewness, kurtosis = skewness_and_kurtosis(values)
    lowest_rank, highest_rank = ascending_ranks(values, "min"), ascending_ranks(values, "max")
    return Statistics(
        units=values.shape[-2],
        minimum=column_statistics.minimum(values)[..., 0, :],
        maximum=column_statistics.maximum(values)[..., 0, :],
        mean=column_statistics.mean(values)[..., 0, :],
        median=column_statistics.median(values)[..., 0, :],
        deviation=column_statistics.standard_deviation(values)[..., 0, :],
        skewness=skewness,
        kurtosis=kurtosis,
        available=column_statistics.count(values)[..., 0, :],
        non_zero=np.sum(~np.isnan(values) & (values != 0), axis=-2, dtype=np.float64),
        unique=_most(ascending_ranks(values, "dense")),
        most_frequent=_most(highest_rank - lowest_rank + 1),
    )


@frozen
class Flags:
    """What is unusual about an indicator, each (..., indicators)."""

    outliers: Bools
    few_values: Bools
    many_zeros: Bools
    few_different: Bools


@frozen
class Limits:
    """Thresholds beyond which a figure is flagged.

    `skewness` to `unique` are those of COINr's get_stats, `unit_available` is that of its Screen, `opposed`,
    `weak` and `collinear` are those of its plot_corr, `denominator` is that of its get_denom_corr; an alpha
    of 0.7 is the usual one. `kmo` and `inflation` are those of the handbook's box 5,
    which also names three, five and ten units per indicator.
    """

    skewness: float = 2.0
    kurtosis: float = 3.5
    available: float = 0.65
    non_zero: float = 0.5
    unique: float = 0.5
    unit_available: float = 2 / 3
    opposed: float = -0.4
    weak: float = 0.3
    collinear: float = 0.9
    alpha: float = 0.7
    first_component: float = 0.5
    kmo: float = 0.6
    sphericity: float = 0.05
    inflation: float = 4.0
    cases: float = 5.0
    gain_in_alpha: float = 0.02
    outlying: float = 0.001
    reached: float = 0.1
    denominator: float = 0.6


def flagged(found: Statistics, limits: Limits) -> Flags:
    """Compare statistics with limits.

    Outliers are likely where |skewness| and kurtosis are both above their limits; the other shares are low
    where they are below theirs. Zeros and different values are counted among the values that are
    present: a missing value is not a zero.
    """
    return Flags(
        outliers=np.asarray((np.abs(found.skewness) > limits.skewness) & (found.kurtosis > limits.kurtosis)),
        few_values=np.asarray(found.available_share < limits.available),
        many_zeros=np.asarray(found.non_zero_share < limits.non_zero),
        few_different=np.asarray(found.unique_share < limits.unique),
    )


def node_availability(values: Floats, leaf_matrix: Floats) -> Floats:
    """Share of the indicators below each node that a unit has.

    Parameters
    ----------
    values : (..., units, indicators)
    leaf_matrix : (indicators, nodes)
        1 where the indicator stands below the node.

    Returns
    -------
    (..., units, nodes)
    """
    there = (~np.isnan(values)).astype(np.float64)
    return np.asarray(there @ leaf_matrix / leaf_matrix.sum(axis=0))


@frozen
class Profile:
    """Positions of indicators: strengths (best first), weaknesses (worst first); the unit's rank in each."""

    strengths: Ints
    weaknesses: Ints
    ranks: Floats


def profile(
    values: Floats,
    directions: Floats,
    unit: int,
    *,
    doubtful: Bools,
    most: int = 5,
) -> Profile:
    """Indicators in which a unit ranks highest and lowest among the units. Source: coinr get_str_weak.

    A strength is an indicator in which fewer units are better than worse, a weakness one in which more are.
    Ties go by the order of the indicators. An indicator that the unit does not have is left out, and so is
    one in which it shares the lowest rank: where half of the units have zero, a shared last place is neither
    strength nor weakness. A last place of its own is a weakness.

    Parameters
    ----------
    values : (units, indicators)
    directions : (indicators,)
        +1 where more is better, -1 where less is better.
    unit : int
        Row of the unit.
    doubtful : (indicators,)
        Indicators in which the unit's value was changed, which are not its strengths.
    most : int
        Number of strengths, and of weaknesses.
    """
    oriented = values * directions
    ranks = ascending_ranks(-oriented, "min")
    own = ranks[unit]
    shares_last = (own == np.nan_to_num(ranks).max(axis=0, initial=0.0)) & ((ranks == own).sum(axis=0) > 1)
    better, worse = (oriented > oriented[unit]).sum(axis=0), (oriented < oriented[unit]).sum(axis=0)
    chosen = np.flatnonzero(~np.isnan(own) & ~shares_last)
    order = chosen[np.argsort(own[chosen], kind="stable")]
    strengths, weaknesses = order[((better < worse) & ~doubtful)[order]], order[(better > worse)[order]]
    return Profile(strengths[:most], weaknesses[::-1][:most], own)


def _most(counted: Floats) -> Floats:
    """Largest count of each column; 0 where there is no value."""
    return np.asarray(np.max(counted, axis=-2, where=~np.isnan(counted), initial=0.0))
