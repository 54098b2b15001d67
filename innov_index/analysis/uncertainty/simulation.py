"""Blocks of random points on several threads, ranked and counted; the same counts on any number of threads.

The points of a block come from its number, never from the thread; what is merged is whole numbers, and sums
of weights in the order of the blocks. So memory does not grow with the number of draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from innov_index.analysis.uncertainty.model import Evaluated, Model
from innov_index.engine.rank_counts import RankCounter, RankedBlock
from innov_index.engine.threads import available_threads, in_order, one_blas_thread
from innov_index.model.arrays import Floats, Ints

_VALUES_IN_A_BLOCK = 1 << 17
_SMALLEST, _LARGEST = 16, 2048
_MOST_BLOCKS = 8
"""Blocks that are scored together at most, so that each combination gets more draws at once."""
_CHECKED_EVERY = 16
"""Pieces after which `until` is asked again: fixed, so that threads cannot change where a run ends."""
_MOST_PAIRS = 12
"""Units, from the first rank on, for which P(A ahead of B) is counted."""

Progress = Callable[[int], None]
"""Told the number of draws done so far."""
Keep = Callable[[int, Evaluated, Floats], None]
"""Given each block: its first draw, what was evaluated, the ranks (defined draws, units)."""


@dataclass
class Tally:
    """What is known of the draws so far.

    Attributes
    ----------
    draws : with a result; `undefined` those without, by cause
    counts : (units, places), how often each unit took each rank
    ahead : (pairs, pairs), how often the row's unit was ahead of the column's, for the units `pairs`
    leading : (units,), draws in which the unit ranked first, ties included
    central : (units, nodes), sum of the local weights of these draws
    complete : False where a person stopped the run
    """

    counter: RankCounter
    pairs: Ints
    ahead: Ints
    leading: Ints
    central: Floats
    draws: int = 0
    asked: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    complete: bool = True

    @property
    def counts(self) -> Ints:
        return self.counter.counts

    @property
    def undefined(self) -> int:
        return self.asked - self.draws

    @property
    def worst_error(self) -> float:
        """Largest standard error of any rank frequency or P(at least that rank)."""
        if not self.draws:
            return float("inf")
        at_least = np.cumsum(self.counts, axis=1) / self.draws
        shares = np.maximum(0.25 - (at_least - 0.5) ** 2, 0.0)
        return float(np.sqrt(shares.max() / self.draws))


@dataclass(frozen=True)
class _Block:
    evaluated: Evaluated
    ranked: RankedBlock
    ahead: Ints
    leading: Ints
    central: Floats


def simulate(
    model: Model,
    draws: int,
    seed: int,
    *,
    threads: int | None = None,
    until: float | None = None,
    progress: Progress | None = None,
    keep: Keep | None = None,
    weights: Floats | None = None,
) -> Tally:
    """Draw, score, rank, count.

    Parameters
    ----------
    model : Model
    draws : int
        At most so many.
    seed : int
    threads : int, optional
        All processors by default; the result does not depend on it.
    until : float, optional
        Stop when no standard error of a rank frequency is larger.
    progress, keep : callables, optional
    weights : (nodes,), optional
        Fixed local weights, in place of drawn ones.

    Returns
    -------
    Tally
        Of what was done so far where a person interrupted (Ctrl-C): `complete` is False.
    """
    tally = _empty(model)
    work = partial(_evaluated, model, tally, seed, weights)
    with one_blas_thread():
        results = in_order(work, _pieces(model, draws), threads or _threads(model))
        try:
            for number, block in enumerate(results, start=1):
                _add(model, tally, block, keep)
                if progress is not None:
                    progress(tally.asked)
                if until is not None and number % _CHECKED_EVERY == 0 and tally.worst_error <= until:
                    break
        except KeyboardInterrupt:
            tally.complete = False
        finally:
            _close(results)
    return tally


def _threads(model: Model) -> int:
    """Methods that loop hold the interpreter: threads would only be in each other's way."""
    return 1 if model.loops else available_threads()


def block_size(model: Model) -> int:
    """Draws that share a stream of random numbers: a fixed number for a config.

    Small where every draw has settings of its own, so that nothing is gained by many at once.
    """
    widest = max(len(model.units), model.dimensions, len(model.index.framework), 1)
    size = 1 << max(int(_VALUES_IN_A_BLOCK // widest).bit_length() - 1, 0)
    return int(min(max(size, _SMALLEST), _SMALLEST if model.variations.endless else _LARGEST))


def points_of(model: Model, seed: int, block: int) -> Floats:
    """Points of a block, (dimensions, draws); each variation has a stream of its own."""
    size = block_size(model)
    parts = [
        np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(position, block)))
        ).random((variation.dimensions, size))
        for position, variation in enumerate(model.variations.all)
    ]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def replay(model: Model, draw: int, seed: int) -> tuple[Floats, Evaluated]:
    """One draw again: its point, and its result; the same ranks as in the run, and scores to 12 digits."""
    size = block_size(model)
    block, row = divmod(draw, size)
    points = points_of(model, seed, block)
    with one_blas_thread():
        evaluated = model.evaluate(points)
    own = slice(row, row + 1)
    causes = {cause: draws[own] for cause, draws in evaluated.causes.items() if draws[row]}
    one = Evaluated(
        evaluated.scores[own],
        evaluated.weights[:, own],
        evaluated.codes[own],
        evaluated.undefined[own],
        causes,
    )
    return points[:, row], one


def _pieces(model: Model, draws: int) -> Iterator[tuple[int, int]]:
    """First block and number of draws of each piece: several blocks where they split into combinations.

    The pieces depend on the config and the number of draws only, as the last bits of a matrix product depend
    on its shape.
    """
    size = block_size(model)
    together = 1 if model.variations.endless else min(model.variations.combinations, _MOST_BLOCKS)
    for block in range(0, -(-draws // size), together):
        yield block, min(together * size, draws - block * size)


def _empty(model: Model) -> Tally:
    units = len(model.units)
    order = np.argsort(np.where(np.isnan(model.base_ranks), np.inf, model.base_ranks), kind="stable")
    pairs = np.asarray(order[:_MOST_PAIRS], dtype=np.int64)
    return Tally(
        counter=model.counter(),
        pairs=pairs,
        ahead=np.zeros((len(pairs), len(pairs)), dtype=np.int64),
        leading=np.zeros(units, dtype=np.int64),
        central=np.zeros((units, len(model.index.framework))),
    )


def _evaluated(
    model: Model, tally: Tally, seed: int, weights: Floats | None, piece: tuple[int, int]
) -> _Block:
    block, draws = piece
    blocks = range(block, block - (-draws // block_size(model)))
    points = np.concatenate([points_of(model, seed, own) for own in blocks], axis=1)
    evaluated = model.evaluate(points, weights)
    if draws < len(evaluated.scores):
        evaluated = evaluated.first(draws)
    there = ~evaluated.undefined
    scores = evaluated.scores if there.all() else evaluated.scores[there]
    ranked = tally.counter.rank(model.single(scores))
    leading, central = _leading(
        tally.counter,
        ranked,
        evaluated.weights if there.all() else evaluated.weights[:, there],
        len(model.units),
    )
    return _Block(evaluated, ranked, _ahead(tally, scores, ranked), leading, central)


def _ahead(tally: Tally, scores: Floats, ranked: RankedBlock) -> Ints:
    """How often each of the first units is ahead of each other."""
    own = np.ascontiguousarray(scores[:, tally.pairs].T)
    if ranked.close.any():
        # higher is better: ranks turned round say who is ahead where scores are close
        own[:, ranked.close] = -ranked.explicit[:, tally.pairs].T
    ahead = np.zeros((len(own), len(own)), dtype=np.int64)
    for row, values in enumerate(own):
        ahead[row] = np.count_nonzero(values > own, axis=1)
    return ahead


def _leading(counter: RankCounter, ranked: RankedBlock, weights: Floats, units: int) -> tuple[Ints, Floats]:
    """For each unit the number of draws in which it is first, and the sum of their weights."""
    first = np.zeros((len(ranked.close), units), dtype=np.bool_)
    if len(ranked.order):
        clear = np.flatnonzero(~ranked.close)
        first[clear] = counter.columns[None, :] == ranked.order[:, -1:]
    first[ranked.close] = ranked.explicit == 1
    leaders = np.flatnonzero(first.any(axis=0))
    central = np.zeros((units, len(weights)))
    central[leaders] = first[:, leaders].T.astype(np.float64) @ weights.T
    return first.sum(axis=0), central


def _add(model: Model, tally: Tally, block: _Block, keep: Keep | None) -> None:
    there = ~block.evaluated.undefined
    if keep is not None:
        keep(tally.asked, block.evaluated, tally.counter.ranks(block.ranked))
    tally.counter.add(block.ranked)
    tally.ahead += block.ahead
    tally.leading += block.leading
    tally.central += block.central
    tally.draws += int(there.sum())
    tally.asked += len(there)
    for cause, draws in block.evaluated.causes.items():
        tally.causes[cause] = tally.causes.get(cause, 0) + int(draws.sum())


def _close(results: Iterator[_Block]) -> None:
    close = getattr(results, "close", None)
    if close is not None:
        close()
