"""Inputs moved in their last digit, to see which results such a digit decides."""

from __future__ import annotations

import math
import struct

import numpy as np

from innov_index.analysis.selftest.changed_inputs import with_values
from innov_index.model.arrays import Floats
from innov_index.model.dataset import Dataset
from innov_index.reference.statement import Column, Tables, Value

NUDGE = 2.0**-50
"""Share by which a number moves: a few units in its last place."""
LEAST = math.ulp(0.0)
"""The smallest double: where doubles lie no closer, a number moves by that."""
FOLD = 16.0
"""How many times as much a result may differ as it moves by the nudges."""
WAYS = range(6)
"""Everything is nudged so often, each number in other directions."""


def nudged(way: int, value: float) -> float:
    """The number moved up or down, or left; equal numbers stay equal."""
    moved = value + _direction(way, value) * max(NUDGE * abs(value), LEAST if value else 0.0)
    return moved if math.isfinite(moved) else value


def nudged_column(way: int, column: Column) -> Column:
    """Each value of a column nudged."""
    return [None if v is None else nudged(way, v) for v in column]


def nudged_tables(way: int, tables: Tables) -> Tables:
    """Each value of the tables nudged."""
    columns = {name: [nudged_column(way, own) for own in panel] for name, panel in tables.columns.items()}
    return Tables(tables.units, tables.editions, tables.rows, columns, tables.groups)


def nudged_dataset(way: int, dataset: Dataset) -> Dataset:
    """Each value of the indicators nudged."""

    def change(values: Floats, _: object) -> None:
        values[...] = np.reshape([nudged(way, v) for v in values.ravel().tolist()], values.shape)

    return with_values(dataset, change)


def placed_so(found: Value | str, places: list[Value | str]) -> bool:
    """Whether nudges give a unit the place that was found, or places on both sides of it."""
    ranks = [place for place in places if isinstance(place, float)]
    if isinstance(found, float) and ranks:
        return min(ranks) <= found <= max(ranks)
    return found in places


def _direction(way: int, value: float) -> int:
    """-1, 0 or 1, by the bits of the number."""
    bits = int.from_bytes(struct.pack("<d", value), "little")
    return (bits + way) * 2654435761 % (8191 + way) % 3 - 1
