"""Weight against influence: a weight is what an index maker gives, a correlation is what the index shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.analysis.compare.agreement import Kind, correlation_matrix
from innov_index.model.arrays import Floats
from innov_index.model.framework import Framework


@dataclass(frozen=True)
class Influence:
    """How each node goes with what stands above it, all of shape (..., nodes).

    `with_parent` and `with_index` are correlations. `importance` is the part of a node among its siblings in
    their squared correlations with the parent: what its weight would be, if weights were importances. The
    root has none of them.
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
