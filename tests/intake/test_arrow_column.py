"""Columns that stay in Arrow's memory say the same as their cells one by one."""

from __future__ import annotations

import numpy as np
import pytest

from innov_index.errors import DataError
from innov_index.intake.arrow_column import ArrowColumn
from innov_index.intake.number_texts import Conventions
from innov_index.intake.parquet_table import ParquetPlaces
from innov_index.intake.table import Column, Table

arrow = pytest.importorskip("pyarrow")

COLUMNS = {
    "doubles": arrow.array([1.5, None, float("nan"), -999.0, 0.0]),
    "floats": arrow.array([1.1, None, 2.5, 3.0, 4.0], arrow.float32()),
    "integers": arrow.array([1, 2, None, -999, 5], arrow.int16()),
    "long": arrow.array([2**60 + 1, 1, 2, 3, 4], arrow.uint64()),
    "infinite": arrow.array([1.0, float("inf"), None, 3.0, 4.0]),
    "texts": arrow.array(["1.5", "", None, " 7 ", "0.25"]),
    "marks": arrow.array(["1.5 b", "..", "n/a", "<5", "x"]),
    "commas": arrow.array(["1,5", "2,25", "", None, "3"]),
    "categories": arrow.array(["1.5", "2.5", "1.5", None, "2.5"]).dictionary_encode().cast(arrow.string()),
    "nothing": arrow.array([None] * 5, arrow.float64()),
    "large": arrow.array(["a", "0.5", "'7", "", "-"], arrow.large_string()),
}


def _said(cells: object, conventions: Conventions) -> object:
    table = Table(
        places=ParquetPlaces("a.parquet"),
        lines=np.arange(5),
        header_at=-1,
        found=(Column("x", cells, 0),),
        conventions=conventions,
    )
    try:
        values = table.numbers(["x"]).tolist()
    except DataError as error:
        values = str(error)
    return str(values), table.text("x"), dict(table.notes), table.remarks


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize(
    "conventions",
    [Conventions(), Conventions(missing=frozenset(["-999"])), Conventions(decimal=",", bounds="half")],
    ids=["nothing stated", "missing stated", "decimal stated"],
)
def test_a_column_says_what_its_cells_say(name, conventions):
    whole = arrow.chunked_array([COLUMNS[name][:2], COLUMNS[name][2:]])
    assert _said(ArrowColumn(whole), conventions) == _said(whole.to_pylist(), conventions)


def test_some_rows_of_a_column():
    column = ArrowColumn(arrow.chunked_array([COLUMNS["doubles"]]))
    assert column.only(np.array([3, 0])).numbers(blank=True).tolist() == [-999.0, 1.5]
    assert list(column)[:2] == [1.5, None]


def test_pandas_is_not_loaded(tmp_path):
    """Its import would take as long as scoring a usual index."""
    import subprocess
    import sys

    from pyarrow import parquet

    parquet.write_table(arrow.table({"unit": ["a", "b", "c", "d", "e"], **COLUMNS}), tmp_path / "a.parquet")
    program = (
        "import sys; from innov_index.intake.reading import read_table; "
        "table = read_table('a.parquet'); table.text('unit'); "
        "table.numbers(['doubles', 'integers', 'texts']); print('pandas' in sys.modules)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert printed.stdout == "False\n"
