"""Correlations between nodes: how sure they are, and which pairs among siblings ask for a second look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.analysis.compare.agreement import Kind, common
from innov_index.model.arrays import Floats
from innov_index.model.framework import Framework

_EXACT_BELOW = 50


@dataclass(frozen=True)
class Pair:
    """Two siblings (positions in the tree) and their correlation."""

    first: int
    second: int
    correlation: float


def pair_counts(values: Floats) -> Floats:
    """Number of units that have both of two columns.

    Parameters
    ----------
    values : (..., units, columns)

    Returns
    -------
    (..., columns, columns)
    """
    there = (~np.isnan(values)).astype(np.float64)
    return np.swapaxes(there, -1, -2) @ there


def p_values(values: Floats, correlations: Floats, kind: Kind = "pearson") -> Floats:
    """Probability of a correlation at least this far from zero between columns that have nothing in common.

    Formula: pearson, spearman: t = r sqrt((n - 2) / (1 - r²)), two-sided, n - 2 degrees of freedom; kendall:
    exact for fewer than 50 units without ties, else the normal approximation with ties. As R's cor.test, but
    for Spearman, where R uses Edgeworth's series when there are no ties.

    NaN where fewer than three units have both; 0 on the diagonal.

    Parameters
    ----------
    values : (..., units, columns)
    correlations : (..., columns, columns)
    kind : {"pearson", "spearman", "kendall"}

    Returns
    -------
    (..., columns, columns)
    """
    result = (
        _kendall_p_values(values) if kind == "kendall" else _t_p_values(correlations, pair_counts(values))
    )
    diagonal = np.eye(values.shape[-1], dtype=bool) & ~np.isnan(correlations)
    return np.where(diagonal, 0.0, result)


def sibling_pairs(framework: Framework) -> list[tuple[int, int]]:
    """All pairs of siblings, in tree order."""
    return [
        (int(family[i]), int(family[j]))
        for family in framework.children
        for i in range(len(family))
        for j in range(i + 1, len(family))
    ]


def pairs_above(correlations: Floats, framework: Framework, limit: float) -> list[Pair]:
    """Siblings that say nearly the same, strongest first: one of them may count double.

    Parameters
    ----------
    correlations : (nodes, nodes)
    framework : Framework
    limit : float
        Only correlations above it.
    """
    found = [pair for pair in _pairs(correlations, framework) if pair.correlation > limit]
    return sorted(found, key=lambda pair: -pair.correlation)


def pairs_below(correlations: Floats, framework: Framework, limit: float) -> list[Pair]:
    """Siblings that pull in opposite directions, strongest first: their mean says little of either.

    Parameters
    ----------
    correlations : (nodes, nodes)
    framework : Framework
    limit : float
        Only correlations below it.
    """
    found = [pair for pair in _pairs(correlations, framework) if pair.correlation < limit]
    return sorted(found, key=lambda pair: pair.correlation)


def same_level_pairs(framework: Framework) -> list[tuple[int, int]]:
    """All pairs of nodes of one level, in tree order; leaves are one level, wherever they stand."""
    inner = framework.inner
    levels = [inner[framework.levels[inner] == level] for level in range(int(framework.levels.max()))]
    return [
        (int(group[i]), int(group[j]))
        for group in (*levels, framework.leaves)
        for i in range(len(group))
        for j in range(i + 1, len(group))
    ]


def ancestor_pairs(framework: Framework) -> list[tuple[int, int]]:
    """Every node below the root with each of its ancestors, nearest first."""
    return [(node, ancestor) for node in range(1, len(framework)) for ancestor in framework.lineage(node)[1:]]


def _pairs(correlations: Floats, framework: Framework) -> list[Pair]:
    return [Pair(i, j, float(correlations[i, j])) for i, j in sibling_pairs(framework)]


def _t_p_values(correlations: Floats, counts: Floats) -> Floats:
    from scipy.special import stdtr

    freedom = np.where(counts > 2, counts - 2.0, np.nan)
    with np.errstate(divide="ignore"):
        t = np.abs(correlations) * np.sqrt(freedom / (1.0 - np.minimum(correlations**2, 1.0)))
    return np.asarray(2.0 * stdtr(freedom, -t))


def _kendall_p_values(values: Floats) -> Floats:
    """Pair by pair: the exact distribution of tau has no vectorised form."""
    flat = values.reshape(-1, *values.shape[-2:])
    columns = values.shape[-1]
    result = np.full((len(flat), columns, columns), np.nan)
    for table, matrix in zip(flat, result, strict=True):
        for i in range(columns):
            for j in range(i + 1, columns):
                both = common(table[:, i], table[:, j])
                matrix[i, j] = matrix[j, i] = _kendall_p_value(table[both, i], table[both, j])
    return result.reshape(*values.shape[:-2], columns, columns)


def _kendall_p_value(x: Floats, y: Floats) -> float:
    from scipy.stats import kendalltau

    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    untied = len(np.unique(x)) == len(x) and len(np.unique(y)) == len(y)
    exact = untied and len(x) < _EXACT_BELOW
    return float(kendalltau(x, y, method="exact" if exact else "asymptotic").pvalue)
