"""JSON lines and databases as records: only what is wanted is kept; a key that an object lacks is a gap."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from innov_index.errors import DataError
from tests.intake.records.test_one_intake import RIGHT, result
from tests.reading import read_table


def test_nested_values_of_columns_that_nobody_wants(tmp_path: Path) -> None:
    rows = [{"place": "A", "authors": [{"n": 1}], "amount": 1}, {"place": "B", "amount": 2, "x": {}}]
    text = "\n".join(map(json.dumps, [*rows, {"amount": 3, "place": "A"}]))
    (tmp_path / "a.json").write_text(text)
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(text.encode()))
    for name in ("a.json", "a.ndjson.gz"):
        assert result(tmp_path, name).columns["sum"].values == RIGHT


def test_a_line_that_is_no_object_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"place": "A", "amount": 1}\n[1]\n')
    with pytest.raises(DataError, match=r"a\.jsonl:2: each line must be one JSON object"):
        result(tmp_path, "a.jsonl")
    (tmp_path / "b.jsonl").write_text("place,amount\nA,1\n")
    with pytest.raises(DataError, match=r"b\.jsonl:1: this line is not JSON"):
        result(tmp_path, "b.jsonl")


def test_a_table_of_indicators_may_be_json_lines(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"unit": "A", "x": 1.5}\n\n{"unit": "B"}\n{"unit": "C", "x": "2 b"}\n')
    table = read_table(tmp_path / "a.jsonl")
    assert table.text("unit") == ("A", "B", "C")
    numbers = table.numbers(["x"])[:, 0].tolist()
    assert numbers[0::2] == [1.5, 2.0]
    assert numbers[1] != numbers[1]
    assert str(table.mark(2, "x")) == f"{tmp_path / 'a.jsonl'}:4"


def test_a_query_with_a_column_twice_is_refused(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "a.db")
    database.execute("create table r (place text, amount integer)")
    database.execute("insert into r values ('A', 4), ('B', 2)")
    database.commit()
    database.close()
    assert result(tmp_path, "sqlite:///a.db", table="r").columns["sum"].values == RIGHT
    with pytest.raises(DataError, match="two columns are named 'amount'"):
        result(tmp_path, "sqlite:///a.db", query="select place, amount, amount from r")
