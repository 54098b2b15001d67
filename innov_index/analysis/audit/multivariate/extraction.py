"""Factors of a correlation matrix before rotation: components, principal axes, maximum likelihood."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from innov_index.errors import UndefinedError
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats

Extraction: TypeAlias = Literal["components", "principal axis", "maximum likelihood"]

FLOOR = 0.005
"""Smallest uniqueness that maximum likelihood may give, as in R's factanal."""

STILL = 1e-10
"""Change of a communality after which principal axes have settled."""

ROUNDS = 20_000
"""Of principal axes."""

STEPS, HALVINGS, LONGEST, FLAT = 500, 40, 3.0, 1e-9
"""Of maximum likelihood: steps, halvings of one, its greatest length in ln Ψ, a slope that counts as none."""


@frozen
class Factors:
    """Unrotated factors of some columns.

    Attributes
    ----------
    loadings : (columns, factors)
        Correlations of columns with factors; each factor has the sign for which they sum to more than zero.
    heywood : (columns,)
        Columns of which the factors would explain everything, or more: no proper solution exists, or the
        search ended at the smallest uniqueness that is allowed.
    settled : bool
        Whether the search came to an end.
    """

    loadings: Floats
    heywood: Bools
    settled: bool

    @property
    def communalities(self) -> Floats:
        """Share of each column's variance that the factors explain, (columns,)."""
        return np.asarray((self.loadings**2).sum(axis=1))


def extract(matrix: Floats, number: int, how: Extraction, floor: float | Floats = FLOOR) -> Factors:
    """The factors of a correlation matrix.

    Parameters
    ----------
    matrix : (columns, columns)
    number : int
        Of factors.
    how : {"components", "principal axis", "maximum likelihood"}
    floor : float or (columns,)
        Smallest uniqueness under maximum likelihood.

    Raises
    ------
    UndefinedError
        The method cannot give this many factors.
    """
    columns = len(matrix)
    if how == "components":
        if number > columns:
            raise UndefinedError(f"{number} components of {columns} columns that vary")
        return _of_matrix(matrix, number, np.zeros(columns, dtype=np.bool_))
    if number >= columns:
        raise UndefinedError(
            f"{number} factors of {columns} columns that vary: at most {max(columns - 1, 0)}"
        )
    if how == "principal axis":
        return _principal_axis(matrix, number)
    return _maximum_likelihood(matrix, number, np.broadcast_to(np.asarray(floor, np.float64), columns))


def oriented(loadings: Floats) -> Floats:
    """Each factor with the sign for which its loadings sum to more than zero."""
    return np.asarray(loadings * np.where(loadings.sum(axis=-2, keepdims=True) < 0, -1.0, 1.0))


def _of_matrix(matrix: Floats, number: int, heywood: Bools, settled: bool = True) -> Factors:
    """Eigenvectors times the roots of the largest eigenvalues."""
    roots, vectors = np.linalg.eigh(matrix)
    loadings = vectors[:, ::-1][:, :number] * np.sqrt(np.maximum(roots[::-1][:number], 0.0))
    return Factors(oriented(loadings), heywood, settled)


def squared_multiple_correlations(matrix: Floats) -> Floats:
    """R² of each column on the others; of a singular matrix, the largest correlation of a column squared."""
    if np.linalg.eigvalsh(matrix)[0] > 1e-9:
        return np.asarray(1 - 1 / np.diagonal(np.linalg.inv(matrix)))
    return np.asarray(((matrix - np.eye(len(matrix))) ** 2).max(axis=1))


def _principal_axis(matrix: Floats, number: int) -> Factors:
    """Components of the matrix with communalities in its diagonal, until these repeat themselves.

    A communality of 1 or more is a Heywood case.
    """
    reduced = matrix.copy()
    np.fill_diagonal(reduced, squared_multiple_correlations(matrix))
    for _ in range(ROUNDS):
        found = _of_matrix(reduced, number, np.zeros(len(matrix), dtype=np.bool_))
        change = np.abs(found.communalities - np.diagonal(reduced)).max()
        np.fill_diagonal(reduced, found.communalities)
        if change < STILL:
            return Factors(found.loadings, np.asarray(found.communalities >= 1), True)
        if found.communalities.max() > 1e3:
            break
    raise UndefinedError("principal axes have no solution: a communality grows beyond 1")


def _maximum_likelihood(matrix: Floats, number: int, floor: Floats) -> Factors:
    """Minimise ln |LL' + Ψ| + tr(R (LL' + Ψ)^-1) over the uniquenesses Ψ, each from its floor to 1.

    Source: Jöreskog 1967; as R's factanal.

    Given Ψ, L follows from the largest eigenvalues w of Ψ^-1/2 R Ψ^-1/2, and the criterion is the sum of
    w - ln w - 1 over the others, v their eigenvectors. In ln Ψ its gradient is Σ (1 - w) v²;
    uniquenesses that press against a bound stay there.
    """
    if np.linalg.eigvalsh(matrix)[0] <= 1e-9:
        raise UndefinedError("maximum likelihood needs columns of which none follows from the others")
    low, high = np.log(floor), np.zeros(len(matrix))
    start = (1 - 0.5 * number / len(matrix)) * (1 - squared_multiple_correlations(matrix))
    log_unique = np.clip(np.log(np.maximum(start, 1e-6)), low, high)
    roots, vectors = _scaled(matrix, log_unique)
    settled = False
    for _ in range(STEPS):
        rest = vectors[:, :-number]
        gradient = (rest**2) @ (1 - roots[:-number])
        pressed = ((log_unique <= low) & (gradient > 0)) | ((log_unique >= high) & (gradient < 0))
        free = np.flatnonzero(~pressed)
        settled = bool(np.abs(gradient[free]).max(initial=0.0) < FLAT)
        if settled:
            break
        step = np.zeros(len(matrix))
        step[free] = -_newton(roots, vectors[free], number, gradient[free])
        moved = _descent(matrix, number, log_unique, step, (low, high))
        if moved is None:
            step[free] = -gradient[free]
            moved = _descent(matrix, number, log_unique, step, (low, high))
        if moved is None:
            settled = bool(np.abs(gradient[free]).max() < np.sqrt(FLAT))
            break
        log_unique, roots, vectors = moved
    unique = np.exp(log_unique)
    largest = vectors[:, ::-1][:, :number] * np.sqrt(np.maximum(roots[::-1][:number] - 1, 0.0))
    loadings = np.sqrt(unique)[:, None] * largest
    return Factors(oriented(loadings), np.asarray(log_unique <= low + 1e-6), settled)


def _newton(roots: Floats, vectors: Floats, number: int, gradient: Floats) -> Floats:
    """The step to where the gradient would vanish, by the criterion's curvature in ln Ψ (Clarke 1970).

    With v, w of the rest and u, x of the factors it is, multiplied cell by cell,
    (V V') (V W V') + Σ_u (u u') (V diag((1 - w) (x + w) / (x - w)) V'). Where that is not convex,
    (V V')² takes its place (Jöreskog 1967).
    """
    rest, others = vectors[:, :-number], roots[:-number]
    outer = rest @ rest.T
    curvature = outer * ((rest * others) @ rest.T)
    for at in range(len(roots) - number, len(roots)):
        factor, root = vectors[:, at], roots[at]
        parts = (1 - others) * (root + others) / np.maximum(root - others, 1e-12)
        curvature += np.outer(factor, factor) * ((rest * parts) @ rest.T)
    try:
        lower = np.linalg.cholesky(curvature - 1e-9 * np.eye(len(curvature)))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.solve(outer**2 + 1e-9 * np.eye(len(outer)), gradient))
    return np.asarray(np.linalg.solve(lower.T, np.linalg.solve(lower, gradient)))


def _scaled(matrix: Floats, log_unique: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues and eigenvectors of Ψ^-1/2 R Ψ^-1/2, smallest first."""
    scale = np.exp(-log_unique / 2)
    roots, vectors = np.linalg.eigh(matrix * np.outer(scale, scale))
    return roots, vectors


def _criterion(roots: Floats, number: int) -> float:
    rest = roots[:-number]
    return float((rest - np.log(rest) - 1).sum())


def _descent(
    matrix: Floats, number: int, at: Floats, step: Floats, bounds: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats] | None:
    """The first of at + step, at + step / 2, … within the bounds where the criterion is lower, if any."""
    before = _criterion(_scaled(matrix, at)[0], number)
    step = step * min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))
    for _ in range(HALVINGS):
        trial = np.clip(at + step, *bounds)
        roots, vectors = _scaled(matrix, trial)
        if roots[0] > 0 and _criterion(roots, number) < before:
            return trial, roots, vectors
        step = step / 2
    return None
