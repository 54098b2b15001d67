"""Branch and bound for the best or worst rank of one unit: how few rivals can be lost at once."""

from __future__ import annotations

import time
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from innov_index.analysis.robustness.certificates import Branch, Key, Leaf, Proof, RankClaim, Sense
from innov_index.analysis.robustness.coalitions import (
    Case,
    Coalitions,
    Count,
    bits,
    count,
    enough_lost,
    wants,
)
from innov_index.analysis.robustness.linear import whole_numbers
from innov_index.analysis.robustness.weight_sets import Point
from innov_index.analysis.robustness.weight_space import CLOSE, WeightSpace
from innov_index.model.arrays import Bools, Floats, Ints

TIE = 1e-12
"""Sampled scores nearer than this count as equal; claims are checked exactly afterwards."""


class Deadline:
    """When a search ends, by the clock of whatever computer it is on.

    Parameters
    ----------
    seconds : float
        From now on.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; negative once it has passed."""
        return self._until - time.monotonic()

    def __reduce__(self) -> tuple[Any, ...]:
        return Deadline, (self.left,)


class OutOfTime(Exception):
    """The deadline has passed."""


class Undecided(Exception):
    """Neither floats nor exact numbers settle a step."""


class Search:
    """The search for one unit.

    Parameters
    ----------
    space : WeightSpace
    unit : position
    sense : best or worst
    rivals : positions
        Rivals that are lost at some weights and kept at others.
    certain : positions
        Rivals that are lost whatever the weights.
    deadline : Deadline
    among : number
        Of the units that are ranked together.
    """

    def __init__(
        self,
        space: WeightSpace,
        unit: int,
        sense: Sense,
        rivals: Ints,
        certain: Ints,
        deadline: Deadline,
        among: int,
    ) -> None:
        self.space = space
        self.unit = unit
        self.sense: Sense = sense
        self.certain = certain
        self.deadline = deadline
        self.among = among
        self.known = Coalitions(space, unit, sense, rivals)
        self.weights: Point = ()
        self.fewest = len(rivals) + 1

    def run(self, start: Point, scores: Floats) -> RankClaim:
        """Search until the claim is exact or time is up.

        Parameters
        ----------
        start : weights
            The best known.
        scores : (units, samples)
            Scores at samples; they spare the search of pairs that are seen together.
        """
        self._offer(start)
        whole = Case(0, 0, (1 << len(self.known)) - 1)
        try:
            if self.deadline.left < 0:
                raise OutOfTime
            self.known.find_pairs(self._kept_together(scores))
            return self._claim(self._explore(whole), self.fewest)
        except (OutOfTime, Undecided):
            proved = count(self.known, whole)
            return self._claim(self._leaf(proved), proved.least)

    def _kept_together(self, scores: Floats) -> Bools:
        """(rivals, rivals): whether both are kept at some sample; by bits, as products start threads."""
        gaps = scores[self.known.rivals] - scores[self.unit]
        kept = gaps <= TIE if self.sense == "best" else gaps > TIE
        padded = np.pad(kept, ((0, 0), (0, -kept.shape[1] % 64)))
        packed = np.packbits(padded, axis=1).view(np.uint64)
        together = np.zeros((len(kept), len(kept)), dtype=np.bool_)
        for rival, row in enumerate(packed):
            together[rival] = (packed & row).any(axis=1)
        return together

    def _explore(self, case: Case) -> Proof:
        """Prove that no weights in a case lose fewer than the fewest found, finding fewer on the way."""
        while True:
            if self.deadline.left < 0:
                raise OutOfTime
            found = count(self.known, case)
            if found.impossible is not None or found.least >= self.fewest:
                return self._leaf(found)
            lost = enough_lost(self.known, case)
            if lost.bit_count() >= self.fewest:
                break
            self._try(lost)
        rival = self._branching(case)
        one = 1 << rival
        rest = case.open & ~one
        kept = self._explore(Case(case.lost, case.kept | one, rest))
        lost_too = self._explore(Case(case.lost | one, case.kept, rest))
        return Branch(int(self.known.rivals[rival]), lost_too, kept)

    def _branching(self, case: Case) -> int:
        rest = [c & ~case.kept for c in self.known.larger if not c & case.lost]
        wanted = wants(self.known.adjacent, case.open, rest)
        if not wanted:
            raise Undecided
        return max(wanted, key=lambda rival: wanted[rival])

    def _try(self, lost: int) -> None:
        """Keep all other rivals at once: new best weights, or new coalitions."""
        while lost.bit_count() < self.fewest:
            kept = [rival for rival in range(len(self.known)) if not lost >> rival & 1]
            outcome = self.space.solve(self.known.functions[kept])
            if outcome is None:
                raise Undecided
            if self.deadline.left < 0:
                raise OutOfTime
            members: list[int] | None = None
            if outcome.value > CLOSE:
                members = self._refused(kept, outcome.multipliers)
            members = members or self._settled(kept, outcome.weights)
            if members is None:
                return
            lost |= 1 << max(members, key=self._dearness)

    def _refused(self, kept: list[int], multipliers: Floats) -> list[int] | None:
        """Accept the coalition that a solution shows, made small; None where it proves nothing."""
        members, shares = self._smaller(*_used(kept, multipliers))
        value = self.known.mixture_value(members, shares)
        return members if self.known.add(members, shares.tolist(), value) else None

    def _smaller(self, members: list[int], shares: Floats) -> tuple[list[int], Floats]:
        """Leave out members without which the others are a coalition still: small ones prove more."""
        for rival in sorted(members, key=self._dearness, reverse=True):
            rest = [member for member in members if member != rival]
            if len(rest) < 2 or len(rest) == len(members):
                continue
            outcome = self.space.solve(self.known.functions[rest])
            if outcome is not None and outcome.value > CLOSE:
                members, shares = _used(rest, outcome.multipliers)
        return members, shares

    def _settled(self, kept: list[int], weights: Point) -> list[int] | None:
        """None where the weights (or exact ones) keep all; else the coalition that says they cannot."""
        target = len(self.known) - len(kept)
        if self._offer(weights) <= target:
            return None
        units = [int(self.known.rivals[rival]) for rival in kept]
        exact = self.space.solve_exactly(self.unit, units, 1 if self.sense == "best" else -1)
        if exact is None:
            raise Undecided
        if self._offer(exact.weights) <= target:
            return None
        shares: list[Fraction] = list(exact.multipliers)
        members = [rival for rival, share in zip(kept, shares, strict=True) if share > 0]
        if not self.known.add(members, [share for share in shares if share > 0], 0.0):
            raise Undecided
        return members

    def _dearness(self, rival: int) -> int:
        """The number of coalitions that a rival belongs to."""
        larger = sum(coalition >> rival & 1 for coalition in self.known.larger)
        return larger + self.known.adjacent[rival].bit_count()

    def _offer(self, weights: Point) -> int:
        """Count exactly how many rivals are lost at weights, and remember them if they are the fewest."""
        lost = self._lost_at(weights)
        if lost < self.fewest:
            self.fewest, self.weights = lost, weights
        return lost

    def _lost_at(self, weights: Point) -> int:
        nearly = self._gaps @ np.array([float(weight) for weight in weights])
        unclear = np.flatnonzero(np.abs(nearly) <= self._rounding)
        ahead = nearly > 0
        ahead[unclear] = self._gaps[unclear].astype(np.int64).astype(object) @ whole_numbers(weights) > 0
        count_ahead = int(np.count_nonzero(ahead))
        return count_ahead if self.sense == "best" else len(self.known) - count_ahead

    @cached_property
    def _gaps(self) -> Floats:
        """Whole numbers below 2^53, so that floats hold them exactly."""
        values = self.space.linear.values
        return np.asarray(values[self.known.rivals] - values[self.unit], dtype=np.float64)

    @cached_property
    def _rounding(self) -> float:
        """A bound on the rounding error of a weighted sum of gaps."""
        return 1e-12 * float(np.abs(self._gaps).max(initial=0.0))

    def _leaf(self, found: Count) -> Leaf:
        if found.impossible is not None:
            return Leaf((), (self._key(found.impossible),))
        cliques = tuple(tuple(int(self.known.rivals[r]) for r in bits(clique)) for clique in found.cliques)
        return Leaf(cliques, tuple(self._key(mask) for mask in found.sets))

    def _key(self, mask: int) -> Key:
        return frozenset(int(self.known.rivals[rival]) for rival in bits(mask))

    def _claim(self, proof: Proof, bound: int) -> RankClaim:
        certain = len(self.certain)
        ranks = [certain + lost + 1 for lost in (self.fewest, bound)]
        if self.sense == "worst":
            ranks = [self.among + 1 - rank for rank in ranks]
        return RankClaim(
            unit=self.unit,
            row=self.unit,
            sense=self.sense,
            rank=ranks[0],
            bound=ranks[1],
            weights=self.weights,
            certain=self.certain,
            coalitions=self._coalitions_of(proof),
            proof=proof,
        )

    def _coalitions_of(self, proof: Proof) -> dict[Key, dict[int, Fraction]]:
        """The coalitions that a proof names."""
        place = {int(unit): rival for rival, unit in enumerate(self.known.rivals)}
        masks = {key: sum(1 << place[unit] for unit in key) for key in _keys(proof)}
        return {key: dict(self.known.certificate(mask)) for key, mask in masks.items()}


def _used(rivals: list[int], multipliers: Floats) -> tuple[list[int], Floats]:
    """The rivals with a multiplier, and their multipliers scaled to sum to 1."""
    used = np.flatnonzero(multipliers > 1e-12)
    return [rivals[k] for k in used], multipliers[used] / multipliers[used].sum()


def _keys(proof: Proof) -> set[Key]:
    stack: list[Proof] = [proof]
    keys: set[Key] = set()
    while stack:
        part = stack.pop()
        if isinstance(part, Branch):
            stack += [part.lost, part.kept]
        else:
            keys |= set(part.sets)
            keys |= {
                frozenset((a, b)) for clique in part.cliques for i, a in enumerate(clique) for b in clique[:i]
            }
    return keys
