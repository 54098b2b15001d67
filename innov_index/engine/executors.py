"""Where partial results are computed: the same calls on this computer and on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

Part = TypeVar("Part")
State = TypeVar("State")
Count = TypeVar("Count")
Part_contra = TypeVar("Part_contra", contravariant=True)

Progress = Callable[[int], None]
"""Is told how many more records have been read."""


class CountingJob(Protocol[Part_contra, State, Count]):
    """Records that belong together may stand in several parts: they are brought together, then counted.

    Part → state; states → buckets, each with all that belongs together; bucket → count; counts add up. It
    travels to other processes.
    """

    def partial(self, part: Part_contra) -> State | None:
        """What a part holds; None for nothing. It may be called twice, where a worker was lost."""

    def merge(self, one: State, other: State) -> State:
        """Both; associative, and the order of the arguments does not matter."""

    def records(self, state: State) -> int:
        """How many records have been read for it, for showing progress."""

    def held(self, state: State) -> int:
        """Bytes of what can be split into buckets."""

    def split(self, state: State, buckets: int) -> list[State | None]:
        """So many states that merge to this one; what belongs together is in the same one."""

    def counted(self, state: State) -> Count:
        """The count of a bucket."""

    def added(self, one: Count, other: Count) -> Count:
        """The count of both buckets, whatever their order."""


class Executor(Protocol):
    """Computes a partial result of each part, and merges them."""

    def run(
        self,
        partial: Callable[[Part], State | None],
        merge: Callable[[State, State], State],
        parts: Sequence[Part],
    ) -> State | None:
        """The merged partial results; None where no part has any.

        Parameters
        ----------
        partial : callable
            The partial result of a part. It may be called twice for a part, where a worker was lost.
        merge : callable
            Associative; the order of its arguments does not matter.
        parts : sequence
        """

    def count(
        self, job: CountingJob[Part, State, Count], parts: Sequence[Part], progress: Progress
    ) -> Count | None:
        """The count of everything; None where no part has anything."""


def executor_of(scheduler: str | None = None, memory: float | None = None) -> Executor:
    """The workers of a Dask scheduler, or this computer.

    Parameters
    ----------
    scheduler : str, optional
        Address of a Dask scheduler, such as tcp://10.0.0.1:8786.
    memory : float, optional
        Gigabytes of records held at a time on this computer; an eighth of its memory by default.
    """
    if scheduler is not None:
        from innov_index.engine.dask_cluster import Dask

        return Dask(scheduler)
    from innov_index.engine.local import Local

    return Local(memory=None if memory is None else int(memory * 1e9))
