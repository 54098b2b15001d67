"""Rivals that cannot all be kept, and how many are lost for sure.

Coalitions are found in floats, and accepted when rounding cannot undo the proof. Disjoint ones then give a
bound by counting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np

from innov_index.analysis.robustness.certificates import SIGN, Sense, is_coalition
from innov_index.analysis.robustness.weight_space import NOISE, WeightSpace
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints

SETTLED = 1e-9
"""What a rival would settle, when it is nothing but rounding."""


def bits(mask: int) -> list[int]:
    """Positions of the ones of a mask, in order."""
    positions = []
    while mask:
        lowest = mask & -mask
        positions.append(lowest.bit_length() - 1)
        mask ^= lowest
    return positions


class Coalitions:
    """The coalitions known against one unit.

    Rivals are counted from 0 within `rivals` (positions of units); a set of rivals is a mask. `adjacent[r]`
    are the rivals with which r is a pair that cannot both be kept; `larger` are coalitions of three and more.
    """

    def __init__(self, space: WeightSpace, unit: int, sense: Sense, rivals: Ints) -> None:
        self.space = space
        self.unit = unit
        self.sense: Sense = sense
        self.rivals = rivals
        self.adjacent = [0] * len(rivals)
        self.larger: list[int] = []
        self._multipliers: dict[int, Sequence[float | Fraction]] = {}

    def __len__(self) -> int:
        return len(self.rivals)

    @cached_property
    def functions(self) -> Floats:
        """(rivals, columns): what must be ≤ 0 (best) or < 0 (worst) for a rival to be kept."""
        space = self.space
        return np.asarray(SIGN[self.sense] * (space.payoffs[self.rivals] - space.payoffs[self.unit]))

    def find_pairs(self, kept_together: Bools) -> None:
        """Find every pair that cannot both be kept, among those not seen together (rivals, rivals)."""
        first, second = np.nonzero(np.triu(~kept_together, 1))
        if not len(first):
            return
        shares, values = self.space.pairs(self.functions[first], self.functions[second])
        for pair in np.flatnonzero(values > -NOISE):
            members = (int(first[pair]), int(second[pair]))
            share = float(shares[pair])
            self.add(members, (share, 1.0 - share), float(values[pair]))

    def add(self, members: Sequence[int], multipliers: Sequence[float | Fraction], value: float) -> bool:
        """Add a coalition if its multipliers prove it; `value` is what floats make of the proof."""
        used = [(rival, share) for rival, share in zip(members, multipliers, strict=True) if share > 0]
        if value <= NOISE and not self._proved(used):
            return False
        mask = sum(1 << rival for rival, _ in used)
        if mask in self._multipliers:
            return True
        self._multipliers[mask] = [share for _, share in used]
        if len(used) == 2:
            (a, _), (b, _) = used
            self.adjacent[a] |= 1 << b
            self.adjacent[b] |= 1 << a
        else:
            self.larger.append(mask)
        return True

    def _proved(self, used: Sequence[tuple[int, float | Fraction]]) -> bool:
        exact = {int(self.rivals[rival]): Fraction(share) for rival, share in used}
        return is_coalition(self.space.linear, self.space.weights, self.unit, self.sense, exact)

    def certificate(self, mask: int) -> Mapping[int, Fraction]:
        """Multipliers of a coalition by unit."""
        shares = self._multipliers[mask]
        return {
            int(self.rivals[rival]): Fraction(share) for rival, share in zip(bits(mask), shares, strict=True)
        }

    def mixture_value(self, members: Sequence[int], multipliers: Floats) -> float:
        """Smallest value over the set of the mixture of some rivals' functions."""
        return float(self.space.least(multipliers @ self.functions[list(members)]))


@frozen
class Case:
    """A case of the search as masks: rivals taken to be lost, kept, and open."""

    lost: int
    kept: int
    open: int


@frozen
class Count:
    """Disjoint cliques and sets found in a case; `impossible` is a coalition kept whole."""

    cliques: tuple[int, ...]
    sets: tuple[int, ...]
    least: int
    impossible: int | None = None


def count(known: Coalitions, case: Case) -> Count:
    """Find disjoint coalitions among the open rivals, greedily: forced ones, then cliques, then larger."""
    free = case.open
    sets: list[int] = []
    waiting: list[int] = []
    for kept in bits(case.kept):
        if known.adjacent[kept] & case.kept:
            other = known.adjacent[kept] & case.kept
            return Count((), (), 0, (1 << kept) | (other & -other))
        for forced in bits(known.adjacent[kept] & free):
            sets.append((1 << kept) | (1 << forced))
            free &= ~(1 << forced)
    for coalition in known.larger:
        if coalition & case.lost:
            continue
        rest = coalition & ~case.kept
        if not rest:
            return Count((), (), 0, coalition)
        if rest & (rest - 1) == 0:
            if rest & free:
                sets.append(coalition)
                free &= ~rest
        else:
            waiting.append(coalition)
    cliques, free = _cliques(known.adjacent, free)
    for coalition in sorted(waiting, key=int.bit_count):
        rest = coalition & ~case.kept
        if rest & free == rest:
            sets.append(coalition)
            free &= ~rest
    least = case.lost.bit_count() + len(sets) + sum(clique.bit_count() - 1 for clique in cliques)
    return Count(tuple(cliques), tuple(sets), least)


def _cliques(adjacent: list[int], free: int) -> tuple[list[int], int]:
    """Disjoint cliques of two and more, the rivals with most partners first; and the rivals left over."""
    cliques: list[int] = []
    for start in sorted(bits(free), key=lambda rival: -(adjacent[rival] & free).bit_count()):
        partners = adjacent[start] & free
        if not free >> start & 1 or not partners:
            continue
        clique = 1 << start
        while partners:
            joined = max(bits(partners), key=lambda rival: (adjacent[rival] & partners).bit_count())
            clique |= 1 << joined
            partners &= adjacent[joined]
        cliques.append(clique)
        free &= ~clique
    return cliques, free


def enough_lost(known: Coalitions, case: Case) -> int:
    """A small set of rivals that contains one of every known coalition (and those lost in the case)."""
    lost = case.lost
    for kept in bits(case.kept):
        lost |= known.adjacent[kept] & case.open
    rest = [coalition & ~case.kept for coalition in known.larger if not coalition & lost]
    wanted = wants(known.adjacent, case.open & ~lost, rest)
    while wanted:
        picked = max(wanted, key=wanted.__getitem__)
        if wanted[picked] <= SETTLED:
            break
        lost |= 1 << picked
        _settle(known.adjacent, wanted, rest, picked)
        rest = [coalition for coalition in rest if not coalition >> picked & 1]
    return _without_idle(known, lost, case.lost)


def wants(adjacent: list[int], live: int, rest: list[int]) -> dict[int, float]:
    """How much each live rival would settle if it were lost: its pairs, and small coalitions the more."""
    wanted: dict[int, float] = {}
    for rival in bits(live):
        partners = (adjacent[rival] & live).bit_count()
        if partners:
            wanted[rival] = float(partners)
    for coalition in rest:
        weight = _weight(coalition)
        for rival in bits(coalition & live):
            wanted[rival] = wanted.get(rival, 0.0) + weight
    return wanted


def _settle(adjacent: list[int], wanted: dict[int, float], rest: list[int], picked: int) -> None:
    """Take out a rival that is lost now, and what it settles for others."""
    del wanted[picked]
    for partner in bits(adjacent[picked]):
        if partner in wanted:
            wanted[partner] -= 1.0
    for coalition in rest:
        if coalition >> picked & 1:
            weight = _weight(coalition)
            for rival in bits(coalition):
                if rival in wanted:
                    wanted[rival] -= weight


def _weight(coalition: int) -> float:
    return 4.0 / int(coalition.bit_count() ** 2)


def _without_idle(known: Coalitions, lost: int, fixed: int) -> int:
    """Keep again every rival that no coalition needs."""
    for rival in list(bits(lost & ~fixed)):
        without = lost & ~(1 << rival)
        pairs_met = known.adjacent[rival] & ~without == 0
        if pairs_met and all(coalition & without for coalition in known.larger if coalition >> rival & 1):
            lost = without
    return lost
