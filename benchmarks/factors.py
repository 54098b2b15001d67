"""Maximum likelihood with varimax beside factor_analyzer, and the multivariate audit of a large table.

Usage: OPENBLAS_NUM_THREADS=1 python benchmarks/factors.py [PYTHON]

PYTHON is the interpreter of an environment with factor_analyzer, which needs an older scikit-learn:
python3 -m venv other && other/bin/pip install "scikit-learn<1.6" factor_analyzer. Processor seconds, median
of seven rounds in turn.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import numpy as np
from quick import QUICK

from innov_index.analysis.audit.multivariate.adequacy import complete
from innov_index.analysis.audit.multivariate.solution import Choices
from innov_index.analysis.audit.multivariate.structure import Structure
from innov_index.model.arrays import Floats

ROUNDS = 1 if QUICK else 7
FACTORS = 5

OTHER = """
import time, warnings
import numpy as np
from factor_analyzer import FactorAnalyzer
warnings.simplefilter("ignore")
{table}
values = table(200, 31)
FactorAnalyzer(2, rotation="varimax", method="ml").fit(values[:, :6])
start = time.process_time()
found = FactorAnalyzer({factors}, rotation="varimax", method="ml").fit(values)
print(time.process_time() - start, found.get_uniquenesses().sum())
"""
TABLE = """
def table(units, columns):
    rng = np.random.default_rng(0)
    factors = rng.standard_normal((units, 5))
    return factors @ rng.standard_normal((5, columns)) + 2 * rng.standard_normal((units, columns))
"""


def table(units: int, columns: int) -> Floats:
    """Columns of five factors and noise."""
    space: dict[str, object] = {"np": np}
    exec(TABLE, space)
    return space["table"](units, columns)  # type: ignore[operator, no-any-return]


def factors(values: Floats) -> tuple[float, float]:
    """Seconds, and the sum of the uniquenesses."""
    start = time.process_time()
    choices = Choices("maximum likelihood", factors=FACTORS)
    found = Structure({0: values}, {0: values.sum(axis=1)}, choices).factors[0]
    seconds = time.process_time() - start
    return seconds, float("nan") if isinstance(found, str) else float((1 - found.communalities).sum())


def other(python: str) -> tuple[float, float]:
    """The same of factor_analyzer, without the time of its start."""
    program = OTHER.format(table=TABLE, factors=FACTORS)
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    seconds, unique = done.stdout.split()
    return float(seconds), float(unique)


def audited(values: Floats) -> float:
    """Seconds for all tests, factors, clusters and contributions of a table."""
    start = time.process_time()
    found = Structure({0: values}, {0: values.sum(axis=1)})
    for part in ("adequacy", "reliability", "counts", "factors", "outlying"):
        getattr(found, part)
    for part in ("trees", "column_trees", "means", "contributions"):
        getattr(found, part)
    return time.process_time() - start


def main() -> None:
    values = table(200, 31)
    complete(values)
    python = sys.argv[1] if len(sys.argv) > 1 else None
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(factors(values))
        if python is not None:
            theirs.append(other(python))
    print(f"maximum likelihood and varimax, 200 x 31, {FACTORS} factors: {told(mine)}")
    if theirs:
        ratio = statistics.median(b[0] / a[0] for a, b in zip(mine, theirs, strict=True))
        print(f"factor_analyzer: {told(theirs)}; {ratio:.0f} times as long")
    large = table(200, 20) if QUICK else table(1_000, 60)
    seconds = statistics.median(audited(large) for _ in range(ROUNDS))
    print(
        f"tests, factors, clusters and contributions of {' x '.join(map(str, large.shape))}: {seconds:.2f} s"
    )


def told(runs: list[tuple[float, float]]) -> str:
    return f"{statistics.median(seconds for seconds, _ in runs):.3f} s, uniquenesses {runs[0][1]:.6f}"


if __name__ == "__main__":
    main()
