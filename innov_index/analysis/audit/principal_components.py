"""Principal components: in how many directions do the parts of a dimension vary?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.methods.kernels.child_statistics import correlations, varies
from innov_index.model.arrays import Floats, Ints


@dataclass(frozen=True)
class Components:
    """Principal components, largest first.

    Attributes
    ----------
    units : (...)
        Units without a gap, those that count.
    eigenvalues : (..., components)
        Variances; they sum to the number of columns that vary.
    loadings : (..., columns, components)
        Each component has length 1 and the sign for which its loadings sum to more than zero.
    """

    units: Ints
    eigenvalues: Floats
    loadings: Floats

    @property
    def shares(self) -> Floats:
        """Part of the variance that each component explains, (..., components)."""
        total = self.eigenvalues.sum(axis=-1, keepdims=True)
        return np.asarray(self.eigenvalues / np.where(total > 0, total, np.nan))


def principal_components(values: Floats) -> Components:
    """Components of the correlations between columns, over the units that have all of them.

    Formula: R V = V diag(lambda), R Pearson's correlations. Source: oecd2008 step 4; R's prcomp with scale.

    A column that does not vary takes no part: its loadings and its eigenvalue are zero. All are NaN where
    fewer than two units have every column, or no column varies.

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
        loadings=np.where(defined[..., None], vectors, np.nan),
    )
