"""Tables read with options as a config states them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from innov_index.intake import reading
from innov_index.intake.number_texts import Conventions
from innov_index.intake.reading import TableOptions
from innov_index.intake.shape.sheet_tables import Asked, Shape
from innov_index.intake.table import Table


def read_table(
    path: Path,
    *,
    sheet: str | None = None,
    cells: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    missing: Collection[str] | None = None,
    key: str = "unit",
) -> Table:
    """The only table of a file."""
    conventions = Conventions(None if missing is None else frozenset(missing), decimal)
    sheets = () if sheet is None else (sheet,)
    options = TableOptions(sheets, delimiter, encoding, Shape(cells), conventions)
    return reading.read_table(path, options, Asked((key,)))
