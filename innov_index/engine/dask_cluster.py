"""An existing Dask cluster (extra `dask`). Its workers must have innov-index and reach the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from innov_index.errors import InnovIndexError
from innov_index.io.extras import load_extra

Part = TypeVar("Part")
State = TypeVar("State")

_PATIENCE = "10s"
_RETRIES = 5


@dataclass(frozen=True)
class _Failed:
    """A person's mistake, met by a worker: it comes back as a result, for the cluster not to try again."""

    message: str


@dataclass(frozen=True)
class _Caught:
    """A function whose `InnovIndexError` becomes a result."""

    function: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        failed = [argument for argument in arguments if isinstance(argument, _Failed)]
        if failed:
            return failed[0]
        there = [argument for argument in arguments if argument is not None]
        if len(there) < len(arguments):
            return there[0] if there else None
        try:
            return self.function(*arguments)
        except InnovIndexError as error:
            return _Failed(str(error))


@dataclass(frozen=True)
class Dask:
    """Runs on the workers of a scheduler. A part whose worker is lost is worked on again.

    Parameters
    ----------
    scheduler : str
        Its address, such as tcp://10.0.0.1:8786.
    """

    scheduler: str

    def run(
        self,
        partial: Callable[[Part], State | None],
        merge: Callable[[State, State], State],
        parts: Sequence[Part],
        seen: Callable[[State], None],
    ) -> State | None:
        """See `Executor`. Merged is on the workers, two and two; nothing is `seen` here."""
        if not parts:
            return None
        distributed = load_extra("distributed", "--engine dask", "dask")
        with _connected(distributed, self.scheduler) as client:
            states = client.map(_Caught(partial), list(parts), pure=False, retries=_RETRIES)
            while len(states) > 1:
                pairs = [states[at : at + 2] for at in range(0, len(states), 2)]
                states = [
                    client.submit(_Caught(merge), *pair, pure=False, retries=_RETRIES)
                    if len(pair) == 2
                    else pair[0]
                    for pair in pairs
                ]
            result = states[0].result()
        if isinstance(result, _Failed):
            raise InnovIndexError(result.message)
        merged: State | None = result
        return merged


def _connected(distributed: Any, scheduler: str) -> Any:
    try:
        return distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InnovIndexError(f"no Dask scheduler answers at {scheduler} ({reason})") from None
