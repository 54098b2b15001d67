"""A Parquet file as a table: columns of typed cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from innov_index.errors import DataError, InnovIndexError, Mark, load_extra
from innov_index.frozen import frozen
from innov_index.intake.arrow_column import ArrowColumn, is_kept
from innov_index.intake.number_texts import Conventions
from innov_index.intake.opening import ensure_few_cells
from innov_index.intake.table import Column, Table
from innov_index.model.sheet import to_text


@frozen
class ParquetPlaces:
    """Places of cells in a Parquet file, whose rows are counted from 1."""

    file: str

    def mark(self, row: int, column: int) -> Mark:
        return Mark(f"{self.file}:row {row + 1}" if row >= 0 else self.file)

    def row(self, row: int) -> str:
        return f"row {row + 1}"


def read_parquet(path: Path, content: bytes, conventions: Conventions) -> Table:
    """Read all columns; nulls and NaN are empty cells.

    Raises
    ------
    DataError
        The file is damaged, too large, or has no columns or rows.
    """
    parquet = load_extra("pyarrow.parquet", f"{path}: reading a Parquet file", "parquet")
    buffer = load_extra("pyarrow", f"{path}: reading a Parquet file", "parquet").BufferReader(content)
    try:
        # not by pyarrow's read_table, which loads pandas
        file = parquet.ParquetFile(buffer, page_checksum_verification=True)
        ensure_few_cells(path, file.metadata.num_rows * file.metadata.num_columns)
        read = file.read()
        read.validate(full=True)  # positions in lists, and texts in UTF-8
        columns = [_cells(column) for column in read.columns]
        named = [(at, to_text(name)) for at, name in enumerate(read.column_names) if to_text(name)]
    except InnovIndexError:
        raise
    except Exception as error:  # damaged files raise various errors, not only pyarrow's
        raise DataError(f"{path}: cannot be read as a Parquet file ({error})") from None
    if not named or not read.num_rows:
        missing = "a header but no rows" if named else "no named columns"
        raise DataError(f"{path}: the file has {missing}")
    return Table(
        places=ParquetPlaces(str(path)),
        lines=np.arange(read.num_rows, dtype=np.int64),
        header_at=-1,
        found=tuple(Column(name, columns[at], at) for at, name in named),
        conventions=conventions,
    )


def _cells(column: Any) -> Sequence[object]:
    """The cells of a column; texts that an older writer did not mark as such are bytes."""
    if hasattr(column.type, "value_type") and "dictionary" in str(column.type):  # categories, from pandas
        column = column.cast(column.type.value_type)
    if is_kept(column.type):
        return ArrowColumn(column)
    cells: list[object] = column.to_pylist()
    if str(column.type) == "halffloat":  # whose cells are numpy's with older versions of pyarrow
        return [None if cell is None else float(cell) for cell in column.to_pylist()]
    return [_decoded(cell) for cell in cells] if "binary" in str(column.type) else cells


def _decoded(cell: object) -> object:
    try:
        return cell.decode() if isinstance(cell, bytes) else cell
    except UnicodeDecodeError:
        return cell
