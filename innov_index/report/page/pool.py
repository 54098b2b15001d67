"""Columns of numbers that the page carries, each once however many tables share it."""

from __future__ import annotations

from base64 import b64encode

import numpy as np

from innov_index.model.arrays import Floats


class ColumnPool:
    """Distinct columns over the units, written as float64, little-endian, in base64."""

    def __init__(self) -> None:
        self._positions: dict[bytes, int] = {}

    def add(self, columns: Floats) -> list[int]:
        """Positions of the columns of (units, columns) in the pool."""
        keys = self._keys(columns)
        return [self._positions.setdefault(key, len(self._positions)) for key in keys]

    def growth(self, columns: Floats) -> int:
        """Bytes by which adding these columns would make the pool larger."""
        return sum(len(key) for key in set(self._keys(columns)) if key not in self._positions)

    @property
    def size(self) -> int:
        """Bytes in the pool."""
        return sum(len(key) for key in self._positions)

    def encoded(self) -> str:
        """All columns one after the other."""
        return encoded(b"".join(self._positions))

    @staticmethod
    def _keys(columns: Floats) -> list[bytes]:
        return [little_endian(column) for column in np.asarray(columns).T]


def little_endian(values: Floats) -> bytes:
    """Bytes of float64 values in the order that JavaScript's typed arrays have everywhere."""
    return np.ascontiguousarray(values, dtype="<f8").tobytes()


def encoded(raw: bytes) -> str:
    """Base64 text."""
    return b64encode(raw).decode("ascii")
