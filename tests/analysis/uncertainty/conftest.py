"""A small index with every step worth varying."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from innov_index.index import Index, load
from tests.indices import rows_of

CONFIG: dict[str, Any] = {
    "name": "Varied",
    "units": {"id": "unit", "groups": ["region"]},
    "indicators": {"file": "data.csv"},
    "treatment": {"method": "winsorise", "max_points": 2},
    "schemes": {"z": {"normalisation": {"method": "z_score", "mean": 50, "sd": 10}}},
    "index": {
        "code": "I",
        "children": [
            {
                "code": "P",
                "weight": 0.6,
                "children": [{"indicator": "a"}, {"indicator": "b"}, {"indicator": "c"}],
            },
            {"code": "Q", "weight": 0.4, "children": [{"indicator": "d"}, {"indicator": "e"}]},
        ],
    },
}


Rows = list[list[Any]]


@pytest.fixture
def varied_rows() -> Callable[..., Rows]:
    """Maker of the index's table, header first; `gaps` leaves a few cells empty."""

    def make(gaps: bool = False) -> Rows:
        values = np.random.default_rng(5).gamma(2.0, 10.0, (12, 5)).round(2)
        values[0, 1] = values[5, 3] = 500.0  # so that treatment has something to do
        if gaps:
            values[3, 0] = values[7, 4] = np.nan
        return rows_of(values, "abcde", region="NS")

    return make


@pytest.fixture
def varied_index(make_index: Callable[..., Path], varied_rows: Callable[..., Rows]) -> Callable[..., Index]:
    """Writer of the index with an `uncertainty:` block.

    `gaps` leaves a few cells empty, `data` replaces the whole table, `files` are further tables; other keys
    are laid over the config.
    """

    def write(
        *vary: dict[str, Any],
        gaps: bool = False,
        data: Rows | None = None,
        files: dict[str, Rows] | None = None,
        **keys: Any,
    ) -> Index:
        config = {**CONFIG, **keys, "uncertainty": {"draws": 1000, "vary": list(vary)}}
        return load(make_index(config, data or varied_rows(gaps), files=files))

    return write
