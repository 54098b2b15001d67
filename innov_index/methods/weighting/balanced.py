"""Weights of one node that give its children the wanted correlations with their weighted mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.methods.registry import Trait
from innov_index.methods.steps import weighting
from innov_index.methods.weighting.optimised import Kind, Target, optimise, wanted_shares
from innov_index.model.arrays import Floats

CANCELLED = 1e-12
"""Share of the children's total variance below which their mean does not vary but for rounding."""


@weighting.method("balance", Trait.LOOPED)
def balance(
    values: Floats,
    given: Floats,
    *,
    importance: Literal["equal", "given"] = "equal",
    correlation: Kind = "pearson",
) -> Floats:
    """Weights that give the children equal, or the stated, correlations with the node's weighted mean.

    Formula: minimise sum_j (r_j / sum(r) - v_j)^2, r_j the correlation of child j with sum_k w_k x_k, v_j the
    wanted importance

    Undefined: a child does not vary, has no units in common with the others, or the children cancel out.

    Remedy: drop the constant or opposed child, or use another method for this node.

    Source: becker2017

    Correlations leave out units in which a child is missing. For Pearson's this is a problem of least squares
    over weights of zero and more, with one best solution; for the others weights are searched.

    Parameters
    ----------
    values : (..., units, children)
    given : (children,)
        The stated weights: the wanted importance, if `importance` is "given".
    importance : str
        Whether all children shall matter the same (equal), or as the stated weights say (given).
    correlation : str
        Which correlation counts: pearson, spearman or kendall.

    Returns
    -------
    (..., children)
    """
    wanted = wanted_shares(given if importance == "given" else None, values.shape[-1])
    if correlation == "pearson":
        return _of_nodes(values, lambda scores: _balanced(scores.T @ scores / len(scores), wanted))
    return _of_nodes(values, lambda scores: _searched(scores, "balance", wanted, correlation))


@weighting.method("infomax", Trait.LOOPED)
def infomax(values: Floats, *, correlation: Kind = "pearson") -> Floats:
    """Weights that make the node's weighted mean go with its children as much as possible.

    Formula: maximise sum_j r_j, r_j the correlation of child j with sum_k w_k x_k

    Undefined: a child does not vary, has no units in common with the others, or the children cancel out.

    Remedy: drop the constant or opposed child, or use another method for this node.

    Source: becker2017

    Correlations leave out units in which a child is missing. For Pearson's the best weights are one over the
    standard deviations (Cauchy-Schwarz); for the others weights are searched.

    Parameters
    ----------
    values : (..., units, children)
    correlation : str
        Which correlation counts: pearson, spearman or kendall.

    Returns
    -------
    (..., children)
    """
    if correlation == "pearson":
        return _of_nodes(values, _most_informative)
    equal = wanted_shares(None, values.shape[-1])
    return _of_nodes(values, lambda scores: _searched(scores, "infomax", equal, correlation))


def _of_nodes(values: Floats, importances: Callable[[Floats], Floats]) -> Floats:
    """Weights of one node, for each leading index: (..., children).

    Parameters
    ----------
    values : (..., units, children)
    importances : callable
        What the z-scores of the children are multiplied with, given these (complete units, children).
    """
    size = values.shape[-1]

    def weights_of(place: tuple[int, ...]) -> Floats:
        elements = np.asarray(values[place], dtype=np.float64)
        complete = elements[~np.isnan(elements).any(axis=-1)]
        if size == 1:
            return np.ones(1)
        if len(complete) < 2 or not np.all(np.ptp(complete, axis=0) > 0):
            return np.full(size, np.nan)
        spread = complete.std(axis=0)
        weights = importances((complete - complete.mean(axis=0)) / spread) / spread
        return np.asarray(weights / weights.sum())

    return each_table(values.shape[:-2], (size,), weights_of)


def _most_informative(scores: Floats) -> Floats:
    """By Cauchy-Schwarz 1'Ru <= sqrt(1'R1) sqrt(u'Ru), and equal u reach it."""
    size = scores.shape[-1]
    cancelled = np.var(scores.sum(axis=-1)) <= CANCELLED * size**2
    return np.full(size, np.nan if cancelled else 1.0)


def _balanced(correlations: Floats, wanted: Floats) -> Floats:
    """The u >= 0 whose Ru / 1'Ru is nearest to what is wanted.

    With B = R - v 1'R it minimises |Bu| / 1'Ru. Along each direction the least of |Bu|^2 + (1'Ru - 1)^2 grows
    with that, so that it is a problem of non-negative least squares.
    """
    from scipy.optimize import nnls

    size = len(wanted)
    total = correlations.sum(axis=0)
    system = np.vstack([correlations - np.outer(wanted, total), total])
    found, _ = nnls(system, np.append(np.zeros(size), 1.0), maxiter=100 * size)
    reached = float(total @ found)
    return np.asarray(found / reached) if reached > CANCELLED else np.full(size, np.nan)


def _searched(scores: Floats, target: Target, wanted: Floats, kind: Kind) -> Floats:
    """Searched for children in an order of their own, so that the order they come in decides nothing."""
    order = np.lexsort(np.sort(scores, axis=0)[::-1])
    ordered = scores[:, order]
    found = optimise(lambda weights: ordered @ weights, ordered, target, wanted[order], kind)
    weights = np.empty(len(wanted))
    weights[order] = found.weights
    return weights
