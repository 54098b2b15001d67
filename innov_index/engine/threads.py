"""Independent pieces of work on several threads; the results come in the order of the pieces."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from concurrent.futures import Future


Piece = TypeVar("Piece")
Result = TypeVar("Result")

_local = threading.local()

_AHEAD = 2
"""Pieces a thread that may wait for their turn: what bounds the memory."""


def available_threads() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def one_blas_thread() -> AbstractContextManager[object]:
    """Within it a matrix product uses one thread, so that its result depends on its operands only."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits


def inside_a_thread() -> bool:
    """Whether the work at hand is already one of several pieces that run at the same time."""
    return getattr(_local, "inside", False)


def _enter() -> None:
    _local.inside = True


@contextmanager
def as_one_of_several() -> Iterator[None]:
    """Within it the work at hand starts no threads or processes of its own."""
    before = inside_a_thread()
    _enter()
    try:
        yield
    finally:
        _local.inside = before


def in_order(
    work: Callable[[Piece], Result], pieces: Iterable[Piece], threads: int
) -> Generator[Result, None, None]:
    """Do each piece of work on one of the threads; yield the results in the order of the pieces.

    When the caller stops asking (an error, Ctrl-C), pieces that have not begun are dropped.
    """
    keep_freed_memory()
    if threads <= 1:
        yield from map(work, pieces)
        return
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(threads, initializer=_enter)
    pending: deque[Future[Result]] = deque()
    try:
        for piece in pieces:
            pending.append(pool.submit(work, piece))
            if len(pending) >= _AHEAD * threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def keep_freed_memory() -> None:
    """Let the C library keep the memory of freed arrays for the next ones.

    glibc returns every freed block above a threshold to the system, which then clears each page of the next
    array of that size: half the time of a simulation. The threshold rises to the size of the largest
    block that was ever freed, up to 32 MB. Elsewhere this does nothing.
    """
    np.empty(31 << 20, dtype=np.uint8)
