"""Rank frequencies of random weights, against the limit program, pysensmcda and pymcdm, in one run.

Usage: OPENBLAS_NUM_THREADS=1 python benchmarks/ranks.py [draws] [units] [indicators]

Processor time on one thread, median of seven, and wall time on all. pymcdm gets fewer draws, and its time is
scaled up in proportion; both packages need `pip install pysensmcda pymcdm`.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from limit_ranks import rank_counts
from quick import QUICK

from innov_index.engine.rank_counts import RankCounts
from innov_index.engine.ranker import Ranker
from innov_index.engine.threads import available_threads, in_order, one_blas_thread
from innov_index.methods.ranking import descending_ranks

RUNS = 1 if QUICK else 7
SIZE = ["2000", "50", "10"] if QUICK else ["100000", "200", "31"]
BLOCK, BATCH = 1024, 4096


def ours(weights: np.ndarray, scores: np.ndarray, threads: int = 1) -> np.ndarray:
    """Counts with ties, by the engine that simulations use: each thread counts batches of blocks."""
    units = len(scores)
    ranker = Ranker(
        lambda values: descending_ranks(values[..., None], "min")[..., 0], np.arange(units), digits=12
    )
    transposed = np.ascontiguousarray(scores.T)

    def counted(batch: range) -> RankCounts:
        counts = RankCounts(ranker)
        for start in batch:
            counts.add(ranker.rank(weights[start : start + BLOCK] @ transposed))
        return counts

    batches = (
        range(start, min(start + BATCH, len(weights)), BLOCK) for start in range(0, len(weights), BATCH)
    )
    everything = RankCounts(ranker)
    for counts in in_order(counted, batches, threads):
        everything.merge(counts)
    return everything.table()


def seconds(
    work: Callable[[], object], runs: int = RUNS, clock: Callable[[], float] = time.process_time
) -> float:
    times = []
    for _ in range(runs):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


def main() -> None:
    draws, units, indicators = (int(a) for a in (sys.argv[1:] + SIZE[len(sys.argv) - 1 :]))
    rng = np.random.default_rng(0)
    scores = rng.random((units, indicators))
    weights = rng.standard_exponential((draws, indicators))
    weights /= weights.sum(axis=1, keepdims=True)
    with one_blas_thread():
        assert (ours(weights, scores) == rank_counts(weights, scores)).all()
        pairs = [
            (seconds(lambda: rank_counts(weights, scores), 1), seconds(lambda: ours(weights, scores), 1))
            for _ in range(RUNS)
        ]
        limit, own = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(f"{draws:,} draws x {units} units x {indicators} indicators, one thread")
        print(f"limit program  {limit:8.3f} s")
        print(f"innov-index    {own:8.3f} s   {own / limit:.2f} times the limit")
        threads = available_threads()
        wall = seconds(lambda: ours(weights, scores, threads), clock=time.perf_counter)
        print(f"innov-index    {wall:8.3f} s wall on {threads} threads")
        for name, method, share in others():
            from pysensmcda.smaa import simulate

            part = weights[: max(int(draws * share), 100)]
            types = np.ones(indicators, dtype=int)
            once = lambda: simulate(method, scores, types, part, store="accumulate", reverse_ranking=True)  # noqa: B023, E731
            theirs = seconds(once, 3) * draws / len(part)
            ratios = f"{theirs / own:.0f} times innov-index on one thread, {theirs / wall:.0f} on {threads}"
            print(f"{name:14} {theirs:8.2f} s   {ratios} ({len(part):,} draws)")


def others() -> list[tuple[str, Callable[..., np.ndarray], float]]:
    """pysensmcda with the least that a method can do, and with one of pymcdm's."""
    try:
        import pysensmcda  # noqa: F401
        from pymcdm.methods import WSM
    except ImportError:
        print("pysensmcda and pymcdm are not installed: no comparison")
        return []
    return [
        ("pysensmcda", lambda matrix, weights, types: matrix @ weights, 1.0),
        ("with pymcdm", WSM(), 0.03),
    ]


if __name__ == "__main__":
    main()
