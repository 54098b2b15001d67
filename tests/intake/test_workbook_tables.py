"""Workbooks: real files, made by openpyxl."""

import datetime
import sys
from pathlib import Path

import numpy as np
import pytest

from innov_index.errors import DataError, MissingExtraError
from innov_index.io.rendering import render
from innov_index.model.sheet import Sheet
from tests.reading import read_table

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def save(tmp_path):
    def save(sheets, name="book.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            for row in rows:
                page.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return save


def refusal(path, **options):
    with pytest.raises(DataError) as caught:
        read_table(path, **options)
    return str(caught.value)


def test_native_cells(save):
    rows = [
        ["unit", "code", 2020, "x"],
        ["a", 7, 1.5, "2.5"],
        ["b", "007", None, " "],
        [],
        ["c", 1e-5, 3, -4],
    ]
    table = read_table(save({"Data": rows, "Empty": []}))
    assert table.columns == ("unit", "code", "2020", "x")
    assert table.text("code") == ("7", "007", "1e-05")
    np.testing.assert_array_equal(table.numbers(["2020", "x"]), [[1.5, 2.5], [np.nan, np.nan], [3, -4]])
    assert table.mark(2, "2020").file == f"{table.file}:Data!C5"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (True, "found 'TRUE': it is a boolean"),
        (datetime.datetime(2020, 1, 2), "found '2020-01-02': it is a date"),
        (datetime.time(1, 2), "it is a date or a time"),
        ("n/k", "list it under `missing`"),
        ("=B2+1", "formula has no stored result"),
    ],
)
def test_what_is_no_number(save, cell, words):
    table = read_table(save({"Sheet1": [["unit", "x", "y"], ["a", 1, 1], ["b", 2, cell]]}))
    with pytest.raises(DataError) as caught:
        table.numbers(["x", "y"])
    assert str(caught.value).startswith(f"{table.file}:Sheet1!C3: column 'y': ")
    assert words in str(caught.value)


def test_error_values_are_no_names_but_may_be_missing(save):
    path = save({"S": [["unit", "x"], ["a", 1], ["#REF!", "#N/A"]]})
    with pytest.raises(DataError, match=r"S!A3: column 'unit'"):
        read_table(path).text("unit")
    np.testing.assert_array_equal(read_table(path, missing=["#N/A"]).numbers(["x"]), [[1], [np.nan]])


def test_errors_of_formulas_are_missing_and_named(save):
    table = read_table(save({"S": [["unit", "x"], ["a", 1], ["b", "#DIV/0!"], ["c", "#N/A"]]}))
    np.testing.assert_array_equal(table.numbers(["x"])[:, 0], [1, np.nan, np.nan])
    assert any("#DIV/0! in" in remark and "S!B3" in remark for remark in table.remarks)
    with pytest.raises(DataError, match=r"S!B3.*spreadsheet error"):
        read_table(Path(table.file), missing=[""]).numbers(["x"])


def test_missing_codes_match_numbers(save):
    path = save({"S": [["unit", "x"], ["a", -999], ["b", 1]]})
    np.testing.assert_array_equal(read_table(path, missing=["-999"]).numbers(["x"]), [[np.nan], [1]])


def test_choice_of_sheet(save):
    path = save({"Notes": [["hello"]], "Scores": [["unit", "x"], ["a", 1]]})
    assert read_table(path, sheet="Scores").columns == ("unit", "x")
    assert any("read from the sheet Scores" in remark for remark in read_table(path).remarks)
    assert "several sheets; choose one with `sheet`: 'Notes' and 'Scores'" in refusal(path, key="city")
    assert "no sheet 'scores'. Did you mean 'Scores'?" in refusal(path, sheet="scores")
    assert "no visible sheet with content" in refusal(save({"S": []}))
    years = save({"2019": [["unit", "x"], ["a", 1]], "2020": [["unit", "x"], ["a", 2]]})
    assert any("first of 2 tables" in remark for remark in read_table(years).remarks)
    assert "has a header but no rows" in refusal(save({"S": [["a", "b"]]}))


def test_range_of_cells(save):
    rows = [
        ["A title"],
        [],
        [None, "unit", "x", "skip"],
        [None, "a", 1, 9],
        [None, "b", 2, 9],
        [None, "Source: x"],
    ]
    path = save({"S": rows})
    table = read_table(path, cells="$B$3:c5")
    assert table.columns == ("unit", "x")
    assert table.text("unit") == ("a", "b")
    assert table.mark(1, "x").file.endswith("S!C5")
    for cells in ("B3", "B:C", "C5:B3", "B0:C3", "rubbish"):
        assert "`range` must" in refusal(path, cells=cells)
    assert "has no cells with content in this range" in refusal(path, cells="H1:J3")


def test_columns_without_a_name(save):
    table = read_table(save({"S": [[None, "x", None], ["a", 1, None]]}))
    assert table.columns == ("x",)
    assert table.remarks == ("book.xlsx, sheet S: column 1 has no name and is left out",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"unit,x\n", "its content is text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "Office document"),
        (b"PK\x03\x04 cut off", "damaged or truncated"),
        (b"", "its content is an empty file"),
    ],
)
def test_not_a_workbook(tmp_path, content, words):
    (tmp_path / "a.xlsx").write_bytes(content)
    message = refusal(tmp_path / "a.xlsx")
    assert message.startswith(f"{tmp_path / 'a.xlsx'}")
    assert words in message


def test_options_of_text_files_are_refused(save):
    path = save({"S": [["x"], [1]]})
    assert "`delimiter` says nothing about a workbook" in refusal(path, delimiter=";")


def test_missing_package(save, monkeypatch):
    path = save({"S": [["x"], [1]]})
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtraError, match=r"innov-index\[excel\]"):
        read_table(path)


def test_written_workbook_reads_back_and_holds_no_formula(tmp_path):
    path = tmp_path / "out.xlsx"
    texts = ["=1+1", "+x", "#N/A", "plain", "bell\x07", "=HYPERLINK()"]
    path.write_bytes(
        render(Sheet(["unit", "x", "rank"], [[t, 0.1 + i, i] for i, t in enumerate(texts)]), path)
    )
    page = openpyxl.load_workbook(path).active
    assert {cell.data_type for cell in page["A"]} <= {"s", "inlineStr"}
    assert page["A2"].quotePrefix
    assert [cell.value for cell in page["A"]][1:] == ["=1+1", "+x", "#N/A", "plain", "bell", "=HYPERLINK()"]
    np.testing.assert_array_equal(read_table(path).numbers(["x"])[:, 0], [0.1 + i for i in range(6)])
    assert isinstance(page["C2"].value, int)
