"""Places that units gain from one ranking to another, among the units that both have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np

from innov_index.index import Index
from innov_index.model.arrays import Floats

RankingRule: TypeAlias = Callable[[Floats], Floats]
"""Scores, (..., units, nodes) → ranks: the config's rule for ties."""


def ranking_rule(index: Index) -> RankingRule:
    """The rule by which an index ranks its units."""
    ranking = index.config.recipe.ranking
    return partial(ranking.method.function, **ranking.options)


def shifts(before: Floats, after: Floats, rule: RankingRule) -> Floats:
    """Places gained (positive: a better rank) between two rankings.

    A rank among six units says nothing beside one among three: where one ranking lacks units of the other,
    both are ranked anew among the units in common.

    Parameters
    ----------
    before, after : (..., units)
        Ranks; NaN for a unit without one.
    rule : function

    Returns
    -------
    (..., units)
        NaN for a unit that one of the two lacks.
    """
    first, second = common_ranks(before, after, rule)
    return first - second


def common_ranks(before: Floats, after: Floats, rule: RankingRule) -> tuple[Floats, Floats]:
    """Two rankings of the units that both have; see `shifts`."""
    before, after = np.broadcast_arrays(before, after)
    both = ~np.isnan(before) & ~np.isnan(after)
    fewer = (np.isnan(before) != np.isnan(after)).any(axis=-1)
    if not fewer.any():
        return before, after
    found = before.copy(), after.copy()
    for ranks in found:
        ranks[fewer] = rule(-np.where(both, ranks, np.nan)[fewer][..., None])[..., 0]
    return found
