"""Tables of a config: sheets of one workbook are tables of their own, as offices keep them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

import innov_index
from innov_index.config.load import load_config
from innov_index.dataset import indicator_values
from innov_index.dataset.assemble import read_dataset
from innov_index.errors import DataError
from tests.indices import write_index

CONFIG = """\
name: Workbook
units: {file: book.xlsx, sheet: Cities, id: code, name: name}
indicators: {file: book.xlsx, sheet: Values, unit: code}
index:
  code: I
  children: [{indicator: a}, {indicator: b}]
published: {file: book.xlsx, sheet: Announced, unit: code, rank: rank}
"""
SHEETS = {
    "Cities": [["code", "name"], ["A", "Ålesund"], ["B", "Bergen"], ["C", "Cork"]],
    "Values": [["code", "a", "b"], ["A", 1, 5], ["B", 2, 3], ["C", 4, 1]],
    "Announced": [["code", "rank"], ["C", 1], ["A", 2], ["B", 3]],
}


def workbook(folder: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "book.xlsx")
    return write_index(folder, CONFIG, data=None)


def test_sheets_of_one_workbook(tmp_path: Path) -> None:
    index = innov_index.load(workbook(tmp_path, SHEETS))
    assert index.dataset.units.names == ("Ålesund", "Bergen", "Cork")
    assert index.dataset.values[0].tolist() == [[1, 5], [2, 3], [4, 1]]
    assert index.published[0].ranks[0, :, 0].tolist() == [2, 3, 1]
    assert [Path(source.path).name for source in index.provenance().data] == ["book.xlsx"]


def test_a_unit_repeated_in_its_own_sheet(tmp_path: Path) -> None:
    """Repeated rows are for values of several editions, wherever those stand."""
    cities = [*SHEETS["Cities"], ["B", "Bergen again"]]
    index = innov_index.load(workbook(tmp_path, {**SHEETS, "Cities": cities}))
    with pytest.raises(DataError, match="unit 'B' is repeated"):
        _ = index.dataset


@pytest.mark.parametrize("rest", ["", "C,g,3 b,\n"], ids=["every unit", "one with a gap"])
def test_a_whole_table_gives_what_its_rows_give(
    rest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = (
        "units: {id: unit, groups: [group]}\nindicators: {file: data.csv}\n"
        "index: {code: I, children: [{indicator: x}, {indicator: y}]}\n"
    )
    path = write_index(tmp_path, config, data="unit,group,x,y\nA,g,1.5,2 p\nB,h,,4\n" + rest)
    whole = read_dataset(load_config(path))
    monkeypatch.setattr(indicator_values, "_is_whole", lambda *_: False)
    by_rows = read_dataset(load_config(path))
    assert (0, 0, 1) in whole.notes
    assert whole.notes == by_rows.notes
    assert whole.remarks == by_rows.remarks
    np.testing.assert_array_equal(whole.dataset.values, by_rows.dataset.values)
    np.testing.assert_array_equal(whole.dataset.present, by_rows.dataset.present)
    assert whole.dataset.values.strides[1:] == by_rows.dataset.values.strides[1:]
