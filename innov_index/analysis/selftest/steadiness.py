"""Numbers that their inputs do not determine: they move where the inputs move in their last digit.

Where the engine and the reference differ in such a number, neither is wrong: both round on the way. The
reference itself says which these are, scored once more from inputs that were nudged.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from innov_index.analysis.selftest.differences import Agreement, Difference
from innov_index.analysis.selftest.opinion import Opinion
from innov_index.model.scores import Scores
from innov_index.reference.statement import Column, Panel, Tables, Value

NUDGE = 2.0**-50
"""Share by which inputs move: a few units in their last place."""
FOLD = 16.0
"""How many times as much a number may differ as it moves by the nudge."""
SLIGHT = 1e-5
"""Relative difference from which a difference counts, however much the number moves."""


def nudged(tables: Tables) -> Tables:
    """The tables with each value moved up or down, or left; equal values stay equal."""
    columns = {name: [_nudged_column(column) for column in panel] for name, panel in tables.columns.items()}
    return Tables(tables.units, tables.editions, tables.rows, columns, tables.groups)


def _nudged_column(column: Column) -> Column:
    return [None if v is None else v * (1 + NUDGE * _direction(v)) for v in column]


def _direction(value: float) -> int:
    """-1, 0 or 1, by the bits of the number."""
    return int.from_bytes(struct.pack("<d", value), "little") * 2654435761 % 8191 % 3 - 1


def without_unsteady(found: Sequence[Agreement], scores: Scores, opinion: Opinion, moved: Opinion) -> int:
    """Take out of what was found the differences that nudged inputs explain; how many these are."""
    number = 0
    for agreement in found:
        kept = [d for d in agreement.differences if not _explained(d, scores, opinion, moved)]
        number += len(agreement.differences) - len(kept)
        agreement.differences = kept
    return number


def _explained(difference: Difference, scores: Scores, opinion: Opinion, moved: Opinion) -> bool:
    engine, reference = difference.engine, difference.reference
    if not (isinstance(engine, float) and isinstance(reference, float)):
        return False
    gap = abs(engine - reference)
    if gap > SLIGHT * max(abs(engine), abs(reference)):
        return False
    before, after = (_value(difference, scores, own) for own in (opinion, moved))
    return before is not None and after is not None and gap <= FOLD * abs(after - before)


def _value(difference: Difference, scores: Scores, opinion: Opinion) -> Value:
    """The number of an opinion that a difference is about; None for ranks, classes and what is missing."""
    node = scores.framework.position[difference.node]
    edition = scores.editions.index(difference.edition) if difference.edition else 0
    if difference.step == "weights":
        return opinion.weights[edition][node]
    if difference.step == "effective weights":
        above = [opinion.weights[edition][own] for own in scores.framework.lineage(node)]
        return None if None in above else math.prod(weight or 0.0 for weight in above)
    panels: dict[str, dict[int, Panel]] = {**opinion.steps, "scores": opinion.scores}
    if difference.step not in panels:
        return None
    return panels[difference.step][node][edition][scores.units.position[difference.unit]]
