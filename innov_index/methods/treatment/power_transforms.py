"""Box-Cox and Yeo-Johnson transforms, and their maximum-likelihood powers.

With y(λ) the n transformed values and (λ - 1) u the logarithm of their derivative, the profile log-likelihood
is (λ - 1) Σ u - n/2 ln var y(λ). At its maximum cov(y, dy/dλ) / var y equals the mean of u. The left side
increases with λ, so the root is bracketed and then found for all indicators at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from innov_index.methods.kernels.preparation import blocks, indicator_rows
from innov_index.model.arrays import Bools, Floats, Ints

Slope: TypeAlias = Callable[[Floats, Ints], Floats]
"""Takes λ for each of the given columns; returns the negative slope of its log-likelihood."""

LARGEST_EXPONENT = 300.0
"""Powers with a larger exponent are not searched: their squares would exceed the range of a double."""

SERIES_BELOW = 1e-2
"""With all exponents below this, a Taylor series replaces the formula, which would cancel."""

SMALL = 1e-100
"""Logarithms below this are taken larger: their squares would vanish."""

OPEN = 1e-14
"""Exponents below this change values by no more than rounding does."""

TOLERANCE = 1e-14
MOST_ROUNDS = 100


def box_cox(values: Floats, power: Floats) -> Floats:
    """(x^λ - 1) / λ, and ln x for λ = 0; NaN where x is not positive.

    Parameters
    ----------
    values : (..., units, indicators)
    power : broadcastable to `values`
    """
    return _grown(power, np.log(np.where(values > 0, values, np.nan)))


def yeo_johnson(values: Floats, power: Floats) -> Floats:
    """Box-Cox of x + 1 with λ for x >= 0, minus Box-Cox of 1 - x with 2 - λ for x < 0."""
    sign = np.where(values < 0, -1.0, 1.0)
    return sign * _grown(np.where(sign > 0, power, 2.0 - power), np.log1p(np.abs(values)))


def box_cox_power(values: Floats) -> Floats:
    """Maximum-likelihood λ (..., 1, indicators) over the positive values; NaN if there is none."""
    return _in_blocks(_box_cox_powers, values)


def yeo_johnson_power(values: Floats) -> Floats:
    """Maximum-likelihood λ (..., 1, indicators); NaN if there is none."""
    return _in_blocks(_yeo_johnson_powers, values)


def _in_blocks(find: Callable[[Floats], Floats], values: Floats) -> Floats:
    rows = indicator_rows(values)
    found = np.empty(len(rows))
    for block in blocks(rows):
        found[block] = find(rows[block])
    return found.reshape(*values.shape[:-2], 1, values.shape[-1])


def _box_cox_powers(values: Floats) -> Floats:
    """One λ for each row. Dividing by the geometric mean does not change λ, and keeps powers in range."""
    present = values > 0
    logs = _centred_logs(np.where(present, values, np.nan), 0.0)

    def slope(power: Floats, rows: Ints) -> Floats:
        grown, growth = _grown_with_growth(power[:, None], logs[rows])
        return _relative_growth(grown, growth, present[rows])

    reach = LARGEST_EXPONENT / _positive_or_nan(np.abs(logs).max(axis=-1))
    return _zero_where_open(_increasing_root(slope, -reach, reach), reach)


def _yeo_johnson_powers(values: Floats) -> Floats:
    """One λ for each row; if all values have the same sign, computed as the Box-Cox power of 1 + |x|."""
    present = ~np.isnan(values)
    count = np.maximum(np.count_nonzero(present, axis=-1), 1)
    logs = np.log1p(np.abs(np.where(present, values, 0.0)))
    sign = np.where(values < 0, -1.0, 1.0)
    target: Floats = (sign * logs).sum(axis=-1) / count
    signs = (sign * present).sum(axis=-1)
    one_sign = np.abs(signs) == count
    logs[one_sign] = _centred_logs(np.abs(values[one_sign]), 1.0)
    target = np.where(one_sign, 0.0, target)
    # λ times u is what matters: tiny u, whose squares vanish, are taken larger and λ smaller
    size = np.where(one_sign, np.abs(logs).max(axis=-1), 1.0)
    size = np.where((size > 0) & (size < SMALL), size, 1.0)
    logs = logs / size[:, None]

    def slope(power: Floats, rows: Ints) -> Floats:
        own = np.where(sign[rows] > 0, power[:, None], 2.0 - power[:, None])
        grown, growth = _grown_with_growth(own, logs[rows])
        return _relative_growth(sign[rows] * grown, growth, present[rows]) - target[rows]

    reach = LARGEST_EXPONENT / _positive_or_nan(np.abs(logs).max(axis=-1))
    # exponents are λu of positive and (2 - λ)u of negative values
    least, most = np.where(signs == count, -reach, 2.0 - reach), np.where(signs == -count, 2.0 + reach, reach)
    root = _increasing_root(slope, np.where(least <= most, least, np.nan), most)
    exponent = _zero_where_open(np.where(signs < 0, 2.0 - root, root), reach)
    root = np.where(one_sign, np.where(signs < 0, 2.0 - exponent, exponent), root)
    taken_larger = np.where(signs < 0, 2.0 - (2.0 - root) / size, root / size)
    return np.where(size == 1.0, root, taken_larger)


def _centred_logs(values: Floats, shift: float) -> Floats:
    """ln(x + shift) less its mean over each row; 0 where x is missing.

    The differences to a value in the middle keep their digits in rows whose values are nearly the same, such
    as 10^9 and 10^9 + 2, where those of two logarithms would be noise.
    """
    present = ~np.isnan(values)
    count = np.maximum(np.count_nonzero(present, axis=-1), 1)[:, None]
    filled = np.where(present, values, 1.0)
    middle = (
        np.exp(np.where(present, np.log(filled + shift), 0.0).sum(axis=-1, keepdims=True) / count) - shift
    )
    apart, size = filled - middle, middle + shift
    near = np.abs(apart) <= 0.5 * size
    with np.errstate(all="ignore"):
        logs = np.where(near, np.log1p(apart / size), np.log(filled + shift) - np.log(size))
    logs = np.where(present, logs, 0.0)
    return np.where(present, logs - logs.sum(axis=-1, keepdims=True) / count, 0.0)


def _grown(power: Floats, logs: Floats) -> Floats:
    """(e^(λu) - 1) / λ, which is u for λ = 0; NaN where it exceeds the range of a double."""
    power = np.asarray(power, dtype=np.float64)
    with np.errstate(over="ignore"):
        grown = np.expm1(power * logs) / np.where(power == 0, 1.0, power)
    return np.where(power == 0, logs, np.where(np.isinf(grown), np.nan, grown))


def _grown_with_growth(power: Floats, logs: Floats) -> tuple[Floats, Floats]:
    """y = (e^(λu) - 1) / λ and its derivative with respect to λ, (u e^(λu) - y) / λ.

    Only sums of both over a column are used, so digits lost in small terms do not matter as long as the
    column has large ones.
    """
    largest = np.abs(logs).max(axis=-1, keepdims=True)
    near = np.abs(power) * largest < SERIES_BELOW
    divisor = np.where(near, 1.0, power)
    exponent = power * logs
    powers = np.exp(exponent)
    grown = (powers - 1.0) / divisor
    growth = (logs * powers - grown) / divisor
    if near.any():
        near = np.broadcast_to(near, logs.shape)
        t, u = exponent[near], logs[near]
        grown[near] = u * (1 + t * (1 / 2 + t * (1 / 6 + t * (1 / 24 + t * (1 / 120 + t / 720)))))
        growth[near] = u**2 * (1 / 2 + t * (1 / 3 + t * (1 / 8 + t * (1 / 30 + t / 144))))
    return grown, growth


def _relative_growth(grown: Floats, growth: Floats, present: Bools) -> Floats:
    """cov(y, dy/dλ) / var y of each column."""
    count = np.maximum(np.count_nonzero(present, axis=-1), 1)
    centred = grown - (grown.sum(axis=-1) / count)[:, None]
    centred *= present
    covariance = np.einsum("cu,cu->c", centred, growth)
    return np.asarray(covariance / _positive_or_nan(np.einsum("cu,cu->c", centred, centred)))


def _zero_where_open(power: Floats, reach: Floats) -> Floats:
    """Powers, with 0 for those that rounding does not tell from it, whose likelihoods are the same."""
    return np.where(np.abs(power) * LARGEST_EXPONENT <= OPEN * reach, 0.0, power)


def _positive_or_nan(array: Floats) -> Floats:
    return np.where(array > 0, array, np.nan)


def _increasing_root(slope: Slope, least: Floats, most: Floats) -> Floats:
    """Root of an increasing function for each column; NaN if it has none between `least` and `most`."""
    low, high = np.maximum(least, -2.0), np.minimum(most, 2.0)
    everything = np.arange(len(low))
    below, above = slope(low, everything), slope(high, everything)
    while (rows := np.flatnonzero((below > 0) & (low > least))).size:
        high[rows], above[rows] = low[rows], below[rows]
        low[rows] = np.maximum(least[rows], 2 * low[rows] - 2.0)
        below[rows] = slope(low[rows], rows)
    while (rows := np.flatnonzero((above < 0) & (high < most))).size:
        low[rows], below[rows] = high[rows], above[rows]
        high[rows] = np.minimum(most[rows], 2 * high[rows] + 2.0)
        above[rows] = slope(high[rows], rows)
    root = np.full(len(low), np.nan)
    rows = np.flatnonzero((below <= 0) & (above >= 0))
    root[rows] = _bracketed_root(slope, rows, low[rows], below[rows], high[rows], above[rows])
    return root


def _bracketed_root(
    slope: Slope, rows: Ints, new: Floats, f_new: Floats, far: Floats, f_far: Floats
) -> Floats:
    """Chandrupatla's method (inverse quadratic interpolation where safe, else bisection), batched."""
    root = np.full(len(rows), np.nan)
    active = np.arange(len(rows))
    old, f_old = far, f_far
    share = np.full(len(rows), 0.5)
    for _ in range(MOST_ROUNDS):
        trial = new + share * (far - new)
        f_trial = slope(trial, rows[active])
        same = np.sign(f_trial) == np.sign(f_new)
        old, f_old = np.where(same, new, far), np.where(same, f_new, f_far)
        far, f_far = np.where(same, far, new), np.where(same, f_far, f_new)
        new, f_new = trial, f_trial
        nearer = np.abs(f_new) < np.abs(f_far)
        root[active] = np.where(nearer, new, far)
        width = np.abs(far - new)
        going = (width > TOLERANCE * np.maximum(1.0, np.abs(new))) & (f_new != 0) & ~np.isnan(f_new)
        if not going.any():
            break
        share = _next_share(new, f_new, far, f_far, old, f_old, TOLERANCE / np.where(width > 0, width, 1.0))
        active, share = active[going], share[going]
        new, f_new, far, f_far = new[going], f_new[going], far[going], f_far[going]
    return root


def _next_share(
    new: Floats, f_new: Floats, far: Floats, f_far: Floats, old: Floats, f_old: Floats, least: Floats
) -> Floats:
    """The place of the next trial, as a share of the way from the newest point to the other end."""
    with np.errstate(divide="ignore", invalid="ignore"):
        place = (new - far) / (old - far)
        fall = (f_new - f_far) / (f_old - f_far)
        interpolated = f_new / (f_far - f_new) * f_old / (f_far - f_old) + (old - new) / (far - new) * (
            f_new / (f_old - f_new)
        ) * (f_far / (f_old - f_far))
        safe = (fall**2 < place) & ((1 - fall) ** 2 < 1 - place) & np.isfinite(interpolated)
    return np.clip(np.where(safe, interpolated, 0.5), least / 2, 1 - least / 2)
