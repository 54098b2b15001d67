"""A process that searches texts for a regular expression and may be stopped; see `patterns.py`.

It reads (pattern, method, texts, seconds) and writes what the method finds in each text, up to the one at
which its time was over. It is run by its path, without the package, which would take longer to import than
most searches.
"""

from __future__ import annotations

import marshal
import re
import signal
import sys
import warnings
from types import FrameType


class _TimeIsOverError(Exception):
    """The search goes on for too long."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TimeIsOverError


def main() -> None:
    """Answer the one question that is asked."""
    pattern, method, texts, seconds = marshal.load(sys.stdin.buffer)
    warnings.simplefilter("ignore")
    match = getattr(re.compile(pattern), method)
    found: list[object] = []
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _stop)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        for text in texts:
            matched = match(text)
            found.append(None if matched is None else matched.groupdict())
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _TimeIsOverError:
        pass
    sys.stdout.buffer.write(marshal.dumps(found))


if __name__ == "__main__":
    main()
