"""What runs on a worker: one call, of which a person's mistake is a result and no failure.

Work and parts are sent as bytes. So the scheduler, which looks at what passes through it, needs few modules,
and a worker that lacks one can say so.
"""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from innov_index.engine.cluster.contents import FileContents, other_contents
from innov_index.engine.cluster.worker_report import fingerprint
from innov_index.engine.threads import as_one_of_several, keep_freed_memory, one_blas_thread
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen

_MOST_KEPT = 16
"""Works, such as a model or a source with its tables, that a process keeps unpacked."""


@frozen
class Failed:
    """What a worker could not do, and why; returned as a result so that nobody tries it again."""

    error: InnovIndexError


def as_bytes(value: Any) -> bytes:
    """What is sent to a worker; functions inside of functions are sent as they are."""
    import cloudpickle

    sent: bytes = cloudpickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return sent


def done(same: str, key: str, work: bytes, files: Sequence[FileContents], part: Any, *results: Any) -> Any:
    """The result of work on a part, sent as bytes, or on other results; without some of these there is none.

    Parameters
    ----------
    same : str
        The fingerprint of the computer where the command runs.
    key : str
        Of the work, which is unpacked once in each process.
    work : bytes
    files : sequence of FileContents
        What the work reads, as it is where the command runs.
    part : bytes or None
    results : results of other calls
    """
    if (failed := next((own for own in results if isinstance(own, Failed)), None)) is not None:
        return failed
    present = [result for result in results if result is not None]
    if len(present) < len(results):
        return present[0] if present else None
    try:
        with as_one_of_several(), _one_blas_thread_for_all():
            if fingerprint() != same:
                raise InnovIndexError(
                    f"the worker {here()} came late, and has another version of innov-index or of a package "
                    "that it rests on than the computer where the command runs"
                )
            for file in files:
                if (why := other_contents(file)) is not None:
                    raise InnovIndexError(f"the worker {here()} {why}")
            function = _kept(key, work)
            return function(*present) if part is None else function(pickle.loads(part))
    except InnovIndexError as error:
        return Failed(error)
    except ImportError as error:
        return Failed(InnovIndexError(f"the worker {here()} lacks what it needs: {error}"))
    except MemoryError:
        return Failed(InnovIndexError(f"the worker {here()} has too little memory for its part of the work"))


def returned(value: Any) -> Any:
    """A value that several calls need."""
    return value


def here() -> str:
    """The address of this worker."""
    import distributed

    return str(distributed.get_worker().address)


_works: OrderedDict[str, Callable[..., Any]] = OrderedDict()
_unpacking = threading.Lock()


def _kept(key: str, work: bytes) -> Callable[..., Any]:
    with _unpacking:
        if key not in _works:
            keep_freed_memory()
            _works[key] = pickle.loads(work)
            while len(_works) > _MOST_KEPT:
                _works.popitem(last=False)
        _works.move_to_end(key)
        return _works[key]


_blas = threading.Lock()
_calls = 0
_limits: Any = None


@contextmanager
def _one_blas_thread_for_all() -> Iterator[None]:
    """As `one_blas_thread`, where calls overlap: the limit holds for the process and goes with the last."""
    global _calls, _limits
    with _blas:
        if not _calls:
            _limits = one_blas_thread()
            _limits.__enter__()
        _calls += 1
    try:
        yield
    finally:
        with _blas:
            _calls -= 1
            if not _calls:
                _limits.__exit__(None, None, None)
