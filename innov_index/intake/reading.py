"""Files → tables: the format by content, the sheets that are meant, and in each the tables that are there."""

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from innov_index.errors import DataError, not_found
from innov_index.frozen import frozen
from innov_index.intake.arrangement import years_in
from innov_index.intake.encodings import decode
from innov_index.intake.formats.archives import COMPRESSED, decompressed
from innov_index.intake.formats.kinds import Kind, is_json_stat, kind_of
from innov_index.intake.formats.text_table import read_text_table
from innov_index.intake.large_text import LARGE, read_large_text
from innov_index.intake.number_texts import Conventions
from innov_index.intake.opening import read_bytes
from innov_index.intake.raw_sheet import RawSheet, SheetFile
from innov_index.intake.shape.header_rows import name_of
from innov_index.intake.shape.sheet_tables import Asked, Shape, tables_of
from innov_index.intake.table import Table
from innov_index.wording import listed

if TYPE_CHECKING:  # readers of most formats are loaded when a file is of one
    from innov_index.intake.formats.data_package import DataPackage, PackageTable

_WORKBOOKS = (Kind.XLSX, Kind.XLSB, Kind.XLS, Kind.ODS, Kind.HTML, Kind.XML_WORKBOOK)
_TEXTS = (Kind.TEXT, Kind.EMPTY)
_BINARY = (".xlsx", ".xlsm", ".xlsb", ".ods", ".parquet")


@frozen
class TableOptions:
    """How a person says that a file is to be read; what is not said is found, and told.

    Attributes
    ----------
    sheets
        Names of sheets, or patterns such as 20*.
    delimiter, encoding
        Of text files.
    """

    sheets: tuple[str, ...] = ()
    delimiter: str | None = None
    encoding: str | None = None
    shape: Shape = field(default_factory=Shape)
    conventions: Conventions = field(default_factory=Conventions)


def files_of(folder: Path, stated: Sequence[str]) -> list[Path]:
    """The files that names, folders and patterns such as data/*.csv stand for, in order.

    Raises
    ------
    DataError
        No file has a name of this pattern, or a folder has no table, or is the one that the config is in.
    """
    found: list[Path] = []
    for text in stated:
        path = folder / text  # os.path, as pathlib does not take a name that is too long for any file
        if os.path.isdir(path):
            found += _inside(path, folder)
        elif not glob.has_magic(text) or os.path.exists(path):
            found.append(path)
        else:
            found += _matching(path)
    return list(dict.fromkeys(found))


def _matching(path: Path) -> list[Path]:
    files = sorted(Path(name) for name in glob.glob(str(path), recursive=True) if Path(name).is_file())
    if not files:
        raise DataError(f"{path}: no file has a name of this pattern")
    return files


ENDINGS = (
    *(".csv", ".tsv", ".tab", ".txt", ".dat", ".jsonl", ".ndjson", ".parquet"),
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
)
"""Endings of names that tables usually have, also followed by that of a compression."""


def _inside(folder: Path, own: Path) -> list[Path]:
    """The tables in a folder and the folders inside it, by the endings of their names, in order."""
    if folder.resolve() == own.resolve():  # where results are written too
        raise DataError(
            f"{folder}: this is the folder that the config is in; name a folder inside it, or a pattern "
            "such as data/*.csv"
        )
    found = sorted(path for path in folder.rglob("*") if _is_named_as_table(path.name) and path.is_file())
    if not found:
        raise DataError(f"{folder}: no readable file in this folder; known formats are {listed(ENDINGS)}")
    return found


def _is_named_as_table(name: str) -> bool:
    lower = name.lower()
    packed = next((ending for ending in COMPRESSED if lower.endswith(ending)), "")
    return lower.removesuffix(packed).endswith(ENDINGS) and not lower.startswith(("~$", "."))


def described_files(path: Path) -> tuple[Path, ...]:
    """The files that a data package describes; none for any other file."""
    if path.suffix.lower() != ".json":
        return ()
    from innov_index.intake.formats.data_package import is_data_package, read_data_package

    content = read_bytes(path)
    if not is_data_package(content):
        return ()
    return tuple(file for table in read_data_package(path, content).tables for file in table.files)


def read_table(path: str | Path, options: TableOptions | None = None, asked: Asked | None = None) -> Table:
    """Read the only table of a file, or the first one, which is told.

    Raises
    ------
    DataError
        The file cannot be read, or has no table.
    """
    first, *others = read_tables(Path(path), options or TableOptions(), asked or Asked())
    if others:
        first.said[f"{Path(path).name}: only the first of {1 + len(others)} tables is read"] = None
    return first


def read_tables(path: Path, options: TableOptions, asked: Asked) -> list[Table]:
    """Read all tables of a file that are meant.

    Raises
    ------
    DataError
        The file cannot be read, has no table, or does not say which sheet is meant.
    """
    name, content = decompressed(path, read_bytes(path))
    kind = kind_of(content)
    if kind is Kind.PARQUET:
        _refuse(path, options, "a Parquet file", "delimiter", "encoding", "sheets")
        from innov_index.intake.parquet_table import read_parquet

        return [read_parquet(path, content, options.conventions)]
    if kind in _WORKBOOKS:
        _refuse(path, options, "a workbook", "delimiter", "encoding")
        from innov_index.intake.formats.workbook import open_workbook

        return _of_sheets(path, open_workbook(path, content), options, asked)
    if kind in (Kind.JSON, Kind.XML):
        return _of_message(path, name, content, options, asked)
    if kind not in _TEXTS:
        raise DataError(f"{path}: this is {kind}; a table is expected: text, a workbook or Parquet")
    if name.lower().endswith(_BINARY):
        raise DataError(f"{path}: named like a workbook or a Parquet file, but its content is {kind}")
    _refuse(path, options, "a text file", "sheets")
    if len(content) > LARGE and options.shape == Shape() and options.encoding is None:
        table = read_large_text(path, content, options.delimiter, asked, options.conventions)
        if table is not None:
            return [table]
    decoded = decode(path, content, options.encoding)
    sheet, delimiter = read_text_table(path.with_name(name), path, decoded, options.delimiter)
    return tables_of(sheet, options.shape, asked, options.conventions, comma_likely=delimiter == ";")


def _of_message(path: Path, name: str, content: bytes, options: TableOptions, asked: Asked) -> list[Table]:
    """The tables of a JSON or XML file: a data package, JSON lines, JSON-stat or SDMX."""
    from innov_index.intake.formats.data_package import is_data_package, read_data_package
    from innov_index.intake.formats.json_lines import is_json_lines

    is_json = kind_of(content) is Kind.JSON
    if is_json and is_data_package(content):
        return _of_package(read_data_package(path, content), options, asked)
    if is_json and is_json_lines(name, content):
        from innov_index.intake.typed_table import table_of_json_lines

        _refuse(path, options, "JSON lines", "delimiter", "encoding", "sheets")
        return [table_of_json_lines(path, content, options.conventions)]
    if is_json and is_json_stat(content):
        from innov_index.intake.formats.json_stat import read_json_stat

        _refuse(path, options, "JSON-stat", "delimiter", "encoding", "sheets")
        sheet = read_json_stat(path, content)
    else:
        from innov_index.intake.formats.sdmx import read_sdmx

        _refuse(path, options, "an SDMX message", "delimiter", "encoding", "sheets")
        sheet = read_sdmx(path, content)
    return tables_of(sheet, options.shape, asked, options.conventions)


def _of_package(package: DataPackage, options: TableOptions, asked: Asked) -> list[Table]:
    """The tables of a data package, each read as the package says, where a person does not say otherwise."""
    found: list[Table] = []
    for described in package.tables:
        own = TableOptions(
            sheets=options.sheets or (() if described.sheet is None else (described.sheet,)),
            delimiter=options.delimiter or described.delimiter,
            encoding=options.encoding or described.encoding,
            shape=options.shape,
            conventions=_described(described, options.conventions),
        )
        for file in described.files:
            found += read_tables(file, own, asked)
    return found


def _described(table: PackageTable, stated: Conventions) -> Conventions:
    """How the package says that numbers are printed; true is 1 and false 0."""
    marks = {field.decimal for field in table.fields if field.kind == "number"}
    words = [
        (word, float(value))
        for field in table.fields
        if field.kind == "boolean"
        for value, words in ((True, field.true), (False, field.false))
        for word in words
    ]
    return replace(
        stated,
        missing=frozenset(table.missing) if stated.missing is None else stated.missing,
        decimal=stated.decimal or (next(iter(marks)) if len(marks) == 1 else None),
        words=stated.words or tuple(words),
    )


_IN_A_CONFIG = {"sheets": "sheet", "delimiter": "delimiter", "encoding": "encoding"}


def _refuse(path: Path, options: TableOptions, what: str, *names: str) -> None:
    given = [f"`{_IN_A_CONFIG[name]}`" for name in names if getattr(options, name)]
    if given:
        raise DataError(f"{path}: {listed(given)} says nothing about {what}")


def _of_sheets(path: Path, opened: SheetFile, options: TableOptions, asked: Asked) -> list[Table]:
    found: list[Table] = []
    for sheet in _chosen(path, opened, options, asked):
        found += tables_of(sheet, options.shape, asked, options.conventions)
    return found


def _chosen(path: Path, opened: SheetFile, options: TableOptions, asked: Asked) -> list[RawSheet]:
    """The sheets that are stated; otherwise the only one with content, those of years, or that with a key."""
    if options.sheets:
        return [opened.sheet(name) for name in _named(path, opened, options.sheets)]
    filled = []
    for title in opened.titles:
        if not title.hidden:
            sheet = opened.sheet(title.name)
            filled += [sheet] if sheet.rows else []
    if not filled:
        raise DataError(f"{path}: the workbook has no visible sheet with content")
    if len(filled) == 1 or years_in([sheet.name for sheet in filled]) is not None:
        return filled
    names = [_names_in(sheet, asked) for sheet in filled]
    having = [sheet for sheet, number in zip(filled, names, strict=True) if number == max(names)]
    if len(having) == 1:
        remark = f"{path.name}: read from the sheet {having[0].name}"
        return [replace(having[0], remarks=(*having[0].remarks, remark))]
    titles = listed(repr(sheet.name) for sheet in filled)
    raise DataError(f"{path}: the workbook has several sheets; choose one with `sheet`: {titles}")


def _named(path: Path, opened: SheetFile, stated: Sequence[str]) -> list[str]:
    names = [title.name for title in opened.titles]
    found: list[str] = []
    for text in stated:
        matching = [text] if text in names else [name for name in names if fnmatch.fnmatchcase(name, text)]
        if not matching:
            raise DataError(f"{path}: {not_found('sheet', text, names)}")
        found += matching
    return list(dict.fromkeys(found))


def _names_in(sheet: RawSheet, asked: Asked) -> int:
    """How many names a row among the first has: of columns that identify rows, or else of any."""
    wanted = set(asked.keys or asked.names)
    if not wanted:
        return 0
    found = (len(wanted & {name_of(cell) for cell in row}) for row in sheet.rows[:60])
    most = max(found, default=0)
    return min(most, 1) if asked.keys else most
