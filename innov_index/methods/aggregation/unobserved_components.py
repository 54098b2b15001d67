"""What lies behind all children, which each shows with an error of its own (unobserved components model)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.frozen import frozen
from innov_index.methods.kernels.exactness import ROUNDOFF
from innov_index.methods.kernels.preparation import present
from innov_index.methods.registry import SEVERAL_ANSWERS, Finding, Share, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Bools, Floats

LEAST_CHILDREN = 3
"""With two, their three moments leave the four parameters open."""
LEAST_UNITS = 3
SETTLED = 1e-11
"""Change of a parameter of standardised children, in one step of EM, that ends the search."""
MEMORY = 8
MOST_STEPS = 600
SMALL = 500_000
"""Products of children in sums over all units up to which several starts are tried: local maxima are those of
small tables."""
REMEMBERED = 20_000
"""Numbers of a table whose model is kept for what is asked of it next."""
TRIED = 30
"""Steps from each start, after which the likeliest go on."""
NEARLY = 0.1
ALIKE = 1e-3
DOMINANT = 0.97
LEAST_AT_START = 0.05
COMMON = 1e-6
"""Gain of likelihood over children that are independent, below which they have nothing in common."""
AS_LIKELY = 1e-9
APART = 1e-4
SHARES = (1.0, 0.3, 0.0)
"""Of an extrapolation, which may reach too far."""


@frozen
class Estimate:
    """Parameters of standardised children, (children,), that are as likely as any near them.

    z_ij = level_j + slope_j g_i + noise with variance noise_j.
    """

    level: Floats
    slope: Floats
    noise: Floats

    @property
    def precision(self) -> Floats:
        """What each child adds to the precision of g, (children,)."""
        return np.asarray(self.slope**2 / self.noise)


@frozen
class _Table:
    """Children of one node in standard units, gaps as 0, and 1 where they are present: (units, children)."""

    values: Floats
    there: Floats
    least_noise: float

    @cached_property
    def sums(self) -> tuple[Floats, Floats, Floats]:
        """Of each child: the number of values, their sum and the sum of their squares, (children,)."""
        squares = np.einsum("ij,ij->j", self.values, self.values)
        return self.there.sum(axis=0), self.values.sum(axis=0), squares

    def hidden(self, found: Estimate) -> tuple[Floats, Floats]:
        """The expectation and the variance of g for each unit, (units,)."""
        gain = found.slope / found.noise
        precision, level = (self.there @ np.stack([found.precision, found.level * gain], axis=1)).T
        variance = 1.0 / (1.0 + precision)
        return variance * (self.values @ gain - level), variance

    def likelihood(self, found: Estimate, mean: Floats, variance: Floats) -> float:
        """The logarithm of the likelihood, apart from a constant."""
        number, total, squares = self.sums
        apart = (squares - 2 * found.level * total + number * found.level**2) / found.noise
        of_children = np.sum(apart + number * np.log(found.noise))
        return float(-0.5 * (of_children - np.sum(mean**2 / variance + np.log(variance))))

    def next(self, mean: Floats, variance: Floats) -> Estimate:
        """A step of EM: the likeliest parameters, given g, which is brought back to mean 0 and variance 1."""
        number, total, squares = self.sums
        ones, moments = np.stack([mean, mean**2 + variance]) @ self.there
        both = mean @ self.values
        slope = (number * both - ones * total) / (number * moments - ones**2)
        level = (total - slope * ones) / number
        noise = (squares - level * total - slope * both) / number
        middle = mean.mean()
        spread = np.sqrt(np.mean(mean**2 + variance) - middle**2)
        return Estimate(level + slope * middle, slope * spread, np.maximum(noise, self.least_noise))


def _climbed(table: _Table, found: Estimate, most: int) -> tuple[Estimate, bool]:
    """The parameters that EM comes to in so many steps, and whether it stands still there.

    Steps are extrapolated from those before (Anderson's acceleration), as far as the likelihood grows.
    """
    points: list[Floats] = []
    images: list[Floats] = []
    hidden = table.hidden(found)
    for _ in range(most):
        reached = table.likelihood(found, *hidden)
        after = table.next(*hidden)
        points, images = [*points[-MEMORY:], _vector(found)], [*images[-MEMORY:], _vector(after)]
        if not np.isfinite(images[-1]).all():
            break
        if np.abs(images[-1] - points[-1]).max() <= SETTLED:
            return after, True
        further = _extrapolated(points, images) - images[-1]
        for share in SHARES:
            found = _parameters(images[-1] + share * further, table.least_noise)
            hidden = table.hidden(found)
            if table.likelihood(found, *hidden) >= reached - abs(reached) * ROUNDOFF:
                break
        else:
            points, images = [], []
    return found, False


def _likeliest(table: _Table) -> list[tuple[float, Estimate]]:
    """The estimates at which EM stands still that are as likely as any, with their likelihood."""
    tried = [_climbed(table, start, TRIED)[0] for start in _starts(table)]
    likelihoods = [table.likelihood(found, *table.hidden(found)) for found in tried]
    leaders: list[Estimate] = []
    for likelihood, found in zip(likelihoods, tried, strict=True):
        new = all(np.abs(np.abs(found.slope) - np.abs(other.slope)).max() > ALIKE for other in leaders)
        if new and likelihood >= max(likelihoods) - NEARLY:
            leaders.append(found)
    settled = [found for found, stands in (_climbed(table, own, MOST_STEPS) for own in leaders) if stands]
    return [(table.likelihood(found, *table.hidden(found)), found) for found in settled]


def _starts(table: _Table) -> Iterator[Estimate]:
    """Slopes to begin with: correlations with the mean of the unit's children, and with each of them."""
    means = table.values.sum(axis=1) / table.there.sum(axis=1)
    yield _started(table, _correlations(table, (means - means.mean())[:, None] * table.there))
    units, children = table.values.shape
    if units * children**2 <= SMALL:
        for child in range(children):
            own = table.values[:, [child]] * table.there
            yield _started(table, DOMINANT * _correlations(table, own))


def _started(table: _Table, slope: Floats) -> Estimate:
    noise = np.maximum(1.0 - slope**2, max(table.least_noise, LEAST_AT_START))
    return Estimate(np.zeros(slope.shape), slope, noise)


def _correlations(table: _Table, other: Floats) -> Floats:
    size = np.sqrt((other**2).sum(axis=0) * table.sums[2])
    return np.asarray((other * table.values).sum(axis=0) / np.where(size > 0, size, 1.0))


def _extrapolated(points: list[Floats], images: list[Floats]) -> Floats:
    """Where the steps from points to their images would vanish, were they linear."""
    steps = np.array(images) - np.array(points)
    if len(steps) < 2:
        return images[-1]
    differences = np.diff(steps, axis=0).T
    share = np.linalg.lstsq(differences, steps[-1], rcond=1e-10)[0]
    return np.asarray(images[-1] - np.diff(np.array(images), axis=0).T @ share)


def _vector(found: Estimate) -> Floats:
    return np.concatenate([found.level, found.slope, np.log(found.noise)])


def _parameters(vector: Floats, least_noise: float) -> Estimate:
    level, slope, noise = np.split(vector, 3)
    return Estimate(level, slope, np.maximum(np.exp(noise), least_noise))


@frozen
class _Fitted:
    """A node's children in standard units, the likeliest estimate, and which children and units take part.

    `several` says whether another estimate is as likely, or as many children fall as rise with the quality.
    """

    table: _Table
    estimate: Estimate
    several: bool
    used: Bools
    units: Bools


def _fitted(values: Floats, least_noise: float) -> _Fitted | None:
    """The model of one table, (units, children); None where there is none."""
    if values.size > REMEMBERED:
        return _model(values, least_noise)
    return _remembered(np.asarray(values, dtype=np.float64).tobytes(), values.shape, least_noise)


@lru_cache(maxsize=32)
def _remembered(values: bytes, shape: tuple[int, int], least_noise: float) -> _Fitted | None:
    """Scores, errors and what is told of a small table, whose search takes longest, rest on one search."""
    return _model(np.frombuffer(values, dtype=np.float64).reshape(shape), least_noise)


def _model(values: Floats, least_noise: float) -> _Fitted | None:
    known = present(values)
    used, units = np.asarray(known.any(axis=0)), np.asarray(known.any(axis=1))
    children = values[units][:, used]
    if children.shape[1] < LEAST_CHILDREN or (known[:, used].sum(axis=0) < LEAST_UNITS).any():
        return None
    there = known[units][:, used].astype(np.float64)
    filled = np.where(there > 0, children, 0.0)
    low, high = np.nanmin(children, axis=0), np.nanmax(children, axis=0)
    if not (high > low).all():
        return None
    # shares of the range, whose squares stay within the numbers that there are
    shares = (filled / (high - low) - low / (high - low)) * there
    number = there.sum(axis=0)
    deviations = (shares - shares.sum(axis=0) / number) * there
    table = _Table(deviations / np.sqrt((deviations**2).sum(axis=0) / number), there, least_noise)
    likeliest = _likeliest(table)
    if not likeliest:
        return None
    highest, best = max(likeliest, key=lambda pair: pair[0])
    if highest + 0.5 * float(number.sum()) < COMMON:
        return None
    slope = _upward(best.slope)
    undirected = abs(slope.sum()) <= AS_LIKELY * np.abs(slope).sum()
    several = undirected or any(
        likelihood >= highest - AS_LIKELY * abs(highest)
        and np.abs(_upward(other.slope) - slope).max() > APART
        for likelihood, other in likeliest
    )
    return _Fitted(table, Estimate(best.level, slope, best.noise), bool(several), used, units)


def _upward(slope: Floats) -> Floats:
    return slope if slope.sum() >= 0 else -slope


def _of_tables(values: Floats, least_noise: float) -> tuple[Floats, Floats, Floats]:
    """Expectation and error of each unit, (..., units), and its weights, (..., units, children)."""
    shape = (values.shape[-2], values.shape[-1] + 2)

    def of_table(place: tuple[int, ...]) -> Floats:
        result = np.full(shape, np.nan)
        fitted = _fitted(values[place], least_noise)
        if fitted is not None:
            mean, variance = fitted.table.hidden(fitted.estimate)
            result[fitted.units, 0] = mean
            result[fitted.units, 1] = np.sqrt(variance)
            weights = variance[:, None] * fitted.table.there * fitted.estimate.precision
            result[np.ix_(fitted.units, np.append([False, False], fitted.used))] = weights
        return result

    found = each_table(values.shape[:-2], shape, of_table)
    return found[..., 0], found[..., 1], found[..., 2:]


def _errors(values: Floats, *, least_noise: Share = 0.005) -> dict[str, Floats]:
    """The standard error of each unit's score."""
    return {"error": _of_tables(values, least_noise)[1]}


def _weights_of_units(values: Floats, *, least_noise: Share = 0.005) -> dict[str, Floats | Bools]:
    """The weight of each child in the unit's score; the mean of all units has the rest of 1."""
    return {"weight": _of_tables(values, least_noise)[2]}


def _of_nodes(values: Floats, least_noise: float, holds: Callable[[_Fitted], bool]) -> Bools:
    """Whether something holds of the model of each table, (...)."""

    def of_table(place: tuple[int, ...]) -> Floats:
        fitted = _fitted(values[place], least_noise)
        return np.asarray(0.0 if fitted is None else float(holds(fitted)))

    return each_table(values.shape[:-2], (), of_table) > 0


def _are_several(values: Floats, *, least_noise: Share = 0.005) -> Bools:
    """Whether another model is as likely, for each leading index."""
    return _of_nodes(values, least_noise, lambda fitted: fitted.several)


def _hardly_noisy(values: Floats, *, least_noise: Share = 0.005) -> Bools:
    """Whether the likeliest noise of a child is the least that is allowed, for each leading index."""
    return _of_nodes(values, least_noise, lambda fitted: bool((fitted.estimate.noise <= least_noise).any()))


def _contrary(values: Floats, *, least_noise: Share = 0.005) -> Bools:
    """Whether a child falls where the others rise, for each leading index."""
    return _of_nodes(values, least_noise, lambda fitted: bool((fitted.estimate.slope < 0).any()))


@aggregation.method(
    "unobserved_components",
    Trait.COMPARES_UNITS,
    Trait.LOOPED,
    Trait.IGNORES_WEIGHTS,
    findings=(
        Finding(
            _are_several,
            "another hidden quality is as likely, and gives other scores",
            SEVERAL_ANSWERS,
        ),
        Finding(
            _hardly_noisy,
            "the likeliest model takes a child for nearly free of noise, so that it decides the scores "
            "almost alone, with errors that are too small",
            "nodes that rest on one child",
        ),
        Finding(
            _contrary,
            "a child falls where the others rise, so that more of it lowers the score",
            "nodes in which raising a child may lower the score",
        ),
    ),
    figures=_errors,
    workings=_weights_of_units,
    properties="scale common_scale shift alike",
)
def unobserved_components(values: Floats, *, least_noise: Share = 0.005) -> Floats:
    """Unobserved components model: the hidden quality that all children show, each with noise of its own.

    The score is what is expected of the quality, given the unit's children, on a scale on which the quality
    of all units has mean 0 and standard deviation 1. Beside it stands its standard error, which is larger for
    units with fewer children: 1.645 of it is the margin of 90 %. A missing child tells nothing.

    Formula: x_ij = α_j + β_j (g_i + ε_ij), g ~ N(0, 1), ε_j ~ N(0, σ_j²), the likeliest α, β and σ; y_i =
    Σ_j w_ij (x_ij - α_j) / β_j, w_ij = σ_j⁻² / (1 + Σ_k σ_k⁻²) over the children k that the unit has; error =
    (1 + Σ_k σ_k⁻²)^(-1/2)

    Undefined: fewer than three children, one of them has fewer than three values or is constant, or they have
    nothing in common.

    Remedy: take another method, or join the children of several nodes under one.

    Source: kaufmann1999 (section 2)

    The likelihood is maximised by EM, in small tables from several starts, since it may have several maxima:
    the highest one that is reached counts. The quality rises with most children. Weights have no effect.

    Parameters
    ----------
    values : (..., units, children)
    least_noise : float
        The least noise that a child may have, as a share of its variance.

    Returns
    -------
    (..., units)
    """
    return _of_tables(values, least_noise)[0]
