"""Made-up indices with known weights."""

from dataclasses import dataclass

import numpy as np


@dataclass
class MadeUp:
    """Printed scores of an index whose true weights are known."""

    weights: np.ndarray
    children: np.ndarray
    parent: np.ndarray
    decimals: int


def made_up(
    seed: int,
    *,
    units: int | None = None,
    children: int | None = None,
    decimals: int | None = None,
    gaps: float = 0.0,
) -> MadeUp:
    """True scores from 0 to 100; their mean with random weights; both rounded as they are printed."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 41)) if units is None else units
    k = int(rng.integers(2, 8)) if children is None else children
    places = int(rng.integers(0, 4)) if decimals is None else decimals
    weights = rng.dirichlet(np.ones(k))
    scores = rng.uniform(0, 100, (n, k))
    scores[(rng.random((n, k)) < gaps) & (np.arange(k) > 0)] = np.nan
    there = ~np.isnan(scores)
    parent = np.where(there, scores * weights, 0).sum(axis=1) / (there @ weights)
    return MadeUp(weights, np.round(scores, places), np.round(parent, places), places)
