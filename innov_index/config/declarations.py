"""Options that a frozen dataclass declares ← what a config says, with every problem and its place.

Sources declare their options as dataclasses (`sources.options`). Field types, their annotated limits and the
class's own `__post_init__` are what is checked; the class's docstring is what editors show.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Len, MinLen

from innov_index.config.located import Located
from innov_index.errors import Problem, did_you_mean

Declared = TypeVar("Declared")

_WORDS: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "nothing",
}
_JSON: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
_WRONG = object()


def read_declared(cls: type[Declared], stated: Located, where: str) -> tuple[Declared | None, list[Problem]]:
    """Make the dataclass from what a config states; return it, or the problems.

    Parameters
    ----------
    cls : type
        A dataclass of keyword options.
    stated : Located
    where : str
        Path of `stated` as messages name it.
    """
    problems: list[Problem] = []
    made = _dataclass(cls, stated, where, problems)
    return (None, problems) if problems else (made, [])


@lru_cache(maxsize=64)
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _dataclass(cls: Any, stated: Located, where: str, problems: list[Problem]) -> Any:
    if not isinstance(stated.value, dict):
        problems.append(Problem(f"{where} must be a mapping; got {_shown(stated)}", stated.mark))
        return _WRONG
    before = len(problems)
    hints = _hints(cls)
    for key in stated.mapping:
        if key not in hints:
            known = ", ".join(hints)
            message = f"unknown key '{key}' in {where}; allowed: {known}.{did_you_mean(key, hints)}"
            problems.append(Problem(message, stated.keys[key]))
    for field in dataclasses.fields(cls):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required and field.name not in stated.mapping:
            problems.append(Problem(f"key '{field.name}' is missing in {where}", stated.mark))
    values = {
        key: _value(hints[key], entry, f"{where}.{key}", problems)
        for key, entry in stated.mapping.items()
        if key in hints
    }
    if len(problems) > before:
        return _WRONG
    try:
        return cls(**values)
    except ValueError as error:
        problems.append(Problem(f"{where} needs {error}", stated.mark))
        return _WRONG


def _value(hint: Any, stated: Located, where: str, problems: list[Problem]) -> Any:
    origin = get_origin(hint)
    if hint is Any:
        return stated.plain()
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint, stated, where, problems)
    if origin is Annotated:
        return _limited(hint, stated, where, problems)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(hint), stated, where, problems)
    if origin is list and isinstance(stated.value, tuple):
        (inner,) = get_args(hint)
        return [_value(inner, entry, f"{where}[{i}]", problems) for i, entry in enumerate(stated.items)]
    if origin is dict and isinstance(stated.value, dict):
        inner = get_args(hint)[1]
        return {
            key: _value(inner, entry, f"{where}.{key}", problems) for key, entry in stated.mapping.items()
        }
    if origin is Literal:
        return _literal(get_args(hint), stated, where, problems)
    value = stated.value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint in _WORDS and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    problems.append(Problem(f"{where} must be {_in_words(hint)}; got {_shown(stated)}", stated.mark))
    return _WRONG


def _limited(hint: Any, stated: Located, where: str, problems: list[Problem]) -> Any:
    """A value within limits."""
    base, *limits = get_args(hint)
    value = _value(base, stated, where, problems)
    if value is _WRONG:
        return value
    for limit in limits:
        for kind, (holds, words) in _LIMITS.items():
            if isinstance(limit, kind) and not holds(value, limit):
                message = f"{where} must {words(limit)}; got {_shown(stated)}"
                problems.append(Problem(message, stated.mark))
                return _WRONG
    return value


_LIMITS: dict[Any, tuple[Callable[[Any, Any], bool], Callable[[Any], str]]] = {
    Ge: (lambda value, limit: value >= limit.ge, lambda limit: f"be at least {limit.ge}"),
    Gt: (lambda value, limit: value > limit.gt, lambda limit: f"be greater than {limit.gt}"),
    Le: (lambda value, limit: value <= limit.le, lambda limit: f"be at most {limit.le}"),
    MinLen: (lambda value, limit: len(value) >= limit.min_length, lambda limit: "not be empty"),
    Len: (
        lambda value, limit: limit.min_length <= len(value) <= limit.max_length,
        lambda limit: f"have {limit.min_length} entries",
    ),
}


def _one_of(members: tuple[Any, ...], stated: Located, where: str, problems: list[Problem]) -> Any:
    """The first member of a union that fits; else what is wrong with the one of the same shape."""
    best: list[Problem] | None = None
    for member in members:
        found: list[Problem] = []
        value = _value(member, stated, where, found)
        if not found:
            return value
        if _same_shape(member, stated):
            best = found
    if best is None:
        words = " or ".join(_in_words(member) for member in members if member is not type(None))
        best = [Problem(f"{where} must be {words}; got {_shown(stated)}", stated.mark)]
    problems += best
    return _WRONG


def _same_shape(hint: Any, stated: Located) -> bool:
    if get_origin(hint) is Annotated:
        return _same_shape(get_args(hint)[0], stated)
    if dataclasses.is_dataclass(hint) or get_origin(hint) is dict:
        return isinstance(stated.value, dict)
    if get_origin(hint) is Literal:
        return isinstance(stated.value, str)
    if get_origin(hint) is list:
        return isinstance(stated.value, tuple)
    if hint is float:
        return isinstance(stated.value, int | float) and not isinstance(stated.value, bool)
    return isinstance(hint, type) and isinstance(stated.value, hint)


def _literal(options: tuple[Any, ...], stated: Located, where: str, problems: list[Problem]) -> Any:
    if stated.value in options and type(stated.value) in {type(option) for option in options}:
        return stated.value
    texts = [str(option) for option in options]
    message = f"{where} must be one of {', '.join(texts)}; got {_shown(stated)}."
    problems.append(Problem(message + did_you_mean(str(stated.value), texts), stated.mark))
    return _WRONG


def _in_words(hint: Any) -> str:
    origin = get_origin(hint)
    if origin is Annotated:
        return _in_words(get_args(hint)[0])
    if origin is list:
        return "a list"
    if origin is dict or dataclasses.is_dataclass(hint):
        return "a mapping"
    if origin is Literal:
        return "one of " + ", ".join(map(str, get_args(hint)))
    if origin in (Union, types.UnionType):
        return " or ".join(_in_words(member) for member in get_args(hint) if member is not type(None))
    return _WORDS.get(hint, str(hint))


def _shown(stated: Located) -> str:
    value = stated.plain()
    text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    text = text or ("nothing" if value is None else repr(value))
    return text if len(text) <= 60 else text[:57] + "…"


def declared_schema(cls: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a dataclass; those that it uses are put into `definitions`."""
    if cls.__name__ not in definitions:
        definitions[cls.__name__] = {}
        hints, described = _hints(cls), _described(cls)
        properties = {}
        for name, hint in hints.items():
            properties[name] = _schema(hint, definitions)
            if name in described:
                properties[name] = {"description": described[name], **properties[name]}
        required = [
            field.name
            for field in dataclasses.fields(cls)
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        ]
        definitions[cls.__name__] = {
            "description": (cls.__doc__ or "").splitlines()[0],
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{cls.__name__}"}


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin = get_origin(hint)
    if hint is Any:
        return {}
    if dataclasses.is_dataclass(hint):
        return declared_schema(hint, definitions)
    if origin is Annotated:
        return _schema(get_args(hint)[0], definitions)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(member, definitions) for member in get_args(hint)]}
    if origin is list:
        return {"type": "array", "items": _schema(get_args(hint)[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(get_args(hint)[1], definitions)}
    if origin is Literal:
        return {"enum": list(get_args(hint))}
    return {"type": _JSON[hint]}


def _described(cls: Any) -> dict[str, str]:
    """What the docstrings of a class and its bases say of each attribute."""
    described: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        section = re.split(r"\n\s*Attributes\n\s*-+\n", base.__doc__ or "")
        if len(section) < 2:
            continue
        names: list[str] = []
        for line in section[1].splitlines():
            if not line.strip():
                break
            if re.match(r" {4}\S", line):
                names = [name.strip() for name in line.split(",")]
                described |= dict.fromkeys(names, "")
            else:
                for name in names:
                    described[name] = f"{described[name]} {line.strip()}".strip()
    return described
