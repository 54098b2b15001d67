"""What a file is, by its content: endings lie, most of all `.xls`."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path
from typing import IO

_HEAD = 4096

DAMAGED_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What reading a damaged zip archive raises; a method of compression that nobody knows is damage, too."""


class Kind(StrEnum):
    """Kinds of content, in words that follow "this is"."""

    XLSX = "an Excel workbook"
    XLSB = "an Excel binary workbook"
    XLS = "an old Excel workbook"
    ODS = "an OpenDocument spreadsheet"
    OTHER_OLE = "an Office document that is no workbook, or a workbook with a password"
    XML_WORKBOOK = "an Excel 2003 XML workbook"
    ZIP = "a zip archive"
    GZIP = "a gzip file"
    BZIP2 = "a bzip2 file"
    XZ = "an xz file"
    ZSTD = "a Zstandard file"
    PARQUET = "a Parquet file"
    PDF = "a PDF document"
    WEB_ARCHIVE = "a web archive"
    HTML = "an HTML page"
    XML = "an XML file"
    JSON = "a JSON file"
    TEXT = "text"
    EMPTY = "an empty file"


_FIRST_BYTES = {
    b"\x1f\x8b": Kind.GZIP,
    b"\xfd7zXZ\x00": Kind.XZ,
    b"\x28\xb5\x2f\xfd": Kind.ZSTD,
    b"%PDF-": Kind.PDF,
}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BZIP2 = rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"
_WIDE_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_HTML = r"(?i)<(?:!doctype\s+html|html|head|body|table|meta|style|title|div)\b"
_PROLOG = re.compile(r"(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?!\s+html).*?>|\s)*", re.DOTALL | re.IGNORECASE)


def kind_of(content: bytes) -> Kind:
    """What the content is; whatever is nothing else is text."""
    if content.startswith(_ZIP):
        return _in_zip(io.BytesIO(content))
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _in_ole(content)
    # the oldest workbooks are a bare stream: a record that begins a sheet, of BIFF 2, 3 or 4
    if content[:4] in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"):
        return Kind.XLS
    for first, kind in _FIRST_BYTES.items():
        if content.startswith(first):
            return kind
    if content.startswith(b"BZh") and re.match(_BZIP2, content):
        return Kind.BZIP2
    if content.startswith(b"PAR1") and (content.endswith(b"PAR1") or b"\0" in content[:_HEAD]):
        return Kind.PARQUET
    return _in_text(_head(content))


def kind_of_file(path: Path) -> Kind:
    """What a file is, by its beginning; only the list of contents of a zip archive stands at its end.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    with path.open("rb") as file:
        return kind_in(file)


def kind_in(file: IO[bytes]) -> Kind:
    """As `kind_of_file`, of a file that is open at its beginning, where it is left."""
    head = file.read(_HEAD)
    file.seek(0)
    kind = _in_zip(file) if head.startswith(_ZIP) else kind_of(head)
    file.seek(0)
    return kind


def _in_zip(file: IO[bytes]) -> Kind:
    try:
        with zipfile.ZipFile(file) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
            said = archive.read("mimetype")[:100] if "mimetype" in archive.namelist() else b""
    except DAMAGED_ZIP:
        file.seek(0)
        return _in_damaged_zip(file.read())
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    if said.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Kind.ODS
    if "content.xml" in names and "meta-inf/manifest.xml" in names:
        return Kind.ODS
    return Kind.ZIP


def _in_damaged_zip(content: bytes) -> Kind:
    """The kind of a truncated archive, by the names that stand before its parts."""
    for name, kind in {
        b"xl/workbook.bin": Kind.XLSB,
        b"xl/": Kind.XLSX,
        b"vnd.oasis.opendocument.spreadsheet": Kind.ODS,
    }.items():
        if name in content:
            return kind
    return Kind.ZIP


def _in_ole(content: bytes) -> Kind:
    """Old documents keep the names of their streams in UTF-16."""
    if any(name.encode("utf-16-le") in content for name in ("Workbook\0", "Book\0")):
        return Kind.XLS
    return Kind.OTHER_OLE


def _head(content: bytes) -> str:
    """The beginning of a text, in whatever encoding, as far as it can be told without guessing at letters."""
    head = content[:_HEAD]
    for mark, name in _WIDE_MARKS.items():
        if head.startswith(mark):
            return head.removeprefix(mark).decode(name, "replace")
    if head[1:2] == b"\0" and head[:1] != b"\0":
        return head.decode("utf-16-le", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def _in_text(head: str) -> Kind:
    beginning = _PROLOG.match(head)
    text = head[beginning.end() :] if beginning else head
    if not text.strip():
        return Kind.XML if "<?xml" in head else (Kind.TEXT if head else Kind.EMPTY)
    if text.startswith("MIME-Version:"):
        return Kind.WEB_ARCHIVE
    if not text.startswith(("<", "{", "[")):
        return Kind.TEXT
    if re.match(_HTML, text):
        return Kind.HTML
    if re.match(r"<[A-Za-z_]", text):
        is_book = 'progid="Excel.Sheet"' in head or "urn:schemas-microsoft-com:office:spreadsheet" in text
        return Kind.XML_WORKBOOK if is_book else Kind.XML
    return Kind.JSON if _begins_json(text) else Kind.TEXT


def _begins_json(text: str) -> bool:
    """A first line such as `[a],[b]` is a header; JSON goes on with a value or a key."""
    return re.match(r'\{\s*("|\}|$)|\[\s*(\{|\[|"[^"]*"\s*[,\]]|-?\d|\]|$)', text) is not None


def is_json_stat(content: bytes) -> bool:
    """Whether a JSON file has the keys of a data set of JSON-stat."""
    return all(key in content for key in (b'"dimension"', b'"category"', b'"size"', b'"value"'))
