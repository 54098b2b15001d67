"""The starter config: a small index that scores at once, to be changed into one's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from innov_index.config.json_schema import json_schema_text
from innov_index.errors import InnovIndexError
from innov_index.io.writing import ensure_writable, write_all

FILES = ("index.yaml", "cities.csv")
SCHEMA = "innov-index.schema.json"


def write_starter(folder: Path) -> list[Path]:
    """Write the starter config, its data and the schema for editors; the config comes first in the result.

    Raises
    ------
    InnovIndexError
        One of the files is there already, or the folder cannot be written. Nothing is written then.
    """
    if folder.exists() and not folder.is_dir():
        raise InnovIndexError(f"{folder}: this is a file; name a folder")
    contents = {folder / name: files(__package__).joinpath(name).read_text("utf-8") for name in FILES}
    contents[folder / SCHEMA] = json_schema_text()
    there = [path.name for path in contents if path.exists()]
    if there:
        raise InnovIndexError(f"{folder}: {', '.join(there)} is there already; name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InnovIndexError(f"{folder}: cannot be created; {error.strerror}") from None
    for path in contents:
        ensure_writable(path)
    write_all(dict(contents))
    return list(contents)
