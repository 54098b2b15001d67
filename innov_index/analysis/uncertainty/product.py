"""Every combination of some choices side by side, and how far each choice alone moves each unit."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from innov_index.analysis.compare.agreement import RankingRule, mean_of_known, shifts
from innov_index.analysis.compare.schemes import Comparison, Rankings, compared, ranking_rule
from innov_index.analysis.uncertainty.model import Model
from innov_index.config.language import BASE
from innov_index.config.uncertainty import UncertaintyBlock
from innov_index.config.variations.compiled import Choice, Variations
from innov_index.config.yaml_reader import parse_yaml
from innov_index.errors import ConfigError, InnovIndexError, Mark, Problem
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.model.result import Gravity, Remark
from innov_index.model.sheet import distinct
from innov_index.pipeline.undefined import Counted

MOST = 5000
"""Combinations that are compared at most."""


@frozen
class Product:
    """All combinations.

    Attributes
    ----------
    comparison : the config as it stands, then each combination
    names : of the choices
    moved_by : (choices, units), mean absolute difference of ranks of two combinations that differ in this
        choice only; NaN where a unit has no ranks
    """

    comparison: Comparison
    names: tuple[str, ...]
    moved_by: Floats

    @property
    def mean_moved_by(self) -> Floats:
        """(choices,), the mean over all units; NaN where a choice never has two results to compare."""
        return mean_of_known(self.moved_by)


def product(index: Index, across: Sequence[str] = (), edition: str | None = None) -> Product:
    """Compare every combination of choices.

    Parameters
    ----------
    index : Index
    across : texts `PATH=[A, B, …]`
        The choices; those of the config's `uncertainty:` block where there are none.
    edition : str, optional
    """
    choices = _choices(index, across)
    codes = [choice.codes for choice in choices]
    shape = tuple(len(own) for own in codes)
    if math.prod(shape) > MOST:
        raise InnovIndexError(f"{math.prod(shape):,} combinations; at most {MOST:,} are compared")
    names = tuple(choice.name for choice in choices)
    model = Model(index, edition, Variations(choices=choices, order=names))
    units = len(model.base.units)
    scores, ranks = np.full((2, 1 + math.prod(shape), units), np.nan)
    scores[0], ranks[0] = (values[model.edition, :, 0] for values in (model.base.scores, model.base.ranks))
    imputed = np.zeros(ranks.shape, dtype=np.int64)
    imputed[0] = model.base.imputed_indicators[model.edition]
    labels, remarks = [BASE], []
    for position, own in enumerate(itertools.product(*codes), start=1):
        label = "; ".join(choice.label(code) for choice, code in zip(choices, own, strict=True))
        labels.append(label)
        combination = model.combinations.get(tuple(float(code) for code in own))
        if isinstance(combination, str):
            remarks.append(_without_result(label, combination))
            continue
        counted = Counted(1)
        (root,), _ = combination.scores(combination.base[:, None], counted)
        if counted.draws.any():
            remarks.append(_without_result(label, ", ".join(counted.causes)))
            continue
        scores[position] = root
        imputed[position] = combination.imputed[..., model.edition, :, :].sum(axis=-1)
        ranks[position] = combination.plan.ranking(root[:, None])[:, 0]
    rule = ranking_rule(index)
    rankings = Rankings(distinct(labels), scores, ranks, imputed)
    comparison = compared(model.base, model.edition, rankings, tuple(remarks), rule)
    return Product(comparison, names, _moved_by(ranks[1:].reshape(*shape, units), rule))


def _without_result(combination: str, cause: str) -> Remark:
    return Remark(f"{combination}: no result, {cause}", Gravity.FIGURE, "combinations without a result")


def _choices(index: Index, across: Sequence[str]) -> tuple[Choice, ...]:
    units = len(index.dataset.units)
    if across:
        block = UncertaintyBlock.model_validate({"vary": [_alternatives(text) for text in across]})
        return index.config.variations(units, block).choices
    found = index.config.variations(units).choices
    chosen = tuple(choice for choice in found if choice.labels or choice.stepped)
    if not chosen:
        raise InnovIndexError("no alternatives to combine: neither --across nor `uncertainty:` states any")
    return chosen


def _alternatives(text: str) -> dict[str, Any]:
    """`PATH=[A, B, …]` as an entry of `uncertainty.vary`."""
    path, equals, values = text.partition("=")
    mark = Mark(f"--across {text}")
    stated = parse_yaml(values.strip() or "null", str(mark)) if equals else None
    if stated is None or len(stated.items) < 2:
        message = "expected PATH=[A, B, …], e.g. normalisation.method=[min_max, z_score]"
        raise ConfigError(Problem(message, mark))
    return {"path": path.strip(), "alternatives": stated.plain()}


def _moved_by(ranks: Floats, rule: RankingRule) -> Floats:
    """Mean absolute difference along each axis of choices; ranks (…, units)."""
    moved = []
    for axis in range(ranks.ndim - 1):
        own = np.moveaxis(ranks, axis, 0)
        pairs = [np.abs(shifts(a, b, rule)) for a, b in itertools.combinations(own, 2)]
        differences = np.stack(pairs).reshape(-1, ranks.shape[-1])
        there = ~np.isnan(differences)
        total = np.where(there, differences, 0.0).sum(axis=0)
        moved.append(np.where(there.any(axis=0), total / np.maximum(there.sum(axis=0), 1), np.nan))
    return np.stack(moved)
