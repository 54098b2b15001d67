"""What is in some files, and the config that reads them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from innov_index.analysis.look.guess import Guess, guess, kinds_of
from innov_index.analysis.look.starter import Starter, starter
from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.reading import TableOptions, read_tables
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.intake.table import Table
from innov_index.model.result import Lines, Part, Remarks, Result, Shown
from innov_index.model.sheet import Sheet
from innov_index.wording import counted, listed


@frozen
class Looked:
    """Tables of files, what they seem to hold, and the config that reads them, if units were found."""

    tables: tuple[Table, ...]
    guesses: tuple[Guess, ...]
    config: Starter | None


def looked_at(files: Sequence[Path], folder: Path) -> Looked:
    """Read files and guess what they hold.

    Parameters
    ----------
    files : paths
    folder : Path
        Where the config is to lie; paths in it start there.

    Raises
    ------
    DataError
        A file cannot be read as a table.
    """
    tables: list[Table] = []
    for path in files:
        tables += _tables(path)
    guesses = tuple(found for table in tables if (found := guess(table)) is not None)
    if not guesses or not any(found.indicators for found in guesses):
        return Looked(tuple(tables), guesses, None)
    used = {found.table.file for found in guesses}
    described = [path for path in files if path.name == "datapackage.json"]
    files = described or [path for path in files if str(path) in used]
    names = [Path(os.path.relpath(path, folder)).as_posix() for path in files]
    return Looked(tuple(tables), guesses, starter(guesses, names))


def _tables(path: Path) -> list[Table]:
    """All tables of a file; of a workbook with several sheets those of the sheet with the largest."""
    try:
        return read_tables(path, TableOptions(), Asked())
    except DataError as error:
        if "several sheets" not in str(error):
            raise
    found = read_tables(path, TableOptions(sheets=("*",)), Asked())
    data = [table for table in found if guess(table) is not None] or found
    largest = max(data, key=lambda table: table.rows * len(table.columns))
    return [table for table in found if table.sheet == largest.sheet]


def look(files: Sequence[Path], folder: Path) -> Result:
    """What is seen in some files: header, columns, what they seem to hold, and the config that reads them.

    Raises
    ------
    DataError
        A file cannot be read as a table.
    """
    seen = looked_at(files, folder)
    columns = Sheet(
        ("file", "sheet", "column", "holds", "filled", "first"),
        [
            (Path(table.file).name, table.sheet, name, kind, filled, first[:60])
            for table in seen.tables
            for name, kind, filled, first in kinds_of(table)
        ],
    )
    remarks = list(dict.fromkeys(remark for table in seen.tables for remark in table.remarks))
    remarks += [
        f"{Path(found.table.file).name}: {column} is not read: {why}"
        for found in seen.guesses
        for column, why in found.refused
    ]
    sentences = tuple(_sentence(found) for found in seen.guesses)
    block = (
        seen.config.lines
        if seen.config is not None
        else ["# no column of units was found: name it with `units: {id: …}`"]
    )
    parts: list[Part] = [
        Shown(_on_a_screen(columns)),
        Lines(["The config block that reads it:", "", *(f"  {line}" for line in block), ""]),
        Remarks([*sentences, *remarks]),
    ]
    title = listed([path.name for path in files], 3)
    return Result(
        title=title,
        tables={"columns": columns},
        sentences=sentences,
        remarks=tuple(remarks),
        screens={"columns": parts},
        facts=seen,
    )


_SHOWN_LETTERS = 16


def _on_a_screen(columns: Sheet) -> Sheet:
    """The columns without the name of an only file or sheet, and with the beginning of long cells."""
    kept = [at for at in (0, 1) if len({row[at] for row in columns.rows}) > 1]
    rows = [(*(row[at] for at in kept), *row[2:5], _shortened(str(row[5] or ""))) for row in columns.rows]
    return Sheet((*(columns.columns[at] for at in kept), *columns.columns[2:]), rows)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_LETTERS else text[: _SHOWN_LETTERS - 1] + "…"


def _sentence(found: Guess) -> str:
    table = found.table
    form = "a row for each value" if found.indicator else "a column for each indicator or year"
    editions = f", editions in {found.edition}" if found.edition else ""
    return (
        f"{Path(table.file).name}{f', sheet {table.sheet}' if table.sheet else ''}: "
        f"{counted(table.rows, 'row')}, units in {found.unit}{editions}, "
        f"{counted(len(found.indicators), 'indicator')}, {form}"
    )
