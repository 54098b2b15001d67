"""A column of text in Arrow's memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any, overload

import numpy as np

from innov_index.model.arrays import Floats, Ints


class TextColumn(Sequence[object]):
    """Cells of text in Arrow's memory; as Python's texts when somebody asks for them."""

    def __init__(self, cells: Any) -> None:
        self._cells = cells

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

    def first(self, number: int) -> list[object]:
        """The first cells."""
        return self._cells.slice(0, number).to_pylist()  # type: ignore[no-any-return]

    def only(self, rows: Ints) -> TextColumn:
        """Some of the rows."""
        return TextColumn(self._cells.take(import_module("pyarrow").array(rows)))

    def has(self, mark: str) -> bool:
        """Whether a character is in any of the cells."""
        compute = import_module("pyarrow.compute")
        return bool(compute.any(compute.match_substring(self._cells, mark)).as_py())

    def numbers(self, *, blank: bool) -> Floats | None:
        """All cells as numbers, NaN where they are empty, or None if some are not plain."""
        arrow, compute = import_module("pyarrow"), import_module("pyarrow.compute")
        cells = self._cells
        if blank:
            cells = compute.if_else(compute.equal(cells, ""), None, cells)
        try:
            values = compute.cast(cells, arrow.float64())
        except arrow.ArrowInvalid:
            return None
        found = values.to_numpy()
        plain = int(np.isfinite(found).sum()) == len(values) - values.null_count
        return np.array(found) if plain else None
