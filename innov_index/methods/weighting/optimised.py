"""A search for weights that give the elements of an index the desired correlations with it.

Weights are not importances: the influence of an element on the index shows in their correlation, which
depends on all correlations between elements (Becker and others 2017). `optimise` works for any index, since
the caller states how scores follow from weights; `balanced.py` applies it to the weighted mean of one node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from innov_index.engine.loops import each
from innov_index.errors import OptionError
from innov_index.frozen import frozen
from innov_index.methods.kernels.ranks import ascending_ranks
from innov_index.model.arrays import Floats

Kind: TypeAlias = Literal["pearson", "spearman", "kendall"]
Target: TypeAlias = Literal["balance", "balance_squares", "infomax"]
IndexOf: TypeAlias = Callable[[Floats], Floats]

# logarithm of a mean squared difference that is only rounding error
SMALLEST_OBJECTIVE = -75.0
UNDEFINED_OBJECTIVE = 1e6


@frozen
class OptimisedWeights:
    """Weights (elements,) that sum to 1, the correlations they give, and the value of the objective.

    The objective is COINr's, smaller is better. balance: ln(mean squared difference between the correlations
    over their sum and the desired importance); balance_squares: the same of their squares; infomax: minus the
    sum of the correlations.
    """

    weights: Floats
    correlations: Floats
    objective: float


def optimise(
    index_of: IndexOf,
    elements: Floats,
    target: Target,
    importance: Floats | None = None,
    kind: Kind = "pearson",
    smallest: float = 0.0,
) -> OptimisedWeights:
    """Search for weights whose index has the desired correlations with its elements.

    Formula: balance: minimise ln((1/k) sum_j (r_j / sum(r) - importance_j)^2); infomax: maximise sum_j r_j;
    r_j the correlation of element j with the index. Source: becker2017; coinr get_opt_weights.

    The search starts from equal weights, from the importance and from near each single element, so its result
    is reproducible. It finds a good weighting, not necessarily the best. Units without a score or element are
    left out of correlations.

    Parameters
    ----------
    index_of : callable
        Scores (units,) of the index for weights (elements,) that sum to 1.
    elements : (units, elements)
    target : {"balance", "balance_squares", "infomax"}
    importance : (elements,), optional
        Desired correlations up to a factor, for balance; equal by default.
    kind : {"pearson", "spearman", "kendall"}
    smallest : float
        Smallest weight. A negative number allows negative weights, as COINr always does.

    Returns
    -------
    OptimisedWeights
    """
    size = elements.shape[-1]
    desired = desired_shares(importance, size)
    if smallest * size >= 1:
        raise OptionError(f"{size} weights of at least {smallest:g} cannot sum to 1")
    correlate = _correlator(np.asarray(elements, dtype=np.float64), kind)

    def weights_at(point: Floats) -> Floats:
        """Every point with a positive sum corresponds to admissible weights."""
        part = np.maximum(point, 0.0)
        return np.asarray(smallest + (1.0 - size * smallest) * part / np.sum(part))

    def objective(point: Floats) -> float:
        if not np.sum(np.maximum(point, 0.0)) > 0:
            return UNDEFINED_OBJECTIVE
        return _objective(correlate(index_of(weights_at(point))), target, desired)

    search = _smooth_search if kind == "pearson" else _stepwise_search
    found = each(lambda start: search(objective, start), _starts(desired), what="searches")
    weights = weights_at(min(found, key=objective))
    correlations = correlate(index_of(weights))
    return OptimisedWeights(weights, correlations, _objective(correlations, target, desired))


def desired_shares(importance: Floats | None, size: int) -> Floats:
    """The desired importance of each element, summing to 1; equal by default."""
    desired = np.ones(size) if importance is None else np.asarray(importance, dtype=np.float64)
    if desired.shape != (size,) or np.any(desired < 0) or not np.sum(desired) > 0:
        raise OptionError(f"importance must give {size} numbers of zero or more, not all zero")
    return np.asarray(desired / np.sum(desired))


def _objective(correlations: Floats, target: Target, desired: Floats) -> float:
    parts = correlations**2 if target == "balance_squares" else correlations
    total = float(np.sum(parts))
    if np.isnan(total) or (target != "infomax" and total == 0):
        return UNDEFINED_OBJECTIVE
    if target == "infomax":
        return -total
    error = float(np.mean((parts / total - desired) ** 2))
    return max(float(np.log(error)), SMALLEST_OBJECTIVE) if error > 0 else SMALLEST_OBJECTIVE


def _starts(desired: Floats) -> list[Floats]:
    """Starts: equal weights, the importance, and half of the weight on each element in turn."""
    size = len(desired)
    even = np.full(size, 1.0 / size)
    return [even, (desired + even) / 2, *((np.eye(size) + even) / 2)]


def _smooth_search(objective: Callable[[Floats], float], start: Floats) -> Floats:
    """Local minimum of a smooth objective."""
    from scipy.optimize import Bounds, LinearConstraint, minimize

    found = minimize(
        objective,
        start,
        method="SLSQP",
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(np.ones((1, len(start))), 1.0, 1.0),
        options={"maxiter": 200, "ftol": 1e-12},
    )
    return np.asarray(found.x, dtype=np.float64)


def _stepwise_search(objective: Callable[[Floats], float], start: Floats) -> Floats:
    """Local minimum of a stepwise constant objective, as with correlations of ranks."""
    from scipy.optimize import minimize

    found = minimize(
        objective,
        start,
        method="Nelder-Mead",
        options={"maxiter": 200 * len(start), "xatol": 1e-6, "fatol": 1e-9, "adaptive": True},
    )
    return np.asarray(found.x, dtype=np.float64)


def _correlator(elements: Floats, kind: Kind) -> Callable[[Floats], Floats]:
    """A function that returns the correlation of each element with scores (units,)."""
    gaps = np.isnan(elements)
    traces = None if gaps.any() else np.column_stack([_trace(column, kind) for column in elements.T])

    def correlate(scores: Floats) -> Floats:
        scored = ~np.isnan(scores)
        if traces is not None and scored.all():
            return _cosines(traces, _trace(scores, kind))
        pairs = [
            (column[kept], scores[kept]) for column in elements.T for kept in [scored & ~np.isnan(column)]
        ]
        found = [_cosines(_trace(x, kind)[:, None], _trace(y, kind)) for x, y in pairs]
        return np.concatenate(found)

    return correlate


def _trace(column: Floats, kind: Kind) -> Floats:
    """A vector whose cosine with that of another column is their correlation (for Kendall, tau-b)."""
    if kind == "kendall":
        return np.sign(column[:, None] - column).ravel()
    ranked = ascending_ranks(column[:, None], "average")[:, 0] if kind == "spearman" else column
    return np.asarray(ranked - np.mean(ranked) if len(ranked) else ranked)


def _cosines(traces: Floats, trace: Floats) -> Floats:
    lengths = np.sqrt(np.sum(traces**2, axis=0) * np.sum(trace**2))
    return np.asarray(trace @ traces / np.where(lengths > 0, lengths, np.nan))
