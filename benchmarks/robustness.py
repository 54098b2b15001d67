"""Best and worst ranks over sets of weights: processor time of one process.

Usage: python benchmarks/robustness.py [--check]

`--check` also verifies every certificate in exact arithmetic (not included in the time).
"""

from __future__ import annotations

import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
from quick import QUICK

import innov_index
from innov_index.analysis.robustness.certificates import check_claim
from innov_index.analysis.robustness.linear import LinearScores, from_values
from innov_index.analysis.robustness.linear_index import linear_scores
from innov_index.analysis.robustness.rank_ranges import rank_ranges
from innov_index.analysis.robustness.volumes import rank_volumes
from innov_index.analysis.robustness.weight_sets import WeightSet, simplex, within

GII_2022 = Path(__file__).resolve().parents[1] / "configs/published/gii-2022.yaml"
UNITS, DEEP_UNITS, DEEP = (12, 8, 5) if QUICK else (139, 32, 15)


def cases() -> dict[str, tuple[LinearScores, WeightSet, float]]:
    """Name: scores, set of weights, and the limit in seconds."""
    pillars = linear_scores(innov_index.load(GII_2022), level=2)
    wide = from_values(np.random.default_rng(0).random((UNITS, 7)))
    deep = from_values(np.random.default_rng(0).random((DEEP_UNITS, DEEP)))
    half = Fraction(1, 2)
    made_up = {
        f"random, {UNITS} x 7, within 50 %": (wide, within(wide.given, half), 60.0),
        f"random, {DEEP_UNITS} x {DEEP}, whole simplex": (deep, simplex(DEEP), 2.0),
        f"random, {DEEP_UNITS} x {DEEP}, within 50 %": (deep, within(deep.given, half), 2.0),
    }
    return made_up if QUICK else {"GII 2022, 132 x 7, whole simplex": (pillars, simplex(7), 5.0), **made_up}


def main() -> None:
    import scipy.optimize  # noqa: F401  its import is no part of the search

    print(f"{'case':36}{'processor s':>12}{'wall s':>9}{'limit s':>9}  exact")
    for name, (linear, weights, bar) in cases().items():
        wall, processor = time.perf_counter(), time.process_time()
        ranges = rank_ranges(linear, weights, time_limit=300.0)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        print(f"{name:36}{processor:12.2f}{wall:9.2f}{bar:9.0f}  {ranges.exact}")
        if "--check" in sys.argv:
            for claim in (*ranges.best, *ranges.worst):
                check_claim(linear, weights, claim)
    processor = time.process_time()
    rank_volumes(from_values(np.random.default_rng(0).random((40, 4))), simplex(4))
    print(f"{'rank volumes, random, 40 x 4':36}{time.process_time() - processor:12.2f}")


if __name__ == "__main__":
    main()
