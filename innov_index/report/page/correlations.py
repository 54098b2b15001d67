"""Correlations between the normalised indicators, in the order of the tree."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from innov_index.methods.child_statistics import correlations
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores
from innov_index.report.page.markup import Markup, tag

CLASSES = 5
"""Steps of colour on either side of zero."""

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


def correlation_figure(scores: Scores, matrix: Floats) -> Markup:
    """The matrix as SVG: one path for each step of colour."""
    size = len(matrix)
    steps = np.clip(np.ceil(np.abs(np.nan_to_num(matrix)) * CLASSES), 0, CLASSES).astype(int)
    sign = np.where(matrix < 0, "m", "p")
    paths = []
    for step in range(1, CLASSES + 1):
        for side in "pm":
            cells = np.argwhere((steps == step) & (sign == side))
            if len(cells):
                drawn = "".join(f"M{x} {y}h.94v.94h-.94z" for y, x in cells)
                paths.append(tag("path", d=drawn, class_=f"{side}{step}"))
    codes = [scores.framework.codes[leaf] for leaf in scores.framework.leaves]
    room = min(max(map(len, codes)), 12) * 0.42 + 0.5
    labels = [
        tag("text", code if len(code) <= 12 else code[:11] + "…", x=-0.3, y=f"{row + 0.66:.2f}")
        for row, code in enumerate(codes)
    ]
    return tag(
        "svg",
        *paths,
        tag("g", *labels, class_="codes"),
        viewBox=f"{-room:.2f} 0 {size + room:.2f} {size}",
        role="img",
        aria_label=f"Correlations of {size} indicators in the order of the tree",
        class_="correlations",
    )
