"""A case: an index folder as data, so that it can be written, tried and made smaller."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from tests.indices import Rows, write_index

_MEMORY = Path("/dev/shm")
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def in_memory() -> tempfile.TemporaryDirectory[str]:
    """A folder for files that are read once: in memory, where the system has room for files there."""
    return tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)


@dataclass(frozen=True)
class Case:
    """A config as a mapping, and the rows of its table, header first."""

    config: Mapping[str, Any]
    rows: Rows = field(default_factory=list)

    def write(self, folder: Path) -> Path:
        """Write the folder; the path of the config."""
        return write_index(folder, yaml.dump(self.config, Dumper=_DUMPER, sort_keys=False), self.rows)

    def smaller(self) -> Iterator[Case]:
        """Cases with one thing less: half of the units, one unit, one part of the config."""
        header, *units = self.rows
        if len(units) > 2:
            half = len(units) // 2
            yield replace(self, rows=[header, *units[:half]])
            yield replace(self, rows=[header, *units[half:]])
            for place in range(len(units)):
                yield replace(self, rows=[header, *units[:place], *units[place + 1 :]])
        for config in _without_a_part(self.config):
            yield replace(self, config=config)


def _without_a_part(config: Any) -> Iterator[Any]:
    """The config without one key or one item, at any depth; the upper ones first."""
    keys: list[Any] = []
    if isinstance(config, Mapping):
        keys = list(config)
    elif isinstance(config, list):
        keys = list(range(len(config)))
    for key in keys:
        less = copy.copy(config)
        del less[key]
        yield less
    for key in keys:
        for inner in _without_a_part(config[key]):
            changed = copy.copy(config)
            changed[key] = inner
            yield changed
