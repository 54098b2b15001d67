"""Aggregation of a unit by itself: the scores of its children become the score of the node.

One function a method. It takes the children that the unit has, and their weights, which sum to 1 after those
of missing children are left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from innov_index.reference.moments import Undefined, dot

Scores = Sequence[float]
NOISE = 1e-12


def arithmetic(x: Scores, w: Scores) -> float:
    """Σ w x / Σ w"""
    return dot(w, x) / math.fsum(w)


def power(x: Scores, w: Scores, *, p: float) -> float:
    """(Σ w x^p / Σ w)^(1/p); (Π x^w)^(1 / Σ w) for p = 0"""
    if p == 1:
        return arithmetic(x, w)
    taken = [(value, weight) for value, weight in zip(x, w, strict=True) if weight > 0]
    if any(value < 0 or (value == 0 and p <= 0) for value, _ in taken):
        raise Undefined("negative, or zero where the power is not positive")
    total = math.fsum(weight for _, weight in taken)
    if p == 0:
        return math.exp(math.fsum(weight * math.log(value) for value, weight in taken) / total)
    # relative to the number that counts most: no power of the others is too large
    size = (max if p > 0 else min)(value for value, _ in taken)
    if size == 0:
        return 0.0
    inner = math.fsum(weight * (value / size) ** p for value, weight in taken) / total
    return float(size * inner ** (1 / p))


def geometric(x: Scores, w: Scores, *, zero: str = "undefined") -> float:
    """(Π x^w)^(1 / Σ w)"""
    return 0.0 if zero == "true" and has_zero(x, w) else power(x, w, p=0)


def has_zero(x: Scores, w: Scores) -> bool:
    """Whether a child with a weight is 0, and none is below"""
    taken = [value for value, weight in zip(x, w, strict=True) if weight > 0]
    return 0.0 in taken and min(taken) >= 0


def linked_mean(x: Scores, w: Scores, *, p: float, offset: float, factor: float, zero: str) -> float:
    """(M - offset) / factor, M the power mean of offset + factor x, which lies between its numbers"""
    if p == 1:
        return arithmetic(x, w)
    line = [offset + factor * value for value in x]
    if p <= 0 and zero == "true" and has_zero(line, w):
        return -offset / factor
    return (min(max(power(line, w, p=p), min(line)), max(line)) - offset) / factor


def harmonic(x: Scores, w: Scores) -> float:
    """Σ w / Σ (w / x)"""
    return power(x, w, p=-1)


def weighted_median(x: Scores, w: Scores) -> float:
    """(x_a + x_b) / 2, x ascending, a and b the first places where Σ w >= 1/2 and Σ w > 1/2"""
    pairs = sorted(zip(x, w, strict=True))
    half = math.fsum(w) / 2
    if not half > 0:
        raise Undefined("no weights")
    sums = [math.fsum(weight for _, weight in pairs[: place + 1]) for place in range(len(pairs))]
    a = next(place for place, total in enumerate(sums) if total >= half * (1 - 1e-12))
    b = next((place for place, total in enumerate(sums) if total > half * (1 + 1e-12)), a)
    return (pairs[a][0] + pairs[b][0]) / 2


def minimum(x: Scores, w: Scores) -> float:
    """min x"""
    return min(x)


def maximum(x: Scores, w: Scores) -> float:
    """max x"""
    return max(x)


def owa(x: Scores, w: Scores, *, order_weights: Scores) -> float:
    """Σ v x / Σ v, x from the highest to the lowest"""
    return dot(sorted(x, reverse=True), order_weights) / math.fsum(order_weights)


def owa_quantifier(x: Scores, w: Scores, *, exponent: float) -> float:
    """Σ (Q(T_j) - Q(T_j-1)) x_j, x from the highest down, T_j the first j weights, Q(T) = T^exponent"""
    pairs = sorted(zip(x, w, strict=True), key=lambda pair: -pair[0])
    total = math.fsum(w)
    upto = [math.fsum(weight for _, weight in pairs[:place]) / total for place in range(len(pairs) + 1)]
    steps = [b**exponent - a**exponent for a, b in pairwise(upto)]
    return dot(steps, [value for value, _ in pairs])


def choquet(x: Scores, w: Scores, *, interactions: Scores) -> float:
    """Σ w x - 1/2 Σ I_ij |x_i - x_j| over the pairs i < j"""
    k = len(x)
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
    for child in range(k):
        own = math.fsum(abs(size) for size, pair in zip(interactions, pairs, strict=True) if child in pair)
        if w[child] < own / 2 - 1e-12:
            raise Undefined("a weight is less than half the sum of its interactions")
    apart = math.fsum(size * abs(x[i] - x[j]) for size, (i, j) in zip(interactions, pairs, strict=True))
    return dot(w, x) - apart / 2


def moments(x: Scores, w: Scores) -> tuple[float, float]:
    """M = Σ w x, which must be positive, and S/M with S² = Σ w (x - M)²"""
    centre = arithmetic(x, w)
    if not centre > 0:
        raise Undefined("the mean is not positive")
    parts = [math.sqrt(b) * ((a - centre) / centre) for a, b in zip(x, w, strict=True) if b > 0]
    return centre, math.hypot(*parts) / math.sqrt(math.fsum(w))


def mpi(x: Scores, w: Scores, *, penalty: str, ddof: int = 0) -> float:
    """M - S²/M, or plus; with ddof 1 S² of k > 1 children times k/(k - 1)"""
    centre, relative = moments(x, w)
    square = relative**2 * (len(x) / (len(x) - 1) if ddof and len(x) > 1 else 1)
    return centre + centre * (square if penalty == "plus" else -square)


def mean_min(x: Scores, w: Scores, *, alpha: float, beta: float) -> float:
    """M - alpha (√((M - min)² + beta²) - beta)"""
    centre = arithmetic(x, w)
    return centre - alpha * (math.hypot(centre - min(x), beta) - beta)


def cv_penalty(x: Scores, w: Scores, *, strength: float, exponent: float) -> float:
    """M (1 - strength cv^exponent), cv = S/M"""
    centre, relative = moments(x, w)
    return float(centre * (1 - strength * relative**exponent))


def spotis(x: Scores, w: Scores, *, lower: Scores, upper: Scores) -> float:
    """1 - Σ w |x - upper| / (upper - lower)"""
    if any(
        not -NOISE <= (value - a) / (b - a) <= 1 + NOISE for value, a, b in zip(x, lower, upper, strict=True)
    ):
        raise Undefined("outside its bounds")
    losses = [abs(value - b) / (b - a) for value, a, b in zip(x, lower, upper, strict=True)]
    return 1 - arithmetic(losses, w)


def balanced_spotis(
    x: Scores, w: Scores, *, lower: Scores, upper: Scores, expected: Scores, alpha: float
) -> float:
    """1 - Σ w (alpha |x - expected| + (1 - alpha) |x - upper|) / (upper - lower)"""
    near_best = spotis(x, w, lower=lower, upper=upper)
    losses = [abs(v - e) / (b - a) for v, e, a, b in zip(x, expected, lower, upper, strict=True)]
    return alpha * (1 - arithmetic(losses, w)) + (1 - alpha) * near_best


def rim(
    x: Scores, w: Scores, *, lower: Scores, upper: Scores, ideal_lower: Scores, ideal_upper: Scores
) -> float:
    """d⁻ / (d⁺ + d⁻), distances of w r from w and 0, r 1 within the ideal and falling to 0 at the bounds"""
    nearness = []
    for value, a, b, c, d in zip(x, lower, upper, ideal_lower, ideal_upper, strict=True):
        if not a <= value <= b:
            raise Undefined("outside its bounds")
        nearness.append(
            1 - (c - value) / (c - a) if value < c else 1 - (value - d) / (b - d) if value > d else 1.0
        )
    from_ideal = math.hypot(*[weight * (1 - r) for weight, r in zip(w, nearness, strict=True)])
    from_zero = math.hypot(*[weight * r for weight, r in zip(w, nearness, strict=True)])
    return from_zero / (from_ideal + from_zero)


def rafsi(x: Scores, w: Scores, *, lower: Scores, upper: Scores, first: float, last: float) -> float:
    """Σ w r, s from first at the lower bound to last at the upper, r = s / (first + last); of a cost, whose
    size is mapped, first last / ((first + last) s)
    """
    parts = []
    for value, a, b in zip(x, lower, upper, strict=True):
        if not a <= value <= b:
            raise Undefined("outside its bounds")
        if b <= 0:
            s = first + (last - first) * (abs(value) - abs(b)) / (abs(a) - abs(b))
            parts.append(first * last / s / (first + last))
        else:
            parts.append((first + (last - first) * (value - a) / (b - a)) / (first + last))
    return arithmetic(parts, w)


OF_A_UNIT: Mapping[str, Callable[..., float]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "power": power,
    "linked_mean": linked_mean,
    "median": weighted_median,
    "minimum": minimum,
    "maximum": maximum,
    "owa": owa,
    "owa_quantifier": owa_quantifier,
    "choquet": choquet,
    "mpi": mpi,
    "mean_min": mean_min,
    "cv_penalty": cv_penalty,
    "spotis": spotis,
    "balanced_spotis": balanced_spotis,
    "rim": rim,
    "rafsi": rafsi,
}

OF_A_CHILD: Mapping[str, tuple[str, ...]] = {
    "spotis": ("lower", "upper"),
    "balanced_spotis": ("lower", "upper", "expected"),
    "rim": ("lower", "upper", "ideal_lower", "ideal_upper"),
    "rafsi": ("lower", "upper"),
}
"""Options that hold for one child each, stated as a list or as one number for all."""

NEEDS_ALL = ("owa", "choquet")
"""Methods without a result where a child is missing."""
