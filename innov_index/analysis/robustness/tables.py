"""What exact statements about ranks say, in tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from innov_index.analysis.robustness.certificates import RankClaim
from innov_index.analysis.robustness.pairs import smallest_lead
from innov_index.analysis.robustness.study import PairStudy, Robustness
from innov_index.model.arrays import Floats
from innov_index.model.sheet import Cell, Kind, Sheet


def ranges_table(result: Robustness) -> Sheet:
    """For a screen: rank, name, best and worst rank; bounds where time ran out."""
    columns = ["rank", "name", "best", "worst"]
    rows = [
        [
            result.ranges.given[unit],
            result.ranges.linear.names[unit],
            *(_claimed(c) for c in _claims(result, unit)),
        ]
        for unit in _order(result.ranges.given)
    ]
    return Sheet(columns, rows)


def _claimed(claim: RankClaim) -> Cell:
    if claim.exact:
        return claim.rank
    low, high = sorted((claim.rank, claim.bound))
    return f"{low}…{high}"


def ranks_table(result: Robustness) -> Sheet:
    """One row a unit: best and worst rank, the bound on each, and weights that give them."""
    columns = ["unit", "name", "rank", "best", "worst", "best_bound", "worst_bound", "exact"]
    columns += [f"{code} at {end}" for end in ("best", "worst") for code in result.linear.nodes]
    rows = []
    everyone = result.ranges.linear
    for unit in _order(result.ranges.given):
        best, worst = _claims(result, unit)
        row: list[Cell] = [everyone.units[unit], everyone.names[unit], result.ranges.given[unit]]
        row += [best.rank, worst.rank, best.bound, worst.bound, best.exact and worst.exact]
        rows.append([*row, *(float(w) for claim in (best, worst) for w in claim.weights)])
    return Sheet(columns, rows)


def preferences_table(result: Robustness) -> Sheet:
    """One row a pair, the unit ahead at the given weights first: what holds with all weights of the set."""
    preferred, linear = result.preferences, result.linear
    order = _order(linear.ranks(linear.given))
    rows = []
    for place, a in enumerate(order):
        for b in order[place + 1 :]:
            lead = smallest_lead(linear, result.weights, a, b)
            row: list[Cell] = [linear.units[a], linear.units[b], _relation(preferred.worst_sign, a, b)]
            rows.append([*row, float(lead.lead) * linear.step, *(float(weight) for weight in lead.weights)])
    at = [f"{code} there" for code in linear.nodes]
    return Sheet(["unit", "rival", "relation", "smallest lead", *at], rows)


def _relation(sign: np.ndarray, a: int, b: int) -> str:
    if sign[a, b] > 0:
        return "always ahead"
    if sign[a, b] == 0:
        return "always level" if sign[b, a] == 0 else "never behind"
    if sign[b, a] >= 0:
        return "never ahead"
    return "depends on the weights"


def stability_table(result: Robustness) -> Sheet:
    """One row each for winner, top and order: up to which ± share of all weights it holds, what ends it."""
    watched = {
        "winner": result.winner_stable,
        f"top {result.top}": result.top_stable,
        "order": result.order_stable,
    }
    rows = []
    for what, stable in watched.items() if len(result.linear) > 1 else ():
        names = [
            None if unit is None else result.linear.names[unit] for unit in (stable.ahead, stable.behind)
        ]
        weights: Iterable[Cell] = [None] * len(result.linear.nodes)
        if stable.weights is not None:
            weights = [float(weight) for weight in stable.weights]
        rows.append([what, float(stable.share), *names, *weights])
    return Sheet(
        ["unchanged", "up to ±", "ahead", "passed by", *(f"{c} there" for c in result.linear.nodes)], rows
    )


def pair_table(study: PairStudy | None) -> Sheet:
    """One row a node or indicator: how much better it must be for the pair to draw level."""
    rows = [
        [e.node, e.name, e.score, e.score_needed, e.raw, e.raw_needed, e.beyond, e.note]
        for e in (study.improvements if study is not None else ())
    ]
    columns = ["node", "name", "score", "needed", "value", "value needed", "beyond every unit", "note"]
    return Sheet(columns if study is not None else ["node"], rows)


def volumes_table(result: Robustness) -> Sheet:
    """One row a unit: the share of the weights that gives it each rank."""
    if result.volumes is None:
        return Sheet(["unit", "name"], [])
    used = np.flatnonzero(result.volumes.max(axis=0) > 0)
    last = int(used.max()) + 1 if len(used) else 0
    rows: list[list[Cell]] = []
    for unit in _order(result.linear.ranks(result.linear.given)):
        shares = result.volumes[unit, :last].tolist()
        rows.append([result.linear.units[unit], result.linear.names[unit], *shares])
    names = [f"rank {k + 1}" for k in range(last)]
    return Sheet(["unit", "name", *names], rows, dict.fromkeys(names, Kind.SHARE))


def likeliest_ranks_table(result: Robustness, volumes: Floats) -> Sheet:
    """For a screen: shares of the weights that give the first place and the top, and the likeliest rank."""
    rows: list[list[Cell]] = []
    for unit in _order(result.linear.ranks(result.linear.given)):
        shares = volumes[unit]
        likely = int(shares.argmax())
        rows.append(
            [
                result.linear.names[unit],
                f"{shares[0]:.1%}",
                f"{shares[: result.top].sum():.1%}",
                likely + 1,
                f"{shares[likely]:.1%}",
            ]
        )
    return Sheet(["name", "first", f"top {result.top}", "likeliest rank", "its share"], rows)


def published_table(result: Robustness) -> Sheet:
    """One row a published rank: whether it can be reached, and weights that give it."""
    rows = []
    for entry in result.published:
        weights: Iterable[Cell] = [None] * len(result.linear.nodes)
        if entry.weights is not None:
            weights = [float(weight) for weight in entry.weights]
        row: list[Cell] = [entry.announcement, entry.unit, entry.name, entry.announced]
        rows.append([*row, entry.best.bound, entry.worst.bound, entry.answer, *weights])
    columns = ["announcement", "unit", "name", "announced", "best", "worst", "can be had"]
    return Sheet([*columns, *(f"{code} there" for code in result.linear.nodes)], rows)


def _order(given: Sequence[int]) -> list[int]:
    """Units by their ranks at the given weights."""
    return sorted(range(len(given)), key=lambda unit: given[unit])


def _claims(result: Robustness, unit: int) -> tuple[RankClaim, RankClaim]:
    return result.ranges.best[unit], result.ranges.worst[unit]
