"""CSV, JSON and Markdown: exact bytes, safe texts, and numbers that survive the way there and back."""

import csv
import gzip
import io
import json
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from innov_index.errors import InnovIndexError
from innov_index.io.rendering import render, to_csv, to_json, to_markdown
from innov_index.io.writing import write_atomically
from innov_index.model.sheet import Sheet
from tests.reading import read_table

SMALL = Sheet(
    ["unit", "score", "rank", "kept"],
    [
        ["Oslo", np.float64(0.1), np.int64(1), np.bool_(True)],
        ["a, b", math.nan, 2, False],
        [None, -0.0, 3, None],
    ],
)
FLOATS = st.floats(allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def test_csv():
    assert to_csv(SMALL) == 'unit,score,rank,kept\nOslo,0.1,1,true\n"a, b",,2,false\n,0.0,3,\n'


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+x", "'+x"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\t=x", "'\t=x"),
        ("\rx", "' x"),
        ("\n=x", "' =x"),
        ("  =x", "'  =x"),
        ("a=b", "a=b"),
        ("two\nlines\r\nand more", "two lines and more"),
        ('say "x"', 'say "x"'),
        ("", ""),
    ],
)
def test_csv_texts_are_harmless(text, cell):
    written = to_csv(Sheet(["a", text or "b"], [[text, -1]]))
    rows = list(csv.reader(io.StringIO(written), strict=True))
    assert rows == [["a", cell or "b"], [cell, "-1"]]
    assert written.count("\n") == 2


def test_json():
    assert json.loads(to_json(SMALL)) == [
        {"unit": "Oslo", "score": 0.1, "rank": 1, "kept": True},
        {"unit": "a, b", "score": None, "rank": 2, "kept": False},
        {"unit": None, "score": 0.0, "rank": 3, "kept": None},
    ]
    assert to_json(Sheet(["a"], [])) == "[]\n"
    nasty = "</script><!-- & é 北京 \u2028 \\<"
    text = to_json(Sheet(["<a>"], [[nasty]]))
    assert not set("<>&\u2028") & set(text)
    assert "é 北京" in text
    assert json.loads(text) == [{"<a>": nasty}]


def test_markdown():
    assert to_markdown(SMALL) == (
        "| unit | score | rank | kept |\n"
        "| --- | ---: | ---: | --- |\n"
        "| Oslo | 0.1 | 1 | true |\n"
        "| a, b |  | 2 | false |\n"
        "|  | 0.0 | 3 |  |\n"
    )
    text = to_markdown(Sheet(["a|b"], [["<b> & `c` \\ [x](y)\nz"]]))
    assert text == "| a\\|b |\n| --- |\n| &lt;b&gt; &amp; \\`c\\` \\\\ \\[x](y) z |\n"


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.json", "a.md", "A.CSV"])
def test_same_rows_same_bytes(tmp_path, name):
    assert render(SMALL, tmp_path / name) == render(SMALL, tmp_path / name)


def test_format_by_name(tmp_path):
    assert gzip.decompress(render(SMALL, tmp_path / "a.csv.gz")).decode() == to_csv(SMALL)
    assert render(SMALL, tmp_path / "a.JSON").decode() == to_json(SMALL)
    for name in ("a.xls", "csv", "a.gz"):
        with pytest.raises(
            InnovIndexError, match=r"known formats are \.csv, \.csv\.gz, \.json, \.md, \.xlsx"
        ):
            render(SMALL, tmp_path / name)


@pytest.mark.parametrize(
    ("columns", "rows", "error"),
    [
        (["a", "b"], [[1]], ValueError),
        (["a"], [[math.inf]], ValueError),
        (["a"], [[object()]], TypeError),
    ],
)
def test_what_is_no_sheet_is_a_bug_of_ours(columns, rows, error):
    with pytest.raises(error):
        Sheet(columns, rows)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(values=st.lists(st.tuples(FLOATS, st.none() | FLOATS), min_size=1))
def test_numbers_read_back_exactly(tmp_path, name, values):
    path = tmp_path / name
    sheet = Sheet(["unit", "x", "y"], [[f"u{i}", *row] for i, row in enumerate(values)])
    write_atomically(path, render(sheet, path))
    read = read_table(path).numbers(["x", "y"])
    np.testing.assert_array_equal(read, np.array(values, dtype=float) + 0.0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(texts=st.lists(TEXTS, min_size=1), header=TEXTS.filter(str.strip))
def test_texts_read_back(tmp_path, texts, header):
    path = tmp_path / "a.csv"
    name = header.strip() + "_"
    write_atomically(path, render(Sheet([name, "rank"], [[text, 1] for text in texts]), path))
    table = read_table(path, delimiter=",", key=" ".join(name.split()))
    for original, text in zip([name, *texts], [table.columns[0], *table.text(table.columns[0])], strict=True):
        assert text.strip().removeprefix("'").split() == original.strip().removeprefix("'").split()
