"""Normalisation: the values x of one indicator on a common scale, more being better.

One function a method. It takes the available values of the units and `known`, the values that its
statistics are learned from, both multiplied by the direction already where the formula says so (`turned`),
and `sign`, the direction. It returns as many scores as there are values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from innov_index.reference.moments import Undefined, deviation, mean, median, off_mean, quantile

Values = Sequence[float]
Column = Sequence[float | None]


def turned(x: Values, sign: int) -> list[float]:
    """x multiplied by its direction"""
    return [sign * value for value in x]


def cut(score: float, low: float, high: float, truncate: bool | str) -> float:
    """A score within the bounds that are kept"""
    if truncate in (True, "low"):
        score = max(score, low)
    return min(score, high) if truncate in (True, "high") else score


def none(x: Values, known: Values, sign: int) -> list[float]:
    """direction x"""
    return turned(x, sign)


def linear(x: Values, known: Values, sign: int, *, factor: float, offset: float) -> list[float]:
    """offset + factor direction x"""
    return [offset + factor * sign * value for value in x]


def min_max(
    x: Values,
    known: Values,
    sign: int,
    *,
    low: float,
    high: float,
    quantiles: Values | None,
    truncate: bool | str,
) -> list[float]:
    """low + (high - low) (x - min) / (max - min), with x turned"""
    ends = (min(known), max(known)) if quantiles is None else [quantile(known, q) for q in quantiles]
    least, most = sorted(sign * end for end in ends)
    scores = [low + (high - low) * (value - least) / (most - least) for value in turned(x, sign)]
    return [cut(score, low, high, truncate) for score in scores]


def goalposts(
    x: Values,
    known: Values,
    sign: int,
    *,
    lower: float,
    upper: float,
    low: float,
    high: float,
    truncate: bool | str,
) -> list[float]:
    """low + (high - low) (x - lower) / (upper - lower), or with (upper - x) where less is better"""
    above = [(value - lower if sign > 0 else upper - value) / (upper - lower) for value in x]
    return [cut(low + (high - low) * share, low, high, truncate) for share in above]


def goalposts_by_unit(
    x: Values, known: Values, sign: int, *, lower: Values, upper: Values, **options: Any
) -> list[float]:
    """As goalposts, with each unit's own"""
    if any(not b > a for a, b in zip(lower, upper, strict=True)):
        raise Undefined("a lower goalpost is not below the upper one")
    posts = zip(x, lower, upper, strict=True)
    return [goalposts([v], known, sign, lower=a, upper=b, **options)[0] for v, a, b in posts]


def progress(x: Values, known: Values, sign: int, best: float, scale: float) -> list[float]:
    """scale (1 - (best - x) / (best - min)), with x and best turned; as scale (x - min) / (best - min)"""
    least = min(turned(known, sign))
    if not best > least:
        raise Undefined("the target is not better than the worst unit")
    return [scale * ((value - least) / (best - least)) for value in turned(x, sign)]


def distance_to_target(
    x: Values, known: Values, sign: int, *, target: float, cap: bool, scale: float
) -> list[float]:
    """scale (1 - (target - x) / (target - min))"""
    return [min(s, scale) if cap else s for s in progress(x, known, sign, sign * target, scale)]


def distance_to_reference(
    x: Values, known: Values, sign: int, *, unit: float, cap: bool, scale: float
) -> list[float]:
    """scale (1 - (x of unit - x) / (x of unit - min))"""
    return [min(s, scale) if cap else s for s in progress(x, known, sign, sign * unit, scale)]


def distance_to_best(x: Values, known: Values, sign: int, *, scale: float) -> list[float]:
    """scale (1 - (max - x) / (max - min))"""
    return progress(x, known, sign, max(turned(known, sign)), scale)


def share_of_best(x: Values, known: Values, sign: int, *, scale: float) -> list[float]:
    """scale x / max; where less is better scale min / x"""
    if (max(known) if sign > 0 else min(min(known), min(x))) <= 0:
        raise Undefined("not positive")
    return [scale * value / max(known) if sign > 0 else scale * min(known) / value for value in x]


def share_of_total(x: Values, known: Values, sign: int, *, scale: float) -> list[float]:
    """scale x / Σ x; where less is better scale (1 / x) / Σ (1 / x)"""
    if sign > 0:
        total = math.fsum(known)
        if not total > 0:
            raise Undefined("the sum is not positive")
        return [scale * value / total for value in x]
    if min(known) <= 0 or min(x) <= 0:
        raise Undefined("not positive")
    total = math.fsum(1 / value for value in known)
    return [scale * (1 / value) / total for value in x]


def vector(x: Values, known: Values, sign: int, *, scale: float) -> list[float]:
    """scale x / √Σ x²; where less is better scale (1 - x / √Σ x²)"""
    norm = math.hypot(*known)
    return [scale * value / norm if sign > 0 else scale * (1 - value / norm) for value in x]


def z_score(
    x: Values, known: Values, sign: int, *, mean: float = 0.0, sd: float = 1.0, population: bool = False
) -> list[float]:
    """mean + sd (x - mean of x) / (standard deviation of x), with x turned"""
    spread = deviation(known, 0 if population else 1)
    if spread <= 1e-15 * max(map(abs, known)):
        raise Undefined("constant")
    return [mean + sd * sign * off / spread for off in off_mean(x, known)]


def robust_z(x: Values, known: Values, sign: int, *, mean: float, sd: float) -> list[float]:
    """mean + sd (x - median) / (1.4826 median of |x - median|), with x turned"""
    centre = median(known)
    spread = 1.4826 * median([abs(value - centre) for value in known])
    return [mean + sd * sign * (value - centre) / spread for value in x]


def logistic(x: Values, known: Values, sign: int, *, steepness: float, scale: float) -> list[float]:
    """scale / (1 + exp(-steepness z))"""
    return [scale / (1 + math.exp(-steepness * z)) for z in z_score(x, known, sign)]


def tanh(x: Values, known: Values, sign: int, *, steepness: float, scale: float) -> list[float]:
    """scale (tanh(steepness z) + 1) / 2"""
    return [scale * (math.tanh(steepness * z) + 1) / 2 for z in z_score(x, known, sign)]


def rank(x: Values, known: Values, sign: int, *, ties: str) -> list[float]:
    """1 + number of lower values (dense: of distinct ones); or the last of the places, or their mean"""
    x, known = turned(x, sign), turned(known, sign)
    scores = []
    for value in x:
        lower, equal = sum(v < value for v in known), sum(v == value for v in known)
        shared = {
            "min": 1.0 + lower,
            "max": float(lower + max(equal, 1)),
            "average": lower + (1 + max(equal, 1)) / 2,
            "dense": 1.0 + len({v for v in known if v < value}),
        }
        scores.append(shared[ties])
    return scores


def ratio(x: Values, base: float, sign: int, scale: float) -> list[float]:
    """scale x / c; where less is better scale c / x"""
    if not base > 0 or (sign < 0 and min(x) <= 0):
        raise Undefined("not positive")
    return [scale * (value / base if sign > 0 else base / value) for value in x]


def difference(x: Values, base: float, sign: int, scale: float) -> list[float]:
    """scale direction (x - c) / c"""
    if not base > 0:
        raise Undefined("not positive")
    return [scale * sign * (value - base) / base for value in x]


def ratio_to_mean(x: Values, known: Values, sign: int, *, scale: float) -> list[float]:
    """scale x / mean; where less is better scale mean / x"""
    return ratio(x, mean(known), sign, scale)


def difference_to_mean(x: Values, known: Values, sign: int, *, scale: float) -> list[float]:
    """scale direction (x - mean) / mean"""
    return difference(x, mean(known), sign, scale)


def ratio_to_worst(x: Values, known: Values, sign: int, *, scale: float) -> list[float]:
    """scale x / min; where less is better scale max / x"""
    return ratio(x, min(known) if sign > 0 else max(known), sign, scale)


def difference_to_worst(x: Values, known: Values, sign: int, *, scale: float) -> list[float]:
    """scale direction (x - worst) / worst"""
    return difference(x, min(known) if sign > 0 else max(known), sign, scale)


def ratio_to_unit(x: Values, known: Values, sign: int, *, unit: float, scale: float) -> list[float]:
    """scale x / x of unit; where less is better scale x of unit / x"""
    return ratio(x, unit, sign, scale)


def difference_to_unit(x: Values, known: Values, sign: int, *, unit: float, scale: float) -> list[float]:
    """scale direction (x - x of unit) / x of unit"""
    return difference(x, unit, sign, scale)


def percentile_rank(x: Values, known: Values, sign: int, *, ties: str, scale: float, of: str) -> list[float]:
    """scale (rank - 1) / (n - 1), n the number of values (of distinct ones, if ties are dense); rank / n"""
    if of == "all":
        return [scale * min(place / len(known), 1.0) for place in rank(x, known, sign, ties=ties)]
    n = len(set(known)) if ties == "dense" else len(known)
    return [scale * min((place - 1) / (n - 1), 1.0) for place in rank(x, known, sign, ties=ties)]


def borda(x: Values, known: Values, sign: int, *, ties: str) -> list[float]:
    """rank - 1"""
    return [place - 1 for place in rank(x, known, sign, ties=ties)]


def above_below_mean(x: Values, known: Values, sign: int, *, threshold: float) -> list[float]:
    """1 if x > mean + threshold |mean|, -1 if x < mean - threshold |mean|, otherwise 0, with x turned"""
    centre = mean(turned(known, sign))
    band = threshold * abs(centre)
    noise = 2e-15 * max(map(abs, known))
    return [
        float(value - centre > band + noise) - float(value - centre < -band - noise)
        for value in turned(x, sign)
    ]


def class_scores(number: int, scores: Values | None) -> Values:
    """Those stated, or evenly spaced from 0 to 100"""
    return [100 * place / (number - 1) for place in range(number)] if scores is None else scores


def classes(
    x: Values, known: Values, sign: int, *, quantiles: int | Values, scores: Values | None, of: str
) -> list[float]:
    """Score of the class: the number of quantiles that x reaches, with x turned; or of shares, by rank / n"""
    if min(known) == max(known):
        raise Undefined("constant")
    shares = [i / quantiles for i in range(1, quantiles)] if isinstance(quantiles, int) else quantiles
    if of == "ranks":
        given = class_scores(len(shares) + 1, scores)
        places = percentile_rank(x, known, sign, ties="min", scale=1.0, of="all")
        return [given[sum(place >= share for share in shares)] for place in places]
    cuts = [quantile(turned(known, sign), share) for share in shares]
    noise = 1e-13 * max(map(abs, known))
    given = class_scores(len(cuts) + 1, scores)
    return [given[sum(value >= limit - noise for limit in cuts)] for value in turned(x, sign)]


def breaks(x: Values, known: Values, sign: int, *, breaks: Values, scores: Values | None) -> list[float]:
    """Score of the class: the number of breaks that x reaches (x >= break, or x <= break)"""
    given = class_scores(len(breaks) + 1, scores)
    return [given[sum(sign * value >= sign * limit for limit in breaks)] for value in x]


def annual_change(
    series: Column, years: Values, sign: int, *, divisor: str, scale: float
) -> list[float | None]:
    """scale direction (x_t - x_{t-1}) / x_{t-1} or / x_t; over k years by the k-th root of the ratio"""

    def change(x: float, before: float, apart: float) -> float | None:
        base = before if divisor == "previous" else x
        if base <= 0 or (apart != 1 and (before <= 0 or x < 0)):
            return None
        if apart == 1:
            return sign * scale * (x - before) / base
        growth = math.pow(x / before, 1 / apart)
        return sign * scale * (growth - 1 if divisor == "previous" else 1 - 1 / growth)

    return after_another(series, years, change)


def balance_of_opinions(series: Column, years: Values, sign: int, *, scale: float) -> list[float | None]:
    """scale direction sign(x_t - x_{t-1})"""
    return after_another(
        series, years, lambda x, before, apart: sign * scale * (float(x > before) - float(x < before))
    )


def after_another(
    series: Column, years: Values, score: Callable[[float, float, float], float | None]
) -> list[float | None]:
    """Scores of a value, the one of the edition before, and the years between; the first has none"""
    scores: list[float | None] = [None]
    for (before, first), (x, then) in pairwise(zip(series, years, strict=True)):
        scores.append(None if x is None or before is None else score(x, before, then - first))
    return scores


def cyclical(
    series: Column, years: Values, sign: int, *, leads: int, base: float, scale: float
) -> list[float | None]:
    """base + scale direction (x_{t-leads} - mean) / (mean of |x - mean|)"""
    there = [value for value in series if value is not None]
    if not there or min(there) == max(there):
        return [None] * len(series)
    centre = mean(there)
    usual = mean([abs(value - centre) for value in there])
    scores: list[float | None] = []
    for edition, own in enumerate(series):
        spoken_of = edition - leads
        x = series[spoken_of] if 0 <= spoken_of < len(series) else None
        scores.append(None if own is None or x is None else base + scale * sign * (x - centre) / usual)
    return scores


_METHODS = (
    none,
    linear,
    min_max,
    goalposts,
    goalposts_by_unit,
    distance_to_target,
    distance_to_reference,
    distance_to_best,
    share_of_best,
    share_of_total,
    vector,
    ratio_to_mean,
    difference_to_mean,
    ratio_to_worst,
    difference_to_worst,
    ratio_to_unit,
    difference_to_unit,
    z_score,
    robust_z,
    logistic,
    tanh,
    rank,
    percentile_rank,
    borda,
    above_below_mean,
    classes,
    breaks,
)

FORMULAS: Mapping[str, Callable[..., list[float]]] = {method.__name__: method for method in _METHODS}

OF_SERIES: Mapping[str, Callable[..., list[float | None]]] = {
    method.__name__: method for method in (annual_change, balance_of_opinions, cyclical)
}
"""Those over the values of one unit in all editions."""

KNOWN = (*FORMULAS, *OF_SERIES)
