"""Turning factors so that each column loads on few: varimax, promax, oblimin."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from innov_index.analysis.audit.multivariate.extraction import oriented
from innov_index.frozen import frozen
from innov_index.methods.weighting.pca import varimax
from innov_index.model.arrays import Floats

Rotation: TypeAlias = Literal["none", "varimax", "promax", "oblimin"]

ROUNDS = 10_000
HALVINGS = 40
STILL = 1e-9


@frozen
class Rotated:
    """Factors after rotation, the one that explains most first.

    Attributes
    ----------
    loadings : (columns, factors)
        The pattern: coefficients of the factors that make up a column.
    correlations : (factors, factors)
        Of the factors; the identity unless the rotation is oblique.
    """

    loadings: Floats
    correlations: Floats

    @property
    def communalities(self) -> Floats:
        """Share of each column's variance that the factors explain, (columns,)."""
        return np.asarray((self.loadings @ self.correlations * self.loadings).sum(axis=1))

    @property
    def explained(self) -> Floats:
        """Variance that each factor explains, in columns; they sum to the communalities, (factors,)."""
        return np.asarray(np.diagonal(self.correlations @ self.loadings.T @ self.loadings))


def rotate(loadings: Floats, how: Rotation) -> Rotated:
    """Rotate (columns, factors); one factor has no other position.

    varimax: with Kaiser's row normalisation. promax: the varimax solution raised to its fourth power, as in
    R's stats. oblimin: the smallest Σ of products of squared loadings (gamma 0), as in R's GPArotation.
    """
    factors = loadings.shape[1]
    if how == "none" or factors == 1:
        return Rotated(loadings, np.eye(factors))
    pattern, between = _ROTATIONS[how](loadings)
    signs = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    pattern, between = pattern * signs, between * np.outer(signs, signs)
    order = np.argsort(-np.diagonal(between @ pattern.T @ pattern), kind="stable")
    return Rotated(pattern[:, order], between[np.ix_(order, order)])


def _varimax(loadings: Floats) -> tuple[Floats, Floats]:
    return oriented(varimax(loadings)), np.eye(loadings.shape[1])


def _promax(loadings: Floats, power: int = 4) -> tuple[Floats, Floats]:
    """Hendrickson and White 1964: least squares towards powers of varimax loadings, factors of length 1."""
    turned = varimax(loadings)
    target = turned * np.abs(turned) ** (power - 1)
    towards = np.linalg.lstsq(turned, target, rcond=None)[0]
    towards = towards * np.sqrt(np.diagonal(np.linalg.inv(towards.T @ towards)))
    inverse = np.linalg.inv(towards)
    return turned @ towards, np.asarray(inverse @ inverse.T)


def _oblimin(loadings: Floats) -> tuple[Floats, Floats]:
    """Gradient projection over oblique rotations (Jennrich 2002), from the unrotated and the varimax one.

    The criterion has several minima: the better of the two is taken.
    """
    turned: Floats = np.asarray(np.linalg.lstsq(loadings, varimax(loadings), rcond=None)[0], np.float64)
    starts = [np.eye(loadings.shape[1]), turned]
    found = [_gradient_projection(loadings, start) for start in starts]
    pattern, between, _ = min(found, key=lambda one: one[2])
    return pattern, between


def _quartimin(pattern: Floats) -> tuple[float, Floats]:
    squares = pattern**2
    others = squares @ (1 - np.eye(pattern.shape[1]))
    return float((squares * others).sum() / 4), pattern * others


def _gradient_projection(loadings: Floats, start: Floats) -> tuple[Floats, Floats, float]:
    """Pattern, correlations of factors and criterion at the nearest minimum."""
    turn = start.copy()
    inverse = np.linalg.inv(turn)
    pattern = loadings @ inverse.T
    value, slope = _quartimin(pattern)
    step = 1.0
    for _ in range(ROUNDS):
        gradient = -(pattern.T @ slope @ inverse).T
        projected = gradient - turn * (turn * gradient).sum(axis=0)
        size = np.linalg.norm(projected)
        if size < STILL:
            break
        step *= 2
        for _ in range(HALVINGS):
            trial = turn - step * projected
            trial = trial / np.sqrt((trial**2).sum(axis=0))
            inverse = np.linalg.inv(trial)
            pattern = loadings @ inverse.T
            lower, slope = _quartimin(pattern)
            if lower < value - 0.5 * size**2 * step:
                break
            step /= 2
        else:  # as low as rounding lets it be told
            break
        turn, value = trial, lower
    return loadings @ np.linalg.inv(turn).T, np.asarray(turn.T @ turn), value


_ROTATIONS = {"varimax": _varimax, "promax": _promax, "oblimin": _oblimin}
