"""States by bucket: in memory while they are small, then in temporary files."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Generic, TypeVar

from innov_index.engine.executors import Work

State = TypeVar("State")

BUCKETS = 64
"""Files that states are spread over: a bucket must fit into memory several times."""


class Buckets(Generic[State]):
    """Takes states, and gives them back by bucket.

    Parameters
    ----------
    work : Work
    memory : int
        Bytes of states that are held at a time.
    """

    def __init__(self, work: Work[Any, State, Any], memory: int) -> None:
        self._work = work
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
        """Take a state."""
        self._state = state if self._state is None else self._work.merge(self._state, state)
        if self._work.held(self._state) > self._memory:
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
            yield reduce(self._work.merge, _pieces(path))

    def _write(self, state: State) -> None:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="innov-index-")
        for number, piece in enumerate(self._work.split(state, BUCKETS)):
            if piece is not None:
                with (Path(self._folder.name) / f"{number:03}").open("ab") as file:
                    pickle.dump(piece, file, protocol=pickle.HIGHEST_PROTOCOL)


def _pieces(path: Path) -> Iterator[Any]:
    """Everything written to a file of our own, in the order of writing."""
    with path.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)
