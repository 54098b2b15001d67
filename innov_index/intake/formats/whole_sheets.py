"""Sheets of a workbook that is read as a whole when it is opened, as one XML document has to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from innov_index.intake.formats.sheet_places import Layout, SheetCells, hidden_row_remarks
from innov_index.intake.raw_sheet import RawSheet, SheetTitle


@dataclass
class Page:
    """A sheet while it is read."""

    name: str
    hidden: bool = False
    rows: list[list[object]] = field(default_factory=list)
    layout: Layout = field(default_factory=Layout)
    columns: int = 0
    width: int = 0
    filled: int = 0


class WholeSheets:
    """The sheets of a workbook by name."""

    def __init__(self, path: Path, pages: Iterable[Page]) -> None:
        self._path = path
        self._pages = {page.name: page for page in pages}

    @property
    def titles(self) -> tuple[SheetTitle, ...]:
        """The sheets in order."""
        return tuple(SheetTitle(page.name, page.hidden) for page in self._pages.values())

    def sheet(self, name: str) -> RawSheet:
        """One sheet."""
        page = self._pages[name]
        return RawSheet(
            name,
            page.rows,
            SheetCells(str(self._path), name),
            tuple(page.layout.merged),
            page.layout.hidden_columns(page.width),
            hidden_row_remarks(self._path, name, page.layout.hidden_rows),
        )
