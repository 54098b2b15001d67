"""The runs that Sobol indices need: scrambled Sobol points A and B, and mixtures of the two.

The points come in independent replicates, each scrambled by itself: within one they fill the cube evenly, and
how much the replicates differ says how exact the estimates are, which one long sequence cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from innov_index.errors import InnovIndexError
from innov_index.model.arrays import Floats

REPLICATES = 16
_MOST_SOBOL = 64
"""An input with more dimensions than this gets plain random numbers: evenness has no meaning there."""


@dataclass(frozen=True)
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
