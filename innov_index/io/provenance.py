"""Where a result comes from: hashes of what went in, versions, seed. Never the time, never the machine."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from innov_index.errors import DataError, why_unreadable

PACKAGES = ("innov-index", "numpy", "pandas", "scipy")


@dataclass(frozen=True, order=True)
class Source:
    """A file that went into a result; `path` is relative to the folder of the config."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Provenance:
    """What a result was made from and with.

    `overrides` are the settings that replaced some of the config, as typed. `remarks` say in words what is
    measured, derived or assumed.
    """

    config: Source
    data: tuple[Source, ...]
    versions: Mapping[str, str]
    seed: int | None = None
    overrides: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of everything stated: equal digests, equal results."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Everything stated, and the digest."""
        return {**asdict(self), "digest": self.digest}

    def to_json(self) -> str:
        """Everything stated and the digest, as JSON to be read by people too."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"


def gather(
    config: Path,
    data: Iterable[Path],
    *,
    seed: int | None = None,
    overrides: Iterable[str] = (),
    remarks: Iterable[str] = (),
) -> Provenance:
    """Hash the files and look up the versions; the order of `data` does not matter."""
    sources = {Source(_from_folder(path, config.parent), sha256_of(path)) for path in data}
    own = Source(config.name, sha256_of(config))
    return Provenance(own, tuple(sorted(sources)), versions(), seed, tuple(overrides), tuple(remarks))


def sha256_of(path: Path) -> str:
    """SHA-256 of the file, as 64 hexadecimal digits."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise DataError(why_unreadable(path, error)) from None


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on."""
    return {"python": platform.python_version()} | {package: _version(package) for package in PACKAGES}


def provenance_path(output: Path) -> Path:
    """Return `FILE.provenance.json` beside an output `FILE`."""
    return output.with_name(output.name + ".provenance.json")


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _from_folder(path: Path, folder: Path) -> str:
    """The path as seen from the folder, or the bare name where the two share no part of the disk."""
    absolute, start = os.path.abspath(path), os.path.abspath(folder)
    try:
        shared = os.path.commonpath([absolute, start])
    except ValueError:
        return path.name
    if shared == os.path.dirname(shared):
        return path.name
    return Path(os.path.relpath(absolute, start)).as_posix()
