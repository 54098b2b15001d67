"""How far the scores can be off because the inputs are printed with few decimals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from innov_index.config.recipe import Recipe
from innov_index.config.settings import default_setting
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.indicators import run_indicator_steps
from innov_index.pipeline.levels import aggregate
from innov_index.pipeline.undefined import Counted

_CELLS_AT_A_TIME = 2_000_000


def input_spread(index: Index) -> Floats:
    """Half the width of the interval of each score, (editions, units, nodes).

    Each indicator is moved half a unit of its last decimal up and down, for all units at once; the effects
    add up. That is exact for weighted means and sums, and good to first order for the rest. Statistics that a
    normalisation learns from the data move along, so a min-max of printed values counts as less uncertain
    than it is. Rounding of scores is left out: the interval is that of the scores before it.
    """
    decimals = index.config.block.indicators.decimals
    recipe = _without_rounding(index.config.recipe)
    shape = (*index.dataset.values.shape[:2], len(recipe.framework))
    if decimals is None:
        return np.zeros(shape)
    plan = bind(recipe, index.dataset)
    raw = index.dataset.columns(recipe.framework.indicators)
    half = 0.5 * 10.0**-decimals
    width = max(1, _CELLS_AT_A_TIME // (2 * raw.size))
    spread = np.zeros(shape)
    for start in range(0, raw.shape[-1], width):
        chosen = range(start, min(start + width, raw.shape[-1]))
        moved = np.repeat(raw[None], 2 * len(chosen), axis=0)
        for row, column in enumerate(chosen):
            moved[2 * row, ..., column] += half
            moved[2 * row + 1, ..., column] -= half
        scores = _scores(plan, moved)
        spread += np.nan_to_num(np.abs(scores[0::2] - scores[1::2])).sum(axis=0) / 2
    return spread


def _scores(plan: Plan, values: Floats) -> Floats:
    """Scores of several draws of the values; one without a result is missing."""
    counted = Counted(len(values))
    steps = run_indicator_steps(plan, values, counted)
    return aggregate(plan, steps.normalised, undefined=counted).scores


def _without_rounding(recipe: Recipe) -> Recipe:
    framework, none = recipe.framework, default_setting("rounding")
    return replace(
        recipe,
        leaf_steps={**recipe.leaf_steps, "rounding": (none,) * len(framework.leaves)},
        node_steps={**recipe.node_steps, "rounding": (none,) * len(framework.inner)},
        editions={name: _without_rounding(own) for name, own in recipe.editions.items()},
    )
