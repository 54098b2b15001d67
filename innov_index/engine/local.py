"""The executor on this computer: threads, and buckets that go to disk if memory is short."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Generic

from innov_index.engine.executors import Count, CountingJob, Part, Progress, State
from innov_index.engine.threads import Piece, Result, in_order, keep_freed_memory, return_freed_memory
from innov_index.frozen import frozen

BUCKETS = 64
"""Number of files that states are split into; a bucket must fit into memory several times."""


class Buckets(Generic[State]):
    """Collects states and returns them bucket by bucket: in memory, or if too large from temporary files.

    Parameters
    ----------
    work : Work
    memory : int
        Bytes of states that are held in memory.
    """

    def __init__(self, job: CountingJob[Any, State, Any], memory: int) -> None:
        self._job = job
        self._memory = memory
        self._state: State | None = None
        self._folder: TemporaryDirectory[str] | None = None

    def __enter__(self) -> Buckets[State]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, state: State) -> None:
        """Add a state."""
        self._state = state if self._state is None else self._job.merge(self._state, state)
        if self._job.held(self._state) > self._memory:
            self._write(self._state)
            self._state = None

    def __iter__(self) -> Iterator[State]:
        if self._folder is None:
            if self._state is not None:
                yield self._state
            return
        if self._state is not None:
            self._write(self._state)
            self._state = None
        for path in sorted(Path(self._folder.name).iterdir()):
            yield reduce(self._job.merge, _pieces(path))

    def _write(self, state: State) -> None:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="innov-index-")
        for number, piece in enumerate(self._job.split(state, BUCKETS)):
            if piece is not None:
                with (Path(self._folder.name) / f"{number:03}").open("ab") as file:
                    pickle.dump(piece, file, protocol=pickle.HIGHEST_PROTOCOL)


def _pieces(path: Path) -> Iterator[Any]:
    """The objects in one of our own files, in order of writing."""
    with path.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)


@frozen
class Local:
    """Runs in threads: the libraries that read and count release the interpreter lock.

    Parameters
    ----------
    workers : int, optional
        Number of parts processed at a time; by default the number of cores.
    memory : int, optional
        Bytes of records held in memory until those that belong together have been collected; beyond that,
        temporary files are used. By default an eighth of this computer's memory, because counting needs
        several times as much.
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
        self, job: CountingJob[Part, State, Count], parts: Sequence[Part], progress: Progress
    ) -> Count | None:
        """See `Executor`."""
        memory = _an_eighth_of_memory() if self.memory is None else self.memory
        keep_freed_memory()
        with Buckets(job, memory) as buckets:
            for state in self._states(job.partial, parts):
                progress(job.records(state))
                buckets.add(state)
            return_freed_memory()
            return _merged(map(job.counted, buckets), job.added)

    @property
    def used(self) -> bool:
        """See `Executor`. This computer is there in any case."""
        return True

    def in_order(
        self, work: Callable[[Piece], Result], pieces: Iterable[Piece], threads: int
    ) -> Generator[Result, None, None]:
        """See `Executor`. On threads."""
        return in_order(work, pieces, threads)

    def folder(self, path: Path) -> Path:
        """See `Executor`. As it is."""
        return path

    def _states(self, partial: Callable[[Part], State | None], parts: Sequence[Part]) -> Iterator[State]:
        workers = min(self.workers or os.cpu_count() or 1, len(parts))
        states = map(partial, parts) if workers <= 1 else _threaded(partial, parts, workers)
        return (state for state in states if state is not None)


def _an_eighth_of_memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 8
    except (AttributeError, ValueError, OSError):  # not available on every system
        return 1 << 30


def _threaded(
    partial: Callable[[Part], State | None], parts: Sequence[Part], workers: int
) -> Iterator[State | None]:
    """Yield partial results as they are completed; few parts are started ahead, which bounds memory."""
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
    """Merge all states; those of equally many parts first, so that each is merged only a few times."""
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
