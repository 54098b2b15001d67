"""What `infer` costs, and whether it finds the known weights of simulated indices.

    python benchmarks/infer.py [--units 5000] [--children 30] [--random 1000]

Every case runs in its own process. Time is that of the whole inference (weights, centre, simple weights,
dominance; or proof, contradiction, smallest correction), memory the peak of the process with all its imports.
`--random N` simulates N indices of 3 to 40 units and 2 to 7 children, rounded to 0 to 3 decimals, and counts
how often the true weights lie between the smallest and the largest.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np
from quick import QUICK

from innov_index.analysis.infer.inference import infer_from_scores
from innov_index.dataset.printed_figures import printed


def made_up(
    rng: np.random.Generator, units: int, children: int, decimals: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return true weights, printed scores of the children and of the parent."""
    weights = rng.dirichlet(np.full(children, 3.0))
    scores = rng.uniform(0, 100, (units, children))
    return weights, np.round(scores, decimals), np.round(scores @ weights, decimals)


def run_case(units: int, children: int, decimals: int, wrong: int) -> dict[str, object]:
    """Infer once; `wrong` figures of the parent are three units of their last decimal too high."""
    weights, scores, parent = made_up(np.random.default_rng(1), units, children, decimals)
    altered = list(range(1, 1 + 3 * wrong, 3))
    parent[altered] += 3 * 10.0**-decimals
    infer_from_scores(printed(scores[:5, :2], decimals), printed(scores[:5, 0], decimals))  # imports HiGHS
    start, wall = time.process_time(), time.perf_counter()
    found = infer_from_scores(printed(scores, decimals), printed(parent, decimals))
    seconds, wall = time.process_time() - start, time.perf_counter() - wall
    result: dict[str, object] = {"processor s": round(seconds, 2), "wall s": round(wall, 2)}
    result["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if found.weights is not None:
        inside = (found.weights.smallest <= weights).all() and (weights <= found.weights.largest).all()
        return result | {"weights": "exist", "true inside": bool(inside), "width": found.weights.width}
    assert found.disagreement is not None
    contradiction = found.disagreement.contradiction
    named = sorted(set(altered) & set(contradiction.units))
    return result | {
        "weights": "none",
        "contradicting units": len(contradiction.units),
        "altered": altered,
        "altered named": named,
        "enough to leave out": list(contradiction.culprits),
    }


def run_random(count: int) -> dict[str, object]:
    """Count how often the true weights lie inside the inferred limits."""
    inside, widths = 0, []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        units, children, decimals = (int(rng.integers(*ends)) for ends in ((3, 41), (2, 8), (0, 4)))
        weights, scores, parent = made_up(rng, units, children, decimals)
        found = infer_from_scores(printed(scores, decimals), printed(parent, decimals)).weights
        if found is not None:
            inside += bool((found.smallest <= weights).all() and (weights <= found.largest).all())
            widths.append(found.width)
    return {"indices": count, "true weights inside": inside, "median width": float(np.median(widths))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--units", type=int, default=100 if QUICK else 5000)
    parser.add_argument("--children", type=int, default=5 if QUICK else 30)
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        print(json.dumps(run_case(*json.loads(arguments.case))))
        return
    large = (arguments.units, arguments.children)
    sizes = [large] if QUICK else [(139, 7), large]
    for units, children in sizes:
        for decimals, wrong in ((1, 0), (3, 0), (1, 1), (1, 2)):
            case = json.dumps([units, children, decimals, wrong])
            done = subprocess.run(
                [sys.executable, __file__, "--case", case], capture_output=True, text=True, check=True
            )
            print(
                f"{units} x {children}, {decimals} decimals, {wrong} wrong: {done.stdout.strip()}", flush=True
            )
    if arguments.random:
        print(json.dumps(run_random(10 if QUICK else arguments.random)))


if __name__ == "__main__":
    main()
