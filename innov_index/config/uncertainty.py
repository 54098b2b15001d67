"""`uncertainty:` of a config: checked when the config is loaded, compiled when its data are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from annotated_types import MinLen
from pydantic import Discriminator, Field, Tag, ValidationError

from innov_index.config.language import Block
from innov_index.config.located import Located
from innov_index.config.messages import problems_of
from innov_index.config.variations import choice_forms, data_forms, weight_forms
from innov_index.config.variations.compiled import (
    Choice,
    DataVariation,
    ImputationVariation,
    Variations,
    WeightVariation,
)
from innov_index.config.variations.forms import REGISTERED, Form, Reader, Registered
from innov_index.errors import ConfigError, Problem
from innov_index.limits import Draws, Seed

FORMS = tuple(
    known
    for family in (choice_forms, weight_forms, data_forms)
    for known in REGISTERED
    if known.model.__module__ == family.__name__
)
"""All forms, in the order of the reference."""


def _form_of(entry: Mapping[str, Any]) -> Registered | None:
    """The form that an entry has: the one that a key of it names, else the one with most of its keys."""
    for known in FORMS:
        if known.kinds and known.keys[0] in entry:
            named = str(entry[known.keys[0]])
            return next((own for own in FORMS if own.keys == known.keys and named in own.kinds), None)
    unnamed = [known for known in FORMS if not known.kinds]
    counts = [sum(key in entry for key in known.keys) for known in unnamed]
    return unnamed[counts.index(max(counts))] if any(counts) else None


def _expected() -> str:
    """All forms, as a message about an entry that has none of them lists them."""
    named: dict[str, list[str]] = {}
    for known in FORMS:
        if known.kinds:
            named.setdefault(known.keys[0], []).extend(known.kinds)
    shapes = [known.shape for known in FORMS if not known.kinds]
    shapes += [f"{{{key}: {' | '.join(kinds)}, …}}" for key, kinds in named.items()]
    return f"one of {', '.join(shapes)}"


def _tag(entry: Any) -> str | None:
    known = _form_of(entry if isinstance(entry, dict) else getattr(entry, "__dict__", {}))
    return None if known is None else known.tag


if TYPE_CHECKING:
    _AnyForm: TypeAlias = Form
else:
    _AnyForm = Annotated[
        reduce(or_, (Annotated[known.model, Tag(known.tag)] for known in FORMS)),
        Discriminator(_tag, custom_error_type="unknown_variation", custom_error_message=_expected()),
    ]


class UncertaintyBlock(Block):
    """What may vary when the certainty of the ranks is asked for."""

    draws: Draws = Field(default=10_000, description="number of draws of the index")
    seed: Seed = Field(default=1, description="start of the random numbers")
    vary: Annotated[list[_AnyForm], MinLen(1)] = Field(description="the variations, each of one thing")


def read_uncertainty(document: Located) -> tuple[UncertaintyBlock | None, list[Problem]]:
    """Read the key `uncertainty` of a config; return the block, or the problems."""
    stated = document.mapping["uncertainty"]
    try:
        return UncertaintyBlock.model_validate(stated.plain()), []
    except ValidationError as error:
        return None, problems_of(error, stated, "uncertainty", UncertaintyBlock)


def compile_variations(block: UncertaintyBlock, stated: Sequence[Located], reader: Reader) -> Variations:
    """Compile the forms of a block, which stand at `stated` in a config, for the index of the reader.

    Raises
    ------
    ConfigError
        Part of the block does not fit this index: all problems at once.
    """
    entries = stated or [Located({}, reader.document.mark)] * len(block.vary)
    made = [form.variation(reader, entry) for form, entry in zip(block.vary, entries, strict=True)]
    choices = tuple(own for own in made if isinstance(own, Choice))
    weights = tuple(own for own in made if isinstance(own, WeightVariation))
    data = tuple(own for own in made if isinstance(own, DataVariation))
    imputation = tuple(own for own in made if isinstance(own, ImputationVariation))
    problems = [
        *reader.problems,
        *_varied_twice(reader, weights),
        *_clashes(reader, data, imputation),
        *_imputed_twice(choices, imputation),
    ]
    if problems:
        raise ConfigError(problems)
    return Variations(
        choices=choices,
        imputation=imputation[0] if imputation else None,
        data=data,
        weights=weights,
        order=tuple(reader.names),
    )


def _varied_twice(reader: Reader, weights: Sequence[WeightVariation]) -> Iterator[Problem]:
    """Siblings whose weights vary twice, unless one is left out."""
    seen: dict[int, str] = {}
    for variation in weights:
        if variation.cumulative:
            continue
        twice = [node for node in variation.members.tolist() if node in seen]
        if twice:
            node, first = reader.framework.codes[twice[0]], seen[twice[0]]
            message = f"the weight of '{node}' varies twice: by '{first}' and by '{variation.name}'"
            yield Problem(message, variation.mark)
        seen |= dict.fromkeys(variation.members.tolist(), variation.name)


def _imputed_twice(choices: Sequence[Choice], imputation: Sequence[ImputationVariation]) -> Iterator[Problem]:
    """Choices of a method of imputation beside draws by one."""
    for choice in choices if imputation else ():
        if "imputation" in choice.steps:
            message = (
                f"'{choice.name}' and '{imputation[0].name}' cannot vary together: both change the imputation"
            )
            yield Problem(message, choice.mark)


def _clashes(
    reader: Reader, data: Sequence[DataVariation], imputation: Sequence[ImputationVariation]
) -> Iterator[Problem]:
    """Variations of the data that do not go together."""
    for again in imputation[1:]:
        yield Problem("imputation draws are stated twice", again.mark)
    if imputation and data:
        message = f"'{imputation[0].name}' and '{data[0].name}' cannot vary together"
        yield Problem(message, imputation[0].mark)
    samples = [variation for variation in data if variation.sample is not None]
    for more in samples[1:]:
        yield Problem("the units that methods learn from vary twice", more.mark)
    recipe = reader.recipe
    steps = (*recipe.leaf_steps.values(), *recipe.node_steps.values())
    fixed = any(setting.step_options.get("reference", "own") != "own" for row in steps for setting in row)
    if fixed or recipe.editions:
        for variation in samples:
            message = f"'{variation.name}' has no effect: the config states what statistics are learned from"
            yield Problem(message, variation.mark)
