"""Where everything that goes wrong ends: what a person or their system can mend is told from our bugs.

A disk, a permission, a damaged package, a method of another package, memory, or a signal: one line, and exit
code 2 or that of the signal. What is left is a bug.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import walk_tb
from types import FrameType

_OWN = "innov_index"


class StoppedError(KeyboardInterrupt):
    """A signal asks the command to end; as Ctrl-C does, so that what is half-written is cleared away."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def code_of(stopped: KeyboardInterrupt) -> int:
    """The exit code of a command that a signal has ended."""
    return 128 + getattr(stopped, "number", signal.SIGINT)


def words_of(stopped: KeyboardInterrupt) -> str:
    """What is said of a command that a signal has ended."""
    return f"stopped ({signal.Signals(code_of(stopped) - 128).name}); nothing is left half-written"


@contextmanager
def stoppable() -> Iterator[None]:
    """Let the signals that end a process raise `StoppedError`; those that are ignored stay so."""
    kinds = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        kinds = []
    kept = {kind: signal.signal(kind, _stop) for kind in kinds if signal.getsignal(kind) is signal.SIG_DFL}
    try:
        yield
    finally:
        for kind, handler in kept.items():
            signal.signal(kind, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # what is being cleared away is not interrupted again
    raise StoppedError(number)


def failure_of_the_environment(error: Exception) -> str:
    """What a person is told of a failure that is no bug of ours; nothing of one that is."""
    if isinstance(error, MemoryError):
        reason = f" ({error})" if str(error) else ""
        return f"there is not enough memory for what was asked for{reason}"
    if package := _package_in(error):
        return f"the package {package} failed; it is none of ours ({type(error).__name__}: {error})"
    if isinstance(error, OSError):
        reason = error.strerror or str(error) or type(error).__name__
        return reason if error.filename is None else f"{error.filename}: {reason}"
    if isinstance(error, ImportError) and (package := _imported(error)) not in ("", _OWN):
        return f"the package {package} is installed and cannot be imported, or is missing: {error}"
    if isinstance(error, UnicodeEncodeError) and "surrogates not allowed" in error.reason:
        return f"a name has bytes that are no text: {error.object[:100]!r}"
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return "the system lets this process start no further thread"
    if type(error).__name__ in ("BrokenProcessPool", "TerminatedWorkerError"):
        return "a process of this command was ended from outside, perhaps as memory ran out"
    return ""


def _imported(error: ImportError) -> str:
    """The package that cannot be imported; the one whose code says so where the error names none."""
    if error.name:
        return error.name.partition(".")[0]
    modules = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__)]
    return modules[-1].partition(".")[0] if modules else ""


def _package_in(error: Exception) -> str:
    """The package with methods in whose code an error arose."""
    from innov_index.methods.plugins import package_in

    return package_in(error)
