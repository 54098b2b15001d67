"""Data treatment: the values x of one indicator, with what is learned from the values `known`.

One function a method; each takes the available values of the units and returns as many.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from innov_index.reference.moments import (
    Undefined,
    about_mean,
    excess_kurtosis,
    mean,
    median,
    quantile,
    skewness,
)

Values = Sequence[float]


def none(x: Values, known: Values) -> list[float]:
    """x"""
    return list(x)


def passes(x: Values, *, skewness_limit: float, kurtosis_limit: float, outlier_when: str) -> bool:
    """Whether skewness and excess kurtosis are within bounds; a constant or tiny column passes."""
    if len(x) < 4 or max(x) - min(x) <= 1e-15 * max(map(abs, x)):
        return True
    beyond = abs(skewness(x)) > skewness_limit, excess_kurtosis(x) > kurtosis_limit
    return not (all(beyond) if outlier_when == "both" else any(beyond))


def winsorise(
    x: Values,
    known: Values,
    *,
    max_points: int,
    skewness: float,
    kurtosis: float,
    outlier_when: str,
    force: int | None,
) -> list[float]:
    """While the test fails and fewer than max_points are changed: the extreme values = the next inside."""
    low, high = _limits(
        list(known), force if force is not None else max_points, skewness, kurtosis, outlier_when, force
    )
    return [min(max(value, low), high) for value in x]


def _limits(
    x: list[float], most: int, t_s: float, t_k: float, outlier_when: str, force: int | None
) -> tuple[float, float]:
    changed_low = changed_high = 0
    low, high = min(x), max(x)
    while changed_low + changed_high < most:
        failing = not passes(x, skewness_limit=t_s, kurtosis_limit=t_k, outlier_when=outlier_when)
        if len(x) < (4 if force is None else 3) or not (failing or force is not None):
            break
        upper = skewness(x) >= 0
        inside = [value for value in x if (value < high if upper else value > low)]
        if len(set(inside)) < 2:
            break
        if upper:
            high = max(inside)
            x = [min(value, high) for value in x]
            changed_high = sum(value == high for value in x) - sum(value == high for value in inside)
        else:
            low = min(inside)
            x = [max(value, low) for value in x]
            changed_low = sum(value == low for value in x) - sum(value == low for value in inside)
    return low, high


def winsorise_quantile(x: Values, known: Values, *, lower: float, upper: float) -> list[float]:
    """min(max(x, Q(lower)), Q(upper))"""
    low, high = quantile(known, lower), quantile(known, upper)
    return [min(max(value, low), high) for value in x]


def winsorise_iqr(x: Values, known: Values, *, factor: float) -> list[float]:
    """min(max(x, Q1 - factor (Q3 - Q1)), Q3 + factor (Q3 - Q1)); nothing where Q1 = Q3"""
    first, third = quantile(known, 0.25), quantile(known, 0.75)
    if first == third:
        return list(x)
    reach = factor * (third - first)
    return [min(max(value, first - reach), third + reach) for value in x]


def winsorise_mad(x: Values, known: Values, *, factor: float, scale: float) -> list[float]:
    """min(max(x, M - factor scale D), M + factor scale D); nothing where D = 0"""
    middle = median(known)
    spread = median([abs(value - middle) for value in known])
    if spread == 0:
        return list(x)
    reach = factor * scale * spread
    return [min(max(value, middle - reach), middle + reach) for value in x]


def clamp(x: Values, known: Values, *, lower: float | None, upper: float | None) -> list[float]:
    """min(max(x, lower), upper)"""
    low, high = (-math.inf if lower is None else lower), (math.inf if upper is None else upper)
    return [min(max(value, low), high) for value in x]


def log(x: Values, known: Values) -> list[float]:
    """ln x"""
    return [math.log(value) for value in x]


def log_shift(x: Values, known: Values, *, shift: float, floor: float | None) -> list[float]:
    """ln(max(x, floor) + shift)"""
    return [math.log((value if floor is None else max(value, floor)) + shift) for value in x]


def log_gii(x: Values, known: Values, *, factor: float) -> list[float]:
    """ln((factor max - 1)(x - min) / (max - min) + 1)"""
    low, high = min(known), max(known)
    if not factor * high > 1:
        raise Undefined("factor times the maximum is 1 or less")
    return [math.log((factor * high - 1) * ((value - low) / (high - low)) + 1) for value in x]


def log_ct(x: Values, known: Values) -> list[float]:
    """ln(x - min + (max - min) / 100)"""
    low, high = min(known), max(known)
    return [math.log(value - low + (high - low) / 100) for value in x]


def log_ct_orig(x: Values, known: Values) -> list[float]:
    """ln(x - min + 1)"""
    low = min(known)
    return [math.log(value - low + 1) for value in x]


def asymmetry(x: Values) -> float:
    """m3 / m2^(3/2), which has the sign of the skewness and needs no correction for small samples"""
    shares, _ = about_mean(x)
    second, third = (mean([share**k for share in shares]) for k in (2, 3))
    return float(third / second**1.5)


def log_ct_plus(x: Values, known: Values) -> list[float]:
    """ln(x - min + (max - min) / 100); unless the skewness is positive -ln(max - x + (max - min) / 100)"""
    low, high = min(known), max(known)
    if asymmetry(known) > 1e-12:
        return log_ct(x, known)
    return [-math.log(high - value + (high - low) / 100) for value in x]


def grown(u: float, power: float) -> float:
    """(e^(λu) - 1) / λ, u for λ = 0: the power transform (z^λ - 1) / λ of z = e^u"""
    return u if power == 0 else math.expm1(power * u) / power


def growth(u: float, power: float) -> float:
    """Derivative of it by λ: u² Σ t^k / (k! (k + 2)), t = λ u, or its closed form (e^t (t - 1) + 1) / t²."""
    t = power * u
    if abs(t) < 0.5:
        return u * u * math.fsum(t**k / (math.factorial(k) * (k + 2)) for k in range(20))
    return u * u * ((math.exp(t) * (t - 1) + 1) / t**2)


def box_cox(x: Values, known: Values, *, lmbda: float | None, shift: float, origin: str) -> list[float]:
    """(z^λ - 1) / λ with z = x - origin + shift; λ maximises the likelihood of `known` unless stated"""
    start = (min(known) if origin == "minimum" else 0.0) - shift
    if not min(*x, *known) > start:
        raise Undefined("not positive")
    power = most_likely_power([value - start for value in known]) if lmbda is None else lmbda
    return [grown(math.log(value - start), power) for value in x]


OPEN = 1e-14
"""Exponents below this change values by no more than rounding does."""


def most_likely_power(z: Values, shift: float = 0.0) -> float:
    """λ of the largest Box-Cox likelihood of z + shift = e^u

    It is the same for e^u over any number, here over one of these, and s times as large for u / s.
    """
    first = sorted(z)[len(z) // 2]
    shares, size = about_mean([log_ratio(value, first, shift) for value in z])
    power = most_likely(grown, growth, shares, 0.0)
    return power / size if abs(power) > OPEN else 0.0


def log_ratio(a: float, b: float, shift: float) -> float:
    """ln((a + shift) / (b + shift)); by their difference where they are near, which keeps its digits"""
    if abs(a - b) <= (b + shift) / 2:
        return math.log1p((a - b) / (b + shift))
    return math.log(a + shift) - math.log(b + shift)


def yeo_johnson_transform(x: float, power: float) -> float:
    """((x + 1)^λ - 1) / λ for x >= 0, -((1 - x)^(2 - λ) - 1) / (2 - λ) for x < 0"""
    return grown(math.log1p(x), power) if x >= 0 else -grown(math.log1p(-x), 2 - power)


def yeo_johnson_slope(x: float, power: float) -> float:
    """Derivative of the Yeo-Johnson transform by λ."""
    return growth(math.log1p(x), power) if x >= 0 else growth(math.log1p(-x), 2 - power)


def yeo_johnson(x: Values, known: Values, *, lmbda: float | None) -> list[float]:
    """The Yeo-Johnson transform; λ maximises the likelihood of `known` unless stated"""
    if lmbda is not None:
        power = lmbda
    elif min(known) >= 0:
        power = most_likely_power(known, 1.0)
    elif max(known) < 0:
        power = 2 - most_likely_power([-value for value in known], 1.0)
    else:
        # sign(x) ln(|x| + 1) is the logarithm of the Jacobian over λ - 1
        total = math.fsum(math.copysign(math.log1p(abs(value)), value) for value in known)
        power = most_likely(yeo_johnson_transform, yeo_johnson_slope, known, total)
    return [yeo_johnson_transform(value, power) for value in x]


def most_likely(
    transform: Callable[[float, float], float],
    slope: Callable[[float, float], float],
    x: Values,
    jacobian: float,
) -> float:
    """The λ of the largest likelihood -n/2 ln var(y) + (λ - 1) J (Box and Cox 1964, equation 9).

    Its derivative -n cov(y, dy/dλ) / var(y) + J falls through zero there.
    """
    if max(x) == min(x):
        raise Undefined("constant")

    def derivative(power: float) -> float:
        (y, size), steps = about_mean([transform(v, power) for v in x]), [slope(v, power) for v in x]
        joint = mean([a * (b / size) for a, b in zip(y, steps, strict=True)])
        return jacobian - len(x) * joint / mean([a**2 for a in y])

    low, high = -1.0, 2.0
    while derivative(low) < 0:
        low = 2 * low - 1
    while derivative(high) > 0:
        high = 2 * high + 1
    for _ in range(90):
        middle = (low + high) / 2
        low, high = (middle, high) if derivative(middle) > 0 else (low, middle)
    return (low + high) / 2


def square_root(x: Values, known: Values) -> list[float]:
    """√x"""
    return [math.sqrt(value) for value in x]


def cube_root(x: Values, known: Values) -> list[float]:
    """sign(x) |x|^(1/3)"""
    return [math.copysign(abs(value) ** (1 / 3), value) for value in x]


def asinh(x: Values, known: Values, *, scale: float) -> list[float]:
    """arsinh(x / scale)"""
    return [math.asinh(value / scale) for value in x]


def logit(x: Values, known: Values, *, low: float, high: float) -> list[float]:
    """ln((x - low) / (high - x))"""
    return [math.log((value - low) / (high - value)) for value in x]


def reciprocal(x: Values, known: Values) -> list[float]:
    """1 / x, for x > 0"""
    if min(x) <= 0:
        raise Undefined("not positive")
    return [1 / value for value in x]


_METHODS = (
    none,
    winsorise,
    winsorise_quantile,
    winsorise_iqr,
    winsorise_mad,
    clamp,
    log,
    log_shift,
    log_gii,
    log_ct,
    log_ct_orig,
    log_ct_plus,
    box_cox,
    yeo_johnson,
    square_root,
    cube_root,
    asinh,
    logit,
    reciprocal,
)

FORMULAS: Mapping[str, Callable[..., list[float]]] = {method.__name__: method for method in _METHODS}
