"""Scores → ranks, of all units and inside groups of them, and classes: by one rule of what is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from innov_index.methods.ranking import group_ranks
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.pipeline.calls import Call


@dataclass(frozen=True)
class Ranking:
    """What a config says of ranks.

    `rounded` holds the nodes whose scores are rounded first, `among` the units that are ranked (None: all),
    `within` the group codes of each column inside whose groups the index is ranked too.
    """

    call: Call
    rounded: Mapping[int, Call]
    among: Bools | None = None
    within: Mapping[str, Ints] = field(default_factory=dict)
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
        """The class of each unit, 1 the highest; a unit that is not ranked has none."""
        digits = self.call.options.get("digits", 0)
        return np.asarray(classes(self.compared(scores), digits=digits))

    def compared(self, scores: Floats) -> Floats:
        """What is compared: scores rounded where the config says so, of the units that are ranked."""
        for node, rounding in self.rounded.items():
            if node < scores.shape[-1]:
                scores = scores.copy()
                scores[..., node] = rounding(scores[..., node])
        return scores if self.among is None else np.where(self.among[:, None], scores, np.nan)


def group_codes(labels: Sequence[str]) -> Ints:
    """Codes of the groups that units are in; -1 for a unit without one ("")."""
    names, codes = np.unique(np.array(labels), return_inverse=True)
    return np.where(names[codes] == "", -1, codes).astype(np.int64)
