"""Parquet files: reading a table, writing one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from innov_index.errors import DataError, Mark
from innov_index.io.cells import to_text
from innov_index.io.extras import load_extra
from innov_index.io.grid import HEADER, Grid

if TYPE_CHECKING:
    from innov_index.io.rendering import Cell, Sheet


@dataclass(frozen=True)
class Records:
    """Cells stand in records, which a person counts from 1."""

    file: str

    def mark(self, row: int, column: int) -> Mark:
        return Mark(self.file if row == HEADER else f"{self.file}:row {row + 1}")


def read_parquet(path: Path, content: bytes, *, decimal: str | None) -> Grid:
    """Read all columns; null and NaN are empty cells."""
    parquet = load_extra("pyarrow.parquet", f"{path}: reading a Parquet file", "parquet")
    try:
        table = parquet.read_table(io.BytesIO(content))
        rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    except Exception as error:  # a damaged file raises several kinds, not all of them pyarrow's
        raise DataError(f"{path}: not a Parquet file that can be read ({error})") from None
    return Grid(table.column_names, rows, Records(str(path)), decimal or ".")


def to_parquet(sheet: Sheet) -> bytes:
    """Write a Parquet file; a column of mixed kinds becomes text."""
    parquet = load_extra("pyarrow.parquet", "writing a Parquet file", "parquet")
    arrow = load_extra("pyarrow", "writing a Parquet file", "parquet")
    columns = [_one_kind([row[index] for row in sheet.rows]) for index in range(len(sheet.columns))]
    stream = io.BytesIO()
    parquet.write_table(arrow.table(columns, names=list(sheet.columns)), stream)
    return stream.getvalue()


def _one_kind(column: Sequence[Cell]) -> list[Cell]:
    kinds = {type(cell) for cell in column if cell is not None}
    if kinds == {int, float}:
        return [float(cell) if isinstance(cell, int) else cell for cell in column]
    if len(kinds) > 1:
        return [None if cell is None else to_text(cell) for cell in column]
    return list(column)
