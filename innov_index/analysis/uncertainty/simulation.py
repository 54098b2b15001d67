"""Blocks of random points on several threads, ranked and counted; the same counts on any number of threads.

The points of a block come from its number, never from the thread; what threads count is added up in the order
of the blocks. So memory does not grow with the number of draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TypeAlias

import numpy as np

from innov_index.analysis.uncertainty.model import Evaluated, Model
from innov_index.analysis.uncertainty.ranker import RankedBlock, Ranker
from innov_index.analysis.uncertainty.tally import Tally, empty_tally
from innov_index.engine.chosen import chosen
from innov_index.engine.threads import one_blas_thread
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

_VALUES_IN_A_BLOCK = 1 << 17
_SMALLEST, _LARGEST = 16, 2048
_FEWEST_BLOCKS, _MOST_BLOCKS = 4, 8
"""Blocks scored together: threads wait less often for each other, combinations get more draws at once."""
_CHECKED_EVERY = 4
"""Pieces after which `until` is asked again: fixed, so that threads cannot change where a run ends."""
_BATCHES = 32
"""A long run is cut into at least this many batches of pieces, none of more than `_CHECKED_EVERY`."""

Progress = Callable[[int], None]
"""Told the number of draws done so far."""
Keep = Callable[[int, Evaluated, Floats], None]
"""Given each block: its first draw, what was evaluated, the ranks (defined draws, units)."""
_Piece: TypeAlias = tuple[int, int]
"""First block and number of draws."""


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
        At most this many.
    seed : int
    threads : int, optional
        All processors by default; the result does not depend on it.
    until : float, optional
        Stop when no standard error of a rank frequency is larger.
    progress, keep : callables, optional
    weights : (nodes,), optional
        Fixed local weights, instead of drawn ones.

    Returns
    -------
    Tally
        Partial after an interrupt (Ctrl-C): `complete` is False.

    Raises
    ------
    InnovIndexError
        No draw has a result.
    """
    ranker = model.ranker()
    tally = empty_tally(model, ranker)
    pieces = 0
    work = partial(_counted, model, ranker, seed, weights, keep is not None)
    results = chosen().in_order(work, _batches(model, draws), threads or model.threads)
    with one_blas_thread(), closing(results):
        try:
            for batch in results:
                if keep is not None:
                    batch.give(keep, tally.asked)
                tally.merge(batch.tally)
                pieces += batch.pieces
                if progress is not None:
                    progress(tally.asked)
                if until is not None and pieces % _CHECKED_EVERY == 0 and tally.worst_error <= until:
                    break
        except KeyboardInterrupt:
            tally.complete = False
    if tally.complete and not tally.draws:
        raise InnovIndexError(f"no draw has a result: {', '.join(sorted(tally.causes))}")
    return tally


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
    one = evaluated.of(np.array([row]))
    causes = {cause: draws for cause, draws in one.causes.items() if draws.any()}
    return points[:, row], replace(one, causes=causes)


def _batches(model: Model, draws: int) -> Iterator[list[_Piece]]:
    """Pieces that one thread counts together."""
    size = block_size(model)
    together = _together(model)
    pieces = -(-draws // (size * together))
    most = 1 if _slow(model) else min(pieces // _BATCHES, _CHECKED_EVERY)
    # a power of two, as `until` is asked between batches
    height = 1 << max(most.bit_length() - 1, 0)
    everything = _pieces(size, together, draws)
    while batch := list(islice(everything, height)):
        yield batch


def _together(model: Model) -> int:
    """Blocks of a piece: more where they split into combinations."""
    if _slow(model):
        return 1
    return min(max(model.variations.combinations, _FEWEST_BLOCKS), _MOST_BLOCKS)


def _slow(model: Model) -> bool:
    """Whether each draw takes long, so that progress should show every block."""
    return model.variations.endless or model.loops


def _pieces(size: int, together: int, draws: int) -> Iterator[_Piece]:
    """All pieces of a run; never by thread, as the last bits of a matrix product depend on its shape."""
    for block in range(0, -(-draws // size), together):
        yield block, min(together * size, draws - block * size)


@frozen
class _Batch:
    """What one thread counted of some pieces, and the draws themselves where they are wanted."""

    pieces: int
    tally: Tally
    kept: list[tuple[Evaluated, RankedBlock]]

    def give(self, keep: Keep, first: int) -> None:
        for evaluated, block in self.kept:
            keep(first, evaluated, self.tally.ranker.ranks_in(block))
            first += len(evaluated.undefined)


def _counted(
    model: Model, ranker: Ranker, seed: int, weights: Floats | None, keep: bool, pieces: list[_Piece]
) -> _Batch:
    batch = _Batch(len(pieces), empty_tally(model, ranker), [])
    for piece in pieces:
        evaluated = _evaluated(model, seed, weights, piece)
        block = batch.tally.add(evaluated)
        if keep:
            batch.kept.append((evaluated, block))
    return batch


def _evaluated(model: Model, seed: int, weights: Floats | None, piece: _Piece) -> Evaluated:
    block, draws = piece
    blocks = range(block, block - (-draws // block_size(model)))
    points = np.concatenate([points_of(model, seed, own) for own in blocks], axis=1)
    evaluated = model.evaluate(points, weights)
    return evaluated if draws == len(evaluated.scores) else evaluated.first(draws)
