"""Where work runs now: on this computer, unless a command or a caller has chosen a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from innov_index.engine.executors import Executor

_chosen: list[Executor] = []


def chosen() -> Executor:
    """The executor that work goes to if the caller has none of its own."""
    if _chosen:
        return _chosen[-1]
    from innov_index.engine.local import Local

    return Local()


def chosen_cluster() -> Executor | None:
    """The executor that work goes to if it is a cluster."""
    if not _chosen:
        return None
    from innov_index.engine.local import Local

    return None if isinstance(_chosen[-1], Local) else _chosen[-1]


@contextmanager
def running_on(scheduler: str | None = None, memory: float | None = None) -> Iterator[Executor]:
    """Context in which records are counted, draws made and long loops run on a Dask cluster.

    Results are the same, to the last byte.

    Parameters
    ----------
    scheduler : str, optional
        Address of the Dask scheduler, e.g. tcp://10.0.0.1:8786; this computer by default.
    memory : float, optional
        Gigabytes of records that are held at a time: on this computer, beyond which temporary files are
        used; or by each worker. By default an eighth of the memory that there is.

    Examples
    --------
    >>> with innov_index.running_on("tcp://10.0.0.1:8786"):  # doctest: +SKIP
    ...     innov_index.load("big.yaml").score()
    """
    held = None if memory is None else int(memory * 1e9)
    if scheduler is None:
        from innov_index.engine.local import Local

        with _in_use(Local(memory=held)) as local:
            yield local
        return
    from innov_index.engine.cluster.dask import Dask

    with Dask(scheduler, held) as dask, _in_use(dask) as cluster:
        yield cluster


@contextmanager
def _in_use(executor: Executor) -> Iterator[Executor]:
    _chosen.append(executor)
    try:
        yield executor
    finally:
        _chosen.pop()
