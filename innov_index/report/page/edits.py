"""What turns one config into another, as assignments that the page can repeat on its copy of the config."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

Edit: TypeAlias = list[Any]
"""[path, value] sets what stands at the path; [path] alone removes it."""


def edits_between(before: Any, after: Any) -> list[Edit]:
    """Assignments and removals that turn `before` into `after`, both plain data."""
    return list(_edits(before, after, []))


def _edits(before: Any, after: Any, path: list[str | int]) -> Iterator[Edit]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before:
            if key not in after:
                yield [[*path, key]]
        for key, value in after.items():
            if key in before:
                yield from _edits(before[key], value, [*path, key])
            else:
                yield [[*path, key], value]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _edits(old, new, [*path, index])
    elif before != after or type(before) is not type(after):
        yield [path, after]
