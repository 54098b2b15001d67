"""Tables that a program hands over: data frames of any library, and columns by name."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from innov_index.errors import DataError, load_extra
from innov_index.frozen import frozen
from innov_index.intake.number_texts import Conventions
from innov_index.intake.opening import ensure_few_cells
from innov_index.intake.table import Table
from innov_index.intake.typed_table import table_of_rows
from innov_index.model.sheet import to_text

_INFINITE = ("inf", "-inf")

ROWS = "unit"
"""Title of the labels of rows where a data frame has no name for them."""


@frozen
class Frame:
    """A table in memory: titles and columns of plain cells.

    `lines` is the same table as a file of JSON lines: it has the hash, and reading it gives the same cells.
    """

    name: str
    titles: tuple[str, ...]
    columns: tuple[Sequence[object], ...]

    @cached_property
    def rows(self) -> list[tuple[object, ...]]:
        return list(zip(*self.columns, strict=True))

    @cached_property
    def lines(self) -> bytes:
        """The table as JSON lines, one object a row."""
        made = (dict(zip(self.titles, row, strict=True)) for row in self.rows)
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made).encode()

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.lines).hexdigest()

    def holds_numbers(self, title: str) -> bool:
        """Whether a column holds numbers and empty cells, and nothing else.

        An infinite number is one that is refused when the column is read, not a text.
        """
        cells = self.columns[self.titles.index(title)]
        kinds = set(map(type, cells)) - {type(None)}
        if kinds == {str, float} or kinds == {str, int, float}:
            kinds = {type(cell) for cell in cells if cell not in _INFINITE} - {type(None)}
        return bool(kinds) and kinds <= {int, float}

    def table(self, conventions: Conventions) -> Table:
        """The table as it is read from a file: cells know their row."""
        return table_of_rows(self.name, self.titles, self.rows, conventions)


def is_frame(given: object) -> bool:
    """Whether something is a data frame: of pandas, or of a library that hands over Arrow's columns."""
    return isinstance(given, Frame) or _is_of_pandas(given) or hasattr(given, "__arrow_c_stream__")


def read_frame(given: Any, name: str) -> Frame:
    """The cells of a data frame, or of a mapping of columns, as plain Python values.

    NaN and the other marks of a library for no value become empty cells. A data frame of pandas whose rows
    have labels of their own keeps them as columns.

    Parameters
    ----------
    given : data frame or mapping
        Of pandas; of any library with Arrow's stream of columns (polars, pyarrow, DuckDB …), which needs
        the extra `parquet`; or columns by title.
    name : str
        For messages.

    Raises
    ------
    DataError
        It has no rows, two columns of one title, or columns of several lengths.
    """
    if isinstance(given, Frame):
        return replace(given, name=name)
    if _is_of_pandas(given):
        columns = _of_pandas(given, name)
    elif isinstance(given, Mapping):
        columns = [(title, _listed(cells, f"{name}: column '{title}'")) for title, cells in given.items()]
    elif hasattr(given, "__arrow_c_stream__"):
        columns = _of_arrow(given, name)
    else:
        found = "nothing" if given is None else f"a value of type {type(given).__name__}"
        raise DataError(f"{name}: found {found}; expected a data frame, or a mapping from titles to columns")
    titles = [to_text(title) for title, _ in columns]
    twice = next((title for title in titles if titles.count(title) > 1), None)
    if twice is not None:
        raise DataError(f"{name}: two columns are named '{twice}'")
    lengths = {len(cells) for _, cells in columns}
    if len(lengths) > 1:
        found = ", ".join(f"'{title}' {len(cells):,}" for title, cells in columns[:5])
        raise DataError(f"{name}: columns differ in their number of rows: {found}")
    if not lengths or lengths == {0}:
        raise DataError(f"{name}: it has no {'rows' if lengths else 'columns'}")
    ensure_few_cells(Path(name), len(columns) * max(lengths))
    return Frame(name, tuple(titles), tuple([_plain(cell) for cell in cells] for _, cells in columns))


def labels_of_rows(given: Any) -> list[str]:
    """Titles of the labels that the rows of a data frame of pandas have, beyond their numbers."""
    if not _is_of_pandas(given):
        return []
    index = given.index
    if type(index).__name__ == "RangeIndex" and index.name is None:
        return []
    unnamed = [ROWS] if index.nlevels == 1 else [f"level {at}" for at in range(index.nlevels)]
    return [to_text(name) or unnamed[at] for at, name in enumerate(index.names)]


def _is_of_pandas(given: object) -> bool:
    kind = type(given)
    return any(
        base.__module__.partition(".")[0] == "pandas" and base.__name__ == "DataFrame"
        for base in kind.__mro__
    )


def _of_pandas(frame: Any, name: str) -> list[tuple[object, list[object]]]:
    if frame.columns.nlevels > 1:
        raise DataError(f"{name}: titles of columns have {frame.columns.nlevels} levels; one is expected")
    labels = labels_of_rows(frame)
    if labels:
        frame = frame.reset_index(names=labels, allow_duplicates=True)
    return [(title, frame.iloc[:, at].tolist()) for at, title in enumerate(frame.columns)]


def _of_arrow(frame: Any, name: str) -> list[tuple[object, list[object]]]:
    arrow = load_extra(
        "pyarrow", f"{name}: a data frame of {type(frame).__module__.partition('.')[0]}", "parquet"
    )
    try:
        table = arrow.table(frame)
    except Exception as error:  # whatever a library raises while it hands its columns over
        raise DataError(f"{name}: cannot be read as a data frame ({error})") from None
    return [
        (title, column.to_pylist()) for title, column in zip(table.column_names, table.columns, strict=True)
    ]


def _listed(cells: Any, name: str) -> list[object]:
    if isinstance(cells, str) or not hasattr(cells, "__iter__"):
        raise DataError(f"{name}: found {_shortly(cells)}; expected the cells of a column")
    listed: list[object] = cells.tolist() if hasattr(cells, "tolist") else list(cells)
    return listed


def _plain(cell: Any) -> str | int | float | bool | None:
    """A cell as JSON has it; what is no number stays a text, for the reader of numbers to judge."""
    if hasattr(cell, "item") and getattr(cell, "ndim", None) == 0:
        cell = cell.item()
    if cell is None or isinstance(cell, str | bool | int):
        return cell
    if isinstance(cell, float):
        return None if math.isnan(cell) else cell if math.isfinite(cell) else str(cell)
    try:
        absent = bool(cell != cell)
    except TypeError:  # pandas.NA is neither equal nor unequal to itself
        absent = True
    except ValueError:  # several values in one cell
        absent = False
    if absent:
        return None
    if type(cell).__name__ == "Decimal":
        return str(cell)
    return to_text(cell)


def _shortly(found: object) -> str:
    text = repr(found)
    return text if len(text) <= 40 else f"{text[:39]}…"
