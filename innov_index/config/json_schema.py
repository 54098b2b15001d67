"""The JSON Schema of the config language: its models, and the options that methods and sources declare."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, get_args, get_type_hints

from pydantic import TypeAdapter

from innov_index.config.language import ConfigBlock, FrameworkFile, LevelBlock, NodeBlock
from innov_index.config.record_formats import layout
from innov_index.config.record_formats import names as layout_names
from innov_index.config.settings import option_model
from innov_index.config.step_table import INNER_SETTINGS, STEP_TABLE, STEPS
from innov_index.config.uncertainty import UncertaintyBlock
from innov_index.intake.options import described
from innov_index.methods import catalogue
from innov_index.sources.places.place_options import Places
from innov_index.sources.source_kinds import KINDS, options_of

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DEFINITIONS = "#/$defs/"


def json_schema_text() -> str:
    """The JSON Schema as text, the same bytes for the same version and the same packages of methods."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a config file, with the methods of other packages."""
    catalogue.load_plugins()
    definitions: dict[str, Any] = {f"step_{step}": _step(step) for step in STEP_TABLE}
    for model in (LevelBlock, NodeBlock, FrameworkFile, UncertaintyBlock):
        definitions |= _definitions(model.__name__, model.model_json_schema())
    all_options: list[type[Any]] = [Places, *map(options_of, KINDS)]
    for options in all_options:
        definitions |= _definitions(options.__name__, TypeAdapter(options).json_schema())
        for cls in _dataclasses(options):
            _describe(definitions[cls.__name__], cls)
    schema = ConfigBlock.model_json_schema()
    definitions |= schema.pop("$defs", {})
    for holder in (schema, definitions["LevelBlock"], definitions["NodeBlock"]):
        for step in STEPS:
            if step in holder["properties"]:
                holder["properties"][step] = _reference_to(f"step_{step}", STEP_TABLE[step].description)
    properties = schema["properties"]
    forms = {
        "index": ("NodeBlock", "FrameworkFile"),
        "places": ("Places",),
        "uncertainty": ("UncertaintyBlock",),
    }
    for key, names in forms.items():
        properties[key] = {"description": properties[key]["description"], **_one_of(names)}
    sources = _one_of([options_of(kind).__name__ for kind in KINDS])
    for kind in KINDS:
        _let_layouts_state(definitions[options_of(kind).__name__], kind)
    properties["sources"] = {
        "description": properties["sources"]["description"],
        "type": "array",
        "items": sources,
    }
    title = {"$schema": _DIALECT, "title": "innov-index config, version 1"}
    return {**title, **_without_titles({**schema, "$defs": definitions})}


def _definitions(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a class and of all that it uses, by name."""
    used: dict[str, Any] = schema.pop("$defs", {})
    return used if name in used else {**used, name: schema}  # a class that refers to itself is among them


def _let_layouts_state(schema: dict[str, Any], kind: str) -> None:
    """A source whose layout is of its kind need not state the kind."""
    stated_by = [name for name in layout_names() if layout(name).mapping["kind"].value == kind]
    schema["required"] = [name for name in schema["required"] if name != "kind"]
    schema["if"] = {"not": {"required": ["kind"]}}
    schema["then"] = {"properties": {"format": {"enum": stated_by}}, "required": ["format"]}


def _reference_to(name: str, description: str) -> dict[str, Any]:
    return {"description": description, "$ref": _DEFINITIONS + name}


def _one_of(names: Sequence[str]) -> dict[str, Any]:
    references = [{"$ref": _DEFINITIONS + name} for name in names]
    return references[0] if len(references) == 1 else {"anyOf": references}


def _dataclasses(annotation: Any) -> Iterator[type]:
    """Dataclasses in an annotation, and in those of their fields."""
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        yield annotation
        for inner in get_type_hints(annotation, include_extras=True).values():
            yield from _dataclasses(inner)
    for inner in get_args(annotation):
        yield from _dataclasses(inner)


def _describe(schema: dict[str, Any], cls: type) -> None:
    """Put the docstring's words into the schema of a dataclass of options."""
    schema["description"] = _text_of(cls)
    words_of = described(cls, "Attributes")
    for name, entry in schema["properties"].items():
        if name in words_of:
            schema["properties"][name] = {"description": words_of[name], **entry}
    if "columns" in schema["properties"] and (roles := described(cls, "Columns")):
        columns = schema["properties"]["columns"]
        name_of = columns["additionalProperties"]
        columns["properties"] = {role: {"description": words, **name_of} for role, words in roles.items()}


def _text_of(cls: type) -> str:
    """The docstring up to its first section."""
    return re.split(r"\n\n\w+\n-+\n", inspect.cleandoc(cls.__doc__ or ""))[0]


def _step(step: str) -> dict[str, Any]:
    row = STEP_TABLE[step]
    methods = catalogue.step(row.catalogue_step)
    head = {"description": row.description, "type": "object"}
    if not row.method_key:
        parts = {method.name: _options(step, method.name) for method in methods}
        return {**head, "properties": parts, "additionalProperties": False}
    key = row.method_key
    forms = []
    for method in methods:
        form = _options(step, method.name)
        form["properties"] = {key: {"const": method.name}, **form.get("properties", {})}
        form["required"] = [key]  # what else a method needs may stand in an override
        forms.append({"description": method.summary, **form})
    changed = {"description": "options of the method that holds above", "not": {"required": [key]}}
    return {**head, "anyOf": [*forms, changed]}


def _options(step: str, name: str) -> dict[str, Any]:
    schema = option_model(step, name).model_json_schema()
    for option in INNER_SETTINGS.keys() & STEP_TABLE[step].options.keys():
        description = schema["properties"][option]["description"]
        setting = {"$ref": f"{_DEFINITIONS}step_{INNER_SETTINGS[option]}"}
        schema["properties"][option] = {"description": description, "anyOf": [setting, {"type": "null"}]}
    return schema


def _without_titles(schema: Any) -> Any:
    """pydantic titles every field with its own name; an editor shows the name anyway."""
    if isinstance(schema, dict):
        return {
            key: _without_titles(value)
            for key, value in schema.items()
            if not (key == "title" and isinstance(value, str))
        }
    if isinstance(schema, list):
        return [_without_titles(value) for value in schema]
    return schema
