"""Pairs of units with the same order whatever the weights."""

from __future__ import annotations

import numpy as np

from innov_index.dataset.printed_figures import Intervals
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats

BLOCK = 256
"""Units compared with all others at a time."""


@frozen
class Dominance:
    """Of `pairs` pairs of units, `decided` have the same order whatever the weights."""

    pairs: int
    decided: int

    @property
    def by_weights(self) -> int:
        return self.pairs - self.decided

    @property
    def share(self) -> float:
        """Share of the pairs with the same order whatever the weights."""
        return self.decided / self.pairs if self.pairs else float("nan")


def dominance(children: Intervals) -> Dominance:
    """Count the pairs of units of which one is at least as good for all weights (and any power of the mean).

    A is never behind B if it is not behind in any child. Where gaps are closed by the weights of the other
    children, a child that only A has is compared with the best of B, and one that only B has with the worst
    of A: with all the weight on the two, these are the means. Figures count with the worse end of A's
    interval and the better one of B's. Units without any figure are left out.
    """
    units = ~children.missing.all(axis=1)
    there, low, high = ~children.missing[units], children.low[units], children.high[units]
    worst = np.where(there, low, np.where(there, low, np.inf).min(axis=1, keepdims=True))
    best = np.where(there, high, np.where(there, high, -np.inf).max(axis=1, keepdims=True))
    count = len(worst)
    decided = 0
    for start in range(0, count, BLOCK):
        block = slice(start, start + BLOCK)
        ahead = _ahead(worst[block], best, there[block], there)
        behind = _ahead(worst, best[block], there, there[block]).T
        after = np.arange(count)[None, :] > np.arange(count)[block, None]
        decided += int(((ahead | behind) & after).sum())
    return Dominance(count * (count - 1) // 2, decided)


def _ahead(worst: Floats, best: Floats, there: Bools, there_too: Bools) -> Bools:
    """As `never_behind`, but a child that neither unit has says nothing."""
    if there.all() and there_too.all():
        return never_behind(worst, best)
    result = np.ones((len(worst), len(best)), dtype=np.bool_)
    for child in range(worst.shape[1]):
        neither = ~there[:, None, child] & ~there_too[None, :, child]
        result &= (worst[:, None, child] >= best[None, :, child]) | neither
    return result


def never_behind(worst: Floats, best: Floats) -> Bools:
    """Whether each unit of `worst` is at least as good as each of `best` in every child."""
    result = np.ones((len(worst), len(best)), dtype=np.bool_)
    for child in range(worst.shape[1]):
        result &= worst[:, None, child] >= best[None, :, child]
    return result
