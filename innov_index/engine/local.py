"""This computer: one part after the other, or as many at a time as there are cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

Part = TypeVar("Part")
State = TypeVar("State")


@dataclass(frozen=True)
class Local:
    """Runs in threads: reading and counting are done by libraries that let other threads work meanwhile.

    Parameters
    ----------
    workers : int, optional
        Parts that are worked on at a time; as many as there are cores by default.
    """

    workers: int | None = None

    def run(
        self,
        partial: Callable[[Part], State | None],
        merge: Callable[[State, State], State],
        parts: Sequence[Part],
        seen: Callable[[State], None],
    ) -> State | None:
        """See `Executor`."""
        workers = min(self.workers or os.cpu_count() or 1, len(parts))
        states = map(partial, parts) if workers <= 1 else _threaded(partial, parts, workers)
        return _merged(_told(states, seen), merge)


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


def _told(states: Iterator[State | None], seen: Callable[[State], None]) -> Iterator[State]:
    for state in states:
        if state is not None:
            seen(state)
            yield state


def _merged(states: Iterator[State], merge: Callable[[State, State], State]) -> State | None:
    first = next(states, None)
    return None if first is None else reduce(merge, states, first)
