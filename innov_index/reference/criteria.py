"""Aggregation by ratios of criteria, as methods of decision analysis scale and weigh them.

A criterion whose scores are zero and less is a cost: its sizes are their magnitudes. A unit without every
child is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from innov_index.reference.comparing import DIGITS, Rows, Table, Weights, columns, of_complete, weighing
from innov_index.reference.moments import Undefined, mean
from innov_index.reference.places import significant
from innov_index.reference.statement import Column


@dataclass(frozen=True)
class Criterion:
    """Sizes over the units, the weight, and whether less is better."""

    sizes: list[float]
    weight: float
    cost: bool

    @property
    def inverted(self) -> list[float]:
        """The sizes, of a cost 1/x"""
        return [1 / x for x in self.sizes] if self.cost else self.sizes

    @property
    def shares(self) -> list[float]:
        """x / Σ x, of a cost (1/x) / Σ (1/x)"""
        if min(self.sizes) == 0:
            raise Undefined("a zero")
        return [x / math.fsum(self.inverted) for x in self.inverted]

    @property
    def of_best(self) -> list[float]:
        """x / max x, of a cost min x / x"""
        return [x / max(self.inverted) for x in self.inverted]

    @property
    def stretched(self) -> list[float]:
        """(x - min x)/(max x - min x), of a cost (max x - x)/(max x - min x)"""
        low, high = min(self.sizes), max(self.sizes)
        return [((high - x) if self.cost else (x - low)) / (high - low) for x in self.sizes]


Criteria = Sequence[Criterion]


def criteria_of(rows: Rows, w: Weights) -> list[Criterion]:
    """The criteria of some units."""
    found = []
    for column, weight in zip(columns(rows), w, strict=True):
        if min(column) < 0 < max(column):
            raise Undefined("both signs")
        found.append(Criterion([abs(x) for x in column], weight, min(column) < 0))
    return found


def scored(table: Table, w: Weights, formula: Callable[[Criteria, int], list[float]]) -> Column:
    """Scores by a formula of the criteria and the number of units."""
    table, w = weighing(table, w)
    return of_complete(table, lambda rows: formula(criteria_of(rows, w), len(rows)))


def stretched_of(table: Table, w: Weights) -> tuple[Table, Weights]:
    """(x - min x)/(max x - min x) of each child with a weight, over the units that have all"""
    table, w = weighing(table, w)
    kept = [row for row in table if None not in row]
    ends = [(min(x), max(x)) for x in columns([[v for v in row if v is not None] for row in kept])]
    return [
        [None if v is None else (v - low) / (high - low) for v, (low, high) in zip(row, ends, strict=True)]
        for row in table
    ], w


def summed(parts: Sequence[Sequence[float]], units: int) -> list[float]:
    """For each unit the sum of one list a criterion; 0 where there is none."""
    return [math.fsum(part[unit] for part in parts) for unit in range(units)]


def weighted(criteria: Criteria, part: Callable[[Criterion], Sequence[float]], units: int) -> list[float]:
    """Σ w part"""
    return summed([[c.weight * x for x in part(c)] for c in criteria], units)


def apart(criteria: Criteria) -> tuple[list[Criterion], list[Criterion]]:
    """Benefits, and costs"""
    return [c for c in criteria if not c.cost], [c for c in criteria if c.cost]


def plain_share(c: Criterion) -> list[float]:
    """x / Σ x"""
    return [x / math.fsum(c.sizes) for x in c.sizes]


def weighted_product(table: Table, w: Weights) -> Column:
    """Π r^w, r = x / Σ x, of costs (1/x) / Σ (1/x)"""
    return scored(
        table,
        w,
        lambda cs, n: [math.prod(c.shares[unit] ** c.weight for c in cs) for unit in range(n)],
    )


def aras(table: Table, w: Weights) -> Column:
    """Σ w r / Σ w r*, r = x / Σ x with the best unit among them, of costs (1/x) / Σ (1/x)"""

    def formula(cs: Criteria, n: int) -> list[float]:
        extended = [
            Criterion([*c.sizes, min(c.sizes) if c.cost else max(c.sizes)], c.weight, c.cost) for c in cs
        ]
        *own, best = weighted(extended, lambda c: c.shares, n + 1)
        return [s / best for s in own]

    return scored(table, w, formula)


def copras(table: Table, w: Weights) -> Column:
    """Q / max Q, Q = S + Σ C / (C Σ (1/C)), S and C the sums of w x / Σ x over benefits and costs"""

    def formula(cs: Criteria, n: int) -> list[float]:
        benefits, costs = apart(cs)
        good, bad = weighted(benefits, plain_share, n), weighted(costs, plain_share, n)
        if costs:
            good = [
                s + math.fsum(bad) / (c * math.fsum(1 / b for b in bad))
                for s, c in zip(good, bad, strict=True)
            ]
        return [q / max(good) for q in good]

    return scored(table, w, formula)


def moora(table: Table, w: Weights) -> Column:
    """Σ w x / √Σ x² over benefits minus that over costs"""

    def formula(cs: Criteria, n: int) -> list[float]:
        return weighted(cs, lambda c: [(-x if c.cost else x) / math.hypot(*c.sizes) for x in c.sizes], n)

    return scored(table, w, formula)


def ocra(table: Table, w: Weights) -> Column:
    """I + O less the lowest, I = Σ w (max - x)/min over costs, O = Σ w (x - min)/min, each less its lowest"""

    def rated(c: Criterion) -> list[float]:
        low, high = min(c.sizes), max(c.sizes)
        return [((high - x) if c.cost else (x - low)) / low for x in c.sizes]

    def formula(cs: Criteria, n: int) -> list[float]:
        sums = [weighted(some, rated, n) for some in apart(cs)]
        both = [(a - min(sums[0])) + (b - min(sums[1])) for a, b in zip(*sums, strict=True)]
        return [x - min(both) for x in both]

    return scored(table, w, formula)


def ram(table: Table, w: Weights) -> Column:
    """(2 + S)^(1 / (2 + C)), S and C the sums of w x / Σ x over benefits and costs"""

    def formula(cs: Criteria, n: int) -> list[float]:
        good, bad = (weighted(some, plain_share, n) for some in apart(cs))
        return [float((2 + s) ** (1 / (2 + c))) for s, c in zip(good, bad, strict=True)]

    return scored(table, w, formula)


def marcos(table: Table, w: Weights) -> Column:
    """(k⁺ + k⁻) / (1 + (1 - f⁺)/f⁺ + (1 - f⁻)/f⁻), k⁺ and k⁻ = Σ w r over that of the best and the worst"""

    def formula(cs: Criteria, n: int) -> list[float]:
        sums = weighted(cs, lambda c: c.of_best, n)
        best = math.fsum(c.weight * max(c.of_best) for c in cs)
        worst = math.fsum(c.weight * min(c.of_best) for c in cs)
        result = []
        for s in sums:
            plus, minus = s / best, s / worst
            f_plus, f_minus = minus / (plus + minus), plus / (plus + minus)
            result.append((plus + minus) / (1 + (1 - f_plus) / f_plus + (1 - f_minus) / f_minus))
        return result

    return scored(table, w, formula)


def lmaw(table: Table, w: Weights) -> Column:
    """Σ 2 φ^w / ((2 - φ)^w + φ^w), φ = ln s / Σ ln s, s = 1 + x / max x, of costs 1 + min x / x"""

    def part(c: Criterion) -> list[float]:
        logs = [math.log(1 + r) for r in c.of_best]
        shares = [own / math.fsum(logs) for own in logs]
        return [2 * p**c.weight / ((2 - p) ** c.weight + p**c.weight) for p in shares]

    unweighed = sum(b == 0 for b in w)  # such a criterion adds 1 to every unit
    return scored(table, w, lambda cs, n: [unweighed + s for s in summed([part(c) for c in cs], n)])


def aroman(table: Table, w: Weights, *, beta: float, power_of_costs: float) -> Column:
    """C^λ + S^(1 - λ), sums of w t, t = (β (x - min)/(max - min) + (1 - β) x / √Σ x²) / 2"""

    def scaled(c: Criterion) -> list[float]:
        low, high, length = min(c.sizes), max(c.sizes), math.hypot(*c.sizes)
        return [(beta * (x - low) / (high - low) + (1 - beta) * x / length) / 2 for x in c.sizes]

    def formula(cs: Criteria, n: int) -> list[float]:
        benefits, costs = apart(cs)
        good, bad = weighted(benefits, scaled, n), weighted(costs, scaled, n)
        raised = [c**power_of_costs if costs else 0.0 for c in bad]
        return [float(c + s ** (1 - power_of_costs)) for c, s in zip(raised, good, strict=True)]

    return scored(table, w, formula)


def cocoso(table: Table, w: Weights, *, balance: float) -> Column:
    """(a b c)^(1/3) + (a + b + c)/3, see the catalogue; S = Σ w r, P = Σ r^w over all children"""
    unweighed = sum(b == 0 for b in w)
    ratios, used = stretched_of(table, w)

    def formula(rows: Rows) -> list[float]:
        sums = [math.fsum(b * r for b, r in zip(used, row, strict=True)) for row in rows]
        powers = [unweighed + math.fsum(r**b for b, r in zip(used, row, strict=True)) for row in rows]
        whole = math.fsum(sums) + math.fsum(powers)
        least = balance * max(sums) + (1 - balance) * max(powers)
        result = []
        for s, p in zip(sums, powers, strict=True):
            a, b = (s + p) / whole, s / min(sums) + p / min(powers)
            c = (balance * s + (1 - balance) * p) / least
            result.append((a * b * c) ** (1 / 3) + (a + b + c) / 3)
        return result

    return of_complete(ratios, formula)


def mabac(table: Table, w: Weights) -> Column:
    """Σ (v - g), v = w (1 + r), g the geometric mean of v over the units, r = (x - min)/(max - min)"""
    ratios, used = stretched_of(table, w)

    def formula(rows: Rows) -> list[float]:
        borders = [math.exp(mean([math.log(1 + r) for r in column])) for column in columns(rows)]
        return [
            math.fsum(b * (1 + r - g) for b, r, g in zip(used, row, borders, strict=True)) for row in rows
        ]

    return of_complete(ratios, formula)


def mairca(table: Table, w: Weights) -> Column:
    """-Σ (w / n) (1 - r), r = (x - min)/(max - min)"""
    ratios, used = stretched_of(table, w)

    def formula(rows: Rows) -> list[float]:
        return [-math.fsum(b * (1 - r) for b, r in zip(used, row, strict=True)) / len(rows) for row in rows]

    return of_complete(ratios, formula)


def codas(table: Table, w: Weights, *, threshold: float) -> Column:
    """Σ (E - E' + [|E - E'| >= threshold] (T - T')), distances of w r from the lowest, r = x / max x, of
    costs min x / x
    """

    def formula(cs: Criteria, n: int) -> list[float]:
        away = [[c.weight * (r - min(c.of_best)) for r in c.of_best] for c in cs]
        euclidean = [math.hypot(*[part[u] for part in away]) for u in range(n)]
        taxicab = summed(away, n)
        return [
            math.fsum(
                e - f + (t - s if abs(e - f) >= threshold else 0.0)
                for f, s in zip(euclidean, taxicab, strict=True)
            )
            for e, t in zip(euclidean, taxicab, strict=True)
        ]

    return scored(table, w, formula)


def to_ideals(cs: Criteria, n: int) -> list[list[float]]:
    """For each unit S_k, the distances of w r to the k-th best of every child; the last to its mean"""
    ratios = [[c.weight * (-x if c.cost else x) / math.hypot(*c.sizes) for x in c.sizes] for c in cs]
    ideals = [[sorted(part, reverse=True)[k] for part in ratios] for k in range(n)]
    ideals.append([mean(part) for part in ratios])
    units = columns(ratios)
    return [[math.dist(unit, ideal) for ideal in ideals] for unit in units]


def probid(table: Table, w: Weights) -> Column:
    """1 / (1 + R²) + D, R = Σ_{k≤h} S_k / k / Σ_{k≥h} S_k / (n - k + 1), D the distance to the mean"""

    def formula(cs: Criteria, n: int) -> list[float]:
        half, result = math.ceil(n / 2), []
        for *s, apart_from_mean in to_ideals(cs, n):
            near = math.fsum(s[k - 1] / k for k in range(1, half + 1))
            far = math.fsum(s[k - 1] / (n - k + 1) for k in range(half, n + 1))
            result.append(1 / (1 + (near / far) ** 2) + apart_from_mean)
        return result

    return scored(table, w, formula)


def sprobid(table: Table, w: Weights) -> Column:
    """Σ_{k>n-q} S_k / (n - k + 1) / Σ_{k≤q} S_k / k, q = n/4 rounded down, at least 1"""

    def formula(cs: Criteria, n: int) -> list[float]:
        quarter, result = max(n // 4, 1), []
        for *s, _ in to_ideals(cs, n):
            near = math.fsum(s[k - 1] / k for k in range(1, quarter + 1))
            far = math.fsum(s[k - 1] / (n - k + 1) for k in range(n - quarter + 1, n + 1))
            result.append(far / near)
        return result

    return scored(table, w, formula)


def multimoora(table: Table, w: Weights) -> Column:
    """The number of units with lower scores in most of: Σ w r, -max w (max r - r), Σ ln x over benefits minus
    costs; r = x / √Σ x²
    """

    def formula(cs: Criteria, n: int) -> list[float]:
        if any(min(c.sizes) == 0 for c in cs):
            raise Undefined("a zero")
        ratios = [[(-x if c.cost else x) / math.hypot(*c.sizes) for x in c.sizes] for c in cs]
        sums = summed([[c.weight * r for r in own] for c, own in zip(cs, ratios, strict=True)], n)
        apart_from_best = [
            [c.weight * (max(own) - r) for r in own] for c, own in zip(cs, ratios, strict=True)
        ]
        farthest = [-max(part[unit] for part in apart_from_best) for unit in range(n)]
        logs = summed([[(-1 if c.cost else 1) * math.log(x) for x in c.sizes] for c in cs], n)
        orders = [[significant(y, DIGITS) for y in order] for order in (sums, farthest, logs)]
        return [float(sum(beats(orders, unit, other) for other in range(n))) for unit in range(n)]

    return scored(table, w, formula)


def beats(orders: Sequence[Sequence[float]], unit: int, other: int) -> bool:
    """Whether a unit is above another in more orders than it is below"""
    return sum((y[unit] > y[other]) - (y[unit] < y[other]) for y in orders) > 0


def cradis(table: Table, w: Weights) -> Column:
    """(Σ (v⁺ - v*) / Σ (v⁺ - v) + Σ (v - v⁻) / Σ (v* - v⁻)) / 2, v = w x / max x, of costs w min x / x"""

    def formula(cs: Criteria, n: int) -> list[float]:
        parts = [[c.weight * r for r in c.of_best] for c in cs]
        high, low = max(map(max, parts)), min(map(min, parts))
        nearest = math.fsum(high - max(part) for part in parts)
        farthest = math.fsum(max(part) - low for part in parts)
        return [
            (nearest / math.fsum(high - v for v in own) + math.fsum(v - low for v in own) / farthest) / 2
            for own in columns(parts)
        ]

    return scored(table, w, formula)


RATIOS: Mapping[str, Callable[..., Column]] = {
    "weighted_product": weighted_product,
    "aras": aras,
    "copras": copras,
    "moora": moora,
    "multimoora": multimoora,
    "ocra": ocra,
    "ram": ram,
    "marcos": marcos,
    "lmaw": lmaw,
    "aroman": aroman,
    "cocoso": cocoso,
    "codas": codas,
    "probid": probid,
    "sprobid": sprobid,
    "mabac": mabac,
    "mairca": mairca,
    "cradis": cradis,
}
