"""Text that would take a computer's memory: an answer at once, tried with smaller limits."""

from __future__ import annotations

import bz2
import gzip
import importlib.util
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from innov_index.errors import DataError
from innov_index.intake import opening
from innov_index.intake.formats import archives, text_table
from tests.reading import read_table


@pytest.fixture
def few_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_COLUMNS", 50)


@pytest.mark.usefixtures("few_columns")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("unit," + ",".join("x" * 60) + "\nA,1\n", 1),
        ("unit,a\nA,1\n" + "," * 50 + "\n", 3),
        ('"a"b",' * 60, 1),
        (";,\t|" * 60, 1),
    ],
    ids=["header", "row", "quotes", "all delimiters"],
)
def test_a_line_of_too_many_cells_is_told_before_it_is_parsed(tmp_path, monkeypatch, text, line):
    (tmp_path / "a.csv").write_text(text)
    monkeypatch.setattr(text_table, "_parsed", None)
    with pytest.raises(DataError, match=rf"a\.csv:{line}: more than 50 cells in this line"):
        read_table(tmp_path / "a.csv")


@pytest.mark.usefixtures("few_columns")
def test_as_many_columns_as_are_read(tmp_path):
    names = [f"x{number}" for number in range(50)]
    rows = "".join(f"{row}{',1' * 49}\n" for row in range(200))
    (tmp_path / "a.csv").write_text(",".join(names) + "\n" + rows)
    assert read_table(tmp_path / "a.csv").numbers(["x49"]).sum() == 200


@pytest.mark.parametrize("blank", ["\n", ",\n", "\r\n"], ids=["lines", "cells", "lines of Windows"])
@pytest.mark.parametrize("first", [True, False], ids=["above the table", "below it"])
def test_many_empty_rows(tmp_path, blank, first):
    table, rows = "unit,a\nA,1\nB,2\n", blank * 300_000
    (tmp_path / "a.csv").write_text(rows + table if first else table + rows, newline="")
    read = read_table(tmp_path / "a.csv")
    assert read.text("unit") == ("A", "B")
    assert read.numbers(["a"])[:, 0].tolist() == [1, 2]


@pytest.mark.parametrize("text", ['unit,a\n"', 'unit,a\n"a\n'], ids=["one cell", "cells that do not close"])
def test_a_file_of_quotes_is_refused_in_one_message(tmp_path, text):
    (tmp_path / "a.csv").write_text(text + '"' * 2_000_001)
    with pytest.raises(DataError) as refused:
        read_table(tmp_path / "a.csv")
    assert len(refused.value.problems) == 1
    assert len(str(refused.value)) < 300


def test_a_long_text_is_cut_into_the_same_lines(tmp_path, monkeypatch):
    text = 'unit,a,name\nA,1,"two\nlines"\n\nB,2,"a ""quote"""\nC,3,\x0b\x0c\u2028'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    usual = read_table(tmp_path / "a.csv")
    monkeypatch.setattr(text_table, "_LONG", 0)
    cut = read_table(tmp_path / "a.csv")
    assert [cut.text(name) for name in cut.columns] == [usual.text(name) for name in usual.columns]
    assert [str(cut.mark(row, "a")) for row in range(3)] == [str(usual.mark(row, "a")) for row in range(3)]


def _zipped(content: bytes) -> bytes:
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
    return buffer.getvalue()


def _zstandard(content: bytes) -> bytes:
    import pyarrow

    buffer = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(buffer, "zstd") as stream:
        stream.write(content)
    return bytes(buffer.getvalue())


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zip": _zipped,
    "zst": _zstandard,
}


@pytest.mark.parametrize("ending", COMPRESSED)
def test_a_file_that_becomes_too_large_is_refused_while_it_does(tmp_path: Path, monkeypatch, ending):
    if ending == "zst" and importlib.util.find_spec("pyarrow") is None:
        pytest.skip("needs pyarrow to compress")
    monkeypatch.setattr(archives, "_SMALL", 1 << 16)
    monkeypatch.setattr(archives, "_BLOCK", 1 << 12)
    (tmp_path / f"a.csv.{ending}").write_bytes(COMPRESSED[ending](b"unit,a\n" + b"A,1\n" * (1 << 20)))
    with pytest.raises(DataError, match="decompresses to more than 200 times its size"):
        read_table(tmp_path / f"a.csv.{ending}")
