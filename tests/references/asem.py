"""COINr's ASEM example as a config of this engine, and COINr's result files as arrays."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from innov_index.index import Index, load
from tests.indices import write_index

STEPS = {
    "imputation": {"method": "group_mean", "by": "EurAsia_group"},
    "screening": {"units": {"min_coverage": 0.9}},
    "treatment": {"method": "winsorise", "max_points": 5, "skewness": 2, "kurtosis": 3.5},
    "normalisation": {"method": "min_max", "low": 0, "high": 100},
    "aggregation": {"method": "arithmetic"},
}
"""What `build_example_coin()` of COINr 1.1.14 does, in this engine's words."""


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_columns(path: Path, columns: list[str] | tuple[str, ...]) -> np.ndarray:
    """Numbers of the named columns, rows in file order; an empty cell is NaN."""
    rows = read_rows(path)
    return np.array([[float(row[name]) if row[name] else np.nan for name in columns] for row in rows])


def write_config(shared: Path, folder: Path, steps: dict | None = None, **keys: object) -> Path:
    """Write the framework table and the config of ASEM to `folder`; `steps` change those of COINr."""
    source = shared / "coinr/asem"
    entries = [row for row in read_rows(source / "iMeta.csv") if row["Level"]]
    entries.sort(key=lambda row: -int(row["Level"]))
    columns = ["code", "parent", "name", "weight", "direction", "unit", "per"]
    framework = [columns]
    for row in entries:
        leaf = row["Type"] == "Indicator"
        framework.append(
            [
                row["iCode"],
                row["Parent"],
                row["iName"],
                row["Weight"] if row["Parent"] else "",
                row["Direction"] if leaf else "",
                row["Unit"] if leaf else "",
                row["Denominator"],
            ]
        )
    config = {
        "name": "ASEM Sustainable Connectivity",
        "units": {
            "file": str(source / "iData.csv"),
            "id": "uCode",
            "name": "uName",
            "groups": ["EurAsia_group", "GDP_group"],
        },
        "indicators": {"file": str(source / "iData.csv")},
        **STEPS,
        **(steps or {}),
        "index": {"file": "framework.csv"},
        **keys,
    }
    return write_index(folder, config, None, files={"framework.csv": framework})


def load_asem(shared: Path, folder: Path, steps: dict | None = None, **keys: object) -> Index:
    return load(write_config(shared, folder, steps, **keys))
