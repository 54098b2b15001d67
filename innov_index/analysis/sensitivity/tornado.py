"""One input at a time, all others as the config stands: the lines of a tornado chart."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from innov_index.analysis.uncertainty.combinations import Combination
from innov_index.analysis.uncertainty.model import Model
from innov_index.config.variations.compiled import Choice, DataVariation, WeightVariation
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats
from innov_index.pipeline.undefined import Counted

_Drawn: TypeAlias = WeightVariation | DataVariation

_DRAWS = 500
"""Draws of a variation that is not a list of settings."""


@frozen
class Line:
    """What changing one input does.

    Attributes
    ----------
    name, setting : the variation, and the setting in place of the stated one ("drawn": all that may vary)
    best, worst : (units,), ranks; the same for a single setting, the 5th and 95th percentile of draws
    mean_shift : mean absolute shift of ranks from those of the config
    problem : why no result exists, or empty
    """

    name: str
    step: str
    setting: str
    best: Floats
    worst: Floats
    mean_shift: float
    problem: str = ""


def tornado(model: Model, seed: int) -> tuple[Line, ...]:
    """Every setting of every variation by itself, those that move the ranks most first."""
    base = model.combinations.base
    # of the same table of imputed values as every setting, where these are drawn
    stands = _ranks(model, base, base.root[None], np.zeros(len(base.root)))[0]
    lines: list[Line] = []
    for position, choice in enumerate(model.variations.choices):
        codes = choice.codes if choice.labels or choice.integer else choice.codes[[0, -1]]
        lines += [_of_setting(model, stands, position, choice, float(code)) for code in codes]
    drawn: tuple[_Drawn, ...] = (*model.variations.weights, *model.variations.data)
    for number, variation in enumerate(drawn):
        own = np.random.SeedSequence(seed, spawn_key=(number,))
        lines.append(_of_draws(model, stands, variation, own))
    return tuple(sorted(lines, key=lambda line: (np.isnan(line.mean_shift), -line.mean_shift)))


def _of_setting(model: Model, stands: Floats, position: int, choice: Choice, code: float) -> Line:
    combination = model.combinations.alone(position, code)
    label = choice.label(code)
    if not isinstance(combination, Combination):
        nothing = np.full(len(model.units), np.nan)
        return Line(choice.name, choice.step, label, nothing, nothing, np.nan, combination)
    counted = Counted(1)
    scores, bounds = combination.scores(combination.base[:, None], counted)
    ranks = _ranks(model, combination, scores, bounds)
    return Line(choice.name, choice.step, label, ranks[0], ranks[0], _shift(stands, ranks))


def _of_draws(model: Model, stands: Floats, variation: _Drawn, seed: np.random.SeedSequence) -> Line:
    base = model.combinations.base
    points = np.random.default_rng(seed).random((variation.dimensions, _DRAWS))
    weights = np.repeat(base.base[:, None], _DRAWS, axis=1)
    counted = Counted(_DRAWS)
    if isinstance(variation, WeightVariation):
        variation.apply(points, weights)
        scores, bounds = base.scores(weights, counted)
    else:
        scores = base.scores_with_data(weights, [(variation, points)], counted)
        bounds = np.zeros(scores.shape[1])
    if counted.draws.all():
        nothing = np.full(len(model.units), np.nan)
        return Line(
            variation.name, variation.step, "drawn", nothing, nothing, np.nan, next(iter(counted.causes))
        )
    ranks = _ranks(model, base, scores[~counted.draws], bounds)
    best, worst = np.quantile(ranks, [0.05, 0.95], axis=0, method="inverted_cdf")
    return Line(variation.name, variation.step, "drawn", best, worst, _shift(stands, ranks))


def _ranks(model: Model, combination: Combination, scores: Floats, bounds: Floats) -> Floats:
    compared, doubts = combination.compared(scores, bounds)
    return model.ranker().ranks(compared[:, model.units], doubts[None, model.units])


def _shift(stands: Floats, ranks: Floats) -> float:
    """Mean absolute shift from the ranks as the config stands."""
    return float(np.nanmean(np.abs(ranks - stands)))
