"""Whatever stands at a key of a config: it is valid, or ends as a message with its line, never as a crash."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from innov_index.config.json_schema import json_schema
from innov_index.config.load import load_config
from innov_index.errors import InnovIndexError
from innov_index.sources.source_kinds import KINDS, options_of
from tests.indices import SMALL_CONFIG

ODD: tuple[Any, ...] = (
    {},
    [],
    {"a": {"b": 1}},
    None,
    10**30,
    True,
    -1,
    [[]],
    [{}],
    "[x].y",
    "",
    [{"a": 1}, "X"],
    {"": None},
    1e308,
    "2020-01-01",
    [None],
)
SCHEMA = json_schema()
SOURCES = {options_of(kind).__name__: kind for kind in KINDS}
Path_ = tuple[str | int, ...]


def keys() -> Iterator[tuple[Path_, str | None]]:
    """One place for every key of every definition, with the kind of source that it belongs to."""
    yield from _below(SCHEMA, (), None, set())


def _below(
    schema: dict[str, Any], path: Path_, kind: str | None, seen: set[str]
) -> Iterator[tuple[Path_, str | None]]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        kind = SOURCES.get(name, kind)
        if f"{kind}:{name}" in seen:
            return
        seen.add(f"{kind}:{name}")
        schema = SCHEMA["$defs"][name]
    for form in ("anyOf", "oneOf", "allOf"):
        for alternative in schema.get(form, ()):
            yield from _below(alternative, path, kind, seen)
    if isinstance(schema.get("items"), dict):
        yield from _below(schema["items"], (*path, 0), kind, seen)
    if isinstance(schema.get("additionalProperties"), dict):
        yield (*path, "k"), kind
        yield from _below(schema["additionalProperties"], (*path, "k"), kind, seen)
    for key, below in schema.get("properties", {}).items():
        yield (*path, key), kind
        yield from _below(below, (*path, key), kind, seen)


def with_value(path: Path_, kind: str | None, value: Any) -> dict[str, Any]:
    """The small config with a value at a path; what is missing on the way is added."""
    config: dict[str, Any] = copy.deepcopy(yaml.safe_load(SMALL_CONFIG))
    if kind is not None:
        config["sources"] = [{"kind": kind, "file": "data.csv", "columns": {"unit": "unit"}}]
    here: Any = config
    for part, after in itertools.pairwise(path):
        empty: Any = [] if isinstance(after, int) else {}
        if isinstance(part, int):
            if not here or not isinstance(here[0], type(empty)):
                here[:] = [empty]
        elif not isinstance(here.get(part), type(empty)):
            here[part] = empty
        here = here[part]
    here[path[-1]] = value
    return config


PLACES = list(dict.fromkeys(keys()))


def test_the_schema_was_walked() -> None:
    ends = {path[-1] for path, _ in PLACES}
    assert {"missing", "reference", "rank_change", "lookup", "vary", "ties", "claims", "gazetteer"} <= ends
    assert len(PLACES) > 300


@pytest.mark.parametrize("start", range(2))
def test_odd_values(tmp_path: Path, make_index: Callable[..., Path], start: int) -> None:
    """One value a key in each run, another one at the next key."""
    config = make_index()
    for position, (path, kind) in enumerate(PLACES):
        value = ODD[(7 * position + 8 * start) % len(ODD)]
        config.write_text(yaml.safe_dump(with_value(path, kind, value), sort_keys=False))
        try:
            load_config(config)
        except InnovIndexError as error:
            if f"{config}:" not in str(error):
                pytest.fail(f"{path}: {value!r}: no line in {error}")
        except Exception as error:
            pytest.fail(f"{path}: {value!r} ends as {error!r}")


@pytest.mark.parametrize("key", ["[[]]", "[", "]", "a[b", "index[", "weighting[RI", "a.b.c", "units[0]", ""])
def test_keys_of_brackets(make_index: Callable[..., Path], key: str) -> None:
    for place in ({key: 1}, {"schemes": {"s": {key: 1}}}, {"editions": {"2020": {key: {}}}}):
        config = make_index(more=yaml.safe_dump(place))
        with pytest.raises(InnovIndexError, match=r"index\.yaml:"):
            load_config(config)


@pytest.mark.parametrize(
    "more",
    [
        "aggregation: {missing: {}}",
        "aggregation: {missing: []}",
        "normalisation: {reference: {}}",
        "normalisation: {reference: []}",
        "rank_change: [{a: 1}, X]",
        "rank_change: [[], {}]",
        "sources: [{kind: {}, file: x.csv}]",
        "sources: [{kind: [[]], file: x.csv}]",
    ],
)
def test_what_once_crashed(make_index: Callable[..., Path], more: str) -> None:
    with pytest.raises(InnovIndexError, match=r"index\.yaml:1:"):
        load_config(make_index(more=more))
