"""Correlations between nodes, and with size: how sure they are, which pairs need a second look."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.compare.agreement import Kind, common, correlation_matrix
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores

_EXACT_BELOW = 50


@frozen
class Pair:
    """Two nodes, or two columns of a matrix, and their correlation."""

    first: int
    second: int
    correlation: float


def indicator_correlations(scores: Scores, edition: int) -> Floats:
    """Pearson correlations of the normalised indicators over the units that have both."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return correlation_matrix(scores.steps["normalised"][edition][scores.kept[edition]])


def closest(matrix: Floats, most: int = 5) -> list[Pair]:
    """The pairs with the highest positive correlations, where two columns may tell the same story."""
    return [pair for pair in _sorted_pairs(matrix, -1.0)[:most] if pair.correlation > 0]


def most_opposed(matrix: Floats, most: int = 5) -> list[Pair]:
    """The pairs with the lowest negative correlations: a gain in one tends to be a loss in the other."""
    return [pair for pair in _sorted_pairs(matrix, 1.0)[:most] if pair.correlation < 0]


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
    """Probability of a correlation at least this far from zero between unrelated columns.

    Formula: pearson, spearman: t = r sqrt((n - 2) / (1 - r²)), two-sided, n - 2 degrees of freedom; kendall:
    exact for fewer than 50 units without ties, else the normal approximation with ties. As R's cor.test,
    except for Spearman, where R uses Edgeworth's series when there are no ties.

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
    """Siblings that say nearly the same, strongest first: one of them may be counted twice.

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
    """Siblings that pull in opposite directions, strongest first: their mean says little about either.

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


@frozen
class Influence:
    """How each node correlates with the nodes above it, all of shape (..., nodes).

    `with_parent` and `with_index` are correlations. `importance` is a node's share in the squared
    correlations of its siblings with their parent: what its weight would be if weights were importances. All
    are NaN at the root.
    """

    with_parent: Floats
    with_index: Floats
    importance: Floats


def influence(scores: Floats, framework: Framework, kind: Kind = "pearson") -> Influence:
    """Correlate every node with its parent and with the index.

    Formula: importance_j = r_j² / Σ r² over the siblings, r the correlation with the parent.
    Source: paruolo2013; becker2017.

    Parameters
    ----------
    scores : (..., units, nodes)
        Scores of the nodes, more is better.
    framework : Framework
    kind : {"pearson", "spearman", "kendall"}
    """
    matrix = correlation_matrix(scores, kind)
    parents = np.array([node.parent for node in framework.nodes])
    nodes = np.arange(len(framework))
    with_parent, with_index = matrix[..., nodes, parents], matrix[..., nodes, 0]
    with_parent[..., 0] = with_index[..., 0] = np.nan
    importance = np.full(with_parent.shape, np.nan)
    for family in framework.children:
        if len(family):
            squares = with_parent[..., family] ** 2
            total = np.nansum(squares, axis=-1, keepdims=True)
            importance[..., family] = squares / np.where(total > 0, total, np.nan)
    return Influence(with_parent, with_index, importance)


def correlations_with_denominators(values: Floats, denominators: Floats, kind: Kind = "pearson") -> Floats:
    """Correlation of every indicator with every denominator, over the units that have both.

    Source: coinr get_denom_corr.

    Parameters
    ----------
    values : (..., units, indicators)
    denominators : (..., units, denominators)

    Returns
    -------
    (..., indicators, denominators)
    """
    indicators = values.shape[-1]
    together = np.concatenate([values, denominators], axis=-1)
    return correlation_matrix(together, kind)[..., :indicators, indicators:]


def _sorted_pairs(matrix: Floats, sign: float) -> list[Pair]:
    """Every pair of columns by its signed correlation, lowest first, undefined ones last."""
    rows, columns = np.triu_indices(len(matrix), 1)
    values = matrix[rows, columns]
    order = np.argsort(np.where(np.isnan(values), np.inf, sign * values), kind="stable")
    return [Pair(int(rows[i]), int(columns[i]), float(values[i])) for i in order]


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
