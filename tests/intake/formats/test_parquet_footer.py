"""Sizes that a footer of Parquet states, by reading it ourselves: those that pyarrow reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from innov_index.intake.formats.parquet_footer import GroupSizes, sizes_of_first_group

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


@pytest.mark.parametrize("columns", [1, 14, 15, 200], ids=lambda columns: f"{columns}-columns")
def test_sizes_are_those_that_pyarrow_reads(columns: int, tmp_path: Path) -> None:
    table = pyarrow.table(
        {
            **{f"c {at}": [f"text {row % 9}" for row in range(300)] for at in range(columns)},
            "list": [[{"name": "x", "n": row}] * (row % 3) for row in range(300)],
        }
    )
    path = tmp_path / "a.parquet"
    parquet.write_table(table, path, row_group_size=200, write_page_index=True)
    group = parquet.read_metadata(path).row_group(0)
    read = [group.column(at) for at in range(group.num_columns)]
    expected = {column.path_in_schema: column.total_uncompressed_size for column in read}
    assert len(expected) == columns + 2
    assert sizes_of_first_group(path) == GroupSizes(200, expected)


@pytest.mark.parametrize(
    "content",
    [b"", b"PAR1", b"PAR1\xff\xff\xff\xffPAR1", b"PAR1" + b"\x19\xfc" + b"\x02\0\0\0PAR1", b"x" * 100],
    ids=["empty", "magic", "too-long", "cut-short", "text"],
)
def test_a_damaged_footer_has_no_sizes(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(content)
    assert sizes_of_first_group(tmp_path / "a.parquet") == GroupSizes(0, {})
