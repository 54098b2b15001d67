"""Pairs of indicators that go together, or against each other."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from innov_index.methods.kernels.child_statistics import correlations
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores

_PAIRS = 5


@dataclass(frozen=True)
class Pair:
    """Two indicators (columns) and their correlation."""

    first: int
    second: int
    value: float


def correlation_matrix(scores: Scores, edition: int) -> Floats:
    """Pearson correlations of the normalised indicators over the units that have both."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return correlations(scores.steps["normalised"][edition])


def strongest(matrix: Floats) -> list[Pair]:
    """The pairs with the highest correlations, where two indicators may tell the same story."""
    rows, columns = np.triu_indices(len(matrix), 1)
    values = matrix[rows, columns]
    order = np.argsort(-np.where(np.isnan(values), -np.inf, values), kind="stable")[:_PAIRS]
    return [Pair(int(rows[i]), int(columns[i]), float(values[i])) for i in order if values[i] > 0]


def opposed(matrix: Floats) -> list[Pair]:
    """The pairs with the lowest negative correlations: a gain in one tends to be a loss in the other."""
    rows, columns = np.triu_indices(len(matrix), 1)
    values = matrix[rows, columns]
    order = np.argsort(np.where(np.isnan(values), np.inf, values), kind="stable")[:_PAIRS]
    return [Pair(int(rows[i]), int(columns[i]), float(values[i])) for i in order if values[i] < 0]
