"""The starter config: a small index that scores at once, to be changed into one's own."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from innov_index.config.json_schema import json_schema_text
from innov_index.io.writing import write_new

FILES = ("index.yaml", "cities.csv")
SCHEMA = "innov-index.schema.json"


def write_starter(folder: Path) -> list[Path]:
    """Write the starter config, its data and the schema for editors; the config comes first in the result.

    Raises
    ------
    InnovIndexError
        One of the files is there already, or the folder cannot be written. Nothing is written then.
    """
    contents = {name: files(__package__).joinpath(name).read_text("utf-8") for name in FILES}
    return write_new(folder, {**contents, SCHEMA: json_schema_text()})
