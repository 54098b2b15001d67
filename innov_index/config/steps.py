"""What a config may say of a step: a method of the catalogue, its options, and options of the step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from innov_index.config.located import Located
from innov_index.config.messages import problems_of
from innov_index.errors import InnovIndexError, Mark, Problem
from innov_index.methods import catalogue
from innov_index.methods.registry import Method, Resolved

LEAF_STEPS = ("denomination", "imputation", "treatment", "normalisation")
NODE_STEPS = ("weighting", "aggregation", "rescaling", "rounding")
STEPS = ("denomination", "imputation", "screening", "treatment", "normalisation", *NODE_STEPS, "ranking")

DEFAULT_METHODS = {
    "denomination": "none",
    "imputation": "none",
    "treatment": "none",
    "normalisation": "min_max",
    "weighting": "given",
    "aggregation": "arithmetic",
    "rescaling": "none",
    "rounding": "none",
    "ranking": "min",
    "classes": "breaks",
}

INNER_STEPS = {"fallback": "treatment", "classes": "classes"}
"""Options of a step that are settings themselves, and the step whose methods they name."""

Texts = str | int | list[str | int]
Reference = Literal["own", "pooled"] | dict[Literal["edition", "group"], str | int]


@dataclass(frozen=True)
class StepOption:
    """An option that a step takes whatever the method."""

    annotation: Any
    default: Any
    description: str


_REFERENCE = StepOption(
    Reference,
    "own",
    "where learned statistics (a minimum, a mean) come from: own (each edition by itself), pooled (all "
    "editions together), {edition: NAME} or {group: COLUMN} (each group of units by itself)",
)

STEP_OPTIONS: Mapping[str, Mapping[str, StepOption]] = {
    "screening": {
        "count": StepOption(
            Literal["available", "measured"],
            "available",
            "which values count as there: available (imputed ones too, as the step stands after imputation) "
            "or measured",
        )
    },
    "treatment": {
        "reference": _REFERENCE,
        "fallback": StepOption(
            dict[str, Any] | None,
            None,
            "a second treatment for the indicators that still fail the skewness/kurtosis test of the first",
        ),
        "fallback_on": StepOption(
            Literal["untreated", "treated"], "untreated", "which values the second treatment starts from"
        ),
    },
    "normalisation": {"reference": _REFERENCE},
    "rescaling": {"reference": _REFERENCE},
    "aggregation": {
        "reference": StepOption(
            Literal["own", "pooled"] | dict[Literal["edition"], str | int],
            "own",
            "where learned statistics come from: own (each edition by itself), pooled or {edition: NAME}",
        ),
        "missing": StepOption(
            Literal["reweight", "propagate"] | dict[Literal["mean_of"], str],
            "reweight",
            "a missing child is left out and the other weights are scaled up (reweight), makes the node "
            "missing (propagate), or counts as the mean of the unit's group ({mean_of: COLUMN}); a child "
            "that does not apply to the unit is not missing",
        ),
        "min_coverage": StepOption(
            Annotated[float, Ge(0.0), Le(1.0)],
            0.0,
            "share of the children that must be there; below it the node is missing",
        ),
    },
    "rounding": {
        "used_for": StepOption(
            Literal["ranks", "scores", "parents"],
            "scores",
            "how far the rounded score goes: ranks (only ranks are taken from it), scores (it is the node's "
            "score, but the parent gets the unrounded one), parents (the parent gets it too)",
        )
    },
    "ranking": {
        "among": StepOption(
            dict[str, Texts] | None,
            None,
            "only units whose group column holds one of these texts are ranked: {region: [Europe, Asia]}",
        ),
        "within": StepOption(
            str | list[str] | None,
            None,
            "group columns inside whose groups the index is ranked too: a column `rank_in_REGION` beside the "
            "score for `within: REGION`",
        ),
        "classes": StepOption(
            dict[str, Any] | None,
            None,
            "a column `class` beside the score: {breaks: [70, 55], names: [High, Medium, Low]}; methods: "
            "breaks (the default), quantiles or jenks",
        ),
    },
    "classes": {
        "names": StepOption(
            list[str] | None, None, "names of the classes, the highest first; 1, 2, … by default"
        )
    },
}


@dataclass(frozen=True)
class Setting:
    """One step as it holds for one indicator or node: the method, its options, the step's own options."""

    step: str
    method: Method
    options: Mapping[str, Any]
    step_options: Mapping[str, Any] = field(default_factory=dict)
    fallback: Setting | None = None
    classes: Setting | None = None

    @property
    def key(self) -> str:
        """Equal for settings that say the same."""
        inner = [setting.key for setting in (self.fallback, self.classes) if setting]
        return repr((self.step, self.method.name, self.options, self.step_options, inner))


def texts_of(stated: Texts) -> tuple[str, ...]:
    """What a config states as one text or a list of them."""
    return tuple(map(str, stated)) if isinstance(stated, list) else (str(stated),)


def catalogue_step(step: str) -> str:
    """The step of the catalogue whose methods a step of the config uses."""
    return "normalisation" if step == "rescaling" else step


@cache
def option_model(step: str, name: str) -> type[BaseModel]:
    """The pydantic model of what a config may write for a method: its options and those of the step."""
    method = catalogue.method(catalogue_step(step), name)
    fields: dict[str, Any] = {}
    for option in method.options.values():
        default = ... if option.required else option.default
        fields[option.name] = (stated_type(option.annotation), Field(default, description=option.description))
    for key, extra in STEP_OPTIONS.get(step, {}).items():
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
    if not isinstance(stated.value, dict):
        message = (
            f"{where} must be a mapping such as {{method: {DEFAULT_METHODS[step]}}}; got {stated.plain()!r}"
        )
        return None, [Problem(message, stated.mark)]
    name_entry = stated.mapping.get("method")
    name = DEFAULT_METHODS[step] if name_entry is None else name_entry.value
    if not isinstance(name, str):
        return None, [
            Problem(
                f"{where}.method must be a name; got {stated.at(('method',)).plain()!r}",
                stated.at(("method",)).mark,
            )
        ]
    try:
        method = catalogue.method(catalogue_step(step), name)
    except InnovIndexError as error:
        mark = stated.at(("method",)).mark
        return None, [Problem(f"{where}.method: {problem.message}", mark) for problem in error.problems]
    setting, problems = _checked(step, method, stated.without("method"), where)
    if name_entry is None:
        problems = [_of_default(step, name, where, problem) for problem in problems]
    return setting, problems


def _of_default(step: str, name: str, where: str, problem: Problem) -> Problem:
    """The same problem, with a hint where a person may have forgotten which method the options are for."""
    if not (problem.message.startswith("unknown key") and f" in {where};" in problem.message):
        return problem
    names = ", ".join(catalogue.step(catalogue_step(step)).names)
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
    extras = {name: extra.default for name, extra in STEP_OPTIONS.get(step, {}).items()}
    kept = {name: default for name, default in extras.items() if name not in INNER_STEPS}
    return Setting(step, method, {option.name: option.default for option in method.options.values()}, kept)


def _checked(step: str, method: Method, stated: Located, where: str) -> tuple[Setting | None, list[Problem]]:
    if not isinstance(stated.value, dict):
        return None, [Problem(f"{where} must be a mapping of options; got {stated.plain()!r}", stated.mark)]
    if not stated.mapping and not any(option.required for option in method.options.values()):
        return _default_options(step, method), []
    model = option_model(step, method.name)
    try:
        checked = model.model_validate(stated.plain())
    except ValidationError as error:
        return None, problems_of(error, stated, where, model)
    values = {name: getattr(checked, name) for name in model.model_fields}
    extras = {name: values.pop(name) for name in STEP_OPTIONS.get(step, {})}
    problems: list[Problem] = []
    inner: dict[str, Setting | None] = {}
    for name in INNER_STEPS.keys() & extras.keys():
        if extras.pop(name) is not None:
            inner[name], found = read_setting(INNER_STEPS[name], stated.mapping[name], f"{where}.{name}")
            problems += found
    return Setting(step, method, values, extras, **inner), problems
