"""Lines of many cells through pyarrow, as it makes texts of numbers several times faster than Python.

Both write the same. Columns go to Arrow by their memory: its own conversion of Python's objects loads pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.model.arrays import Floats, Ints

_WRITTEN_OUT = 1e-4, 1e9
"""Between these, digits of numbers are written without an exponent, by Arrow as by Python."""


class Lines:
    """Joins columns of texts and numbers.

    Raises
    ------
    ImportError
        pyarrow, an extra, is not installed.
    """

    def __init__(self) -> None:
        self._arrow, self._compute = import_module("pyarrow"), import_module("pyarrow.compute")

    def numbers(self, values: Floats) -> Any:
        """Cells with numbers; empty where one is NaN."""
        size = np.abs(values)
        usual = (size >= _WRITTEN_OUT[0]) & (size < _WRITTEN_OUT[1]) & (values != np.rint(values))
        texts = self._array(self._arrow.float64(), len(values), np.ascontiguousarray(values))
        texts = texts.cast(self._arrow.string())
        if usual.all():
            return texts
        others = ["" if value != value else repr(value) for value in values[~usual].tolist()]
        where = self._array(self._arrow.bool_(), len(values), np.packbits(~usual, bitorder="little"))
        return self._compute.replace_with_mask(texts, where, self.texts(others))

    def whole_numbers(self, values: Ints) -> Any:
        """Cells with whole numbers."""
        return self._array(self._arrow.int64(), len(values), values).cast(self._arrow.string())

    def texts(self, texts: Sequence[str]) -> Any:
        """Cells with texts."""
        return self._texts(texts, self._arrow.string(), np.int32)

    def picked(self, texts: Any, positions: Ints) -> Any:
        """Cells, each at a position among texts that `many` gave."""
        places = self._array(self._arrow.int64(), len(positions), np.ascontiguousarray(positions))
        return texts.take(places).cast(self._arrow.string())

    def many(self, texts: Sequence[str]) -> Any:
        """Texts to pick cells from, however long they are together."""
        return self._texts(texts, self._arrow.large_string(), np.int64)

    def joined(self, columns: Sequence[Any], mark: str) -> memoryview:
        """A line for each row of columns that the methods above gave, with a mark between its cells."""
        between, end, nothing = (self.texts([text])[0] for text in (mark, "\n", ""))
        lines = self._compute.binary_join_element_wise(*columns, between)
        lines = self._compute.binary_join_element_wise(lines, end, nothing)
        _, offsets, content = lines.buffers()
        ends = np.frombuffer(offsets, np.int32)
        return memoryview(content)[int(ends[lines.offset]) : int(ends[lines.offset + len(lines)])]

    def _texts(self, texts: Sequence[str], kind: Any, offset: type[np.signedinteger[Any]]) -> Any:
        joined = "".join(texts)
        lengths = map(len, texts if joined.isascii() else (text.encode() for text in texts))
        offsets = np.zeros(len(texts) + 1, dtype=offset)
        np.cumsum([*lengths], out=offsets[1:])
        return self._array(kind, len(texts), offsets, joined.encode())

    def _array(self, kind: Any, length: int, *buffers: NDArray[np.generic] | bytes) -> Any:
        own = [None, *map(self._arrow.py_buffer, buffers)]
        return self._arrow.Array.from_buffers(kind, length, own)
