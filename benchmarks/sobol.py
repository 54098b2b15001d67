"""Sobol indices: the estimator beside SALib on the same runs, and the indices of the hubs index.

Usage: python benchmarks/sobol.py

SALib resamples 100 times (its default), innov-index 1,000 times.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from quick import QUICK

from innov_index.analysis.sensitivity.estimators import Outputs, design, sobol_indices
from innov_index.analysis.sensitivity.sobol import sobol_of
from innov_index.analysis.uncertainty.model import Model
from innov_index.index import load

ROOT = Path(__file__).resolve().parent.parent
REPEATS, RUNS, HUBS_RUNS = (1, 2**8, 16) if QUICK else (5, 2**14, 1024)


def ishigami(points: np.ndarray) -> np.ndarray:
    x = 2 * np.pi * points - np.pi
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def main() -> None:
    plan = design([1] * 3, [[0], [1], [2]], RUNS, 0)
    ab = np.stack([ishigami(plan.mixed(i))[:, None] for i in range(3)])
    ba = np.stack([ishigami(plan.mixed_back(i))[:, None] for i in range(3)])
    found = Outputs(
        ishigami(plan.first)[:, None], ishigami(plan.second)[:, None], ab, ba, np.ones(RUNS, dtype=bool)
    )
    own = seconds(lambda: sobol_indices(found, plan.replicates))
    print(f"estimator, 3 inputs, {RUNS:,} base runs, second order: {own:.3f} s processor")
    try:
        from SALib.analyze import sobol

        rows = np.concatenate([found.a[None], ab, ba, found.b[None]])[..., 0].T.reshape(-1)
        problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
        theirs = seconds(lambda: sobol.analyze(problem, rows))
        print(f"SALib: {theirs:.3f} s, {theirs / own:.1f} times innov-index")
    except ImportError:
        print("SALib is not installed: no comparison")
    model = Model(load(ROOT / "configs/2020.yaml"))
    start = time.process_time()
    result = sobol_of(model, HUBS_RUNS, 1)
    used = time.process_time() - start
    print(
        f"hubs index, {len(result.inputs)} inputs, {result.evaluations:,} evaluations: {used:.2f} s processor"
    )


if __name__ == "__main__":
    main()
