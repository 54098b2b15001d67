"""Names for the array types, and the guard that keeps shared arrays unchanged."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

_Array = TypeVar("_Array", bound=NDArray[Any])


def read_only(array: _Array) -> _Array:
    """Return `array` with writing switched off, so that a frozen dataclass really is frozen."""
    array.flags.writeable = False
    return array


def doubles(values: NDArray[Any]) -> Floats:
    """The values in double precision; themselves where they are."""
    return np.asarray(values, dtype=np.float64)
