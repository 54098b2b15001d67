"""A column of texts or of numbers in Arrow's memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any, overload

import numpy as np

from innov_index.model.arrays import Floats, Ints
from innov_index.model.sheet import to_text


def is_kept(kind: Any) -> bool:
    """Whether cells of this type of Arrow's stay in its memory: texts and usual numbers."""
    return _is_text(kind) or _is_number(kind)


def _is_text(kind: Any) -> bool:
    types = import_module("pyarrow.types")
    return bool(types.is_string(kind) or types.is_large_string(kind))


def _is_number(kind: Any) -> bool:
    types = import_module("pyarrow.types")
    return bool(types.is_float32(kind) or types.is_float64(kind) or types.is_integer(kind))


def give_back_memory() -> None:
    """Give the system what Arrow keeps of the tables that were read, where they were read through it."""
    if (arrow := sys.modules.get("pyarrow")) is not None:
        arrow.default_memory_pool().release_unused()


class ArrowColumn(Sequence[object]):
    """Cells in Arrow's memory; as Python's objects when somebody asks for them."""

    def __init__(self, cells: Any) -> None:
        self._cells = cells
        self.is_text = _is_text(cells.type)

    def __len__(self) -> int:
        return len(self._cells)

    @overload
    def __getitem__(self, at: int) -> object: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[object]: ...
    def __getitem__(self, at: int | slice) -> object | Sequence[object]:
        return self._list[at]

    def __iter__(self) -> Iterator[object]:
        return iter(self._list)

    @cached_property
    def _list(self) -> list[object]:
        return self._cells.to_pylist()  # type: ignore[no-any-return]

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells as trimmed texts."""
        if self.is_text:
            return tuple([cell.strip() if cell else "" for cell in self._cells.to_pylist()])
        return tuple(map(to_text, self._cells.to_pylist()))

    def first(self, number: int) -> list[object]:
        """The first cells."""
        return self._cells.slice(0, number).to_pylist()  # type: ignore[no-any-return]

    def only(self, rows: Ints) -> ArrowColumn:
        """Some of the rows."""
        return ArrowColumn(self._cells.take(import_module("pyarrow").array(rows)))

    def has(self, mark: str) -> bool:
        """Whether a character is in any of the cells."""
        if not self.is_text:
            return False
        compute = import_module("pyarrow.compute")
        return bool(compute.any(compute.match_substring(self._cells, mark)).as_py())

    @property
    def is_finite(self) -> bool:
        """Whether all numbers that are there are finite."""
        finite = int(np.isfinite(_doubles(self._cells)).sum())
        return bool(finite == len(self) - self._cells.null_count)

    def numbers(self, *, blank: bool) -> Floats | None:
        """All cells as numbers, or None if some are not plain.

        Parameters
        ----------
        blank
            Whether cells may be empty: they are NaN then, as are those that are NaN in the file.
        """
        if self._cells.null_count and not blank:
            return None
        values = _cast(self._cells)
        if values is None and self.is_text and blank:
            values = _cast(_without_blanks(self._cells))
        if values is None:
            return None
        found = _doubles(values)
        if not self.is_text:
            return None if np.isinf(found).any() else found
        plain = int(np.isfinite(found).sum()) == len(values) - values.null_count
        return found if plain else None


def _without_blanks(cells: Any) -> Any:
    """Texts, with nulls for empty ones; scalars are not made from Python's, which would load pandas."""
    arrow, compute = import_module("pyarrow"), import_module("pyarrow.compute")
    buffers = [None, arrow.py_buffer(np.zeros(2, dtype=np.int32)), arrow.py_buffer(b"")]
    blank = arrow.Array.from_buffers(arrow.string(), 1, buffers).cast(cells.type)[0]
    return compute.if_else(compute.equal(cells, blank), arrow.nulls(1, cells.type)[0], cells)


def _cast(cells: Any) -> Any:
    """The cells as doubles, None where some are not plain."""
    arrow = import_module("pyarrow")
    try:
        return cells if cells.type == arrow.float64() else cells.cast(arrow.float64())
    except arrow.ArrowInvalid:
        return None


def _doubles(values: Any) -> Floats:
    """A column of doubles as an array of its own, NaN for nulls; Arrow's own way would load pandas."""
    found = np.empty(len(values))
    start = 0
    for chunk in values.chunks:
        known, cells = chunk.buffers()
        stop, end = start + len(chunk), chunk.offset + len(chunk)
        found[start:stop] = np.frombuffer(cells)[chunk.offset : end]
        if chunk.null_count:
            there = np.unpackbits(np.frombuffer(known, np.uint8), count=end, bitorder="little")
            found[start:stop][there[chunk.offset :] == 0] = np.nan
        start = stop
    return found
