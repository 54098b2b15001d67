"""Ranks inside groups of units: first in its region, first among the large."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from innov_index.model.arrays import Floats


def ranks_in_groups(scores: Floats, groups: Sequence[str], ranking: Callable[[Floats], Floats]) -> Floats:
    """Rank the units of each group among themselves.

    Parameters
    ----------
    scores : (..., units, nodes)
    groups : names, one a unit
        A unit without a group ("") has no rank.
    ranking : function
        Ranks scores (..., units, nodes) over the units: the config's own rule.

    Returns
    -------
    (..., units, nodes)
    """
    labels = np.asarray(groups)
    ranks = np.full(scores.shape, np.nan)
    for label in np.unique(labels[labels != ""]):
        rows = labels == label
        alone = np.where(rows[:, None], scores, np.nan)
        ranks[..., rows, :] = ranking(alone)[..., rows, :]
    return ranks
