"""CSV of many rows through pyarrow: the same bytes as row by row."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.io import rendering
from innov_index.model.sheet import Picked, Sheet

pytest.importorskip("pyarrow")

NUMBERS = st.floats(allow_infinity=False) | st.sampled_from(
    [0.0, -0.0, 100.0, 1e-4, 9.9e-5, 1e9, 123456789.5]
)
TEXTS = st.text(max_size=5) | st.sampled_from(
    ["=1+1", " @x", "a,b", 'say "a"', "two\nlines", "É", "-1", "\0=", ""]
)


@pytest.fixture
def all_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MANY", 0)
    monkeypatch.setattr(rendering, "_ROWS", 3)


@settings(max_examples=200)
@given(
    rows=st.lists(st.tuples(NUMBERS, TEXTS, st.none() | st.integers() | NUMBERS, st.booleans()), max_size=8)
)
@pytest.mark.usefixtures("all_rows_are_many")
def test_cells_are_written_as_row_by_row(rows):
    columns = list(zip(*rows, strict=True)) or [[], [], [], []]
    numbers, texts, mixed, flags = columns
    sheet = Sheet.of_columns(
        {
            "number": np.array(numbers, dtype=np.float64),
            "a,text": list(texts),
            "mixed": [None if cell is None or math.isnan(cell) else cell + 0 for cell in mixed],
            "flag": list(flags),
        }
    )
    assert rendering.render(sheet, Path("a.csv")) == rendering.to_csv(sheet).encode()
    assert rendering.to_csv(sheet) == rendering.to_csv(Sheet(sheet.columns, tuple(sheet.rows)))


@settings(max_examples=100)
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=5), data=st.data(), ranks=st.lists(st.integers(), min_size=1)
)
@pytest.mark.usefixtures("all_rows_are_many")
def test_texts_that_are_picked_are_written_as_texts(texts, data, ranks):
    places = st.lists(st.integers(0, len(texts) - 1), min_size=len(ranks), max_size=len(ranks))
    names = Picked(texts, np.array(data.draw(places)))
    sheet = Sheet.of_columns({"unit": names, "name": names, "rank": ranks})
    listed = Sheet.of_columns({"unit": list(names), "name": list(names), "rank": ranks})
    assert sheet == listed
    assert sheet.kinds == listed.kinds
    assert rendering.render(sheet, Path("a.csv")) == rendering.to_csv(listed).encode()
    assert rendering.to_csv(sheet) == rendering.to_csv(listed)
    alone, also_alone = (Sheet.of_columns({"unit": own}) for own in (names, list(names)))
    assert rendering.to_parquet(alone) == rendering.to_parquet(also_alone)


@pytest.mark.usefixtures("all_rows_are_many")
def test_digits_are_those_of_python():
    values = np.random.default_rng(0).integers(0, 2**63, 200_000).view(np.float64)
    values = np.concatenate(
        [values[np.isfinite(values)], 10 ** np.random.default_rng(1).uniform(-5, 10, 200_000)]
    )
    sheet = Sheet.of_columns({"value": values, "again": values})
    lines = rendering.render(sheet, Path("a.csv")).decode().splitlines()[1:]
    assert lines == [f"{value!r},{value!r}" for value in values.tolist()]


@pytest.mark.usefixtures("all_rows_are_many")
def test_without_pyarrow_rows_are_written_by_python(monkeypatch):
    sheet = Sheet.of_columns({"unit": ["A", "B"], "value": np.array([1.5, np.nan])})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert rendering.render(sheet, Path("a.csv")) == b"unit,value\nA,1.5\nB,\n"
