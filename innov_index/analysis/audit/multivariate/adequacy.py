"""Are the correlations of some columns fit for a factor analysis, and is any column, or unit, out of line?"""

from __future__ import annotations

import numpy as np

from innov_index.frozen import frozen
from innov_index.methods.kernels.child_statistics import correlations, varies
from innov_index.methods.kernels.preparation import of_usual_size
from innov_index.model.arrays import Floats, Ints

SINGULAR = 1e-12
"""Smallest eigenvalue of a correlation matrix, of a mean of 1, below which columns follow from each other."""


@frozen
class Complete:
    """Columns that vary, over the units that have all of them.

    Attributes
    ----------
    columns : (used,)
        Positions of the columns that vary.
    units : (units,)
        Positions of the units.
    values : (units, used)
    matrix : (used, used)
        Pearson's correlations.
    """

    columns: Ints
    units: Ints
    values: Floats
    matrix: Floats

    @property
    def standardised(self) -> Floats:
        """z-scores with the sample's deviation."""
        centred = self.values - self.values.mean(axis=0)
        return np.asarray(centred / np.sqrt((centred**2).sum(axis=0) / (len(centred) - 1)))

    @property
    def spectrum(self) -> Floats:
        """Eigenvalues of the correlations, largest first."""
        return np.asarray(np.linalg.eigvalsh(self.matrix)[::-1], dtype=np.float64)

    @property
    def regular(self) -> bool:
        """Whether no column follows from the others."""
        return len(self.columns) > 0 and bool(self.spectrum[-1] > SINGULAR)


def complete(values: Floats) -> Complete:
    """The columns of (units, columns) that vary, over the units that have every column that has a value.

    With fewer than three units nothing is left.
    """
    values, _ = of_usual_size(values, -2)
    used = np.flatnonzero(varies(values)) if len(values) else np.arange(0)
    units = np.flatnonzero(~np.isnan(values[:, used]).any(axis=1))
    kept = values[np.ix_(units, used)]
    used = used[:0] if len(kept) < 3 else used[varies(kept)]
    kept = values[np.ix_(units, used)]
    return Complete(used, units, kept, correlations(kept) if len(used) else np.zeros((0, 0)))


@frozen
class Adequacy:
    """Tests of the correlations of some columns; NaN where they are singular.

    Attributes
    ----------
    units, columns : int
        Used: columns that vary, units that have all of them.
    kmo : float
        Kaiser, Meyer and Olkin: Σ r² / (Σ r² + Σ q²) over all pairs, q the partial correlations.
    kmo_of_each : (columns,)
        The same over the pairs of one column.
    chi_square, degrees, p : float
        Bartlett's test that the correlations are all zero: -(n - 1 - (2k + 5) / 6) ln |R|.
    inflation : (columns,)
        Variance inflation: 1 / (1 - R²) of a column on the others, the diagonal of the inverse of R.
    condition : float
        sqrt(largest / smallest eigenvalue of R).
    """

    units: int
    columns: int
    kmo: float
    kmo_of_each: Floats
    chi_square: float
    degrees: int
    p: float
    inflation: Floats
    condition: float

    @property
    def cases(self) -> float:
        """Units per column."""
        return self.units / self.columns if self.columns else float("nan")


def adequacy(found: Complete, columns: int) -> Adequacy:
    """KMO, Bartlett's sphericity, variance inflation and condition number. Source: oecd2008 box 5.

    Parameters
    ----------
    found : Complete
    columns : int
        Of the table that `found` was made of; a column that does not vary has NaN.
    """
    from scipy.special import gammaincc

    used, units = len(found.columns), len(found.values)
    each, inflation = np.full(columns, np.nan), np.full(columns, np.nan)
    kmo = chi_square = p = float("nan")
    degrees = used * (used - 1) // 2
    spectrum = found.spectrum if used else np.array([np.nan])
    condition = np.inf if not found.regular else float(np.sqrt(spectrum[0] / spectrum[-1]))
    if found.regular and used > 1:
        inverse = np.linalg.inv(found.matrix)
        diagonal = np.diagonal(inverse)
        inflation[found.columns] = diagonal
        partial = inverse / np.sqrt(np.outer(diagonal, diagonal))
        between = ~np.eye(used, dtype=np.bool_)
        squares = np.where(between, found.matrix**2, 0.0)
        partials = np.where(between, partial**2, 0.0)
        kmo = _share(squares.sum(), partials.sum())
        each[found.columns] = [_share(r, q) for r, q in zip(squares.sum(0), partials.sum(0), strict=True)]
        chi_square = float(-(units - 1 - (2 * used + 5) / 6) * np.log(spectrum).sum())
        p = float(gammaincc(degrees / 2, max(chi_square, 0.0) / 2))
    return Adequacy(units, used, kmo, each, chi_square, degrees, p, inflation, condition)


def _share(part: float, other: float) -> float:
    return float(part / (part + other)) if part + other > 0 else float("nan")


def outlying(found: Complete, units: int) -> tuple[Floats, Floats]:
    """Squared Mahalanobis distance of each unit from the mean, and the probability of a larger one.

    Formula: d² = z' R^-1 z; the probability is that of a chi-square with a degree of freedom a column.
    NaN for a unit without all columns, or where columns follow from each other.

    Returns
    -------
    distances, probabilities : (units,)
    """
    from scipy.special import gammaincc

    distances = np.full(units, np.nan)
    if found.regular:
        standardised = found.standardised
        distances[found.units] = (standardised @ np.linalg.inv(found.matrix) * standardised).sum(axis=1)
    return distances, np.asarray(gammaincc(len(found.columns) / 2, distances / 2))
