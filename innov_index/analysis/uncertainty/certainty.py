"""How sure ranks are: intervals over the draws of the uncertainty analysis, or over schemes."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.uncertainty.model import Model
from innov_index.analysis.uncertainty.simulation import simulate
from innov_index.analysis.uncertainty.summary import Ranks
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats
from innov_index.wording import listed


@frozen
class RankIntervals:
    """Lowest and highest rank of each unit (NaN: no rank), and what they span, in words.

    `middle` is the median rank, if known. `over` ends a sentence such as "a unit ranks 1st in nine of ten
    draws".
    """

    low: Floats
    middle: Floats | None
    high: Floats
    label: str
    over: str
    meaning: str

    @property
    def widths(self) -> Floats:
        """Places between the best and the worst rank of each unit that has one."""
        widths = self.high - self.low
        return widths[~np.isnan(widths)]


def over_draws(model: Model, draws: int, seed: int) -> RankIntervals:
    """The ranks that nine of ten draws of the uncertainty analysis give."""
    tally = simulate(model, draws, seed)
    ranks = Ranks(tally.counts.table(), tally.ranker.rank_of_place, model.base_ranks)
    low, middle, high = (np.full(len(model.base.units), np.nan) for _ in range(3))
    for values, probability in ((low, 0.05), (middle, 0.5), (high, 0.95)):
        values[model.units] = np.where(ranks.draws > 0, ranks.quantile(probability), np.nan)
    return RankIntervals(
        low=low,
        middle=middle,
        high=high,
        label="90 % interval",
        over="in nine of ten draws",
        meaning=(
            f"the ranks that a unit takes in nine of ten of {tally.draws:,} draws, in which "
            f"{listed(variation.name for variation in model.variations.all)} vary as the config states"
        ),
    )


def over_schemes(ranks: Floats) -> RankIntervals | None:
    """From the best to the worst rank over ways of computing; None with fewer than two.

    Parameters
    ----------
    ranks : (schemes, units)
        The first one is the config as it stands.
    """
    if len(ranks) < 2:
        return None
    ranked = ~np.isnan(ranks)
    low = np.where(ranked, ranks, np.inf).min(axis=0)
    high = np.where(ranked, ranks, -np.inf).max(axis=0)
    stated = ranked[0]
    return RankIntervals(
        low=np.where(stated, low, np.nan),
        middle=None,
        high=np.where(stated, high, np.nan),
        label=f"Range over {len(ranks)} schemes",
        over="whatever the scheme",
        meaning=(
            f"from the best to the worst rank under the {len(ranks)} ways of computing that the config "
            "states (itself and its schemes); not a probability"
        ),
    )
