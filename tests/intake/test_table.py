"""Text tables: what is accepted, what is refused, and how the refusal reads."""

import gzip
import os
import subprocess
import sys

import numpy as np
import pytest

from innov_index.errors import DataError, Mark
from tests.reading import read_table


@pytest.fixture
def write(tmp_path):
    def write(content, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal(path, **options):
    with pytest.raises(DataError) as caught:
        read_table(path, **options)
    return str(caught.value)


def test_text_stays_text_and_numbers_become_numbers(write):
    table = read_table(write("unit,code,x,y\n Oslo ,007,1,-1.5\nNA,1e5,,.5\n"))
    assert table.columns == ("unit", "code", "x", "y")
    assert table.rows == 2
    assert table.text("unit") == ("Oslo", "NA")
    assert table.text("code") == ("007", "1e5")
    np.testing.assert_array_equal(table.numbers(["y", "x"]), [[-1.5, 1], [0.5, np.nan]])
    assert table.numbers([]).shape == (2, 0)
    assert table.remarks == ()


@pytest.mark.parametrize(
    ("written", "value"),
    [("1", 1), ("-1.5", -1.5), ("1e6", 1e6), (".5", 0.5), ("+3", 3), (" 4 ", 4), ("2.", 2), ("1E-3", 0.001)],
)
def test_forms_of_a_number(write, written, value):
    assert read_table(write(f"a,x\nu,{written}\n")).numbers(["x"]) == value


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("inf", "not finite"),
        ("-Infinity", "not finite"),
        ("1e999", "too large"),
        ("1_000", "missing"),
        ('"1,234"', "it is 1.234 or 1234: set `decimal: ','` or `decimal: '.'`"),
        ("\u0663", "missing"),
        ("0x1F", "missing"),
        ("<5", "say with `bounds`"),
        ("101-150", "say with `ranges`"),
        ("5 M", "may multiply the number"),
        ("12 km", "not a number"),
        ("$5", "not a number"),
        ("n/k", "list it under `missing`"),
    ],
)
def test_what_is_no_number(write, written, hint):
    table = read_table(write(f"unit,x\nu,1\n\nv,{written}\n"))
    with pytest.raises(DataError) as caught:
        table.numbers(["x"])
    (problem,) = caught.value.problems
    assert problem.mark == Mark(table.file, 4, 2)
    assert "column 'x'" in problem.message
    assert repr(written.strip('"')) in problem.message
    assert hint in problem.message


def test_missing_is_only_what_is_listed(write):
    path = write("unit,x,y\na,..,1\nb,-999,\nc,-999.0,NA\n")
    with pytest.raises(DataError, match="the cell is empty; if gaps are allowed"):
        read_table(path, missing=["..", "NA"]).numbers(["x", "y"])
    values = read_table(path, missing=["", "..", "NA", "-999"]).numbers(["x", "y"])
    np.testing.assert_array_equal(values, [[np.nan, 1], [np.nan, np.nan], [np.nan, np.nan]])


def test_all_bad_cells_are_counted_and_twenty_named(write):
    rows = "".join(f"u{i},bad{i},{i}\n" for i in range(50))
    with pytest.raises(DataError) as caught:
        read_table(write("unit,x,y\n" + rows)).numbers(["y", "x"])
    problems = caught.value.problems
    assert [problem.mark.line for problem in problems[:20]] == list(range(2, 22))
    assert problems[20].message == "and 30 more cells"
    assert len(problems) == 21


def test_required_columns(write):
    table = read_table(write("unit,GDP,population\na,1,2\n"))
    table.require(["unit", "GDP"], "anything")
    with pytest.raises(DataError) as caught:
        table.require(["gdp", "unit", "area"], "indicators of the index")
    text = str(caught.value)
    assert "no column 'gdp' (indicators of the index). Did you mean 'GDP'?" in text
    assert "no column 'area' (indicators of the index)." in text
    assert "Valid names: unit, GDP and population." in text
    for ask in (table.text, lambda name: table.numbers([name])):
        with pytest.raises(DataError, match="no column 'z'"):
            ask("z")


@pytest.mark.parametrize(
    ("name", "delimiter", "remarked"),
    [
        ("a.csv", ",", False),
        ("a.csv", ";", True),
        ("a.csv", "\t", True),
        ("a.csv", "|", True),
        ("a.tsv", "\t", False),
        ("a.txt", "\t", False),
        ("a.tsv", ",", True),
    ],
)
def test_delimiter_is_found(write, name, delimiter, remarked):
    rows = [["unit", '"a, b; c|d"', "x"], ["u", '"one, two"', "1.5"]]
    table = read_table(write("\n".join(delimiter.join(row) for row in rows), name))
    assert table.columns == ("unit", "a, b; c|d", "x")
    assert table.numbers(["x"]) == 1.5
    assert bool(table.remarks) == remarked


def test_delimiter_that_fits_the_rows_wins(write):
    table = read_table(write("unit;GDP, bn;Area, km2\nu;1;2\n"))
    assert table.columns == ("unit", "GDP, bn", "Area, km2")
    assert read_table(write("unit\nu\nv\n")).text("unit") == ("u", "v")


@pytest.mark.parametrize("options", [{"delimiter": ";;"}, {"delimiter": '"'}, {"delimiter": "\n"}])
def test_bad_options(write, options):
    assert f"`{next(iter(options))}` must be" in refusal(write("a;b\n1;2\n"), **options)


def test_options_of_other_formats_are_refused(write):
    assert "`sheet` says nothing about a text file" in refusal(write("a\n1\n"), sheet="S")


def test_decimal_comma_is_found(write):
    table = read_table(write("unit;x;y;note\nu;1,5;-0,25;a, b\nv;2;;c\n", "x.csv"))
    np.testing.assert_array_equal(table.numbers(["x", "y"]), [[1.5, -0.25], [2, np.nan]])
    assert table.remarks == (
        "x.csv: read with ';' between cells",
        "x.csv: ',' is the decimal mark in x and y",
    )


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.234,5", "7"], [1234.5, 7]),
        (["1,234.5", "12,000"], [1234.5, 12000]),
        (["1 234,5", "1\u00a0000"], [1234.5, 1000]),
        (["1'234.5", "12’000"], [1234.5, 12000]),
        (["1,234,567", "1,000"], [1234567, 1000]),
        (["1.234.567", "1.000"], [1234567, 1000]),
        (["0.812", "1.000"], [0.812, 1]),
        (["−5", "– 3"], [-5, -3]),
        (["(12.3)", "(4.50%)"], [-12.3, -4.5]),
        (["12%", "1st"], [12, 1]),
    ],
)
def test_marks_of_a_column(write, cells, values):
    """Thousands, decimals and signs as statistical offices and accountants print them."""
    table = read_table(write("unit;x\n" + "".join(f"u{i};{cell}\n" for i, cell in enumerate(cells))))
    assert table.numbers(["x"])[:, 0].tolist() == values


def test_other_columns_decide_a_mark_that_a_column_leaves_open(write):
    table = read_table(write('unit,x,y\nu,"1,234",0.5\nv,"2,345",1.5\n'))
    assert table.numbers(["x"])[:, 0].tolist() == [1234, 2345]
    assert any(
        "'1,234' in x is read as 1234, as '0.5' in another column shows" in each for each in table.remarks
    )
    table = read_table(write("unit;x;y\nu;1.234;0,5\nv;2,345;1,5\n"))
    with pytest.raises(DataError, match="2,345"):
        read_table(write("unit;x\nu;1.234\nv;2,345\n")).numbers(["x"])


@pytest.mark.parametrize(
    ("cell", "value", "note"),
    [
        ("17.4 (e)", 17.4, "(e)"),
        ("12.3 b", 12.3, "b"),
        ("45.1p", 45.1, "p"),
        (": c", np.nan, "c"),
        ("=2", 2, "="),
        ("601+", 601, "+"),
        ("~900", 900, "~"),
        ("7.4 [6.8-8.1]", 7.4, "[6.8-8.1]"),
        ("12*", 12, "*"),
    ],
)
def test_marks_beside_a_number_are_notes(write, cell, value, note):
    table = read_table(write(f"unit,x\nu,{cell}\nv,1\n"))
    np.testing.assert_array_equal(table.numbers(["x"])[:, 0], [value, 1])
    assert table.notes == {(0, "x"): note}
    assert any("kept as notes" in remark for remark in table.remarks)


def test_usual_marks_of_missing_are_told(write):
    table = read_table(write("unit,x\na,..\nb,n/a\nc,-\nd,\ne,5\nf,#N/A\n"))
    np.testing.assert_array_equal(table.numbers(["x"])[:, 0], [np.nan] * 4 + [5, np.nan])
    said = " ".join(table.remarks)
    assert "'..' (1 cell), 'n/a' (1 cell) and '-' (1 cell)" in said or "'..' (1 cell)" in said
    assert "'-' may also mean zero" in said


def test_decimal_comma_is_not_guessed_where_it_is_doubtful(write):
    table = read_table(write("x;y\n1,234;5,678\n"))
    with pytest.raises(DataError, match="set `decimal: ','`"):
        table.numbers(["x", "y"])
    with pytest.raises(DataError, match=r"'1,5' and '2\.5' have different decimal marks"):
        read_table(write("unit;x\na;1,5\nb;2.5\n")).numbers(["x"])


def test_decimal_comma_can_be_stated(write):
    path = write('unit,x\nu,"1,234"\n')
    assert read_table(path, decimal=",").numbers(["x"]) == 1.234
    assert read_table(path, decimal=".").numbers(["x"]) == 1234
    assert read_table(write("x;y\n1,5;1.234\n")).numbers(["x", "y"]).tolist() == [[1.5, 1234]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks(write, encoding):
    table = read_table(write("città,x\nMálaga,1\n".encode(encoding)))
    assert table.columns == ("città", "x")
    assert table.text("città") == ("Málaga",)
    assert any("utf-16" in remark for remark in table.remarks) == (encoding == "utf-16")


@pytest.mark.parametrize(
    ("text", "encoding", "looks_like"),
    [
        ("unit,x\na,1\n北京,2\n上海,3\n", "gb18030", "GB18030 (Chinese); set `encoding: gb18030`"),
    ],
)
def test_other_encodings_are_named_and_can_be_stated(write, text, encoding, looks_like):
    content = text.encode(encoding)
    path = write(content)
    message = refusal(path)
    assert looks_like in message
    offset = next(i for i, byte in enumerate(content) if byte > 127)
    assert f"{path}:3: byte 0x{content[offset]:02x} at offset {offset} is not utf-8 text" in message
    table = read_table(path, encoding=encoding)
    assert table.text("unit")[1:] == tuple(line.split(",")[0] for line in text.splitlines()[2:])


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-16-be"])
def test_encodings_that_leave_no_doubt_are_told(write, encoding):
    table = read_table(write("unit,x\nSão Paulo,2\nMálaga,3\n".encode(encoding)))
    assert table.text("unit") == ("São Paulo", "Málaga")
    assert encoding in table.remarks[0]


def test_lines_in_another_encoding_are_told(write):
    content = "unit,x\nMálaga,1\nKøbenhavn,2\n".encode() + b"M\xe1laga 2,3\n"
    table = read_table(write(content))
    assert table.text("unit") == ("Málaga", "København", "Málaga 2")
    assert "Windows-1252 in 1 line that are not UTF-8 (line 4)" in table.remarks[0]


def test_undecodable_even_in_cp1252(write):
    assert "looks like Latin-1" in refusal(write(b"unit,x\nM\xe1\x81laga,1\nb\xe1r,1\n"))


def test_unknown_encoding(write):
    assert "unknown encoding 'klingon'" in refusal(write("a\n1\n"), encoding="klingon")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\xff", "damaged"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1", "an old Excel workbook"),
        (b"PAR1\x00", "Parquet"),
    ],
)
def test_other_files_named_csv(write, content, words):
    assert words in refusal(write(content))


def test_lines_are_counted_through_quotes_and_blank_lines(write):
    table = read_table(write('\nunit,x\n"two\nlines",1\n\n  \nb,oops\n,\n'))
    assert table.text("unit") == ("two\nlines", "b")
    assert table.mark(0, "unit") == Mark(table.file, 3, 1)
    assert table.mark(1, "x") == Mark(table.file, 7, 2)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(write, newline):
    table = read_table(write(newline.join(["unit,x", "a,1", "b,2"])))
    assert table.text("unit") == ("a", "b")
    assert table.mark(1, "x").line == 3


def test_a_gap_in_a_single_column(write):
    np.testing.assert_array_equal(read_table(write('x\n1\n""\n\n3\n')).numbers(["x"]), [[1], [np.nan], [3]])


def test_rows_of_another_width_are_named(write):
    message = refusal(write("a,b,c\n1,2\n1,2,3\n1,2,3,4\n"))
    assert "data.csv:2: 2 cells in this row, 3 in the header" in message
    assert "data.csv:4: 4 cells in this row, 3 in the header" in message
    many = refusal(write("a,b\n" + "1\n" * 30))
    assert many.endswith("and 10 more rows")


def test_only_empty_cells_may_be_too_many_or_too_few(write):
    table = read_table(write("a,b,,\n1,2,,,,\n3,4\n5,6,\n"))
    np.testing.assert_array_equal(table.numbers(["a", "b"]), [[1, 2], [3, 4], [5, 6]])
    assert table.remarks == ()


def test_a_decimal_comma_before_an_empty_cell_shifts_the_cells(write):
    assert "data.csv:3: 4 cells in this row, 3 in the header" in refusal(write("unit,a,b\nu,1,2\nv,1,5,\n"))
    assert read_table(write("unit,a\nu,1,\nv,2,\n")).numbers(["a"])[:, 0].tolist() == [1, 2]


def test_column_without_a_name_is_left_out(write):
    table = read_table(write(",x\n0,1\n1,2\n"))
    assert table.columns == ("x",)
    assert table.remarks == ("data.csv: column 1 has no name and is left out",)
    assert table.mark(0, "x") == Mark(table.file, 2, 2)


def test_broken_quotes_name_the_row(write):
    message = refusal(write('a,b\n1,2\n"x,3\n4,5\n'))
    assert "data.csv:3: a quoted cell in this row is not closed" in message


def test_headers_and_emptiness(write):
    table = read_table(write("x,y, x\n1,2,3\n"))
    assert table.numbers(["y"]) == 2
    with pytest.raises(DataError, match=r"data\.csv:1:3: two columns are named 'x'"):
        table.numbers(["x"])
    for content in ("", " \n\n", "\ufeff"):
        assert refusal(write(content)).endswith("the file is empty")
    assert refusal(write("a,b\n")).endswith("has a header but no rows")


def test_files_that_are_not_there(write, tmp_path):
    write("a\n1\n", "units.csv")
    assert "no such file. Did you mean 'units.csv'?" in refusal(tmp_path / "unit.csv")
    assert "no such file." in refusal(tmp_path / "zzzzzz.parquet")
    assert f"the folder {tmp_path / 'no'} does not exist" in refusal(tmp_path / "no" / "a.csv")
    (tmp_path / "folder.csv").mkdir()
    assert refusal(tmp_path / "folder.csv").endswith("this is a folder; a file is expected")
    assert "its content is text" in refusal(write("a\n1\n", "a.ods"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="a superuser may read everything")
def test_no_permission(write):
    path = write("a\n1\n")
    path.chmod(0)
    assert "no permission" in refusal(path)


def test_gzip(write):
    whole = gzip.compress(b"unit;x\nu;1,5\n" * 1)
    table = read_table(write(whole, "a.csv.gz"))
    assert table.numbers(["x"]) == 1.5
    assert table.remarks[0].startswith("a.csv.gz: read with ';'")
    assert read_table(write(gzip.compress(b"unit\tx\nu\t1\n"), "B.TSV.GZ")).remarks == ()
    assert "truncated" in refusal(write(whole[:-9], "cut.csv.gz"))
    assert read_table(write("unit,x\nu,1\n", "plain.csv.gz")).numbers(["x"]) == 1


def test_five_thousand_units_by_two_hundred_indicators(write):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(5000, 200)).round(6)
    names = [f"i{k}" for k in range(200)]
    lines = [",".join(names)] + [",".join(map(str, row)) for row in values.tolist()]
    path = write("\n".join(lines))
    np.testing.assert_array_equal(read_table(path).numbers(names), values)


def test_start_up_imports_no_heavy_package():
    program = (
        "import sys, innov_index.intake.reading, innov_index.io.rendering, innov_index.io.hashing;"
        "print([name for name in ('pandas', 'pyarrow', 'openpyxl', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_published_tables_of_others(shared):
    """Source: tables of the GII and GIHI beside the project, one of them European (';' and decimal comma)."""
    folder = shared / "from_repos" / "gii" / "saraborello_billionaire-country-hotspots"
    table = read_table(folder / "global_innovation_index.csv")
    table.numbers(table.columns[1:])
    assert any("is the decimal mark" in remark for remark in table.remarks)
    assert table.columns[0] == "Economies"
    scores = read_table(shared / "published" / "gii" / "country_2020_scores.csv")
    assert np.isfinite(scores.numbers(["edition"])).all()


def test_a_name_too_long_for_a_file_is_no_file(tmp_path):
    assert "cannot be read" in refusal(tmp_path / ("a" * 300 + ".csv"))


def test_texts_that_an_older_writer_stored_as_bytes(tmp_path):
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    units = arrow.array(["Zürich".encode(), b"x", b"\xff"])
    parquet.write_table(arrow.table({"unit": units, "a": [1, 2, 3]}), tmp_path / "a.parquet")
    assert read_table(tmp_path / "a.parquet").text("unit") == ("Zürich", "x", "b'\\xff'")


def test_zero_bytes_that_fill_the_end_of_a_file_are_left_out_and_told(write):
    table = read_table(write(b"unit,x\nOslo,1\n" + b"\0" * 40))
    assert table.rows == 1
    assert any("40 zero bytes at the end left out" in remark for remark in table.remarks)
    assert "zero byte" not in refusal(write(b"unit,x\nOs\0lo,1\n" + b"\0" * 40))


def test_a_text_with_a_number_whose_mark_another_column_decides(write):
    table = read_table(write("unit;a;b\nA;1,25;e2,975\nB;3,5;-3,159\nC;4,75;5,294\n"))
    with pytest.raises(DataError, match="2:3: column 'b': found 'e2,975': not a number"):
        table.numbers(["a", "b"])


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ('x,y\n5.183,-5.52\n",5",18.91\n', "3:1"),
        ('x,y\n1.183,12.7\n"1,5",2.5\n', "3:1"),
        ('x,y\n"1,183","12,7"\n1.5,"2,5"\n', "3:1"),
    ],
)
def test_one_mistyped_mark_makes_no_thousands_of_a_column(write, rows, place):
    """1,5 among 1.183 would make 1183 of it, where all other columns have decimal points."""
    with pytest.raises(DataError, match=f"{place}.*set `decimal`"):
        read_table(write(rows)).numbers(["x"])


def test_numbers_in_words_are_no_evidence_of_a_decimal_mark(write):
    table = read_table(write('name,x\nlaw of 1.5.2020 and 2.5,"1,5"\nlaw 7.25,1.183\n'))
    assert table.numbers(["x"]).tolist() == [[1.5], [1183.0]]
