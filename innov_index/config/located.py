"""A config as data that remembers where each value stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, TypeAlias

from innov_index.errors import Mark
from innov_index.frozen import frozen

Scalar: TypeAlias = str | int | float | bool | None
Path: TypeAlias = tuple[str | int, ...]


@frozen
class Located:
    """A scalar, a list or a mapping of located values, with the mark of each value and of each key."""

    value: Scalar | tuple[Located, ...] | dict[str, Located]
    mark: Mark
    keys: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def mapping(self) -> Mapping[str, Located]:
        """The entries of a mapping; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> Sequence[Located]:
        """The elements of a list; empty for anything else."""
        return self.value if isinstance(self.value, tuple) else ()

    def plain(self) -> Any:
        """The same as ordinary Python data."""
        if isinstance(self.value, dict):
            return {key: entry.plain() for key, entry in self.value.items()}
        if isinstance(self.value, tuple):
            return [entry.plain() for entry in self.value]
        return self.value

    def at(self, path: Path) -> Located:
        """The value at `path`, or the deepest one on the way that exists."""
        here = self
        for part in path:
            deeper = here.child(part)
            if deeper is None:
                break
            here = deeper
        return here

    def key_mark(self, path: Path) -> Mark:
        """Where the last key of `path` is written (the value's own mark for an element of a list)."""
        parent = self.at(path[:-1])
        if path and isinstance(path[-1], str) and path[-1] in parent.keys:
            return parent.keys[path[-1]]
        return self.at(path).mark

    def with_entry(self, key: str, entry: Located, mark: Mark | None = None) -> Located:
        """A copy of this mapping in which `key` holds `entry`."""
        keys = {**self.keys, key: mark or entry.mark}
        return Located({**self.mapping, key: entry}, self.mark, keys)

    def without(self, *names: str) -> Located:
        """A copy of this mapping that lacks the named keys."""
        kept = {key: entry for key, entry in self.mapping.items() if key not in names}
        return Located(kept, self.mark, self.keys)

    def walk(self) -> Iterator[Located]:
        """Every value below this one, and itself."""
        yield self
        for entry in (*self.mapping.values(), *self.items):
            yield from entry.walk()

    def child(self, part: str | int) -> Located | None:
        """The value of a key, or at a position of a list; None where it has none."""
        if isinstance(part, int):
            return self.items[part] if part < len(self.items) else None
        return self.mapping.get(part)


def located(data: Any, mark: Mark) -> Located:
    """Wrap ordinary data, all of it at one mark."""
    if isinstance(data, Mapping):
        entries = {str(key): located(entry, mark) for key, entry in data.items()}
        return Located(entries, mark, dict.fromkeys(entries, mark))
    if isinstance(data, (list, tuple)):
        return Located(tuple(located(entry, mark) for entry in data), mark)
    return Located(data, mark)
