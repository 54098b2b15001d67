"""Layouts of well-known sources of records: `format: openalex` stands for what a file of this folder states.

A layout is written in the config language itself: keys of a source, and `tables`, lookups of which the config
names the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from innov_index.config.located import Located
from innov_index.config.yaml_reader import read_yaml
from innov_index.errors import Problem, not_found
from innov_index.wording import listed

FOLDER = Path(__file__).parent

_MERGED = ("usual", "extract", "replace")
"""Mappings of which a config may state some keys in another way."""


@cache
def names() -> tuple[str, ...]:
    """Names of all layouts."""
    return tuple(sorted(path.stem.replace("_", " ") for path in FOLDER.glob("*.yaml")))


@cache
def layout(name: str) -> Located:
    """A layout by its name."""
    file = f"{name.replace(' ', '_')}.yaml"
    return read_yaml(FOLDER / file, file)


def with_layout(stated: Located, where: str) -> tuple[Located, list[Problem]]:
    """A source with what its layout says and it does not say itself; or the problems.

    Parameters
    ----------
    stated : Located
    where : str
        Path of the source in the config.
    """
    named = stated.mapping.get("format")
    if named is None:
        return stated, []
    if named.value not in names():
        problem = Problem(f"{where}: {not_found('format', str(named.plain()), names())}", named.mark)
        return stated, [problem]
    usual = layout(str(named.value))
    problems = _problems(stated, usual, where)
    if problems:
        return stated, problems
    merged = stated
    for key, entry in usual.mapping.items():
        if key == "tables":
            merged = _with_lookups(merged, entry)
        elif key not in stated.mapping:
            merged = merged.with_entry(key, entry)
        elif key in _MERGED:
            merged = merged.with_entry(key, _both(entry, stated.mapping[key]))
    return merged, []


def _problems(stated: Located, usual: Located, where: str) -> list[Problem]:
    """Tables that the layout does not know."""
    known = usual.mapping["tables"].mapping if "tables" in usual.mapping else {}
    given = stated.mapping.get("lookup_files")
    if given is None:
        return []
    if not isinstance(given.value, Mapping):
        shown = listed(known) if known else "none"
        return [Problem(f"{where}.lookup_files names files by table; tables are {shown}", given.mark)]
    return [
        Problem(f"{where}.lookup_files: {not_found('table', name, known)}", given.keys[name])
        for name in given.mapping
        if name not in known
    ]


def _with_lookups(stated: Located, tables: Located) -> Located:
    """The source with a lookup for each table whose file it names, before its own lookups."""
    files = stated.mapping["lookup_files"].mapping if "lookup_files" in stated.mapping else {}
    own = stated.mapping["lookup"].items if "lookup" in stated.mapping else ()
    made = [
        entry.with_entry("file", files[name])
        for name, table in tables.mapping.items()
        for entry in (table.items if isinstance(table.value, tuple) else (table,))
        if name in files
    ]
    if not made:
        return stated
    return stated.with_entry("lookup", Located((*made, *own), stated.mark))


def _both(usual: Located, stated: Located) -> Located:
    merged = usual
    for key, entry in stated.mapping.items():
        merged = merged.with_entry(key, entry, stated.keys.get(key))
    return merged
