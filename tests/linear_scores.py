"""Factory of linear scores from a small table, for tests of what holds for all weights."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from innov_index.analysis.robustness.linear import LinearScores, exact_weights, integers
from innov_index.model.arrays import Floats


def from_values(
    values: Floats, given: Sequence[float | Fraction] | None = None, *, names: Sequence[str] = ()
) -> LinearScores:
    """Scores that are a weighted sum of the columns of a table, higher is better.

    Parameters
    ----------
    values : (units, columns)
    given : weights, optional
        Equal ones by default; scaled to sum to 1.
    names : texts, optional
        Names of the units.
    """
    units, columns = values.shape
    weights = given if given is not None else [Fraction(1, columns)] * columns
    labels = tuple(names) or tuple(f"u{i + 1}" for i in range(units))
    whole, step = integers(np.asarray(values, dtype=np.float64))
    nodes = tuple(f"w{k + 1}" for k in range(columns))
    return LinearScores(labels, labels, nodes, whole, step, exact_weights(weights))
