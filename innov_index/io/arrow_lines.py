"""Lines of many cells through pyarrow, as it makes texts of numbers several times faster than Python.

Both write the same. Columns go to Arrow by their memory: its own conversion of Python's objects loads pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.model.arrays import Floats

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

    def joined(self, columns: Sequence[Floats | Sequence[str]], mark: str) -> bytes:
        """A line for each row, with a mark between its cells; NaN is an empty cell."""
        made = {
            id(own): self._numbers(own) if isinstance(own, np.ndarray) else self._texts(own)
            for own in columns
        }
        texts = [made[id(own)] for own in columns]
        between, end, nothing = (self._texts([text])[0] for text in (mark, "\n", ""))
        lines = self._compute.binary_join_element_wise(*texts, between)
        lines = self._compute.binary_join_element_wise(lines, end, nothing)
        _, offsets, content = lines.buffers()
        ends = np.frombuffer(offsets, np.int32)
        return bytes(content[int(ends[lines.offset]) : int(ends[lines.offset + len(lines)])])

    def _numbers(self, values: Floats) -> Any:
        size = np.abs(values)
        usual = (size >= _WRITTEN_OUT[0]) & (size < _WRITTEN_OUT[1]) & (values != np.rint(values))
        texts = self._array(self._arrow.float64(), len(values), np.ascontiguousarray(values))
        texts = texts.cast(self._arrow.string())
        if usual.all():
            return texts
        others = ["" if value != value else repr(value) for value in values[~usual].tolist()]
        where = self._array(self._arrow.bool_(), len(values), np.packbits(~usual, bitorder="little"))
        return self._compute.replace_with_mask(texts, where, self._texts(others))

    def _texts(self, texts: Sequence[str]) -> Any:
        joined = "".join(texts)
        lengths = map(len, texts if joined.isascii() else (text.encode() for text in texts))
        offsets = np.zeros(len(texts) + 1, dtype=np.int32)
        np.cumsum([*lengths], out=offsets[1:])
        return self._array(self._arrow.string(), len(texts), offsets, joined.encode())

    def _array(self, kind: Any, length: int, *buffers: NDArray[np.generic] | bytes) -> Any:
        own = [None, *map(self._arrow.py_buffer, buffers)]
        return self._arrow.Array.from_buffers(kind, length, own)
