"""Best and worst attainable rank of every unit over a set of weights, exactly.

A rank is 1 + the number of units strictly ahead, at some weights in the set: equal scores count in the
unit's favour, for the best rank and for the worst. Both are attained, as a rank takes finitely many values.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from innov_index.analysis.robustness.certificates import RankClaim, Sense
from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.preference import Preferences, preferences
from innov_index.analysis.robustness.search import TIE, Search
from innov_index.analysis.robustness.weight_sets import WeightSet
from innov_index.analysis.robustness.weight_space import WeightSpace, space
from innov_index.model.arrays import Floats, Ints

SAMPLES = 900


@dataclass(frozen=True)
class RankRanges:
    """Best and worst rank of every unit, with their certificates.

    `given` are the ranks at the given weights.
    """

    linear: LinearScores
    weights: WeightSet
    preferences: Preferences
    best: tuple[RankClaim, ...]
    worst: tuple[RankClaim, ...]
    given: tuple[int, ...]

    @property
    def exact(self) -> bool:
        """Whether every claim is exact (time was enough)."""
        return all(claim.exact for claim in (*self.best, *self.worst))


def rank_ranges(linear: LinearScores, weights: WeightSet, time_limit: float = 60.0) -> RankRanges:
    """Find the best and the worst rank that every unit can have.

    Parameters
    ----------
    linear : LinearScores
    weights : WeightSet
    time_limit : seconds
        When it is over, claims that are not settled hold a rank that can be had and a bound on what can.
    """
    deadline = time.monotonic() + time_limit
    where = space(linear, weights)
    preferred = preferences(where)
    samples = where.samples(SAMPLES, np.random.default_rng(0))
    scores = where.payoffs @ samples.T
    claims: dict[Sense, list[RankClaim]] = {"best": [], "worst": []}
    ahead = _ahead(scores)
    first: dict[Sense, Ints] = {"best": ahead.argmin(axis=1), "worst": ahead.argmax(axis=1)}
    for unit in range(len(linear)):
        for sense, found in claims.items():
            start = where.weights_of(samples[first[sense][unit]])
            found.append(_search(where, preferred, unit, sense, deadline).run(start, scores))
    given = tuple(linear.ranks(linear.given))
    return RankRanges(linear, weights, preferred, tuple(claims["best"]), tuple(claims["worst"]), given)


def _ahead(scores: Floats) -> Ints:
    """(units, samples): how many units are strictly ahead at each sample."""
    ahead = np.empty(scores.shape, dtype=np.int64)
    for sample, column in enumerate(scores.T):
        ahead[:, sample] = len(column) - np.searchsorted(np.sort(column), column + TIE, side="right")
    return ahead


def _search(where: WeightSpace, preferred: Preferences, unit: int, sense: Sense, deadline: float) -> Search:
    always = preferred.worst_sign[:, unit] > 0
    sometimes = preferred.worst_sign[unit] < 0
    certain = always.copy() if sense == "best" else ~sometimes
    certain[unit] = False
    rivals = np.flatnonzero(sometimes & ~always)
    return Search(where, unit, sense, rivals, np.flatnonzero(certain), deadline)
