"""Columns of a table that are results, not indicators: a rank, and the score that it ranks."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

_RANK = re.compile(r"(?:^|[\W_])(?:rank|ranking|rk|place|position)(?:$|[\W_])", re.IGNORECASE)
_SCORE = re.compile(
    r"(?:overall|total|final|composite|index)?[\s_]*(?:score|index|total|overall|value)", re.IGNORECASE
)
_LEAST = 5
"""Units from which on an order is no accident."""


@frozen
class PrintedResults:
    """The columns with the score and the rank of an index; None for one that is not there."""

    score: str | None = None
    rank: str | None = None


NO_RESULTS = PrintedResults()


def printed_results(columns: Mapping[str, Floats]) -> PrintedResults:
    """Find the rank and the score among columns, by their titles.

    A rank has such a title and whole numbers from 1 on; its score is in the same order. Without a rank, a
    column is the score only if its title says so and nothing else.
    """
    names = list(columns)
    for rank in (name for name in names if _RANK.search(name) and _is_rank(columns[name])):
        ordered = [name for name in names if name != rank and _is_in_order(columns[name], columns[rank])]
        usual = [name for name in ordered if _SCORE.fullmatch(name.strip())]
        if ordered:
            return PrintedResults((usual or ordered)[0], rank)
    scores = [name for name in names if _SCORE.fullmatch(name.strip())]
    return PrintedResults(scores[0]) if len(scores) == 1 and len(names) > 2 else NO_RESULTS


def _is_rank(values: Floats) -> bool:
    stated = values[np.isfinite(values)]
    whole = bool(len(stated)) and bool((stated == np.round(stated)).all())
    return whole and stated.min() == 1 and len(np.unique(stated)) >= min(_LEAST, len(stated))


def _is_in_order(values: Floats, ranks: Floats) -> bool:
    """Whether the values fall from rank to rank, or rise from rank to rank."""
    both = np.isfinite(values) & np.isfinite(ranks)
    if both.sum() < _LEAST or len(np.unique(values[both])) < _LEAST:
        return False
    order = np.lexsort((-values[both], ranks[both]))
    steps = np.diff(values[both][order])
    between = np.diff(ranks[both][order]) > 0
    return bool((steps[between] <= 0).all() or (steps[between] >= 0).all())
