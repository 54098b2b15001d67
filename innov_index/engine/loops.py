"""Loops over pieces of work that no single array operation can do: linear programs, searches, EM.

Pieces are independent of each other, so the result is the same with any number of threads or processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module

import numpy as np

from innov_index.engine.chosen import chosen_cluster
from innov_index.engine.executors import Executor
from innov_index.engine.progress import progress_of
from innov_index.engine.threads import (
    Piece,
    Result,
    as_one_of_several,
    available_threads,
    in_order,
    inside_a_thread,
    one_blas_thread,
)
from innov_index.model.arrays import Floats

ONE_THREAD = 1
"""For work in Python or on small arrays, which holds the interpreter lock: a second thread makes it slower
(benefit of the doubt on 8 tables of 200 x 31: 1.3 s on one thread, 2.3 s on two). If it takes long, it is
moved to other processes."""

TRIED = 2.0
"""Seconds after which the time that pieces take is known well enough."""

WORTH_PROCESSES = 5.0
"""Seconds of remaining work that justify the second or two that processes take to start."""

_SHARES = 4
"""Parts per process; what the work needs is sent once per part."""

MOST_PARTS = 256
"""Parts that the workers of a cluster get, each in milliseconds."""


def each(
    work: Callable[[Piece], Result],
    pieces: Sequence[Piece],
    *,
    threads: int = ONE_THREAD,
    what: str = "programs",
) -> list[Result]:
    """Do each piece of work; results are in the order of the pieces.

    Long work goes to the workers of a cluster if one is chosen (`chosen.running_on`). Otherwise long work on
    one thread is distributed over processes if joblib is installed (extra `parallel`). Progress is shown on
    terminals. Work that is itself one of several pieces starts no threads or processes.
    """
    if len(pieces) <= 1 or inside_a_thread():
        return [work(piece) for piece in pieces]
    results: list[Result] = []
    with progress_of(len(pieces), what) as tell, one_blas_thread():
        for result in _results(work, pieces, min(threads, len(pieces))):
            results.append(result)
            tell(len(results))
    return results


def _results(work: Callable[[Piece], Result], pieces: Sequence[Piece], threads: int) -> Iterator[Result]:
    """On threads, or one by one; the rest elsewhere if the first ones show that it is worth it."""
    cluster = chosen_cluster()
    if cluster is None and threads > 1:
        yield from in_order(work, pieces, threads)
        return
    start = time.monotonic()
    for done, piece in enumerate(pieces):
        spent = time.monotonic() - start
        left = spent / max(done, 1) * (len(pieces) - done)
        if done and spent > TRIED and left > WORTH_PROCESSES and (cluster or _has_processes()):
            rest = pieces[done:]
            yield from _on_cluster(cluster, work, rest) if cluster else _in_processes(work, rest)
            return
        yield work(piece)


def _has_processes() -> bool:
    """Whether there are processors for them, and joblib can be imported: work only takes longer without."""
    if available_threads() <= 1:
        return False
    try:
        import_module("joblib")
    except ImportError:
        return False
    return True


def _on_cluster(
    cluster: Executor, work: Callable[[Piece], Result], pieces: Sequence[Piece]
) -> Iterator[Result]:
    for results in cluster.in_order(partial(_part, work), _parts(pieces, MOST_PARTS), ONE_THREAD):
        yield from results


def _in_processes(work: Callable[[Piece], Result], pieces: Sequence[Piece]) -> Iterator[Result]:
    from joblib import Parallel, delayed

    processes = available_threads()
    run = Parallel(n_jobs=processes, return_as="generator")
    for results in run(delayed(_part)(work, part) for part in _parts(pieces, processes * _SHARES)):
        yield from results


def _parts(pieces: Sequence[Piece], most: int) -> list[Sequence[Piece]]:
    """The pieces in order, divided into at most so many parts."""
    size = -(-len(pieces) // most)
    return [pieces[start : start + size] for start in range(0, len(pieces), size)]


def _part(work: Callable[[Piece], Result], pieces: Sequence[Piece]) -> list[Result]:
    """The work of one process."""
    with as_one_of_several():
        return [work(piece) for piece in pieces]


def each_table(
    leading: tuple[int, ...],
    shape: tuple[int, ...],
    work: Callable[[tuple[int, ...]], Floats],
    *,
    threads: int = ONE_THREAD,
) -> Floats:
    """Compute one array for each index of the leading axes.

    Parameters
    ----------
    leading : lengths of the leading axes
    shape : shape of the result of one piece of work
    work : callable
        Called with an index of the leading axes.
    threads : int

    Returns
    -------
    (*leading, *shape)
    """
    places = list(np.ndindex(leading))
    found = np.empty((*leading, *shape))
    for place, result in zip(places, each(work, places, threads=threads, what="tables"), strict=True):
        found[place] = result
    return found
