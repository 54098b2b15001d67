"""Columns that a config adds to its ranking: the band of the index, and a change of rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from innov_index.config.recipe import Recipe
from innov_index.methods.tiers import tiers_by_breaks
from innov_index.model.scores import Scores

Column = tuple[tuple[str | float | None, ...], ...]


def added_columns(
    scores: Scores, recipe: Recipe, bands: Mapping[str, float], rank_change: Sequence[str] | None
) -> dict[str, Column]:
    """The columns, each (editions, units).

    A band goes by the score that ranks are taken from: rounded, where the config rounds it for ranks. A unit
    below the lowest band has none. A rank change counts the places gained from the first node to the second.
    """
    columns: dict[str, Column] = {}
    if bands:
        columns["band"] = _bands(scores, recipe, bands)
    if rank_change:
        first, second = (scores.ranks[..., scores.framework.position[code]] for code in rank_change)
        columns["rank_change"] = tuple(tuple(map(float, edition)) for edition in first - second)
    return columns


def _bands(scores: Scores, recipe: Recipe, bands: Mapping[str, float]) -> Column:
    rounding = recipe.node_steps["rounding"][0]
    index = rounding.method.function(scores.scores[..., 0], **rounding.options)
    names = [*sorted(bands, key=lambda name: -bands[name]), None]
    tiers = tiers_by_breaks(index[..., None], [*bands.values()])[..., 0]
    return tuple(
        tuple(None if np.isnan(tier) else names[int(tier) - 1] for tier in edition) for edition in tiers
    )
