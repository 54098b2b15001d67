"""Nested Arrow columns, taken apart list by list instead of value by value."""

from __future__ import annotations

from typing import Any

import numpy as np

from innov_index.errors import DataError, Mark, Problem, load_extra, not_found
from innov_index.intake.records.column_paths import ColumnPath, Each, Step
from innov_index.intake.records.nested_columns import NestedColumn, one_cell
from innov_index.model.arrays import Ints
from innov_index.model.sheet import to_text


def values_at(column: Any, path: ColumnPath, shown: str) -> Any:
    """The values of an Arrow column at a path.

    Returns
    -------
    Arrow array, list of texts or NestedColumn

    Raises
    ------
    DataError
        The path names what the type does not have, or stops at a list or an object.
    """
    lengths: list[Ints] = []
    for at, step in enumerate(path.steps):
        if step is Each.ROW:
            own, column = _elements(column, path, shown)
            lengths.append(own)
        elif step is Each.CELL:
            column = _in_cells(column, path, at, shown)
            break
        else:
            column = _inside(column, step, path, shown)
    if not isinstance(column, list):
        _require_plain(column, path, shown)
    return NestedColumn(path.lists, tuple(lengths), column) if lengths else column


def _elements(column: Any, path: ColumnPath, shown: str) -> tuple[Ints, Any]:
    """The length of each list, and the elements of all."""
    types = load_extra("pyarrow", "reading nested columns", "parquet").types
    if not (types.is_list(column.type) or types.is_large_list(column.type)):
        message = (
            f"'{path}': column '{path.root}' is of type {column.type}, which has no list where [] says so"
        )
        raise DataError(Problem(message, Mark(shown)))
    kind = np.int64 if types.is_large_list(column.type) else np.int32
    offsets = np.frombuffer(column.buffers()[1], kind)[column.offset : column.offset + len(column) + 1]
    lengths = np.diff(offsets).astype(np.int64)
    if column.null_count:
        bits = np.unpackbits(np.frombuffer(column.buffers()[0], np.uint8), bitorder="little")
        lengths[bits[column.offset : column.offset + len(column)] == 0] = 0
    return lengths, column.flatten()


def _in_cells(column: Any, path: ColumnPath, at: int, shown: str) -> list[str]:
    """All elements of each list as one text."""
    lengths, elements = _elements(column, path, shown)
    inner = ColumnPath(path.root, path.steps[at + 1 :])
    values = values_at(elements, inner, shown)
    texts = values if isinstance(values, list) else [to_text(value) for value in values.to_pylist()]
    ends = np.cumsum(lengths)
    return [
        one_cell(texts[end - own : end]) for end, own in zip(ends.tolist(), lengths.tolist(), strict=True)
    ]


def _inside(column: Any, step: Step, path: ColumnPath, shown: str) -> Any:
    arrow = load_extra("pyarrow", "reading nested columns", "parquet")
    compute = load_extra("pyarrow.compute", "reading nested columns", "parquet")
    if isinstance(step, int):
        lengths, elements = _elements(column, path, shown)
        first = np.cumsum(lengths) - lengths
        there = lengths > step
        places = np.where(there, first + step, 0).tolist()
        return elements.take(
            arrow.array([at if own else None for at, own in zip(places, there.tolist(), strict=True)])
        )
    if not arrow.types.is_struct(column.type):
        what = "a list, which needs [] or [*]" if "list" in str(column.type) else f"of type {column.type}"
        raise DataError(Problem(f"'{path}': what stands before '{step}' is {what}", Mark(shown)))
    names = [field.name for field in column.type]
    if step not in names:
        raise DataError(Problem(f"'{path}': {not_found('key', str(step), names)}", Mark(shown)))
    return compute.struct_field(column, [names.index(step)])


def _require_plain(column: Any, path: ColumnPath, shown: str) -> None:
    types = load_extra("pyarrow", "reading nested columns", "parquet").types
    kind = column.type
    if types.is_struct(kind):
        keys = ", ".join(f".{field.name}" for field in kind)
        raise DataError(Problem(f"'{path}' is an object; name one of its keys: {keys}", Mark(shown)))
    if types.is_nested(kind):
        message = (
            f"'{path}' is of type {kind}; write [] for a row of each element, [*] for all elements in one "
            "cell, [0] for the first"
        )
        raise DataError(Problem(message, Mark(shown)))
