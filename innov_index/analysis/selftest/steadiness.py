"""Numbers that what they are computed from does not determine, and formulas by themselves.

Where the engine and the reference differ, neither need be wrong: both round on the way, and some formulas
make much of a last digit, or of a tie. So what differs is judged formula by formula: the reference takes what
the engine itself found one step before. Where both still differ, the reference says whether the number is
steady: it computes it once more from what was nudged.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from innov_index.analysis.selftest.differences import Agreement, Difference, agreements
from innov_index.analysis.selftest.opinion import Opinion, opinion_of, step_by_step
from innov_index.analysis.selftest.plain import tables_of
from innov_index.index import Index
from innov_index.model.scores import Scores
from innov_index.reference.statement import Column, Panel, Tables

NUDGE = 2.0**-50
"""Share by which inputs move: a few units in their last place."""
LEAST = math.ulp(0.0)
"""The smallest double: where doubles lie no closer, inputs move by that."""
FOLD = 16.0
"""How many times as much a number may differ as it moves by the nudge."""


def by_themselves(index: Index, scores: Scores, passed: Scores, whole: Opinion) -> list[Agreement]:
    """How well each formula agrees by itself, without numbers that are not steady.

    Parameters
    ----------
    index : Index
    scores : Scores
    passed : Scores
        The scores as parents get them.
    whole : Opinion
        The second opinion from the data to the index.
    """
    opinion = opinion_of(index, passed, step_by_step(passed))
    found = agreements(scores, opinion)
    if any(agreement.differences for agreement in found):
        tables = nudged(tables_of(index.dataset))
        moved = opinion_of(index, passed, step_by_step(passed, _nudged_column), tables)
        _leave_out_unsteady(found, scores, opinion, moved)
    if any(agreement.differences for agreement in found):
        # what a formula takes may be as unsteady as what it gives
        _leave_out_unsteady(found, scores, whole, opinion_of(index, passed, stated=tables))
    return found


def nudged(tables: Tables) -> Tables:
    """The tables with each value moved up or down, or left; equal values stay equal."""
    columns = {name: [_nudged_column(column) for column in panel] for name, panel in tables.columns.items()}
    return Tables(tables.units, tables.editions, tables.rows, columns, tables.groups)


def _nudged_column(column: Column) -> Column:
    return [None if v is None else _nudged(v) for v in column]


def _nudged(value: float) -> float:
    moved = value + _direction(value) * max(NUDGE * abs(value), LEAST if value else 0.0)
    return moved if math.isfinite(moved) else value


def _direction(value: float) -> int:
    """-1, 0 or 1, by the bits of the number."""
    return int.from_bytes(struct.pack("<d", value), "little") * 2654435761 % 8191 % 3 - 1


def _leave_out_unsteady(found: Sequence[Agreement], scores: Scores, opinion: Opinion, moved: Opinion) -> None:
    """Take out of what was found the differences that nudged inputs explain."""
    for agreement in found:
        agreement.differences = [
            difference
            for difference in agreement.differences
            if not _explained(difference, scores, opinion, moved)
        ]


def _explained(difference: Difference, scores: Scores, opinion: Opinion, moved: Opinion) -> bool:
    """Whether a number has a value or none by a nudge, or its column moves as much as it differs."""
    before, after = (_panel_values(difference, scores, own) for own in (opinion, moved))
    if not before:
        return False
    place = scores.units.position[difference.unit] if difference.unit else 0
    if (before[place] is None) != (after[place] is None):
        return True
    engine, reference = difference.engine, before[place]
    if not isinstance(engine, float) or reference is None:
        return False
    moves = [abs(b - a) for a, b in zip(before, after, strict=True) if a is not None and b is not None]
    return abs(engine - reference) <= FOLD * max(moves, default=0.0)


def _panel_values(difference: Difference, scores: Scores, opinion: Opinion) -> Column:
    """The column of an opinion that a difference is in; nothing for ranks and classes."""
    node = scores.framework.position[difference.node]
    edition = scores.editions.index(difference.edition) if difference.edition else 0
    if difference.step == "weights":
        return [opinion.weights[edition][node]]
    if difference.step == "effective weights":
        above = [opinion.weights[edition][own] for own in scores.framework.lineage(node)]
        return [None if None in above else math.prod(weight or 0.0 for weight in above)]
    panels: dict[str, dict[int, Panel]] = {**opinion.steps, "scores": opinion.scores}
    return panels[difference.step][node][edition] if difference.step in panels else []
