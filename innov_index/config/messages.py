"""pydantic's findings → one sentence each: where, what was found, what is allowed, the nearest valid name."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, get_args, get_type_hints

from pydantic import Tag

from innov_index.config.located import Located, Path
from innov_index.errors import Problem, did_you_mean
from innov_index.frozen import frozen

if TYPE_CHECKING:
    from pydantic import ValidationError

_TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dataclass_type": "a mapping",
    "none_required": "nothing",
}
"""Findings that say that a value is of another type."""
_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("greater than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}
_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
_KEY = "[key]"
"""What pydantic adds to the location of a finding about a key."""

_Branch: TypeAlias = tuple[int, str]
"""Where in a path a union stands (its length up to there), and the member that a finding is about."""


@frozen
class _Finding:
    """What pydantic found: the place in the config, and the members of unions on the way."""

    kind: str
    path: Path
    branches: tuple[_Branch, ...]
    location: Sequence[str | int]
    input: Any
    context: dict[str, Any]
    text: str

    @property
    def is_of_another_type(self) -> bool:
        if self.kind == "literal_error":
            return not isinstance(self.input, str)
        return self.kind in _TYPES


def problems_of(error: ValidationError, stated: Located, where: str, model: type) -> list[Problem]:
    """Turn a validation error into problems with marks.

    Parameters
    ----------
    error : ValidationError
    stated : Located
        What was validated.
    where : str
        Path of `stated` as messages name it; empty for the whole file.
    model : type
        The model or dataclass that it was validated against: it has the keys that are allowed.
    """
    findings = [_located(finding, stated) for finding in error.errors(include_url=False)]
    return [_problem(group, stated, where, model) for group in _by_place(findings)]


def _located(finding: Any, stated: Located) -> _Finding:
    """Tell keys and positions in a location from names of members of unions, which pydantic mixes in."""
    location = tuple(part for part in finding["loc"] if part != _KEY)
    path: list[str | int] = []
    branches: list[_Branch] = []
    here: Located | None = stated
    for number, part in enumerate(location):
        deeper = here.child(part) if here is not None else None
        missing = finding["type"] == "missing" and number == len(location) - 1
        if deeper is None and not missing:
            branches.append((len(path), str(part)))
        else:
            path.append(part)
            here = deeper
    kind = "unknown_choice" if _KEY in finding["loc"] else finding["type"]
    return _Finding(
        kind,
        tuple(path),
        tuple(branches),
        location,
        finding["input"],
        finding.get("ctx", {}),
        finding["msg"],
    )


def _by_place(findings: Sequence[_Finding]) -> Iterator[list[_Finding]]:
    """One group a problem: of a union, what is wrong with the member that was meant, else all its members."""
    unions: dict[Path, list[_Finding]] = {}
    for finding in findings:
        if finding.branches:
            unions.setdefault(finding.path[: finding.branches[0][0]], []).append(finding)
    for finding in findings:
        if not finding.branches:
            yield [finding]
        else:
            place = finding.path[: finding.branches[0][0]]
            if place in unions:
                yield from _of_union(place, unions.pop(place))


def _of_union(place: Path, findings: list[_Finding]) -> Iterator[list[_Finding]]:
    """The member whose type fits is the one that was meant; of several that with least wrong, or the last."""
    members: dict[str, list[_Finding]] = {}
    for finding in findings:
        inner = dataclasses.replace(finding, branches=finding.branches[1:])
        members.setdefault(finding.branches[0][1], []).append(inner)
    meant = [
        own
        for own in members.values()
        if not all(finding.path == place and finding.is_of_another_type for finding in own)
    ]
    if meant:
        yield from _by_place(min(reversed(meant), key=len))
    else:
        yield findings


def _problem(findings: Sequence[_Finding], stated: Located, where: str, model: type) -> Problem:
    first = findings[0]
    path = first.path
    name = _dotted(where, path)
    if first.kind in _UNKNOWN_KEY:
        return _unknown_key(first, _keys_at(model, first.location[:-1]), stated, where)
    if first.kind == "unknown_choice":
        return _unknown_key(first, _choices(first), stated, where)
    if first.kind == "missing":
        message = f"key '{path[-1]}' is missing{_inside(where, path[:-1])}"
        return Problem(message, stated.at(path[:-1]).mark)
    mark = stated.at(path).mark
    if first.kind == "value_error":
        return Problem(f"{name} needs {first.context.get('error', first.text)}", mark)
    first_words, *others = dict.fromkeys(_expected(finding) for finding in findings)
    expected = " or ".join([first_words, *(words.removeprefix("be ") for words in others)])
    suggestion = ""
    if first.kind == "literal_error" and len(findings) == 1:
        suggestion = "." + did_you_mean(str(first.input), _choices(first))
    return Problem(f"{name} must {expected}; got {as_stated(first.input)}{suggestion}", mark)


def _unknown_key(finding: _Finding, known: Sequence[str], stated: Located, where: str) -> Problem:
    message = unknown("key", str(finding.path[-1]), known, _dotted(where, finding.path[:-1]))
    return Problem(message, stated.key_mark(finding.path))


def unknown(kind: str, name: str, known: Sequence[str], where: str) -> str:
    """The message about a key or column that the language does not have at a place."""
    inside = f" in {where}" if where else ""
    return (
        f"unknown {kind} '{name}'{inside}; allowed: {', '.join(known) or 'none'}.{did_you_mean(name, known)}"
    )


def _expected(finding: _Finding) -> str:
    """What a value must be or have, as it follows "must"."""
    kind, context = finding.kind, finding.context
    if kind == "literal_error":
        return f"be one of {', '.join(_choices(finding))}"
    if kind in _LIMITS:
        words, limit = _LIMITS[kind]
        return f"be {words} {_number(context[limit])}"
    if kind in ("too_short", "string_too_short"):
        least = context["min_length"]
        return "not be empty" if least == 1 else f"have at least {least} entries"
    if kind == "too_long":
        return f"have at most {context['max_length']} entries"
    if kind == "predicate_failed":
        return "not be 0"
    if kind == "finite_number":
        return "be a finite number"
    if kind in _TYPES:
        return f"be {_TYPES[kind]}"
    text = finding.text.removeprefix("Input ").removeprefix("should be ")
    return f"be {text[0].lower()}{text[1:]}"


def _number(limit: float) -> str:
    return f"{limit:,}" if isinstance(limit, int) else f"{limit:g}"


def _choices(finding: _Finding) -> list[str]:
    stated = str(finding.context["expected"]).replace("'", "").replace(" or ", ", ")
    return stated.split(", ")


def _keys_at(model: type, location: Sequence[str | int]) -> list[str]:
    """Keys that the model allows at a location, in which the members of unions are named."""
    inside: list[tuple[str, type]] = [("", model)]
    for part in location:
        named = [one for one in inside if one[0] == str(part)]
        fields = {key: annotation for _, one in inside for key, annotation in _fields(one).items()}
        if part in fields and len(inside) == 1:
            inside = list(_models(fields[str(part)])) or inside
        elif named:
            inside = named
    return list(_fields(inside[0][1]))


def _fields(model: type) -> dict[str, Any]:
    """Fields of a model or a dataclass, and their annotations."""
    if dataclasses.is_dataclass(model):
        return get_type_hints(model, include_extras=True)
    return {name: field.annotation for name, field in getattr(model, "model_fields", {}).items()}


def _models(annotation: Any, tag: str = "") -> Iterator[tuple[str, type]]:
    """Models and dataclasses in an annotation, each with what a location calls it."""
    if isinstance(annotation, type) and (
        dataclasses.is_dataclass(annotation) or hasattr(annotation, "model_fields")
    ):
        yield tag or annotation.__name__, annotation
    arguments = get_args(annotation)
    tag = next((entry.tag for entry in arguments if isinstance(entry, Tag)), "")
    for inner in arguments:
        yield from _models(inner, tag)


def _dotted(where: str, path: Path) -> str:
    text = where
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _inside(where: str, path: Path) -> str:
    name = _dotted(where, path)
    return f" in {name}" if name else ""


def as_stated(value: Any) -> str:
    """A value as a message repeats it: as YAML writes it, in one line, shortened."""
    if value is None:
        return "nothing"
    text = _in_flow(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _in_flow(value: Any) -> str:
    """A value as a person could write it in a config, with quotes around texts."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_in_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_in_flow, value))}]"
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    return repr(value) if isinstance(value, str | int | float) else str(value)
