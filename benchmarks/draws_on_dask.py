"""`uncertainty configs/2020.yaml` on Dask clusters of 1, 2 and 4 workers beside this computer alone.

    python benchmarks/draws_on_dask.py [--draws 1_000_000] [--workers 1 2 4]

The bytes must be the same. Printed are wall-clock time, the processor time of the command and of its
workers, and peak memory. The overhead is what command and workers take together beyond the command on one
thread. What a worker reports to the scheduler all the time, in its main thread, is told apart: it grows with
the wall-clock time, so on a busy computer it is several times what it is on one that has nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from clusters import Cluster, measured, running_cluster
from quick import QUICK

DRAWS = 20_000 if QUICK else 1_000_000
WORKERS = [2] if QUICK else [1, 2, 4]
CONFIG = Path(__file__).resolve().parents[1] / "configs" / "2020.yaml"


def processor_of(stat: str) -> float:
    """Processor seconds of a process or thread that still runs."""
    numbers = Path(f"/proc/{stat}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, numbers[11:13])) / os.sysconf("SC_CLK_TCK")


def processor_of_workers(cluster: Cluster) -> tuple[float, float]:
    """Processor seconds of all workers, and of their main threads alone."""
    pids = [worker.pid for worker in cluster.workers]
    return (
        sum(processor_of(str(pid)) for pid in pids),
        sum(processor_of(f"{pid}/task/{pid}") for pid in pids),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--draws", type=lambda text: int(text.replace("_", "")), default=DRAWS)
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS)
    arguments = parser.parse_args()
    words = ("uncertainty", str(CONFIG), "--draws", str(arguments.draws), "--table", "central weights")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        alone = measured((*words, "--threads", "1", "-o", "here.csv"), folder)
        print(f"here, one thread: {alone}", flush=True)
        for workers in arguments.workers:
            with running_cluster(folder, workers) as cluster:
                before = processor_of_workers(cluster)
                there = measured((*words, "-o", "there.csv"), folder, cluster.address)
                theirs, reporting = np.subtract(processor_of_workers(cluster), before)
                peak = max(cluster.megabytes())
            overhead = (there.processor + theirs) / alone.processor - 1
            print(
                f"workers: {workers:8} {there}; workers together {theirs:.1f} s, of which they report for "
                f"{reporting:.1f} s, each at most {peak:.0f} MB; overhead {overhead:.1%}",
                flush=True,
            )
            if (folder / "here.csv").read_bytes() != (folder / "there.csv").read_bytes():
                sys.exit(f"other bytes from {workers} workers")
    print("the same bytes")


if __name__ == "__main__":
    main()
