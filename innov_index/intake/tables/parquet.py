"""Reading a table from a Parquet file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from innov_index.errors import DataError, Mark
from innov_index.intake.tables.grid import HEADER, Grid
from innov_index.io.extras import load_extra


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
