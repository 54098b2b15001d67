"""What is counted of draws: the ranks, who is ahead of whom, who leads, and with which weights."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from innov_index.analysis.uncertainty.model import Evaluated, Model
from innov_index.analysis.uncertainty.rank_counts import RankCounts
from innov_index.analysis.uncertainty.ranker import RankedBlock, Ranker
from innov_index.model.arrays import Bools, Floats, Ints

_MOST_PAIRS = 12
"""Units, from the first rank on, for which P(A ahead of B) is counted."""


@dataclass
class Tally:
    """What is known of the draws so far.

    Attributes
    ----------
    counts : how often each unit took each rank
    pairs : positions of the units that `ahead` is about
    ahead : (pairs, pairs), how often the row's unit was ahead of the column's
    leading : (units,), draws in which the unit ranked first, ties included
    central : (units, nodes), sum of the local weights of these draws
    asked, draws : all draws, and those with a result
    causes : why draws have none, how often
    complete : False where a person stopped the run
    """

    ranker: Ranker
    counts: RankCounts
    pairs: Ints
    ahead: Ints
    leading: Ints
    central: Floats
    asked: int = 0
    draws: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    complete: bool = True

    @property
    def undefined(self) -> int:
        return self.asked - self.draws

    @property
    def worst_error(self) -> float:
        """Largest standard error of any rank frequency or P(at least that rank)."""
        if not self.draws:
            return float("inf")
        at_least = np.cumsum(self.counts.table(), axis=1) / self.draws
        shares = np.maximum(0.25 - (at_least - 0.5) ** 2, 0.0)
        return float(np.sqrt(shares.max() / self.draws))

    def add(self, evaluated: Evaluated) -> RankedBlock:
        """Rank and count some draws; the ranks of those with a result."""
        there = ~evaluated.undefined
        scores, weights = evaluated.scores, evaluated.weights
        if not there.all():
            scores, weights = scores[there], weights[:, there]
        block = self.ranker.rank(scores)
        self.counts.add(block)
        self.ahead += _ahead(self.ranker.columns[self.pairs], scores[:, self.pairs], block, self.pairs)
        self._add_leaders(block, weights)
        self.asked += len(there)
        self.draws += len(scores)
        for cause, draws in evaluated.causes.items():
            self.causes[cause] = self.causes.get(cause, 0) + int(draws.sum())
        return block

    def merge(self, other: Tally) -> None:
        """Add what the other counted, of draws that come later."""
        self.counts.merge(other.counts)
        self.ahead += other.ahead
        self.leading += other.leading
        self.central += other.central
        self.asked += other.asked
        self.draws += other.draws
        for cause, draws in other.causes.items():
            self.causes[cause] = self.causes.get(cause, 0) + draws

    def _add_leaders(self, block: RankedBlock, weights: Floats) -> None:
        columns = self.ranker.columns
        if len(block.order):
            top = block.order[:, -1].astype(np.int64)
            units = np.flatnonzero(np.bincount(top, minlength=len(self.ranker.singles))[columns])
            clear = weights[:, ~block.close] if len(block.explicit) else weights
            self._add_leading(units, top == columns[units, None], clear)
        if len(block.explicit):
            first = (block.explicit == 1).T
            units = np.flatnonzero(first.any(axis=1))
            self._add_leading(units, first[units], weights[:, block.close])

    def _add_leading(self, units: Ints, first: Bools, weights: Floats) -> None:
        """Add the draws in which units are first, (units, draws), and their weights, (nodes, draws)."""
        self.leading[units] += np.count_nonzero(first, axis=1)
        self.central[units] += first.astype(np.float64) @ weights.T


def empty_tally(model: Model, ranker: Ranker) -> Tally:
    """Nothing counted yet."""
    order = np.argsort(np.where(np.isnan(model.base_ranks), np.inf, model.base_ranks), kind="stable")
    pairs = np.asarray(order[:_MOST_PAIRS], dtype=np.int64)
    return Tally(
        ranker=ranker,
        counts=RankCounts(ranker),
        pairs=pairs,
        ahead=np.zeros((len(pairs), len(pairs)), dtype=np.int64),
        leading=np.zeros(ranker.units, dtype=np.int64),
        central=np.zeros((ranker.units, len(model.index.framework))),
    )


def _ahead(columns: Ints, scores: Floats, block: RankedBlock, pairs: Ints) -> Ints:
    """How often each of the `pairs` is ahead of each other, from their columns and scores (draws, pairs)."""
    ahead = np.zeros((len(columns), len(columns)), dtype=np.int64)
    own = np.ascontiguousarray((scores if not len(block.explicit) else scores[~block.close]).T)
    for one in range(1, len(own)):
        ahead[one, :one] = [np.count_nonzero(better) for better in own[one] > own[:one]]
        # the scores of clear draws differ, but for twins, whose never do
        ahead[:one, one] = np.where(columns[:one] == columns[one], 0, own.shape[1] - ahead[one, :one])
    if len(block.explicit):
        ranks = block.explicit[:, pairs]
        ahead += np.count_nonzero(ranks[:, :, None] < ranks[:, None, :], axis=0)
    return ahead
