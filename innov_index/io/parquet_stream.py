"""A Parquet file written part by part, so that it may be larger than memory; it appears once complete."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from innov_index.errors import InnovIndexError
from innov_index.io.extras import load_extra


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
