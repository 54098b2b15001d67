"""How strongly columns agree, two rankings or every pair of many columns; and how far units move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from innov_index.methods.kernels.child_statistics import correlations as pearson_matrix
from innov_index.methods.kernels.ranks import ascending_ranks
from innov_index.model.arrays import Bools, Floats

Kind: TypeAlias = Literal["pearson", "spearman", "kendall"]
RankingRule: TypeAlias = Callable[[Floats], Floats]
"""Scores, (..., units, nodes) → ranks: the config's rule for ties."""

_CELLS = 4_000_000


def common(first: Floats, second: Floats) -> Bools:
    """Where both have a value."""
    return np.asarray(~np.isnan(first) & ~np.isnan(second))


def mean_of_known(values: Floats) -> Floats:
    """Mean along the last axis of the values that are not NaN; NaN where all are."""
    there = ~np.isnan(values)
    counted = there.sum(axis=-1)
    total = np.where(there, values, 0.0).sum(axis=-1)
    return np.asarray(total / np.where(counted > 0, counted, np.nan))


def spearman(first: Floats, second: Floats) -> float:
    """Spearman's rank correlation where both have a value: Pearson's of the average ranks.

    NaN with fewer than two values in common, or where one of the two is constant.
    """
    return float(spearman_matrix(np.stack([first, second], axis=-1))[0, 1])


def kendall(first: Floats, second: Floats) -> float:
    """Kendall's tau-b where both have a value.

    tau-b = (concordant - discordant) / sqrt((pairs - ties in first) (pairs - ties in second))
    """
    return float(kendall_matrix(np.stack([first, second], axis=-1))[0, 1])


def correlation_matrix(values: Floats, kind: Kind = "pearson") -> Floats:
    """Correlation of every pair of columns over the units that have both.

    Formula: pearson: Σ (x - x̄) (y - ȳ) / sqrt(Σ (x - x̄)² Σ (y - ȳ)²); spearman: Pearson's of average ranks,
    ranked within the pair; kendall: tau-b. As R's cor(use = "pairwise.complete.obs").

    NaN where a pair has fewer than two units in common, or one of the two does not vary over them.

    Parameters
    ----------
    values : (..., units, columns)
    kind : {"pearson", "spearman", "kendall"}

    Returns
    -------
    (..., columns, columns)
    """
    values = np.asarray(values, dtype=np.float64)
    if kind == "pearson":
        return pearson_matrix(values)
    return (spearman_matrix if kind == "spearman" else kendall_matrix)(values)


def spearman_matrix(values: Floats) -> Floats:
    """Spearman's rank correlation of every pair of columns; see `correlation_matrix`."""
    if not np.isnan(values).any():
        return pearson_matrix(ascending_ranks(values, "average"))
    flat = values.reshape(-1, *values.shape[-2:])
    return np.stack([_spearman_with_gaps(table) for table in flat]).reshape(
        *values.shape[:-2], *[values.shape[-1]] * 2
    )


def kendall_matrix(values: Floats) -> Floats:
    """Kendall's tau-b of every pair of columns; see `correlation_matrix`. Time grows as units² x columns²."""
    flat = values.reshape(-1, *values.shape[-2:])
    return np.stack([_kendall(table) for table in flat]).reshape(*values.shape[:-2], *[values.shape[-1]] * 2)


def _spearman_with_gaps(values: Floats) -> Floats:
    """Columns with gaps in the same units are ranked together, once for each pattern of the other column."""
    patterns, which = np.unique(~np.isnan(values), axis=1, return_inverse=True)
    result = np.full((values.shape[1],) * 2, np.nan)
    for one in range(patterns.shape[1]):
        for other in range(one, patterns.shape[1]):
            rows = patterns[:, one] & patterns[:, other]
            if np.count_nonzero(rows) < 2:
                continue
            left, right = np.flatnonzero(which == one), np.flatnonzero(which == other)
            ranks = ascending_ranks(values[np.ix_(rows, np.concatenate([left, right]))], "average")
            matrix = pearson_matrix(ranks)[: len(left), len(left) :]
            result[np.ix_(left, right)] = matrix
            result[np.ix_(right, left)] = matrix.T
    return result


def _kendall(values: Floats) -> Floats:
    """Signs of the differences between units, multiplied: +1 a concordant pair, -1 a discordant one."""
    units, columns = values.shape
    there = ~np.isnan(values)
    filled = np.where(there, values, 0.0)
    score, untied = np.zeros((columns, columns)), np.zeros((columns, columns))
    block = max(1, _CELLS // max(1, units * columns))
    for start in range(0, units, block):
        rows = slice(start, start + block)
        both = (there[rows, None] & there).reshape(-1, columns).astype(np.float64)
        signs = np.sign(filled[rows, None] - filled).reshape(-1, columns) * both
        score += signs.T @ signs
        untied += np.abs(signs).T @ both
    scale = np.sqrt(untied * untied.T)
    return score / np.where(scale > 0, scale, np.nan)


def top_weighted_tau(first: Floats, second: Floats) -> float:
    """Kendall's tau of two rankings in which a swap of i and j counts w_i + w_j, w = 1 / (rank + 1).

    Ranks, 1 = best; the mean of the values with weights by either ranking (Vigna 2015, as
    scipy.stats.weightedtau). NaN with fewer than two units in common, or where all of one are tied.
    """
    both = common(first, second)
    x, y = -first[both], -second[both]
    return (_weighted_tau(x, y, _places(x, y)) + _weighted_tau(x, y, _places(y, x))) / 2


def rank_biased_overlap(first: Floats, second: Floats, persistence: float = 0.9) -> float:
    """Overlap of the first places of two rankings, weighted less with depth: (1 - p) Σ p^(d-1) A_d.

    A_d is the share that the first d places have in common (with ties 2 |S ∩ T| / (|S| + |T|)); beyond the
    last unit the overlap is extrapolated (Webber, Moffat & Zobel 2010).
    """
    both = common(first, second)
    x, y = first[both], second[both]
    if not len(x):
        return float("nan")
    total, agreed = 0.0, 0.0
    for depth in range(1, len(x) + 1):
        top_x, top_y = x <= depth, y <= depth
        held = int(top_x.sum()) + int(top_y.sum())
        agreed = 2.0 * int((top_x & top_y).sum()) / held if held else agreed
        total += persistence ** (depth - 1) * agreed
    return (1 - persistence) * total + persistence ** len(x) * agreed


def quarters(ranks: Floats) -> Floats:
    """The quarter of the ranking that each unit is in, 1 the first; NaN without a rank."""
    ranked = int((~np.isnan(ranks)).sum())
    return np.asarray(np.ceil(ranks / max(ranked, 1) * 4 - 1e-9))


def _places(by: Floats, then: Floats) -> Floats:
    """Position of each value from the highest, 0 first, equal ones by `then`."""
    order = np.lexsort((-then, -by))
    places = np.empty(len(by))
    places[order] = np.arange(len(by))
    return places


def _weighted_tau(x: Floats, y: Floats, places: Floats) -> float:
    weights = 1.0 / (places + 1.0)
    pairs = weights[:, None] + weights[None, :]
    np.fill_diagonal(pairs, 0.0)
    sign_x, sign_y = np.sign(x[:, None] - x[None, :]), np.sign(y[:, None] - y[None, :])
    scale = np.sqrt((pairs * sign_x**2).sum() * (pairs * sign_y**2).sum())
    return float((pairs * sign_x * sign_y).sum() / scale) if scale > 0 else float("nan")


def shifts(before: Floats, after: Floats, rule: RankingRule) -> Floats:
    """Places gained (positive: a better rank) between two rankings.

    A rank among six units says nothing beside one among three: where one ranking lacks units of the other,
    both are ranked anew among the units in common.

    Parameters
    ----------
    before, after : (..., units)
        Ranks; NaN for a unit without one.
    rule : function

    Returns
    -------
    (..., units)
        NaN for a unit that one of the two lacks.
    """
    first, second = common_ranks(before, after, rule)
    return first - second


def common_ranks(before: Floats, after: Floats, rule: RankingRule) -> tuple[Floats, Floats]:
    """Two rankings of the units that both have; see `shifts`."""
    before, after = np.broadcast_arrays(before, after)
    both = ~np.isnan(before) & ~np.isnan(after)
    fewer = (np.isnan(before) != np.isnan(after)).any(axis=-1)
    if not fewer.any():
        return before, after
    found = before.copy(), after.copy()
    for ranks in found:
        ranks[fewer] = rule(-np.where(both, ranks, np.nan)[fewer][..., None])[..., 0]
    return found
