"""pydantic's findings → one sentence each: where, what was found, what is allowed, the nearest valid name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, get_args

from pydantic import Tag

from innov_index.config.located import Located
from innov_index.errors import Problem, did_you_mean

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "finite_number": "a finite number",
    "none_required": "nothing",
}


def problems_of(error: ValidationError, stated: Located, where: str, model: type[BaseModel]) -> list[Problem]:
    """Turn a validation error into problems with marks.

    Parameters
    ----------
    error : ValidationError
    stated : Located
        What was validated.
    where : str
        Path of `stated` as messages name it; empty for the whole file.
    model : type[BaseModel]
        What it was validated against: it knows the keys that are allowed.
    """
    findings = _without_union_branches(error.errors(include_url=False))
    return [_problem(finding, stated, where, model) for finding in findings]


def _problem(finding: dict[str, Any], stated: Located, where: str, model: type[BaseModel]) -> Problem:
    path = finding["loc"]
    name = _dotted(where, path)
    kind = finding["type"]
    if kind == "extra_forbidden":
        key = str(path[-1])
        known = _keys_at(model, finding["branches"][:-1])
        message = f"unknown key '{key}'{_inside(where, path[:-1])}; allowed: {', '.join(known) or 'none'}."
        return Problem(message + did_you_mean(key, known), stated.key_mark(path))
    if kind == "missing":
        mark = stated.at(path[:-1]).mark
        return Problem(f"key '{path[-1]}' is missing{_inside(where, path[:-1])}", mark)
    here = stated.at(path)
    found = _shown(finding["input"])
    if kind == "literal_error":
        options = str(finding["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        suggestion = did_you_mean(str(finding["input"]), options.split(", "))
        return Problem(f"{name} must be one of {options}; got {found}.{suggestion}", here.mark)
    expected = _EXPECTED.get(kind)
    if expected is None:
        text = finding["msg"].removeprefix("Value error, ").removeprefix("Input ").removeprefix("should be ")
        expected = text[0].lower() + text[1:]
    return Problem(f"{name} must be {expected}; got {found}", here.mark)


def _without_union_branches(findings: Sequence[Any]) -> list[dict[str, Any]]:
    """One finding a place: a union reports each of its members, the last one being the most general."""
    by_place: dict[tuple[Any, ...], dict[str, Any]] = {}
    for finding in findings:
        place = tuple(part for part in finding["loc"] if not _is_branch(part))
        by_place[place] = {**finding, "loc": place, "branches": finding["loc"]}
    return list(by_place.values())


def _is_branch(part: Any) -> bool:
    """Whether a part of a location names a member of a union rather than a key."""
    text = str(part)
    return "[" in text or text in {"str", "int", "float", "bool", "constrained-float", "constrained-int"}


def _keys_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Keys that the model allows at `path`, in which the members of tagged unions are named."""
    stated: Any = None
    for part in path:
        if part in model.model_fields:
            stated = model.model_fields[str(part)].annotation
            inner = [member for member in _members(stated) if hasattr(member, "model_fields")]
        else:
            inner = [get_args(m)[0] for m in _members(stated) if Tag(str(part)) in get_args(m)]
        if inner:
            model = inner[0]
    return list(model.model_fields)


def _members(annotation: Any) -> list[Any]:
    """An annotation and everything in its brackets."""
    return [annotation, *(inner for arg in get_args(annotation) for inner in _members(arg))]


def _dotted(where: str, path: Sequence[str | int]) -> str:
    text = where
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _inside(where: str, path: Sequence[str | int]) -> str:
    name = _dotted(where, path)
    return f" in {name}" if name else ""


def _shown(value: Any) -> str:
    text = {True: "true", False: "false", None: "nothing"}.get(value) if _is_constant(value) else None
    if text is None:
        text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _is_constant(value: Any) -> bool:
    return value is None or isinstance(value, bool)
