"""What a config may say of a step: a method of the catalogue, its options, and options of the step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from innov_index.config.located import Located
from innov_index.config.messages import as_stated, problems_of
from innov_index.config.step_table import INNER_SETTINGS, STEP_TABLE, Texts
from innov_index.errors import InnovIndexError, Mark, Problem
from innov_index.frozen import frozen
from innov_index.methods import catalogue
from innov_index.methods.registry import Method, Resolved
from innov_index.wording import listed

TESTED_BY = ("skewness", "kurtosis", "outlier_when")
"""Options of the test that decides whether an indicator gets the fallback of a treatment."""


@frozen
class Setting:
    """One step as it holds for one indicator or node: the method, its options, the step's own options.

    `stated` are the options that the config names; the others have their defaults.
    """

    step: str
    method: Method
    options: Mapping[str, Any]
    step_options: Mapping[str, Any] = field(default_factory=dict)
    fallback: Setting | None = None
    classes: Setting | None = None
    stated: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def key(self) -> str:
        """Equal for settings that say the same."""
        inner = [setting.key for setting in (self.fallback, self.classes) if setting]
        return repr((self.step, self.method.name, self.options, self.step_options, inner))

    @property
    def group_columns(self) -> tuple[str, ...]:
        """Columns with groups of units that the method or the step reads; not those it picks units from."""
        named = [
            str(self.options[name])
            for name, option in self.method.options.items()
            if option.resolved and option.resolved.kind == "group" and self.options[name] is not None
        ]
        missing, within = self.step_options.get("missing"), self.step_options.get("within")
        if isinstance(missing, dict):
            named.append(str(missing["mean_of"]))
        return (*named, *(() if within is None else texts_of(within)))


def texts_of(stated: Texts) -> tuple[str, ...]:
    """What a config states as one text or a list of them."""
    return tuple(map(str, stated)) if isinstance(stated, list) else (str(stated),)


@cache
def option_model(step: str, name: str) -> type[BaseModel]:
    """The pydantic model of what a config may write for a method: its options and those of the step."""
    method = catalogue.method(STEP_TABLE[step].catalogue_step, name)
    fields: dict[str, Any] = {}
    for option in method.options.values():
        default = ... if option.required else option.default
        fields[option.name] = (stated_type(option.annotation), Field(default, description=option.description))
    for key, extra in STEP_TABLE[step].options.items():
        fields[key] = (extra.annotation, Field(extra.default, description=extra.description))
    settings = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, protected_namespaces=())
    return create_model(f"{step}_{name}", __config__=settings, **fields)


def stated_type(annotation: Any) -> Any:
    """The type that a config states for a kernel's option: a resolved one is a name or a number."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        resolved = next((entry for entry in metadata if isinstance(entry, Resolved)), None)
        kept = tuple(entry for entry in metadata if not isinstance(entry, Resolved))
        base = resolved.stated_as if resolved else stated_type(inner)
        return Annotated[(base, *kept)] if kept else base
    if origin in (Union, UnionType):
        return Union[tuple(stated_type(member) for member in get_args(annotation))]  # noqa: UP007
    if origin is tuple:
        return list[Union[tuple(m for m in get_args(annotation) if m is not ...)]]  # type: ignore[misc] # noqa: UP007
    return annotation


def read_setting(step: str, stated: Located | None, where: str) -> tuple[Setting | None, list[Problem]]:
    """Read what a config states for a step.

    Parameters
    ----------
    step : str
    stated : Located or None
        The mapping; None: nothing is stated, the step's default holds.
    where : str
        The path as messages name it, e.g. "aggregation[IN.1]".

    Returns
    -------
    Setting or None, and the problems found.
    """
    if stated is None:
        return default_setting(step), []
    row = STEP_TABLE[step]
    if not isinstance(stated.value, dict):
        example = f"{{method: {row.default}}}"
        message = f"{where} must be a mapping such as {example}; got {as_stated(stated.plain())}"
        return None, [Problem(message, stated.mark)]
    key = row.method_key if row.method_key in stated.mapping else "method"
    name_entry = stated.mapping.get(key)
    name = row.default if name_entry is None else name_entry.value
    if not isinstance(name, str):
        named = stated.at((key,))
        return None, [Problem(f"{where}.{key} must be a name; got {as_stated(named.plain())}", named.mark)]
    try:
        method = catalogue.method(row.catalogue_step, name)
    except InnovIndexError as error:
        mark = stated.at((key,)).mark
        return None, [Problem(f"{where}.{key}: {problem.message}", mark) for problem in error.problems]
    setting, problems = _checked(step, method, stated.without(key), where)
    if name_entry is None:
        problems = [_of_default(step, name, where, problem) for problem in problems]
    return setting, problems


def _of_default(step: str, name: str, where: str, problem: Problem) -> Problem:
    """The same problem, with a hint where a person may have forgotten which method the options are for."""
    if not (problem.message.startswith("unknown key") and f" in {where};" in problem.message):
        return problem
    names = ", ".join(catalogue.step(STEP_TABLE[step].catalogue_step).names)
    hint = f" No method is stated, which means '{name}'; there are {names}"
    return replace(problem, message=problem.message + hint)


@cache
def default_setting(step: str) -> Setting:
    """The setting of a step of which a config says nothing."""
    setting, problems = read_setting(step, Located({}, Mark("")), step)
    assert setting is not None, problems
    return setting


def read_named(step: str, name: str, stated: Located, where: str) -> tuple[Setting | None, list[Problem]]:
    """Read the options of a step whose methods are the keys themselves (screening) or stated elsewhere."""
    return _checked(step, catalogue.method(step, name), stated, where)


def _default_options(step: str, method: Method) -> Setting:
    """The setting of a method without any option stated: there is nothing to check, and no model to build."""
    extras = {name: extra.default for name, extra in STEP_TABLE[step].options.items()}
    kept = {name: default for name, default in extras.items() if name not in INNER_SETTINGS}
    return Setting(step, method, {option.name: option.default for option in method.options.values()}, kept)


def _checked(step: str, method: Method, stated: Located, where: str) -> tuple[Setting | None, list[Problem]]:
    if not isinstance(stated.value, dict):
        return None, [
            Problem(f"{where} must be a mapping of options; got {as_stated(stated.plain())}", stated.mark)
        ]
    if not stated.mapping and not any(option.required for option in method.options.values()):
        return _default_options(step, method), []
    model = option_model(step, method.name)
    try:
        checked = model.model_validate(stated.plain())
    except ValidationError as error:
        return None, [_with_earlier(method, problem) for problem in problems_of(error, stated, where, model)]
    values = {name: getattr(checked, name) for name in model.model_fields}
    extras = {name: values.pop(name) for name in STEP_TABLE[step].options}
    problems: list[Problem] = []
    inner: dict[str, Setting | None] = {}
    for name in INNER_SETTINGS.keys() & extras.keys():
        if extras.pop(name) is not None:
            inner[name], found = read_setting(INNER_SETTINGS[name], stated.mapping[name], f"{where}.{name}")
            problems += found
    if inner.get("fallback"):
        problems += _useless_fallback(method, inner["fallback"], stated, where)
    return Setting(step, method, values, extras, **inner, stated=frozenset(stated.mapping)), problems


def _with_earlier(method: Method, problem: Problem) -> Problem:
    """A problem that an option is missing, with the default that it once had."""
    for name, default in method.formerly.items():
        if problem.message.startswith(f"key '{name}' is missing"):
            return replace(problem, message=f"{problem.message} (its default was {as_stated(default)})")
    return problem


def _useless_fallback(method: Method, fallback: Setting | None, stated: Located, where: str) -> list[Problem]:
    """A fallback is for indicators that fail the test of the first treatment; there is no third one."""
    mark = stated.key_mark(("fallback",))
    if not set(TESTED_BY) <= set(method.options):
        tested = [known.name for known in catalogue.step("treatment") if set(TESTED_BY) <= set(known.options)]
        message = f"'{method.name}' has no test that an indicator could fail; use {listed(tested)}"
        return [Problem(f"{where}.fallback: {message}", mark)]
    if fallback is not None and fallback.fallback is not None:
        return [Problem(f"{where}.fallback: a fallback has no fallback of its own", mark)]
    return []
