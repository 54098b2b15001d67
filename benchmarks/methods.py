"""Methods of the catalogue: processor time on large tables, and ratios to other tools in one run.

Usage: python benchmarks/methods.py

Prints the median processor time of every method on 5,000 units x 200 indicators (of pairwise and optimising
methods on a smaller table), of each aggregation of decision analysis on the large one, then ratios: all
weights that pymcdm has beside it on 200 x 31, benefit of the doubt beside one scipy.optimize.linprog per
unit and beside Pyfrontier. A tool that is not installed is left out and named.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from inspect import signature

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from quick import QUICK

from innov_index.methods import catalogue
from innov_index.methods.elsewhere import elsewhere
from innov_index.methods.kernels.frontier import bod_scores
from innov_index.methods.registry import Method, Trait
from innov_index.methods.weighting import weighting

RUNS = 1 if QUICK else 5
LARGE = (200, 20) if QUICK else (5000, 200)
PAIRWISE = (100, 10) if QUICK else (5000, 31)
SMALL = (30, 5) if QUICK else (200, 31)

SMALLER = {
    "imputation-nearest_neighbours",
    "imputation-regression",
    "imputation-em",
    "weighting-regression",
    "weighting-bod_common",
    "aggregation-bod",
    "aggregation-geometric_bod",
    "aggregation-directional_bod",
    "aggregation-order_m",
}
OF_DECISIONS = {
    "ideal_points",
    "spotis",
    "stated_ideals",
    "criteria_ratios",
    "multimoora",
    "codas",
    "probid",
}
"""Families of aggregations."""
LEFT_OUT = {"aggregation-kemeny_young"}
"""Its time depends on the data, not on their size."""


def median_time(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def table(shape: tuple[int, int], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).gamma(3.0, 10.0, shape) + 1.0


def each_method() -> None:
    for step in catalogue.STEPS:
        for method in catalogue.step(step):
            name = f"{step}-{method.name}"
            if name in LEFT_OUT or not runs_anywhere(method):
                continue
            shape = SMALL if name in SMALLER else PAIRWISE if step in ("weighting", "aggregation") else LARGE
            print(f"{name:45s} {shape[0]:5d} x {shape[1]:3d}  {median_time(runner(method, shape)):.4f} s")


def runs_anywhere(method: Method) -> bool:
    """Whether the options of the method's example suit any table: no names, and no numbers for each child."""
    of_children = method.step in ("weighting", "aggregation")
    stated = [method.options[name] for name in method.example]
    names = any(option.resolved and option.resolved.kind != "each" for option in stated)
    lists = of_children and any(isinstance(value, list) for value in method.example.values())
    return not (names or lists or Trait.ADDS_DRAWS in method.traits)


def runner(method: Method, shape: tuple[int, int]) -> Callable[[], object]:
    values = table(shape)
    if Trait.PANEL in method.traits:
        values = values.reshape(-1, shape[0] // 10, shape[1])
    if method.step == "imputation":
        values[np.random.default_rng(1).random(values.shape) < 0.03] = np.nan
    size = shape[1]
    inputs = {
        "direction": np.ones(size),
        "weights": np.full(size, 1 / size),
        "given": np.ones(size),
        "leaves": np.ones(size),
        "codes": tuple(f"x{i}" for i in range(size)),
    }
    known = {key: value for key, value in inputs.items() if key in method.inputs}
    return lambda: method.function(values, **known, **method.example)


def decision_analysis() -> None:
    """Aggregations that came from packages of decision analysis, all on the large table."""
    shape = f"{LARGE[0]:5d} x {LARGE[1]:3d}"
    for method in catalogue.step("aggregation"):
        if method.module in OF_DECISIONS and runs_anywhere(method):
            note = "  (compares all pairs of units)" if method.module == "probid" else ""
            print(f"{method.name:45s} {shape}  {median_time(runner(method, LARGE)):.4f} s{note}")


def weights_beside_pymcdm() -> None:
    """Each function of pymcdm that learns weights from a table, beside ours of that name."""
    if not find_spec("pymcdm"):
        print("pymcdm is not installed: left out")
        return
    from pymcdm import weights

    values = table(SMALL)
    for there, (step, name) in elsewhere().here.items():
        theirs = getattr(weights, there, None)
        if step != "weighting" or theirs is None:
            continue
        known = runner(weighting[name], SMALL)
        ours = median_time(lambda known=known: [known() for _ in range(100)]) / 100
        signs = (np.ones(values.shape[1]),) if "types" in signature(theirs).parameters else ()
        other = median_time(lambda theirs=theirs, signs=signs: theirs(values, *signs))
        print(f"{name}: pymcdm {other * 1e3:.2f} ms, here {ours * 1e3:.3f} ms, ratio {other / ours:.0f}")


def beside_others() -> None:
    values = table(SMALL)
    ours = median_time(lambda: bod_scores(values))
    other = median_time(lambda: one_program_a_unit(values))
    print(f"benefit of the doubt: linprog {other:.2f} s, here {ours:.3f} s, ratio {other / ours:.1f}")
    if find_spec("Pyfrontier"):
        from Pyfrontier.frontier_model import MultipleDEA

        def frontier() -> None:
            model = MultipleDEA("CRS", "in")
            model.fit(np.ones((len(values), 1)), values)

        other = median_time(frontier)
        print(f"benefit of the doubt: Pyfrontier {other:.2f} s, here {ours:.3f} s, ratio {other / ours:.1f}")
    else:
        print("Pyfrontier is not installed: left out")


def one_program_a_unit(values: np.ndarray) -> list[float]:
    from scipy.optimize import linprog

    ones = np.ones(len(values))
    return [-linprog(-unit, A_ub=values, b_ub=ones, method="highs").fun for unit in values]


if __name__ == "__main__":
    each_method()
    decision_analysis()
    weights_beside_pymcdm()
    beside_others()
