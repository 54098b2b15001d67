"""Rounding, ranks and classes: what follows from the scores of one node."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from innov_index.reference.moments import mean, quantile
from innov_index.reference.statement import Column, Value

HALF = 1e-13
"""Share of a number within which it counts as half-way between two decimals."""
HALVES_SEEN = 10
"""Significant digits up to which halves are told from rounding error."""
TIED = 1e-11
"""Share of a sum of squares by which it must be smaller to be the better one."""
WITHOUT_DECIMALS = 2.0**53
"""From here on doubles are whole numbers."""


def significant(x: float, digits: int) -> float:
    """x to so many significant decimal digits, halves to the even one; 0: x itself

    To ten digits or fewer, a number counts as half-way if it differs from it after its 14th digit.
    """
    if digits == 0:
        return x
    exact = Decimal(repr(x))
    if exact and digits <= HALVES_SEEN:
        half = Decimal(f"{exact:.{digits}e}")
        unit = Decimal(1).scaleb(exact.adjusted() - digits + 1)
        if abs(half % unit) * 2 == unit and abs(exact - half) < unit.scaleb(digits - 14):
            exact = half
    return float(f"{exact:.{digits - 1}e}")


def not_rounded(x: float) -> float:
    """x"""
    return x


def half_up(x: float, *, decimals: int) -> float:
    """sign(x) floor(|x| 10^d + 1/2) / 10^d"""
    if abs(x) >= WITHOUT_DECIMALS:
        return x
    shifted = abs(x) * 10.0**decimals
    return math.copysign(math.floor(shifted + 0.5 + min(HALF * shifted, 0.1)), x) / 10.0**decimals + 0.0


def half_even(x: float, *, decimals: int) -> float:
    """The multiple of 10^-d nearest to x; the even one of two that are equally near"""
    if abs(x) >= WITHOUT_DECIMALS:
        return x
    shifted = x * 10.0**decimals
    below = math.floor(shifted)
    if abs(shifted - below - 0.5) <= min(HALF * abs(shifted), 0.1):
        return (below + below % 2) / 10.0**decimals + 0.0
    return round(shifted) / 10.0**decimals + 0.0


ROUNDINGS: Mapping[str, Callable[..., float]] = {
    "none": not_rounded,
    "half_up": half_up,
    "half_even": half_even,
}


def share_first(higher: int, equal: int, distinct: int, earlier: int) -> float:
    """1 + number of higher scores"""
    return 1.0 + higher


def share_last(higher: int, equal: int, distinct: int, earlier: int) -> float:
    """Number of scores at least as high"""
    return float(higher + equal)


def share_mean(higher: int, equal: int, distinct: int, earlier: int) -> float:
    """Number of higher scores + (1 + number of equal scores, itself included) / 2"""
    return higher + (1 + equal) / 2


def without_gaps(higher: int, equal: int, distinct: int, earlier: int) -> float:
    """1 + number of distinct higher scores"""
    return 1.0 + distinct


def in_order(higher: int, equal: int, distinct: int, earlier: int) -> float:
    """1 + number of higher scores + number of equal scores of earlier units"""
    return 1.0 + higher + earlier


PLACES: Mapping[str, Callable[[int, int, int, int], float]] = {
    "min": share_first,
    "max": share_last,
    "average": share_mean,
    "dense": without_gaps,
    "ordinal": in_order,
}


def ranks(scores: Column, place: str, digits: int) -> Column:
    """The rank of each unit that has a score"""
    compared = [None if s is None else significant(s, digits) for s in scores]
    known = sorted(s for s in compared if s is not None)
    different = sorted(set(known))
    before: dict[float, int] = {}
    result: Column = []
    for own in compared:
        if own is None:
            result.append(None)
            continue
        higher = len(known) - bisect_right(known, own)
        equal = bisect_right(known, own) - bisect_left(known, own)
        distinct = len(different) - bisect_right(different, own)
        result.append(PLACES[place](higher, equal, distinct, before.get(own, 0)))
        before[own] = before.get(own, 0) + 1
    return result


def ranks_inside(scores: Column, groups: Sequence[str], place: str, digits: int) -> Column:
    """The rank of each unit among those of its group; none without a group"""
    result: Column = [None] * len(scores)
    for name in set(groups) - {""}:
        members = [unit for unit, own in enumerate(groups) if own == name]
        for unit, rank in zip(members, ranks([scores[u] for u in members], place, digits), strict=True):
            result[unit] = rank
    return result


def missed(scores: Column, cuts: Sequence[float], digits: int) -> Column:
    """1 + number of cuts that the score does not reach"""
    limits = [significant(cut, digits) for cut in cuts]
    return [None if s is None else 1.0 + sum(significant(s, digits) < cut for cut in limits) for s in scores]


def by_breaks(scores: Column, digits: int, *, breaks: Sequence[float]) -> Column:
    """1 + number of breaks that the score does not reach"""
    return missed(scores, breaks, digits)


def by_quantiles(scores: Column, digits: int, *, probabilities: Sequence[float]) -> Column:
    """1 + number of quantiles that the score does not reach"""
    known = [significant(s, digits) for s in scores if s is not None]
    return missed(scores, [quantile(known, p) for p in probabilities], digits) if known else list(scores)


def jenks(scores: Column, digits: int, *, number: int) -> Column:
    """The partition of the ordered scores that minimises Σ over classes of Σ (s - mean of class)²

    Every partition of the first scores is built from the best of fewer: best[j][i] is the least sum for the
    first i distinct scores in j classes, the last as long as it may be where several are as good.
    """
    rounded = [None if s is None else significant(s, digits) for s in scores]
    distinct = sorted({s for s in rounded if s is not None}, reverse=True)
    # over the largest one, so that squares stay in range
    largest = max(map(abs, distinct), default=0.0) or 1.0
    shares = [s / largest for s in distinct]
    sizes = [sum(s == value for s in rounded) for value in distinct]
    n, most = len(distinct), min(number, len(distinct))
    whole = spread(shares, sizes) if shares else 0.0
    tied = TIED * (whole + math.sqrt(sum(sizes) * whole))
    best: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}
    for j in range(1, most + 1):
        for i in range(j, n + 1):
            options = [
                (best[j - 1, start][0] + spread(shares[start:i], sizes[start:i]), start)
                for start in range(j - 1, i)
                if (j - 1, start) in best
            ]
            least = min(options)[0]
            best[j, i] = next(own for own in options if own[0] <= least + tied)
    starts, end = [], n
    for j in range(most, 0, -1):
        end = best[j, end][1]
        starts.append(end)
    tier = {value: float(sum(start <= place for start in starts)) for place, value in enumerate(distinct)}
    return [None if s is None else tier[s] for s in rounded]


def spread(values: Sequence[float], sizes: Sequence[int]) -> float:
    """Σ (s - mean)² over scores that occur so many times"""
    whole = [value for value, size in zip(values, sizes, strict=True) for _ in range(size)]
    centre = mean(whole)
    return math.fsum((value - centre) ** 2 for value in whole)


CLASSES: Mapping[str, Callable[..., Column]] = {
    "breaks": by_breaks,
    "quantiles": by_quantiles,
    "jenks": jenks,
}


def named(classes: Column, names: Sequence[str] | None) -> list[Value | str]:
    """Classes by their names, the highest first; by number without any"""
    return [own if own is None or names is None else names[int(own) - 1] for own in classes]
