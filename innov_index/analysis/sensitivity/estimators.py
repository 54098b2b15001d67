"""Outputs at the runs of a design → Sobol indices with intervals.

First order: Saltelli et al. (2010), table 2 (b); total: Jansen, table 2 (f); second order: Saltelli (2002).
The output is standardised first, which changes no index but its error. SALib gives the same on the same runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.model.arrays import Bools, Floats

_RESAMPLES = 1000


@dataclass(frozen=True)
class Outputs:
    """What a function gave at the runs of a design.

    `a`, `b` have shape (runs, outputs); `ab`, `ba` (inputs, runs, outputs). `ba` is empty where second orders
    are not asked for. `valid` (runs,) is False where any of the runs with that number has no result.
    """

    a: Floats
    b: Floats
    ab: Floats
    ba: Floats
    valid: Bools

    def standardised(self) -> Outputs:
        """All outputs with mean 0 and deviation 1 over the valid runs, 0 in the others.

        NaN where an output never changes.
        """
        everything = np.concatenate([self.a[None], self.ab, self.ba, self.b[None]])[:, self.valid]
        mean = everything.mean(axis=(0, 1))
        spread = everything.std(axis=(0, 1))
        # a constant's spread is its rounding error
        spread = np.where(spread > 1e-12 * np.maximum(np.abs(mean), 1e-300), spread, np.nan)

        def scaled(part: Floats) -> Floats:
            return np.where(self.valid[:, None], (part - mean) / spread, 0.0)

        return Outputs(scaled(self.a), scaled(self.b), scaled(self.ab), scaled(self.ba), self.valid)


@dataclass(frozen=True)
class Indices:
    """Sobol indices, (inputs, outputs) and (inputs, inputs, outputs), and half the width of their intervals.

    An index whose output never changes is NaN. `second` holds pairs with the first input before the second.
    """

    first: Floats
    total: Floats
    second: Floats
    first_error: Floats
    total_error: Floats
    second_error: Floats


def sobol_indices(outputs: Outputs, replicates: int, seed: int = 0) -> Indices:
    """Indices over all runs, with 95 % intervals.

    Parameters
    ----------
    outputs : Outputs
    replicates : int
        Independent parts that the runs consist of, one after the other. They are resampled (a bootstrap);
        half the width is the t quantile times the deviation of the resampled indices, corrected for the
        number of parts.
    """
    scaled = outputs.standardised()
    sums, counts = _sums(scaled, replicates), scaled.valid.reshape(replicates, -1).sum(axis=1)
    inputs = len(outputs.ab)
    first, total, second = _ratios(sums.sum(axis=1) / counts.sum(), inputs)
    rng = np.random.default_rng(seed)
    picks = rng.integers(replicates, size=(_RESAMPLES, replicates))
    times = np.stack([(picks == part).sum(axis=1) for part in range(replicates)], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        resampled = _ratios(np.tensordot(sums, times, axes=(1, 1)) / (times @ counts), inputs)
    factor = _t_quantile(replicates - 1) * np.sqrt(replicates / (replicates - 1))
    errors = [factor * _deviation(values) for values in resampled]
    return Indices(first, total, second, *errors)


def _sums(outputs: Outputs, replicates: int) -> Floats:
    """What the indices are made of, summed within each replicate: (statistics, replicates, outputs).

    A and B and their squares; one numerator an input for first and for total order; then pairs.
    """
    a, b, ab, ba = outputs.a, outputs.b, outputs.ab, outputs.ba
    rows = [(a + b) / 2, (a**2 + b**2) / 2]
    rows += [b * (own - a) for own in ab]
    rows += [0.5 * (a - own) ** 2 for own in ab]
    if len(ba):
        rows += [ba[j] * ab[k] - a * b for j, k in _pairs(len(ab))]
    return np.stack([row.reshape(replicates, -1, row.shape[-1]).sum(axis=1) for row in rows])


def _ratios(sums: Floats, inputs: int) -> tuple[Floats, Floats, Floats]:
    """Indices from means, (statistics, ...)."""
    variance = sums[1] - sums[0] ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        first = sums[2 : 2 + inputs] / variance
        total = sums[2 + inputs : 2 + 2 * inputs] / variance
        second = np.full((inputs, inputs, *sums.shape[1:]), np.nan)
        for (j, k), numerator in zip(_pairs(inputs), sums[2 + 2 * inputs :], strict=False):
            second[j, k] = numerator / variance - first[j] - first[k]
    return first, total, second


def _deviation(values: Floats) -> Floats:
    """Standard deviation of resampled indices; NaN where an output hardly changes in some resample."""
    finite = np.where(np.isfinite(values), values, np.nan)
    return np.asarray(finite.std(axis=-1, ddof=1))


def _pairs(inputs: int) -> list[tuple[int, int]]:
    return [(j, k) for j in range(inputs) for k in range(j + 1, inputs)]


def _t_quantile(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
