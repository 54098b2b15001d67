"""How many rivals are lost at least, by counting disjoint coalitions, and a cheap way to lose enough."""

from __future__ import annotations

from dataclasses import dataclass

from innov_index.analysis.robustness.coalitions import Coalitions, bits

SETTLED = 1e-9
"""What a rival would settle, when it is nothing but rounding."""


@dataclass(frozen=True)
class Case:
    """A case of the search as masks: rivals taken to be lost, kept, and open."""

    lost: int
    kept: int
    open: int


@dataclass(frozen=True)
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
