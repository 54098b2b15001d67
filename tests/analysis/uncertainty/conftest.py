"""A small index with every step worth varying."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from innov_index.index import Index, load

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


@pytest.fixture
def varied_index(tmp_path: Path) -> Callable[..., Index]:
    """Writer of the index with an `uncertainty:` block; `gaps` leaves a few cells empty."""

    def write(*vary: dict[str, Any], gaps: bool = False, **keys: Any) -> Index:
        values = np.random.default_rng(5).gamma(2.0, 10.0, (12, 5)).round(2).astype(object)
        values[0, 1] = values[5, 3] = 500.0  # so that there is something to treat
        if gaps:
            values[3, 0] = values[7, 4] = ""
        rows = [f"u{i},{'NS'[i % 2]},{','.join(map(str, row))}" for i, row in enumerate(values)]
        (tmp_path / "data.csv").write_text("\n".join(["unit,region,a,b,c,d,e", *rows]) + "\n")
        config = {**CONFIG, **keys, "uncertainty": {"draws": 1000, "vary": list(vary)}}
        path = tmp_path / "index.yaml"
        path.write_text(yaml.safe_dump(config, sort_keys=False))
        return load(path)

    return write
