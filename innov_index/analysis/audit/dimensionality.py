"""Do the children of a node measure one thing? Cronbach's alpha and principal components."""

from __future__ import annotations

import numpy as np

from innov_index.frozen import frozen
from innov_index.methods.kernels.child_statistics import correlations, varies
from innov_index.methods.kernels.preparation import of_usual_size
from innov_index.model.arrays import Floats, Ints


def cronbach_alpha(values: Floats) -> Floats:
    """Internal consistency of some columns.

    Formula: alpha = k² c̄ / Σ_ij c_ij, c the covariances (each over the units that have both), c̄ the mean of
    those off the diagonal, k the number of columns. Source: cronbach1951; coinr get_cronbach.

    It is 1 for columns that move together exactly, near 0 for unrelated ones, and negative for columns that
    oppose each other. It depends on the columns' units: pass normalised values. NaN for a single column.

    Parameters
    ----------
    values : (..., units, columns)

    Returns
    -------
    (...)
    """
    columns = values.shape[-1]
    if columns < 2:
        return np.full(values.shape[:-2], np.nan)
    values, _ = of_usual_size(values, (-2, -1))
    covariances = pairwise_covariances(values)
    everything = np.nansum(covariances, axis=(-1, -2))
    diagonal = np.nansum(np.diagonal(covariances, axis1=-2, axis2=-1), axis=-1)
    between = (everything - diagonal) / (columns * (columns - 1))
    return np.asarray(columns**2 * between / np.where(everything != 0, everything, np.nan))


def pairwise_covariances(values: Floats) -> Floats:
    """Sample covariance of every pair of columns over the units that have both; NaN for fewer than two.

    Parameters
    ----------
    values : (..., units, columns)

    Returns
    -------
    (..., columns, columns)
    """
    there = (~np.isnan(values)).astype(np.float64)
    filled = np.where(there > 0, values, 0.0)
    centre = filled.sum(axis=-2, keepdims=True) / np.maximum(there.sum(axis=-2, keepdims=True), 1)
    filled = np.where(there > 0, values - centre, 0.0)
    transposed = np.swapaxes(filled, -1, -2)
    units = np.swapaxes(there, -1, -2) @ there
    units = np.where(units > 1, units, np.nan)
    sums = transposed @ there
    return np.asarray((transposed @ filled - sums * np.swapaxes(sums, -1, -2) / units) / (units - 1))


@frozen
class Components:
    """Principal components, largest first.

    Attributes
    ----------
    units : (...)
        Units with all columns, the only ones used.
    eigenvalues : (..., components)
        Variances; they sum to the number of columns that vary.
    vectors : (..., columns, components)
        Each component has length 1 and the sign for which it sums to more than zero.
    """

    units: Ints
    eigenvalues: Floats
    vectors: Floats

    @property
    def loadings(self) -> Floats:
        """Correlations of the columns with the components: their squares sum to the eigenvalue."""
        return np.asarray(self.vectors * np.sqrt(self.eigenvalues)[..., None, :])

    @property
    def shares(self) -> Floats:
        """Share of the variance that each component explains, (..., components)."""
        total = self.eigenvalues.sum(axis=-1, keepdims=True)
        return np.asarray(self.eigenvalues / np.where(total > 0, total, np.nan))


def principal_components(values: Floats) -> Components:
    """Components of the correlations between columns, over the units that have all of them.

    Formula: R V = V diag(lambda), R Pearson's correlations. Source: oecd2008 step 4; R's prcomp with scale.

    A constant column is left out: its loadings and an eigenvalue are zero. All are NaN where
    fewer than two units have every column, or every column is constant.

    Parameters
    ----------
    values : (..., units, columns)
    """
    complete = np.asarray(~np.isnan(values).any(axis=-1))
    seen = np.where(complete[..., None], values, np.nan)
    varied = varies(seen)
    pairs = varied[..., :, None] & varied[..., None, :]
    matrix = np.where(pairs, correlations(seen), 0.0)
    roots, vectors = np.linalg.eigh(matrix)
    vectors = vectors[..., ::-1]
    vectors = vectors * np.where(vectors.sum(axis=-2, keepdims=True) < 0, -1.0, 1.0) * varied[..., :, None]
    defined = np.asarray(varied.any(axis=-1))[..., None]
    return Components(
        units=np.asarray(complete.sum(axis=-1)),
        eigenvalues=np.where(defined, np.maximum(roots[..., ::-1], 0.0), np.nan),
        vectors=np.where(defined[..., None], vectors, np.nan),
    )
