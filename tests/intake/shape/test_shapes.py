"""Tables in the shapes of public ones, each read by a config that states what a person must state.

Source: `shared/shapes`, made-up files with their right answers; `shapes.yaml` has the config of each.
"""

from __future__ import annotations

import csv
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from innov_index.config.load import load_config
from innov_index.dataset.assemble import ReadDataset, read_dataset

CONFIGS = yaml.safe_load((Path(__file__).parent / "shapes.yaml").read_text())


@pytest.mark.parametrize("name", CONFIGS)
def test_a_shape_gives_its_values_and_notes(shared: Path, tmp_path: Path, name: str) -> None:
    shape, _, variant = name.partition(":")
    expected = expected_values(shared / "shapes" / shape / f"expected{variant and '.'}{variant}.csv")
    folder = tmp_path / "index"
    ignored = shutil.ignore_patterns("expected*", "README.md", "structure.csv")
    shutil.copytree(shared / "shapes" / shape, folder, ignore=ignored)
    indicators = dict.fromkeys(indicator for _, _, indicator in expected)
    leaves = [{"indicator": indicator, "code": f"{indicator} "} for indicator in indicators]
    config = {**CONFIGS[name], "index": {"code": "the index", "children": leaves}}
    (folder / "index.yaml").write_text(yaml.safe_dump(config, allow_unicode=True))
    found = values_of(read_dataset(load_config(folder / "index.yaml")))
    for key, (value, note) in expected.items():
        read, mark = found.pop(key, (math.nan, ""))
        assert read == pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True), key
        assert not note or note == mark, key
    assert not [key for key, (value, _) in found.items() if not math.isnan(value)]


def expected_values(path: Path) -> dict[tuple[str, str, str], tuple[float, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["unit"], row["edition"] or "", row["indicator"]): (
                float(row["value"] or "nan"),
                row["note"] or "",
            )
            for row in csv.DictReader(file)
        }


def values_of(read: ReadDataset) -> dict[tuple[str, str, str], tuple[float, str]]:
    data = read.dataset
    return {
        (
            data.units.codes[unit],
            data.editions[edition] if data.editions else "",
            data.indicators[indicator],
        ): (
            float(data.values[edition, unit, indicator]),
            read.notes.get((edition, unit, indicator), ""),
        )
        for edition, unit, indicator in np.ndindex(data.values.shape)
    }
