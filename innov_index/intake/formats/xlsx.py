"""Excel workbooks (.xlsx, .xlsm): values through calamine, what it leaves out from the sheet's XML.

calamine parses several times faster than readers in Python. It leaves cells empty whose formula failed or was
never calculated, and says nothing about hidden columns; and it keeps the whole rectangle between the first
and the last cell. So the XML of a sheet is decompressed here, looked at with a few searches, and given to
calamine as the only sheet of a workbook that is not compressed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.formats.calamine import values_of
from innov_index.intake.formats.sheet_places import (
    NOT_CALCULATED,
    Layout,
    Position,
    SheetCells,
    column_letters,
    column_number,
    completed,
    ensure_dense,
    hidden_row_remarks,
)
from innov_index.intake.formats.zip_parts import Parts, Relation, relations
from innov_index.intake.raw_sheet import ErrorValue, Merged, RawSheet, SheetTitle

_BOOK = "xl/workbook.xml"
_TRUE = ("1", "true", "on")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EXACT_UP_TO = 1 << 20


@frozen
class _Sheet:
    title: SheetTitle
    part: str


class ExcelWorkbook:
    """A workbook whose sheets are read one by one, on request."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self._parts = Parts(path, content)
        book = self._parts.tree(_BOOK)
        links = relations(self._parts, _BOOK)
        self._sheets = {sheet.title.name: sheet for sheet in _sheets(book, links)}
        self._shared = [link.target for link in links.values() if link.kind == "sharedStrings"]
        self._styles = [link.target for link in links.values() if link.kind == "styles"]
        self._since_1904 = any(
            element.get("date1904") in _TRUE for element in book.iter() if _local(element.tag) == "workbookPr"
        )

    @property
    def titles(self) -> tuple[SheetTitle, ...]:
        """The sheets of cells in order; charts are left out."""
        return tuple(sheet.title for sheet in self._sheets.values())

    def sheet(self, name: str) -> RawSheet:
        """Read one sheet."""
        xml = _plain(self._path, self._parts.read(self._sheets[name].part))
        _ensure_dense(self._path, name, xml)
        layout = _layout(xml)
        rows = completed(values_of(self._path, self._alone(xml)), layout.unread)
        width = max(map(len, rows), default=0)
        return RawSheet(
            name,
            rows,
            SheetCells(str(self._path), name),
            tuple(layout.merged),
            layout.hidden_columns(width),
            hidden_row_remarks(self._path, name, layout.hidden_rows),
        )

    def _alone(self, xml: bytes) -> bytes:
        """A workbook of this sheet only, not compressed, so that calamine reads what was found small."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
            archive.writestr("_rels/.rels", _ROOT_LINKS)
            archive.writestr(_BOOK, _book_of_one(self._since_1904))
            archive.writestr("xl/_rels/workbook.xml.rels", _LINKS_OF_ONE)
            archive.writestr("xl/worksheets/sheet1.xml", xml)
            if b't="s"' in xml or b"t='s'" in xml:
                for part in self._shared[:1]:
                    archive.writestr("xl/sharedStrings.xml", self._parts.read(part))
            for part in self._styles[:1]:
                if part in self._parts:
                    archive.writestr("xl/styles.xml", self._parts.read(part))
        return buffer.getvalue()


def _sheets(book: ElementTree.Element, links: dict[str, Relation]) -> Iterator[_Sheet]:
    for element in book.iter():
        if _local(element.tag) != "sheet":
            continue
        identifier = next((value for key, value in element.items() if _local(key) == "id"), "")
        link = links.get(identifier)
        if link is not None and link.kind == "worksheet":
            hidden = element.get("state", "visible") != "visible"
            yield _Sheet(SheetTitle(element.get("name", ""), hidden), link.target)


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _book_of_one(since_1904: bool) -> str:
    dates = '<workbookPr date1904="1"/>' if since_1904 else ""
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{dates}'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_ROOT_LINKS = (
    f'<Relationships xmlns="{_PACKAGE_LINKS}">'
    f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="{_BOOK}"/></Relationships>'
)
_LINKS_OF_ONE = (
    f'<Relationships xmlns="{_PACKAGE_LINKS}">'
    f'<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_LINKS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId3" Type="{_LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>"
)


_PREFIXED = re.compile(rb"<(/?)[A-Za-z_][\w.-]*:")


def _plain(path: Path, xml: bytes) -> bytes:
    """The XML of a sheet in UTF-8, without prefixes of elements."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            xml = re.sub(r"<\?xml.*?\?>", "", xml.decode("utf-16"), count=1).encode()
        except UnicodeError as error:
            raise DataError(f"{path}: its XML is damaged ({error})") from None
    start = xml.find(b"sheetData")
    if xml[start - 1 : start] == b":":
        xml = _PREFIXED.sub(rb"<\1", xml)
    return xml


_REFERENCE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]+)([0-9]+)\s*[\"']")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"']\s*([0-9]+)\s*[\"']")
_TAG = re.compile(rb"<(row|c)(?:[\s/][^>]*)?>")


def _ensure_dense(path: Path, sheet: str, xml: bytes) -> None:
    """Raise where the sheet spans far more cells than it has: calamine would end the whole process.

    In a large sheet only the last cell of each row is parsed; of the others it is enough that no place is
    written with more letters or digits.
    """
    if len(xml) > _EXACT_UP_TO:
        rows, columns = _last_cells(xml)
        if rows * columns <= 2 * xml.count(b"<c ") and _none_beyond(xml, rows, columns):
            return
    rows = columns = filled = 0
    for _, end, row, column in _cells(xml):
        if xml[end - 2 : end] != b"/>":
            filled += 1
            rows, columns = max(rows, row + 1), max(columns, column + 1)
    ensure_dense(path, sheet, rows, columns, filled)


def _cells(xml: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Where the tag of each cell begins and ends, and its row and column; some follow the one before."""
    row, column = -1, 0
    for match in _TAG.finditer(xml):
        if match[1] == b"row":
            said = _ROW_NUMBER.search(match[0])
            row, column = (_number(said[1]) - 1 if said else row + 1), 0
            continue
        found = _REFERENCE.search(match[0])
        if found:
            row, column = _number(found[2]) - 1, column_number(found[1][:8].decode())
        yield match.start(), match.end(), row, column
        column += 1


def _number(digits: bytes) -> int:
    """A row; whatever has too many digits is far beyond the last one."""
    return int(digits[:12])


def _none_beyond(xml: bytes, rows: int, columns: int) -> bool:
    """Whether all rows and cells say where they are, with no more letters and digits than the last ones."""
    letters, digits = len(column_letters(max(columns - 1, 0))), len(str(rows))
    cell = rb"<c\s(?!r=\"[A-Z]{1,%d}[0-9]{1,%d}\")" % (letters, digits)
    row = rb"<row\s(?!r=\"[0-9]{1,%d}\")" % digits
    return b"<c>" not in xml and not re.search(cell, xml) and not re.search(row, xml)


def _last_cells(xml: bytes) -> tuple[int, int]:
    rows = columns = begin = 0
    end = xml.find(b"</row>")
    while end >= 0:
        cell = xml.rfind(b"<c ", begin, end)
        found = _REFERENCE.search(xml, cell, end) if cell >= 0 else None
        if found:
            rows = max(rows, _number(found[2]))
            columns = max(columns, column_number(found[1][:8].decode()) + 1)
        begin, end = end, xml.find(b"</row>", end + 6)
    return rows, columns


_ERROR = re.compile(rb"<c\b[^>]*\bt=[\"']e[\"'][^>]*(?<!/)>(.*?)</c>", re.DOTALL)
_VALUE = re.compile(rb"<v\b[^>]*>([^<]*)</v>")
_NO_RESULT = re.compile(rb"(?:</f>|<f(?:\s[^>]*)?/>)\s*+(?:<v\s*+/>|<v></v>)?\s*+</c>")
_STORED_TEXT = re.compile(rb"\bt=[\"'](?:str|s|inlineStr)[\"']")
_COLUMN = re.compile(rb"<col\s[^>]*>")
_ATTRIBUTE = re.compile(rb"\b(\w+)=[\"']([^\"']*)[\"']")
_MERGED = re.compile(rb"<mergeCell\s[^>]*\bref=[\"']([A-Za-z]{1,3})(\d{1,7}):([A-Za-z]{1,3})(\d{1,7})[\"']")
_HIDDEN_ROW = re.compile(rb"<row\s[^>]*\bhidden=[\"'](?:1|true)[\"']")


def _layout(xml: bytes) -> Layout:
    """What the sheet says besides values; each is looked for only where a fast search finds a trace of it."""
    layout = Layout()
    places = _Places(xml)
    if b't="e"' in xml or b"t='e'" in xml:
        layout.unread.update(_errors(xml, places))
    if b"</f>" in xml:
        layout.unread.update(_without_result(xml, places))
    head = xml[: max(xml.find(b"<sheetData"), 0)]
    if b"hidden=" in head:
        layout.hidden.extend(_hidden_columns(head))
    tail = max(xml.rfind(b"</sheetData>"), 0)
    layout.merged.extend(sorted(_merged(xml, tail)))
    if xml.find(b"hidden=", len(head), tail) >= 0:
        layout.hidden_rows = len(_HIDDEN_ROW.findall(xml, len(head), tail))
    return layout


def _errors(xml: bytes, places: _Places) -> Iterator[tuple[Position, ErrorValue]]:
    for match in _ERROR.finditer(xml):
        value = _VALUE.search(match[1])
        text = value[1].decode("utf-8", "replace").strip() if value else ""
        yield places.of(match.start()), ErrorValue(text or "#VALUE!")


def _without_result(xml: bytes, places: _Places) -> Iterator[tuple[Position, ErrorValue]]:
    """Formulas without a result; a stored empty text, which is what ="" gives, is one."""
    for match in _NO_RESULT.finditer(xml):
        start = xml.rfind(b"<c", 0, match.start())
        tag = xml[start : xml.find(b">", start)]
        if start >= 0 and not _STORED_TEXT.search(tag):
            yield places.of(start), NOT_CALCULATED


class _Places:
    """Positions of cells by where their tags begin; a tag that states none follows the one before."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml

    def of(self, start: int) -> Position:
        """Position of the cell whose tag begins here."""
        found = _REFERENCE.search(self._xml, start, self._xml.find(b">", start))
        if found:
            return _number(found[2]) - 1, column_number(found[1][:8].decode())
        return self._counted.get(start, (0, 0))

    @cached_property
    def _counted(self) -> dict[int, Position]:
        return {start: (row, column) for start, _, row, column in _cells(self._xml)}


def _hidden_columns(head: bytes) -> Iterator[tuple[int, int]]:
    for match in _COLUMN.finditer(head):
        said = dict(_ATTRIBUTE.findall(match[0]))
        if said.get(b"hidden", b"0").decode() in _TRUE and said.get(b"min", b"").isdigit():
            first = int(said[b"min"])
            last = int(said[b"max"]) if said.get(b"max", b"").isdigit() else first
            yield first - 1, last - 1


def _merged(xml: bytes, tail: int) -> Iterator[Merged]:
    for match in _MERGED.finditer(xml, tail):
        left, right = (column_number(match[group].decode()) for group in (1, 3))
        yield Merged(int(match[2]) - 1, left, int(match[4]) - 1, right)
