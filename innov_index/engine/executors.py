"""Where partial results are computed: the same call in this process and on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

Part = TypeVar("Part")
State = TypeVar("State")


class Executor(Protocol):
    """Computes a partial result of each part, and merges them."""

    def run(
        self,
        partial: Callable[[Part], State | None],
        merge: Callable[[State, State], State],
        parts: Sequence[Part],
        seen: Callable[[State], None],
    ) -> State | None:
        """The merged partial results; None where no part has any.

        Parameters
        ----------
        partial : callable
            The partial result of a part. It may be called twice for a part, where a worker was lost.
        merge : callable
            Associative; the order of its arguments does not matter.
        parts : sequence
        seen : callable
            Is told of each partial result, where that is at hand: for showing progress.
        """
