"""Files as people have them: titles, furniture, encodings, formats, damage."""

from __future__ import annotations

import gzip
import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from innov_index.errors import DataError
from innov_index.intake.records import files
from innov_index.sources.source_kinds import SourceResult
from tests.reading import read_table
from tests.sources.deriving import derived, write_csv

RECORDS = [("A", "1"), ("B", "2"), ("A", "3")]
STATED = {
    "kind": "values",
    "columns": {"unit": "place", "n": "amount"},
    "indicators": {"n": {}, "sum": {"measure": "sum", "of": "n"}},
}
RIGHT = {"A": 4.0, "B": 2.0}


def totals(folder: Path, file: object, **stated: object) -> dict[str, float]:
    return dict(result(folder, file, **stated).columns["sum"].values)


def result(folder: Path, file: object, **stated: object) -> SourceResult:
    return derived(folder, file=file, **{**STATED, **stated})


def test_header_under_titles_and_furniture(tmp_path: Path) -> None:
    text = (
        "\ufeffA list,,,\n,,,\nas of July,,,\n Place ,,amount,\nA,,1,\nB,,2,\n,,,\nA,,3,\n© 2021 Example,,,\n"
    )
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    found = result(tmp_path, "list.csv")
    assert {unit: found.columns["sum"].values[unit] for unit in "AB"} == RIGHT
    assert found.account.records == 3
    assert found.account.unreadable == {}
    assert found.account.said == (
        "list.csv: the header is line 4",
        "list.csv: left out as notes below the table: line 9 ('© 2021 Example')",
    )


def test_several_names_of_a_column(tmp_path: Path) -> None:
    write_csv(tmp_path / "list.csv", ("place", "Amount ($B)"), RECORDS)
    columns = {"unit": "place", "n": ["amount", "Amount ($B)"]}
    assert totals(tmp_path, "list.csv", columns=columns) == RIGHT


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    write_csv(tmp_path / "list.csv", ("place", "amounts"), RECORDS)
    with pytest.raises(DataError, match=r"no column 'amount'\. Did you mean 'amounts'\?") as caught:
        totals(tmp_path, "list.csv")
    assert "place and amounts" in str(caught.value)


def test_a_line_in_another_encoding(tmp_path: Path) -> None:
    lines = ["place,amount", "Zürich,1", "München,2"]
    content = b"\n".join([lines[0].encode(), lines[1].encode("cp1252"), lines[2].encode()])
    (tmp_path / "list.csv").write_bytes(content)
    found = result(tmp_path, "list.csv")
    assert found.columns["sum"].values == {"München": 2.0, "Zürich": 1.0}
    told = "list.csv: read with Windows-1252 in 1 line that are not UTF-8 (line 2)"
    assert found.account.said == (told,)


def test_encodings_that_are_stated_or_marked(tmp_path: Path) -> None:
    text = "place,amount\nSão Paulo,1\n"
    (tmp_path / "marked.csv").write_bytes(text.encode("utf-16"))
    (tmp_path / "stated.csv").write_bytes(text.encode("cp1252"))
    assert totals(tmp_path, "marked.csv") == {"São Paulo": 1.0}
    assert totals(tmp_path, "stated.csv", encoding="cp1252") == {"São Paulo": 1.0}


def test_commas_in_names_and_uneven_rows(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text('place,amount\n"Paris, France",1\nA,2,stray\nB\n')
    found = result(tmp_path, "list.csv")
    assert found.columns["sum"].values["Paris, France"] == 1.0
    (told,) = found.account.said
    assert "2 rows with another number of cells than the header (line 3 and line 4)" in told
    assert found.account.records == 3


def test_no_default_list_of_missing_values(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "list.csv", ("place", "amount"), [("NA", "1"), ("None", "2"), ("007", "3"), ("nan", "4")]
    )
    assert totals(tmp_path, "list.csv") == {"007": 3.0, "NA": 1.0, "None": 2.0, "nan": 4.0}


def in_formats(folder: Path) -> dict[str, object]:
    """The same records in every format."""
    write_csv(folder / "a.csv", ("place", "amount"), RECORDS)
    (folder / "a.csv.gz").write_bytes(gzip.compress((folder / "a.csv").read_bytes()))
    (folder / "a.tsv").write_text((folder / "a.csv").read_text().replace(",", "\t"))
    lines = [json.dumps({"place": place, "amount": int(amount)}) for place, amount in RECORDS]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "a.dat").write_text("\n".join(f'"{place}",{amount}' for place, amount in RECORDS))
    database = sqlite3.connect(folder / "a.db")
    database.execute("create table records (place text, amount integer)")
    database.executemany("insert into records values (?, ?)", RECORDS)
    database.commit()
    database.close()
    return {
        "a.csv": {},
        "a.csv.gz": {},
        "a.tsv": {},
        "a.jsonl": {},
        "a.dat": {"header": ["place", "amount"]},
        "sqlite:///a.db": {"table": "records"},
    }


def test_formats(tmp_path: Path) -> None:
    for file, stated in in_formats(tmp_path).items():
        assert totals(tmp_path, file, **stated) == RIGHT, file
    query = "select place, amount from records where amount > 1"
    assert totals(tmp_path, "sqlite:///a.db", query=query) == {"A": 3.0, "B": 2.0}


def test_workbooks(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["A title"])
    book.active.append(["place", None, "amount"])
    for place, amount in RECORDS:
        book.active.append([place, None, int(amount)])
    book.save(tmp_path / "a.xlsx")
    assert totals(tmp_path, "a.xlsx") == RIGHT


def test_parquet_by_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    from innov_index.intake.records import arrow as reading

    monkeypatch.setattr(reading, "ROWS_A_PARTITION", 1)
    table = arrow.table({"place": ["A", "B", "A", None], "amount": [1, 2, 3, None]})
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=1)
    assert len(files.partitions(files.FileOptions(file="a.parquet"), tmp_path)) == 4
    assert totals(tmp_path, "a.parquet") == RIGHT


def test_a_database_through_sqlalchemy(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    in_formats(tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        totals(tmp_path, f"sqlite+pysqlite:///{tmp_path}/a.db", table="absent")
    assert totals(tmp_path, f"sqlite+pysqlite:///{tmp_path}/a.db", table="records") == RIGHT


def test_folders_patterns_and_lists(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    for number, record in enumerate(RECORDS):
        write_csv(folder / f"{number}.csv", ("place", "amount"), [record])
    (folder / "notes.md").write_text("not records")
    assert totals(tmp_path, "records") == RIGHT
    assert totals(tmp_path, "records/*.csv") == RIGHT
    assert totals(tmp_path, ["records/0.csv", "records/1.csv", "records/2.csv", "records/0.csv"]) == RIGHT


def test_large_text_files_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    text = "A title\nplace,amount\n" + 'A,1\n"B",2\n" A ",3\n' * 50
    (tmp_path / "list.csv").write_text(text)
    tolerant = totals(tmp_path, "list.csv")
    monkeypatch.setattr(files, "LARGE", 1)
    assert totals(tmp_path, "list.csv") == tolerant == {"A": 200.0, "B": 100.0}
    # rows of another width, or a line in another encoding: the careful reader takes over
    (tmp_path / "list.csv").write_bytes(text.encode() + "Zürich,4\n".encode("cp1252") + b"A,1,stray\n")
    found = result(tmp_path, "list.csv")
    assert found.columns["sum"].values == {"A": 201.0, "B": 100.0, "Zürich": 4.0}
    encoding, header, uneven = found.account.said
    assert header == "list.csv: the header is line 2"
    assert encoding == "list.csv: read with Windows-1252 (cp1252) as encoding, which nothing states"
    assert "1 row with another number of cells than the header (line 154)" in uneven
    monkeypatch.setattr(files, "LARGE", 1 << 20)
    assert result(tmp_path, "list.csv").account.said == found.account.said


@pytest.mark.parametrize("large", [False, True])
def test_a_truncated_gzip_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        pytest.importorskip("pyarrow")
        monkeypatch.setattr(files, "LARGE", 4)
    text = "place,amount\n" + "".join(f"place {n},{n * 7919 % 1000}\n" for n in range(200_000))
    whole = gzip.compress(text.encode())
    (tmp_path / "list.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"list\.csv\.gz.*truncated"):
        totals(tmp_path, "list.csv.gz")


def test_a_truncated_parquet_is_one_clear_error(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(
        arrow.table({"place": ["A"] * 999, "amount": list(range(999))}), tmp_path / "a.parquet"
    )
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"a\.parquet.*truncated"):
        totals(tmp_path, "a.parquet")


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("absent.csv", r"absent\.csv: no such file"),
        ("absent/*.csv", "no file has a name of this pattern"),
        ("list.doc", r"this is a PDF document; a table is expected"),
        ("sqlite:///absent.db", "this database file does not exist"),
        ("empty.csv", r"empty\.csv"),
        ("empty", "no readable file in this folder"),
    ],
)
def test_what_cannot_be_read_is_one_error(tmp_path: Path, file: str, message: str) -> None:
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "list.doc").write_bytes(b"%PDF-1.7")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=message):
        totals(tmp_path, file, **({"table": "records"} if "://" in file else {}))


def test_an_empty_partition_is_no_problem(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    write_csv(folder / "0.csv", ("place", "amount"), [])
    write_csv(folder / "1.csv", ("place", "amount"), RECORDS)
    assert totals(tmp_path, "records") == RIGHT
    assert totals(tmp_path, "records/0.csv") == {}


def test_the_row_with_the_most_columns_is_named_below_titles(tmp_path: Path) -> None:
    """The title alone would suggest another delimiter."""
    (tmp_path / "a.csv").write_text("A list; made in 2020; of places\n\nplace,sum\nA,1\n")
    with pytest.raises(DataError, match=r"a\.csv:3:1: no column 'amount'"):
        totals(tmp_path, "a.csv")


def test_a_name_too_long_for_a_file_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        totals(tmp_path, "a" * 300 + ".csv")


def test_a_row_of_zeros_in_a_workbook_is_a_record(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["place", "amount"], [0, 0], [0, 3], [None, None], ["", ""]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    found = result(tmp_path, "a.xlsx")
    assert found.account.records == 2


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.xlsx"])
def test_a_wanted_column_that_is_there_twice_is_refused(tmp_path: Path, name: str) -> None:
    """One that nobody wants may be."""
    openpyxl, arrow = pytest.importorskip("openpyxl"), pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    def write(*header: str) -> None:
        cells = [1 if column == "amount" else "A" for column in header]
        if name == "a.csv":
            write_csv(tmp_path / name, header, [cells])
        elif name == "a.parquet":
            columns = [arrow.array([cell]) for cell in cells]
            parquet.write_table(arrow.Table.from_arrays(columns, list(header)), tmp_path / name)
        else:
            book = openpyxl.Workbook()
            book.active.append(header)
            book.active.append(cells)
            book.save(tmp_path / name)

    write("place", "note", "note", "amount")
    assert totals(tmp_path, name) == {"A": 1.0}
    write("place", "amount", "amount")
    with pytest.raises(DataError, match=rf"{name}.*: two columns are named 'amount'"):
        totals(tmp_path, name)


class TestColumnsOfParquet:
    """Whatever type a column has: its cells are read as they are, or refused by name."""

    def documents(self, folder: Path, ids: Callable[[Any], Any]) -> dict[str, float]:
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        table = arrow.table({"id": ids(arrow), "city": ["a", "b", "a", "a"]})
        parquet.write_table(table, folder / "a.parquet")
        found = derived(
            folder,
            kind="documents",
            file="a.parquet",
            columns={"document": "id", "unit": "city"},
            indicators={"n": {}},
        )
        return dict(found.columns["n"].values)

    @pytest.mark.parametrize(
        "ids",
        [
            lambda arrow: arrow.array([2**64 - 1, 1, 2, 2], arrow.uint64()),
            lambda arrow: arrow.array(np.array([1, 2, 3, 3], np.float16)),
            lambda arrow: arrow.array([b"x", b"y", b"z", b"z"]),
            lambda arrow: arrow.array([b"x", b"y", b"z", b"z"], arrow.binary(1)),
            lambda arrow: arrow.array(["x", "y", "z", "z"], arrow.large_string()),
        ],
    )
    def test_identifiers_of_any_type(self, tmp_path: Path, ids: Callable[[Any], Any]) -> None:
        assert self.documents(tmp_path, ids) == {"a": 2.0, "b": 1.0}

    def test_identifiers_that_are_all_missing(self, tmp_path: Path) -> None:
        """Records without one are each a document, as in the other formats."""
        by_null = self.documents(tmp_path, lambda arrow: arrow.nulls(4))
        assert by_null == self.documents(tmp_path, lambda arrow: arrow.array([""] * 4))

    @pytest.mark.parametrize(
        ("ids", "reason"),
        [
            (
                lambda arrow: arrow.array([[1], [2], [3], [4]]),
                r"is of type list<.*; write \[\] for a row of each element",
            ),
            (lambda arrow: arrow.array([{"a": 1}] * 4), "is an object; name one of its keys: .a"),
            (lambda arrow: arrow.array([b"\xff"] * 4), "holds bytes that are no UTF-8 text"),
        ],
    )
    def test_no_single_text(self, tmp_path: Path, ids: Callable[[Any], Any], reason: str) -> None:
        with pytest.raises(DataError, match=rf"a\.parquet: (column )?'id' {reason}"):
            self.documents(tmp_path, ids)

    def test_a_page_is_compared_with_its_check_sum(self, tmp_path: Path) -> None:
        arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        path = tmp_path / "a.parquet"
        table = arrow.table({"place": ["A"] * 4, "amount": [1.5, 2.5, 3.5, 4.5]})
        how = {"compression": "none", "use_dictionary": False, "write_page_checksum": True}
        parquet.write_table(table, path, **how)
        content = path.read_bytes()
        amount = struct.pack("<d", 3.5)
        assert content.count(amount) == 1
        path.write_bytes(content.replace(amount, struct.pack("<d", 9.5)))
        with pytest.raises(DataError, match=r"a\.parquet: cannot be read as a Parquet file"):
            totals(tmp_path, "a.parquet")
        with pytest.raises(DataError, match=r"a\.parquet: cannot be read as a Parquet file"):
            read_table(path)


def test_all_columns_that_are_missing_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("plaxce,x\nA,1\n")
    with pytest.raises(DataError) as caught:
        result(tmp_path, "list.csv")
    missing, present = str(caught.value).splitlines()[0].split(". ")
    assert missing.endswith("list.csv:1:1: no columns 'place' (did you mean 'plaxce'?) and 'amount'")
    assert present == "Columns in this file: plaxce and x"
