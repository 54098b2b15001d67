"""Provenance of a result: hashes of config and data, versions, seed; neither time nor machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from innov_index.frozen import frozen


@dataclass(frozen=True, order=True)
class HashedFile:
    """A file that a result was made from; `path` is relative to the folder of the config."""

    path: str
    sha256: str


@frozen
class Provenance:
    """What a result was made from and with.

    `overrides` are the settings that replaced parts of the config, as typed. `remarks` say what was measured,
    derived or assumed.
    """

    config: HashedFile
    data: tuple[HashedFile, ...]
    versions: Mapping[str, str]
    seed: int | None = None
    overrides: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of all fields: equal digests mean equal results."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """All fields and the digest."""
        return {**asdict(self), "digest": self.digest}

    def to_json(self) -> str:
        """All fields and the digest, as indented JSON."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"


@frozen
class JointProvenance:
    """What a result about several indices was made from."""

    parts: tuple[Provenance, ...]

    def to_json(self) -> str:
        """A list with the provenance of each index, as JSON to be read by people too."""
        parts = [part.to_dict() for part in self.parts]
        return json.dumps(parts, indent=2, ensure_ascii=False) + "\n"
