"""What the comparing programs share: which contenders are installed, and peak memory."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path


def installed(names: Iterable[str], needs: Mapping[str, str]) -> list[str]:
    """The contenders whose package is installed; `needs` names the package of each."""
    found = []
    for name in names:
        package = needs.get(name)
        if package is not None and find_spec(package) is None:
            print(f"{name}: left out, {package} is not installed")
        else:
            found.append(name)
    return found


def peak_megabytes() -> float:
    """The peak memory of this process.

    The resource module would count what the parent had when it started this process.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
