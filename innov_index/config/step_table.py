"""The table of steps: where each may be stated, its default method, and the options that are the step's own.

Blocks of the language, config paths, framework tables, messages, the JSON Schema and the reference read this
table. What a method takes is declared by the method (`innov_index.methods`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any, Literal, TypeAlias

from annotated_types import Ge, Le, MaxLen, MinLen

from innov_index.frozen import frozen

_ONE = (MinLen(1), MaxLen(1))
"""Limits of a mapping with one key."""

Texts: TypeAlias = str | int | list[str | int]
"""One text, or a list of them; codes and years may be written without quotes."""
Reference: TypeAlias = (
    Literal["own", "pooled"] | Annotated[dict[Literal["edition", "group"], str | int], *_ONE]
)


@frozen
class StepOption:
    """An option that a step takes whatever the method.

    `setting_of` names a step where the option is a setting itself: a method of that step, with its options.
    """

    annotation: Any
    default: Any
    description: str
    setting_of: str = ""


@frozen
class Step:
    """One step as a config states it.

    Attributes
    ----------
    of_indicators, of_dimensions : whether a single indicator, a single dimension may state it too
    at_top : whether it stands at the top of a config; otherwise it is an option of another step
    default : the method where none is stated
    methods_of : the step of the catalogue whose methods it uses; its own by default
    method_key : the key that names the method; empty where the methods are keys themselves
    options : options of the step, whatever the method
    """

    name: str
    description: str
    of_indicators: bool = False
    of_dimensions: bool = False
    at_top: bool = True
    default: str = "none"
    methods_of: str = ""
    method_key: str = "method"
    options: Mapping[str, StepOption] = field(default_factory=dict)

    @property
    def catalogue_step(self) -> str:
        return self.methods_of or self.name


def _reference(annotation: Any, *choices: str) -> StepOption:
    described = "where learned statistics (a minimum, a mean) come from: own (each edition by itself), "
    return StepOption(annotation, "own", described + "pooled (all editions together)" + "".join(choices))


_REFERENCE = _reference(Reference, ", {edition: NAME} or {group: COLUMN} (each group of units by itself)")

_TABLE = (
    Step("denomination", "what indicators are divided by", of_indicators=True),
    Step("imputation", "how missing values are filled", of_indicators=True),
    Step(
        "screening",
        "which units and indicators are left out because too many of their values are missing",
        default="",
        method_key="",
        options={
            "count": StepOption(
                Literal["available", "measured"],
                "available",
                "which values count as present: available (imputed ones too, as screening follows "
                "imputation) or measured",
            )
        },
    ),
    Step(
        "treatment",
        "how outliers and skewed distributions are treated",
        of_indicators=True,
        options={
            "reference": _REFERENCE,
            "fallback": StepOption(
                dict[str, Any] | None,
                None,
                "a second treatment for indicators that still fail the skewness and kurtosis test of "
                "the first",
                setting_of="treatment",
            ),
            "fallback_on": StepOption(
                Literal["untreated", "treated"], "untreated", "which values the second treatment starts from"
            ),
        },
    ),
    Step(
        "normalisation",
        "how indicators are brought to one scale",
        of_indicators=True,
        default="min_max",
        options={"reference": _REFERENCE},
    ),
    Step(
        "weighting",
        "where the weights of siblings come from",
        of_dimensions=True,
        default="given",
    ),
    Step(
        "aggregation",
        "how the scores of children become the score of their parent",
        of_dimensions=True,
        default="arithmetic",
        options={
            "reference": _reference(
                Literal["own", "pooled"] | Annotated[dict[Literal["edition"], str | int], *_ONE],
                " or {edition: NAME}",
            ),
            "missing": StepOption(
                Literal["reweight", "propagate"] | Annotated[dict[Literal["mean_of"], str], *_ONE],
                "reweight",
                "a missing child is left out and the other weights are scaled up (reweight), makes the node "
                "missing (propagate), or counts as the mean of the unit's group ({mean_of: COLUMN}); a child "
                "that does not apply to the unit is not missing",
            ),
            "min_coverage": StepOption(
                Annotated[float, Ge(0.0), Le(1.0)],
                0.0,
                "share of the children that must be present; below it the node is missing",
            ),
        },
    ),
    Step(
        "rescaling",
        "a normalisation method applied to the scores of dimensions",
        of_dimensions=True,
        methods_of="normalisation",
        options={"reference": _REFERENCE},
    ),
    Step(
        "rounding",
        "how the scores of nodes are rounded",
        of_indicators=True,
        of_dimensions=True,
        options={
            "used_for": StepOption(
                Literal["ranks", "scores", "parents"],
                "scores",
                "how far the rounded score goes: ranks (only ranks are taken from it), scores (it is the "
                "node's score, but the parent gets the unrounded one), parents (the parent gets it too)",
            )
        },
    ),
    Step(
        "ranking",
        "how scores become ranks, and what is shown beside them",
        default="min",
        method_key="ties",
        options={
            "among": StepOption(
                dict[str, Texts] | None,
                None,
                "only units whose group column holds one of these texts are ranked: {region: [Europe, Asia]}",
            ),
            "within": StepOption(
                str | list[str] | None,
                None,
                "group columns inside whose groups the index is ranked too: `within: region` adds a column "
                "`rank_in_region`",
            ),
            "classes": StepOption(
                dict[str, Any] | None,
                None,
                "adds a column `class`: {breaks: [70, 55], names: [High, Medium, Low]}",
                setting_of="classes",
            ),
        },
    ),
    Step(
        "classes",
        "how the index is cut into classes",
        at_top=False,
        default="breaks",
        options={
            "names": StepOption(
                list[str] | None, None, "names of the classes, the highest first; 1, 2, … by default"
            )
        },
    ),
)

STEP_TABLE: Mapping[str, Step] = {step.name: step for step in _TABLE}
"""Every step by name, in the order in which they are done."""

INNER_SETTINGS: Mapping[str, str] = {
    name: option.setting_of for step in _TABLE for name, option in step.options.items() if option.setting_of
}
"""Options that are settings themselves, and the step whose methods they name."""

STEPS = tuple(step.name for step in _TABLE if step.at_top)
"""Steps that a config states at its top."""

LEAF_STEPS = tuple(step.name for step in _TABLE if step.of_indicators and not step.of_dimensions)
"""Steps that are done to indicators before the tree."""

NODE_STEPS = tuple(step.name for step in _TABLE if step.of_dimensions)
"""Steps that are done to nodes on the way up the tree."""
