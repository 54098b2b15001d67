"""Workbooks of every kind, told apart by their content; pages of HTML that are named as one are read too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from innov_index.errors import DataError
from innov_index.intake.formats.html_table import HtmlTables
from innov_index.intake.formats.kinds import Kind, kind_of
from innov_index.intake.formats.ods import OpenDocument
from innov_index.intake.formats.xls import OldWorkbook
from innov_index.intake.formats.xlsb import BinaryWorkbook
from innov_index.intake.formats.xlsx import ExcelWorkbook
from innov_index.intake.formats.xml_workbook import XmlWorkbook
from innov_index.intake.raw_sheet import SheetFile

_READERS: dict[Kind, Callable[[Path, bytes], SheetFile]] = {
    Kind.XLSX: ExcelWorkbook,
    Kind.XLSB: BinaryWorkbook,
    Kind.XLS: OldWorkbook,
    Kind.ODS: OpenDocument,
    Kind.HTML: HtmlTables,
    Kind.XML_WORKBOOK: XmlWorkbook,
}


def open_workbook(path: Path, content: bytes) -> SheetFile:
    """Open a workbook.

    Parameters
    ----------
    path : Path
        As a person stated it; for messages and places.
    content : bytes
        The whole file.

    Returns
    -------
    SheetFile
        The titles of its sheets, hidden ones too, and each sheet on request.

    Raises
    ------
    DataError
        It is no workbook, or a damaged, protected or oversized one.
    """
    kind = kind_of(content)
    reader = _READERS.get(kind)
    if reader is None:
        raise DataError(f"{path}: this is {kind}, no workbook")
    return reader(path, content)
