"""The JRC's COIN Tool, an Excel workbook: sheets Database and Framework.

The cells are those that COINr's importer reads (R/coinToolIn.R). Database has indicators from column E on and
units from row 17 on; above them weight (row 7), direction (8), lower and upper goalpost (9, 10), the codes of
index, sub-index, pillar and sub-pillar (11 to 14), name (15) and code (16). Framework lists the dimensions
below row 4 (in workbooks before 2019 below row 5): code in column C, weight in E, name in H.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from innov_index.dataset.importing import ImportedIndex, ImportedNode
from innov_index.errors import DataError, Mark, Problem, not_found
from innov_index.frozen import frozen
from innov_index.intake.formats.workbook import open_workbook
from innov_index.intake.number_columns import read_numbers
from innov_index.intake.number_texts import POINT, Conventions
from innov_index.intake.opening import read_bytes
from innov_index.intake.raw_sheet import RawSheet
from innov_index.model.sheet import Cell, to_text
from innov_index.wording import listed

EXTENSIONS = (".xlsx", ".xlsm")

_DATABASE, _LEFT = "Database", 2
_LAST_ROW, _LAST_COLUMN = 315, 103
_FRAMEWORK, _FRAMEWORK_TOP, _FRAMEWORK_END = "Framework", 4, 53
_FIRST_INDICATOR, _FIRST_UNIT = 5, 17
_WEIGHT, _DIRECTION, _LOWER, _UPPER, _NAME, _CODE = 7, 8, 9, 10, 15, 16
_LEVELS = (11, 12, 13, 14)
_HEADING = "dimension/indicator"
_DIMENSION_CODE, _DIMENSION_WEIGHT, _DIMENSION_NAME = 3, 5, 8
_UNUSED = ("", "--", "n/a", "0")
_CONVENTIONS = Conventions(missing=frozenset())


@frozen
class _Page:
    """Cells of a sheet by row and column as Excel counts them (A1 is 1, 1)."""

    sheet: RawSheet

    def cell(self, row: int, column: int) -> object:
        cells = self.sheet.rows[row - 1] if row <= len(self.sheet.rows) else ()
        return cells[column - 1] if column <= len(cells) else None

    def text(self, row: int, column: int) -> str:
        return to_text(self.cell(row, column))

    def number(self, row: int, column: int) -> float | None:
        """The number in a cell; None if it is empty or n/a."""
        if self.text(row, column) in ("", "n/a", "--"):
            return None
        found = read_numbers([self.cell(row, column)], _CONVENTIONS, POINT)
        if found.wrong:
            message = f"found '{self.text(row, column)}': {found.wrong[0]}"
            raise DataError(Problem(message, self.mark(row, column)))
        return float(found.values[0])

    def mark(self, row: int, column: int) -> Mark:
        return self.sheet.places.mark(row - 1, column - 1)


def read_coin_tool(path: Path) -> ImportedIndex:
    """Read a workbook of the COIN Tool.

    Columns and rows without values are left out, and so are levels in which all indicators have the same code
    (the tool fills levels that are not used). Goalposts become a scheme; the settings on the tool's later
    sheets, such as treatment, are not read.

    Raises
    ------
    DataError
        The workbook does not have the sheets and cells of the COIN Tool, or a cell is not valid.
    """
    book = open_workbook(path, read_bytes(path))
    names = [title.name for title in book.titles]
    for name in (_DATABASE, _FRAMEWORK):
        if name not in names:
            raise DataError(f"{path}: {not_found('sheet', name, names)}")
    database, framework = (_Page(book.sheet(name)) for name in (_DATABASE, _FRAMEWORK))
    columns, units = _used(database)
    dimensions = _dimensions(framework)
    lineages = _lineages(database, columns)
    nodes = (
        *_dimension_nodes(database, lineages, dimensions),
        *(_indicator_node(database, column, lineages[column]) for column in columns),
    )
    return ImportedIndex(
        source=f"the COIN Tool's workbook {path.name}",
        nodes=nodes,
        units=tuple(database.text(row, _LEFT + 1) for row in units),
        names=tuple(database.text(row, _LEFT) for row in units),
        numbers={
            database.text(_CODE, column): tuple(database.number(row, column) for row in units)
            for column in columns
        },
        remarks=_remarks(nodes),
    )


def _used(database: _Page) -> tuple[list[int], list[int]]:
    """Columns and rows with values; each must have a code."""
    rows = range(_FIRST_UNIT, min(len(database.sheet.rows), _LAST_ROW) + 1)
    filled: Mapping[tuple[int, int], Cell] = {
        (row, column): value
        for row in rows
        for column in range(_FIRST_INDICATOR, _LAST_COLUMN + 1)
        if (value := database.number(row, column)) is not None
    }
    columns = sorted({column for _, column in filled})
    units = sorted({row for row, _ in filled})
    if not columns:
        raise DataError(
            f"{database.sheet.places.file}:{_DATABASE}: no values from column E and row {_FIRST_UNIT} on; is "
            "this a workbook of the COIN Tool, saved by Excel?"
        )
    problems = [
        Problem("an indicator with values but without a code", database.mark(_CODE, column))
        for column in columns
        if database.text(_CODE, column) in _UNUSED
    ]
    problems += [
        Problem("a unit with values but without a code", database.mark(row, _LEFT + 1))
        for row in units
        if database.text(row, _LEFT + 1) in _UNUSED
    ]
    DataError.raise_if(problems)
    return columns, units


def _dimensions(framework: _Page) -> dict[str, tuple[str, float | None]]:
    """Name and weight of each dimension, by its code."""
    for header in (_FRAMEWORK_TOP, _FRAMEWORK_TOP + 1):
        headings = [framework.text(header, column).casefold() for column in range(3, 9)]
        if _HEADING in headings:
            break
    else:
        raise DataError(
            f"{framework.sheet.places.file}:{_FRAMEWORK}: no heading 'Dimension/indicator' in C4:H5; "
            "is this a workbook of the COIN Tool?"
        )
    label = 3 + headings.index(_HEADING)
    found = {}
    for row in range(header + 1, min(len(framework.sheet.rows), _FRAMEWORK_END) + 1):
        code = framework.text(row, _DIMENSION_CODE)
        if code not in _UNUSED and framework.text(row, label) not in _UNUSED:
            name = framework.text(row, _DIMENSION_NAME)
            found[code] = (name, framework.number(row, _DIMENSION_WEIGHT))
    return found


def _lineages(database: _Page, columns: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Codes of the dimensions above each indicator, the index first."""
    levels = [
        row for row in _LEVELS if row == _LEVELS[0] or len({database.text(row, c) for c in columns}) > 1
    ]
    lineages = {
        column: tuple(code for row in levels if (code := database.text(row, column)) not in _UNUSED)
        for column in columns
    }
    roots = {lineage[0] if lineage else "" for lineage in lineages.values()}
    if len(roots) > 1 or "" in roots:
        named = listed(sorted(filter(None, roots)))
        message = f"row {_LEVELS[0]} must name the same index for all indicators; found {named}"
        raise DataError(Problem(message, database.mark(_LEVELS[0], _FIRST_INDICATOR)))
    return lineages


def _dimension_nodes(
    database: _Page,
    lineages: Mapping[int, tuple[str, ...]],
    dimensions: Mapping[str, tuple[str, float | None]],
) -> list[ImportedNode]:
    """The dimensions, the index first, each with the parent that the Database states."""
    nodes: dict[str, ImportedNode] = {}
    problems = []
    for depth in range(len(_LEVELS)):
        for column, lineage in lineages.items():
            if depth >= len(lineage):
                continue
            code, parent = lineage[depth], lineage[depth - 1] if depth else ""
            known = nodes.get(code)
            if known is None:
                if code not in dimensions:
                    message = not_found("dimension", code, dimensions, f"on sheet {_FRAMEWORK}")
                    problems.append(Problem(message, _place(database, column, code)))
                name, weight = dimensions.get(code, ("", None))
                nodes[code] = ImportedNode(code, parent, name, weight)
            elif known.parent != parent:
                message = f"the parent of '{code}' is '{parent}' here, but '{known.parent}' elsewhere"
                problems.append(Problem(message, _place(database, column, code)))
    DataError.raise_if(problems)
    return list(nodes.values())


def _place(database: _Page, column: int, code: str) -> Mark:
    """Place of a dimension's code above an indicator."""
    row = next(row for row in _LEVELS if database.text(row, column) == code)
    return database.mark(row, column)


def _indicator_node(database: _Page, column: int, lineage: Sequence[str]) -> ImportedNode:
    stated = database.number(_DIRECTION, column)
    if stated not in (1, -1):
        message = f"a direction must be 1 or -1; found '{database.text(_DIRECTION, column)}'"
        raise DataError(Problem(message, database.mark(_DIRECTION, column)))
    direction: Literal[1, -1] = 1 if stated == 1 else -1
    lower, upper = database.number(_LOWER, column), database.number(_UPPER, column)
    goalposts = (lower, upper) if lower is not None and upper is not None and lower < upper else None
    return ImportedNode(
        code=database.text(_CODE, column),
        parent=lineage[-1],
        name=database.text(_NAME, column),
        weight=database.number(_WEIGHT, column),
        direction=direction,
        goalposts=goalposts,
    )


def _remarks(nodes: Sequence[ImportedNode]) -> tuple[str, ...]:
    remarks = ["steps on later sheets of the workbook (imputation, treatment …) are not read"]
    if any(node.goalposts for node in nodes):
        remarks.append("the goalposts of the workbook become the scheme `goalposts`")
    return tuple(remarks)
