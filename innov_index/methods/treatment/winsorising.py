"""Winsorisation of one extreme at a time, until an indicator's skewness and kurtosis are within bounds.

This is the rule of COINr and of the Global Innovation Index. Its result is two limits for each indicator, so
that limits learned from one set of values (all editions, say) can be applied to another.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from innov_index.frozen import frozen
from innov_index.methods.kernels.column_statistics import maximum, minimum, skewness_and_kurtosis
from innov_index.methods.kernels.preparation import blocks, indicator_rows
from innov_index.model.arrays import Bools, Floats

OutlierWhen: TypeAlias = Literal["both", "either"]


@frozen
class MomentTest:
    """An indicator has outliers if |skewness| and excess kurtosis exceed their thresholds.

    "both" requires both to exceed them, "either" at least one. An indicator with undefined moments (constant,
    or too few values) has no outliers.
    """

    skewness: float
    kurtosis: float
    outlier_when: OutlierWhen

    def outlying(self, skewness: Floats, kurtosis: Floats) -> Bools:
        skewed = np.abs(skewness) > self.skewness
        heavy = kurtosis > self.kurtosis
        return skewed & heavy if self.outlier_when == "both" else (skewed | heavy) & ~np.isnan(kurtosis)


class AnyMoments:
    """Every indicator that varies has outliers, whatever its moments: the test of a forced winsorisation."""

    def outlying(self, skewness: Floats, kurtosis: Floats) -> Bools:
        return ~np.isnan(skewness)


def limits(values: Floats, test: MomentTest | AnyMoments, max_points: int) -> tuple[Floats, Floats]:
    """Find the lowest and the highest value that each indicator keeps.

    Each round moves the limit on the side of the skewness to the next distinct value, so values tied at the
    extreme change together but count one by one. An indicator is finished when it passes the test, when at
    least `max_points` values lie outside its limits, or when another round would make it constant.

    Parameters
    ----------
    values : (..., units, indicators)
    test : MomentTest or AnyMoments
    max_points : int

    Returns
    -------
    low, high : (..., indicators)
    """
    rows = indicator_rows(values)
    low, high = np.empty(len(rows)), np.empty(len(rows))
    for block in blocks(rows):
        low[block], high[block] = _row_limits(rows[block], test, max_points)
    shape = (*values.shape[:-2], values.shape[-1])
    return low.reshape(shape), high.reshape(shape)


def _row_limits(rows: Floats, test: MomentTest | AnyMoments, max_points: int) -> tuple[Floats, Floats]:
    """Limits of each row; each round looks only at unfinished rows."""
    low, high = minimum(rows.T)[0], maximum(rows.T)[0]
    unfinished = np.arange(len(rows) if max_points > 0 else 0)
    while unfinished.size:
        now = rows[unfinished]
        clipped = np.clip(now, low[unfinished, None], high[unfinished, None])
        skew, kurt = skewness_and_kurtosis(clipped.T)
        failing = test.outlying(skew, kurt)
        now, unfinished = now[failing], unfinished[failing]
        new_low, new_high = _next_inward(now, low[unfinished], high[unfinished], skew[failing] >= 0)
        vary = new_low < new_high
        now, unfinished = now[vary], unfinished[vary]
        low[unfinished], high[unfinished] = new_low[vary], new_high[vary]
        moved = (now > high[unfinished, None]) | (now < low[unfinished, None])
        unfinished = unfinished[np.count_nonzero(moved, axis=-1) < max_points]
    return low, high


def _next_inward(rows: Floats, low: Floats, high: Floats, upper: Bools) -> tuple[Floats, Floats]:
    """Move one limit of each row to the next value inside: the upper limit where `upper`."""
    inner_high = np.max(rows, axis=-1, where=rows < high[:, None], initial=-np.inf)
    inner_low = np.min(rows, axis=-1, where=rows > low[:, None], initial=np.inf)
    return np.where(upper, low, inner_low), np.where(upper, inner_high, high)
