"""What is asked of every worker before it gets work."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from innov_index.engine.cluster.worker_report import WorkerReport, other_files, report
from innov_index.errors import InnovIndexError
from innov_index.wording import counted, listed

_PACKAGE = "innov_index"
_MOST_NAMED = 3


def reports_of_workers(client: Any) -> dict[str, WorkerReport]:
    """What each worker says of itself.

    Raises
    ------
    InnovIndexError
        The scheduler or a worker lacks this package, or has another version of it or of one it rests on.
    """
    # any worker can call a function of Python's own, and none of ours without this package
    there = client.run(find_spec, _PACKAGE, on_error="return")
    lacking = [worker for worker, found in there.items() if _is_missing(found)]
    if lacking:
        raise InnovIndexError(
            f"{_named(lacking)} no innov-index: install it there as it is here, or take the worker away"
        )
    if _is_missing(_on_scheduler(client)):
        raise InnovIndexError("the scheduler has no innov-index, and Dask needs it there too: install it")
    own = report()
    answers = client.run(report, on_error="return")
    # what has been lost meanwhile gets no work
    reports = {worker: said for worker, said in answers.items() if not isinstance(said, OSError)}
    found = {worker: said for worker, said in reports.items() if isinstance(said, WorkerReport)}
    others = [worker for worker in reports if worker not in found or found[worker].code != own.code]
    if others:
        raise InnovIndexError(
            f"{_named(others)} another version of innov-index than this computer: install the same one"
        )
    for package, version in own.packages.items():
        others = [worker for worker, said in found.items() if said.packages.get(package) != version]
        if others:
            theirs = found[others[0]].packages.get(package)
            raise InnovIndexError(
                f"{_named(others)} {package} {theirs}, and this computer {version}: results are the same "
                "only with the same versions"
            )
    return found


def different_files(client: Any, sizes: Mapping[str, int]) -> None:
    """Raise where a file is missing on a worker, or another one has its path there."""
    answers = client.run(other_files, dict(sizes), on_error="return")
    for worker, wrong in sorted(answers.items()):
        if isinstance(wrong, Exception) and not isinstance(wrong, OSError):
            raise wrong
        if isinstance(wrong, tuple):
            number, why = wrong
            others = f" (and {counted(number - 1, 'other file')} of {len(sizes):,})" if number > 1 else ""
            raise InnovIndexError(f"the worker {worker} {why}{others}")


def _on_scheduler(client: Any) -> Any:
    try:
        return client.run_on_scheduler(find_spec, _PACKAGE)
    except ModuleNotFoundError as error:
        return error


def _is_missing(found: Any) -> bool:
    return found is None or isinstance(found, ModuleNotFoundError)


def _named(workers: list[str]) -> str:
    """Workers as the subject of a sentence about what they have."""
    if len(workers) == 1:
        return f"the worker {workers[0]} has"
    return f"{counted(len(workers), 'worker')} ({listed(sorted(workers), _MOST_NAMED)}) have"
