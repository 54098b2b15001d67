"""The keys `places` and `sources` of a config: raw records from which indicators are derived."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields, replace
from functools import cache
from typing import Any, Literal, TypeVar, cast, get_type_hints

from pydantic import TypeAdapter, ValidationError

from innov_index.config.located import Located
from innov_index.config.messages import as_stated, problems_of
from innov_index.config.record_formats import with_layout
from innov_index.errors import Problem, did_you_mean
from innov_index.frozen import frozen
from innov_index.intake.options import key_of
from innov_index.intake.options import options as as_options
from innov_index.sources.places.place_options import Places
from innov_index.sources.record_source import RecordSource
from innov_index.sources.source_kinds import KINDS, options_of

Options = TypeVar("Options")


@frozen
class Derivation:
    """Which indicators are derived from which records, and how places become units."""

    places: Places
    sources: tuple[RecordSource, ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names of the derived indicators."""
        return tuple(name for source in self.sources for name in source.measures)


def read_derivation(document: Located) -> tuple[Derivation | None, list[Problem]]:
    """Read the keys `places` and `sources`; None where a config has no sources."""
    stated = document.mapping.get("sources")
    problems: list[Problem] = []
    places = Places()
    if "places" in document.mapping:
        read, problems = read_options(Places, document.mapping["places"], "places")
        places = read or places
    names = _names_of_units(document)
    places = _with_names(places, names)
    if stated is None:
        return None, problems
    if not stated.items:
        problem = Problem("sources must be a list of blocks, each with a kind and a file", stated.mark)
        return None, [*problems, problem]
    sources = []
    for position, entry in enumerate(stated.items):
        source, found = _source(entry, f"sources[{position}]")
        problems += found
        if source is not None:
            own = None if source.places is None else _with_names(source.places, names)
            sources.append(replace(source, places=own))
    if not problems:
        problems = _repeated(stated, sources)
    return (None, problems) if problems else (Derivation(places, tuple(sources)), [])


def _names_of_units(document: Located) -> Literal["countries"] | None:
    """What `units.names` says; whatever else stands there is refused elsewhere."""
    units = document.mapping.get("units")
    stated = None if units is None else units.mapping.get("names")
    return "countries" if stated is not None and stated.value == "countries" else None


def _with_names(places: Places, names: Literal["countries"] | None) -> Places:
    return places if places.unit_names else replace(places, unit_names=names)


def _source(stated: Located, where: str) -> tuple[RecordSource | None, list[Problem]]:
    stated, problems = with_layout(stated, where)
    if problems:
        return None, problems
    kind = stated.mapping.get("kind")
    if kind is None:
        known = ", ".join(KINDS)
        return None, [Problem(f"key 'kind' is missing in {where}; kinds are {known}", stated.mark)]
    if not isinstance(kind.value, str) or kind.value not in KINDS:
        suggestion = did_you_mean(str(kind.plain()), KINDS)
        message = (
            f"{where}.kind must be one of {', '.join(KINDS)}; got {as_stated(kind.plain())}.{suggestion}"
        )
        return None, [Problem(message, kind.mark)]
    return read_options(options_of(kind.value), stated, where)


def _repeated(stated: Located, sources: list[RecordSource]) -> list[Problem]:
    """An indicator may be derived once."""
    seen: dict[str, int] = {}
    problems = []
    for position, source in enumerate(sources):
        for name in source.measures:
            if name in seen:
                message = f"indicator '{name}' is derived twice, in sources[{seen[name]}] and here"
                problems.append(Problem(message, stated.items[position].mark))
            seen.setdefault(name, position)
    return problems


@cache
def _adapter(options: Any) -> TypeAdapter[Any]:
    return TypeAdapter(options)


@cache
def _values_adapter(options: Any, keys: frozenset[str]) -> TypeAdapter[Any]:
    """Checks the values of some keys only; most configs state few of many, and types take time to prepare."""
    hints = get_type_hints(options, include_extras=True)
    stated = {name: hints[name] for name in (each.name for each in fields(options)) if key_of(name) in keys}
    return TypeAdapter(as_options(type("Stated", (), {"__annotations__": stated})))


def read_options(options: type[Options], stated: Located, where: str) -> tuple[Options | None, list[Problem]]:
    """Make the options from what a config states; return them, or the problems.

    What a config holds, JSON holds: as JSON, mappings become dataclasses although types are strict.
    """
    text = json.dumps(stated.plain())
    with suppress(ValueError, TypeError):
        values = _values_adapter(cast(Any, options), frozenset(stated.mapping)).validate_json(text)
        return options(**vars(values)), []
    # all that is wrong, and every key that is known or missing
    try:
        made: Options = _adapter(cast(Any, options)).validate_json(text)
        return made, []
    except ValidationError as error:
        return None, problems_of(error, stated, where, options)
