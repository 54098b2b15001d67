"""Paths into nested values: `authorships[].institutions[].country_code`, `primary_topic.subfield.id`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from typing import TypeAlias

from innov_index.errors import Mark
from innov_index.frozen import frozen
from innov_index.intake.records.wanted_columns import (
    WantedColumns,
    lacking,
    names_in,
    require_all,
    require_once,
)


class Each(Enum):
    """What the elements of a list become."""

    ROW = "[]"
    CELL = "[*]"


Step: TypeAlias = str | int | Each
"""A key of an object, the position of an element, or all elements."""

_SEGMENT = r"([^.\[\]]+)((?:\[(?:\*|\d*)\])*)"
_BRACKET = r"\[(\*|\d*)\]"


@frozen
class ColumnPath:
    """Where a value stands in a nested record.

    Attributes
    ----------
    root
        The column of the file, or key of the object.
    steps
        What follows it.
    """

    root: str
    steps: tuple[Step, ...] = ()

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists of which each element is a row, from the outermost, as paths: `authorships[]`."""
        return tuple(
            _text(self.root, self.steps[: at + 1]) for at, step in enumerate(self.steps) if step is Each.ROW
        )

    def __str__(self) -> str:
        return _text(self.root, self.steps)


def _text(root: str, steps: Sequence[Step]) -> str:
    words = (
        f".{step}" if isinstance(step, str) else step.value if isinstance(step, Each) else f"[{step}]"
        for step in steps
    )
    return "".join([root, *words])


@cache
def column_path(text: str) -> ColumnPath | None:
    """The path that a text is; None if it is the name of a column and nothing more, or no path."""
    parts = text.split(".")
    found = [re.fullmatch(_SEGMENT, part.strip()) for part in parts]
    if len(parts) == 1 and "[" not in text:
        return None
    steps: list[Step] = []
    for match in found:
        if match is None:
            return None
        steps.append(match[1].strip())
        inside = re.findall(_BRACKET, match[2])
        steps += [Each.CELL if text == "*" else int(text) if text else Each.ROW for text in inside]
    root, *others = steps
    if Each.CELL in others and Each.ROW in others[others.index(Each.CELL) :]:
        return None
    return ColumnPath(str(root), tuple(others))


def lists_in(wanted: WantedColumns) -> tuple[str, ...]:
    """The lists of which columns take each element as a row."""
    paths = (column_path(name) for names in wanted.values() for name in names)
    return tuple(dict.fromkeys(name for path in paths if path is not None for name in path.lists))


def require_paths(columns: Sequence[str], wanted: WantedColumns, mark: Mark) -> Mapping[str, ColumnPath]:
    """The path of each role's column, or one error that names all that are missing.

    Parameters
    ----------
    columns : names
        Of all columns of a file, or of the keys of its objects; they are read literally first.
    wanted : mapping
    mark : Mark
        Place of the header.
    """
    found = {role: ColumnPath(name) for role, name in names_in(columns, wanted).items()}
    known = set(columns)
    for role, names in lacking(wanted, found).items():
        paths = [path for name in names if (path := column_path(name)) is not None and path.root in known]
        if paths:
            found[role] = paths[0]
    require_all(columns, lacking(wanted, found), mark)
    require_once(columns, (path.root for path in found.values()), mark)
    return found
