"""YAML text → located data, by the core schema of YAML 1.2.

PyYAML reads YAML 1.1, in which `NO` is false, `on` is true, `1e6` is a text and a repeated key silently wins.
Only its event stream is used here; what a scalar means is decided by `scalar`. The composer keeps its own
stack, so that deep nesting ends in a message, and counts what aliases expand to.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from innov_index.config.located import Located, Scalar
from innov_index.errors import ConfigError, Mark, Problem
from innov_index.io.file_roles import is_pipe, read_pipe

MAX_DEPTH = 100
MAX_VALUES = 1_000_000
MAX_BYTES = 64 << 20

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.nan|\.NaN|\.NAN")
_LONGEST_INTEGER = 300


def read_yaml(path: FilePath, shown: str) -> Located:
    """Read a YAML file.

    Parameters
    ----------
    path : Path
    shown : str
        The file as messages name it.

    Raises
    ------
    ConfigError
        The file is missing, empty, not UTF-8, or not YAML; a key is repeated; aliases expand without bound.
    """
    return parse_yaml(_text_of(path, shown), shown)


def parse_yaml(text: str, shown: str) -> Located:
    """Read YAML from a text; `shown` names it in messages."""
    lines = text.splitlines()
    try:
        document = _Composer(shown, lines).compose(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        where = error.problem_mark or error.context_mark
        mark = _mark(shown, lines, where) if where else Mark(shown)
        detail = ", ".join(part for part in (error.context, error.problem) if part)
        raise ConfigError(Problem(f"not valid YAML: {detail}", mark)) from None
    except yaml.reader.ReaderError as error:
        raise ConfigError(Problem(f"not valid YAML: {error.reason}", Mark(shown))) from None
    if document is None:
        raise ConfigError(Problem("the file is empty; a config has at least `index:`", Mark(shown)))
    return document


def scalar(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar in the core schema of YAML 1.2."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_INTEGER:
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text


def _text_of(path: FilePath, shown: str) -> str:
    try:
        raw = _bytes_of(path, shown)
    except FileNotFoundError:
        raise ConfigError(Problem("no such file", Mark(shown))) from None
    except IsADirectoryError:
        raise ConfigError(Problem("this is a directory; a config file is expected", Mark(shown))) from None
    except OSError as error:
        raise ConfigError(Problem(f"cannot be read: {error.strerror}", Mark(shown))) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"byte {raw[error.start]:#04x} at position {error.start} is not UTF-8; save the file as UTF-8"
        raise ConfigError(Problem(found, Mark(shown, line))) from None


def _bytes_of(path: FilePath, shown: str) -> bytes:
    if is_pipe(path):
        return read_pipe(path, MAX_BYTES)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise ConfigError(Problem("this is a device; a file is expected", Mark(shown)))
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise ConfigError(Problem(f"larger than {MAX_BYTES >> 20} MB: no config", Mark(shown)))
    return path.read_bytes()


def _mark(shown: str, lines: list[str], where: Any) -> Mark:
    text = lines[where.line] if where.line < len(lines) else ""
    return Mark(shown, where.line + 1, where.column + 1, text)


@dataclass
class _Open:
    """A list or mapping whose end has not been read yet."""

    mark: Mark
    is_mapping: bool
    anchor: str | None
    values: list[Located] = field(default_factory=list)
    entries: dict[str, Located] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)
    key: str | None = None
    size: int = 1
    height: int = 1

    def close(self) -> Located:
        value = self.entries if self.is_mapping else tuple(self.values)
        return Located(value, self.mark, self.keys)


class _Composer:
    """Builds located data from YAML events, with a stack of its own."""

    def __init__(self, shown: str, lines: list[str]) -> None:
        self.shown = shown
        self.lines = lines
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Located, int, int]] = {}
        self.root: Located | None = None

    def compose(self, events: Any) -> Located | None:
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                plain = event.implicit[0]
                value = scalar(event.value) if plain else event.value
                self._scalar(Located(value, self._at(event)), event)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._open(event)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                done = self.stack.pop()
                closed = done.close()
                if done.anchor:
                    self.anchors[done.anchor] = (closed, done.size, done.height)
                self._place(closed, done.size, done.height)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                self._fail("a second document; a config is one document", event)
        return self.root

    def _open(self, event: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._fail(f"nested more than {MAX_DEPTH} levels deep", event)
        self._refuse_as_key(event)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.stack.append(_Open(self._at(event), is_mapping, event.anchor))

    def _alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            self._fail(f"alias '*{event.anchor}' has no anchor before it", event)
        self._refuse_as_key(event)
        target, size, height = self.anchors[event.anchor]
        if len(self.stack) + height > MAX_DEPTH:
            self._fail(f"aliases nest more than {MAX_DEPTH} levels deep", event)
        if self.stack and self.stack[-1].size + size > MAX_VALUES:
            self._fail(f"aliases expand to more than {MAX_VALUES:,} values", event)
        self._place(target, size, height)

    def _scalar(self, entry: Located, event: Any) -> None:
        if event.anchor:
            self.anchors[event.anchor] = (entry, 1, 1)
        if self._expects_key():
            self._key(event)
        else:
            self._place(entry, 1, 1)

    def _expects_key(self) -> bool:
        return bool(self.stack) and self.stack[-1].is_mapping and self.stack[-1].key is None

    def _refuse_as_key(self, event: Any) -> None:
        if self._expects_key():
            self._fail("a key must be a text", event)

    def _key(self, event: Any) -> None:
        holder = self.stack[-1]
        mark = self._at(event)
        if event.value in holder.keys:
            first = holder.keys[event.value].line
            self._fail(f"key '{event.value}' is repeated; it stands first in line {first}", event)
        holder.key = event.value
        holder.keys[event.value] = mark

    def _place(self, entry: Located, size: int, height: int) -> None:
        if not self.stack:
            self.root = entry
            return
        holder = self.stack[-1]
        holder.size += size
        holder.height = max(holder.height, height + 1)
        if holder.is_mapping:
            assert holder.key is not None
            holder.entries[holder.key] = entry
            holder.key = None
        else:
            holder.values.append(entry)

    def _at(self, event: Any) -> Mark:
        return _mark(self.shown, self.lines, event.start_mark)

    def _fail(self, message: str, event: Any) -> None:
        raise ConfigError(Problem(message, self._at(event)))
