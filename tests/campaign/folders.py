"""A case of commands: the files of a folder, byte by byte, and the command lines that are run in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

CONFIG, TABLE = "index.yaml", "data.csv"
_COMMANDS = "commands.json"
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class FolderCase:
    """Files by name, and command lines without the name of the program."""

    files: Mapping[str, bytes]
    commands: Sequence[Sequence[str]]

    def write(self, folder: Path) -> Path:
        """Write files and command lines; the path of the config."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        (folder / _COMMANDS).write_text(json.dumps([*map(list, self.commands)], indent=1), encoding="utf-8")
        return folder / CONFIG

    def smaller(self) -> Iterator[FolderCase]:
        """Cases with one thing less: all commands but one, a part of the config, a line of the table."""
        if len(self.commands) > 1:
            yield from (replace(self, commands=[command]) for command in self.commands)
        yield from self._with_less_config()
        lines = self.files[TABLE].split(b"\n")
        for at in range(1, len(lines) - 1):
            yield self.having(TABLE, b"\n".join(lines[:at] + lines[at + 1 :]))

    def having(self, name: str, content: bytes) -> FolderCase:
        """The case with other content of a file."""
        return replace(self, files={**self.files, name: content})

    @property
    def config(self) -> dict[str, Any]:
        """The config as data; empty where it is no mapping."""
        try:
            found = yaml.safe_load(self.files[CONFIG].decode())
        except (yaml.YAMLError, UnicodeDecodeError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _with_less_config(self) -> Iterator[FolderCase]:
        config = self.config
        for number in range(len(places(config))):
            less = deepcopy(config)
            container, key = places(less)[number]
            del container[key]
            yield self.having(CONFIG, dumped(less))


def read_case(folder: Path) -> FolderCase:
    """A case that was written."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != _COMMANDS}
    return FolderCase(files, json.loads((folder / _COMMANDS).read_text("utf-8")))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in a config with each key into it, the outer ones first."""
    found: list[tuple[Any, Any]] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += [(value, key), *places(inner)]
    return found


def dumped(config: Any) -> bytes:
    """A config as YAML."""
    return yaml.dump(config, Dumper=DUMPER, sort_keys=False, allow_unicode=True).encode()
