"""Rank frequencies under random weights, beside the limit program, pysensmcda and pymcdm, in one run.

Beside the limit's own data also z-scores with ten pairs of equal units: there scores cross zero, where
rounding errors decide unless bounds are kept, and pairs tie in every draw.

Usage: OPENBLAS_NUM_THREADS=1 python benchmarks/ranks.py [draws] [units] [indicators]

All are timed in turn in each of seven rounds, since the machine's speed may change. A ratio is the median of
the rounds' ratios: of processor time on one thread, of wall time on all. pymcdm runs a hundredth of the
draws, and its time is scaled up in proportion. `pip install pysensmcda pymcdm` installs both packages.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from limit_ranks import rank_counts
from quick import QUICK

from innov_index.analysis.uncertainty.ranker import Ranker
from innov_index.analysis.uncertainty.tally import RankCounts
from innov_index.engine.threads import available_threads, in_order, one_blas_thread
from innov_index.methods.kernels.exactness import FEW, ROUNDOFF, settled
from innov_index.methods.ranking import descending_ranks

ROUNDS = 1 if QUICK else 7
SIZE = ["2000", "50", "10"] if QUICK else ["100000", "200", "31"]
PIECE, BATCH = 2048, 8192
"""Number of draws that a simulation of this size ranks at once, and that a thread counts by itself."""


@dataclass
class Contender:
    """One way to compute the rank frequencies, and its times in each round."""

    name: str
    work: Callable[[], object]
    scale: float = 1.0
    processor: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def run(self) -> None:
        wall, processor = time.perf_counter(), time.process_time()
        self.work()
        self.processor.append((time.process_time() - processor) * self.scale)
        self.wall.append((time.perf_counter() - wall) * self.scale)


def ours(weights: np.ndarray, scores: np.ndarray, threads: int = 1) -> np.ndarray:
    """Counts with ties, by the engine that simulations use: each thread counts batches of pieces."""
    _, first, which = np.unique(scores, axis=0, return_index=True, return_inverse=True)
    columns = np.argsort(np.argsort(first))[which.reshape(-1)]

    def rule(values: np.ndarray, bounds: np.ndarray) -> np.ndarray:
        return descending_ranks(settled(values, bounds)[..., None], "min")[..., 0]

    ranker = Ranker(rule, columns, digits=12)
    transposed = np.ascontiguousarray(scores.T)
    bounds = (FEW + scores.shape[1]) * ROUNDOFF * np.abs(scores).max(axis=1)

    def counted(batch: range) -> RankCounts:
        counts = RankCounts(ranker)
        for start in batch:
            counts.add(ranker.rank(weights[start : start + PIECE] @ transposed, bounds[None]))
        return counts

    batches = (
        range(start, min(start + BATCH, len(weights)), PIECE) for start in range(0, len(weights), BATCH)
    )
    everything = RankCounts(ranker)
    for counts in in_order(counted, batches, threads):
        everything.merge(counts)
    return everything.table()


def others(weights: np.ndarray, scores: np.ndarray) -> list[Contender]:
    """pysensmcda with the cheapest possible method, with pymcdm's weighted sum, and with its TOPSIS.

    The weighted sum is the same index as ours. TOPSIS is more work, and the example of pysensmcda.
    """
    try:
        from pymcdm.methods import TOPSIS, WSM
        from pysensmcda.smaa import simulate
    except ImportError:
        print("pysensmcda and pymcdm are not installed: no comparison")
        return []
    types = np.ones(scores.shape[1], dtype=int)
    few = max(len(weights) // 100, 100)

    def by(name: str, method: Callable[..., np.ndarray], draws: int) -> Contender:
        part = weights[:draws]
        return Contender(
            name,
            lambda: simulate(method, scores, types, part, store="accumulate", reverse_ranking=True),
            scale=len(weights) / draws,
        )

    return [
        by("pysensmcda", lambda matrix, weights, types: matrix @ weights, len(weights)),
        by("pymcdm WSM", WSM(), few),
        by("pymcdm TOPSIS", TOPSIS(), few),
    ]


def ratio(one: list[float], other: list[float]) -> str:
    """Median of the rounds' ratios, and the range of them."""
    ratios = [a / b for a, b in zip(one, other, strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def main() -> None:
    draws, units, indicators = (int(a) for a in (sys.argv[1:] + SIZE[len(sys.argv) - 1 :]))
    rng = np.random.default_rng(0)
    scores = rng.random((units, indicators))
    weights = rng.standard_exponential((draws, indicators))
    weights /= weights.sum(axis=1, keepdims=True)
    threads = available_threads()
    limit = Contender("limit program", lambda: rank_counts(weights, scores))
    alone = Contender("innov-index", lambda: ours(weights, scores))
    together = Contender(f"on {threads} threads", lambda: ours(weights, scores, threads))
    around_zero = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    around_zero[10:20] = around_zero[:10]
    tied = Contender("z-scores, ties", lambda: ours(weights, around_zero))
    rest = others(weights, scores)
    with one_blas_thread():
        assert (ours(weights, scores, threads) == rank_counts(weights, scores)).all()
        for _ in range(ROUNDS):
            for contender in (limit, alone, together, tied, *rest):
                contender.run()
    print(f"{draws:,} draws x {units} units x {indicators} indicators, medians of {ROUNDS} rounds")
    for contender in (limit, alone, together, tied, *rest):
        times = statistics.median(contender.processor), statistics.median(contender.wall)
        print(f"{contender.name:14} {times[0]:8.3f} s processor {times[1]:8.3f} s wall")
    print(f"innov-index on one thread takes {ratio(alone.processor, limit.processor)} of the limit's time")
    print(f"on z-scores with ten pairs of equal units {ratio(tied.processor, limit.processor)} of it")
    for contender in rest:
        print(f"{contender.name} takes {ratio(contender.processor, alone.processor)} times as long")
        print(f"  and {ratio(contender.wall, together.wall)} times as long as it {together.name}")


if __name__ == "__main__":
    main()
