"""Large text files through pyarrow: the same table as from the reader that looks at every row."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from innov_index.errors import DataError
from innov_index.index import load
from innov_index.intake import large_text, reading
from innov_index.intake.arrow_column import ArrowColumn
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.intake.table import Table

pytest.importorskip("pyarrow")

CELLS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(repr),
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from(
        ["", "..", "5 b", "1.234", "+3", "1e5", " 7 ", "007", "0.5", "n/a", "12%", "x", "1,5", "inf"]
    ),
)


ASKED = Asked(("unit",), numbers=frozenset(["x", "y", "a", "b", "c"]))


def _both(path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> list[Table | str]:
    path.write_text(text)
    found: list[Table | str] = []
    for least in (0, 1 << 40):
        monkeypatch.setattr(reading, "LARGE", least)
        try:
            found.append(reading.read_table(path, reading.TableOptions(), ASKED))
        except DataError as error:
            found.append(str(error))
    return found


def _said(table: Table | str, names: list[str]) -> object:
    """All that a table says: texts, numbers and their places, or why not."""
    if isinstance(table, str):
        return table
    try:
        values = table.numbers(names).tolist()
    except DataError as error:
        values = str(error)
    marks = [str(table.mark(row, name)) for row in range(table.rows) for name in names]
    return table.columns, table.text("unit"), str(values), marks, dict(table.notes), table.remarks


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6),
    delimiter=st.sampled_from([",", ";", "\t"]),
    end=st.sampled_from(["", "\n", "\n\n", "\nSource: somebody\n", "\nv\n"]),
    start=st.sampled_from(["", "A title\n", "\n"]),
    head=st.sampled_from([20, 1 << 17]),
)
def test_both_say_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[list[str]],
    delimiter: str,
    end: str,
    start: str,
    head: int,
) -> None:
    monkeypatch.setattr(large_text, "_HEAD", head)
    lines = [
        delimiter.join(["unit", "x", "y"]),
        *(delimiter.join([f"u{at}", *row]) for at, row in enumerate(rows)),
    ]
    one, other = _both(tmp_path / "data.csv", start + "\n".join(lines) + end, monkeypatch)
    assert _said(one, ["x", "y"]) == _said(other, ["x", "y"])


def test_plain_files_are_read_by_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """0.1 + 0.2 and so on, in 17 digits: the very same numbers."""
    values = np.random.default_rng(0).normal(size=(2000, 3))
    lines = ["unit,a,b,c", *(f"u{at}," + ",".join(map(repr, row)) for at, row in enumerate(values.tolist()))]
    one, other = _both(tmp_path / "data.csv", "\n".join(lines) + "\n", monkeypatch)
    assert isinstance(one, Table)
    assert isinstance(other, Table)
    assert isinstance(one.found[1].cells, ArrowColumn)
    assert not isinstance(other.found[1].cells, ArrowColumn)
    assert (one.numbers(["a", "b", "c"]) == values).all()
    assert (other.numbers(["a", "b", "c"]) == values).all()
    some = one.only(np.array([5, 1999]))
    assert some.text("unit") == ("u5", "u1999")
    assert (some.numbers(["b"])[:, 0] == values[[5, 1999], 1]).all()


@pytest.mark.parametrize("odd", ["12,5", "nan", "1e400", "5 b", "..", "", "1 234.5"])
def test_numbers_are_read_as_such_only_while_all_are_plain(tmp_path, monkeypatch, odd):
    """Also where the odd one comes long after the beginning that was looked at."""
    monkeypatch.setattr(large_text, "_HEAD", 60)
    lines = ["unit;a;b", *(f"u{at};{at}.25;x" for at in range(300)), f"z;{odd};x", "zz;7.125;y"]
    one, other = _both(tmp_path / "data.csv", "\n".join(lines) + "\n", monkeypatch)
    assert _said(one, ["a"]) == _said(other, ["a"])
    assert isinstance(one, Table)
    column = one.found[1].cells
    assert isinstance(column, ArrowColumn)
    assert column.is_text == (odd != "")


def test_columns_whose_texts_are_asked_for_stay_texts(tmp_path, monkeypatch):
    """Patterns in `where` compare texts: 1.10 is not 1.1."""
    monkeypatch.setattr(reading, "LARGE", 0)
    lines = ["unit,x,version", *(f"u{at},{at}.25,1.{at % 2}0" for at in range(50))]
    (tmp_path / "data.csv").write_text("\n".join(lines) + "\n")
    config = {
        "units": {"file": "data.csv", "id": "unit", "where": {"version": "*.10"}},
        "indicators": {"file": "data.csv"},
        "index": {"code": "I", "children": [{"indicator": "x"}, {"indicator": "version"}]},
    }
    (tmp_path / "index.yaml").write_text(
        json.dumps({**config, "units": {**config["units"], "file": "data.csv"}})
    )
    assert len(load(tmp_path / "index.yaml").dataset.units) == 25
