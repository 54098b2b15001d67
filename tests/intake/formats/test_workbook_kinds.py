"""Workbooks of every kind beside openpyxl, LibreOffice and the files' own bytes."""

from __future__ import annotations

import datetime
import io
import re
import struct
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.errors import DataError
from innov_index.intake.formats.ods import OpenDocument
from innov_index.intake.formats.sheet_places import NOT_CALCULATED, column_letters, column_number
from innov_index.intake.formats.workbook import open_workbook
from innov_index.intake.raw_sheet import ErrorValue, Merged
from tests.reading import read_table
from tests.report.workbook.office import require_office

openpyxl = pytest.importorskip("openpyxl")
xlsxwriter = pytest.importorskip("xlsxwriter")
pytest.importorskip("python_calamine")

PATH = Path("d/book.xlsx")


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def written(fill):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    fill(book)
    book.close()
    return buffer.getvalue()


def changed(content, name, change):
    """The archive with one part changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            new.writestr(entry.filename, change(part) if entry.filename == name else part)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def only_sheet(content, path=PATH):
    book = open_workbook(path, content)
    (title,) = book.titles
    return book.sheet(title.name)


def plain(rows):
    """Rows without the blank cells and rows at their ends, floats for whole numbers."""
    found = []
    for row in rows:
        cells = [float(cell) if type(cell) is int else cell for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        found.append(cells)
    while found and not found[-1]:
        found.pop()
    return found


def all_sheets(content, path=PATH):
    book = open_workbook(path, content)
    return [book.sheet(title.name) for title in book.titles]


def refusal(content, path=PATH):
    with pytest.raises(DataError) as caught:
        all_sheets(content, path)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def by_openpyxl(content):
    """All sheets as openpyxl has them; dates at midnight are dates, as a sheet does not tell them apart."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        page.title: plain([[as_date(cell) for cell in row] for row in page.iter_rows(values_only=True)])
        for page in book.worksheets
    }


def as_date(cell):
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time.min:
        return cell.date()
    return cell


class TestShapes:
    @pytest.mark.parametrize(
        "name",
        [
            "coinr-xlsx",
            "eurostat-xlsx",
            "formulas",
            "fsi-xlsx",
            "hdr-xlsx",
            "hidden-merged",
            "inform-xlsx",
            "kof-panel",
            "sheet-per-year",
            "text-numbers",
            "wb-api-xlsx",
        ],
    )
    def test_like_openpyxl(self, shared, name):
        (path,) = (shared / "shapes" / name).glob("*.xlsx")
        content = path.read_bytes()
        book = open_workbook(path, content)
        found = {title.name: plain(book.sheet(title.name).rows) for title in book.titles}
        assert found == by_openpyxl(content)

    def test_formula_without_a_result(self, shared):
        (path,) = (shared / "shapes/cpi-xlsx").glob("*.xlsx")
        sheet = only_sheet(path.read_bytes(), path)
        assert sheet.rows[2][:4] == ["Country", "ISO3", "Region", "MUP score 2017"]
        assert sheet.rows[12][3] is NOT_CALCULATED
        assert str(sheet.places.mark(12, 3)) == f"{path}:MUPI 2017!D13"
        assert sheet.places.row(12) == "row 13 of MUPI 2017"

    def test_errors(self, shared):
        path = shared / "shapes/formulas/beds.xlsx"
        rows = open_workbook(path, path.read_bytes()).sheet("Index").rows
        assert rows[4] == ["NAM", ErrorValue("#DIV/0!"), "n/a", ErrorValue("#DIV/0!")]
        assert isinstance(rows[4][1], ErrorValue)
        assert not isinstance(rows[4][2], ErrorValue)

    def test_hidden_and_merged(self, shared):
        path = shared / "shapes/hidden-merged/cities.xlsx"
        book = open_workbook(path, path.read_bytes())
        assert [(title.name, title.hidden) for title in book.titles] == [("Old", True), ("Data", False)]
        sheet = book.sheet("Data")
        assert sheet.hidden == {6}
        assert sheet.merged == (Merged(0, 2, 0, 3), Merged(0, 4, 0, 6))

    def test_merged_header(self, shared):
        path = shared / "shapes/hdr-xlsx/HDR_Table_1.xlsx"
        stated = openpyxl.load_workbook(path).active.merged_cells.ranges
        expected = sorted((r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in stated)
        assert list(only_sheet(path.read_bytes(), path).merged) == expected

    @pytest.mark.parametrize(
        ("name", "sheet", "code", "values"),
        [
            ("xlsb/kilns.xlsb", "Data", 0, {"Kilns": 2, "Bricks": 3, "Clay": 4}),
            ("ods/goals.ods", "SDG", 0, {"Goal 1": 1, "Goal 2": 2, "Goal 3": 3}),
            ("old-xls/index2010.xls", "Results", 2, {"Rank": 0, "Score": 3, "Range low": 4, "Surveys": 5}),
        ],
    )
    def test_other_kinds(self, shared, name, sheet, code, values):
        import csv

        path = shared / "shapes" / name
        rows = open_workbook(path, path.read_bytes()).sheet(sheet).rows
        by_code = {row[code]: row for row in rows if len(row) > code}
        with (path.parent / "expected.csv").open(encoding="utf-8", newline="") as file:
            expected = list(csv.DictReader(file))
        assert len(expected) > 8
        for line in expected:
            row = by_code[line["unit"]]
            position = values[line["indicator"]]
            cell = row[position] if position < len(row) else None
            assert cell == (float(line["value"]) if line["value"] else None)

    def test_dates_of_an_old_workbook(self, shared):
        path = shared / "shapes/old-xls/index2010.xls"
        assert open_workbook(path, path.read_bytes()).sheet("Results").rows[1][1] == datetime.date(
            2010, 10, 26
        )


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
).filter(lambda text: not text.startswith(("=", "{=")) and not re.search(r"_x[0-9A-Fa-f]{4}_", text))
cells = st.one_of(
    st.none(),
    texts,
    st.booleans(),
    st.floats(-1e15, 1e15, allow_nan=False).map(lambda number: float(f"{number:.15g}")),
    st.integers(-(10**9), 10**9).map(float),
    st.dates(datetime.date(1900, 3, 1), datetime.date(2100, 1, 1)),
)


@given(st.lists(st.lists(cells, max_size=6), max_size=8))
def test_round_trip_of_openpyxl(rows):
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            if cell is not None:
                target = book.active.cell(number, column, cell)
                if isinstance(cell, str):
                    target.data_type = "s"
    assert plain(only_sheet(saved(book)).rows) == plain(rows)


@given(st.lists(st.lists(cells, max_size=6), max_size=8))
def test_round_trip_of_xlsxwriter(rows):
    def fill(book):
        page = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif isinstance(cell, bool):
                    page.write_boolean(number, column, cell)
                elif isinstance(cell, datetime.date):
                    page.write_datetime(number, column, cell, day)
                elif cell is not None:
                    page.write_number(number, column, cell)

    assert plain(only_sheet(written(fill)).rows) == plain(rows)


class TestExcelCells:
    @pytest.mark.parametrize(
        "form",
        ["0%", "0.00%", '0.0"d"', "#,##0;[Red]-#,##0", '0\\ "days"', "[$-409]#,##0", "# ?/?", "0.0E+00"],
    )
    def test_formats_of_numbers_leave_the_stored_number(self, form):
        def fill(book):
            book.add_worksheet().write_number(0, 0, 0.27, book.add_format({"num_format": form}))

        assert only_sheet(written(fill)).rows == [[0.27]]

    def test_dates_times_and_durations(self):
        def fill(book):
            page = book.add_worksheet()
            for column, (number, form) in enumerate(
                [(43831, "yyyy"), (43831.5, "d mmm yyyy hh:mm"), (0.25, "hh:mm"), (1.5, "[h]:mm")]
            ):
                page.write_number(0, column, number, book.add_format({"num_format": form}))

        expected = [datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1, 12), datetime.time(6), 1.5]
        assert only_sheet(written(fill)).rows == [expected]

    def test_durations_are_told(self, tmp_path):
        """36:00 is stored as 1.5."""
        book = openpyxl.Workbook()
        book.active.append(["unit", "x"])
        book.active.append(["u", datetime.timedelta(hours=36)])
        book.save(tmp_path / "x.xlsx")
        table = read_table(tmp_path / "x.xlsx")
        assert table.numbers(["x"]).tolist() == [[1.5]]
        assert "x.xlsx: 1 duration read as numbers of days" in table.remarks

    def test_days_since_1904(self):
        book = openpyxl.Workbook()
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        book.active["A1"] = datetime.date(2020, 2, 29)
        assert only_sheet(saved(book)).rows == [[datetime.date(2020, 2, 29)]]

    def test_errors_and_formulas(self):
        def fill(book):
            page = book.add_worksheet()
            for column, result in enumerate(["#DIV/0!", "#N/A", "", 5, "x", True]):
                page.write_formula(0, column, "=A9", None, result)
            page.write_string(0, 6, "#N/A")
            page.write_formula(2, 8, "=1/0", None, "#NUM!")

        first, _, last = only_sheet(written(fill)).rows
        assert first[:7] == ["#DIV/0!", "#N/A", NOT_CALCULATED, 5, "x", True, "#N/A"]
        assert [type(cell) for cell in first[:7]] == [ErrorValue] * 3 + [float, str, bool, str]
        assert last[8] == ErrorValue("#NUM!")

    def test_stored_empty_text_is_an_empty_cell(self):
        xml = b'<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>'
        assert only_sheet(with_rows(xml)).rows == [[None, 1.0]]

    @pytest.mark.parametrize(
        "xml",
        [
            b'<row r="2"><c r="B2"><f>A1</f></c></row>',
            b'<row r="2"><c r="B2"><f>A1</f><v/></c></row>',
            b'<row r="2"><c r="B2"><f>A1</f><v></v></c></row>',
            b"<row r='2'><c r='B2'><f>A1</f>\n</c></row>",
            b'<row r="1"/><row><c/><c><f>A1</f></c></row>',
            b'<row r="2"><c><v>1</v></c><c><f>A1</f></c></row>',
            b'<row r="2"><c r="A2"/><c><f>A1</f></c></row>',
        ],
    )
    def test_ways_to_write_no_result(self, xml):
        assert only_sheet(with_rows(xml)).rows[1][1] is NOT_CALCULATED

    def test_a_shared_formula_without_results(self):
        xml = (
            b'<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1</f><v>7</v></c></row>'
            b'<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>'
        )
        assert only_sheet(with_rows(xml)).rows == [[7.0], [NOT_CALCULATED]]

    def test_elements_with_a_prefix(self):
        def prefixed(xml):
            xml = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", xml).replace(b"<?x:xml", b"<?xml")
            return xml.replace(b"xmlns=", b"xmlns:x=")

        def fill(book):
            page = book.add_worksheet()
            page.write_number(0, 0, 1)
            page.write_formula(0, 1, "=1/0", None, "#DIV/0!")

        content = changed(written(fill), SHEET, prefixed)
        assert only_sheet(content).rows == [[1.0, ErrorValue("#DIV/0!")]]

    def test_sheet_in_utf_16(self):
        def wide(xml):
            return xml.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

        def fill(book):
            book.add_worksheet().write_number(0, 1, 2)

        assert only_sheet(changed(written(fill), SHEET, wide)).rows == [[None, 2.0]]

    def test_rich_and_escaped_texts(self):
        def fill(book):
            page = book.add_worksheet()
            bold = book.add_format({"bold": True})
            page.write_rich_string(0, 0, "a ", bold, "b", " c")
            page.write_string(0, 1, " x\ny ")

        assert only_sheet(written(fill)).rows == [["a b c", " x\ny "]]

    def test_hidden_rows_are_read_with_a_remark(self):
        book = openpyxl.Workbook()
        book.active.append(["a"])
        book.active.append(["b"])
        book.active.row_dimensions[2].hidden = True
        sheet = only_sheet(saved(book))
        assert sheet.rows == [["a"], ["b"]]
        assert sheet.remarks == ("book.xlsx: sheet 'Sheet': 1 row is hidden and is read like the others",)

    def test_charts_are_no_sheets(self):
        def fill(book):
            book.add_worksheet("Data").write(0, 0, 1)
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": "=Data!$A$1"})
            book.add_chartsheet("Chart").set_chart(chart)

        assert [title.name for title in open_workbook(PATH, written(fill)).titles] == ["Data"]

    def test_very_hidden_sheets(self):
        book = openpyxl.Workbook()
        book.create_sheet("Deep").sheet_state = "veryHidden"
        assert [title.hidden for title in open_workbook(PATH, saved(book)).titles] == [False, True]


def with_rows(xml):
    """A workbook whose only sheet has this XML as its rows."""

    def replaced(old):
        return re.sub(
            rb"<sheetData.*(?:</sheetData>|/>)(?=<)", b"<sheetData>" + xml + b"</sheetData>", old, count=1
        )

    def fill(book):
        book.add_worksheet()

    return changed(written(fill), SHEET, replaced)


class TestLimits:
    def test_a_cell_far_away(self):
        book = openpyxl.Workbook()
        book.active["A1"] = 1
        book.active["XFD1048576"] = 2
        message = refusal(saved(book))
        assert "sheet 'Sheet' goes as far as XFD1048576 with only 2 filled cells" in message

    def test_formats_far_away_do_no_harm(self):
        xml = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
        assert only_sheet(with_rows(xml)).rows == [[1.0]]

    def test_a_million_empty_rows(self):
        rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(1, 1_000_001))
        began = time.monotonic()
        assert only_sheet(with_rows(b'<row r="1"><c r="A1"><v>1</v></c></row>' + rows)).rows == [[1.0]]
        assert time.monotonic() - began < 60

    @pytest.mark.parametrize(
        "cell",
        [
            b'<c r="D999999999993"><v>1</v></c>',
            b'<c r="ABCDEFGHIJ1"><v>1</v></c>',
            b"<c s='0' r = 'XFD1048576'><v>1</v></c>",
            b'</row><row r="99999999999"><c><v>1</v></c></row><row>',
        ],
    )
    @pytest.mark.parametrize("rows", [1, 10_000])
    def test_places_that_no_sheet_has(self, cell, rows):
        """Calamine would ask for terabytes, and end the process when it does not get them."""
        first, *others = (b'<row r="%d"><c r="A%d"><v>1</v></c>' % (row, row) for row in range(1, rows + 1))
        blanks = b"".join(b'<c r="%c1" s="0"/>' % letter for letter in range(66, 91)) * (rows // 20)
        xml = b"".join(row + b"</row>" for row in (first + cell + blanks, *others))
        assert re.search("with only [0-9,]+ filled cells", refusal(with_rows(xml)))

    def test_cells_out_of_order_far_away(self):
        xml = b'<row r="1"><c r="XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c></row>'
        assert "goes as far as XFD1048576" in refusal(with_rows(xml))

    def test_bombs(self):
        assert "times its size" in refusal(with_rows(b" " * (100 << 20)))
        text = written(lambda book: book.add_worksheet().write_string(0, 0, "text"))
        shared_strings = changed(text, "xl/sharedStrings.xml", lambda xml: xml + b" " * (100 << 20))
        assert "times its size" in refusal(shared_strings)

    def test_many_formulas_without_a_result_in_one_row(self):
        began = time.process_time()
        (row,) = only_sheet(with_rows(b'<row r="1">' + b"<c><f>A1</f></c>" * 16_384 + b"</row>")).rows
        assert row == [NOT_CALCULATED] * 16_384
        assert time.process_time() - began < 20

    def test_entities(self):
        bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aa">]><workbook>&a;</workbook>'
        content = changed(saved(openpyxl.Workbook()), "xl/workbook.xml", lambda xml: bomb)
        assert "defines XML entities" in refusal(content)


class TestDamaged:
    def test_truncated(self, shared):
        for name in (
            "kof-panel/MUGI_public.xlsx",
            "xlsb/kilns.xlsb",
            "ods/goals.ods",
            "old-xls/index2010.xls",
        ):
            content = (shared / "shapes" / name).read_bytes()
            for part in range(1, 10):
                assert refusal(content[: len(content) * part // 10])

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "this is an empty file, no workbook"),
            (b"a,b\n", "this is text, no workbook"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "or a workbook with a password"),
        ],
    )
    def test_no_workbook(self, content, words):
        assert words in refusal(content)

    def test_missing_parts(self):
        content = saved(openpyxl.Workbook())
        for name in ("xl/workbook.xml", SHEET, "xl/_rels/workbook.xml.rels"):
            assert refusal(changed(content, name, lambda xml: b"<a"))

    @pytest.mark.parametrize(
        "name", ["xlsb/kilns.xlsb", "old-xls/index2010.xls", "ods/goals.ods", "formulas/beds.xlsx"]
    )
    @given(data=st.data())
    def test_changed_bytes_are_read_or_refused(self, shared, name, data):
        content = bytearray((shared / "shapes" / name).read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        try:
            sheets = all_sheets(bytes(content))
        except DataError as error:
            said = [str(problem) for problem in error.problems]
        else:
            said = [sheet.places.file for sheet in sheets[:1]] or [str(PATH)]
        assert len(said) == 1
        assert said[0].startswith(str(PATH))


@pytest.fixture(scope="module")
def by_office(tmp_path_factory):
    """One workbook in the kinds that LibreOffice writes."""
    program = require_office()
    folder = tmp_path_factory.mktemp("office")

    def fill(book):
        page = book.add_worksheet("Data")
        day, share = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "0%"))
        page.merge_range(0, 1, 0, 2, "Group")
        page.write_row(1, 0, ["unit", "x", "y", "day", "share", "yes"])
        page.write_row(2, 0, ["Malmö", 1.5, -7])
        page.write_datetime(2, 3, datetime.date(2020, 2, 29), day)
        page.write_number(2, 4, 0.27, share)
        page.write_boolean(2, 5, True)
        page.write_formula(3, 1, "=1/0", None, "#DIV/0!")
        page.write_formula(3, 2, "=NA()", None, "#N/A")
        page.write_formula(3, 3, "=2+3", None, 5)
        page.write_string(3, 4, "a  b")
        page.write_string(9, 0, "note")
        page.set_column(3, 3, None, None, {"hidden": True})
        book.add_worksheet("Secret").hide()

    source = folder / "book.xlsx"
    source.write_bytes(written(fill))
    command = [program, "--headless", f"-env:UserInstallation=file://{folder / 'profile'}", "--convert-to"]
    for kind in ("xls", "ods"):
        subprocess.run(
            [*command, kind, "--outdir", folder, source], check=True, capture_output=True, timeout=300
        )
    return folder


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_the_same_from_every_kind(by_office, kind):
    path = by_office / f"book.{kind}"
    book = open_workbook(path, path.read_bytes())
    assert [(title.name, title.hidden) for title in book.titles] == [("Data", False), ("Secret", True)]
    sheet = book.sheet("Data")
    assert plain(sheet.rows) == [
        [None, "Group"],
        ["unit", "x", "y", "day", "share", "yes"],
        ["Malmö", 1.5, -7.0, datetime.date(2020, 2, 29), 0.27, True],
        [None, "#DIV/0!", "#N/A", 5.0, "a  b"],
        *[[]] * 5,
        ["note"],
    ]
    assert [type(cell) for cell in sheet.rows[3][1:3]] == [ErrorValue] * 2
    assert sheet.merged == (Merged(0, 1, 0, 2),)
    assert sheet.hidden == {3}
    assert str(sheet.places.mark(3, 1)) == f"{path}:Data!B4"


def test_errors_of_a_binary_workbook(shared):
    """A number cell (BrtCellRk or BrtCellReal) of the file becomes an error cell."""
    content = (shared / "shapes/xlsb/kilns.xlsb").read_bytes()

    def with_error(part):
        place = re.search(rb"\x02\x0c\x02\0\0\0....(....)|\x05\x10\x02\0\0\0....(........)", part, re.DOTALL)
        assert place
        head = part[place.start() + 2 : place.start() + 10]
        return part[: place.start()] + b"\x03\x09" + head + b"\x07" + part[place.end() :]

    sheet = only_sheet(changed(content, "xl/worksheets/sheet1.bin", with_error))
    assert sheet.rows[1][2] == "#DIV/0!"
    assert isinstance(sheet.rows[1][2], ErrorValue)


class TestOds:
    def content(self, rows, columns="", body_only=True):
        names = " ".join(
            f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
            for name in ("office", "table", "text", "style")
        )
        xml = (
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="T">{columns}{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        )
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", xml)
        return buffer.getvalue()

    def row(self, *cells, how=""):
        return f"<table:table-row {how}>{''.join(cells)}</table:table-row>"

    number = '<table:table-cell office:value-type="float" office:value="7"/>'

    def sheet(self, *rows, **how):
        return OpenDocument(PATH, self.content("".join(rows), **how)).sheet("T")

    def test_runs_are_stored_once(self):
        wide = (
            '<table:table-cell table:number-columns-repeated="3" office:value-type="float" office:value="2"/>'
        )
        blank = '<table:table-cell table:number-columns-repeated="1000"/>'
        sheet = self.sheet(
            self.row(self.number, wide, blank, how='table:number-rows-repeated="2"'),
            self.row(blank, how='table:number-rows-repeated="3"'),
            self.row(blank, self.number),
            self.row(blank, how='table:number-rows-repeated="1048570"'),
        )
        assert sheet.rows == [[7, 2, 2, 2]] * 2 + [[]] * 3 + [[None] * 1000 + [7]]

    def test_hostile_counts(self):
        cell = self.number.replace(" ", ' table:number-columns-repeated="16384" ', 1)
        with pytest.raises(DataError, match="too many for a table"):
            self.sheet(self.row(cell, how='table:number-rows-repeated="1048576"'))

    def test_texts(self):
        text = (
            '<table:table-cell office:value-type="string"><office:annotation><text:p>comment</text:p>'
            '</office:annotation><text:p>a<text:s text:c="2"/>b<text:span>c</text:span>d</text:p>'
            "<text:p>e</text:p></table:table-cell>"
        )
        assert self.sheet(self.row(text)).rows == [["a  bcd\ne"]]

    def test_a_formula_without_a_result(self):
        cell = '<table:table-cell table:formula="of:=1+1"/>'
        assert self.sheet(self.row(cell, self.number)).rows == [[NOT_CALCULATED, 7]]

    def test_hidden_columns_and_groups_of_rows(self):
        columns = (
            '<table:table-column/><table:table-column table:visibility="collapse" '
            'table:number-columns-repeated="2"/>'
        )
        rows = f"<table:table-header-rows>{self.row(self.number * 4)}</table:table-header-rows>"
        sheet = self.sheet(rows, self.row(self.number, how='table:visibility="filter"'), columns=columns)
        assert sheet.rows == [[7] * 4, [7]]
        assert sheet.hidden == {1, 2}
        assert "1 row is hidden" in sheet.remarks[0]


@given(st.integers(0, 20_000))
def test_letters_of_columns(column):
    assert column_letters(column) == openpyxl.utils.get_column_letter(column + 1) if column < 18_278 else True
    assert column_number(column_letters(column)) == column


def test_a_damaged_part_of_a_binary_workbook(shared):
    content = (shared / "shapes/xlsb/kilns.xlsb").read_bytes()
    for name in ("xl/worksheets/sheet1.bin", "xl/workbook.bin"):
        assert refusal(changed(content, name, lambda part: part[:-3] + struct.pack("<I", 2**32 - 1)))
