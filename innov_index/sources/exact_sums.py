"""Exact sums: they do not depend on the order of their terms.

Every float is an integer multiple of 2^-1127. Added as such integers, floats sum without error, in any order
and any grouping. One division at the end gives the float nearest to the true sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import numpy as np

from innov_index.model.arrays import Floats, Ints

_UNIT = 1127
_DENOMINATOR = 1 << _UNIT
_HALF = 27


def exact_sums(groups: Ints, values: Floats, count: int) -> list[int]:
    """The sum of the finite values of each group, in units of 2^-1127.

    Parameters
    ----------
    groups : (rows,)
        Group of each row, from 0 to `count` - 1.
    values : (rows,)
    count : int
    """
    sums = [0] * count
    if not len(values):
        return sums
    mantissas, exponents = np.frexp(values)
    whole = np.ldexp(mantissas, 53).astype(np.int64)
    exponents = exponents.astype(np.int64) - 53
    lowest = int(exponents.min())
    span = int(exponents.max()) - lowest + 1
    keys = groups * span + (exponents - lowest)
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    high = np.add.reduceat(whole[order] >> _HALF, starts)
    low = np.add.reduceat(whole[order] & ((1 << _HALF) - 1), starts)
    found = keys[order][starts]
    for key, upper, lower in zip(found.tolist(), high.tolist(), low.tolist(), strict=True):
        group, exponent = divmod(key, span)
        sums[group] += ((upper << _HALF) + lower) << (exponent + lowest + _UNIT)
    return sums


def nearest_float(total: int) -> float:
    """The float nearest to an exact sum."""
    return total / _DENOMINATOR


def exact_ratio(numerator: int, denominator: int) -> Fraction | None:
    """The ratio of two exact sums; None if the denominator is zero."""
    return Fraction(numerator, denominator) if denominator else None


def sum_of_parts(parts: Mapping[int, int] | Iterable[tuple[int, int]]) -> Fraction:
    """Σ count / denominator, from counts by denominator."""
    pairs = parts.items() if isinstance(parts, Mapping) else parts
    return _added([Fraction(count, denominator) for denominator, count in sorted(pairs)])


def _added(terms: list[Fraction]) -> Fraction:
    """Sum of fractions, added pairwise so that denominators grow slowly."""
    while len(terms) > 1:
        pairs = [terms[i : i + 2] for i in range(0, len(terms), 2)]
        terms = [pair[0] + pair[1] if len(pair) == 2 else pair[0] for pair in pairs]
    return terms[0] if terms else Fraction(0)
