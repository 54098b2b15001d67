"""What a config states of its tables, as the readers take it: titles, uneven rows, folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from innov_index.config.load import load_config
from innov_index.dataset.assemble import ReadDataset, read_dataset
from innov_index.errors import DataError
from tests.indices import write_index

TREE = "index: {code: I, children: [{indicator: x}, {indicator: y}]}\n"


def read(folder: Path, indicators: str, files: dict[str, str]) -> ReadDataset:
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
    path = write_index(folder, f"indicators: {indicators}\n{TREE}", None, files=files)
    return read_dataset(load_config(path))


def test_titles_of_a_file_that_has_none(tmp_path: Path) -> None:
    found = read(tmp_path, "{file: a.csv, header: [unit, x, y]}", {"a.csv": "A,1,2\nB,3,4\n"})
    assert found.dataset.units.codes == ("A", "B")
    assert found.dataset.values.tolist() == [[[1, 2], [3, 4]]]


def test_titles_stand_in_errors_without_a_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.csv: no column 'y' \(the indicators\)"):
        read(tmp_path, "{file: a.csv, header: [unit, x, z]}", {"a.csv": "A,1,2\nB,3,4\n"})


def test_uneven_rows_are_refused_unless_they_are_kept(tmp_path: Path) -> None:
    files = {"a.csv": "unit,x,y\nA,1\nB,3,4,stray\nC,5,6\n"}
    with pytest.raises(DataError, match=r"a\.csv:2: 2 cells in this row, 3 in the header"):
        read(tmp_path, "{file: a.csv}", files)
    found = read(tmp_path, "{file: a.csv, uneven: keep}", files)
    assert found.dataset.values[0, 1:].tolist() == [[3, 4], [5, 6]]
    assert found.dataset.values[0, 0, 0] == 1
    assert found.dataset.values[0, 0, 1] != found.dataset.values[0, 0, 1]
    assert any("2 rows with another number of cells than the header" in remark for remark in found.remarks)


def test_all_tables_of_a_folder(tmp_path: Path) -> None:
    files = {
        "data/a.csv": "unit,x\nA,1\nB,3\n",
        "data/b.tsv": "unit\ty\nA\t2\nB\t4\n",
        "data/notes.md": "no table",
    }
    found = read(tmp_path, "{file: data}", files)
    assert found.dataset.values.tolist() == [[[1, 2], [3, 4]]]
    (tmp_path / "data" / "a.csv").unlink()
    (tmp_path / "data" / "b.tsv").unlink()
    with pytest.raises(DataError, match="no readable file in this folder"):
        read(tmp_path, "{file: data}", {})
