"""The runs that Sobol indices need, and the indices with intervals from the outputs of these runs.

Runs are scrambled Sobol points A and B, and mixtures of the two, in independent replicates, each scrambled by
itself: within one they fill the cube evenly, and how much the replicates differ says how exact the estimates
are, which one long sequence cannot.

First order: Saltelli et al. (2010), table 2 (b); total: Jansen, table 2 (f); second order: Saltelli (2002).
The output is standardised first, which changes no index but its error. SALib gives the same on the same runs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats

_RESAMPLES = 1000


REPLICATES = 16

_MOST_SOBOL = 64
"""An input with more dimensions than this gets plain random numbers: evenness means nothing there."""


@frozen
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


@frozen
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


@frozen
class Design:
    """Points of all base runs, (dimensions, runs), and the coordinates that each input takes.

    A run of kind A takes all inputs from `first`, one of kind B from `second`; AB takes one input from B, all
    others from A; BA the other way round.
    """

    first: Floats
    second: Floats
    inputs: tuple[tuple[slice, ...], ...]
    replicates: int

    @property
    def runs(self) -> int:
        return int(self.first.shape[1])

    def mixed(self, number: int) -> Floats:
        """A with one input from B."""
        return _with_input(self.first, self.second, self.inputs[number])

    def mixed_back(self, number: int) -> Floats:
        """B with one input from A."""
        return _with_input(self.second, self.first, self.inputs[number])


def design(
    dimensions: Sequence[int],
    groups: Sequence[Sequence[int]],
    runs: int,
    seed: int,
    replicates: int = REPLICATES,
) -> Design:
    """Draw a design.

    Parameters
    ----------
    dimensions : dimensions of each variation, which stand one after the other in a point
    groups : for each input the positions of the variations that it consists of
    runs : int
        Base runs, a power of two and at least `replicates`.
    seed : int
    replicates : int
        A power of two.
    """
    if runs & (runs - 1) or runs < replicates:
        raise InnovIndexError(
            f"the number of base runs must be a power of two, from {replicates}; got {runs}"
        )
    starts = np.cumsum([0, *dimensions])
    places = [slice(int(starts[i]), int(starts[i + 1])) for i in range(len(dimensions))]
    seeds = np.random.SeedSequence(seed).spawn(replicates)
    pairs = [_replicate(dimensions, runs // replicates, own) for own in seeds]
    first = np.concatenate([pair[0] for pair in pairs], axis=1)
    second = np.concatenate([pair[1] for pair in pairs], axis=1)
    return Design(first, second, tuple(tuple(places[i] for i in group) for group in groups), replicates)


def _replicate(dimensions: Sequence[int], runs: int, seed: np.random.SeedSequence) -> tuple[Floats, Floats]:
    from scipy.stats.qmc import Sobol

    rng = np.random.default_rng(seed)
    even = [size for size in dimensions if size <= _MOST_SOBOL]
    total = sum(even)
    points = Sobol(2 * total, scramble=True, rng=rng).random(runs).T if total else np.empty((0, runs))
    # a scrambled point may round to 1, where inverse distributions end
    points = np.minimum(points, np.nextafter(1.0, 0.0))
    first, second, at = [], [], 0
    for size in dimensions:
        if size <= _MOST_SOBOL:
            first.append(points[at : at + size])
            second.append(points[total + at : total + at + size])
            at += size
        else:
            both = rng.random((2, size, runs))
            first.append(both[0])
            second.append(both[1])
    return np.concatenate(first), np.concatenate(second)


def _with_input(base: Floats, other: Floats, places: Sequence[slice]) -> Floats:
    mixed = base.copy()
    for place in places:
        mixed[place] = other[place]
    return mixed
