"""Writing Parquet files: a table at once, or part by part where it may be larger than memory."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from innov_index.errors import InnovIndexError
from innov_index.io.extras import load_extra
from innov_index.model.sheet import Cell, Sheet, to_text


class ParquetStream:
    """Parts with the same columns, one row group each, written beside the target and renamed at the end."""

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() != ".parquet":
            raise InnovIndexError(f"{path}: variants are written to a .parquet file")
        self._arrow = load_extra("pyarrow", "writing a Parquet file", "parquet")
        self._parquet = load_extra("pyarrow.parquet", "writing a Parquet file", "parquet")
        self._path = path
        self._beside = path.with_name(f".innov-index-{secrets.token_hex(8)}.tmp")
        self._writer: Any = None

    def open(self) -> None:
        """Begin; the file itself is made with the first part."""
        self._writer = None

    def write(self, columns: Mapping[str, object]) -> None:
        """Append a part."""
        table = self._arrow.table(dict(columns))
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._beside, table.schema)
        self._writer.write_table(table)

    def close(self, *, complete: bool) -> None:
        """End the file, and put it in its place or throw it away."""
        if self._writer is None:
            return
        self._writer.close()
        if complete:
            os.replace(self._beside, self._path)
        else:
            self._beside.unlink(missing_ok=True)


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
