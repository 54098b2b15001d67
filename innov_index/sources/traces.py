"""The records behind one value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.intake.records.batch import Wanted
from innov_index.model.arrays import Bools, Ints
from innov_index.sources.kind import Traced
from innov_index.sources.places.outcome import ROLES
from innov_index.sources.records import Records


def trace(records: Records, unit: str, mask: Bools, shown: Wanted) -> list[Traced]:
    """The records of a unit for which the mask holds, with their columns as texts."""
    units, names = records.units()
    if unit not in names:
        return []
    rows = np.flatnonzero((units == names.index(unit)) & mask)
    roles = [role for role in shown if role not in ROLES] + [role for role in ROLES if records.has(role)]
    return traced_rows(records, rows, roles)


def traced_rows(records: Records, rows: Ints, roles: Sequence[str]) -> list[Traced]:
    """Some of the records, with columns as texts."""
    columns = [(role, records.column(role)) for role in roles]
    lines = records.lines
    return [
        Traced(
            records.batch.file,
            int(lines[row]),
            tuple(f"{role}: {column.values[column.codes[row]]}" for role, column in columns),
        )
        for row in rows.tolist()
    ]
