"""Whole processes: `score configs/2020.yaml` beside `python -c "import numpy, pandas"`, in turn.

Usage: python benchmarks/startup.py [runs]

Prints medians of wall and processor time and of the ratios of pairs. Run it once in an environment without
pyarrow and once with all extras: pandas imports pyarrow if it is installed. All modules are compiled, as in
an installed program: compiling pandas at each start would flatter us.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from quick import QUICK

ROOT = Path(__file__).resolve().parent.parent
SCORE = [sys.executable, "-m", "innov_index", "score", str(ROOT / "configs/2020.yaml")]
IMPORTS = [sys.executable, "-c", "import numpy, pandas"]
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
RUNS = 1 if QUICK else 9


def run(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of one finished process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=COMPILED)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    run(SCORE), run(IMPORTS)
    pairs = [(run(SCORE), run(IMPORTS)) for _ in range(runs)]
    print(f"pyarrow installed: {find_spec('pyarrow') is not None}; {runs} pairs")
    for kind, label in enumerate(("wall", "processor")):
        score = statistics.median(pair[0][kind] for pair in pairs)
        imports = statistics.median(pair[1][kind] for pair in pairs)
        ratio = statistics.median(pair[0][kind] / pair[1][kind] for pair in pairs)
        print(f"{label:>9}: score {score:.3f} s, import numpy, pandas {imports:.3f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
