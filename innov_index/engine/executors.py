"""What an executor does: the same calls on this computer and on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from innov_index.engine.threads import Piece, Result
from innov_index.frozen import frozen

Part = TypeVar("Part")
State = TypeVar("State")
Count = TypeVar("Count")
Part_contra = TypeVar("Part_contra", contravariant=True)

Progress = Callable[[int], None]
"""Called with the number of further records read."""


@frozen
class FileRange:
    """A file that is read, or the range of its bytes that is."""

    path: Path
    start: int = 0
    stop: int | None = None


@runtime_checkable
class ReadsFiles(Protocol):
    """A part, or work on parts, that reads files where it runs."""

    def files_read(self) -> Sequence[FileRange]:
        """What it reads; the same for every part where it belongs to the work."""


class CountingJob(Protocol[Part_contra, State, Count]):
    """A count of records of which some belong together, though they may be in different parts.

    Part → state; states → buckets, each with all records that belong together; bucket → count; counts are
    added. Objects are sent to other processes.
    """

    def partial(self, part: Part_contra) -> State | None:
        """The state of a part; None for nothing. May be called twice for a part if a worker is lost."""

    def merge(self, one: State, other: State) -> State:
        """Merge two states; associative and commutative."""

    def records(self, state: State) -> int:
        """Number of records read for a state, to show progress."""

    def held(self, state: State) -> int:
        """Bytes of the records that can be split into buckets."""

    def split(self, state: State, buckets: int) -> list[State | None]:
        """Split into this many states that merge to this one; records that belong together stay so."""

    def counted(self, state: State) -> Count:
        """The count of a bucket."""

    def added(self, one: Count, other: Count) -> Count:
        """Add the counts of two buckets; commutative."""


class Executor(Protocol):
    """Computes a partial result for each part and merges them."""

    def run(
        self,
        partial: Callable[[Part], State | None],
        merge: Callable[[State, State], State],
        parts: Sequence[Part],
    ) -> State | None:
        """The merged partial results; None if no part has any.

        Parameters
        ----------
        partial : callable
            The partial result of a part. May be called twice for a part if a worker is lost.
        merge : callable
            Associative and commutative.
        parts : sequence
        """

    def count(
        self, job: CountingJob[Part, State, Count], parts: Sequence[Part], progress: Progress
    ) -> Count | None:
        """The count of all records; None if there are none."""

    @property
    def used(self) -> bool:
        """Whether there has been work that needs it."""

    def in_order(
        self, work: Callable[[Piece], Result], pieces: Iterable[Piece], threads: int
    ) -> Generator[Result, None, None]:
        """Do each piece of work; yield results in the order of the pieces.

        If the caller stops (error, Ctrl-C), pieces that have not started are dropped.

        Parameters
        ----------
        work : callable
        pieces : iterable
            A few are taken ahead, which bounds memory.
        threads : int
            How many pieces at a time on this computer.
        """

    def folder(self, path: Path) -> Path:
        """A folder by the path under which the work finds it."""
