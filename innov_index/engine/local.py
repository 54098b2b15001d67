"""This computer: one part after the other, or as many at a time as there are cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from innov_index.engine.buckets import Buckets
from innov_index.engine.executors import Progress, Work

Part = TypeVar("Part")
State = TypeVar("State")
Count = TypeVar("Count")


@dataclass(frozen=True)
class Local:
    """Runs in threads: reading and counting are done by libraries that let other threads work meanwhile.

    Parameters
    ----------
    workers : int, optional
        Parts that are worked on at a time; as many as there are cores by default.
    memory : int, optional
        Bytes of records that are held until those that belong together have been brought together; more of
        them go to temporary files. An eighth of this computer's memory by default, as counting needs several
        times as much.
    """

    workers: int | None = None
    memory: int | None = None

    def run(
        self,
        partial: Callable[[Part], State | None],
        merge: Callable[[State, State], State],
        parts: Sequence[Part],
    ) -> State | None:
        """See `Executor`."""
        return _merged(self._states(partial, parts), merge)

    def count(
        self, work: Work[Part, State, Count], parts: Sequence[Part], progress: Progress
    ) -> Count | None:
        """See `Executor`."""
        memory = _an_eighth_of_memory() if self.memory is None else self.memory
        with Buckets(work, memory) as buckets:
            for state in self._states(work.partial, parts):
                progress(work.records(state))
                buckets.add(state)
            return _merged(map(work.counted, buckets), work.added)

    def _states(self, partial: Callable[[Part], State | None], parts: Sequence[Part]) -> Iterator[State]:
        workers = min(self.workers or os.cpu_count() or 1, len(parts))
        states = map(partial, parts) if workers <= 1 else _threaded(partial, parts, workers)
        return (state for state in states if state is not None)


def _an_eighth_of_memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 8
    except (AttributeError, ValueError, OSError):  # not on every system
        return 1 << 30


def _threaded(
    partial: Callable[[Part], State | None], parts: Sequence[Part], workers: int
) -> Iterator[State | None]:
    """Partial results as they come; no more parts are begun than are worked on, which bounds the memory."""
    with ThreadPoolExecutor(workers) as pool:
        waiting: set[Future[State | None]] = set()
        left = iter(parts)
        try:
            for part in left:
                waiting.add(pool.submit(partial, part))
                if len(waiting) > workers:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        finally:
            for future in waiting:
                future.cancel()


def _merged(states: Iterable[State], merge: Callable[[State, State], State]) -> State | None:
    """All in one; those of as many parts are merged first, so that each is merged only a few times."""
    waiting: list[tuple[int, State]] = []
    for state in states:
        parts = 1
        while waiting and waiting[-1][0] == parts:
            state = merge(waiting.pop()[1], state)
            parts *= 2
        waiting.append((parts, state))
    while len(waiting) > 1:
        parts, last = waiting.pop()
        waiting[-1] = (parts, merge(waiting[-1][1], last))
    return waiting[0][1] if waiting else None
