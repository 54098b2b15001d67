"""Rows that come one by one, as batches of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from innov_index.errors import Mark
from innov_index.intake.records.batch import Batch, RawRows
from innov_index.intake.records.wanted_columns import WantedColumns, require_names
from innov_index.model.arrays import Ints
from innov_index.model.sheet import to_text

ROWS_A_BATCH = 200_000

NumberedRow = tuple[int, Sequence[Any]]
"""A row, and its line or number in the file."""


def batches_of_rows(
    shown: str, rows: Iterator[NumberedRow], titles: Sequence[str], wanted: WantedColumns
) -> Iterator[Batch]:
    """Batches of typed rows whose columns have these titles: the wanted columns alone."""
    names = require_names(titles, wanted, Mark(shown))
    used = list(dict.fromkeys(names.values()))
    places = [titles.index(name) for name in used]
    cells = ((line, [to_text(row[place]) for place in places]) for line, row in rows)
    while part := list(islice(cells, ROWS_A_BATCH)):
        columns = dict(zip(used, map(list, zip(*(row for _, row in part), strict=True)), strict=True))
        lines = np.array([line for line, _ in part], dtype=np.int64)
        yield Batch(shown, lines, {role: columns[name] for role, name in names.items()})


def batch_of_texts(
    shown: str,
    lines: Ints,
    cells: list[list[str]],
    titles: Sequence[str],
    positions: Mapping[str, int],
) -> Batch:
    """One batch of rows of texts, none of them shorter than the list of titles."""
    whole = RawRows(tuple(titles), lambda: cells, positions)
    return Batch(shown, lines, whole.columns(), rows=whole)
