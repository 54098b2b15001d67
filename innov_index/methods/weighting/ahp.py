"""Analytic hierarchy process: weights from pairwise comparisons ("three times as important as that one")."""

from __future__ import annotations

import numpy as np

from innov_index.errors import OptionError
from innov_index.frozen import frozen
from innov_index.methods.registry import NonNegative, Trait
from innov_index.methods.steps import weighting
from innov_index.methods.weighting.stated import along
from innov_index.model.arrays import Bools, Floats

# mean consistency index of random matrices with 1 to 15 rows (Saaty 1980)
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)


@frozen
class Comparisons:
    """The weights that pairwise comparisons imply, and how far the comparisons contradict each other.

    `ratio` is the consistency ratio: 0 for none, 1 for that of random comparisons.
    """

    weights: Floats
    ratio: float


def _consistency_ratio(*, comparisons: list[list[float | None]], max_ratio: float) -> float:
    return compare(comparisons).ratio


@weighting.method(
    "ahp",
    Trait.STATED,
    example={"comparisons": [[2.0, 3.0, 4.0], [2.0, 2.0], [1.0]]},
    consistency=_consistency_ratio,
    properties="scale common_scale shift unique independent alike",
)
def ahp(
    values: Floats,
    *,
    comparisons: list[list[float | None]],
    max_ratio: NonNegative = 0.1,
) -> Floats:
    """Derive weights from pairwise comparisons of importance (analytic hierarchy process).

    Formula: A w = lambda_max w; consistency ratio = (lambda_max - k) / (k - 1) / random index; with m missing
    comparisons the random index times 1 - 2 m / ((k - 1) (k - 2))

    Source: saaty1980 chapter 3

    Missing comparisons are treated as in harker1987. Random comparisons contradict each other the less, the
    more are missing, nearly in proportion to those beyond the k - 1 that weights need (agoston2022): where
    most are missing, the ratio is up to a quarter too strict. Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    comparisons : list of lists of float
        A list for each child except the last: how many times as important it is as each child after it, e.g.
        [[3, 5], [2]] for three children; null for a pair that was not compared.
    max_ratio : float
        Largest consistency ratio that is accepted.

    Returns
    -------
    (..., children)
    """
    if len(comparisons) + 1 != values.shape[-1]:
        raise OptionError(
            f"comparisons must have {values.shape[-1] - 1} lists, one for each child except the last; "
            f"got {len(comparisons)}"
        )
    found = compare(comparisons)
    if found.ratio > max_ratio:
        raise OptionError(
            f"the comparisons contradict each other: consistency ratio {found.ratio:.3f}, "
            f"which exceeds max_ratio ({max_ratio:g})"
        )
    return along(values, found.weights)


def compare(comparisons: list[list[float | None]]) -> Comparisons:
    """Weights and consistency ratio of an upper triangle of comparisons (see `ahp`)."""
    matrix = _matrix(comparisons)
    size = len(matrix)
    if size > len(RANDOM_INDEX):
        raise OptionError(f"ahp compares at most {len(RANDOM_INDEX)} children, got {size}")
    known = ~np.isnan(matrix)
    if not _connected(known):
        raise OptionError(
            "two groups of children are not compared with each other, directly or through other children"
        )
    # Harker: an unknown ratio w_i / w_j moves to the diagonal, where it multiplies w_i
    filled = np.where(known, matrix, 0.0) + np.diag(np.sum(~known, axis=-1))
    roots, vectors = np.linalg.eig(filled)
    largest = int(np.argmax(roots.real))
    weights = np.abs(vectors[:, largest].real)
    excess = max(float(roots[largest].real) - size, 0.0)
    expected = random_index(size, int(np.sum(~known)) // 2)
    ratio = excess / (size - 1) / expected if expected > 0 else 0.0
    return Comparisons(weights / np.sum(weights), ratio)


def random_index(size: int, missing: int) -> float:
    """Mean consistency index of random comparisons: 0 where no comparison can contradict the others."""
    spare = (size - 1) * (size - 2) // 2
    return RANDOM_INDEX[size - 1] * (1 - missing / spare) if spare else 0.0


def _matrix(comparisons: list[list[float | None]]) -> Floats:
    """The full matrix: reciprocals below the diagonal, NaN for a pair that was not compared."""
    size = len(comparisons) + 1
    matrix = np.eye(size)
    for row, stated in enumerate(comparisons):
        if len(stated) != size - 1 - row:
            raise OptionError(
                f"list {row + 1} of comparisons must have {size - 1 - row} entries, got {len(stated)}"
            )
        matrix[row, row + 1 :] = [np.nan if ratio is None else ratio for ratio in stated]
    if np.any(matrix[np.triu_indices(size)] <= 0):
        raise OptionError(
            "comparisons must be above zero: 3 for three times as important, 1/3 for the reverse"
        )
    below = np.tril_indices(size, -1)
    matrix[below] = 1.0 / matrix.T[below]
    return matrix


def _connected(known: Bools) -> bool:
    """Whether every child is compared with every other, directly or through other children."""
    reach = known.astype(np.float64)
    for _ in range(len(known)):
        reach = np.minimum(reach @ reach, 1.0)
    return bool(np.all(reach > 0))
