"""Points of the unit cube → weights and errors.

Every function takes points, (dimensions, draws) uniform in [0, 1), so that the same draw comes from a random
generator, from Sobol's sequence, or from a file. Several families of siblings are drawn at once: one row a
member, `starts` says in which row each family begins.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.model.arrays import Floats, Ints

_LARGEST = np.nextafter(1.0, 0.0)
_ROUNDS = 10
"""Times that every pair of siblings exchanges weight before a bounded draw counts as random."""


def scaled(weights: Floats, starts: Ints) -> Floats:
    """Scale weights, in place, to sum to 1 within each family."""
    with np.errstate(invalid="ignore", divide="ignore"):
        for start, end in zip(starts, (*starts[1:], len(weights)), strict=True):
            weights[start:end] /= weights[start:end].sum(axis=0)
    return weights


def noisy(points: Floats, base: Floats, starts: Ints, amount: float) -> Floats:
    """Each weight times 1 + amount U(-1, 1), then scaled.

    Parameters
    ----------
    points, base : (members, draws)
    """
    return scaled(base * (1.0 - amount + 2.0 * amount * points), starts)


def uniform(points: Floats, starts: Ints) -> Floats:
    """All weights of a family equally likely: scaled exponential numbers."""
    # 1 - u is exact, and a logarithm is many times faster than log1p; all signs go with the sum's
    exponential = 1.0 - points
    return scaled(np.log(exponential, out=exponential), starts)


def dirichlet(points: Floats, base: Floats, starts: Ints, concentration: float) -> Floats:
    """Dirichlet with parameters concentration × base: mean base, variance base (1 - base) / (c + 1)."""
    from scipy.special import gammaincinv

    shape = concentration * base
    drawn = np.where(shape > 0, gammaincinv(np.where(shape > 0, shape, 1.0), points), 0.0)
    for start, end in zip(starts, (*starts[1:], len(drawn)), strict=True):
        family = slice(start, end)
        tiny = np.flatnonzero(~drawn[family].any(axis=0) & (shape[family] > 0).any(axis=0))
        if len(tiny):
            # a gamma variate too small for a double is near p^(1 / a): the largest has all the weight
            with np.errstate(divide="ignore"):
                size = np.log(points[family, tiny]) / shape[family, tiny]
            drawn[start + np.where(shape[family, tiny] > 0, size, -np.inf).argmax(axis=0), tiny] = 1.0
    return scaled(drawn, starts)


def ordered(points: Floats, starts: Ints, chains: Sequence[Ints]) -> Floats:
    """All weights equally likely that fall along each chain of members.

    Sorting maps the simplex onto the ordered part of it, each of its points being hit equally often.
    """
    weights = uniform(points, starts)
    for chain in chains:
        weights[chain] = -np.sort(-weights[chain], axis=0)
    return weights


def bounded_dimensions(members: int) -> int:
    """Dimensions that `bounded` uses for a family."""
    return _ROUNDS * len(_pairings(members)) * (members // 2)


def bounded(points: Floats, lower: Floats, upper: Floats) -> Floats:
    """All weights of one family within bounds equally likely, apart from what a finite chain leaves.

    Pairs of siblings exchange weight, each exchange uniform among those allowed (Gibbs sampling).

    Parameters
    ----------
    points : (bounded_dimensions(members), draws)
    lower, upper : (members,)
        Σ lower ≤ 1 ≤ Σ upper.
    """
    room = upper - lower
    share = (1.0 - lower.sum()) / room.sum() if room.sum() > 0 else 0.0
    weights = np.tile((lower + share * room)[:, None], points.shape[1])
    low, high = lower[:, None], upper[:, None]
    pairings = _pairings(len(lower)) * _ROUNDS
    for step, (first, second) in enumerate(pairings):
        at = points[step * len(first) : (step + 1) * len(first)]
        both = weights[first] + weights[second]
        least = np.maximum(low[first], both - high[second])
        most = np.minimum(high[first], both - low[second])
        weights[first] = least + at * np.maximum(most - least, 0.0)
        weights[second] = both - weights[first]
    return np.asarray(np.clip(weights, low, high))


def _pairings(members: int) -> list[tuple[Ints, Ints]]:
    """Rounds of disjoint pairs that together hold every pair once (a round-robin tournament)."""
    if members < 2:
        return []
    even = members + members % 2
    circle = list(range(even))
    rounds = []
    for _ in range(even - 1):
        pairs = [(circle[i], circle[-1 - i]) for i in range(even // 2)]
        kept = np.array([pair for pair in pairs if max(pair) < members], dtype=np.int64)
        rounds.append((kept[:, 0], kept[:, 1]))
        circle = [circle[0], circle[-1], *circle[1:-1]]
    return rounds


def picked(points: Floats, count: int, probabilities: Floats | None = None) -> Ints:
    """One of `count` things: points (draws,) → positions."""
    if probabilities is None:
        return np.minimum((points * count).astype(np.int64), count - 1)
    steps = np.cumsum(probabilities / probabilities.sum())
    return np.minimum(np.searchsorted(steps, points, side="right"), count - 1)


def of_panel(points: Floats, experts: Floats) -> Floats:
    """The weights of one expert: points (1, draws), experts (experts, members)."""
    return experts.T[:, picked(points[0], len(experts))]


def mixed_panel(points: Floats, experts: Floats) -> Floats:
    """Any mix of the experts' weights: points (experts, draws)."""
    return experts.T @ uniform(points, np.array([0]))


def in_range(points: Floats, low: float, high: float, distribution: str) -> Floats:
    """A number between `low` and `high`: points (draws,)."""
    if distribution == "triangular":
        return low + (high - low) * np.where(points < 0.5, np.sqrt(points / 2), 1 - np.sqrt((1 - points) / 2))
    if distribution == "normal":
        from scipy.special import ndtr, ndtri

        edge = ndtr(-1.959963984540054)
        inner = ndtri(edge + points * (1 - 2 * edge)) / 1.959963984540054
        return np.asarray((low + high) / 2 + (high - low) / 2 * inner)
    return low + (high - low) * points


def errors(points: Floats, distribution: str) -> Floats:
    """Errors of size 1: a standard deviation (normal) or the largest one (uniform)."""
    if distribution == "uniform":
        return 2.0 * points - 1.0
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(points, 2.0**-54, _LARGEST)))


def without(points: Floats, count: int) -> Floats:
    """1 for what stays, 0 for `count` that are left out, all choices equally likely: (members, draws)."""
    places = np.argpartition(points, count - 1, axis=0)[:count]
    kept = np.ones(points.shape)
    np.put_along_axis(kept, places, 0.0, axis=0)
    return kept
