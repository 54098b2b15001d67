"""JSON lines: a file with one JSON object a line, whose keys are the titles of columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from innov_index.errors import DataError, Mark, Problem

_NAMED = (".jsonl", ".ndjson")
_SEARCHED = 1000


def is_json_lines(name: str, content: bytes) -> bool:
    """Whether a JSON file has an object on each line, by its name or its first two lines."""
    if name.lower().endswith(_NAMED):
        return True
    first, _, others = content.lstrip().partition(b"\n")
    try:
        entry = json.loads(first)
    except (ValueError, RecursionError):
        return False
    if not isinstance(entry, dict):
        return False
    return others.lstrip().startswith(b"{") or not any(
        isinstance(cell, dict | list) for cell in entry.values()
    )


def read_json_lines(file: str, lines: Iterable[bytes]) -> tuple[list[str], Iterator[tuple[int, list[Any]]]]:
    """The titles of columns, and the rows with the line of each; a key that an object lacks is an empty cell.

    Parameters
    ----------
    file : str
        Name for messages.
    lines : texts
        Keys of the first thousand objects are the columns.

    Raises
    ------
    DataError
        A line is no JSON object.
    """
    objects = objects_of(file, lines)
    first = list(islice(objects, _SEARCHED))
    titles = list(dict.fromkeys(key for _, entry in first for key in entry))
    return titles, ((line, [entry.get(title) for title in titles]) for line, entry in chain(first, objects))


def objects_of(file: str, lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The object of each line that is not blank, with the number of the line.

    Raises
    ------
    DataError
        A line is no JSON object.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DataError(Problem(f"this line is not JSON ({error})", Mark(file, number))) from None
        if not isinstance(entry, dict):
            raise DataError(Problem("each line must be one JSON object", Mark(file, number)))
        yield number, entry
