"""Does each column belong to the others? Alpha without it, its correlation with the rest; omega."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.audit.multivariate.adequacy import Complete
from innov_index.analysis.audit.multivariate.extraction import extract
from innov_index.errors import UndefinedError
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats


@frozen
class Reliability:
    """Internal consistency of columns, each standardised first.

    Attributes
    ----------
    alpha : float
        k / (k - 1) (1 - k / Σ R).
    omega : float
        McDonald's: (Σ loadings)² / Σ R, of one factor by maximum likelihood; NaN where it does not exist.
    alpha_without : (columns,)
        Alpha of the others.
    with_rest : (columns,)
        Correlation of the column with the sum of the others.
    """

    alpha: float
    omega: float
    alpha_without: Floats
    with_rest: Floats


def reliability(found: Complete, columns: int) -> Reliability:
    """Standardised alpha, alpha if deleted, item-rest correlation and omega.

    Source: oecd2008 step 4, table 11

    Parameters
    ----------
    found : Complete
    columns : int
        Of the table that `found` was made of; a column that does not vary has NaN.
    """
    without, rest = np.full(columns, np.nan), np.full(columns, np.nan)
    matrix, used = found.matrix, len(found.columns)
    if used < 2:
        return Reliability(float("nan"), float("nan"), without, rest)
    total, of_each = float(matrix.sum()), matrix.sum(axis=0) - 1
    variance = total - 2 * of_each - 1
    rest[found.columns] = of_each / np.sqrt(np.where(variance > 1e-12, variance, np.nan))
    if used > 2:
        without[found.columns] = _alpha(used - 1, variance)
    return Reliability(float(_alpha(used, np.asarray(total))), _omega(matrix), without, rest)


def _alpha(number: int, total: Floats) -> Floats:
    return np.asarray(number / (number - 1) * (1 - number / np.where(np.abs(total) > 1e-12, total, np.nan)))


def _omega(matrix: Floats) -> float:
    if len(matrix) < 3:
        return float("nan")
    try:
        found = extract(matrix, 1, "maximum likelihood")
    except UndefinedError:
        return float("nan")
    common = float(found.loadings.sum()) ** 2
    return common / (common + float((1 - found.communalities).sum()))
