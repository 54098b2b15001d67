"""Parquet files: a sheet as a whole, or columns part by part.

Columns go to Arrow by their memory: its own conversion of Python's objects loads pandas.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.errors import InnovIndexError, load_extra
from innov_index.io.writing import Draft, explained
from innov_index.model.sheet import Cell, Cells, Kind, Sheet, listed_cells, to_text


class ParquetStream:
    """A Parquet file written part by part, one row group each; it appears when it is closed as complete.

    Nothing is created before the first part.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() != ".parquet":
            raise InnovIndexError(f"{path}: draws are written to a .parquet file")
        self._arrow = load_extra("pyarrow", "writing a Parquet file", "parquet")
        self._parquet = load_extra("pyarrow.parquet", "writing a Parquet file", "parquet")
        self._path = path
        self._draft: Draft | None = None
        self._writer: Any = None

    def write(self, columns: Mapping[str, object]) -> None:
        """Append a part."""
        table = self._arrow.table(dict(columns))
        if self._draft is None:
            self._draft = Draft(self._path)
        with explained(self._path):
            if self._writer is None:
                self._writer = self._parquet.ParquetWriter(self._draft.file, table.schema)
            self._writer.write_table(table)

    def close(self, *, complete: bool) -> None:
        """Close the file and move it into place, or discard it if incomplete."""
        if self._draft is None:
            return
        try:
            if complete:
                with explained(self._path):
                    self._writer.close()
                self._draft.finish()
        finally:
            if self._writer is not None:
                with suppress(OSError, ValueError):  # it would try to complete the file later
                    self._writer.close()
            self._draft.discard()


def to_parquet(sheet: Sheet) -> bytes:
    """Write a Parquet file; a column of mixed kinds becomes text."""
    parquet = load_extra("pyarrow.parquet", "writing a Parquet file", "parquet")
    arrow = load_extra("pyarrow", "writing a Parquet file", "parquet")
    columns = [_column(arrow, sheet.cells(index), kind) for index, kind in enumerate(sheet.kinds)]
    stream = io.BytesIO()
    parquet.write_table(arrow.Table.from_arrays(columns, names=list(sheet.columns)), stream)
    return stream.getvalue()


def _column(arrow: Any, cells: Cells, kind: Kind) -> Any:
    if isinstance(cells, np.ndarray) and kind is not Kind.TEXT:
        gaps = np.isnan(cells)
        known = arrow.py_buffer(np.packbits(~gaps, bitorder="little")) if gaps.any() else None
        return arrow.Array.from_buffers(arrow.float64(), len(cells), [known, arrow.py_buffer(cells)])
    plain: list[Any] = _one_kind(listed_cells(cells), kind)
    kinds = set(map(type, plain))
    if kinds == {str}:
        return _texts(arrow, plain)
    if kinds == {int} and all(-(2**63) <= end < 2**63 for end in (min(plain), max(plain))):
        return arrow.Array.from_buffers(
            arrow.int64(), len(plain), [None, arrow.py_buffer(np.array(plain, dtype=np.int64))]
        )
    return arrow.array(plain)


def _texts(arrow: Any, texts: Sequence[Any]) -> Any:
    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([*map(len, encoded)], out=offsets[1:])
    if offsets[-1] >= 2**31:
        return arrow.array(texts)
    buffers = [None, arrow.py_buffer(offsets.astype(np.int32)), arrow.py_buffer(b"".join(encoded))]
    return arrow.Array.from_buffers(arrow.string(), len(encoded), buffers)


def _one_kind(cells: Sequence[Cell], kind: Kind) -> list[Cell]:
    if kind in (Kind.NUMBER, Kind.SHARE):
        return [None if cell is None else float(cell) for cell in cells]
    if kind == Kind.TEXT:
        return [cell if cell is None or isinstance(cell, str) else to_text(cell) for cell in cells]
    return list(cells)
