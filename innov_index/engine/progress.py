"""Progress of long calculations, shown on terminals after one second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_SHOWN_AFTER = 1.0
_one_at_a_time = threading.Lock()


@contextmanager
def progress_of(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A progress bar with the remaining time; not shown for quick calculations or in pipes.

    Calculations nested in one with a bar are silent.

    Parameters
    ----------
    total : int
    what : str
        What is counted, e.g. "draws".

    Yields
    ------
    callable
        Call it with the number completed.
    """
    if not _one_at_a_time.acquire(blocking=False):
        yield _silent
        return
    shown: list[Any] = []
    start = time.monotonic()

    def tell(done: int) -> None:
        if not shown and sys.stderr.isatty() and time.monotonic() - start > _SHOWN_AFTER:
            bar = _bar()
            bar.start()
            shown.extend([bar, bar.add_task(what, total=total)])
        if shown:
            shown[0].update(shown[1], completed=done)

    try:
        yield tell
    finally:
        if shown:
            shown[0].stop()
        _one_at_a_time.release()


def _silent(done: int) -> None:
    """Show nothing."""


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    counted = TextColumn("{task.completed:,.0f} of {task.total:,.0f} {task.description}")
    columns = (counted, BarColumn(), TimeRemainingColumn(compact=True))
    return Progress(*columns, console=Console(stderr=True), transient=True)
