"""Best and worst attainable rank of every unit over a set of weights, exactly.

A rank is 1 + the number of units strictly ahead, at some weights in the set: equal scores count in the
unit's favour, for the best rank and for the worst. Both are attained, as a rank takes finitely many values.
A published rank between the two can still be out of reach: the ranks of a set may have gaps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from innov_index.analysis.robustness.certificates import (
    RankClaim,
    Sense,
    WrongCertificate,
    check_bound,
    check_claim,
)
from innov_index.analysis.robustness.enclosures import Enclosure, Rows
from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.pairs import Preferences, preferences
from innov_index.analysis.robustness.search import TIE, Deadline, Search
from innov_index.analysis.robustness.weight_sets import Point, WeightSet
from innov_index.analysis.robustness.weight_space import WeightSpace, space
from innov_index.dataset.published import Published
from innov_index.engine.loops import each
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints

SAMPLES = 900


Answer: TypeAlias = Literal["yes", "no", "not found"]

FEW = 3
"""Up to this many published ranks are taken as ranks among all units of the index."""

STEPS = 512

TRIED = 300
"""Samples whose ranks the index itself is asked for."""


@frozen
class Tried:
    """Weights, and the ranks that the index gives with them: (points, units)."""

    points: tuple[Point, ...]
    ranks: Floats


@frozen
class RankRanges:
    """Best and worst rank of every unit, with their certificates.

    `given` are the ranks at the given weights; `preferences` those of the rows of `proved_in`, the scores
    that the bounds are proved in: `linear` itself, or rows that enclose the units' scores where there is an
    `enclosure`. Then `tried` holds weights whose ranks are known. `unfinished` searches ran out of time.
    """

    linear: LinearScores
    weights: WeightSet
    preferences: Preferences
    best: tuple[RankClaim, ...]
    worst: tuple[RankClaim, ...]
    given: tuple[int, ...]
    proved_in: LinearScores
    enclosure: Enclosure | None = None
    tried: Tried | None = None
    unfinished: int = 0

    @property
    def claims(self) -> tuple[RankClaim, ...]:
        return (*self.best, *self.worst)

    @property
    def exact(self) -> bool:
        """Whether every claim is exact, because time sufficed."""
        return all(claim.exact for claim in self.claims)

    def check(self) -> None:
        """Check every claim again.

        Raises
        ------
        WrongCertificate
            A proof does not hold, or weights do not give a rank.
        """
        if self.enclosure is None:
            for claim in self.claims:
                check_claim(self.linear, self.weights, claim)
            return
        reached = self.enclosure.ranks_at(_as_floats([claim.weights for claim in self.claims]))
        for claim, ranks in zip(self.claims, reached, strict=True):
            check_bound(self.proved_in, self.weights, claim)
            if not self.weights.contains(claim.weights) or ranks[claim.unit] != claim.rank:
                raise WrongCertificate("the weights do not give the rank")


def rank_ranges(linear: LinearScores, weights: WeightSet, time_limit: float = 60.0) -> RankRanges:
    """Find the best and the worst rank that every unit can have.

    Parameters
    ----------
    linear : LinearScores
    weights : WeightSet
    time_limit : seconds
        When time is up, claims that are not settled hold a rank that can be reached and a bound on any.
    """
    deadline = Deadline(time_limit)
    where = space(linear, weights)
    preferred = preferences(where)
    samples = where.samples(SAMPLES, np.random.default_rng(0))
    scores = where.payoffs @ samples.T
    ahead = _ahead(scores, scores)
    first: dict[Sense, Ints] = {"best": ahead.argmin(axis=1), "worst": ahead.argmax(axis=1)}

    def claim(asked: tuple[int, Sense]) -> RankClaim:
        unit, sense = asked
        others = np.arange(len(linear)) != unit
        start = where.weights_of(samples[first[sense][unit]])
        return _search(where, preferred, unit, others, sense, deadline).run(start, scores)

    claims = each(claim, [(unit, sense) for unit in range(len(linear)) for sense in first], what="searches")
    given = tuple(linear.ranks(linear.given))
    best, worst = tuple(claims[0::2]), tuple(claims[1::2])
    unfinished = sum(not claim.exact for claim in (*best, *worst))
    return RankRanges(linear, weights, preferred, best, worst, given, linear, unfinished=unfinished)


def enclosed_ranges(enclosure: Enclosure, weights: WeightSet, time_limit: float = 60.0) -> RankRanges:
    """Enclose the best and the worst rank of every unit; the parameters are those of `rank_ranges`.

    The best rank is no better than that of the unit's highest score among the lowest of the others, the worst
    no worse than that of its lowest among their highest. What is reached is the best and the worst rank that
    the index gives a unit with the weights found for any of them.
    """
    deadline = Deadline(time_limit)
    stacked, first = _stacked(enclosure.linear, enclosure.rows(weights))
    where = space(stacked, weights)
    preferred = preferences(where)
    samples = where.samples(SAMPLES, np.random.default_rng(0))
    scores = where.payoffs @ samples.T
    size = len(enclosure)
    sides: dict[Sense, tuple[int, int]] = {
        "best": (first["raised"], first["surely"]),
        "worst": (first["low"], first["high"]),
    }
    proved: dict[Sense, list[RankClaim]] = {}
    for sense, (own, theirs) in sides.items():
        ahead = _ahead(scores[own : own + size], scores[theirs : theirs + size])
        starts = ahead.argmin(axis=1) if sense == "best" else ahead.argmax(axis=1)

        def claim(
            unit: int, sense: Sense = sense, own: int = own, theirs: int = theirs, starts: Ints = starts
        ) -> RankClaim:
            rivals = np.zeros(len(stacked), dtype=np.bool_)
            rivals[theirs : theirs + size] = True
            rivals[theirs + unit] = False
            search = _search(where, preferred, own + unit, rivals, sense, deadline)
            found = search.run(where.weights_of(samples[starts[unit]]), scores)
            return replace(found, unit=unit, rivals=np.flatnonzero(rivals))

        proved[sense] = each(claim, range(size), what="searches")
    sampled = [where.weights_of(sample) for sample in samples[:TRIED]]
    tried = _tried(enclosure, weights, [*proved["best"], *proved["worst"]], sampled)
    best, worst = _reached(tried, proved["best"], proved["worst"])
    given = enclosure.ranks_at(_as_floats([enclosure.linear.given]))[0]
    ranks = tuple(int(rank) for rank in given)
    unfinished = sum(not claim.exact for claims in proved.values() for claim in claims)
    return RankRanges(
        enclosure.linear, weights, preferred, best, worst, ranks, stacked, enclosure, tried, unfinished
    )


def _stacked(linear: LinearScores, rows: Rows) -> tuple[LinearScores, dict[str, int]]:
    """The rows of all units as units of their own, and where those of a kind begin; equal kinds only once."""
    words = {
        "low": "at least",
        "high": "at most",
        "surely": "with all weights at least",
        "raised": "level or ahead from",
    }
    tables: list[Ints] = []
    labels: list[str] = []
    first: dict[str, int] = {}
    for kind, said in words.items():
        table = getattr(rows, kind)
        same = next((at for at, known in enumerate(tables) if np.array_equal(known, table)), len(tables))
        first[kind] = same * len(linear)
        if same == len(tables):
            tables.append(table)
            labels += [f"{code}, {said}" for code in linear.units]
    names = tuple(labels)
    return replace(linear, units=names, names=names, values=np.concatenate(tables)), first


def _tried(
    enclosure: Enclosure, weights: WeightSet, claims: Sequence[RankClaim], sampled: Sequence[Point]
) -> Tried:
    """The weights of claims and others, and the ranks that the index gives with them.

    A step from them into the set is tried too: at its edge a unit with a gap may have no score.
    """
    given = enclosure.linear.given if weights.contains(enclosure.linear.given) else sampled[-1]
    found = list(dict.fromkeys(claim.weights for claim in claims))
    inside = [
        tuple(w + (g - w) / STEPS for w, g in zip(point, given, strict=True))
        for point in (*found, *weights.corners)
    ]
    points = tuple(dict.fromkeys([given, *found, *inside, *sampled]))
    return Tried(points, enclosure.ranks_at(_as_floats(points)))


def _reached(
    tried: Tried, best: Sequence[RankClaim], worst: Sequence[RankClaim]
) -> tuple[tuple[RankClaim, ...], tuple[RankClaim, ...]]:
    """The claims with the best and worst ranks that the index gives with the weights tried."""
    found: list[list[RankClaim]] = []
    for claims, beyond, better in ((best, np.inf, np.argmin), (worst, -np.inf, np.argmax)):
        at = better(np.where(np.isnan(tried.ranks), beyond, tried.ranks), axis=0)
        found.append([])
        for claim, point in zip(claims, at.tolist(), strict=True):
            rank = tried.ranks[point, claim.unit]
            # a unit without a score at any of these weights is only known to be in bounds
            reached = int(rank) if rank == rank else (worst if claims is best else best)[claim.unit].bound
            bound = min(claim.bound, reached) if claims is best else max(claim.bound, reached)
            found[-1].append(replace(claim, rank=reached, bound=bound, weights=tried.points[point]))
    return tuple(found[0]), tuple(found[1])


def _as_floats(points: Sequence[Point]) -> Floats:
    return np.array([[float(weight) for weight in point] for point in points])


def _ahead(own: Floats, theirs: Floats) -> Ints:
    """(units, samples): how many of some scores are strictly ahead of each unit's at each sample."""
    ahead = np.empty(own.shape, dtype=np.int64)
    for sample, (column, others) in enumerate(zip(own.T, theirs.T, strict=True)):
        ahead[:, sample] = len(others) - np.searchsorted(np.sort(others), column + TIE, side="right")
    return ahead


def _search(
    where: WeightSpace, preferred: Preferences, row: int, among: Bools, sense: Sense, deadline: Deadline
) -> Search:
    """The search for one row among others."""
    always = preferred.worst_sign[:, row] > 0
    sometimes = preferred.worst_sign[row] < 0
    certain = always if sense == "best" else ~sometimes
    rivals = np.flatnonzero(sometimes & ~always & among)
    return Search(where, row, sense, rivals, np.flatnonzero(certain & among), deadline, int(among.sum()) + 1)


@frozen
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
        if ranges.enclosure is None:
            ranges = rank_ranges(linear.among(places), ranges.weights)
        else:
            ranges = enclosed_ranges(ranges.enclosure.among(places), ranges.weights)
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
        weights = weights_for(ranges, best, worst, rank)
        answer = "yes" if weights is not None else answer
    return ReachableRank(
        announcement, linear.units[place], linear.names[place], rank, best, worst, answer, weights
    )


def weights_for(ranges: RankRanges, best: RankClaim, worst: RankClaim, rank: int) -> Point | None:
    """Weights that give a unit a certain rank, looked for between those of its best and its worst rank.

    Among those whose ranks are known where the index itself has to be asked.
    """
    if ranges.tried is not None:
        known = np.flatnonzero(ranges.tried.ranks[:, best.unit] == rank)
        return ranges.tried.points[int(known[0])] if len(known) else None
    linear = ranges.linear
    ends = [best.weights, worst.weights]
    if ranges.weights.contains(linear.given):
        ends.insert(1, linear.given)
    for start, end in pairwise(ends):
        found = _between(linear, best.unit, start, end, rank)
        if found is not None:
            return found
    return None


def _between(linear: LinearScores, unit: int, start: Point, end: Point, rank: int) -> Point | None:
    shares = np.linspace(0.0, 1.0, STEPS + 1)
    first, last = _as_floats([start, end])
    line = first + shares[:, None] * (last - first)
    gaps = (linear.values - linear.values[unit]).astype(np.float64) @ line.T
    ranks = 1 + (gaps > 0).sum(axis=0)
    for step in np.flatnonzero(ranks == rank):
        share = Fraction(int(step), STEPS)
        candidate = tuple(a + share * (b - a) for a, b in zip(start, end, strict=True))
        if linear.ranks(candidate)[unit] == rank:
            return candidate
    return None
