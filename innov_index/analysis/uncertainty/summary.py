"""Counts of ranks → frequencies, quantiles and probabilities, each with its Monte Carlo error."""

from __future__ import annotations

from dataclasses import field

import numpy as np

from innov_index.analysis.uncertainty.model import Model
from innov_index.analysis.uncertainty.simulation import simulate
from innov_index.analysis.uncertainty.tally import Tally
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints
from innov_index.model.result import Gravity, Remark
from innov_index.wording import counted

CONFIDENCE_DRAWS = 1000
"""Draws for each confidence factor; one where only weights vary."""


@frozen
class Ranks:
    """Figures of each unit's rank. Every figure is over the draws in which the unit has a rank.

    Attributes
    ----------
    counts : (units, places)
    places : (places,), the rank each column is about
    base : (units,), the rank as the config stands
    """

    counts: Ints
    places: Floats
    base: Floats

    @property
    def draws(self) -> Ints:
        """Draws in which each unit has a rank."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def frequencies(self) -> Floats:
        """Share of the draws in which a unit takes a rank, (units, places)."""
        return self.counts / np.maximum(self.draws, 1)[:, None]

    @property
    def mean(self) -> Floats:
        return self.frequencies @ self.places

    @property
    def deviation(self) -> Floats:
        """Standard deviation of the rank."""
        squares = self.frequencies @ self.places**2
        return np.sqrt(np.maximum(squares - self.mean**2, 0.0))

    def quantile(self, probability: float) -> Floats:
        """Lowest rank that is not exceeded with at least this probability."""
        reached = np.cumsum(self.counts, axis=1) >= np.ceil(probability * self.draws - 1e-9)[:, None]
        return np.asarray(self.places[np.argmax(reached, axis=1)])

    def top(self, places: float) -> Floats:
        """P(rank ≤ places)."""
        return np.asarray(self.counts[:, self.places <= places].sum(axis=1) / np.maximum(self.draws, 1))

    @property
    def extremes(self) -> tuple[Floats, Floats]:
        """Best and worst rank seen."""
        seen = self.counts > 0
        return self.places[np.argmax(seen, axis=1)], self.places[::-1][np.argmax(seen[:, ::-1], axis=1)]

    @property
    def shift(self) -> Floats:
        """Expected absolute shift from the rank as the config stands."""
        return np.asarray((self.frequencies * np.abs(self.places - self.base[:, None])).sum(axis=1))

    @property
    def entropy(self) -> Floats:
        """Entropy of the rank in bits: 0 where it is certain."""
        shares = self.frequencies
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(shares > 0, -shares * np.log2(shares), 0.0)
        return np.asarray(terms.sum(axis=1))

    def error_of_share(self, share: Floats) -> Floats:
        """Standard error of a share (Monte Carlo)."""
        return np.sqrt(share * (1 - share) / np.maximum(self.draws, 1))

    @property
    def error_of_mean(self) -> Floats:
        """Standard error of the mean rank (Monte Carlo)."""
        return self.deviation / np.sqrt(np.maximum(self.draws, 1))


@frozen
class Uncertainty:
    """The result of a simulation.

    Attributes
    ----------
    ranks : Ranks
    tally : Tally
    central : (units, nodes), mean local weights of the draws in which the unit is first; NaN: it never is
    confidence : (units,), P(first) with these weights fixed and all else drawn; NaN where it is never first
    """

    model: Model
    seed: int
    tally: Tally
    ranks: Ranks
    central: Floats
    confidence: Floats
    remarks: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the units, in the order of the figures."""
        return tuple(self.model.base.units.names[unit] for unit in self.model.units)

    @property
    def order(self) -> Ints:
        """Units from the best mean rank to the worst, as the config ranks them where it does."""
        base = np.where(np.isnan(self.ranks.base), np.inf, self.ranks.base)
        return np.lexsort((self.ranks.mean, base))

    def ahead(self) -> Floats:
        """P(the row's unit is ahead of the column's) for the units `tally.pairs`."""
        return self.tally.ahead / max(self.tally.draws, 1)


def summarise(model: Model, tally: Tally, seed: int) -> Uncertainty:
    """Figures from counts, and the confidence factors of SMAA (Lahdelma & Salminen 2001)."""
    ranks = Ranks(tally.counts.table(), tally.ranker.rank_of_place, model.base_ranks)
    central = np.full(tally.central.shape, np.nan)
    confidence = np.full(len(ranks.base), np.nan)
    leaders = np.flatnonzero(tally.leading > 0) if model.variations.weights else np.array([], dtype=np.int64)
    central[leaders] = tally.central[leaders] / tally.leading[leaders, None]
    others_vary = len(model.variations.all) > len(model.variations.weights)
    draws = min(CONFIDENCE_DRAWS, max(tally.asked, 1)) if others_vary else 1
    for unit in leaders if tally.complete else ():
        fixed = simulate(model, draws, seed, threads=1, weights=central[unit])
        confidence[unit] = fixed.leading[unit] / max(fixed.draws, 1)
    return Uncertainty(model, seed, tally, ranks, central, confidence, _remarks(tally))


def _remarks(tally: Tally) -> tuple[str, ...]:
    remarks = []
    if not tally.complete:
        remarks.append(Remark(f"partial: interrupted after {tally.asked:,} draws", Gravity.FIGURE))
    if tally.undefined:
        share = tally.undefined / tally.asked
        texts = [
            f"{tally.undefined:,} of {tally.asked:,} draws ({share:.1%}) have no result and are left out:"
        ]
        texts += [f"{counted(count, 'draw')}: {cause}" for cause, count in sorted(tally.causes.items())]
        remarks += [Remark(text, Gravity.FIGURE, "causes of draws without a result") for text in texts]
    return tuple(remarks)
