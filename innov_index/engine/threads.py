"""Independent pieces of work on several threads, with results in the order of the pieces."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from concurrent.futures import Future


Piece = TypeVar("Piece")
Result = TypeVar("Result")

_local = threading.local()

_AHEAD = 2
"""Pieces per thread that may be pending; this bounds memory."""


def available_threads() -> int:
    """Number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def one_blas_thread() -> AbstractContextManager[object]:
    """Context in which matrix products use one thread, so that results depend only on the operands."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits


def inside_a_thread() -> bool:
    """Whether the current work is one of several pieces that run in parallel."""
    return getattr(_local, "inside", False)


def _enter() -> None:
    _local.inside = True


@contextmanager
def as_one_of_several() -> Iterator[None]:
    """Context in which work starts no threads or processes."""
    before = inside_a_thread()
    _enter()
    try:
        yield
    finally:
        _local.inside = before


def in_order(
    work: Callable[[Piece], Result], pieces: Iterable[Piece], threads: int
) -> Generator[Result, None, None]:
    """Do each piece of work on one of the threads; yield results in the order of the pieces.

    If the caller stops (error, Ctrl-C), pieces that have not started are dropped.
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
    """Make the C library keep the memory of freed arrays for reuse.

    glibc returns freed blocks above a threshold to the system, which then clears every page of the next
    array of that size; this takes half the time of a simulation. The threshold rises to the size of the
    largest block freed so far, up to 32 MB. Has no effect with other C libraries.
    """
    np.empty(31 << 20, dtype=np.uint8)


def return_freed_memory() -> None:
    """Give the system back the memory of freed arrays, before a step that needs larger ones.

    Between the arrays that several threads leave behind, glibc and pyarrow keep as much again of freed
    memory. Has no effect on pages of other C libraries.
    """
    if (arrow := sys.modules.get("pyarrow")) is not None:
        arrow.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
