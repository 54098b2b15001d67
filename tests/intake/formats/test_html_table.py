"""HTML pages named .xls: the file in the shape of a public one, and what browsers make of odd pages."""

from __future__ import annotations

import csv
import html
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.errors import DataError
from innov_index.intake.formats.html_table import HtmlTables
from innov_index.intake.formats.workbook import open_workbook
from innov_index.intake.raw_sheet import Merged

PATH = Path("report.xls")


def tables(text):
    book = HtmlTables(PATH, text.encode())
    return {title.name: book.sheet(title.name) for title in book.titles}


def rows(text):
    (sheet,) = tables(text).values()
    return sheet.rows


def refusal(content):
    with pytest.raises(DataError) as caught:
        HtmlTables(PATH, content)
    return str(caught.value)


def test_shape(shared):
    path = shared / "shapes/html-xls/report.xls"
    book = open_workbook(path, path.read_bytes())
    (title,) = book.titles
    header, *body = book.sheet(title.name).rows
    found = {
        (row[0], name): cell and float(cell)
        for row in body
        for name, cell in zip(header[1:], row[1:], strict=True)
    }
    with (path.parent / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {
            (line["unit"], line["indicator"]): float(line["value"]) if line["value"] else None
            for line in csv.DictReader(file)
        }
    assert found == expected


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Z"]), min_size=1),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_round_trip(cells):
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in cells
    )
    assert rows(f"<table>{body}</table>") == cells


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<table><tr><td>a<td>b<tr><td>c</table>", [["a", "b"], ["c"]]),
        ("<table><td>a</td></table>", [["a"]]),
        ("<TABLE><TR><TH> a <BR> b </TH></TR>", [["a b"]]),
        ("<table><tr><td>&nbsp;</td><td>1&nbsp;234</td></tr></table>", [[None, "1 234"]]),
        (
            "<table><tr><td><b>17.4</b><sup>1</sup></td><td>km<sup>2</sup></td></tr></table>",
            [["17.4 1", "km2"]],
        ),
        ("<table><tr><td>C&ocirc;te d&#39;Ivoire</td></tr></table>", [["Côte d'Ivoire"]]),
        (
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
            [["a"], ["1"]],
        ),
        ("<table><tr><td>a<script>x<y</script></td></tr></table>", [["a"]]),
        ("<table><tr></tr><tr><td>a</td></tr></table>", [[], ["a"]]),
        ("<table><tr><td><!-- x -->a</td></tr></table>text", [["a"]]),
    ],
)
def test_pages(text, expected):
    assert rows(text) == expected


def test_spans_become_merged_cells():
    text = """<table>
      <tr><th rowspan="2">Code</th><th colspan="2">People</th></tr>
      <tr><th>Staff</th><th>Pupils</th></tr>
      <tr><td>LYS</td><td>1</td><td>2</td></tr></table>"""
    (sheet,) = tables(text).values()
    assert sheet.rows == [["Code", "People", None], [None, "Staff", "Pupils"], ["LYS", "1", "2"]]
    assert sheet.merged == (Merged(0, 0, 1, 0), Merged(0, 1, 0, 2))
    assert str(sheet.places.mark(2, 1)) == "report.xls:table 1!B3"


def test_several_tables():
    text = """<table><caption>Scores</caption><tr><td>a</td></tr></table><table></table>
      <table><tr><td>outer<table><tr><td>inner</td></tr></table>more</td></tr></table>"""
    assert {name: sheet.rows for name, sheet in tables(text).items()} == {
        "Scores": [["a"]],
        "table 2": [["outermore"]],
        "table 3": [["inner"]],
    }


@pytest.mark.parametrize(
    "content",
    [
        '<meta charset="windows-1252"><table><tr><td>Malmö</td></tr></table>'.encode("cp1252"),
        "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'><table><td>Malmö".encode(
            "latin-1"
        ),
        "\ufeff<table><td>Malmö".encode("utf-16-le"),
        "\ufeff<table><td>Malmö".encode(),
    ],
)
def test_encodings(content):
    book = HtmlTables(PATH, content)
    assert book.sheet("table 1").rows == [["Malmö"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><p>404", "without a table"),
        (b"<table></table>", "without a table"),
        (b"<meta charset=klingon><table><td>a", "unknown encoding 'klingon'"),
        ("<table><td>Malmö".encode("latin-1"), "and the page states no encoding"),
    ],
)
def test_what_is_refused(content, words):
    assert words in refusal(content)


def test_hostile_spans_are_limited():
    text = "<table>" + '<tr><td colspan="999999999" rowspan="99999999">a</td></tr>' * 3 + "</table>"
    assert {len(row) for row in rows(text)} == {1000, 2000, 3000}
    assert "too many for a table" in refusal(b"<table>" + b'<tr><td colspan="1000">' * 50_001)


@given(
    st.lists(
        st.sampled_from(
            [
                "<table>",
                "</table>",
                "<tr>",
                "<td colspan=3>",
                "</td>",
                "<th rowspan=2>",
                "a",
                "<caption>",
                "</caption>",
                "<script>",
                "</script>",
                "&nbsp;",
                "<!--",
                "<",
                "]]>",
            ]
        )
    )
)
def test_any_order_of_tags_is_read_or_refused(pieces):
    content = ("<table><td>first</table>" + "".join(pieces)).encode()
    book = HtmlTables(PATH, content)
    assert book.sheet(book.titles[0].name).rows
