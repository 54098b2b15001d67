"""Simulations of whole indices: COINr's vignette, the hubs index, and a large one.

Usage: python benchmarks/uncertainty.py [folder with the shared reference data]

Processor and wall time after the data are loaded, and the peak memory of the process.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from quick import QUICK

from innov_index.analysis.uncertainty.model import Model
from innov_index.analysis.uncertainty.simulation import simulate
from innov_index.config.uncertainty import UncertaintyBlock
from innov_index.index import Index, load

ROOT = Path(__file__).resolve().parent.parent
FEWER = 100 if QUICK else 1
COINR_VIGNETTE_SECONDS = 138.0
"""Processor time of COINr 1.1.14 for 1,000 draws (shared/coinr/timings.md)."""


def timed(name: str, index: Index, draws: int, block: UncertaintyBlock | None = None) -> float:
    """Simulate and print; the processor time."""
    _ = index.dataset
    start, wall = time.process_time(), time.perf_counter()
    if block is None:
        model = Model(index)
    else:
        model = Model(index, None, index.config.variations(len(index.dataset.units), block))
    tally = simulate(model, draws, 1)
    used, elapsed = time.process_time() - start, time.perf_counter() - wall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name:46} {used:7.2f} s processor {elapsed:7.2f} s wall  {memory:6.0f} MB  ({tally.draws:,} draws)"
    )
    return used


def large(folder: Path, units: int, indicators: int) -> Index:
    rng = np.random.default_rng(0)
    names = [f"x{i}" for i in range(indicators)]
    np.savetxt(
        folder / "data.csv",
        rng.random((units, indicators)),
        fmt="%.6f",
        delimiter=",",
        header=",".join(names),
        comments="",
    )
    lines = (folder / "data.csv").read_text().splitlines()
    rows = ["unit," + lines[0], *(f"u{i},{line}" for i, line in enumerate(lines[1:]))]
    (folder / "data.csv").write_text("\n".join(rows) + "\n")
    config = {
        "indicators": {"file": "data.csv"},
        "index": {"code": "I", "children": [{"indicator": name} for name in names]},
    }
    (folder / "large.yaml").write_text(json.dumps(config))
    return load(folder / "large.yaml")


def main() -> None:
    weights = UncertaintyBlock.model_validate({"vary": [{"weights": "uniform"}]})
    hubs = load(ROOT / "configs/2020.yaml")
    timed("hubs index, weights only", hubs, 10**6 // FEWER, weights)
    timed("hubs index, its own block", hubs, 10_000 // FEWER)
    with tempfile.TemporaryDirectory() as folder:
        timed(
            "5,000 units x 200 indicators, weights only",
            large(Path(folder), 5000, 200),
            10_000 // FEWER,
            weights,
        )
    if len(sys.argv) > 1:
        sys.path.insert(0, str(ROOT))
        from tests.analysis.uncertainty.test_coinr import STEPS, VIGNETTE
        from tests.references.asem import load_asem

        with tempfile.TemporaryDirectory() as folder:
            index = load_asem(Path(sys.argv[1]).resolve(), Path(folder), STEPS, uncertainty=VIGNETTE)
            used = min(timed("COINr's vignette on ASEM", index, 1000 // FEWER) for _ in range(3))
        ratio = COINR_VIGNETTE_SECONDS / used
        print(f"COINr: {COINR_VIGNETTE_SECONDS:.0f} s on its own machine, {ratio:.0f} times that")


if __name__ == "__main__":
    main()
