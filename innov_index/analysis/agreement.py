"""How strongly columns go together: two rankings, or every pair of many columns."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from innov_index.methods.child_statistics import correlations as pearson_matrix
from innov_index.methods.ranks import ascending_ranks
from innov_index.model.arrays import Bools, Floats

Kind: TypeAlias = Literal["pearson", "spearman", "kendall"]

_CELLS = 4_000_000


def common(first: Floats, second: Floats) -> Bools:
    """Where both have a value."""
    return np.asarray(~np.isnan(first) & ~np.isnan(second))


def spearman(first: Floats, second: Floats) -> float:
    """Spearman's rank correlation over what both have: Pearson's of the average ranks.

    NaN with fewer than two values in common, or where one of the two is constant.
    """
    return float(spearman_matrix(np.stack([first, second], axis=-1))[0, 1])


def kendall(first: Floats, second: Floats) -> float:
    """Kendall's tau-b over what both have.

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
