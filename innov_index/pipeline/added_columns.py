"""Columns beside the score: class, rank inside a group of units, and a change of rank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.config.language import CLASS, RANK_CHANGE, rank_within
from innov_index.model.arrays import Floats
from innov_index.model.scores import Column, Scores
from innov_index.pipeline.calls import Call
from innov_index.pipeline.ranking import Ranking


def ranking_columns(ranking: Ranking, scores: Floats) -> dict[str, Column]:
    """What the config's ranking adds, each (editions, units): it is about the index, the root of the tree."""
    index = scores[..., :1]
    columns = {} if ranking.classes is None else {CLASS: _class_names(ranking, ranking.classes, index)}
    inside = {rank_within(column): ranking.inside(codes, index) for column, codes in ranking.within.items()}
    return columns | {name: _rows(ranks[..., 0]) for name, ranks in inside.items()}


def rank_change(scores: Scores, nodes: Sequence[str] | None) -> dict[str, Column]:
    """The places gained from the first node to the second, where the config names two."""
    if nodes is None:
        return {}
    first, second = (scores.ranks[..., scores.framework.position[code]] for code in nodes)
    return {RANK_CHANGE: _rows(first - second)}


def _class_names(ranking: Ranking, classes: Call, index: Floats) -> Column:
    found = ranking.classes_of(classes, index)[..., 0]
    names = classes.step_options["names"]
    if names is None:
        return _rows(found)
    return tuple(
        tuple(None if np.isnan(number) else names[int(number) - 1] for number in edition) for edition in found
    )


def _rows(values: Floats) -> Column:
    return tuple(tuple(map(float, edition)) for edition in values)
