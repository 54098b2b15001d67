"""Records in files of any shape: read as tables are, in the same words; a large file as a small one."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from innov_index.config.language import TableBlock
from innov_index.intake.records import files
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import derived

PLAIN = "place,amount\nA,1\nB,2\nA,3\n"
RIGHT = {"A": 4.0, "B": 2.0}


def result(folder: Path, file: object, **stated: object) -> SourceResult:
    columns = {"unit": "place", "n": "amount"}
    indicators = {"sum": {"measure": "sum", "of": "n"}}
    return derived(folder, kind="values", columns=columns, indicators=indicators, file=file, **stated)


def write_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("records.csv", PLAIN)


WRITTEN: dict[str, Callable[[Path], Any]] = {
    "gz": lambda path: path.write_bytes(gzip.compress(PLAIN.encode())),
    "bz2": lambda path: path.write_bytes(bz2.compress(PLAIN.encode())),
    "xz": lambda path: path.write_bytes(lzma.compress(PLAIN.encode())),
    "zip": write_zip,
    "utf-16": lambda path: path.write_bytes(PLAIN.encode("utf-16")),
    "old line ends": lambda path: path.write_text(PLAIN.replace("\n", "\r"), newline=""),
    "JSON lines": lambda path: path.write_text(
        '{"place": "A", "amount": 1}\n{"place": "B", "amount": 2}\n{"amount": 3, "place": "A"}\n'
    ),
    "HTML": lambda path: path.write_text(
        "<html><table><tr><th>place<th>amount<tr><td>A<td>1<tr><td>B<td>2<tr><td>A<td>3</table></html>"
    ),
}


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("form", WRITTEN)
def test_formats_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, large: bool) -> None:
    if large:
        monkeypatch.setattr(files, "LARGE", 1)
    WRITTEN[form](tmp_path / "records.dat")
    assert result(tmp_path, "records.dat").columns["sum"].values == RIGHT


SHAPES: dict[str, tuple[str, dict[str, object], dict[str, float], list[str]]] = {
    "decimal commas, titles, delimiters at the ends": (
        "Titel;;\nplace;amount;x\nA;1,5;\nB;2,25;\nA;1.000,5;\n",
        {},
        {"A": 1002.0, "B": 2.25},
        ["read with ';' between cells", "the header is line 2"],
    ),
    "units of measurement and a source": (
        "place,amount,other\n,EUR,people\nA,1,2\nB,2,3\nA,3,4\n\nSource: me\n",
        {},
        RIGHT,
        [
            "left out as units of measurement: line 2 ('EUR')",
            "left out as notes below the table: line 7 ('Source: me')",
        ],
    ),
    "a header that repeats": (
        "place,amount\nA,1\nB,2\nplace,amount\nA,3\n",
        {},
        RIGHT,
        ["left out as header repeated: line 4 ('place')"],
    ),
    "titles that are stated": ("A,1\nB,2\nA,3\n", {"header": ["place", "amount"]}, RIGHT, []),
    "a header that is stated": (
        "place,amount\nx,y\nplace,amount\nA,1\nB,2\nA,3\n",
        {"header": 3},
        RIGHT,
        ["the header is line 3"],
    ),
    "rows above that are left out": (
        "place,amount\nx,y\nplace,amount\nA,1\nB,2\nA,3\n",
        {"skip": 2},
        RIGHT,
        [],
    ),
    "cells that are stated": (
        "x,place,amount\n1,A,1\n1,B,2\n1,A,9\n",
        {"range": "B1:C3"},
        {"A": 1, "B": 2},
        [],
    ),
    "records in columns": ("place,A,B,A\namount,1,2,3\n", {"transposed": True}, RIGHT, []),
    "marks, words, bounds": (
        "place,amount\nA,Yes\nB,No\nA,-999.0\nB,12 b\nB,<5\nA,5-7\n",
        {"map": {"Yes": 1, "No": 0}, "missing": ["-999"], "bounds": "half", "ranges": "mean"},
        {"A": 7.0, "B": 14.5},
        [],
    ),
    "a decimal mark that is stated": (
        "place;amount\nA;1,234\nB;2,000\n",
        {"decimal": ","},
        {"A": 1.234, "B": 2},
        ["read with ';' between cells"],
    ),
    "lakhs": ('place,amount\nA,"1,11,21,815"\nB,"1,234.5"\n', {}, {"A": 11121815.0, "B": 1234.5}, []),
    "uneven rows": (
        "place,amount,x\nA,1,\nB,2\nA,3,,stray\n",
        {},
        RIGHT,
        ["2 rows with another number of cells than the header (line 3 and line 4)"],
    ),
    "a byte order mark": ("\ufeffplace,amount\nA,1\nB,2\nA,3\n", {}, RIGHT, []),
    "lines in another encoding": (
        "place,amount,x\nA,1,\nB,2,\nA,3,\udcfc\n",
        {},
        RIGHT,
        ["read with Windows-1252 (cp1252) as encoding, which nothing states"],
    ),
    "cells of several lines": ('place,amount,x\nA,1,"a\n\nb"\nB,2,\nA,3,"c, ""d"""\n', {}, RIGHT, []),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_large_file_is_read_as_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    """Whole, in blocks through pyarrow where it is plain enough, and row by row: the same sums and words."""
    text, stated, expected, told = SHAPES[shape]
    (tmp_path / "list.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    whole = result(tmp_path, "list.csv", **stated)
    assert whole.columns["sum"].values == expected
    assert len(whole.account.said) == len(told)
    for words in told:
        assert [said for said in whole.account.said if words in said]
    monkeypatch.setattr(files, "LARGE", 1)
    for find in (files.find_spec, lambda name: None):
        monkeypatch.setattr(files, "find_spec", find)
        large = result(tmp_path, "list.csv", **stated)
        assert large.columns["sum"].values == expected
        assert set(large.account.said) == set(whole.account.said)
        assert large.account.records == whole.account.records


def test_notes_at_the_end_of_a_compressed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are known only after all has been read; then the file is begun again."""
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(files, "LARGE", 4)
    rows = "".join(f"{'AB'[n % 2]},{n},x\n" for n in range(1000))
    content = f"place,amount,x\n{rows}Source: me,,\n"
    (tmp_path / "list.csv.gz").write_bytes(gzip.compress(content.encode()))
    found = result(tmp_path, "list.csv.gz")
    assert found.columns["sum"].values == {"A": sum(range(0, 1000, 2)), "B": sum(range(1, 1000, 2))}
    assert found.account.said == ("list.csv.gz: left out as notes below the table: line 1002 ('Source: me')",)


def test_uneven_rows_may_be_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("place,amount\nA,1\nB,2,3\n")
    with pytest.raises(Exception, match=r"list\.csv:3: 3 cells in this row, 2 in the header"):
        result(tmp_path, "list.csv", uneven="refuse")


def test_sheets_of_a_workbook(tmp_path: Path) -> None:
    """The one with the wanted columns; or several that are stated or match a pattern."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["About these data"])
    for name, rows in {"S 1": [["A", 1], ["B", 2]], "S 2": [["A", 3]]}.items():
        sheet = book.create_sheet(name)
        for row in ([f"Title of {name}"], ["place", "amount"], *rows):
            sheet.append(row)
    book.save(tmp_path / "both.xlsx")
    assert result(tmp_path, "both.xlsx", sheet="S *").columns["sum"].values == RIGHT
    assert result(tmp_path, "both.xlsx", sheet=["S 1", "S 2"]).columns["sum"].values == RIGHT
    del book["S 2"]
    book.save(tmp_path / "one.xlsx")
    found = result(tmp_path, "one.xlsx")
    assert found.columns["sum"].values == {"A": 1.0, "B": 2.0}
    assert "one.xlsx: read from the sheet S 1" in found.account.said


def test_a_formula_that_failed_is_missing_and_named(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["place", "amount"], ["A", 4], ["B", 2]):
        book.active.append(row)
    book.active.append(["B", "#N/A"])
    book.active["B4"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    found = result(tmp_path, "a.xlsx")
    assert found.columns["sum"].values == RIGHT
    assert found.account.unreadable == {"n": 1}
    (told,) = found.account.said
    assert told.startswith("a.xlsx: results of formulas that failed are missing: #N/A in ")


def test_a_data_package_is_read_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("place;amount\nA;1\nB;2\nA;3\n")
    (tmp_path / "datapackage.json").write_text(
        '{"name": "x", "resources": [{"name": "x", "path": "x.csv", "dialect": {"delimiter": ";"}}]}'
    )
    found = result(tmp_path, "datapackage.json")
    assert found.columns["sum"].values == RIGHT
    assert [path.name for path in found.files] == ["datapackage.json", "x.csv"]


def test_sources_know_all_words_of_tables() -> None:
    """With the same defaults, but for rows of another width; `where` is a filter of records."""
    own = {name: field.default for name, field in files.FileOptions.__dataclass_fields__.items()}
    tables = {name: field.default or None for name, field in TableBlock.model_fields.items()}
    for name in tables.keys() - {"file", "where", "uneven"}:
        assert (own[name] or None) == tables[name], name
    assert (own["uneven"], tables["uneven"]) == ("keep", "refuse")
