"""A multivariate normal distribution, estimated from incomplete data with the EM algorithm.

Units with the same gaps are treated together, so that a round costs one linear solve for each pattern of
gaps. All computations are in standard deviations of the available values.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from innov_index.engine.loops import each
from innov_index.frozen import frozen
from innov_index.methods.kernels import column_statistics
from innov_index.model.arrays import Bools, Floats, Ints

SINGULAR = 1e-8
"""A covariance of standardised indicators with an eigenvalue below this is singular.

Where the eigenvalue halves with each round, the algorithm stops while it is as large as the tolerance, 1e-10.
"""


@frozen
class Settings:
    """When the algorithm stops, and how far correlations are shrunk towards zero in each round."""

    tolerance: float
    max_iterations: int
    shrinkage: float


@frozen
class Normal:
    """A multivariate normal distribution of standardised indicators."""

    mean: Floats
    covariance: Floats

    @property
    def proper(self) -> bool:
        roots = np.linalg.eigvalsh(self.covariance)
        return len(roots) > 0 and bool(roots[0] > SINGULAR)


@frozen
class Pattern:
    """Units with the same gaps, and the indicators that they have and lack."""

    units: Ints
    available: Ints
    lacking: Ints


@frozen
class Standardisation:
    """Centre and spread of each indicator; a constant has spread 1."""

    centre: Floats
    spread: Floats

    @classmethod
    def of(cls, values: Floats) -> Standardisation:
        spread = column_statistics.standard_deviation(values)
        return cls(column_statistics.mean(values), np.where(spread > 0, spread, 1.0))

    def scores(self, values: Floats) -> Floats:
        return (values - self.centre) / self.spread

    def values(self, scores: Floats) -> Floats:
        return self.centre + self.spread * scores


def conditional_means(values: Floats, settings: Settings) -> Floats:
    """One table (units, indicators), its gaps filled with their expectations given the unit's other values.

    Where no distribution can be estimated, gaps stay.
    """
    usable = _varying(values)
    return _into_gaps(values, _expected(values[:, usable], settings), usable)


def conditional_draws(values: Floats, settings: Settings, generators: list[np.random.Generator]) -> Floats:
    """One table for each generator (draws, units, indicators), gaps drawn given the unit's other values."""
    usable = _varying(values)
    known = values[:, usable]
    scale = Standardisation.of(known)
    scores = scale.scores(known)
    normal = estimated(scores, settings)
    drawn = [
        _into_gaps(values, None if normal is None else scale.values(_draw(scores, normal, rng)), usable)
        for rng in generators
    ]
    return np.stack(drawn)


def bootstrap_draws(values: Floats, settings: Settings, generators: list[np.random.Generator]) -> Floats:
    """As `conditional_draws`, but each draw estimates the distribution anew from resampled units."""

    def draw(rng: np.random.Generator) -> Floats:
        sample = values[rng.integers(0, len(values), len(values))]
        usable = _varying(sample)
        scale = Standardisation.of(sample[:, usable])
        normal = estimated(scale.scores(sample[:, usable]), settings)
        scores = scale.scores(values[:, usable])
        found = None if normal is None else scale.values(_draw(scores, normal, rng))
        return _into_gaps(values, found, usable)

    return np.stack(each(draw, generators, what="draws"))


def estimated(scores: Floats, settings: Settings) -> Normal | None:
    """Maximum-likelihood mean and covariance of standardised scores with gaps, or None.

    The covariance has divisor n. The result is None if the covariance becomes singular (too few units, or an
    indicator that others determine) or does not converge within the given number of iterations.
    """
    patterns = list(_patterns(scores))
    normal = Normal(np.zeros(scores.shape[1]), np.eye(scores.shape[1]))
    for _ in range(settings.max_iterations):
        try:
            renewed = _round(scores, patterns, normal, settings.shrinkage)
        except np.linalg.LinAlgError:
            return None
        change = max(_largest(renewed.mean - normal.mean), _largest(renewed.covariance - normal.covariance))
        normal = renewed
        if change < settings.tolerance:
            return normal if normal.proper else None
    return None


def _round(scores: Floats, patterns: list[Pattern], normal: Normal, shrinkage: float) -> Normal:
    """One expectation and one maximisation step."""
    filled = scores.copy()
    spread = np.zeros_like(normal.covariance)
    for pattern in patterns:
        expected, covariance = _conditional(scores, pattern, normal)
        filled[np.ix_(pattern.units, pattern.lacking)] = expected
        spread[np.ix_(pattern.lacking, pattern.lacking)] += len(pattern.units) * covariance
    mean = filled.mean(axis=0)
    deviations = filled - mean
    covariance = (deviations.T @ deviations + spread) / len(scores)
    kept = np.where(np.eye(len(mean), dtype=bool), 1.0, 1.0 - shrinkage)
    return Normal(mean, covariance * kept)


def _conditional(scores: Floats, pattern: Pattern, normal: Normal) -> tuple[Floats, Floats]:
    """Expectation of what the units of a pattern lack given what they have, and its covariance."""
    available, lacking = pattern.available, pattern.lacking
    crossed = normal.covariance[np.ix_(available, lacking)]
    slopes = np.linalg.solve(normal.covariance[np.ix_(available, available)], crossed)
    known = scores[np.ix_(pattern.units, available)] - normal.mean[available]
    covariance = normal.covariance[np.ix_(lacking, lacking)] - crossed.T @ slopes
    return normal.mean[lacking] + known @ slopes, covariance


def _expected(values: Floats, settings: Settings) -> Floats | None:
    scale = Standardisation.of(values)
    scores = scale.scores(values)
    normal = estimated(scores, settings)
    if normal is None:
        return None
    for pattern in _patterns(scores):
        scores[np.ix_(pattern.units, pattern.lacking)] = _conditional(scores, pattern, normal)[0]
    return scale.values(scores)


def _draw(scores: Floats, normal: Normal, rng: np.random.Generator) -> Floats:
    """The scores, their gaps drawn; every cell has its own random number, so that a gap shifts no other."""
    noise = rng.standard_normal(scores.shape)
    drawn = scores.copy()
    for pattern in _patterns(scores):
        expected, covariance = _conditional(scores, pattern, normal)
        cells = np.ix_(pattern.units, pattern.lacking)
        drawn[cells] = expected + noise[cells] @ _root(covariance).T
    return drawn


def _root(covariance: Floats) -> Floats:
    """The symmetric square root, which does not depend on the signs or the order of eigenvectors."""
    eigenvalues, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(eigenvalues, 0.0))) @ vectors.T)


def _patterns(scores: Floats) -> Iterator[Pattern]:
    """The patterns of gaps, without that of complete units."""
    kinds, kind_of_unit = np.unique(np.isnan(scores), axis=0, return_inverse=True)
    for number, gaps in enumerate(kinds):
        if gaps.any():
            units = np.flatnonzero(kind_of_unit.reshape(-1) == number)
            yield Pattern(units, np.flatnonzero(~gaps), np.flatnonzero(gaps))


def _varying(values: Floats) -> Bools:
    """Indicators with at least two different values; others have no distribution."""
    return np.asarray((column_statistics.maximum(values) > column_statistics.minimum(values))[0])


def _into_gaps(values: Floats, found: Floats | None, usable: Bools) -> Floats:
    filled = values.copy()
    if found is not None:
        known = values[:, usable]
        filled[:, usable] = np.where(np.isnan(known), found, known)
    return filled


def _largest(change: Floats) -> float:
    return float(np.max(np.abs(change), initial=0.0))
