"""Numbers that what they are computed from does not determine, and formulas by themselves.

Where the engine and the reference differ, neither need be wrong: both round on the way, and some formulas
make much of a last digit, or of a tie. So what differs is judged formula by formula: the reference takes what
the engine itself found one step before. Where both still differ, the reference says whether the number is
steady: it computes it a few times more from what was nudged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

from innov_index.analysis.selftest.differences import Agreement, Difference, agreements
from innov_index.analysis.selftest.nudges import FOLD, WAYS, nudged_column, nudged_tables, placed_so
from innov_index.analysis.selftest.opinion import NOISE, Opinion, opinion_of, step_by_step
from innov_index.analysis.selftest.plain import tables_of
from innov_index.index import Index
from innov_index.model.scores import Scores
from innov_index.reference.indicator_steps import Panels
from innov_index.reference.statement import Column, Panel, Value

OTHER_NOISE = (NOISE / 100, NOISE * 100)
"""Shares below which two numbers do not differ, as the reference might have had them."""


def by_themselves(
    index: Index, scores: Scores, passed: Scores, whole: Opinion, agreed: Sequence[Agreement]
) -> list[Agreement]:
    """How well each formula agrees by itself, without numbers that are not steady.

    Parameters
    ----------
    index : Index
    scores : Scores
    passed : Scores
        The scores as parents get them.
    whole : Opinion
        The second opinion from the data to the index.
    agreed : sequence of Agreement
        How well that opinion agrees.
    """
    opinion = opinion_of(index, passed, step_by_step(passed))
    found = agreements(scores, opinion)
    _leave_out_agreed(found, agreed)
    if not any(agreement.differences for agreement in found):
        return found
    stated = tables_of(index.dataset)
    ways = [(partial(nudged_column, way), nudged_tables(way, stated)) for way in WAYS]
    moved = [opinion_of(index, passed, step_by_step(passed, change), tables) for change, tables in ways]
    # which differences are rounding is a rule of each program: what another rule changes is not determined
    moved += [opinion_of(index, passed, step_by_step(passed), noise=noise) for noise in OTHER_NOISE]
    _leave_out_unsteady(found, scores, opinion, moved)
    if any(agreement.differences for agreement in found):
        # what a formula takes may be as unsteady as what it gives
        moved = [opinion_of(index, passed, _changed(change), tables) for change, tables in ways]
        moved += [opinion_of(index, passed, noise=noise) for noise in OTHER_NOISE]
        _leave_out_unsteady(found, scores, whole, moved)
    return found


def _changed(change: Callable[[Column], Column]) -> Callable[[str, Panels], Panels]:
    """Each step takes what the one before it found, changed."""

    def handed(step: str, found: Panels) -> Panels:
        return {node: [change(column) for column in panel] for node, panel in found.items()}

    return handed


def _leave_out_agreed(found: Sequence[Agreement], whole: Sequence[Agreement]) -> None:
    """Take out of what was found the numbers on which the opinion from the data agrees."""
    for agreement, other in zip(found, whole, strict=True):
        differing = {(d.node, d.unit, d.edition) for d in other.differences}
        agreement.differences = [d for d in agreement.differences if (d.node, d.unit, d.edition) in differing]


def _leave_out_unsteady(
    found: Sequence[Agreement], scores: Scores, opinion: Opinion, moved: Sequence[Opinion]
) -> None:
    """Take out of what was found the differences that nudged inputs explain."""
    for agreement in found:
        agreement.differences = [
            difference
            for difference in agreement.differences
            if not _explained(difference, scores, opinion, moved)
        ]


def _explained(difference: Difference, scores: Scores, opinion: Opinion, moved: Sequence[Opinion]) -> bool:
    """Whether a number has a value or none by a nudge, or its column moves as much as it differs."""
    place = scores.units.position[difference.unit] if difference.unit else 0
    if difference.step in ("ranks", *scores.columns):
        return placed_so(difference.engine, [_places(difference, scores, m)[place] for m in moved])
    before, *after = (_panel_values(difference, scores, own) for own in (opinion, *moved))
    if any((before[place] is None) != (own[place] is None) for own in after):
        return True
    engine, reference = difference.engine, before[place]
    if not isinstance(engine, float) or reference is None:
        return False
    moves = [
        abs(b - a)
        for own in after
        for a, b in zip(before, own, strict=True)
        if a is not None and b is not None
    ]
    return abs(engine - reference) <= FOLD * max(moves, default=0.0)


def _places(difference: Difference, scores: Scores, opinion: Opinion) -> Sequence[Value | str]:
    """Ranks of a node, or the column of the ranking, that a difference is in."""
    edition = scores.editions.index(difference.edition) if difference.edition else 0
    if difference.step == "ranks":
        return opinion.ranks[scores.framework.position[difference.node]][edition]
    return opinion.columns[difference.step][edition]


def _panel_values(difference: Difference, scores: Scores, opinion: Opinion) -> Column:
    """The column of an opinion that a difference is in; for kept units none of it moves."""
    node = scores.framework.position[difference.node]
    edition = scores.editions.index(difference.edition) if difference.edition else 0
    if difference.step == "weights":
        return [opinion.weights[edition][node]]
    if difference.step == "effective weights":
        above = [opinion.weights[edition][own] for own in scores.framework.lineage(node)]
        return [None if None in above else math.prod(weight or 0.0 for weight in above)]
    if difference.step == "kept units":
        return [float(kept) for kept in opinion.kept[edition]]
    panels: dict[str, dict[int, Panel]] = {**opinion.steps, "scores": opinion.scores}
    return panels[difference.step][node][edition]
