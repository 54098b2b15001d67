"""A config that a program hands over as a mapping: its text, and the tables in it that are no files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from innov_index.config.yaml_reader import MAX_DEPTH
from innov_index.config.yaml_writer import to_yaml
from innov_index.errors import ConfigError, Mark, Problem
from innov_index.frozen import frozen
from innov_index.intake.frames import Frame, is_frame, read_frame

SHOWN = "config"
"""What messages and provenance call a config that is no file."""

_TABLES = ("indicators", "units", "joined", "published", "index")
"""Keys under which `file` may be a data frame."""

_Place = tuple[str | int, ...]


@frozen
class HandedOver:
    """What was given in place of files.

    Attributes
    ----------
    text
        The config as YAML; "" where it is a file.
    frames
        Tables by the names that the config has for them.
    remarks
        What was decided on the way from a table to a config.
    """

    text: str = ""
    frames: Mapping[str, Frame] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def hashes(self, config: Path) -> dict[Path, str]:
        """SHA-256 of what would be files in the folder of the config."""
        if not self.text:
            return {}
        tables = {config.parent / name: frame.sha256 for name, frame in self.frames.items()}
        return {config: sha256(self.text.encode()).hexdigest(), **tables}

    def files(self) -> dict[str, bytes]:
        """The tables as contents of files, by name."""
        return {name: frame.lines for name, frame in self.frames.items()}


def handed_over(config: Mapping[str, Any], remarks: tuple[str, ...] = ()) -> HandedOver:
    """Turn a mapping into YAML and tables.

    Parameters
    ----------
    config : mapping
        As a config file states it. The value of `file` may be a data frame, or columns by title.

    Raises
    ------
    ConfigError
        Something in it is neither data of YAML nor a table.
    DataError
        A table has no rows, or is not a table.
    """
    if not isinstance(config, Mapping):
        message = f"found {_kind(config)}; expected a mapping of keys such as indicators, index"
        raise ConfigError(Problem(message, Mark(SHOWN)))
    reader = _Reader(set(_texts(config)))
    plain = reader.plain(config, ())
    return HandedOver(to_yaml(plain), reader.frames, remarks)


class _Reader:
    """Takes tables out of a mapping and puts names in their place, which nothing else in it has."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.frames: dict[str, Frame] = {}

    def plain(self, value: Any, place: _Place) -> Any:
        if len(place) > MAX_DEPTH:
            raise ConfigError(Problem(f"nested more than {MAX_DEPTH} levels deep", Mark(SHOWN)))
        if is_frame(value) or (isinstance(value, Mapping) and _is_table(place)):
            return self._named(value, place)
        if isinstance(value, Mapping):
            return {_key(key, place): self.plain(entry, (*place, str(key))) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(entry, (*place, at)) for at, entry in enumerate(value)]
        if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a number of numpy
            value = value.item()
        if value is None or isinstance(value, str | bool | int | float):
            return value
        if isinstance(value, os.PathLike):
            return os.fspath(value)
        if isinstance(value, date):
            return value.isoformat()
        message = f"found {_kind(value)}; expected a text, a number, true or false, a list or a mapping"
        raise ConfigError(Problem(f"{_words(place)}: {message}", Mark(SHOWN)))

    def _named(self, value: Any, place: _Place) -> str:
        if not _is_table(place):
            message = (
                f"{_words(place)}: found {_kind(value)}; a data frame is given as `file` of "
                "indicators, units, joined, published or index"
            )
            raise ConfigError(Problem(message, Mark(SHOWN)))
        parts = [str(part + 1) if isinstance(part, int) else part for part in place if part != "file"]
        stem = "-".join(parts)
        name, number = f"{stem}.jsonl", 1
        while name in self.taken:
            number += 1
            name = f"{stem}-{number}.jsonl"
        self.taken.add(name)
        self.frames[name] = read_frame(value, f"{stem} (data frame)")
        return name


def _is_table(place: _Place) -> bool:
    """Whether a table may stand at a place: `file` of a table, or one of several there."""
    keys = [part for part in place if isinstance(part, str)]
    return len(keys) > 1 and keys[-1] == "file" and keys[-2] in _TABLES and keys[0] in _TABLES


def _key(key: object, place: _Place) -> str:
    if isinstance(key, str | int) and not isinstance(key, bool):
        return str(key)
    where = f"{_words(place)}: " if place else ""
    raise ConfigError(Problem(f"{where}found the key {key!r}; a key is a text", Mark(SHOWN)))


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Every text in it, as deep as a config may be."""
    if isinstance(value, str):
        yield value
    elif depth <= MAX_DEPTH and isinstance(value, Mapping | list | tuple):
        for entry in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(entry, depth + 1)


def _words(place: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def _kind(value: object) -> str:
    return f"a value of type {type(value).__name__}" if value is not None else "nothing"
