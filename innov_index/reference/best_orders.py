"""The Kemeny-Young order, by trying every set of units that may stand first."""

from __future__ import annotations

import math
from collections.abc import Sequence

from innov_index.reference.comparing import majority
from innov_index.reference.statement import Column, Value

Leads = list[list[float]]
MOST = 12
"""Units of a cycle of majorities that are put in every order."""
NEAR = 1e-9


def kemeny_young(table: Sequence[Sequence[Value]], w: Sequence[float]) -> Column | None:
    """Units below in all orders that maximise Σ over pairs (i above j) of the lead of i, half those in some

    None where a cycle of majorities holds more than twelve units.
    """
    units = [unit for unit, row in enumerate(table) if any(v is not None for v in row)]
    leads = [[majority(table[a], table[b], w) for b in units] for a in units]
    cycles = components(leads)
    if max(map(len, cycles), default=0) > MOST:
        return None
    result: Column = [None] * len(table)
    for place, cycle in enumerate(cycles):
        beyond = sum(map(len, cycles[place + 1 :]))
        inside = below([[leads[a][b] for b in cycle] for a in cycle])
        for own, number in zip(cycle, inside, strict=True):
            result[units[own]] = beyond + number
    return result


def components(leads: Leads) -> list[list[int]]:
    """Units that cannot be told apart by majorities alone, each group beating all later ones."""
    size = len(leads)
    reach = [{b for b in range(size) if leads[a][b] >= 0} | {a} for a in range(size)]
    for middle in range(size):
        for a in range(size):
            if middle in reach[a]:
                reach[a] |= reach[middle]
    groups = {frozenset(b for b in reach[a] if a in reach[b]) for a in range(size)}
    return [sorted(group) for group in sorted(groups, key=lambda group: -len(reach[min(group)]))]


def below(leads: Leads) -> list[float]:
    """For each unit of a cycle, those below it in all best orders and half of those below it in some."""
    size = len(leads)
    everyone = (1 << size) - 1
    best = best_sums(leads)
    firsts = [
        own
        for own in range(everyone + 1)
        if best[own] + best[everyone ^ own] + across(leads, own) >= best[everyone] - NEAR
    ]
    above = [
        [any(own >> a & 1 and not own >> b & 1 for own in firsts) for b in range(size)] for a in range(size)
    ]
    return [
        math.fsum(1 - above[b][a] / 2 for b in range(size) if b != a and above[a][b]) for a in range(size)
    ]


def best_sums(leads: Leads) -> list[float]:
    """The largest sum of leads of any order of each set of units; a set is a number in binary."""
    size = len(leads)
    best = [0.0] * (1 << size)
    for own in range(1, 1 << size):
        members = [unit for unit in range(size) if own >> unit & 1]
        best[own] = max(
            best[own ^ (1 << last)] + math.fsum(leads[unit][last] for unit in members if unit != last)
            for last in members
        )
    return best


def across(leads: Leads, own: int) -> float:
    """Σ of the leads of a set of units over all others."""
    inside = [unit for unit in range(len(leads)) if own >> unit & 1]
    outside = [unit for unit in range(len(leads)) if not own >> unit & 1]
    return math.fsum(leads[a][b] for a in inside for b in outside)
