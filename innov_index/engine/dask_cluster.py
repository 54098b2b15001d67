"""The executor on an existing Dask cluster (extra `dask`), whose workers have innov-index and the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from innov_index.engine.executors import Count, CountingJob, Part, Progress, State
from innov_index.errors import InnovIndexError, load_extra
from innov_index.frozen import frozen

_PATIENCE = "10s"
_RETRIES = 5


@frozen
class _Failed:
    """A person's mistake found by a worker, returned as a result so that the cluster does not retry."""

    message: str


@frozen
class _Caught:
    """A function whose `InnovIndexError` is returned as a result."""

    function: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        failed = [argument for argument in arguments if isinstance(argument, _Failed)]
        if failed:
            return failed[0]
        present = [argument for argument in arguments if argument is not None]
        if len(present) < len(arguments):
            return present[0] if present else None
        try:
            return self.function(*arguments)
        except InnovIndexError as error:
            return _Failed(str(error))


@frozen
class Dask:
    """Runs on the workers of a scheduler. A part whose worker is lost is processed again.

    Parameters
    ----------
    scheduler : str
        Address, such as tcp://10.0.0.1:8786.
    parts_a_bucket : int
        Number of parts whose records one worker can hold and count.
    """

    scheduler: str
    parts_a_bucket: int = 32

    def run(
        self,
        partial: Callable[[Part], State | None],
        merge: Callable[[State, State], State],
        parts: Sequence[Part],
    ) -> State | None:
        """See `Executor`. Results are merged in pairs, on the workers."""
        if not parts:
            return None
        with self._tasks() as tasks:
            merged: State | None = tasks.result(tasks.merged(merge, tasks.each(partial, parts)))
            return merged

    def count(
        self, job: CountingJob[Part, State, Count], parts: Sequence[Part], progress: Progress
    ) -> Count | None:
        """See `Executor`. Each part is split into buckets in place; each bucket is counted on one worker."""
        if not parts:
            return None
        buckets = -(-len(parts) // self.parts_a_bucket)
        with self._tasks() as tasks:
            states = tasks.each(job.partial, parts)
            records = tasks.each(job.records, states)
            split = tasks.each(_Split(job, buckets), states)
            counts = []
            for number in range(buckets):
                pieces = tasks.each(itemgetter(number), split)
                counts += tasks.each(job.counted, [tasks.merged(job.merge, pieces)])
            total = tasks.merged(job.added, counts)
            # release parts as soon as they are split
            del states, split
            tasks.follow(records, progress)
            counted: Count | None = tasks.result(total)
            return counted

    @contextmanager
    def _tasks(self) -> Iterator[_Tasks]:
        distributed = load_extra("distributed", "--engine dask", "dask")
        with _connected(distributed, self.scheduler) as client:
            yield _Tasks(distributed, client)


@frozen
class _Split:
    """Splits a state into buckets."""

    job: CountingJob[Any, Any, Any]
    buckets: int

    def __call__(self, state: Any) -> list[Any]:
        return self.job.split(state, self.buckets)


@frozen
class _Tasks:
    """Calls on the workers; repeated if a worker is lost; None stays None."""

    distributed: Any
    client: Any

    def each(self, function: Callable[..., Any], arguments: Sequence[Any]) -> list[Any]:
        """Call the function on each argument."""
        found: list[Any] = self.client.map(_Caught(function), list(arguments), pure=False, retries=_RETRIES)
        return found

    def merged(self, merge: Callable[[Any, Any], Any], states: list[Any]) -> Any:
        """Merge all states in pairs."""
        while len(states) > 1:
            pairs = [states[at : at + 2] for at in range(0, len(states), 2)]
            states = [
                self.client.submit(_Caught(merge), *pair, pure=False, retries=_RETRIES)
                if len(pair) == 2
                else pair[0]
                for pair in pairs
            ]
        return states[0]

    def follow(self, numbers: list[Any], progress: Progress) -> None:
        """Report each number as soon as it is known."""
        for future in self.distributed.as_completed(numbers, loop=self.client.loop):
            progress(_sound(future.result()) or 0)

    def result(self, future: Any) -> Any:
        """The result of a call; raises the mistake that it found."""
        return _sound(future.result())


def _sound(result: Any) -> Any:
    if isinstance(result, _Failed):
        raise InnovIndexError(result.message)
    return result


def _connected(distributed: Any, scheduler: str) -> Any:
    try:
        return distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InnovIndexError(f"no Dask scheduler responds at {scheduler} ({reason})") from None
