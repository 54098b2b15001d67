"""The executor on an existing Dask cluster (extra `dask`), whose workers have innov-index and the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any

from innov_index.engine.cluster.connection import Cluster
from innov_index.engine.executors import (
    Count,
    CountingJob,
    FileRange,
    Part,
    Progress,
    ReadsFiles,
    State,
)
from innov_index.engine.threads import Piece, Result
from innov_index.frozen import frozen

SHARE_OF_MEMORY = 8
"""Counting needs several times as much memory as the records that are counted."""

MOST_BUCKETS = 1024
"""Each part has a piece in each bucket."""


class Dask:
    """Runs on the workers of a scheduler. A part whose worker is lost is processed again.

    Inside of `with` one connection, made when there is work, serves all calls; otherwise each makes its own.

    Parameters
    ----------
    scheduler : str
        Address, such as tcp://10.0.0.1:8786.
    memory : int, optional
        Bytes of records that one worker holds to count them; by default an eighth of what each thread of the
        smallest worker has.
    """

    def __init__(self, scheduler: str, memory: int | None = None) -> None:
        self.scheduler = scheduler
        self.memory = memory
        self._keeps = False
        self._open: Cluster | None = None

    def __enter__(self) -> Dask:
        self._keeps = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._keeps = False
        if self._open is not None:
            self._open.__exit__()
            self._open = None

    @property
    def used(self) -> bool:
        """See `Executor`. Whether there has been a connection since `with`."""
        return self._open is not None

    def folder(self, path: Path) -> Path:
        """See `Executor`. Workers have folders of their own, from which no path may start."""
        return Path(os.path.abspath(path))

    def run(
        self,
        partial: Callable[[Part], State | None],
        merge: Callable[[State, State], State],
        parts: Sequence[Part],
    ) -> State | None:
        """See `Executor`. Results are merged in pairs, on the workers."""
        if not parts:
            return None
        with self._cluster() as cluster:
            states = _states(cluster, partial, partial, parts)
            merging = cluster.merged(cluster.work(merge), states)
            # each is released as soon as it is merged
            del states
            merged: State | None = cluster.result(merging)
            return merged

    def count(
        self, job: CountingJob[Part, State, Count], parts: Sequence[Part], progress: Progress
    ) -> Count | None:
        """See `Executor`. Each part is split into buckets in place; each bucket is counted on one worker."""
        if not parts:
            return None
        with self._cluster() as cluster:
            states = _states(cluster, job, job.partial, parts)
            size = cluster.work(_Size(job))
            held = 0
            for future in cluster.finished([cluster.of_results(size, state) for state in states]):
                records, own = cluster.result(future) or (0, 0)
                progress(records)
                held += own
            counts = self._counts(cluster, job, states, held)
            # parts are released as soon as they are split
            del states
            counted: Count | None = cluster.result(cluster.merged(cluster.work(job.added), counts))
            return counted

    def _counts(
        self, cluster: Cluster, job: CountingJob[Any, Any, Any], states: Sequence[Any], held: int
    ) -> list[Any]:
        """The future count of each bucket."""
        memory = cluster.memory_of_a_call() // SHARE_OF_MEMORY if self.memory is None else self.memory
        buckets = min(max(-(-held // max(memory, 1)), 1), MOST_BUCKETS)
        counted, merge = cluster.work(job.counted, _files_read(job)), cluster.work(job.merge)
        if buckets == 1:
            return [cluster.of_results(counted, cluster.merged(merge, states))]
        split = cluster.work(_Split(job, buckets))
        pieces = [cluster.of_results(split, state) for state in states]
        counts = []
        for number in range(buckets):
            piece = cluster.work(itemgetter(number))
            own = [cluster.of_results(piece, pieces_of_part) for pieces_of_part in pieces]
            counts.append(cluster.of_results(counted, cluster.merged(merge, own)))
        return counts

    def in_order(
        self, work: Callable[[Piece], Result], pieces: Iterable[Piece], threads: int
    ) -> Generator[Result, None, None]:
        """See `Executor`. As many pieces at a time as the workers have threads."""
        with self._cluster() as cluster:
            yield from cluster.in_order(cluster.work(work), iter(pieces))

    @contextmanager
    def _cluster(self) -> Iterator[Cluster]:
        if self._keeps and self._open is None:
            self._open = Cluster(self.scheduler).__enter__()
        if self._open is not None:
            yield self._open
            return
        with Cluster(self.scheduler) as cluster:
            yield cluster


def _states(cluster: Cluster, work: Any, partial: Callable[[Any], Any], parts: Sequence[Any]) -> list[Any]:
    """The future partial result of each part; the files are the same on all workers."""
    own = _files_read(work)
    files = [_files_read(part) for part in parts]
    cluster.compare([*own, *(file for each in files for file in each)])
    sent = cluster.work(partial, own)
    return [cluster.of_part(sent, part, each) for part, each in zip(parts, files, strict=True)]


def _files_read(own: Any) -> Sequence[FileRange]:
    return own.files_read() if isinstance(own, ReadsFiles) else ()


@frozen
class _Size:
    """Number of records that were read for a state, and bytes that it holds."""

    job: CountingJob[Any, Any, Any]

    def __call__(self, state: Any) -> tuple[int, int]:
        return self.job.records(state), self.job.held(state)


@frozen
class _Split:
    """Splits a state into buckets."""

    job: CountingJob[Any, Any, Any]
    buckets: int

    def __call__(self, state: Any) -> list[Any]:
        return self.job.split(state, self.buckets)
