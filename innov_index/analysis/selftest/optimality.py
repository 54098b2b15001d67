"""Results of searches: is there nothing better?

A claim is feasible and as good as the optimum of a linear program that is written here anew and solved by
scipy, or no move between two places or two weights improves it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats
from innov_index.reference import likelihood
from innov_index.reference.best_orders import kemeny_young
from innov_index.reference.comparing import majority, to_digits
from innov_index.reference.moments import Undefined, pearson
from innov_index.reference.statement import Tables
from innov_index.reference.tree import Claim

CLOSE = 1e-7
"""Relative difference within which a solver's optimum is the same."""
STEPS = (0.1, 0.01, 1e-3, 1e-4)
"""Shares of weight that are moved from one child to another in search of better weights."""
BETTER = 1e-9
"""What counts as better."""


@frozen
class Judgement:
    """What is wrong with a claim, by unit (-1: with the whole), or why it could not be judged."""

    faults: Mapping[int, tuple[float | None, float | str | None]]
    unjudged: str = ""


def judged(claim: Claim, tables: Tables) -> Judgement:
    """Check one claim."""
    check = _CHECKS.get(claim.setting.rule)
    if claim.step == "weighting" and None in claim.result:
        return Judgement({}, "its weights have no effect")
    if claim.changed:
        return Judgement({}, "its scores are rescaled or rounded before anybody sees them")
    if check is None:
        return Judgement({}, "the reference has no formula for it")
    try:
        return check(claim, tables)
    except (ArithmeticError, ValueError) as reason:
        return Judgement({}, str(reason))


def table_of(claim: Claim) -> Floats:
    """(units, children), a missing child counting as zero."""
    return np.array([[0.0 if v is None else v for v in column] for column in claim.children]).T


def sizes_of(table: Floats) -> Floats:
    """The largest magnitude of each child, over which a solver gets them: its tolerances are absolute."""
    largest = np.abs(table).max(axis=0)
    return np.asarray(np.where(largest > 0, largest, 1.0))


def _solved(
    objective: Floats, at_most: Floats, limits: Floats, equal: Floats | None = None, to: Floats | None = None
) -> float:
    """The largest objective·v with v >= 0 and at_most v <= limits."""
    from scipy.optimize import linprog

    found = linprog(-objective, A_ub=at_most, b_ub=limits, A_eq=equal, b_eq=to, bounds=(0, None))
    if found.fun is None:
        raise Undefined("the solver found no optimum to compare with")
    return -float(found.fun)


def _best_or_none(objective: Floats, at_most: Floats, limits: Floats) -> float:
    """As `_solved`; 0 where no weights hold what is stated."""
    from scipy.optimize import linprog

    found = linprog(-objective, A_ub=at_most, b_ub=limits, bounds=(0, None))
    infeasible = 2
    return 0.0 if found.status == infeasible else _solved(objective, at_most, limits)


def _by_unit(claim: Claim, expected: Callable[[int, Floats], tuple[float, float]]) -> Judgement:
    """Compare scores of units that have a child with the range in which they must lie."""
    table, faults = table_of(claim), {}
    for unit, score in enumerate(claim.result):
        if all(column[unit] is None for column in claim.children) or score is None:
            continue
        low, high = expected(unit, table)
        reach = CLOSE * max(abs(low), abs(high))
        if not low - reach <= score <= high + reach:
            faults[unit] = (score, low if score < low else high)
    return Judgement(faults)


def _program(claim: Claim, unit: int, table: Floats) -> tuple[Floats, Floats]:
    """Rows and limits of benefit of the doubt: nobody above 1, no weight of a missing child, what is stated.

    The weights are of children that are divided by their sizes.
    """
    own, options, size = table[unit], claim.setting.options, table.shape[1]
    one, unscaled = np.eye(size), 1.0 / sizes_of(table_of(claim))
    there = np.array([column[unit] is not None for column in claim.children])
    rows, limits = [table, one[~there]], [np.ones(len(table)), np.zeros(size - there.sum())]

    def hold(matrix: Floats, at_most: Floats, concerned: Floats | bool = True) -> None:
        kept = there & concerned
        rows.append(matrix[kept])
        limits.append(np.broadcast_to(at_most, size)[kept])

    for name, sign in (("upper", 1.0), ("lower", -1.0)):
        share, of_weight, weight = (options.get(name + end) for end in ("_share", "_weight_share", "_weight"))
        if share is not None:
            hold(sign * (np.diag(own) - np.reshape(share, (-1, 1)) * own), np.zeros(1))
        if of_weight is not None:
            hold(sign * (one - np.reshape(of_weight, (-1, 1)) * there) * unscaled, np.zeros(1))
        if weight is not None:
            hold(sign * one * unscaled, sign * np.asarray(weight, dtype=float))
    places = np.array(options.get("ranks") or [None] * size, dtype=float)
    for first in np.flatnonzero(there):
        hold((one - one[first]) * unscaled, np.zeros(1), places > places[first])
    return np.vstack(rows), np.concatenate(limits)


def _bod(claim: Claim, tables: Tables) -> Judgement:
    """max Σ v x_i such that Σ v x <= 1 for every unit, v >= 0, within the limits"""

    def best(unit: int, table: Floats) -> tuple[float, float]:
        shares = table / sizes_of(table)
        score = _best_or_none(shares[unit], *_program(claim, unit, shares))
        return score, score

    return _by_unit(claim, best)


def _directional_bod(claim: Claim, tables: Tables) -> Judgement:
    """1 / (1 + b), b the largest number such that a mixture of units reaches x + b g"""
    steps = np.array(claim.setting.options["steps"])

    def best(unit: int, table: Floats) -> tuple[float, float]:
        sizes = sizes_of(table)
        table, step = table / sizes, steps / sizes
        longest = float(np.abs(step).max()) or 1.0
        mixed = np.hstack([-table.T, step[:, None] / longest])
        whole = np.array([[*np.ones(len(table)), 0.0]])
        objective = np.array([*np.zeros(len(table)), 1.0])
        b = _solved(objective, mixed, -table[unit], whole, np.ones(1)) / longest
        return 1 / (1 + b), 1 / (1 + b)

    return _by_unit(claim, best)


def _geometric_bod(claim: Claim, tables: Tables) -> Judgement:
    """Π (x / base)^s for some shares s with which the unit is as good as it can be"""
    base = claim.setting.options["base"]
    columns = [[v for v in column if v is not None] for column in claim.children]
    middle = [math.fsum(c) / len(c) for c in columns]
    if base is not None:
        middle = [column[list(tables.units).index(base)] or math.nan for column in claim.children]

    def range_of(unit: int, table: Floats) -> tuple[float, float]:
        own = table[unit]
        logs = np.array([math.log(x / b) if x > 0 else 0.0 for x, b in zip(own, middle, strict=True)])
        shares = table / sizes_of(table)
        own = shares[unit]
        rows, limits = _program(claim, unit, shares)
        score = _solved(own, rows, limits)
        if score <= 0:
            raise Undefined("with an optimum of 0 all shares are as good")
        # as good as the optimum, apart from what a solver can tell
        rows, limits = np.vstack([rows, -own]), np.append(limits, -score * (1 - 1e-9))
        gain = own * logs / score
        return math.exp(-_solved(-gain, rows, limits)), math.exp(_solved(gain, rows, limits))

    return _by_unit(claim, range_of)


def _unobserved_components(claim: Claim, tables: Tables) -> Judgement:
    """E(g | x) under the likeliest x_j = α_j + β_j (g + ε_j): scores give the model, the model the scores"""
    least = claim.setting.options["least_noise"]
    there = [any(x is not None for x in row) for row in zip(*claim.children, strict=True)]
    columns = [[x for x, own in zip(c, there, strict=True) if own] for c in claim.children]
    children = [likelihood.in_standard_units(c) for c in columns if any(x is not None for x in c)]
    if any(score is None for score, own in zip(claim.result, there, strict=True) if own):
        return Judgement({}, "some units have no score, so that the model does not follow from the scores")
    quality = [score for score, own in zip(claim.result, there, strict=True) if own]
    lines = likelihood.lines_of(children, quality, least)
    faults: dict[int, tuple[float | None, float | str | None]] = {}
    for unit, score, row in zip(np.flatnonzero(there), quality, zip(*children, strict=True), strict=True):
        expected, _ = likelihood.expected(list(row), lines)
        if score is None or abs(score - expected) > CLOSE * max(1.0, abs(expected)):
            faults[int(unit)] = (score, expected)
    reached = likelihood.log_likelihood(children, lines)
    best = max(likelihood.log_likelihood(children, near) for near in likelihood.moved(lines, least))
    if best > reached + CLOSE * abs(reached) or math.fsum(line.slope for line in lines) < 0:
        faults[-1] = (reached, best)
    return Judgement(faults)


def _bod_common(claim: Claim, tables: Tables) -> Judgement:
    """max Σ_i x_i·w such that x_i·w <= 1 for every unit, w >= 0"""
    sizes = sizes_of(table_of(claim))
    table = table_of(claim) / sizes
    weights = np.array([w or 0.0 for w in claim.result]) * sizes
    best = _solved(table.sum(axis=0), table, np.ones(len(table)))
    reached = float(table.sum(axis=0) @ weights / max((table @ weights).max(), 1e-300))
    fair = bool((weights >= 0).all()) and reached >= best * (1 - CLOSE)
    return Judgement({} if fair else {-1: (reached, best)})


def _complete(claim: Claim, *further: Sequence[float | None]) -> list[list[float]]:
    """Columns over the units that have every child, and further columns."""
    rows = [row for row in zip(*claim.children, *further, strict=True) if None not in row]
    return [list(column) for column in zip(*rows, strict=True)]


def _regression(claim: Claim, tables: Tables) -> Judgement:
    """minimise Σ (y - a - Σ b x)² over a and b >= 0, w = b / Σ b: the least squares of these proportions"""
    from scipy.optimize import nnls

    outcome = tables.columns[claim.setting.options["outcome"]][claim.edition]
    *children, y = (np.array(column) for column in _complete(claim, outcome))
    x, target = np.array(children).T, y - y.mean()
    x = x - x.mean(axis=0)
    least = nnls(x / sizes_of(x), target)[1] ** 2
    mixed = x @ np.array([w or 0.0 for w in claim.result])
    length = float(mixed @ mixed)
    factor = max(float(mixed @ target) / length, 0.0) if length > 0 else 0.0
    reached = float(((target - factor * mixed) ** 2).sum())
    fair = reached <= least + CLOSE * float(target @ target)
    return Judgement({} if fair else {-1: (reached, least)})


def _moved(weights: Sequence[float]) -> Iterator[list[float]]:
    """Weights with some share moved from one child to another."""
    for giver in range(len(weights)):
        for taker in range(len(weights)):
            for share in STEPS:
                if giver != taker and weights[giver] > 0:
                    moved = list(weights)
                    given = min(share, weights[giver])
                    moved[giver] -= given
                    moved[taker] += given
                    yield moved


def _correlations(columns: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    mixed = [
        math.fsum(w * v for w, v in zip(weights, row, strict=True)) for row in zip(*columns, strict=True)
    ]
    return [pearson(column, mixed) for column in columns]


def _centred(columns: Sequence[Sequence[float]]) -> list[list[float]]:
    """Columns less their means: of 20 and a spread of 1e-12 a mixture would keep no digit."""
    means = [math.fsum(column) / max(len(column), 1) for column in columns]
    return [[v - mean for v in column] for column, mean in zip(columns, means, strict=True)]


def _of_correlations(claim: Claim, loss: Callable[[Sequence[float]], float]) -> Judgement:
    """Whether moving weight between two children lowers a loss of the correlations."""
    if claim.setting.options["correlation"] != "pearson":
        return Judgement({}, "weights for rank correlations come from a search without a proof")
    columns, weights = _centred(_complete(claim)), [w or 0.0 for w in claim.result]
    reached = loss(_correlations(columns, weights))
    best = min((loss(_correlations(columns, moved)) for moved in _moved(weights)), default=reached)
    return Judgement({} if reached <= best + BETTER else {-1: (reached, best)})


def _balance(claim: Claim, tables: Tables) -> Judgement:
    """Σ (m_j / Σ m - v_j)², m the correlations or their squares"""
    equal = claim.setting.options["importance"] == "equal"
    wanted = [1.0] * len(claim.children) if equal else claim.stated
    shares = [v / math.fsum(wanted) for v in wanted]

    power = 1 if claim.setting.options["measure"] == "r" else 2

    def loss(r: Sequence[float]) -> float:
        parts = [own**power for own in r]
        total = math.fsum(parts)
        return math.fsum((a / total - v) ** 2 for a, v in zip(parts, shares, strict=True))

    return _of_correlations(claim, loss)


def _infomax(claim: Claim, tables: Tables) -> Judgement:
    """-Σ r_j"""
    return _of_correlations(claim, lambda r: -math.fsum(r))


def _kemeny_young(claim: Claim, tables: Tables) -> Judgement:
    """The best order, by trying all; or, of many units, that none does better elsewhere in the order."""
    rows = to_digits(list(zip(*claim.children, strict=True)))
    exact = kemeny_young(rows, claim.weights)
    if exact is not None:
        pairs = enumerate(zip(claim.result, exact, strict=True))
        return Judgement({u: (a, b) for u, (a, b) in pairs if a != b and claim.scored[u]})
    score = {unit: s for unit, s in enumerate(claim.result) if s is not None}
    if set(score.values()) != {float(place) for place in range(len(score))}:
        return Judgement({}, "several orders of many units are equally good")
    order = sorted(score, key=lambda unit: -score[unit])
    faults = {}
    for place, unit in enumerate(order):
        for others, after in ((order[place + 1 :], -1), (order[:place][::-1], 1)):
            gains = accumulate(after * majority(rows[unit], rows[other], claim.weights) for other in others)
            better = next((o for o, gain in zip(others, gains, strict=True) if gain > BETTER), None)
            if better is not None:
                faults[unit] = (score[unit], f"{'above' if after > 0 else 'below'} {tables.units[better]}")
    return Judgement(faults)


_CHECKS: Mapping[str, Callable[[Claim, Tables], Judgement]] = {
    "bod": _bod,
    "directional_bod": _directional_bod,
    "geometric_bod": _geometric_bod,
    "unobserved_components": _unobserved_components,
    "bod_common": _bod_common,
    "regression": _regression,
    "balance": _balance,
    "infomax": _infomax,
    "kemeny_young": _kemeny_young,
}
