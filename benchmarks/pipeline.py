"""Processor time of the array pipeline: 5,000 units x 200 indicators, the size of COINr's largest timing.

Usage: python benchmarks/pipeline.py [units] [indicators]

Synthetic data as in COINr's timings: 3 % missing, one indicator in ten log-normal, five groups. Group-mean
imputation, winsorising with the skewness/kurtosis test, min-max, arithmetic means in a tree of 20 dimensions.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from quick import QUICK

from innov_index.config.load import load_config
from innov_index.model.dataset import Dataset, Units
from innov_index.pipeline import score
from innov_index.pipeline.binding import bind
from innov_index.pipeline.indicators import run_indicator_steps
from innov_index.pipeline.levels import aggregate

RUNS = 1 if QUICK else 7
SIZE = ["200", "40"] if QUICK else ["5000", "200"]


def dataset(units: int, indicators: int) -> Dataset:
    rng = np.random.default_rng(1)
    values = rng.normal(50, 10, (1, units, indicators))
    values[..., ::10] = rng.lognormal(0, 1.5, (1, units, len(range(0, indicators, 10))))
    values[rng.random(values.shape) < 0.03] = np.nan
    codes = tuple(f"u{i}" for i in range(units))
    groups = {"group": tuple(f"g{i % 5}" for i in range(units))}
    columns = tuple(f"x{i}" for i in range(indicators))
    return Dataset(Units(codes, codes, groups), columns, values, np.ones((1, units), dtype=bool))


def config(indicators: int, dimensions: int = 20) -> dict[str, object]:
    families = np.array_split(np.arange(indicators), dimensions)
    return {
        "indicators": {"file": "none.csv"},
        "imputation": {"method": "group_mean", "by": "group"},
        "treatment": {"method": "winsorise", "max_points": 5, "skewness": 2, "kurtosis": 3.5},
        "index": {
            "code": "I",
            "children": [
                {"code": f"d{i}", "children": [{"indicator": f"x{j}"} for j in family]}
                for i, family in enumerate(families)
            ],
        },
    }


def main() -> None:
    units, indicators = (int(a) for a in (sys.argv[1:] + SIZE[len(sys.argv) - 1 :]))
    data = dataset(units, indicators)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.yaml"
        path.write_text(json.dumps(config(indicators)))
        recipe = load_config(path).recipe
    plan = bind(recipe, data)

    def steps() -> None:
        aggregate(plan, run_indicator_steps(plan, data.values).normalised)

    for label, work in (
        ("imputation, treatment, min-max, arithmetic mean", steps),
        ("the same with binding, ranks of every node, coverage", lambda: score(recipe, data)),
    ):
        work()
        times = []
        for _ in range(RUNS):
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
        print(f"{units} x {indicators}, {label}: median {statistics.median(times):.3f} s of processor time")


if __name__ == "__main__":
    main()
