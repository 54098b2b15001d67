"""The JSON Schema of the config language: the models here, and the options that methods declare."""

from __future__ import annotations

import json
from typing import Any

from innov_index.config.language import ConfigBlock, FrameworkFile, NodeBlock
from innov_index.config.sources import derivation_schema
from innov_index.config.steps import INNER_STEPS, STEP_OPTIONS, STEPS, catalogue_step, option_model
from innov_index.methods import catalogue

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema_text() -> str:
    """The JSON Schema as text, the same bytes for the same version."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a config file."""
    schema = ConfigBlock.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    for model in (NodeBlock, FrameworkFile):
        own = model.model_json_schema()
        definitions.update(own.pop("$defs", {}))
        definitions.setdefault(model.__name__, own)
    for step in (*STEPS, "classes"):
        definitions[f"step_{step}"] = _step(step)
    for holder in (schema, *definitions.values()):
        _refer_to_steps(holder)
    schema["properties"] |= derivation_schema(definitions)
    schema["properties"]["index"] = {
        "description": "the tree: a node with children, or {file: framework.csv}",
        "anyOf": [{"$ref": "#/$defs/NodeBlock"}, {"$ref": "#/$defs/FrameworkFile"}],
    }
    return {"$schema": _DIALECT, "title": "innov-index config, version 1", **_without_titles(schema)}


def _step(step: str) -> dict[str, Any]:
    methods = catalogue.step(catalogue_step(step))
    if step == "screening":
        parts = {method.name: _options(step, method.name) for method in methods}
        return {"type": "object", "properties": parts, "additionalProperties": False}
    key = "ties" if step == "ranking" else "method"
    forms = []
    for method in methods:
        form = _options(step, method.name)
        form["properties"] = {key: {"const": method.name}, **form.get("properties", {})}
        form["required"] = [key]  # what else a method needs may stand in an override
        forms.append({"description": method.summary, **form})
    changed = {"description": "options of the method that holds above", "not": {"required": [key]}}
    return {"type": "object", "anyOf": [*forms, changed]}


def _options(step: str, name: str) -> dict[str, Any]:
    schema = option_model(step, name).model_json_schema()
    properties = schema.get("properties", {})
    for option in INNER_STEPS.keys() & STEP_OPTIONS.get(step, {}).keys():
        description = properties[option]["description"]
        setting = {"$ref": f"#/$defs/step_{INNER_STEPS[option]}"}
        properties[option] = {"description": description, "anyOf": [setting, {"type": "null"}]}
    return schema


def _refer_to_steps(holder: dict[str, Any]) -> None:
    properties = holder.get("properties", {})
    for step in STEPS:
        # a leaf's or node's `normalisation` is a step; a method's option of that name would not be
        if step in properties and "const" not in properties[step]:
            properties[step] = {"$ref": f"#/$defs/step_{step}"}


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
