"""Scores → ranks, classes, and the other columns beside the score: by one rule of what is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

import numpy as np

from innov_index.config.language import CLASS, RANK_CHANGE, rank_within
from innov_index.frozen import frozen
from innov_index.methods.ranking import group_ranks
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.framework import Direction
from innov_index.model.scores import Column, Scores
from innov_index.pipeline.calls import Call


@frozen
class Ranking:
    """What a config says of ranks.

    `rounded` holds the nodes whose scores are rounded first, `among` the units that are ranked (None: all),
    `within` the group codes of each column inside whose groups the index is ranked too. `direction` is -1
    where lower scores are better.
    """

    call: Call
    rounded: Mapping[int, Call]
    among: Bools | None = None
    within: Mapping[str, Ints] = field(default_factory=dict)
    direction: Direction = 1
    classes: Call | None = None

    def __call__(self, scores: Floats) -> Floats:
        """Ranks within each column.

        Parameters
        ----------
        scores : (..., units, nodes)
            The nodes of the tree in order, or the first of them.
        """
        return np.asarray(self.call(self.compared(scores)))

    def inside(self, groups: Ints, scores: Floats) -> Floats:
        """Ranks of each unit among those of its group, as `__call__`; a negative code is no group."""
        return group_ranks(self.compared(scores), groups, self.call)

    def classes_of(self, classes: Call, scores: Floats) -> Floats:
        """The class of each unit, 1 the best; a unit that is not ranked has none."""
        digits = self.call.options.get("digits", 0)
        return np.asarray(classes(self.compared(scores), digits=digits, direction=self.direction))

    def compared(self, scores: Floats) -> Floats:
        """What is compared: scores rounded where the config says so, of the units that are ranked.

        Higher is better: where less is, scores have the opposite sign.
        """
        for node, rounding in self.rounded.items():
            if node < scores.shape[-1]:
                scores = scores.copy()
                scores[..., node] = rounding(scores[..., node])
        if self.direction < 0:
            scores = -scores
        return scores if self.among is None else np.where(self.among[:, None], scores, np.nan)


def group_codes(labels: Sequence[str]) -> Ints:
    """Codes of the groups that units are in; -1 for a unit without one ("")."""
    names, codes = np.unique(np.array(labels), return_inverse=True)
    return np.where(names[codes] == "", -1, codes).astype(np.int64)


def ranking_columns(ranking: Ranking, scores: Floats) -> dict[str, Column]:
    """Class and ranks inside groups, each (editions, units), of the index: the root of the tree."""
    index = scores[..., :1]
    columns = {} if ranking.classes is None else {CLASS: _class_names(ranking, ranking.classes, index)}
    inside = {rank_within(column): ranking.inside(codes, index) for column, codes in ranking.within.items()}
    return columns | {name: _rows(ranks[..., 0]) for name, ranks in inside.items()}


def rank_change(scores: Scores, nodes: Sequence[str] | None) -> dict[str, Column]:
    """Places gained from the first node to the second, where the config names two."""
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
