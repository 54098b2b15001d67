"""A connection to a Dask cluster: nothing is waited for without limit, and what fails is one sentence."""

from __future__ import annotations

import itertools
import logging
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from inspect import signature
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from innov_index.engine.cluster.contents import FileContents, contents_of, sizes_of
from innov_index.engine.cluster.preflight import different_files, reports_of_workers
from innov_index.engine.cluster.worker_calls import Failed, as_bytes, done, returned
from innov_index.engine.cluster.worker_report import fingerprint
from innov_index.engine.executors import FileRange
from innov_index.errors import InnovIndexError, load_extra
from innov_index.frozen import frozen

Found = TypeVar("Found")

PATIENCE = 10.0
"""Seconds until a scheduler must have answered, and a worker be there."""

ANSWERED = 20.0
"""Seconds until all workers must have said what they are: they may have to import everything first."""

LOST = 12.0
"""Seconds without any worker, or with none that takes work, after which nothing more is hoped for."""

SILENT = 20.0
"""Seconds after which a scheduler that does not answer is given up."""

_ASKED_EVERY = 1.0
_WATCHED_EVERY = 0.2
_LOOKED_EVERY = 0.02
_RETRIES = 2
"""How often a call is repeated that fails for no reason of ours; calls of lost workers always are."""

FILLED = 0.5
"""Share of a worker's memory from which on it is watched closely: one that is lost then was most likely
killed for its memory, though it was heard of last before that was full."""

_TOO_OFTEN = 2
"""How often all workers must have been lost so, until nothing more is hoped for."""

MOST_COMPARED = 2_000
"""Files whose sizes are asked for before the work begins."""

_MORE_MEMORY = "give them more of it or fewer threads, or hold fewer records in each (--memory)"

_AHEAD = 2
"""Pieces per thread of the workers that may be pending; this bounds memory."""


@frozen
class Work:
    """A function on its way to the workers, and the files that each call of it reads."""

    key: str
    sent: Any
    files: Sequence[FileContents] = ()


class Cluster:
    """An open connection to the workers of a scheduler.

    Parameters
    ----------
    scheduler : str
        Address, such as tcp://10.0.0.1:8786.
    """

    def __init__(self, scheduler: str) -> None:
        self.scheduler = scheduler
        self._distributed = load_extra("distributed", "--engine dask", "dask")
        self._stop = threading.Event()
        self._quiet = _quiet()
        self._known: dict[FileRange, FileContents] = {}
        self._numbers = itertools.count()

    def __enter__(self) -> Cluster:
        self._quiet.__enter__()
        try:
            self._client = self._connected()
            self._workers: dict[str, Any] = {}
            self._outliving: set[str] | None = None
            self._times_all_were_lost = 0
            self._seen = self._took_work = time.monotonic()
            self._had_workers = float("inf")  # until there is one
            threading.Thread(target=self._ask, daemon=True).start()
            self._wait_for_workers()
            reports = self._answered(reports_of_workers, self._client)
            self.memory = min(own.memory for own in reports.values())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        client = getattr(self, "_client", None)
        if client is not None:
            with suppress(Exception):
                _in_a_thread(lambda: client.close(timeout=2), 4.0)
        self._quiet.__exit__(None, None, None)

    @property
    def threads(self) -> int:
        """Calls that all workers do at a time."""
        return max(sum(int(own["nthreads"]) for own in self._workers.values()), 1)

    def memory_of_a_call(self) -> int:
        """Bytes of memory that each thread of the smallest worker has."""
        limits = [
            (min(int(own["memory_limit"] or self.memory), self.memory)) // max(int(own["nthreads"]), 1)
            for own in self._workers.values()
        ]
        return min(limits, default=self.memory)

    def compare(self, files: Sequence[FileRange]) -> None:
        """Raise where a worker lacks a file, or has another one under its path, by size.

        Of very many files some are compared here; the bytes of each are when it is read.
        """
        sizes = sizes_of(files[:: -(-len(files) // MOST_COMPARED) or 1])
        if sizes:
            self._answered(different_files, self._client, sizes)

    def work(self, function: Callable[..., Any], files: Sequence[FileRange] = ()) -> Work:
        """A function that is sent once to each worker, and reads these files in each call."""
        key = f"{self._client.id}-{next(self._numbers)}"
        sent = self._client.submit(returned, as_bytes(function), pure=False, retries=_RETRIES)
        return Work(key, sent, tuple(map(self._contents, files)))

    def of_part(self, work: Work, part: Any, files: Sequence[FileRange] = ()) -> Any:
        """The future result of work on a part, which is in these files."""
        return self._submitted(work, (*work.files, *map(self._contents, files)), as_bytes(part))

    def of_results(self, work: Work, *results: Any) -> Any:
        """The future result of work on other future results."""
        return self._submitted(work, work.files, None, *results)

    def _submitted(self, work: Work, files: Sequence[FileContents], part: Any, *results: Any) -> Any:
        return self._client.submit(
            done, fingerprint(), work.key, work.sent, files, part, *results, pure=False, retries=_RETRIES
        )

    def merged(self, merge: Work, results: Sequence[Any]) -> Any:
        """The future merged result of all others, in pairs."""
        results = list(results)
        while len(results) > 1:
            pairs = [results[at : at + 2] for at in range(0, len(results), 2)]
            results = [self.of_results(merge, *pair) if len(pair) == 2 else pair[0] for pair in pairs]
        return results[0]

    def finished(self, futures: Sequence[Any]) -> Iterator[Any]:
        """The futures, each as soon as there is a result."""
        waiting = self._distributed.as_completed(futures, loop=self._client.loop)
        left = len(futures)
        while left:
            batch = waiting.next_batch(block=False)
            if not batch:
                self._check()
                time.sleep(_LOOKED_EVERY)
                continue
            self._took_work = time.monotonic()
            left -= len(batch)
            yield from batch

    def result(self, future: Any) -> Any:
        """The result of a call.

        Raises
        ------
        InnovIndexError
            A worker found a person's mistake, or the cluster is not there any more.
        """
        for _ in self.finished([future]):
            pass
        found = self._watched(future.result)
        if isinstance(found, Failed):
            raise found.error
        return found

    def in_order(self, work: Work, pieces: Iterator[Any]) -> Iterator[Any]:
        """Results of work on pieces, in the order of the pieces, of which a few are taken ahead."""
        pending: deque[Any] = deque()
        while True:
            ahead = max(_AHEAD * self.threads - len(pending), 0)
            pending += [self.of_part(work, piece) for piece in itertools.islice(pieces, ahead)]
            if not pending:
                return
            yield self.result(pending.popleft())

    def _contents(self, file: FileRange) -> FileContents:
        if file not in self._known:
            self._known[file] = contents_of(file)
        return self._known[file]

    def _connected(self) -> Any:
        if self.scheduler.startswith("tls://"):
            self._ensure_certificates()
        failed = (OSError, ValueError, TypeError, RuntimeError, ImportError, TimeoutError)
        try:
            return _in_a_thread(
                lambda: self._distributed.Client(self.scheduler, timeout=PATIENCE, set_as_default=False),
                2 * PATIENCE,
            )
        except failed as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InnovIndexError(
                f"no Dask scheduler responds at {self.scheduler} ({reason}); an address is such as "
                "tcp://10.0.0.1:8786 and said by the scheduler when it starts"
            ) from None

    def _ensure_certificates(self) -> None:
        connection = self._distributed.Security().get_connection_args("client")
        if connection.get("ssl_context") is None:
            raise InnovIndexError(
                f"{self.scheduler} needs certificates, which the settings of Dask name: "
                "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
                "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY, or the same in its configuration files"
            )

    def _wait_for_workers(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self._workers:
            if time.monotonic() > end:
                raise InnovIndexError(
                    f"the scheduler at {self.scheduler} has no workers; `dask worker {self.scheduler}` "
                    "starts one, on any computer that reaches it"
                )
            self._check()
            time.sleep(_LOOKED_EVERY)

    def _answered(self, ask: Callable[..., Found], *arguments: Any) -> Found:
        """What all workers answer."""
        try:
            return _in_a_thread(lambda: ask(*arguments), ANSWERED, self._check)
        except TimeoutError:
            raise InnovIndexError(
                f"not all workers of {self.scheduler} answer within {ANSWERED:.0f} seconds; the dashboard of "
                "the scheduler says which ones"
            ) from None
        except Exception as error:
            self._explain(error)
            raise

    def _watched(self, fetch: Callable[[], Found]) -> Found:
        try:
            return _in_a_thread(fetch, None, self._check)
        except Exception as error:
            self._explain(error)
            raise

    def _explain(self, error: Exception) -> None:
        """Raise what a person can do about a failure that is one of the cluster."""
        if isinstance(error, InnovIndexError):
            return
        self._check()
        kind = type(error).__name__
        if kind == "KilledWorker":
            lost = getattr(error, "last_worker", None)
            limit = getattr(lost, "memory_limit", 0)
            memory = f", which has {limit / 1e6:,.0f} MB of memory" if limit else ""
            raise InnovIndexError(
                f"the same part of the work was lost with several workers, last with "
                f"{getattr(lost, 'address', 'one')}{memory}: most likely they had too little memory; give "
                "workers more of it or fewer threads, hold fewer records in each (--memory), or divide the "
                "files into smaller ones"
            ) from None
        if kind in ("FutureCancelledError", "CancelledError", "FuturesCancelledError"):
            raise self._lost("the connection to the scheduler was lost") from None
        if isinstance(error, ImportError):
            raise InnovIndexError(
                f"a worker that came late to {self.scheduler} lacks what the others have: {error}"
            ) from None
        if "deserialization of the task graph" in str(error):
            raise InnovIndexError(f"the scheduler at {self.scheduler} has another version of Dask") from None
        if isinstance(error, OSError):
            reason = str(error).splitlines()[0] if str(error) else kind
            raise InnovIndexError(f"the cluster at {self.scheduler} failed: {reason}") from None

    def _check(self) -> None:
        """Raise where there is nothing left to wait for."""
        now = time.monotonic()
        if self._client.status not in ("running", "newly-created"):
            raise self._lost("the connection to the scheduler was lost")
        if now - self._seen > SILENT:
            raise self._lost(f"the scheduler has not answered for {SILENT:.0f} seconds")
        if self._seen - self._had_workers > LOST:
            raise self._lost("all workers were lost")
        if now - self._took_work > LOST and self._workers and self._all_are_paused():
            raise InnovIndexError(
                f"all workers of {self.scheduler} stand still because their memory is full; {_MORE_MEMORY}"
            )
        if self._times_all_were_lost >= _TOO_OFTEN:
            raise InnovIndexError(
                f"all workers of {self.scheduler} were lost again and again while their memory was full; "
                f"{_MORE_MEMORY}, or divide the files into smaller ones"
            )

    def _all_are_paused(self) -> bool:
        return all(_stands_still(own) for own in self._workers.values())

    def _lost(self, what: str) -> InnovIndexError:
        return InnovIndexError(
            f"{self.scheduler}: {what}, and nothing was counted or written; run the command again when the "
            "cluster is back"
        )

    def _ask(self) -> None:
        """Keep asking the scheduler who its workers are."""
        ask = self._client.scheduler_info
        # newer versions tell of five workers only, unless asked for all
        every = {"n_workers": -1} if "n_workers" in signature(ask).parameters else {}
        while not self._stop.is_set():
            with suppress(Exception):
                self._note_workers(dict(ask(**every)["workers"]))
                self._seen = time.monotonic()
                if self._workers:
                    self._had_workers = self._seen
                if not self._all_are_paused():
                    self._took_work = self._seen
            watched = any(map(_is_filled, self._workers.values()))
            rarely = _WATCHED_EVERY if watched else _ASKED_EVERY
            self._stop.wait(rarely if self._workers else _LOOKED_EVERY)

    def _note_workers(self, workers: dict[str, Any]) -> None:
        """Who outlives the first one that is lost with its memory full; Dask starts others in its place.

        What did not fit beside older work may fit into a new worker, so they are given a second chance.
        """
        lost = [own for address, own in self._workers.items() if address not in workers]
        if self._outliving is None and any(map(_is_filled, lost)):
            self._outliving = set(self._workers)
        if self._outliving is not None:
            self._outliving &= set(workers)
            if not self._outliving:
                self._times_all_were_lost += 1
                self._outliving = None
        self._workers = workers


def _is_filled(worker: Any) -> bool:
    """Whether a worker had used much of its memory when it was heard of last."""
    limit = int(worker.get("memory_limit") or 0)
    return bool(limit) and worker.get("metrics", {}).get("memory", 0) >= FILLED * limit


def _stands_still(worker: Any) -> bool:
    """Whether a worker takes no work and does none."""
    metrics = worker.get("metrics", {})
    counts = metrics.get("task_counts", metrics)
    return worker.get("status") == "paused" and not counts.get("executing")


def _in_a_thread(
    work: Callable[[], Found], patience: float | None, check: Callable[[], None] | None = None
) -> Found:
    """The result of what may never end: `check` may raise meanwhile, and `TimeoutError` is raised at last."""
    answers: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, work()))
        except BaseException as error:
            answers.put((False, error))

    threading.Thread(target=run, daemon=True).start()
    end = None if patience is None else time.monotonic() + patience
    while True:
        with suppress(Empty):
            sound, answer = answers.get(True, 0.1)
            if not sound:
                raise answer
            found: Found = answer
            return found
        if check is not None:
            check()
        if end is not None and time.monotonic() > end:
            raise TimeoutError


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask logs what happens to its connections; a person is told what it means instead."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith(("distributed", "tornado"))]
    loggers = [logging.getLogger(name) for name in ("distributed", "asyncio", *names)]
    before = [own.disabled for own in loggers]
    for own in loggers:
        own.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"distributed(\.|$)")
            warnings.filterwarnings("ignore", message="Sending large graph")
            yield
    finally:
        for own, disabled in zip(loggers, before, strict=True):
            own.disabled = disabled
