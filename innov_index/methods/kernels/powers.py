"""Quasi-arithmetic means of many nodes at once: f⁻¹(f(children) @ W)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from innov_index.model.arrays import Floats

Transform: TypeAlias = Callable[[Floats], Floats]

NEAR_GEOMETRIC = 0.01
"""Below this |p|, x^p is so close to 1 that digits are lost, so x^p - 1 is summed instead."""


def power_means(values: Floats, weights: Floats, power: float) -> Floats:
    """Weighted power means of the children of several nodes.

    Missing children are dropped and the weights of the others renormalised; a node without children is
    missing. NaN also where the power of a child with positive weight is undefined: a value ≤ 0 when p ≤ 0, a
    value < 0 when p > 0 (except for p = 1), a value whose power exceeds the range of a double.

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children, nodes)
        0 where the node does not have the child; the columns need not sum to 1.
    power : float
        1 arithmetic, 0 geometric, -1 harmonic mean.

    Returns
    -------
    (..., units, nodes)
    """
    values = np.asarray(values, dtype=np.float64)
    weights = np.asarray(weights, dtype=np.float64)
    forward, backward = transforms(power)
    with np.errstate(all="ignore"):
        transformed = forward(values)
        usable = np.isfinite(transformed)
        if usable.all():
            return backward(transformed @ (weights / weights.sum(axis=-2, keepdims=True)))
        missing = np.isnan(values)
        totals = np.where(usable, transformed, 0.0) @ weights
        present = np.where(missing, 0.0, 1.0) @ weights
        undefined = np.where(usable | missing, 0.0, 1.0) @ weights
        return backward(np.where(undefined > 0, np.nan, totals / present))


def transforms(power: float) -> tuple[Transform, Transform]:
    """f and f⁻¹; f is not finite where the power is undefined or exceeds the range of a double."""
    if power == 1:
        return _identity, _identity
    if power == 0:
        return np.log, np.exp
    if abs(power) < NEAR_GEOMETRIC:
        return (
            lambda values: np.expm1(power * np.log(values)),
            lambda means: np.exp(np.log1p(means) / power),
        )
    return lambda values: _raised(values, power), lambda means: means ** (1 / power)


def _identity(values: Floats) -> Floats:
    return values


def _raised(values: Floats, power: float) -> Floats:
    """values^power; NaN where a value is negative, or is positive and its power underflows."""
    raised = values**power
    vanished = (raised < np.finfo(np.float64).tiny) & (values > 0)
    return np.where((values < 0) | vanished, np.nan, raised)
