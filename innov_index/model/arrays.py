"""Names of array types, and a guard against changes of shared arrays."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

_Array = TypeVar("_Array", bound=NDArray[Any])


def read_only(array: _Array) -> _Array:
    """Make `array` read-only and return it, so that frozen dataclasses really are frozen."""
    array.flags.writeable = False
    return array


def doubles(values: NDArray[Any]) -> Floats:
    """The values in double precision, without a copy if they are."""
    return np.asarray(values, dtype=np.float64)


def missing(shape: tuple[int, ...]) -> Floats:
    """An array of missing values, (..., units, columns), in which each column is one piece of memory.

    What is learned of a column goes through it from end to end, several times faster so.
    """
    *leading, units, columns = shape
    return np.full((*leading, columns, units), np.nan).swapaxes(-1, -2)
