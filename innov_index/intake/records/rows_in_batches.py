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
    """Batches of rows whose columns have these titles."""
    names = require_names(titles, wanted, Mark(shown))
    positions = {role: titles.index(name) for role, name in names.items()}
    width = len(titles)
    while part := list(islice(rows, ROWS_A_BATCH)):
        cells = [[*map(to_text, row), *[""] * (width - len(row))] for _, row in part]
        lines = np.array([line for line, _ in part], dtype=np.int64)
        yield batch_of_texts(shown, lines, cells, titles, positions)


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
