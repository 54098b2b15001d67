"""A crash in a line: what is the same where the same thing is wrong."""

from __future__ import annotations

import traceback
from pathlib import Path


def crash_of(error: BaseException) -> str:
    """The kind of error, the innermost function of the package, and the innermost of all."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "innov_index" in Path(frame.filename).parts] or frames
    places = dict.fromkeys(f"{Path(frame.filename).name}:{frame.name}" for frame in (own[-1], frames[-1]))
    return f"crash: {type(error).__name__} in {' < '.join(places)}"
