"""Dimensions by what titles have in common: `R&D / Spending`, `eco_gdp`, `1.2 Schools`, `E3: Trade`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from innov_index.frozen import frozen

SEPARATORS = (" / ", ": ", " - ", "|", "__", ".", "_", "-")
"""Between the name of a group and that of an indicator, the plainest first."""

_NUMBERED = re.compile(r"(\d+(?:\.\d+)*)(?:\.?\s+\D.*|\.)?")
_LETTER = re.compile(r"([A-Za-z]{1,4})[ .]?\d+(?:[ :.].*)?")


@frozen
class Group:
    """A dimension and its indicators, by their names."""

    name: str
    indicators: tuple[str, ...]


def groups_of(names: Sequence[str]) -> tuple[Group, ...]:
    """The dimensions that the names of indicators tell; none where they tell nothing.

    A way of grouping counts if it makes at least two groups of all names, and hardly any of one indicator.
    """
    ways: list[Callable[[str], str | None]] = [_number, *map(_before, SEPARATORS), _letters]
    for way in ways:
        found = _grouped(names, way)
        if found:
            return found
    shared = _shared_beginning(names)
    if not shared:
        return ()
    inner = groups_of([name[len(shared) :] for name in names])
    return tuple(
        Group(group.name, tuple(shared + indicator for indicator in group.indicators)) for group in inner
    )


def _grouped(names: Sequence[str], way: Callable[[str], str | None]) -> tuple[Group, ...]:
    heads: dict[str, list[str]] = {}
    for name in names:
        head = way(name)
        if not head:
            return ()
        heads.setdefault(head, []).append(name)
    alone = sum(len(own) == 1 for own in heads.values())
    if not 2 <= len(heads) <= len(names) / 2 or alone > len(heads) / 3 or heads.keys() & set(names):
        return ()
    return tuple(Group(head, tuple(own)) for head, own in heads.items())


def _before(separator: str) -> Callable[[str], str | None]:
    def head(name: str) -> str | None:
        first, found, rest = name.partition(separator)
        return first.strip() if found and rest.strip() and not first.strip().isdigit() else None

    return head


def _number(name: str) -> str | None:
    match = _NUMBERED.fullmatch(name.strip())
    first, found, _ = match[1].partition(".") if match else ("", "", "")
    return first if found else None


def _letters(name: str) -> str | None:
    match = _LETTER.fullmatch(name.strip())
    return match[1] if match else None


def _shared_beginning(names: Sequence[str]) -> str:
    """What all names begin with, up to a separator."""
    for separator in SEPARATORS:
        heads = {name.partition(separator)[0] for name in names if separator in name}
        if len(heads) == 1 and all(separator in name for name in names) and len(names) > 1:
            return f"{heads.pop()}{separator}"
    return ""
