"""Parquet files: real files, made by pyarrow."""

import datetime
import decimal
import sys

import numpy as np
import pytest

from innov_index.errors import DataError, MissingExtraError
from innov_index.intake import opening
from innov_index.io.parquet import ParquetStream
from innov_index.io.rendering import render
from innov_index.model.sheet import Sheet
from tests.reading import read_table

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def save(tmp_path):
    def save(columns):
        parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
        return tmp_path / "a.parquet"

    return save


def test_native_cells(save):
    columns = {
        "unit": ["a", "b", "c"],
        "id": [2**60 + 1, None, 3],
        "x": [1.5, float("nan"), None],
        "d": [decimal.Decimal("1.25"), None, None],
        "t": ["1", "2.5", ""],
    }
    table = read_table(save(columns))
    assert table.text("id") == (str(2**60 + 1), "", "3")
    assert table.text("x") == ("1.5", "", "")
    expected = [[1.5, 1.25, 1], [np.nan, np.nan, 2.5], [np.nan, np.nan, np.nan]]
    np.testing.assert_array_equal(table.numbers(["x", "d", "t"]), expected)
    assert str(table.mark(1, "x")) == f"{table.file}:row 2"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (float("inf"), "not finite"),
        (True, "boolean"),
        (datetime.date(2020, 1, 1), "date"),
        ([1], "it is a list"),
    ],
)
def test_what_is_no_number(save, cell, words):
    with pytest.raises(DataError, match=words):
        read_table(save({"unit": ["a"], "x": [cell]})).numbers(["x"])


def test_null_must_be_listed_where_missing_is_stated(save):
    with pytest.raises(DataError, match="cell is empty"):
        read_table(save({"x": [1, None]}), missing=[".."]).numbers(["x"])


def test_refusals(tmp_path, save):
    (tmp_path / "b.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(DataError, match=r"its content is text|cannot be read as a Parquet file"):
        read_table(tmp_path / "b.parquet")
    with pytest.raises(DataError, match="`encoding` says nothing about a Parquet file"):
        read_table(save({"x": [1]}), encoding="utf-8")
    with pytest.raises(DataError, match="no named columns"):
        read_table(save({"": [1]}))
    with pytest.raises(DataError, match="has a header but no rows"):
        read_table(save({"x": pyarrow.array([], pyarrow.float64())}))


def test_missing_package(save, monkeypatch):
    path = save({"x": [1]})
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match=r"innov-index\[parquet\]"):
        read_table(path)


def test_written_file_reads_back(tmp_path):
    path = tmp_path / "out.parquet"
    rows = [["=a", 1, 0.1, 1, True], ["b", 2, None, 2.5, "x"]]
    path.write_bytes(render(Sheet(["unit", "rank", "x", "mixed", "odd"], rows), path))
    table = read_table(path)
    assert table.text("unit") == ("=a", "b")
    assert table.text("odd") == ("TRUE", "x")
    np.testing.assert_array_equal(table.numbers(["rank", "x", "mixed"]), [[1, 0.1, 1], [2, np.nan, 2.5]])


PART = {"draw": [1, 2]}


class TestStream:
    """A file written part by part appears when it is complete, where a link points."""

    def test_a_link_stays_and_what_it_points_to_is_written(self, tmp_path):
        kept, link = tmp_path / "deep.parquet", tmp_path / "draws.parquet"
        kept.write_bytes(b"old")
        kept.chmod(0o640)
        link.symlink_to(kept)
        stream = ParquetStream(link)
        stream.write(PART)
        assert kept.read_bytes() == b"old"
        stream.close(complete=True)
        assert link.is_symlink()
        assert parquet.read_table(kept).to_pydict() == PART
        assert kept.stat().st_mode & 0o777 == 0o640
        assert sorted(tmp_path.iterdir()) == [kept, link]

    def test_what_is_incomplete_leaves_nothing(self, tmp_path):
        stream = ParquetStream(tmp_path / "draws.parquet")
        stream.write(PART)
        stream.close(complete=False)
        assert list(tmp_path.iterdir()) == []

    def test_a_table_with_too_many_cells(self, save, monkeypatch):
        path = save({"unit": ["a", "b"], "x": [1, 2]})
        monkeypatch.setattr(opening, "MOST_CELLS", 3)
        with pytest.raises(DataError, match="more than 3 cells"):
            read_table(path)
