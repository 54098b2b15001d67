"""What each column contributes to an outcome: standardised coefficients, shares of R² by Shapley's rule."""

from __future__ import annotations

from math import factorial

import numpy as np

from innov_index.analysis.audit.multivariate.adequacy import SINGULAR, Complete
from innov_index.frozen import frozen
from innov_index.methods.kernels.preparation import of_usual_size
from innov_index.model.arrays import Bools, Floats

EXACT = 13
"""Up to this many columns, shares of R² are the mean over all orders; above it, over a sample of orders."""

ORDERS = 2_000
SEED = 20_081


@frozen
class Contributions:
    """Of columns to an outcome; all NaN where columns follow from each other.

    Attributes
    ----------
    coefficients : (columns,)
        Of the regression of the standardised outcome on the standardised columns.
    shares : (columns,)
        Mean gain in R² when the column is added, over all orders of the columns (Lindeman, Merenda and Gold;
        Shapley's value); they sum to R².
    errors : (columns,)
        Standard errors of the shares: zero unless the orders are a sample.
    direct : (columns,)
        Correlations with the outcome: the coefficient plus those of the others times the correlations with
        them (a path's direct and indirect part).
    r_squared : float
    """

    coefficients: Floats
    shares: Floats
    errors: Floats
    direct: Floats
    r_squared: float


def with_outcome(found: Complete, outcome: Floats) -> Floats | None:
    """Correlations of the columns with an outcome of all units (units,); None where it does not vary."""
    own, _ = of_usual_size(outcome[found.units], -1)
    centred = own - own.mean()
    length = np.sqrt((centred**2).sum())
    if not length > 0:
        return None
    return np.asarray(centred @ found.standardised / length / np.sqrt(len(own) - 1))


def contributions(matrix: Floats, outcome: Floats) -> Contributions:
    """Coefficients and shares of R².

    Parameters
    ----------
    matrix : (columns, columns)
        Correlations between the columns.
    outcome : (columns,)
        Their correlations with the outcome.
    """
    columns = len(matrix)
    if columns == 0 or np.linalg.eigvalsh(matrix)[0] <= SINGULAR:
        unknown = np.full(columns, np.nan)
        return Contributions(unknown, unknown, unknown, outcome, float("nan"))
    coefficients: Floats = np.asarray(np.linalg.solve(matrix, outcome), dtype=np.float64)
    shares, errors = (_of_all_orders if columns <= EXACT else _of_some_orders)(matrix, outcome)
    return Contributions(coefficients, shares, errors, outcome, float(coefficients @ outcome))


def _of_all_orders(matrix: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """From R² of every subset: a column's gain on a subset of size s counts s! (k - s - 1)! / k!."""
    columns = len(matrix)
    subsets = (np.arange(2**columns)[:, None] >> np.arange(columns)) & 1 == 1
    explained = np.concatenate([_explained(matrix, outcome, part) for part in np.array_split(subsets, 16)])
    weights = [factorial(s) * factorial(columns - s - 1) / factorial(columns) for s in range(columns)]
    sizes = subsets.sum(axis=1)
    shares = np.empty(columns)
    for column in range(columns):
        without = np.flatnonzero(~subsets[:, column])
        gain = explained[without + (1 << column)] - explained[without]
        shares[column] = (np.array(weights)[sizes[without]] * gain).sum()
    return shares, np.zeros(columns)


def _explained(matrix: Floats, outcome: Floats, subsets: Bools) -> Floats:
    """R² of the regression on each of some subsets (subsets, columns)."""
    both = subsets[:, :, None] & subsets[:, None, :]
    own = np.where(both, matrix, np.eye(len(matrix)))
    target = np.where(subsets, outcome, 0.0)
    return np.asarray((np.linalg.solve(own, target[..., None])[..., 0] * target).sum(axis=1))


def _of_some_orders(matrix: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Gains along sampled orders: the squares of L^-1 r, with L L' the correlations in that order."""
    generator = np.random.default_rng(SEED)
    columns = len(matrix)
    total, squares = np.zeros(columns), np.zeros(columns)
    block = max(1, 2_000_000 // columns**2)
    for start in range(0, ORDERS, block):
        size = min(block, ORDERS - start)
        orders = np.argsort(generator.random((size, columns)), axis=1)
        lower = np.linalg.cholesky(matrix[orders[:, :, None], orders[:, None, :]])
        gains = np.linalg.solve(lower, outcome[orders][..., None])[..., 0] ** 2
        placed = np.empty_like(gains)
        np.put_along_axis(placed, orders, gains, axis=1)
        total += placed.sum(axis=0)
        squares += (placed**2).sum(axis=0)
    mean = total / ORDERS
    spread = np.maximum(squares / ORDERS - mean**2, 0.0) * ORDERS / (ORDERS - 1)
    return mean, np.sqrt(spread / ORDERS)
