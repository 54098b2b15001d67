"""The worked example of the handbook: 23 countries, 8 indicators, table A.2."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.references.asem import read_columns, read_rows

CODES = [
    "patents",
    "royalties",
    "internet",
    "exports",
    "telephones",
    "electricity",
    "schooling",
    "university",
]


def indicators(shared: Path) -> np.ndarray:
    """(23, 8), with the recalled telephones and kilowatt-hours as logarithms."""
    folder = shared / "published/handbook"
    values = read_columns(folder / "table_A2_first23.csv", CODES)
    by_unit = {row["unit"]: row for row in read_rows(folder / "unrounded_recalled.csv")}
    units = [row["unit"] for row in read_rows(folder / "table_A2_first23.csv")]
    for code, column in (("telephones", "telephones_per_1000"), ("electricity", "kwh_per_capita")):
        values[:, CODES.index(code)] = np.log10([float(by_unit[unit][column]) for unit in units])
    return values
