"""Aggregation by comparison: the score of a unit depends on the scores of the others.

One function a method. It takes a table, one row of children a unit, None where one is missing, and the
weights of the children. A unit that has no result has None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from innov_index.reference.aggregation import mpi
from innov_index.reference.moments import Undefined, deviation, mean
from innov_index.reference.places import significant
from innov_index.reference.statement import Column, Value

DIGITS = 12
"""Significant digits to which scores are compared, as in a ranking."""

Table = Sequence[Sequence[Value]]
Weights = Sequence[float]
Rows = list[list[float]]
Threshold = float | None | Sequence[float | None]


def weighing(table: Table, w: Weights) -> tuple[Table, Weights]:
    """The children that have a weight; a unit that lacks any child lacks all."""
    used = [j for j, b in enumerate(w) if b != 0]
    gap = [None in row for row in table]
    rows = [[None if gone else row[j] for j in used] for row, gone in zip(table, gap, strict=True)]
    return rows, [w[j] for j in used]


def of_complete(table: Table, formula: Callable[[Rows], list[float]]) -> Column:
    """Scores of the units that have every child; the others are left out."""
    rows = {u: [v for v in row if v is not None] for u, row in enumerate(table) if None not in row}
    scores = dict(zip(rows, formula(list(rows.values())), strict=True)) if rows else {}
    return [scores.get(unit) for unit in range(len(table))]


def columns(rows: Rows) -> list[list[float]]:
    """One list a child."""
    return [list(column) for column in zip(*rows, strict=True)]


def waspas(table: Table, w: Weights, *, arithmetic_share: float) -> Column:
    """s Σ w r + (1 - s) Π r^w, r = x / max x"""
    best = [max((v for row in table if (v := row[j]) is not None), default=0.0) for j in range(len(w))]
    result: Column = []
    for row in table:
        own = [(v, best[j], w[j]) for j, v in enumerate(row) if v is not None and w[j] != 0]
        if any(v <= 0 for v, _, _ in own):
            result.append(None)
            continue
        pairs = [(v / top, weight) for v, top, weight in own]
        total = math.fsum(weight for _, weight in pairs)
        if not pairs or total == 0:
            result.append(None)
            continue
        product = math.exp(math.fsum(weight * math.log(r) for r, weight in pairs) / total)
        whole = math.fsum(weight * r for r, weight in pairs) / total
        result.append(arithmetic_share * whole + (1 - arithmetic_share) * product)
    return result


def ampi(table: Table, w: Weights, *, learned: Table, centre: Sequence[float] | None, penalty: str) -> Column:
    """mpi of r = 70 + 60 (x - low) / (high - low), low and high (max - min)/2 below and above the centre"""
    known = [[v for row in learned if (v := row[j]) is not None] for j in range(len(w))]
    middle = [mean(x) if x else 0.0 for x in known] if centre is None else centre
    half = [(max(x) - min(x)) / 2 if x else 0.0 for x in known]
    result: Column = []
    for row in table:
        own = [
            (70 + 60 * (v - middle[j] + half[j]) / (2 * half[j]), w[j])
            for j, v in enumerate(row)
            if v is not None and w[j] > 0
        ]
        result.append(mpi([r for r, _ in own], [b for _, b in own], penalty=penalty) if own else None)
    return result


def distances(rows: Rows, w: Weights, ideal: Sequence[float]) -> list[float]:
    """√ Σ w (x - ideal)²"""
    return [
        math.hypot(*[math.sqrt(b) * (x - i) for x, i, b in zip(row, ideal, w, strict=True)]) for row in rows
    ]


def hellwig(table: Table, w: Weights) -> Column:
    """1 - d / (mean(d) + 2 sd(d)), d² = Σ w (z - max z)² on z-scores, deviations of the population"""
    table, w = weighing(table, w)

    def formula(rows: Rows) -> list[float]:
        centres, spreads = [mean(x) for x in columns(rows)], [deviation(x, 0) for x in columns(rows)]
        if min(spreads) == 0:
            raise Undefined("a child is constant")
        z = [[(x - m) / s for x, m, s in zip(row, centres, spreads, strict=True)] for row in rows]
        d = distances(z, w, [max(x) for x in columns(z)])
        return [1 - own / (mean(d) + 2 * deviation(d, 0)) for own in d]

    return of_complete(table, formula)


def wroclaw(table: Table, w: Weights) -> Column:
    """1 - d / (mean(d) + 2 sd(d)), d² = Σ w (x - max x)², sd of a sample"""
    table, w = weighing(table, w)

    def formula(rows: Rows) -> list[float]:
        d = distances(rows, w, [max(x) for x in columns(rows)])
        return [1 - own / (mean(d) + 2 * deviation(d)) for own in d]

    return of_complete(table, formula)


def scaled(x: Sequence[float], scaling: str) -> list[float]:
    """x / √Σx², x / Σx, x / max x, (x - min) / (max - min) or x"""
    if scaling == "min_max":
        return [(value - min(x)) / (max(x) - min(x)) for value in x]
    whole = {"vector": math.hypot(*x), "sum": math.fsum(x), "max": max(x), "none": 1.0}[scaling]
    return [value / whole for value in x]


def topsis(table: Table, w: Weights, *, scaling: str) -> Column:
    """d⁻ / (d⁺ + d⁻), distances of w r to the column minima and maxima of w r"""
    table, w = weighing(table, w)

    def formula(rows: Rows) -> list[float]:
        weighted = [[b * r for r in scaled(x, scaling)] for x, b in zip(columns(rows), w, strict=True)]
        units = columns(weighted)
        ones = [1.0] * len(w)
        worst = distances(units, ones, [min(x) for x in weighted])
        best = distances(units, ones, [max(x) for x in weighted])
        return [low / (high + low) for low, high in zip(worst, best, strict=True)]

    return of_complete(table, formula)


def within(x: Sequence[float]) -> list[float]:
    """(x - min x) / (max x - min x), and 0 where all are the same"""
    low, high = min(x), max(x)
    return [(value - low) / (high - low) if high - low > 1e-13 * high else 0.0 for value in x]


def vikor(table: Table, w: Weights, *, v: float) -> Column:
    """1 - v (S - min S)/(max S - min S) - (1 - v)(R - min R)/(max R - min R), S the sum and R the maximum of
    w (max x - x)/(max x - min x)
    """
    table, w = weighing(table, w)

    def formula(rows: Rows) -> list[float]:
        ends = [(min(x), max(x)) for x in columns(rows)]
        regrets = [
            [b * (high - x) / (high - low) for x, b, (low, high) in zip(row, w, ends, strict=True)]
            for row in rows
        ]
        total, largest = [math.fsum(row) for row in regrets], [max(row) for row in regrets]
        parts = zip(within(total), within(largest), strict=True)
        return [1 - v * s - (1 - v) * r for s, r in parts]

    return of_complete(table, formula)


def edas(table: Table, w: Weights) -> Column:
    """(A / max A + 1 - B / max B) / 2, A = Σ w max(0, x/m - 1), B = Σ w max(0, 1 - x/m), m the mean"""
    table, w = weighing(table, w)

    def formula(rows: Rows) -> list[float]:
        m = [mean(x) for x in columns(rows)]
        if min(m) <= 0:
            raise Undefined("a mean is not positive")
        above = [
            math.fsum(b * max(0.0, x / c - 1) for x, c, b in zip(row, m, w, strict=True)) for row in rows
        ]
        below = [
            math.fsum(b * max(0.0, 1 - x / c) for x, c, b in zip(row, m, w, strict=True)) for row in rows
        ]
        return [(a / max(above) + 1 - b / max(below)) / 2 for a, b in zip(above, below, strict=True)]

    return of_complete(table, formula)


def to_digits(table: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Scores as they are compared: equal ones may differ in their last digits"""
    return [[v if v is None else significant(v, DIGITS) for v in row] for row in table]


def borda(table: Table, w: Weights) -> Column:
    """Σ w (number of lower units + half the number of equal ones)"""

    def formula(rows: Rows) -> list[float]:
        points = [
            [sum(o < x for o in column) + (sum(o == x for o in column) - 1) / 2 for x in column]
            for column in columns(to_digits(rows))
        ]
        return [math.fsum(b * p for b, p in zip(w, own, strict=True)) for own in columns(points)]

    return of_complete(table, formula)


def majority(a: Sequence[Value], b: Sequence[Value], w: Weights) -> float:
    """Σ w [a > b] - Σ w [a < b] over the children that both have; 0 where rounding leaves no more"""
    both = [(x, y, weight) for x, y, weight in zip(a, b, w, strict=True) if x is not None and y is not None]
    lead = math.fsum(weight * ((x > y) - (x < y)) for x, y, weight in both)
    return 0.0 if abs(lead) < 1e-12 else lead


def copeland(table: Table, w: Weights) -> Column:
    """Σ sign(Σ w [x > x'] - Σ w [x < x']) over all other units"""
    table = to_digits(table)
    units = [unit for unit, row in enumerate(table) if any(v is not None for v in row)]
    result: Column = [None] * len(table)
    for unit in units:
        leads = [majority(table[unit], table[other], w) for other in units if other != unit]
        result[unit] = float(sum((lead > 0) - (lead < 0) for lead in leads))
    return result


def preferred(d: float, kind: str, q: float | None, p: float | None, s: float | None) -> float:
    """P(d), 0 for d <= 0"""
    low, high, bend = q or 0.0, p or 0.0, s or 0.0
    if d <= 0:
        return 0.0
    noise = 1e-13 * d
    if kind == "usual":
        return 1.0
    if kind == "u_shape":
        return float(d > low + noise)
    if kind == "v_shape":
        return min(d / high, 1.0)
    if kind == "level":
        return ((d > low + noise) + (d > high + noise)) / 2
    if kind == "linear":
        return min(max((d - low) / (high - low), 0.0), 1.0)
    return 1 - math.exp(-(d**2) / (2 * bend**2))


def promethee_ii(
    table: Table,
    w: Weights,
    *,
    preference: str | Sequence[str],
    q: Threshold,
    p: Threshold,
    s: Threshold,
) -> Column:
    """Σ_b Σ w (P(x - x_b) - P(x_b - x)) / (n - 1), P and its thresholds for all children or for each"""
    kinds = [preference] * len(w) if isinstance(preference, str) else preference
    limits = [own if isinstance(own, Sequence) else [own] * len(w) for own in (q, p, s)]
    rules = list(zip(w, kinds, *limits, strict=True))

    def formula(rows: Rows) -> list[float]:
        if len(rows) < 2:
            raise Undefined("a single unit")
        both = zip(kinds, columns(rows), columns(to_digits(rows)), strict=True)
        rows = columns([rounded if kind == "usual" else own for kind, own, rounded in both])
        return [
            math.fsum(
                weight * (preferred(x - y, *rule) - preferred(y - x, *rule))
                for other in rows
                for x, y, (weight, *rule) in zip(own, other, rules, strict=True)
            )
            / (len(rows) - 1)
            for own in rows
        ]

    return of_complete(table, formula)


def order_m(table: Table, w: Weights, *, m: int, steps: Sequence[float] | None) -> Column:
    """1 / Σ_k r_k [(k / n)^m - ((k - 1) / n)^m], r the rising min_j x_rj / (g_j x_ij) of all units r"""
    step = [1.0] * len(w) if steps is None else steps
    rivals = [[v or 0.0 for v in row] for row in table if any(v is not None for v in row)]
    result: Column = []
    for row in table:
        own = [(j, v * step[j]) for j, v in enumerate(row) if v]
        if all(v is None for v in row) or any(v < 0 for v in row if v is not None):
            result.append(None)
            continue
        ratios = sorted(min(rival[j] / v for j, v in own) for rival in rivals) if own else []
        n = len(ratios)
        best = math.fsum(r * (((k + 1) / n) ** m - (k / n) ** m) for k, r in enumerate(ratios))
        result.append(1 / best if own else 0.0)
    return result


OF_ALL_UNITS: Mapping[str, Callable[..., Column]] = {
    "waspas": waspas,
    "order_m": order_m,
    "ampi": ampi,
    "hellwig": hellwig,
    "wroclaw": wroclaw,
    "topsis": topsis,
    "vikor": vikor,
    "edas": edas,
    "borda": borda,
    "copeland": copeland,
    "promethee_ii": promethee_ii,
}

SEARCHED = ("kemeny_young", "bod", "directional_bod", "geometric_bod", "unobserved_components")
"""Methods whose scores are the best by some measure: they are checked, not searched for again."""
