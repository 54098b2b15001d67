"""How sure ranks are: the one place where the page asks for it.

Rank intervals come from the uncertainty analysis where the config states one, otherwise from the schemes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.analysis.uncertainty.model import Model
from innov_index.analysis.uncertainty.simulation import simulate
from innov_index.analysis.uncertainty.summary import Ranks
from innov_index.index import Index
from innov_index.methods.ranking import descending_ranks
from innov_index.model.arrays import Floats
from innov_index.report.page.variants import Scheme


@dataclass(frozen=True)
class RankIntervals:
    """Lowest and highest rank of each unit (NaN: no rank), and in words what they span.

    `over` ends a sentence: a unit is first … in nine of ten draws.
    """

    low: Floats
    high: Floats
    label: str
    over: str
    meaning: str

    @property
    def widths(self) -> Floats:
        """Places between the best and the worst rank of each unit that has one."""
        widths = self.high - self.low
        return widths[~np.isnan(widths)]


def rank_intervals(index: Index, edition: str | None, schemes: list[Scheme]) -> RankIntervals | None:
    """Rank intervals of the units; None where nothing says how ranks might differ."""
    if index.config.block.uncertainty is None:
        return _over_schemes(schemes)
    return _over_draws(index, edition)


def _over_draws(index: Index, edition: str | None) -> RankIntervals:
    """Where nine of ten draws of the config's uncertainty analysis put the rank."""
    block = index.config.block.uncertainty
    assert block is not None
    model = Model(index, edition)
    tally = simulate(model, block.draws, block.seed)
    ranks = Ranks(tally.counts, tally.counter.rank_of_place, model.base_ranks)
    low, high = (np.full(len(model.base.units), np.nan) for _ in range(2))
    seen = ranks.draws > 0
    low[model.units] = np.where(seen, ranks.quantile(0.05), np.nan)
    high[model.units] = np.where(seen, ranks.quantile(0.95), np.nan)
    return RankIntervals(
        low=low,
        high=high,
        label="90 % interval",
        over="in nine of ten draws",
        meaning=(
            f"the ranks that a unit takes in nine of ten of {tally.draws:,} draws, in which "
            f"{_listed([variation.name for variation in model.variations.all])} vary as the config states"
        ),
    )


def _listed(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _over_schemes(schemes: list[Scheme]) -> RankIntervals | None:
    """From the best to the worst rank under the schemes that the config states."""
    if len(schemes) < 2:
        return None
    roots = np.stack([scheme.scores[:, :1] for scheme in schemes])
    ranks = descending_ranks(roots, "min")[..., 0]
    ranked = ~np.isnan(ranks)
    low = np.where(ranked, ranks, np.inf).min(axis=0)
    high = np.where(ranked, ranks, -np.inf).max(axis=0)
    stated = ranked[0]
    return RankIntervals(
        low=np.where(stated, low, np.nan),
        high=np.where(stated, high, np.nan),
        label=f"Range over {len(schemes)} schemes",
        over="whatever the scheme",
        meaning=(
            f"from the best to the worst rank under the {len(schemes)} ways of computing that the config "
            "states (itself and its schemes); not a probability"
        ),
    )
