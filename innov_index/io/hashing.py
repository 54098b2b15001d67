"""Provenance of a result: hashes of its files, and versions of packages."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from innov_index.errors import DataError, why_unreadable
from innov_index.io.file_roles import ensure_unchanged, is_pipe, note_input, read_pipe
from innov_index.model.provenance import HashedFile, Provenance
from innov_index.wording import without_credentials

_LARGEST_PIPE = 4 << 30
_PIECE = 1 << 20

_SETTLED = 2_000_000_000
"""Nanoseconds after which a file that is written to has another time."""

_known: dict[tuple[Any, ...], str] = {}

PACKAGES = ("innov-index", "numpy", "pandas", "scipy")


def gather(
    config: Path,
    data: Iterable[Path],
    *,
    seed: int | None = None,
    overrides: Iterable[str] = (),
    remarks: Iterable[str] = (),
    packages: Iterable[str] = (),
    known: Mapping[Path, str] | None = None,
) -> Provenance:
    """Hash the files and look up versions, also of further packages; the order of `data` does not matter.

    `known` are the hashes of what is in memory and would be these files.
    """
    known = known or {}
    files = {
        HashedFile(_from_folder(path, config.parent), known.get(path) or sha256_of(path))
        for path in set(data)
    }
    name = "pipe" if config not in known and is_pipe(config) else config.name
    own = HashedFile(name, known.get(config) or sha256_of(config))
    stated = tuple(map(without_credentials, overrides))
    return Provenance(own, tuple(sorted(files)), versions(packages), seed, stated, tuple(remarks))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    note_input(path)
    try:
        if is_pipe(path):
            return hashlib.sha256(read_pipe(path, _LARGEST_PIPE)).hexdigest()
        digest = sha256_of_range(path)
    except (OSError, ValueError) as error:
        raise DataError(why_unreadable(path, error)) from None
    ensure_unchanged(path)
    return digest


def sha256_of_range(path: Path, start: int = 0, stop: int | None = None) -> str:
    """SHA-256 of some bytes of a file; computed once as long as the file stays as it is."""
    found = path.stat()
    key = (str(path), start, stop, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    if key not in _known:
        digest = _digest(path, start, found.st_size if stop is None else stop)
        # a file that was written just now may change again without another time
        if time.time_ns() - found.st_mtime_ns < _SETTLED or path.stat().st_mtime_ns != found.st_mtime_ns:
            return digest
        _known[key] = digest
    return _known[key]


def _digest(path: Path, start: int, stop: int) -> str:
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(_PIECE))
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while start < stop and (read := file.readinto(buffer[: min(_PIECE, stop - start)])):
            digest.update(buffer[:read])
            start += read
    return digest.hexdigest()


def versions(others: Iterable[str] = ()) -> dict[str, str]:
    """Versions of Python and of the packages that results depend on."""
    packages = (*PACKAGES, *others)
    return {"python": platform.python_version()} | {package: _version(package) for package in packages}


def provenance_path(output: Path) -> Path:
    """Return `FILE.provenance.json` beside an output `FILE`."""
    return output.with_name(output.name + ".provenance.json")


def _version(package: str) -> str:
    try:
        installed = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return "not installed"
    # parsing all that is said of a package, its description too, takes ten times as long
    head = (installed.read_text("METADATA") or "").partition("\n\n")[0]
    stated = [line for line in head.splitlines() if line.startswith("Version:")]
    return stated[0].removeprefix("Version:").strip() if stated else installed.version


def _from_folder(path: Path, folder: Path) -> str:
    """The path relative to the folder, or the file name if they have no common folder."""
    if is_pipe(path):
        return "pipe"  # its name is another one each time
    absolute, start = os.path.abspath(path), os.path.abspath(folder)
    try:
        shared = os.path.commonpath([absolute, start])
    except ValueError:
        return path.name
    if shared == os.path.dirname(shared):
        return path.name
    return Path(os.path.relpath(absolute, start)).as_posix()
