"""Best and worst attainable rank of every unit over a set of weights, exactly.

A rank is 1 + the number of units strictly ahead, at some weights in the set: equal scores count in the
unit's favour, for the best rank and for the worst. Both are attained, as a rank takes finitely many values.
A published rank between the two can still be out of reach: the ranks of a set may have gaps.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from innov_index.analysis.robustness.certificates import RankClaim, Sense
from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.pairs import Preferences, preferences
from innov_index.analysis.robustness.search import TIE, Search
from innov_index.analysis.robustness.weight_sets import Point, WeightSet
from innov_index.analysis.robustness.weight_space import WeightSpace, space
from innov_index.dataset.published import Published
from innov_index.model.arrays import Floats, Ints

SAMPLES = 900


Answer: TypeAlias = Literal["yes", "no", "not found"]

FEW = 3
"""Up to this many published ranks are taken as ranks among all units of the index."""

STEPS = 512


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
    def claims(self) -> tuple[RankClaim, ...]:
        return (*self.best, *self.worst)

    @property
    def exact(self) -> bool:
        """Whether every claim is exact, because time sufficed."""
        return all(claim.exact for claim in self.claims)


def rank_ranges(linear: LinearScores, weights: WeightSet, time_limit: float = 60.0) -> RankRanges:
    """Find the best and the worst rank that every unit can have.

    Parameters
    ----------
    linear : LinearScores
    weights : WeightSet
    time_limit : seconds
        When time is up, claims that are not settled hold a rank that can be reached and a bound on any.
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
    """(units, samples): the number of units strictly ahead at each sample."""
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


@dataclass(frozen=True)
class ReachableRank:
    """One published rank: `yes` with weights that give it, `no` with the claim that rules it out.

    `not found`: it lies between best and worst rank, but no weights that give it were found.
    """

    announcement: str
    unit: str
    name: str
    announced: int
    best: RankClaim
    worst: RankClaim
    answer: Answer
    weights: Point | None


def reachable_ranks(
    ranges: RankRanges, published: Published, edition: int, units: Mapping[str, int]
) -> tuple[ReachableRank, ...]:
    """Say for each published rank of the index whether weights in the set give it.

    `units` are the positions of the index's units by code. Ranks of many units are compared among the units
    in common with the published figures; ranks printed as bands are left out.
    """
    announced = published.single_ranks[min(edition, len(published.ranks) - 1), :, 0]
    linear = ranges.linear
    known = [(place, announced[units[code]]) for place, code in enumerate(linear.units)]
    known = [(place, rank) for place, rank in known if rank == rank]
    if not known:
        return ()
    places = [place for place, _ in known]
    ranks = [int(rank) for _, rank in known]
    if len(known) > FEW and len(known) < len(linear):
        ranks = [1 + sum(other < rank for other in ranks) for rank in ranks]
        ranges = rank_ranges(linear.among(places), ranges.weights)
        places = list(range(len(ranks)))
    return tuple(
        _reachable(ranges, published.name, place, rank) for place, rank in zip(places, ranks, strict=True)
    )


def _reachable(ranges: RankRanges, announcement: str, place: int, rank: int) -> ReachableRank:
    linear, best, worst = ranges.linear, ranges.best[place], ranges.worst[place]
    answer: Answer = "not found"
    weights: Point | None = None
    if rank < best.bound or rank > worst.bound:
        answer = "no"
    else:
        weights = weights_for(linear, ranges.weights, best, worst, rank)
        answer = "yes" if weights is not None else answer
    return ReachableRank(
        announcement, linear.units[place], linear.names[place], rank, best, worst, answer, weights
    )


def weights_for(
    linear: LinearScores, weights: WeightSet, best: RankClaim, worst: RankClaim, rank: int
) -> Point | None:
    """Weights that give a unit a certain rank, looked for between those of its best and its worst rank."""
    ends = [best.weights, worst.weights]
    if weights.contains(linear.given):
        ends.insert(1, linear.given)
    for start, end in pairwise(ends):
        found = _between(linear, best.unit, start, end, rank)
        if found is not None:
            return found
    return None


def _between(linear: LinearScores, unit: int, start: Point, end: Point, rank: int) -> Point | None:
    shares = np.linspace(0.0, 1.0, STEPS + 1)
    first = np.array([float(weight) for weight in start])
    last = np.array([float(weight) for weight in end])
    line = first + shares[:, None] * (last - first)
    gaps = (linear.values - linear.values[unit]).astype(np.float64) @ line.T
    ranks = 1 + (gaps > 0).sum(axis=0)
    for step in np.flatnonzero(ranks == rank):
        share = Fraction(int(step), STEPS)
        candidate = tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))
        if linear.ranks(candidate)[unit] == rank:
            return candidate
    return None
