"""The reference of the config language, made of its JSON Schema and of examples that a test runs.

A section shows a definition of the schema as a table of keys, and an example: keys that replace those of the
starter config. Examples stand in `config/examples`, those of what may vary beside its forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from innov_index.config.json_schema import json_schema
from innov_index.config.settings import option_model
from innov_index.config.step_table import STEP_TABLE, Step
from innov_index.config.uncertainty import FORMS
from innov_index.frozen import frozen
from innov_index.io.rendering import to_markdown
from innov_index.methods import catalogue
from innov_index.model.sheet import Cell, Sheet
from innov_index.sources.source_kinds import KINDS, options_of

EXAMPLES = Path(__file__).resolve().parent.parent / "config" / "examples"

_COLUMNS = ("key", "value", "default", "meaning")
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
}
_LIMITS = {
    "minimum": "from {}",
    "exclusiveMinimum": "above {}",
    "maximum": "to {}",
    "exclusiveMaximum": "below {}",
}


_SHARED = "shared"
"""In place of a definition: keys, filters and columns that all kinds of sources have."""


@frozen
class Section:
    """A definition of the schema under a title, with the names of its examples."""

    title: str
    definition: str
    examples: tuple[str, ...] = ()


PAGES: Mapping[str, Sequence[Section]] = {
    "data": (
        Section("Units", "UnitsBlock", ("units", "country_names")),
        Section("Joined tables", "JoinedBlock", ("joined",)),
        Section("Indicators", "IndicatorsBlock", ("indicators",)),
        Section("Published figures", "PublishedBlock", ("published",)),
        Section("Published tables", "PrintedTableBlock"),
        Section("Exceptions", "ExceptionBlock"),
        Section("Rows that are left out", "NotBlock"),
        Section("Names of files and sheets", "OriginBlock"),
        Section("Years of dates", "YearOfBlock"),
    ),
    "tree": (
        Section("Nodes", "NodeBlock", ("node",)),
        Section("Framework table", "FrameworkFile", ("framework",)),
        Section("Levels", "LevelBlock", ("levels",)),
    ),
    "sources": (
        Section("Places", "Places"),
        Section("Hubs", "HubsOption", ("places",)),
        Section("Polygons", "PolygonsOption", ("polygons",)),
        Section("Every source", _SHARED),
        Section("Companies", "Companies", ("companies",)),
        Section("Indicators from companies", "CompanyMeasure"),
        Section("Last amount until a day", "LatestOf"),
        Section("Documents", "DocumentSource", ("documents",)),
        Section("Indicators from documents", "DocumentMeasure"),
        Section("Collaboration", "Collaboration", ("collaboration",)),
        Section("Indicators from collaboration", "NetworkMeasure"),
        Section("Countries of nodes", "NodeCountries"),
        Section("Values", "Values", ("values",)),
        Section("Indicators from values", "ValueMeasure"),
        Section("Clusters", "Clusters", ("clusters",)),
        Section("Indicators from clusters", "ClusterMeasure"),
        Section("Lookup", "Lookup", ("lookup",)),
        Section("First row of a key", "FirstBy"),
        Section("Several values in a cell", "SplitCells", ("explode",)),
        Section("Elements of a nested list", "ListElements"),
        Section("Authors and their addresses", "AuthorAddresses"),
        Section("Lists of places that are not in step", "PlaceLists"),
        Section("Currency", "Currency", ("currency",)),
        Section("Editions of records", "YearOf", ("record_editions",)),
        Section("Editions of files of records", "NameOf"),
        Section("Tests of a column", "CellTest"),
    ),
    "uncertainty": (
        Section("Uncertainty", "UncertaintyBlock"),
        *(Section(form.title, form.model.__name__, (form.title,)) for form in FORMS),
    ),
}
"""Pages of the reference beside that of the steps, and their sections in order."""

_OF_SOURCES = frozenset(section.definition for section in PAGES["sources"]) - {
    "Lookup",
    "NodeCountries",
    "Currency",
}

TOP_EXAMPLES = ("schemes", "editions", "rank_change")
"""Examples of keys that stand at the top of a config only."""


def top_reference() -> str:
    """The keys at the top of a config."""
    text = _table(_schema()).replace("](", "](reference/")
    return text + "".join(f"\n{_example(name)}" for name in TOP_EXAMPLES)


@cache
def examples() -> dict[str, str]:
    """All examples by name."""
    files = {path.stem: path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))}
    return files | {form.title: form.example for form in FORMS}


def page_reference(page: str) -> str:
    """The sections of a page."""
    return "\n".join(_section(section) for section in PAGES[page])


def step_reference() -> str:
    """A section for each step: where it may be stated, its own options, and those of its methods."""
    return "\n".join(_step(step) for step in STEP_TABLE.values())


def _section(section: Section) -> str:
    schema = _definition(section.definition)
    text = f"## {section.title}\n\n{schema['description']}\n\n"
    shared = _shared_keys(section.definition)
    own = {name: entry for name, entry in schema["properties"].items() if name not in shared}
    text += _table({**schema, "properties": own})
    if shared:
        listed = ", ".join(f"`{name}`" for name in shared)
        text += f"\nAs for [every source](sources.md#every-source): {listed}.\n"
    if roles := _roles(section.definition):
        rows: list[list[Cell]] = [[f"`{role}`", words] for role, words in roles.items()]
        text += f"\nRoles that `columns` may name:\n\n{_markdown(('role', 'meaning'), rows)}"
    return text + "".join(f"\n{_example(name)}" for name in section.examples)


@cache
def _schema() -> dict[str, Any]:
    return json_schema()


@cache
def _definition(name: str) -> dict[str, Any]:
    """A definition of the schema."""
    if name != _SHARED:
        found: dict[str, Any] = _schema()["$defs"][name]
        return found
    kinds = [_definition(options_of(kind).__name__) for kind in KINDS]
    first = kinds[0]["properties"]
    shared = {
        key: entry
        for key, entry in first.items()
        if all(_plain(kind["properties"].get(key, {})) == _plain(entry) for kind in kinds)
    }
    description = "What holds for records of any kind: where they stand, how they are read, and which count."
    return {"description": description, "properties": shared, "required": ["file", "columns"]}


def _plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry apart from the roles of columns, in which kinds differ."""
    return {key: value for key, value in entry.items() if key != "properties"}


def _shared_keys(definition: str) -> list[str]:
    """Keys of a definition that are the same for every source."""
    if definition == _SHARED or definition not in _OF_SOURCES:
        return []
    shared = _definition(_SHARED)["properties"]
    own = _definition(definition)["properties"]
    return [key for key, entry in own.items() if key in shared and _plain(entry) == _plain(shared[key])]


def _roles(definition: str) -> dict[str, str]:
    """What `columns` may name, by role."""
    schema = _definition(definition)["properties"].get("columns", {})
    roles = {role: entry["description"] for role, entry in schema.get("properties", {}).items()}
    if definition == _SHARED:
        kinds = [_definition(options_of(kind).__name__) for kind in KINDS]
        roles_of = [kind["properties"]["columns"]["properties"] for kind in kinds]
        fewest = min(roles_of, key=len)  # of a kind without roles of its own
        return {role: entry["description"] for role, entry in fewest.items()}
    shared = _roles(_SHARED) if definition in _OF_SOURCES else {}
    return {role: words for role, words in roles.items() if shared.get(role) != words}


def _step(step: Step) -> str:
    text = f"## {step.name}\n\n{_sentence(step.description)} {_where(step)}\n"
    own = {name: _definition_of_option(step, name) for name in step.options}
    if own:
        text += f"\nOptions of the step:\n\n{_table({'properties': own})}"
    if step.methods_of:
        text += f"\nMethods and their options are those of [{step.methods_of}](#{step.methods_of}).\n"
    elif rows := list(_method_rows(step)):
        text += f"\nOptions of its methods:\n\n{_markdown(('method', *_COLUMNS), rows)}"
    return f"{text}\n{_example(step.name)}"


def _where(step: Step) -> str:
    if not step.at_top:
        return "It is stated in `ranking`. " + f"The method is `{step.default}` by default."
    places = ["at the top for all"]
    if step.of_dimensions:
        places.append("in `levels`")
    if step.of_indicators or step.of_dimensions:
        places.append("at a node")
    method = f" The method is `{step.default}` by default." if step.default else " Its methods are its keys."
    key = f" The key `{step.method_key}` names the method." if step.method_key not in ("", "method") else ""
    return f"It is stated {', '.join(places)}.{key}{method}"


def _method_rows(step: Step) -> Iterator[list[Cell]]:
    for method in catalogue.step(step.name):
        schema = _model(step.name, method.name)
        for name, entry in schema["properties"].items():
            if name not in step.options:
                yield [f"`{method.name}`", *_row(name, entry, required=name in schema.get("required", ()))]


def _definition_of_option(step: Step, name: str) -> dict[str, Any]:
    """The schema of one of a step's own options, which any of its methods has."""
    method = next(iter(catalogue.step(step.catalogue_step)))
    entry: dict[str, Any] = _model(step.name, method.name)["properties"][name]
    inner = step.options[name].setting_of
    return {**entry, "anyOf": [{"$ref": f"#/$defs/step_{inner}"}]} if inner else entry


def _model(step: str, method: str) -> dict[str, Any]:
    return option_model(step, method).model_json_schema()


def _table(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [_row(name, entry, required=name in required) for name, entry in schema["properties"].items()]
    return _markdown(_COLUMNS, rows)


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    return re.sub(r"\\([`\[\]])", r"\1", to_markdown(Sheet(columns, rows)))


def _row(name: str, entry: Mapping[str, Any], *, required: bool) -> list[Cell]:
    default = "required" if required else _default(entry.get("default"))
    return [f"`{name}`", _value(entry), default, entry.get("description", "")]


def _default(value: Any) -> str:
    if value is None or value in ([], {}):
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(_default, value))
    return f"{value:g}" if isinstance(value, float) else str(value) or '""'


def _value(entry: Mapping[str, Any]) -> str:
    """What a key may hold, in words."""
    if "$ref" in entry:
        return _link(entry["$ref"].rsplit("/", 1)[1])
    if "const" in entry:
        return f"`{entry['const']}`"
    if "enum" in entry:
        return ", ".join(f"`{choice}`" for choice in entry["enum"])
    for key in ("anyOf", "oneOf"):
        if key in entry:
            members = [_value(member) for member in entry[key] if member.get("type") != "null"]
            return " or ".join(dict.fromkeys(members))
    if entry.get("type") == "array":
        inside = _value(entry.get("items", {}))
        return f"list of {inside}s" if inside in _TYPES.values() else f"list of {inside}"
    if entry.get("type") == "object":
        values = entry.get("additionalProperties")
        return f"mapping to {_value(values)}" if isinstance(values, Mapping) and values else "mapping"
    limits = [words.format(f"{entry[key]:g}") for key, words in _LIMITS.items() if key in entry]
    return " ".join([_TYPES.get(entry.get("type", ""), "anything"), *limits])


def _link(definition: str) -> str:
    if definition.startswith("step_"):
        name = definition.removeprefix("step_")
        return f"[setting](steps.md#{name})"
    page, section = next(
        (page, section)
        for page, sections in PAGES.items()
        for section in sections
        if section.definition == definition
    )
    anchor = re.sub(r"[^\w\- ]", "", section.title.lower()).replace(" ", "-")
    return f"[{section.title.lower()}]({page}.md#{anchor})"


def _example(name: str) -> str:
    return f"```yaml\n{examples()[name]}```\n"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
