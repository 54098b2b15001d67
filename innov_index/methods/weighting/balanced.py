"""Weights of one node that give its children the desired correlations with their weighted mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.methods.kernels.preparation import of_usual_size
from innov_index.methods.registry import SEVERAL_ANSWERS, Finding, Trait
from innov_index.methods.steps import weighting
from innov_index.methods.weighting.optimised import Kind, Target, desired_shares, optimise
from innov_index.model.arrays import Bools, Floats, Ints

Measure: TypeAlias = Literal["r", "r2"]

CANCELLED = 1e-12
"""Below this share of the children's total variance, their mean varies only by rounding."""

DEPENDENT = 1e-9
"""Below this share of the largest, an eigenvalue of correlations is zero apart from rounding."""

REACHED = 1e-24
"""Sum of squared differences from the desired importance that is only rounding."""

RIDGE = 1e-6
"""Of a least-squares problem: its square is the share of the fit that is given up."""


def _are_several(
    values: Floats, *, importance: str = "equal", correlation: Kind = "pearson", measure: Measure = "r2"
) -> Bools:
    """Whether children are linearly dependent, for each leading index: then other weights do the same."""

    def several(place: tuple[int, ...]) -> Floats:
        complete, _ = of_usual_size(_complete(np.asarray(values[place], dtype=np.float64)), -2)
        varied = len(complete) > 1 and bool(np.all(np.ptp(complete, axis=0) > 0))
        return np.asarray(varied and _are_dependent(np.atleast_2d(np.corrcoef(complete, rowvar=False))))

    return np.asarray(each_table(values.shape[:-2], (), several) > 0)


@weighting.method(
    "balance",
    Trait.LOOPED,
    formerly={"measure": "r"},
    findings=(
        Finding(
            _are_several,
            "children are linearly dependent, so that several sets of weights give these scores; shown are "
            "the most even of them",
            SEVERAL_ANSWERS,
        ),
    ),
    properties="alike",
)
def balance(
    values: Floats,
    given: Floats,
    *,
    importance: Literal["equal", "given"] = "equal",
    correlation: Kind = "pearson",
    measure: Measure = "r2",
) -> Floats:
    """Choose weights that give the children equal, or stated, importance: correlation with the weighted mean.

    Formula: minimise sum_j (m_j / sum(m) - v_j)^2, m_j the correlation of child j with sum_k w_k x_k, squared
    for r2, v_j the desired importance

    Undefined: a child does not vary, has no units in common with the others, or the children cancel out.

    Remedy: drop the constant or opposed child, or use another method for this node.

    Source: becker2017

    Units with a missing child are left out of correlations. With Pearson's correlation, r, and r2 where the
    importance can be reached, are non-negative least-squares problems; else weights are found by a search. If
    children are linearly dependent, several sets of weights give the same scores: the result is the most even
    of them.

    Parameters
    ----------
    values : (..., units, children)
    given : (children,)
        The stated weights: the desired importance, if `importance` is "given".
    importance : str
        Whether all children are to be equally important (equal), or in proportion to stated weights (given).
    correlation : str
        The correlation: pearson, spearman or kendall.
    measure : str
        What importance is: "r2", the squared correlation, which is the source's correlation ratio where
        relations are linear, and the importance that `audit` shows; or "r", the correlation, as in COINr.

    Returns
    -------
    (..., children)
    """
    desired = desired_shares(given if importance == "given" else None, values.shape[-1])
    if correlation == "pearson":
        balanced = _balanced if measure == "r" else _balanced_squares
        return _of_nodes(
            values, lambda scores, order: balanced(scores.T @ scores / len(scores), desired[order])
        )
    target: Target = "balance" if measure == "r" else "balance_squares"
    return _of_nodes(values, lambda scores, order: _searched(scores, target, desired[order], correlation))


@weighting.method("infomax", Trait.LOOPED, properties="common_scale shift unique alike")
def infomax(values: Floats, *, correlation: Kind = "pearson") -> Floats:
    """Choose weights that maximise the correlations of the node's weighted mean with its children.

    Formula: maximise sum_j r_j, r_j the correlation of child j with sum_k w_k x_k

    Undefined: a child does not vary, has no units in common with the others, or the children cancel out.

    Remedy: drop the constant or opposed child, or use another method for this node.

    Source: linden2021 (the sum of correlations: COINr, get_opt_weights)

    Units with a missing child are left out of correlations. With Pearson's correlation the best weights are
    the reciprocal standard deviations (Cauchy-Schwarz); with the others weights are found by a search.

    Parameters
    ----------
    values : (..., units, children)
    correlation : str
        The correlation: pearson, spearman or kendall.

    Returns
    -------
    (..., children)
    """
    if correlation == "pearson":
        return _of_nodes(values, lambda scores, order: _most_informative(scores))
    equal = desired_shares(None, values.shape[-1])
    return _of_nodes(values, lambda scores, order: _searched(scores, "infomax", equal, correlation))


def _of_nodes(values: Floats, importances: Callable[[Floats, Ints], Floats]) -> Floats:
    """Weights of one node, for each leading index: (..., children).

    Units and children are sorted first, so that their order has no effect, not even by rounding.

    Parameters
    ----------
    values : (..., units, children)
    importances : callable
        Takes the z-scores of the children (complete units, children), and in which order they are; returns
        their weights.
    """
    size = values.shape[-1]

    def weights_of(place: tuple[int, ...]) -> Floats:
        # children may differ so much in size that no one factor suits all
        complete, powers = of_usual_size(_complete(np.asarray(values[place], dtype=np.float64)), -2)
        if size == 1:
            return np.ones(1)
        if len(complete) < 2 or not np.all(np.ptp(complete, axis=0) > 0):
            return np.full(size, np.nan)
        order = np.lexsort(np.sort(complete, axis=0)[::-1])
        ordered = complete[:, order]
        ordered = ordered[np.lexsort(ordered.T[::-1])]
        spread = ordered.std(axis=0)
        weights = np.empty(size)
        weights[order] = importances((ordered - ordered.mean(axis=0)) / spread, order) / spread
        weights = np.ldexp(weights, (powers.min() - powers)[0])
        return np.asarray(weights / weights.sum())

    return each_table(values.shape[:-2], (size,), weights_of)


def _complete(elements: Floats) -> Floats:
    """The units without gaps."""
    return np.asarray(elements[~np.isnan(elements).any(axis=-1)])


def _are_dependent(correlations: Floats) -> bool:
    roots = np.linalg.eigvalsh(correlations)
    return bool(roots[0] <= DEPENDENT * roots[-1])


def _most_informative(scores: Floats) -> Floats:
    """By Cauchy-Schwarz 1'Ru <= sqrt(1'R1) sqrt(u'Ru), which equal u attain."""
    size = scores.shape[-1]
    cancelled = np.var(scores.sum(axis=-1)) <= CANCELLED * size**2
    return np.full(size, np.nan if cancelled else 1.0)


def _balanced(correlations: Floats, desired: Floats) -> Floats:
    """The u >= 0 whose Ru / 1'Ru is nearest to the desired importance v.

    With B = R - v 1'R it minimises |Bu| / 1'Ru. Along each direction the minimum of |Bu|^2 + (1'Ru - 1)^2
    increases with that quotient, so non-negative least squares solves it.
    """
    from scipy.optimize import nnls

    size = len(desired)
    total = correlations.sum(axis=0)
    system = np.vstack([correlations - np.outer(desired, total), total])
    wanted = np.append(np.zeros(size), 1.0)
    if _are_dependent(correlations):
        # a small ridge picks the solution with the least sum of squares
        system, wanted = np.vstack([system, RIDGE * np.eye(size)]), np.append(wanted, np.zeros(size))
    found, _ = nnls(system, wanted, maxiter=100 * size)
    reached = float(total @ found)
    return np.asarray(found / reached) if reached > CANCELLED else np.full(size, np.nan)


def _balanced_squares(correlations: Floats, desired: Floats) -> Floats:
    """The u >= 0 whose (Ru)² / |Ru|² is nearest to the desired importance v.

    Where it can be reached, Ru is proportional to the roots of v; where not, a search goes on from there.
    """
    roots = np.sqrt(desired)
    start = _balanced(correlations, roots / roots.sum())
    if np.isnan(start).any() or _miss_of_squares(correlations, desired, start) <= REACHED:
        return start
    even = np.full(len(desired), 1.0 / len(desired))
    starts = [start / start.sum(), even, *((np.eye(len(desired)) + even) / 2)]
    return min(
        (_least_miss(correlations, desired, one) for one in starts),
        key=lambda found: _miss_of_squares(correlations, desired, found),
    )


def _miss_of_squares(correlations: Floats, desired: Floats, found: Floats) -> float:
    squares = (correlations @ found) ** 2
    return float(np.sum((squares / squares.sum() - desired) ** 2))


def _least_miss(correlations: Floats, desired: Floats, start: Floats) -> Floats:
    """A local minimum of `_miss_of_squares`, from a start that sums to 1."""
    from scipy.optimize import Bounds, minimize

    def slope(found: Floats) -> Floats:
        mixed = correlations @ found
        total = mixed @ mixed
        shares = mixed**2 / total
        gap = shares - desired
        return np.asarray(4.0 / total * (correlations @ (mixed * (gap - gap @ shares))))

    def miss(found: Floats) -> float:
        return _miss_of_squares(correlations, desired, found)

    found = minimize(
        miss,
        start,
        jac=slope,
        method="L-BFGS-B",
        bounds=Bounds(0.0, np.inf),
        options={"ftol": 1e-16, "gtol": 1e-12, "maxiter": 1000},
    )
    return np.asarray(found.x / found.x.sum())


def _searched(scores: Floats, target: Target, desired: Floats, kind: Kind) -> Floats:
    """Weights found by a search."""
    return np.asarray(optimise(lambda weights: scores @ weights, scores, target, desired, kind).weights)
