"""Statistics of a list of numbers, as textbooks write them."""

from __future__ import annotations

import math
from collections.abc import Sequence


class Undefined(ArithmeticError):
    """A formula has no result for these numbers."""


def mean(x: Sequence[float]) -> float:
    """Σ x / n"""
    return math.fsum(x) / len(x)


def about_mean(x: Sequence[float]) -> tuple[list[float], float]:
    """(x - mean) / size, and the size of the largest of these: squares of shares of it stay in range"""
    off = off_mean(x, x)
    size = max(map(abs, off)) or 1.0
    return [value / size for value in off], size


def off_mean(x: Sequence[float], known: Sequence[float]) -> list[float]:
    """x - mean of known, by differences to one of these, which keep their digits"""
    if not known:
        raise Undefined("no values")
    first = known[0]
    centre = mean([value - first for value in known])
    return [(value - first) - centre for value in x]


def variance(x: Sequence[float], ddof: int = 1) -> float:
    """Σ (x - mean)² / (n - ddof)"""
    spread = deviation(x, ddof)
    return spread * spread


def deviation(x: Sequence[float], ddof: int = 1) -> float:
    """√ variance"""
    shares, size = about_mean(x)
    return size * math.sqrt(dot(shares, shares) / (len(x) - ddof))


def median(x: Sequence[float]) -> float:
    """The middle value, or the mean of the two in the middle."""
    ordered, n = sorted(x), len(x)
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


def quantile(x: Sequence[float], share: float) -> float:
    """Type 7 of Hyndman and Fan (1996): linear between the values at places 0 … n - 1."""
    ordered = sorted(x)
    place = share * (len(x) - 1)
    below = min(math.floor(place + 1e-9), len(x) - 1)
    part = max(place - below, 0.0)
    if part < 1e-9 or below == len(x) - 1:
        return ordered[below]
    return ordered[below] + part * (ordered[below + 1] - ordered[below])


def skewness(x: Sequence[float]) -> float:
    """G1 = √(n (n - 1)) / (n - 2) m3 / m2^(3/2), m_k the mean of (x - mean)^k (Joanes and Gill 1998)."""
    n, (shares, _) = len(x), about_mean(x)
    second, third = (mean([share**k for share in shares]) for k in (2, 3))
    if abs(third) <= 1e-14 * mean([abs(share) ** 3 for share in shares]):
        third = 0.0  # a symmetric list
    return float(math.sqrt(n * (n - 1)) / (n - 2) * third / second**1.5)


def excess_kurtosis(x: Sequence[float]) -> float:
    """G2 = (n - 1) / ((n - 2)(n - 3)) ((n + 1)(m4 / m2² - 3) + 6) (Joanes and Gill 1998)."""
    n, (shares, _) = len(x), about_mean(x)
    second, fourth = (mean([share**k for share in shares]) for k in (2, 4))
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)


def pearson(x: Sequence[float], y: Sequence[float]) -> float:
    """Σ (x - mean x)(y - mean y) / √(Σ (x - mean x)² Σ (y - mean y)²)"""
    (a, _), (b, _) = about_mean(x), about_mean(y)
    return dot(a, b) / math.sqrt(dot(a, a) * dot(b, b))


def mid_ranks(x: Sequence[float]) -> list[float]:
    """Places from the lowest, 1 …; equal values share the mean of their places."""
    return [sum(v < u for v in x) + (1 + sum(v == u for v in x)) / 2 for u in x]


def spearman(x: Sequence[float], y: Sequence[float]) -> float:
    """Pearson's correlation of the ranks."""
    return pearson(mid_ranks(x), mid_ranks(y))


def kendall(x: Sequence[float], y: Sequence[float]) -> float:
    """tau-b = Σ sign(x_i - x_j) sign(y_i - y_j) / √(pairs that differ in x · pairs that differ in y)"""
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    first = [_sign(x[i] - x[j]) for i, j in pairs]
    second = [_sign(y[i] - y[j]) for i, j in pairs]
    joint = sum(a * b for a, b in zip(first, second, strict=True))
    return joint / math.sqrt(sum(map(abs, first)) * sum(map(abs, second)))


def _sign(x: float) -> int:
    return (x > 0) - (x < 0)


def dot(x: Sequence[float], y: Sequence[float]) -> float:
    """Σ x y"""
    return math.fsum(u * v for u, v in zip(x, y, strict=True))


def in_shares(x: Sequence[float]) -> list[float]:
    """x / Σ x"""
    total = math.fsum(x)
    if not total > 0 or any(value < 0 for value in x):
        raise Undefined("no positive sum")
    return [value / total for value in x]
