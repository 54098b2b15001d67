"""Denomination: a value x becomes comparable between units of different sizes d."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from innov_index.reference.moments import Undefined


def none(x: float, d: float) -> float:
    """x"""
    return x


def ratio(x: float, d: float, *, scale: float) -> float:
    """scale x / d, for d > 0"""
    if not d > 0:
        raise Undefined("the denominator is not positive")
    return scale * x / d


def log_ratio(x: float, d: float, *, scale: float) -> float:
    """ln(scale x / d)"""
    return math.log(ratio(x, d, scale=scale))


def constant(x: float, d: float, *, divisor: float, scale: float) -> float:
    """scale x / divisor"""
    return scale * x / divisor


FORMULAS: Mapping[str, Callable[..., float]] = {
    "none": none,
    "ratio": ratio,
    "log_ratio": log_ratio,
    "constant": constant,
}
