"""A config that is written to another folder: what it names stays where it is."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from glob import glob
from pathlib import Path
from typing import Any


def with_absolute_paths(entry: Any, folder: Path, but: Collection[str] = ()) -> Any:
    """The entry with relative paths of existing files made absolute.

    Parameters
    ----------
    entry : mapping, list or scalar
        A config, or part of it.
    folder : Path
        Where its relative paths start.
    but : texts
        Names of tables that are no files.
    """
    if isinstance(entry, Mapping):
        return {key: with_absolute_paths(value, folder, but) for key, value in entry.items()}
    if isinstance(entry, list):
        return [with_absolute_paths(value, folder, but) for value in entry]
    if not isinstance(entry, str) or entry in but or not 0 < len(entry) < 1000 or "\0" in entry:
        return entry
    place = os.path.join(folder.resolve(), entry)
    is_file = os.path.isfile(place) or ("*" in entry and bool(glob(place)))
    return place if is_file and not os.path.isabs(entry) else entry
