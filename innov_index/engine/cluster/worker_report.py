"""What a worker says of itself before it gets work."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from innov_index.engine.cluster.contents import other_size
from innov_index.frozen import frozen
from innov_index.io.hashing import PACKAGES, versions

COMPARED = ("pyarrow",)
"""Packages that must be the same beside those whose versions every provenance states."""

METHODS = "innov_index.methods"
"""Entry points of packages whose methods a config may name."""

_OWN = PACKAGES[0]


@frozen
class WorkerReport:
    """`code` stands for all files of this package, `packages` for the versions of others.

    `memory` is what this computer has, in bytes.
    """

    code: str
    packages: Mapping[str, str]
    memory: int


def report() -> WorkerReport:
    """What this process runs on, with the versions of packages that bring methods."""
    methods = {own.dist.name for own in entry_points(group=METHODS) if own.dist is not None}
    found = versions((*COMPARED, *sorted(methods)))
    found["python"] = ".".join(platform.python_version_tuple()[:2])
    return WorkerReport(
        code_digest(), {name: version for name, version in found.items() if name != _OWN}, total_memory()
    )


@cache
def fingerprint() -> str:
    """One text for everything that must be the same: a worker may have come after the others were asked."""
    own = report()
    return hashlib.sha256(f"{own.code} {sorted(own.packages.items())}".encode()).hexdigest()


@cache
def code_digest() -> str:
    """What all files of this package are, as 64 hexadecimal digits: versions do not tell checkouts apart."""
    folder = Path(__file__).parents[2]
    digest = hashlib.sha256()
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    for name in names:
        if "__pycache__" not in name:
            digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()


def total_memory() -> int:
    """Bytes of memory of this computer; a gigabyte where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not available on every system
        return 1 << 30


def other_files(sizes: Mapping[str, int]) -> tuple[int, str] | None:
    """How many files are not as they should be here, and what is wrong with the first one."""
    wrong = [why for path, size in sizes.items() if (why := other_size(path, size)) is not None]
    return (len(wrong), wrong[0]) if wrong else None
