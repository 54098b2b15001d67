"""Quasi-arithmetic means of many nodes at once: f⁻¹(f(children) @ W)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

Transform: TypeAlias = Callable[[Floats], Floats]

NEAR_GEOMETRIC = 0.01
"""Below this |p|, x^p is so close to 1 that digits are lost, so x^p - 1 is summed instead."""


@frozen
class Link:
    """The f of a mean f⁻¹(Σ w f(x)): a power of offset + factor x, the logarithm for power 0.

    Attributes
    ----------
    power : float
        1 arithmetic, 0 geometric, -1 harmonic mean.
    offset, factor : float
        Of the line whose power it is; x itself by default.
    zeros : bool
        Whether the mean is zero, on the line, where a child with a weight is: else it has no result there if
        the power is not positive.
    """

    power: float
    offset: float = 0.0
    factor: float = 1.0
    zeros: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is a power of x itself."""
        return self.offset == 0 and self.factor == 1

    def on_line(self, scores: Floats) -> Floats:
        """The numbers whose powers are meant."""
        return scores if self.is_plain else self.offset + self.factor * scores

    def off_line(self, numbers: Floats) -> Floats:
        """The scores that they stand for."""
        return numbers if self.is_plain else (numbers - self.offset) / self.factor


ARITHMETIC = Link(1.0)


def power_means(values: Floats, weights: Floats, mean: float | Link) -> Floats:
    """Weighted power means of the children of several nodes.

    Missing children are dropped and the weights of the others renormalised; a node without children is
    missing. NaN also where the power of a child with positive weight is undefined: a value ≤ 0 when p ≤ 0, a
    value < 0 when p > 0 (except for p = 1).

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children, nodes)
        0 where the node does not have the child; the columns need not sum to 1.
    mean : float or Link
        The power: 1 arithmetic, 0 geometric, -1 harmonic mean; or what the mean goes through.

    Returns
    -------
    (..., units, nodes)
    """
    link = mean if isinstance(mean, Link) else Link(mean)
    values = link.on_line(np.asarray(values, dtype=np.float64))
    weights = np.asarray(weights, dtype=np.float64)
    forward, backward = transforms(link.power)
    with np.errstate(all="ignore"):
        transformed = forward(values)
        usable = np.isfinite(transformed)
        if usable.all():
            return link.off_line(backward(transformed @ (weights / weights.sum(axis=-2, keepdims=True))))
        missing = np.isnan(values)
        at_zero = (values == 0) & ~usable if link.zeros else np.zeros(values.shape, dtype=np.bool_)
        totals = np.where(usable, transformed, 0.0) @ weights
        present = np.where(missing, 0.0, 1.0) @ weights
        undefined = np.where(usable | missing | at_zero, 0.0, 1.0) @ weights
        means = backward(np.where(undefined > 0, np.nan, totals / present))
        beyond = (values > 0) & np.isfinite(values) & ~usable
        units = beyond.any(axis=-1)
        if units.any():
            rows = np.broadcast_to(weights, (*values.shape[:-2], *weights.shape[-2:]))
            own = np.broadcast_to(rows[..., None, :, :], (*values.shape, weights.shape[-1]))[units]
            means[units] = _of_any_size(values[units], own, link.power)
        if at_zero.any():
            means = np.where((at_zero.astype(np.float64) @ weights > 0) & ~np.isnan(means), 0.0, means)
        return link.off_line(means)


def _of_any_size(values: Floats, weights: Floats, power: float) -> Floats:
    """Power means, (rows, nodes), of children whose powers exceed the range of a double.

    All are taken as shares of the child whose power is the largest: powers of the others that vanish do not
    count beside it.

    Parameters
    ----------
    values : (rows, children)
    weights : (rows, children, nodes)
    power : float
        Not near 0, where no power exceeds the range.
    """
    children = np.where(weights > 0, values[..., None], np.nan)
    largest = np.fmax if power > 0 else np.fmin
    size = largest.reduce(np.where(children > 0, children, np.nan), axis=-2, keepdims=True)
    powers = (children / size) ** power
    there = ~np.isnan(children)
    inner = np.sum(np.where(there, weights * powers, 0.0), axis=-2) / np.sum(weights, axis=-2, where=there)
    defined = ~(children < 0).any(axis=-2) & ((power > 0) | ~(children == 0).any(axis=-2))
    return np.where(defined, size[..., 0, :] * inner ** (1 / power), np.nan)


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
