"""Memory that is used again and again, and should stay ours in between."""

from __future__ import annotations

import numpy as np

_LARGEST_THAT_IS_KEPT = 31 << 20


def keep_freed_memory() -> None:
    """Let the C library keep the memory of freed arrays for the next ones.

    glibc returns every freed block above a threshold to the system, which then clears each page of the next
    array of that size: half the time of a simulation. The threshold rises to the size of the largest
    block that was ever freed, up to 32 MB. Elsewhere this does nothing.
    """
    np.empty(_LARGEST_THAT_IS_KEPT, dtype=np.uint8)
