"""Excel 2003 XML workbooks: cells by hand, and as LibreOffice reads the same file."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import pytest

from innov_index.errors import DataError
from innov_index.intake.formats.sheet_places import NOT_CALCULATED
from innov_index.intake.formats.workbook import open_workbook
from innov_index.intake.formats.xml_workbook import XmlWorkbook
from innov_index.intake.raw_sheet import ErrorValue, Merged
from tests.reading import read_table
from tests.report.workbook.office import require_office

PATH = Path("d/book.xls")
BOOK = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="Data"><Table>
  <Column/><Column ss:Index="3" ss:Hidden="1" ss:Span="1"/>
  <Row><Cell ss:MergeAcross="1" ss:MergeDown="0"><Data ss:Type="String">A title</Data></Cell></Row>
  <Row ss:Index="3"><Cell><Data ss:Type="String">unit</Data></Cell>
   <Cell><Data ss:Type="String">a</Data></Cell>
   <Cell ss:Index="5"><Data ss:Type="String">b</Data></Cell></Row>
  <Row ss:Hidden="1"><Cell><Data ss:Type="String">01</Data></Cell>
   <Cell><Data ss:Type="Number">1.5</Data></Cell>
   <Cell ss:Index="5"><Data ss:Type="Error">#DIV/0!</Data></Cell></Row>
  <Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>0</B>2</ss:Data></Cell>
   <Cell><Data ss:Type="Number">2</Data></Cell><Cell ss:Index="5" ss:Formula="=1+1"/></Row>
  <Row><Cell><Data ss:Type="Boolean">1</Data></Cell>
   <Cell><Data ss:Type="DateTime">2020-03-01T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="DateTime">2020-03-01T12:30:00.000</Data></Cell>
   <Cell><Data ss:Type="DateTime">1899-12-31T08:15:00.000</Data></Cell></Row>
 </Table></Worksheet>
 <Worksheet ss:Name="Notes"><Table/>
  <x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>
 </Worksheet>
</Workbook>
"""


def test_cells_and_what_a_sheet_says_of_them():
    book = open_workbook(PATH, BOOK.encode())
    assert [(title.name, title.hidden) for title in book.titles] == [("Data", False), ("Notes", True)]
    sheet = book.sheet("Data")
    day = datetime.date(2020, 3, 1)
    assert sheet.rows == [
        ["A title"],
        [],
        ["unit", "a", None, None, "b"],
        ["01", 1.5, None, None, "#DIV/0!"],
        ["02", 2.0, None, None, NOT_CALCULATED],
        [True, day, datetime.datetime.combine(day, datetime.time(12, 30)), datetime.time(8, 15)],
    ]
    assert isinstance(sheet.rows[3][4], ErrorValue)
    assert sheet.merged == (Merged(0, 0, 0, 1),)
    assert sheet.hidden == {2, 3}
    assert sheet.remarks == ("book.xls: sheet 'Data': 1 row is hidden and is read like the others",)
    assert str(sheet.places.mark(3, 4)) == "d/book.xls:Data!E4"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_table_in_any_encoding_that_the_file_states(tmp_path, encoding):
    text = BOOK[: BOOK.index('  <Row><Cell><Data ss:Type="Boolean"')] + "</Table></Worksheet></Workbook>"
    text = text.replace('version="1.0"', f'version="1.0" encoding="{encoding}"').replace("01<", "Ä<")
    (tmp_path / "book.xls").write_bytes(text.encode(encoding))
    table = read_table(tmp_path / "book.xls")
    assert table.text("unit") == ("Ä", "02")
    assert table.numbers(["a"])[:, 0].tolist() == [1.5, 2]
    with pytest.raises(DataError, match=r"book\.xls:Data!E5: .* no stored result"):
        table.numbers(["b"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:900], "damaged or truncated"),
        (lambda text: text.replace(">1.5<", ">many<"), "damaged or truncated"),
        (lambda text: text.replace("<Workbook", '<!DOCTYPE a [<!ENTITY a "b">]><Workbook', 1), "entities"),
        (lambda text: text.replace('ss:Index="3"><', 'ss:Index="1048576"><', 1), "delete what stands far"),
    ],
    ids=["truncated", "number", "entity", "far away"],
)
def test_what_is_refused(change, words):
    far = BOOK.replace('<Row ss:Index="3"><Cell>', '<Row ss:Index="3"><Cell ss:Index="900">')
    with pytest.raises(DataError, match=words):
        XmlWorkbook(PATH, change(far if words.startswith("delete") else BOOK).encode())


def test_as_libreoffice_reads_it(tmp_path):
    """Without what it changes: errors, formulas that it computes, cells whose format it cannot know."""
    openpyxl = pytest.importorskip("openpyxl")
    start = BOOK.index('  <Row><Cell><Data ss:Type="Boolean"')
    book = BOOK[:start] + BOOK[BOOK.index(" </Table></Worksheet>", start) :]
    book = book.replace('<Data ss:Type="Error">#DIV/0!</Data>', '<Data ss:Type="Number">-1e-3</Data>')
    book = book.replace(' ss:Formula="=1+1"/>', ' ss:Formula="=1+1"><Data ss:Type="Number">2</Data></Cell>')
    (tmp_path / "book.xml").write_text(book)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [require_office(), "--headless", profile, "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "book.xml")], check=True, capture_output=True, timeout=180)
    found = openpyxl.load_workbook(tmp_path / "book.xlsx", data_only=True)["Data"]
    theirs = [list(row) for row in found.iter_rows(values_only=True)]
    ours = open_workbook(PATH, book.encode()).sheet("Data").rows
    assert [[*row, *[None] * (5 - len(row))] for row in ours] == theirs
